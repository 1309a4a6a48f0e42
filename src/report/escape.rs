//! Text from a log, made harmless for where it goes.

use std::borrow::Cow;

/// True for characters that a terminal acts upon, or that reorder the text around them: C0 and C1 controls, DEL,
/// and the bidirectional formatting characters.
pub fn is_unsafe(letter: char) -> bool {
    matches!(letter,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{2028}' | '\u{2029}')
}

/// One line of text for a terminal: unsafe characters, line feeds among them, as Rust escapes.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_unsafe(letter) {
            escaped.extend(letter.escape_default());
        } else {
            escaped.push(letter);
        }
    }
    Cow::Owned(escaped)
}

/// Text in which every unsafe character is one visible character, so that columns under it stay right: control
/// pictures for C0 and DEL, else a replacement character.
pub fn pictures(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let picture = |letter: char| match letter {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + letter as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        other if is_unsafe(other) => '\u{fffd}',
        other => other,
    };
    Cow::Owned(text.chars().map(picture).collect())
}

/// Text in a cell of a Markdown table.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in terminal(text).chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Text between tags or in an attribute of XML. Characters that XML has no way to write become replacement characters.
pub fn xml(text: &str) -> Cow<'_, str> {
    let forbidden = |letter: char| matches!(letter, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(|letter| forbidden(letter) || "&<>\"'".contains(letter)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter if forbidden(letter) => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    Cow::Owned(escaped)
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
}
