//! What is judged of a source as a whole, once everything is read.
//!
//! Comes in: what was counted in each source, and why it was read. Goes out: findings with their places in the
//! source. Must not: read a record.

use super::appearance::appearance;
use super::hit::{Hit, RuleOptions, shown, times};
use crate::calls::{NotedNames, SourceFacts};
use crate::framing::{Noted, Reach};
use crate::spec::{Level, RuleId};

/// How a source came to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceOrigin {
    /// The folder that was searched for it, if it was not named.
    pub folder: Option<String>,
}

/// A finding on a source.
#[derive(Clone, Debug)]
pub struct SourceHit {
    /// What is wrong, without a place.
    pub hit: Hit,
    /// Where.
    pub reach: Reach,
}

/// The sources that hold something and nothing to do with callbacks, and what that comes to.
#[derive(Clone, Debug, Default)]
pub struct NotLogs {
    /// Indexes of the sources that are reported, with their level, and the number of files that one stands for.
    pub reported: Vec<(usize, Level, usize)>,
    /// True if something was read, and nothing of it has to do with callbacks.
    pub is_all: bool,
}

impl NotLogs {
    /// Those of an input. `allow_empty` says that there may be nothing in it.
    pub fn of<'f>(
        sources: impl Iterator<Item = (usize, &'f SourceFacts)> + Clone,
        origin: impl Fn(usize) -> SourceOrigin,
        allow_empty: bool,
    ) -> Self {
        let is_log = sources.clone().any(|(_, facts)| facts.is_log());
        let full = sources.clone().filter(|(_, facts)| !facts.is_empty());
        let mut reported: Vec<(usize, Level, usize)> = Vec::new();
        let mut folders: Vec<(String, usize)> = Vec::new();
        // Of compressed data in which nothing can be read, the damage is the finding.
        let is_damaged = |facts: &SourceFacts| facts.bytes == 0 && facts.damage.is_some();
        let is_any_damaged = full.clone().any(|(_, facts)| is_damaged(facts));
        for (index, _) in full.filter(|(_, facts)| !facts.is_log() && !is_damaged(facts)) {
            let Some(folder) = origin(index).folder else {
                reported.push((index, Level::Error, 1));
                continue;
            };
            let is_beside_log = sources
                .clone()
                .any(|(other, facts)| facts.is_log() && origin(other).folder.as_ref() == Some(&folder));
            if is_beside_log {
                reported.push((index, Level::Info, 1));
                continue;
            }
            // A folder in which nothing is a log is one mistake, however many files it has.
            match folders.iter().find(|(known, _)| *known == folder) {
                Some((_, at)) => reported[*at].2 += 1,
                None => {
                    folders.push((folder, reported.len()));
                    reported.push((index, Level::Error, 1));
                }
            }
        }
        if allow_empty {
            reported.iter_mut().for_each(|(_, level, _)| *level = Level::Info);
        }
        Self { is_all: !is_log && (!reported.is_empty() || is_any_damaged), reported }
    }
}

