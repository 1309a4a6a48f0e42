//! Wraps list items the way the pages are wrapped by hand.

/// A list item in lines of at most that many characters; code is not broken.
pub(crate) fn item(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = "-".to_owned();
    for word in words(text) {
        if line.chars().count() + 1 + word.chars().count() > width && line.len() > 1 {
            lines.push(std::mem::replace(&mut line, " ".to_owned()));
        }
        line.push(' ');
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

/// The words of a text, where code with blanks is one word.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut code = false;
    for piece in text.split(' ') {
        match words.last_mut() {
            Some(last) if code => {
                last.push(' ');
                last.push_str(piece);
            }
            _ => words.push(piece.to_owned()),
        }
        code ^= piece.matches('`').count() % 2 == 1;
    }
    words
}
