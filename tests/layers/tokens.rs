//! Rust source text → its tokens, without comments, literals and lifetimes. No meaning is read into them here.

/// A name or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// An identifier or keyword, `::`, or any other mark as one character.
    pub(crate) text: String,
    /// True inside an item that only tests have.
    pub(crate) in_test: bool,
}

impl Token {
    /// True for identifiers and keywords.
    pub(crate) fn is_name(&self) -> bool {
        self.text.starts_with(is_name_letter)
    }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// All tokens of a file.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = split(text);
    mark_tests(&mut tokens);
    tokens
}

fn split(text: &str) -> Vec<Token> {
    let is_code =
        |piece: &&str| is_mark(piece) || piece.starts_with(is_name_letter) && literal(piece).is_none();
    let code = pieces(text).filter(is_code);
    code.map(|piece| Token { text: piece.to_owned(), in_test: false }).collect()
}

/// The comments and the strings of a file, each with the number of its first line.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_string = |piece: &str| literal(piece).is_some() && piece.ends_with(['"', '#']);
    let is_prose = move |piece: &str| piece.starts_with("//") || piece.starts_with("/*") || is_string(piece);
    let mut line = 1;
    pieces(text).filter_map(move |piece| {
        let first = line;
        line += piece.matches('\n').count();
        is_prose(piece).then_some((first, piece))
    })
}

/// The pieces that a file consists of: comments, literals, names, and single characters.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest) {
            length
        } else if is_name_letter(first) {
            rest.find(|letter| !is_name_letter(letter)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        at += length;
        Some(&rest[..length])
    })
}

fn is_mark(token: &str) -> bool {
    token == "::" || token.len() == 1 && token.starts_with(|mark: char| mark.is_ascii_punctuation())
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a string, a character or a lifetime, if one begins here.
fn literal(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let rest = text.strip_prefix(prefix);
        let is_raw = prefix.ends_with('r');
        rest.is_some_and(|rest| match is_raw {
            true => rest.trim_start_matches('#').starts_with('"'),
            false => rest.starts_with('"') || (*prefix != "c" && rest.starts_with('\'')),
        })
    })?;
    let rest = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let end = rest[hashes + 1..].find(&close).map_or(rest.len(), |at| hashes + 1 + at + close.len());
        return Some(prefix.len() + end);
    }
    let quote = rest.chars().next()?;
    if quote == '\'' && is_lifetime(rest) {
        return Some(rest[1..].find(|letter| !is_name_letter(letter)).map_or(rest.len(), |end| end + 1));
    }
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return Some(prefix.len() + at + 1);
        }
    }
    Some(text.len())
}

/// True for `'a` in `&'a str`, false for `'a'`.
fn is_lifetime(text: &str) -> bool {
    let mut letters = text.chars().skip(1);
    letters.next().is_some_and(is_name_letter) && letters.next() != Some('\'')
}

/// Marks the items that follow `#[cfg(test)]`.
fn mark_tests(tokens: &mut [Token]) {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut at = 0;
    while at + ATTRIBUTE.len() <= tokens.len() {
        if !tokens[at..].iter().zip(ATTRIBUTE).all(|(token, wanted)| token.text == wanted) {
            at += 1;
            continue;
        }
        let end = at + ATTRIBUTE.len() + item(&tokens[at + ATTRIBUTE.len()..]);
        tokens[at..end].iter_mut().for_each(|token| token.in_test = true);
        at = end;
    }
}

/// How many tokens the first item has: up to its `;`, or the end of its braces.
fn item(tokens: &[Token]) -> usize {
    let (mut depth, mut braces) = (0, false);
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" => depth += 1,
            "{" => (depth, braces) = (depth + 1, braces || depth == 0),
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                let is_import = tokens.get(at + 1).is_some_and(|next| next.text == ";");
                if depth == 0 && braces && !is_import {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
