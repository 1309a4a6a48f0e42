//! `body/`, `json/duplicate-key` and `json/envelope`: what could not be read of a body or an envelope.

use super::hit::{Hit, Hits, shown};
use super::timestamp_unit::timestamp_unit;
use crate::decode::{EnvelopeFault, Fault, FaultClass, FaultKind, Faults, JsonType, TextMap, TimeUnit};
use crate::framing::Span;
use crate::spec::{FieldSpec, Folded, FoldedRest, Level, RuleId, V4Command, Word};
use crate::suggest::did_you_mean;

/// Judges what could not be read of a body.
pub(super) fn judge_body(record: &[u8], map: &TextMap, faults: &Faults, hits: &mut Hits<'_>) {
    // A few are found sooner one by one.
    const MANY: usize = 64;
    let many = if faults.list().len() > MANY { Some(map.for_many(record)) } else { None };
    let map = many.as_ref().unwrap_or(map);
    judge(faults, hits, |span| map.span(record, span), |hit, pointer| hit.pointer(pointer));
}

/// Judges what cannot be used of an envelope, and its own repeated keys.
pub(super) fn judge_envelope(faults: &Faults, hits: &mut Hits<'_>) {
    judge(faults, hits, Span::clone, |hit, _| hit);
}

/// Judges faults; `place` gives the range of the record for a range of the text, and `point` a hit its pointer.
fn judge(
    faults: &Faults,
    hits: &mut Hits<'_>,
    place: impl Fn(&Span) -> Span,
    point: impl Fn(Hit, &str) -> Hit,
) {
    let mut list: Vec<&Fault> = faults.list().iter().collect();
    list.sort_by_key(|fault| fault.span.start);
    for fault in list {
        let (span, (rule, level)) = (place(&fault.span), rule_of(fault.kind.class()));
        if hits.lists(span.start) {
            let hit = fault_hit(fault, rule, span, faults, &place).level(level);
            hits.push(point(hit, &fault.pointer));
        } else {
            hits.count(Folded { rule, level, count: 1, first: span.start, last: span.start });
        }
    }
    for (class, FoldedRest { count, first, last }) in faults.counted() {
        let (rule, level) = rule_of(class);
        let [first, last] = [first, last].map(|at| place(&(at..at)).start);
        hits.count(Folded { rule, level, count, first, last });
    }
}

/// The rule of a class of faults, and the level that it gives them.
fn rule_of(class: FaultClass) -> (RuleId, Level) {
    let own = |rule: RuleId| (rule, rule.rule().level);
    match class {
        FaultClass::Envelope => own(RuleId::JsonEnvelope),
        FaultClass::DuplicateKey => own(RuleId::JsonDuplicateKey),
        FaultClass::MissingRequired => own(RuleId::BodyMissingField),
        FaultClass::MissingExpected => (RuleId::BodyMissingField, Level::Warning),
        FaultClass::Type => own(RuleId::BodyType),
        FaultClass::UsedType => (RuleId::BodyType, Level::Warning),
        FaultClass::Value => own(RuleId::BodyValue),
        FaultClass::Empty => own(RuleId::BodyEmpty),
        FaultClass::Timestamp => own(RuleId::BodyTimestamp),
        FaultClass::UsedTimestamp => (RuleId::BodyTimestamp, Level::Warning),
        FaultClass::UnknownField => own(RuleId::BodyUnknownField),
    }
}

