//! `body/`: the fields of a callback's body.

use super::hint::{nearest, timestamp_unit};
use super::hit::{Hit, Hits, Turn, shown};
use super::json::duplicate_key_hit;
use super::record::Place;
use crate::decode::{Callback, Fault, FaultKind, Faults, JsonType, Product, Span, TextMap};
use crate::spec::{CallType, FieldSpec, Level, Need, RuleId, V4Command, Word};

/// Judges what could not be read of a body. Returns where the next look at its text begins, if there is one.
pub(super) fn judge_faults(
    record: &[u8],
    map: &TextMap,
    mut faults: Faults,
    hits: &mut Hits<'_>,
) -> Option<(Turn, usize)> {
    // A few are found sooner one by one.
    const MANY: usize = 64;
    let list = faults.take_sorted();
    let many = if list.len() > MANY { Some(map.for_many(record)) } else { None };
    let map = many.as_ref().unwrap_or(map);
    let inside = |start: usize| if matches!(map, TextMap::Opaque(_)) { start } else { 0 };
    for Fault { kind, pointer, span } in list {
        let start = span.start;
        let span = map.span(record, &span);
        if !hits.wants((span.start, inside(start))) {
            continue;
        }
        let hit = match &kind {
            FaultKind::DuplicateKey { key, first } => duplicate_key_hit(key, span, map.span(record, first)),
            FaultKind::Missing(field) => missing_hit(field, faults.in_other_case(field), span),
            other => match fault_hit(other, &pointer, span) {
                Some(hit) => hit,
                None => continue,
            },
        };
        hits.push(hit.pointer(pointer).inside(inside(start)));
    }
    let rest = faults.rest()?;
    let turn = (map.span(record, &(rest..rest)).start, inside(rest));
    hits.end_at(turn);
    Some((turn, rest))
}

/// The name of the field that a pointer ends in.
fn field_name(pointer: &str) -> &str {
    pointer.rsplit('/').next().unwrap_or(pointer)
}

fn missing_hit(field: &FieldSpec, other_case: Option<&str>, span: Span) -> Hit {
    let hit = Hit::new(RuleId::BodyMissingField, format!("the field `{}` is missing", field.name), span)
        .maybe_help(other_case.map(|name| format!("`{name}` is there, but names match exactly")));
    if field.need == Need::Expected { hit.level(Level::Warning) } else { hit }
}

fn fault_hit(kind: &FaultKind, pointer: &str, span: Span) -> Option<Hit> {
    let name = field_name(pointer);
    let hit = match kind {
        FaultKind::Type { expected, found, text } => type_hit(name, expected, *found, text, span),
        FaultKind::NumericAccount => {
            let message = format!("the account id `{name}` is a number, not a string");
            Hit::new(RuleId::BodyType, message, span).level(Level::Warning).note("its digits are used")
        }
        FaultKind::Word { field, text } => word_hit(field, text, span),
        FaultKind::UnknownCommand(command) => {
            let near = nearest(command, V4Command::ALL.iter().map(|known| known.as_str()));
            let hit =
                Hit::new(RuleId::BodyValue, format!("`{}` is no callback command", shown(command)), span);
            hit.maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        }
        FaultKind::HugeInteger => Hit::new(RuleId::BodyValue, format!("`{name}` does not fit 64 bits"), span),
        FaultKind::RoomIdType(number) => {
            let message = format!("`{name}` is {number}, neither 1 (numeric) nor 2 (string)");
            Hit::new(RuleId::BodyValue, message, span)
        }
        FaultKind::Empty => Hit::new(RuleId::BodyEmpty, format!("the id `{name}` is empty"), span),
        FaultKind::Timestamp { text, milliseconds } => {
            let message = format!("`{name}` lies outside 2015 to 2099");
            let hit = Hit::new(RuleId::BodyTimestamp, message, span).note("the value is not used");
            hit.maybe_help(timestamp_unit(text, *milliseconds).map(str::to_owned))
        }
        FaultKind::UnknownField { name, known } => {
            let near = nearest(name, known.iter().map(|field| field.name));
            let hit = Hit::new(
                RuleId::BodyUnknownField,
                format!("the vendor documents no field `{}`", shown(name)),
                span,
            );
            hit.maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        }
        FaultKind::Envelope(_) | FaultKind::DuplicateKey { .. } | FaultKind::Missing(_) => {
            return None;
        }
    };
    Some(hit)
}

fn type_hit(name: &str, expected: &str, found: JsonType, text: &str, span: Span) -> Hit {
    let article = |word: &str| {
        if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
    };
    let found_word = found.as_str();
    let is = match found {
        JsonType::Null => "`null`".to_owned(),
        _ => format!("{} {found_word}", article(found_word)),
    };
    let message = format!("`{name}` is {is}, not {} {expected}", article(expected));
    let digits = text.trim_matches('"');
    let number_text =
        found == JsonType::String && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let help = match (expected, found) {
        ("integer", JsonType::String) if number_text => Some("this is a number written as a string"),
        ("integer", JsonType::Number) => Some("an integer has neither fraction nor exponent"),
        ("string", JsonType::Integer) => Some("put the digits in double quotes"),
        _ => None,
    };
    Hit::new(RuleId::BodyType, message, span)
        .note("the value is not used")
        .maybe_help(help.map(str::to_owned))
}

fn word_hit(field: &FieldSpec, text: &str, span: Span) -> Hit {
    let words = field.kind.vocabulary().map(|vocabulary| (vocabulary.words)()).unwrap_or_default();
    let near = nearest(text, words.iter().copied());
    let message = if text.is_empty() {
        format!("`{}` is empty", field.name)
    } else {
        format!("`{}` is no documented `{}`", shown(text), field.name)
    };
    let help = match near {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if words.len() <= 8 => Some(format!("it is one of `{}`", words.join("`, `"))),
        None => None,
    };
    Hit::new(RuleId::BodyValue, message, span).maybe_help(help)
}

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
