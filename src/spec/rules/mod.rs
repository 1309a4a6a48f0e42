//! The rules: name, level and explanation of each, in a file for each family.
//!
//! An entry of a family's file is all that stands here about a rule. The files are macros that hand their entries on to
//! the next, so that the last one, `registry`, makes the enum of ids and the table of all entries. Their order is that
//! of the steps that check them.

use super::level::Level;
use super::page;

/// An input that shows a rule, as `validate` would read it.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// JSON Lines.
    JsonLines(&'static str),
    /// Raw HTTP, with LF line ends as captured tools write them.
    Http(&'static str),
    /// JSON Lines that are not text: compressed, or not UTF-8.
    Bytes(&'static [u8]),
}

/// What `rules RULE` prints.
#[derive(Debug)]
pub struct Explanation {
    /// What is checked.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// An input that triggers the rule.
    pub fires: Example,
    /// Its nearest neighbour that does not.
    pub silent: Example,
    /// Further command-line arguments that the examples need.
    pub args: &'static [&'static str],
    /// What to do about a finding.
    pub advice: &'static str,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What the code calls it.
    pub id: RuleId,
    /// `family/name`, as in every report.
    pub name: &'static str,
    /// The level of its findings, unless a finding says otherwise (a missing field that is only expected).
    pub level: Level,
    /// What it reports, in one line.
    pub summary: &'static str,
    /// What `rules RULE` prints.
    pub explanation: Explanation,
}

impl Rule {
    /// The part of the name before the slash.
    pub fn family(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(family, _)| family)
    }
}

impl RuleId {
    /// The rule's entry.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// `family/name`.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// The rule of that name.
    pub fn parse(name: &str) -> Option<Self> {
        RULES.iter().find(|rule| rule.name == name).map(|rule| rule.id)
    }
}

/// Makes a macro of a family's entries: it hands those of the families before it and its own to the next macro.
/// (`$` has to be given, since a macro cannot write it.)
macro_rules! family {
    (($d:tt) $family:ident $($entries:tt)+) => {
        macro_rules! $family {
            ($d next:ident! $d($d before:tt)*) => { $d next! { $d($d before)* $($entries)+ } };
        }
        pub(super) use $family;
    };
}

/// Makes the enum of ids and the table of all entries.
macro_rules! registry {
    ($($id:ident {
        name: $name:literal,
        level: $level:ident,
        summary: $summary:literal,
        what: $what:literal,
        why: $why:literal,
        page: $page:path,
        fires: $fires:expr,
        silent: $silent:expr,
        $(args: [$($argument:literal),+],)?
        advice: $advice:literal,
    })+) => {
        /// A rule; the order is that of the steps that check them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum RuleId { $(#[doc = $summary] $id),+ }

        /// How many rules there are.
        pub const RULE_COUNT: usize = [$(RuleId::$id),+].len();

        /// Every rule, at the index of its id.
        pub static RULES: [Rule; RULE_COUNT] = [$(Rule {
            id: RuleId::$id,
            name: $name,
            level: Level::$level,
            summary: $summary,
            explanation: Explanation {
                what: $what,
                why: $why,
                page: $page,
                fires: $fires,
                silent: $silent,
                args: &[$($($argument),+)?],
                advice: $advice,
            },
        }),+];
    };
}

mod body;
mod call;
mod callback;
mod http;
mod input;
mod json;
mod url;

use {body::body, call::call, callback::callback, http::http, input::input, json::json, url::url};

input! { http! json! url! body! callback! call! registry! }

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(example: Example) -> &'static [u8] {
        match example {
            Example::JsonLines(text) | Example::Http(text) => text.as_bytes(),
            Example::Bytes(bytes) => bytes,
        }
    }

    #[test]
    fn texts_are_sentences_and_examples_differ() {
        for Rule { name, summary, explanation: own, .. } in &RULES {
            assert!(!summary.ends_with('.') && name.contains('/'), "{name}: {summary}");
            for text in [own.what, own.why, own.advice] {
                assert!(text.ends_with('.') && !text.contains("  "), "{name}: {text}");
            }
            assert_ne!(bytes(own.fires), bytes(own.silent), "{name}");
        }
    }

    #[test]
    fn no_two_rules_are_the_same() {
        for (index, rule) in RULES.iter().enumerate() {
            for other in &RULES[..index] {
                assert_ne!(rule.name, other.name);
                assert_ne!(rule.explanation.what, other.explanation.what, "{}, {}", rule.name, other.name);
            }
        }
    }
}
