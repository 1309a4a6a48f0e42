//! `body/`: what a body is, and its number of participants.

use super::hit::{Hit, Hits};
use super::record::Place;
use crate::decode::{Callback, Product, Span};
use crate::spec::{CallType, RuleId, Word};

/// Judges `TotalNum`.
pub(super) fn judge_total_num(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let Some(number) = callback.total_num.filter(|_| callback.faulty.total_num) else {
        return;
    };
    let message = if number < 1 {
        format!("`TotalNum` is {number}, and a call has at least 1 participant")
    } else {
        format!("`TotalNum` is {number}, and a `{}` call has 2 participants", CallType::Single.as_str())
    };
    hits.push(Hit::new(RuleId::BodyTotalNum, message, place.of("/TotalNum")).pointer("/TotalNum"));
}

/// A hit for a body of none of the three families.
pub(super) fn unrecognised_hit(
    product: Option<Product>,
    other_case: Option<&'static str>,
    span: Span,
) -> Hit {
    let hit = Hit::new(RuleId::BodyUnrecognised, "no TUICallKit callback", span);
    match (product, other_case) {
        (Some(product), _) => {
            let name = match product {
                Product::Trtc => "TRTC (room and media events)",
                Product::Chat => "Chat",
                Product::Live => "Live",
            };
            hit.note(format!("this looks like a callback of another product, {name}"))
        }
        (None, Some(field)) => {
            hit.help(format!("names match exactly, and `{field}` stands here in another case"))
        }
        (None, None) => hit
            .note("it has no `CallbackCommand` that begins with `Call.`, no `Event`, and no `CallResult`")
            .help("where the URL was captured too, its `command` can tell: log it in an envelope"),
    }
}
