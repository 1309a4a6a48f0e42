//! `body/unrecognised`: a body that is not a callback.

use super::hit::Hit;
use crate::framing::Span;
use crate::spec::RuleId;

/// A hit for a body that belongs to none of the three families.
pub(super) fn unrecognised_hit(other_case: Option<&'static str>, span: Span) -> Hit {
    let hit = Hit::new(RuleId::BodyUnrecognised, "not a TUICallKit callback", span);
    match other_case {
        Some(field) => hit.help(format!("names must match exactly, but `{field}` is here in another case")),
        None => hit
            .note("it has no `CallbackCommand` that begins with `Call.`, no `Event`, and no `CallResult`")
            .help("log the URL too, in an envelope: its `command` can identify the callback"),
    }
}
