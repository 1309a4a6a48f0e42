//! What a record is: a callback, a request that rightly carries none, or something that was not understood.
//!
//! Comes in: a record that was read in full. Goes out: its kind. Must not: judge.

use super::full::body::Refusal;
use super::full::fault::Product;
use super::full::pointer::locate;
use super::record::FullRecord;
use super::wrappers::is_bodiless;

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// A callback.
    Callback,
    /// A request that the receiver refused, whatever it holds.
    Refused,
    /// A request of another product of the vendor, with its command if it has one.
    Product(Product, Option<String>),
    /// A request that carries no body, by its method.
    Bodiless(String),
    /// A line of text that a collector put into an object.
    Text,
    /// Anything else, which could be a callback.
    Unknown,
}

impl FullRecord<'_> {
    /// What the record is.
    pub fn kind(&self) -> RecordKind {
        if self.opened.wrapping.is_refused {
            return RecordKind::Refused;
        }
        match self.read.as_ref().map(|read| &read.callback) {
            Some(Ok(_)) => return RecordKind::Callback,
            Some(Err(Refusal::Unrecognised { product: Some(product), .. })) => {
                return RecordKind::Product(*product, self.command());
            }
            _ => {}
        }
        match &self.opened.method {
            _ if self.opened.wrapping.is_text_line => RecordKind::Text,
            Some((method, _)) if is_bodiless(method) => RecordKind::Bodiless(method.to_string()),
            _ => RecordKind::Unknown,
        }
    }

    /// The command of the body.
    fn command(&self) -> Option<String> {
        let body = self.opened.body.as_ref()?.as_ref().ok()?;
        let text = &body.text[locate(body.text, "/CallbackCommand")?];
        serde_json::from_str(text).ok()
    }

    /// The documented field that an unknown record has in another case.
    pub fn other_case(&self) -> Option<&'static str> {
        match self.read.as_ref()?.callback.as_ref().err()? {
            Refusal::Unrecognised { other_case, .. } => *other_case,
            Refusal::Damaged(_) => None,
        }
    }
}
