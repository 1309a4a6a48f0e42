//! Text from a log, made safe for its destination.

use std::borrow::Cow;

/// True for characters that a terminal interprets, or that reorder the text around them: C0 and C1 controls, DEL,
/// and the bidirectional formatting characters.
pub fn is_unsafe(letter: char) -> bool {
    matches!(letter,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{2028}' | '\u{2029}')
}

/// True for characters that show nothing, so that two ids can look the same: zero-width ones, fillers, and tags.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
        | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// True for characters that show nothing by themselves, but belong into the text of some scripts and into emoji.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{fe00}'..='\u{fe0f}')
}

/// True for white space that looks like a blank and is none.
fn is_odd_blank(letter: char) -> bool {
    matches!(letter, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// True for letters and digits of which some look like Latin ones: Greek, Cyrillic, Armenian, Cherokee, Lisu, letters of
/// mathematics, full-width ones.
fn is_look_alike(letter: char) -> bool {
    letter.is_alphanumeric()
        && matches!(letter,
            '\u{370}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c8f}' | '\u{1f00}'..='\u{1fff}'
            | '\u{2100}'..='\u{214f}' | '\u{2160}'..='\u{2188}' | '\u{24b6}'..='\u{24e9}' | '\u{2c80}'..='\u{2cff}'
            | '\u{a4d0}'..='\u{a4ff}' | '\u{a640}'..='\u{a69f}' | '\u{ab70}'..='\u{abbf}' | '\u{ff10}'..='\u{ff5a}'
            | '\u{1d400}'..='\u{1d7ff}')
}

/// The characters that make a word look like another one: those that stand for Latin letters in a word with Latin letters,
/// and accents that are characters of their own.
fn disguises(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let is_accent = |letter: char| matches!(letter, '\u{300}'..='\u{36f}');
    for word in text.split(|letter: char| !letter.is_alphanumeric() && !is_accent(letter)) {
        let is_latin = word.contains(|letter: char| letter.is_ascii_alphabetic());
        found.extend(word.chars().filter(|it| is_accent(*it) || (is_latin && is_look_alike(*it))));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Tells which characters of a text a reader has to be shown as what they are.
fn to_be_shown(text: &str) -> impl Fn(char) -> bool {
    let disguises = disguises(text);
    // Flags of regions are made of tags.
    let has_flag = text.contains('\u{1f3f4}');
    let has_script = text.chars().any(|it| !it.is_ascii() && !is_invisible(it) && !is_joiner(it));
    move |letter| {
        let is_tag = ('\u{e0000}'..='\u{e007f}').contains(&letter);
        is_unsafe(letter)
            || is_odd_blank(letter)
            || disguises.binary_search(&letter).is_ok()
            || (is_invisible(letter) && !(is_tag && has_flag))
            || (is_joiner(letter) && !has_script)
    }
}

/// Text in which `write` replaces each character for which `goes` is true.
pub(super) fn replaced(
    text: &str,
    goes: impl Fn(char) -> bool,
    write: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&goes) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if goes(letter) {
            write(&mut escaped, letter);
        } else {
            escaped.push(letter);
        }
    }
    Cow::Owned(escaped)
}

/// One line of text for a terminal: unsafe characters, line feeds among them, and invisible ones as Rust escapes.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    replaced(text, to_be_shown(text), |out, letter| out.extend(letter.escape_default()))
}

/// Text in which every unsafe or invisible character is one visible character, so that columns stay aligned: control
/// pictures for C0 and DEL, otherwise a replacement character.
pub fn pictures(text: &str) -> Cow<'_, str> {
    let picture = |letter: char| match letter {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + letter as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    };
    replaced(text, to_be_shown(text), |out, letter| out.push(picture(letter)))
}

/// Text in a cell of a Markdown table.
pub fn markdown(text: &str) -> String {
    let signs = |letter: char| "\\`*_{}[]<>#|!~$&".contains(letter);
    let text = terminal(text);
    let escaped = replaced(&text, signs, |out, letter| match letter {
        '&' => out.push_str("&amp;"),
        other => out.extend(['\\', other]),
    });
    escaped.into_owned()
}

/// A row of a Markdown table, of cells that hold plain text.
pub fn markdown_row<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| markdown(cell.as_ref())).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Text between tags or in an attribute of XML. Characters that XML cannot represent become replacement characters.
pub fn xml(text: &str) -> Cow<'_, str> {
    let forbidden = |letter: char| matches!(letter, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let goes = |letter: char| forbidden(letter) || "&<>\"'".contains(letter);
    replaced(text, goes, |out, letter| {
        out.push_str(match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => "\u{fffd}",
        });
    })
}

/// True for a cell that a spreadsheet would run as a formula.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unsafe_is_left() {
        let hostile = "a\u{1b}[31m\r\n\u{202e}\u{9b}z\t\u{7f}";
        assert_eq!(terminal(hostile), "a\\u{1b}[31m\\r\\n\\u{202e}\\u{9b}z\\t\\u{7f}");
        assert_eq!(pictures(hostile).chars().count(), hostile.chars().count());
        assert!(!pictures(hostile).chars().any(is_unsafe));
        assert_eq!(markdown("a|b*<i>"), "a\\|b\\*\\<i\\>");
        assert_eq!(xml("<a b='&'>\u{0}\u{ffff}"), "&lt;a b=&#39;&amp;&#39;&gt;\u{fffd}\u{fffd}");
        assert_eq!(terminal("плюс ±"), "плюс ±");
    }

    #[test]
    fn ids_that_look_alike_are_shown_as_what_they_are() {
        for hidden in
            ['\u{200b}', '\u{200d}', '\u{200c}', '\u{feff}', '\u{ad}', '\u{2060}', '\u{fe0f}', '\u{e0041}']
        {
            let id = format!("ali{hidden}ce");
            assert_eq!(terminal(&id), format!("ali{}ce", hidden.escape_default()));
            assert_eq!(pictures(&id), "ali\u{fffd}ce");
            assert_eq!(markdown(&id), format!("ali\\\\u\\{{{:x}\\}}ce", hidden as u32));
        }
        for (id, shown) in [
            ("\u{430}lice", "\\u{430}lice"),
            ("user-al\u{456}ce", "user-al\\u{456}ce"),
            ("\u{391}lice", "\\u{391}lice"),
            ("alice\u{ff11}", "alice\\u{ff11}"),
            ("\u{ff41}lice", "\\u{ff41}lice"),
            ("jose\u{301}", "jose\\u{301}"),
            ("alice\u{a0}", "alice\\u{a0}"),
            ("alice\u{3000}x", "alice\\u{3000}x"),
            ("\u{1d41a}lice", "\\u{1d41a}lice"),
        ] {
            assert_eq!(terminal(id), shown);
        }
        // What belongs to a script, or to a picture, stays.
        for text in [
            "\u{645}\u{6cc}\u{200c}\u{62e}",
            "\u{1f469}\u{200d}\u{1f4bb}",
            "\u{2764}\u{fe0f}",
            "\u{1f3f4}\u{e0067}\u{e007f}",
            "jos\u{e9} \u{5f20}\u{4e09}",
            "call of \u{418}\u{432}\u{430}\u{43d} 2",
            "user_\u{391}\u{3b8}\u{3b7}\u{3bd}\u{3ac}",
            "\u{ff21}\u{ff22}\u{ff23}",
            "\u{5f20}a\u{30a2}",
        ] {
            assert_eq!(terminal(text), text);
        }
    }
}
