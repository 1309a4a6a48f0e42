//! A SARIF 2.1.0 log of one run, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Members without a value are left out. What SARIF has no member for is in `properties`, named as in the JSON of findings.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::facts::ListFacts;
use crate::report::json::{Object, document, list, object};
use crate::spec::{Finding, Level, Place, RULES, Rule};

/// The schema that it follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Everything but what stands for itself in a path, so that no part of a name is read as a scheme, host or query.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-').remove(b'~');

/// Everything up to the first result.
pub(super) fn head() -> Vec<u8> {
    let mut text = document(|log| {
        log.member("$schema", SCHEMA);
        log.member("version", "2.1.0");
        log.objects("runs", [()], |run, ()| {
            run.object("tool", |tool| {
                tool.object("driver", |driver| {
                    driver.member("name", "callkit-tool");
                    driver.member("version", env!("CARGO_PKG_VERSION"));
                    driver.objects("rules", &RULES, rule);
                });
            });
            run.member("columnKind", "unicodeCodePoints");
            run.list("results", [""; 0]);
        });
    });
    // The results, and the ends of what they stand in, follow.
    text.truncate(text.len() - b"]}]}\n".len());
    text.push(b'\n');
    text
}

fn rule(object: &mut Object<'_>, rule: &Rule) {
    object.member("id", rule.name);
    text_object(object, "shortDescription", &message(rule.summary));
    text_object(object, "fullDescription", &message(&joined(rule.explanation.what())));
    text_object(object, "help", &message(&joined(rule.explanation.advice())));
    object.member("helpUri", rule.explanation.page);
    object.object("defaultConfiguration", |it| it.member("level", level(rule.level)));
}

/// A result, with the comma that parts it from the one before.
pub(super) fn write<'s>(
    out: &mut Vec<u8>,
    finding: &Finding,
    count: u64,
    wrapper: &[String],
    source: impl Fn(usize) -> &'s str,
) {
    out.extend_from_slice(b",\n");
    object(out, |result| {
        result.member("ruleId", finding.rule.name());
        result.member("ruleIndex", finding.rule as usize);
        result.member("level", level(finding.level));
        let mut text = message(&finding.message);
        for (name, more) in [("note", &finding.note), ("help", &finding.help)] {
            if let Some(more) = more {
                text.push_str(&format!("\n{name}: {}", message(more)));
            }
        }
        text_object(result, "message", &text);
        if count > 1 {
            result.member("occurrenceCount", count);
        }
        result.objects("locations", [&finding.place], |it, place| location(it, place, &source));
        if !finding.related.is_empty() {
            result.objects("relatedLocations", &finding.related, |it, related| {
                location(it, &related.place, &source);
                text_object(it, "message", &message(&related.message));
            });
        }
        result.object("properties", |it| properties(it, finding, wrapper));
    });
}

fn properties(object: &mut Object<'_>, finding: &Finding, wrapper: &[String]) {
    object.optional("record", finding.place.record);
    object.member("offset", finding.place.offset);
    object.member("length", finding.place.length);
    object.optional("pointer", finding.pointer.as_deref());
    if !wrapper.is_empty() {
        object.list("wrapper", wrapper);
    }
    object.optional("call_id", finding.call_id.as_deref());
}

/// Everything after the last result.
pub(super) fn foot(facts: &ListFacts) -> Vec<u8> {
    let mut out = b"\n],\"invocations\":".to_vec();
    list(&mut out, [()], |out, ()| {
        object(out, |it| {
            it.member("executionSuccessful", !facts.is_incomplete);
            it.objects("toolExecutionNotifications", facts.cut_text(), |it, text| {
                it.member("level", "note");
                text_object(it, "message", &text);
            });
        });
    });
    let cut = facts.all_cut();
    if cut > 0 {
        out.extend_from_slice(format!(",\"properties\":{{\"cut\":{cut}}}").as_bytes());
    }
    out.extend_from_slice(b"}]}\n");
    out
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn text_object(object: &mut Object<'_>, key: &str, text: &str) {
    object.object(key, |it| it.member("text", text));
}

fn location<'s>(object: &mut Object<'_>, place: &Place, source: &impl Fn(usize) -> &'s str) {
    object.object("physicalLocation", |physical| {
        physical.object("artifactLocation", |it| it.member("uri", uri(source(place.source))));
        physical.object("region", |region| {
            region.member("startLine", place.line.max(1));
            region.member("startColumn", place.column.max(1));
        });
    });
}

/// The name of a source as a relative reference, or as a file's URL if it is an absolute path.
fn uri(name: &str) -> String {
    let path = utf8_percent_encode(name, IN_PATH).to_string();
    if name.starts_with('/') { format!("file://{path}") } else { path }
}

/// Text in which nothing is a placeholder or a link, whatever a log has brought into it.
fn message(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
