//! A finding on a call, before its place is known; and as bytes, so that it can wait outside of memory.

use std::sync::Arc;

use crate::calls::Position;
use crate::calls::packing::{put, put_text, take, take_text};
use crate::spec::{Level, RULES, RuleId, V4Command};

/// A broken rule of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallHit {
    /// The rule.
    pub rule: RuleId,
    /// Its level.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// The callback that it points at.
    pub at: Position,
    /// The field of that callback.
    pub field: Option<CallField>,
    /// The earlier callback that it is held against, and what that one says.
    pub related: Option<(Position, Arc<str>)>,
}

macro_rules! fields {
    ($($field:ident $pointer:literal)+) => {
        /// A field of a callback's body that findings on calls point at.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CallField { $(#[doc = concat!("`", $pointer, "`.")] $field),+ }

        impl CallField {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$field),+];

            /// Its place, as an RFC 6901 pointer into the body.
            pub fn pointer(self) -> &'static str {
                match self { $(Self::$field => $pointer),+ }
            }
        }
    };
}

fields! {
    EventTime "/EventTime"
    RoomId "/RoomId"
    CallType "/CallType"
    MediaType "/MediaType"
    RecordRoomId "/CallRecord/RoomId"
    RecordCallType "/CallRecord/CallType"
    RecordMediaType "/CallRecord/MediaType"
    InfoRoomId "/CallInfo/RoomId"
    InfoCallType "/CallInfo/CallType"
    InfoMediaType "/CallInfo/MediaType"
}

impl CallField {
    /// Room, type and media of a call, as a callback with that command of v4 names them.
    pub(super) fn shared(command: Option<V4Command>) -> [Self; 3] {
        match command {
            None => [Self::RoomId, Self::CallType, Self::MediaType],
            Some(V4Command::EndCall) => [Self::RecordRoomId, Self::RecordCallType, Self::RecordMediaType],
            Some(_) => [Self::InfoRoomId, Self::InfoCallType, Self::InfoMediaType],
        }
    }

    /// Every field of such a callback that a finding can point at.
    pub fn of_callback(command: Option<V4Command>) -> impl Iterator<Item = Self> {
        Self::shared(command).into_iter().chain([Self::EventTime])
    }

    /// A field as a number, 0 for none.
    pub fn number(field: Option<Self>) -> u8 {
        field.map_or(0, |field| 1 + field as u8)
    }

    /// The field of such a number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).wrapping_sub(1)).copied()
    }
}

impl CallHit {
    /// Appends it as bytes, with the id of its call.
    pub fn pack(&self, call_id: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.rule as u8, self.level as u8, CallField::number(self.field)]);
        put(out, self.at.number());
        put_text(out, Some(&self.message));
        put_text(out, self.related.as_ref().map(|(_, says)| &**says));
        put(out, self.related.as_ref().map_or(0, |(at, _)| at.number()));
        put_text(out, Some(call_id));
    }

    /// What was packed, with the id of its call; none if the bytes are something else.
    pub fn unpack(bytes: &[u8]) -> Option<(Self, String)> {
        let ([rule, level, field], mut rest) = bytes.split_first_chunk()?;
        let rest = &mut rest;
        let at = Position::of_number(take(rest)?);
        let message = take_text(rest)??.to_owned();
        let says = take_text(rest)?;
        let related_at = Position::of_number(take(rest)?);
        let related = says.map(|says| (related_at, says.into()));
        let call_id = take_text(rest)??.to_owned();
        let rule = RULES.get(usize::from(*rule))?.id;
        let level = *Level::ALL.get(usize::from(*level))?;
        let field = CallField::of_number(*field);
        rest.is_empty().then_some((Self { rule, level, message, at, field, related }, call_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let fields = CallField::ALL.iter().copied().map(Some).chain([None]);
        for (field, rule) in fields.zip(RULES.iter().rev()) {
            for related in [None, Some((Position::new(3, 7), "".into()))] {
                let (message, at) = ("é\n".to_owned(), Position::new(1 << 20, 1 << 38));
                let hit = CallHit { rule: rule.id, level: Level::Info, message, at, field, related };
                let mut bytes = Vec::new();
                hit.pack("c\0", &mut bytes);
                assert_eq!(CallHit::unpack(&bytes), Some((hit, "c\0".to_owned())));
                for end in 0..bytes.len() {
                    assert_eq!(CallHit::unpack(&bytes[..end]), None);
                }
            }
        }
    }
}
