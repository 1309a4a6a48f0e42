//! How much room text takes up, in columns of a fixed width, and how it is cut to fit.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that text takes up. A sequence that is shown as one character, as with emoji, counts once.
pub(in crate::report) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// Text in at most `most` columns; if it is cut, it ends in `cut`.
pub(in crate::report) fn clip(text: &str, most: usize, cut: &str) -> String {
    if text.len() <= most && text.is_ascii() {
        return text.to_owned();
    }
    let (mut end, mut used) = (0, 0);
    // Reads no more than can be shown.
    for (at, piece) in text.grapheme_indices(true) {
        let columns = piece.width();
        if used + columns > most {
            let cut = if cut.width() <= most { cut } else { "" };
            return text[..end].to_owned() + cut;
        }
        used += columns;
        if used + cut.width() <= most {
            end = at + piece.len();
        }
    }
    text.to_owned()
}

/// Text in lines of at most `most` columns, broken at spaces if there are any.
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in text.split(' ') {
        let columns = width(word);
        if used > 0 && used + 1 + columns > most {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        if columns <= most {
            line.push_str(word);
            used += columns;
            continue;
        }
        for piece in word.graphemes(true) {
            let columns = piece.width();
            if used + columns > most && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(piece);
            used += columns;
        }
    }
    lines.push(line);
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end_matches(' ').len()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_as_one_character_counts_once() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("李雷"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("👩\u{200d}👩\u{200d}👧"), 2);
    }

    #[test]
    fn what_is_too_long_ends_in_a_sign_and_is_never_wider_than_its_place() {
        assert_eq!(clip("abcdef", 6, "…"), "abcdef");
        assert_eq!(clip("abcdef", 5, "…"), "abcd…");
        assert_eq!(clip("李雷韩梅", 5, "…"), "李雷…");
        assert_eq!(clip("李雷韩梅", 6, "..."), "李...");
        assert_eq!(clip("abcdef", 2, "..."), "");
    }

    #[test]
    fn lines_break_at_blanks_or_where_they_must() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a 李雷韩", 4), ["a", "李雷", "韩"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
