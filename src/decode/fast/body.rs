//! A body of the event or status family, as it is or as the content of a JSON string.

use super::body_layout::BodyLayouts;
use super::body_values::{Values, callback, read_fields};
use crate::decode::plain::PlainCallback;

/// What the last bodies were like, as a guess of what the next one is.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyOrder {
    /// True if the last body was of the v4 family, which has tables of its own.
    pub(super) is_v4: bool,
    layouts: BodyLayouts,
}

impl KeyOrder {
    /// That of one body alone, from which nothing is learned.
    pub(super) fn of_one() -> Self {
        Self { is_v4: false, layouts: BodyLayouts::of_one() }
    }
}

/// Reads the body that begins at `start`; gives it and where it ends. `ESCAPED` where it is the content of a string,
/// so that its quotes have a backslash before them: this is compiled once for each.
pub(super) fn read_body<'a, const ESCAPED: bool>(
    text: &'a str,
    start: usize,
    order: &mut KeyOrder,
) -> Option<(PlainCallback<'a>, usize)> {
    let mut values = Values::default();
    if let Some(end) = order.layouts.read::<ESCAPED>(text, start, &mut values) {
        return Some((callback(values)?, end));
    }
    let (values, places, end) = read_fields::<ESCAPED>(text, start)?;
    let callback = callback(values)?;
    order.layouts.learn(&text.as_bytes()[start..end], start, &places);
    Some((callback, end))
}