/// Judges a source; `not_a_log` is the level at which it is reported as none, with the number of files that it stands
/// for.
pub fn judge_source(
    facts: &SourceFacts,
    not_a_log: Option<(Level, usize)>,
    options: &RuleOptions,
) -> Vec<SourceHit> {
    let mut hits = Vec::new();
    let mut add = |hit: Hit, reach: Option<Reach>| {
        let reach = reach.unwrap_or(Reach { offset: 0, length: 0, line: 1, column: 1 });
        hits.extend(hit.judged(options).map(|hit| SourceHit { hit, reach }));
    };
    if let Some((level, files)) = not_a_log {
        add(not_a_log_hit(facts, files).level(level), None);
    }
    named(&facts.products, RuleId::InputOtherProduct, |name, count| {
        let hit = Hit::new(RuleId::InputOtherProduct, "", 0..0);
        let (what, verb) = (times(count, "request"), if count == 1 { "is" } else { "are" });
        Hit { message: format!("{what} of another product {verb} passed over: `{}`", shown(name)), ..hit }
    })
    .into_iter()
    .for_each(|(hit, noted)| add(hit, noted.first));
    named(&facts.other_requests, RuleId::InputOtherRequest, |name, count| {
        let (what, verb) = (times(count, &format!("`{}` request", shown(name))), carries(count));
        Hit::new(RuleId::InputOtherRequest, format!("{what} {verb} no callback"), 0..0)
            .note("health checks and browsers send such requests")
    })
    .into_iter()
    .for_each(|(hit, noted)| add(hit, noted.first));
    // Without callbacks, the text is what `input/not-a-log` speaks of.
    if facts.text_lines.count > 0 && facts.is_log() {
        add(text_hit(facts.text_lines.count), facts.text_lines.first);
    }
    if let Some(encoding) = &facts.encoding {
        let message = format!("the text is {encoding}, and is read as UTF-8");
        let note = "offsets and lengths count the bytes of the file";
        add(Hit::new(RuleId::InputEncoding, message, 0..0).note(note), None);
    } else if facts.holes.count > 0 {
        let what = times(facts.holes.count, "byte");
        let message = format!("{what} of byte order marks or NUL bytes before records");
        let note = "the records after them are read; what stood there before is lost if they are NUL bytes";
        add(Hit::new(RuleId::InputEncoding, message, 0..0).note(note), facts.holes.first);
    }
    for (path, noted) in facts.unknown_paths.names() {
        add(path_hit(path, noted), noted.first);
    }
    if !options.sdkappids.is_empty() && facts.without_sdkappid > 0 {
        add(unchecked_hit(facts), None);
    }
    hits.sort_by_key(|found| (found.reach.offset, found.hit.level, found.hit.rule.name()));
    hits
}

fn carries(count: u64) -> &'static str {
    if count == 1 { "carries" } else { "carry" }
}

/// The hits of each name, and one of all names that are not kept.
fn named(names: &NotedNames, rule: RuleId, hit: impl Fn(&str, u64) -> Hit) -> Vec<(Hit, Noted)> {
    let mut hits: Vec<_> = names.names().map(|(name, noted)| (hit(name, noted.count), noted)).collect();
    if names.unnamed() > 0 {
        let message = format!("{} under other names are passed over", times(names.unnamed(), "request"));
        hits.push((Hit::new(rule, message, 0..0), names.all()));
    }
    hits
}

fn not_a_log_hit(facts: &SourceFacts, files: usize) -> Hit {
    let looks = appearance(facts);
    let message = match files {
        1 => format!("no callback in this input: {}", looks.what),
        _ => format!("no callback in any of {files} files of this folder; the first: {}", looks.what),
    };
    Hit::new(RuleId::InputNotALog, message, 0..0).maybe_help(looks.help)
}

fn text_hit(count: u64) -> Hit {
    let (verb, what) = if count == 1 { ("is", "holds") } else { ("are", "hold") };
    let message = format!("{} that {what} no JSON object {verb} passed over", times(count, "line"));
    Hit::new(RuleId::InputOtherText, message, 0..0)
}

fn path_hit(path: &str, noted: Noted) -> Hit {
    let path = shown(path);
    let what = times(noted.count, "callback");
    let verb = if noted.count == 1 { "was" } else { "were" };
    let message = format!("{what} {verb} found at `{path}`, which is not a usual place of a body");
    Hit::new(RuleId::JsonEnvelope, message, 0..0)
        .level(Level::Info)
        .help(format!("if the body is always there, say so with `--body-at {path}`"))
}

fn unchecked_hit(facts: &SourceFacts) -> Hit {
    let (without, all) = (facts.without_sdkappid, facts.callbacks());
    if without < all {
        let message = format!("the SDKAppID of {without} of {all} callbacks was not checked: they have none");
        return Hit::new(RuleId::UrlUnchecked, message, 0..0).level(Level::Info);
    }
    Hit::new(RuleId::UrlUnchecked, "no SDKAppID was checked: no callback of this input has one", 0..0)
        .help("log the URL or its query next to the body")
}
