//! `json/`: texts that are no JSON object, repeated keys, and envelopes.

use super::hit::{Hit, Hits, shown};
use crate::decode::{Damage, DamageKind, EnvelopeFault, Fault, FaultKind, Faults, Span};
use crate::spec::RuleId;

/// A hit for a text that is no usable JSON object; `span` is the damage's place in the record, and `text` what
/// stands there.
pub(super) fn damage_hit(damage: &Damage, span: Span, around: &str) -> Hit {
    match &damage.kind {
        DamageKind::Syntax(expected) => {
            let hit = Hit::new(RuleId::JsonSyntax, format!("not JSON: expected {expected}"), span);
            let comment = ["//", "#", "/*"].iter().any(|mark| around.trim_start().starts_with(mark));
            if comment { hit.note("JSON has no comments") } else { hit }
        }
        DamageKind::NotObject(found) => {
            let message = format!("a JSON {}, not an object", found.as_str());
            Hit::new(RuleId::JsonNotObject, message, span)
                .help("write one callback a line, each as an object")
        }
        DamageKind::NotUtf8 => Hit::new(RuleId::JsonEncoding, "not UTF-8", span),
        DamageKind::LoneSurrogate => {
            Hit::new(RuleId::JsonEncoding, "half of a surrogate pair, which is no character", span)
        }
        DamageKind::TooDeep => Hit::new(RuleId::JsonDepth, "nested deeper than 128", span),
    }
}

/// A hit for a repeated key; `span` and `first` are places in the record.
pub(super) fn duplicate_key_hit(key: &str, span: Span, first: Span) -> Hit {
    let message = format!("the key `{}` stands twice in one object", shown(key));
    Hit::new(RuleId::JsonDuplicateKey, message, span)
        .note("the last one counts")
        .related("it stands here first", first)
}

/// Judges an envelope's own repeated keys, and what cannot be used of it.
pub(super) fn judge_envelope(repeats: &Faults, faults: &[Fault], hits: &mut Hits<'_>) {
    for fault in repeats.list().iter().chain(faults) {
        match &fault.kind {
            FaultKind::Envelope(what) => {
                let hit = Hit::new(RuleId::JsonEnvelope, envelope_message(*what), fault.span.clone());
                hits.push(hit.help(envelope_help(*what)));
            }
            FaultKind::DuplicateKey { key, first } => {
                hits.push(duplicate_key_hit(key, fault.span.clone(), first.clone()));
            }
            _ => {}
        }
    }
    if let Some(rest) = repeats.rest() {
        hits.end_at((rest, 0));
    }
}

fn envelope_message(fault: EnvelopeFault) -> String {
    match fault {
        EnvelopeFault::Body(found) => {
            format!("the body is a JSON {}, neither object nor string", found.as_str())
        }
        EnvelopeFault::Base64 => "the body is not Base64".to_owned(),
        EnvelopeFault::Url => "the URL, query or request line cannot be used".to_owned(),
        EnvelopeFault::Method => "the method is no string".to_owned(),
        EnvelopeFault::Header => "the headers are no object of strings, or of arrays of strings".to_owned(),
        EnvelopeFault::Time => "the time of capture cannot be used".to_owned(),
    }
}

fn envelope_help(fault: EnvelopeFault) -> &'static str {
    match fault {
        EnvelopeFault::Body(_) => "log the body as an object, or as a string that holds it",
        EnvelopeFault::Base64 => "log the bytes of the body in standard Base64",
        EnvelopeFault::Url => "log the URL as a string, or its query as an object of strings",
        EnvelopeFault::Method => "log the method as a string",
        EnvelopeFault::Header => "log each header's value as a string",
        EnvelopeFault::Time => "log the time as RFC 3339, or as Unix seconds or milliseconds",
    }
}
