//! RFC 6901 pointers: where a value is in a body, written out only if something is reported about it, and the way
//! back.

use std::fmt;

use super::json::{each_element, each_member};
use crate::decode::json_type::JsonType;
use crate::framing::Span;

/// The path to a value. [`ToString`] writes it as an RFC 6901 pointer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Pointer<'p> {
    /// The whole text.
    #[default]
    Whole,
    /// A part of an object or array.
    Inside(&'p Pointer<'p>, PointerPart<'p>),
}

/// A part of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum PointerPart<'p> {
    /// A member of an object.
    Key(&'p str),
    /// An element of an array.
    Index(usize),
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Inside(object, PointerPart::Key(key)) if key.contains(['~', '/']) => {
                write!(formatter, "{object}/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Self::Inside(object, PointerPart::Key(key)) => write!(formatter, "{object}/{key}"),
            Self::Inside(array, PointerPart::Index(index)) => write!(formatter, "{array}/{index}"),
        }
    }
}

/// The range in `text` of the value that an RFC 6901 pointer names; `None` if it leads nowhere.
pub fn locate(text: &str, pointer: &str) -> Option<Span> {
    let mut span = 0..text.len();
    for token in pointer.split('/').skip(1) {
        let key = token.replace("~1", "/").replace("~0", "~");
        let value = text.get(span.clone())?;
        let inner = match JsonType::of(value) {
            JsonType::Object => {
                let mut found = None;
                each_member(value, |member| {
                    found = if member.key == key { Some(member.value) } else { found };
                })
                .ok()?;
                found?.span()
            }
            JsonType::Array => {
                let wanted = key.parse::<usize>().ok()?;
                let mut found = None;
                each_element(value, |index, element| found = found.or((index == wanted).then_some(element)));
                found?.span()
            }
            _ => return None,
        };
        span = span.start + inner.start..span.start + inner.end;
    }
    Some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers() {
        let text = r#"{"a": [1, {"b/c": "x"}]}"#;
        let found = |pointer| locate(text, pointer).map(|span| &text[span]);
        assert_eq!(found("/a/1/b~1c"), Some("\"x\""));
        assert_eq!(found(""), Some(text));
        assert_eq!(found("/a/2"), None);
    }
}
