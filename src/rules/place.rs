//! Where the parts of a body are in their record.

use crate::decode::TextMap;
use crate::framing::Span;

/// A body's text and where it is.
pub(super) struct BodyPlace<'a> {
    pub record: &'a [u8],
    pub text: &'a str,
    pub map: &'a TextMap,
}

impl BodyPlace<'_> {
    pub(super) fn span(&self, span: &Span) -> Span {
        self.map.span(self.record, span)
    }

    /// The range of the record with the value at a pointer, or with the body if the pointer leads nowhere.
    pub(super) fn of(&self, pointer: &str) -> Span {
        let found = crate::decode::locate(self.text, pointer);
        self.span(&found.unwrap_or(0..self.text.len()))
    }
}
