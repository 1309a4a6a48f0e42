//! `json/`: texts that are not JSON objects.

use super::hit::{Hit, shown};
use crate::decode::{CodingFault, Damage, DamageKind};
use crate::framing::Span;
use crate::spec::RuleId;

/// A hit for a text that is not a usable JSON object; `span` is the damage's place in the record, and `text` what
/// is there.
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
                .help("write one callback per line, each as an object")
        }
        DamageKind::NotUtf8 => Hit::new(RuleId::JsonEncoding, "not UTF-8", span),
        DamageKind::LoneSurrogate => {
            Hit::new(RuleId::JsonEncoding, "half of a surrogate pair, which is not a character", span)
        }
        DamageKind::Coding(fault) => Hit::new(RuleId::JsonEncoding, coding_message(fault), span),
        DamageKind::TooDeep => Hit::new(RuleId::JsonDepth, "nested more than 128 levels deep", span),
    }
}

fn coding_message(fault: &CodingFault) -> String {
    match fault {
        CodingFault::Damaged(name) => format!("the body is `{name}` data that is cut off or damaged"),
        CodingFault::TooLarge(name, most) => {
            format!("the body is `{name}` data that unpacks to more than {most} bytes")
        }
        CodingFault::Unknown(name) => {
            format!("the body is in the coding `{}`, which is not read", shown(name))
        }
    }
}