/// The hit for a fault, without level and pointer.
fn fault_hit(fault: &Fault, rule: RuleId, span: Span, faults: &Faults, place: impl Fn(&Span) -> Span) -> Hit {
    // The field that the pointer ends in.
    let name = fault.pointer.rsplit('/').next().unwrap_or(&fault.pointer);
    let hit = |message: String| Hit::new(rule, message, span);
    match &fault.kind {
        FaultKind::Envelope(what) => hit(envelope_message(*what)).help(envelope_help(*what)),
        FaultKind::DuplicateKey { key, first } => {
            hit(format!("the key `{}` occurs twice in one object", shown(key)))
                .note("the last value is used")
                .related("the first one is here", place(first))
        }
        FaultKind::Missing(field) => {
            let other = faults.in_other_case(field);
            hit(format!("the field `{}` is missing", field.name))
                .maybe_help(other.map(|name| format!("found `{name}`, but names must match exactly")))
        }
        FaultKind::Type { expected, found, text } => hit(type_message(name, expected, *found))
            .note("the value is ignored")
            .maybe_help(type_help(expected, *found, text).map(str::to_owned)),
        FaultKind::UsedType { expected, found } => {
            hit(type_message(name, expected, *found)).note("the value is used")
        }
        FaultKind::NumericAccount => {
            hit(format!("the account id `{name}` is a number, not a string")).note("its digits are used")
        }
        FaultKind::Word { field, text } => hit(word_message(field, text)).maybe_help(word_help(field, text)),
        FaultKind::UnknownCommand(command) => {
            let known = V4Command::ALL.iter().map(|known| known.as_str());
            hit(format!("`{}` is not a callback command", shown(command)))
                .maybe_help(did_you_mean(command, known))
        }
        FaultKind::HugeInteger => hit(format!("`{name}` does not fit in 64 bits")),
        FaultKind::RoomIdType(number) => {
            hit(format!("`{name}` is {number}, but must be 1 (numeric) or 2 (string)"))
        }
        FaultKind::Empty => hit(format!("the id `{name}` is empty")),
        FaultKind::Timestamp { text, milliseconds } => {
            hit(format!("`{name}` is outside the years 2015 to 2099"))
                .note("the value is ignored")
                .maybe_help(timestamp_unit(text, *milliseconds).map(str::to_owned))
        }
        FaultKind::UsedTimestamp { unit, milliseconds } => {
            let documented = if *milliseconds { TimeUnit::Milliseconds } else { TimeUnit::Seconds };
            hit(format!("`{name}` is in {}, not in {}", unit.as_str(), documented.as_str()))
                .note("the value is used")
        }
        FaultKind::UnknownField { name, known } => {
            let known = known.iter().map(|field| field.name);
            hit(format!("`{}` is not a documented field", shown(name))).maybe_help(did_you_mean(name, known))
        }
    }
}

fn type_message(name: &str, expected: &str, found: JsonType) -> String {
    let with_article = |word: &str| {
        format!("{} {word}", if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
    };
    let is = match found {
        JsonType::Null => "`null`".to_owned(),
        _ => with_article(found.as_str()),
    };
    format!("`{name}` is {is}, not {}", with_article(expected))
}

fn type_help(expected: &str, found: JsonType, text: &str) -> Option<&'static str> {
    let digits = text.trim_matches('"');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (expected, found) {
        ("integer", JsonType::String) if is_number => Some("this is a number written as a string"),
        ("integer", JsonType::Number) => Some("an integer has no fraction or exponent"),
        ("string", JsonType::Integer) => Some("put the digits in double quotes"),
        _ => None,
    }
}

fn word_message(field: &FieldSpec, text: &str) -> String {
    if text.is_empty() {
        format!("`{}` is empty", field.name)
    } else {
        format!("`{}` is not a documented `{}`", shown(text), field.name)
    }
}

fn word_help(field: &FieldSpec, text: &str) -> Option<String> {
    let words = field.kind.vocabulary().map(|vocabulary| (vocabulary.words)()).unwrap_or_default();
    did_you_mean(text, words.iter().copied())
        .or_else(|| (words.len() <= 8).then(|| format!("expected one of `{}`", words.join("`, `"))))
}

fn envelope_message(fault: EnvelopeFault) -> String {
    match fault {
        EnvelopeFault::Body(found) => {
            format!("the body is a JSON {}, not an object or a string", found.as_str())
        }
        EnvelopeFault::Base64 => "the body is not Base64".to_owned(),
        EnvelopeFault::Url => "the URL, query or request line cannot be used".to_owned(),
        EnvelopeFault::Method => "the method is not a string".to_owned(),
        EnvelopeFault::Header => "the headers are not an object of strings or arrays of strings".to_owned(),
        EnvelopeFault::Time => "the time of capture cannot be used".to_owned(),
    }
}

fn envelope_help(fault: EnvelopeFault) -> &'static str {
    match fault {
        EnvelopeFault::Body(_) => "log the body as an object, or as a string that contains one",
        EnvelopeFault::Base64 => "log the bytes of the body in standard Base64",
        EnvelopeFault::Url => "log the URL as a string, or its query as an object of strings",
        EnvelopeFault::Method => "log the method as a string",
        EnvelopeFault::Header => "log each header's value as a string",
        EnvelopeFault::Time => "log the time as RFC 3339, or as Unix seconds or milliseconds",
    }
}
