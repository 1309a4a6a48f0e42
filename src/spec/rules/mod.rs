//! The rules: name, level and explanation of each, in a file for each family.
//!
//! An entry in a family's file is the only place that describes a rule. The files are macros that hand their entries on
//! to the next, so that the last one, `registry`, makes the enum of ids and the table of all entries. Their order is
//! that of the steps that check them.

use super::level::Level;
use super::page;

/// What `rules RULE` prints.
#[derive(Debug)]
pub struct Explanation {
    /// What is checked; then why it matters and what to do, each under a heading.
    text: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// An input that does not trigger the rule, as `validate` would read it: JSON Lines or raw HTTP.
    pub silent: &'static [u8],
    /// A part of it, and the text that makes it trigger the rule when it replaces that part.
    edit: (&'static [u8], &'static [u8]),
    /// Further command-line arguments that the examples need.
    pub args: &'static [&'static str],
}

impl Explanation {
    /// What is checked.
    pub fn what(&self) -> &'static str {
        self.text.split("\n # ").next().unwrap_or_default()
    }

    /// Why it matters.
    pub fn why(&self) -> &'static str {
        self.section("Why it matters")
    }

    /// What to do about a finding.
    pub fn advice(&self) -> &'static str {
        self.section("What to do")
    }

    /// The text under a heading, empty without that heading.
    fn section(&self, title: &str) -> &'static str {
        let sections = self.text.split("\n # ").skip(1);
        sections.filter_map(|section| section.strip_prefix(title)).next().unwrap_or_default()
    }

    /// An input that triggers the rule: the other one, with its last place of what is edited.
    pub fn fires(&self) -> Vec<u8> {
        let (from, to) = self.edit;
        let found = self.silent.windows(from.len()).rposition(|window| window == from);
        let (before, rest) = self.silent.split_at(found.unwrap_or_default());
        [before, to, rest.get(from.len()..).unwrap_or_default()].concat()
    }
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
    ($($(#[doc = $line:literal])+ $id:ident {
        name: $name:literal,
        level: $level:ident,
        summary: $summary:literal,
        page: $page:path,
        $(args: [$($argument:literal),+],)?
        silent: $silent:expr,
        fires: $from:expr => $to:expr,
    })+) => {
        /// A rule; the order is that of the steps that check them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        pub enum RuleId { $(#[doc = $summary] #[doc = ""] $(#[doc = $line])+ $id),+ }

        /// How many rules there are.
        pub const RULE_COUNT: usize = [$(RuleId::$id),+].len();

        /// Every rule, at the index of its id.
        pub static RULES: [Rule; RULE_COUNT] = [$(Rule {
            id: RuleId::$id,
            name: $name,
            level: Level::$level,
            summary: $summary,
            explanation: Explanation {
                text: concat!($($line, "\n"),+),
                page: $page,
                silent: $silent,
                edit: ($from, $to),
                args: &[$($($argument),+)?],
            },
        }),+];
    };
}

/// Which inputs the entries edit.
#[macro_use]
mod samples;

mod body;
mod call;
mod callback;
mod http;
mod input;
mod json;
mod url;

use samples::*;
use {body::body, call::call, callback::callback, http::http, input::input, json::json, url::url};

input! { http! json! url! body! callback! call! registry! }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sentences_and_examples_differ() {
        for Rule { name, summary, explanation: own, .. } in &RULES {
            assert!(!summary.ends_with('.') && name.contains('/'), "{name}: {summary}");
            for text in [own.what(), own.why(), own.advice()] {
                assert!(text.trim_end().ends_with('.') && !text.contains("  "), "{name}: {text}");
            }
            assert_ne!(own.fires(), own.silent, "{name}");
        }
    }

    #[test]
    fn no_two_rules_are_the_same() {
        for (index, rule) in RULES.iter().enumerate() {
            for other in &RULES[..index] {
                assert_ne!(rule.name, other.name);
                assert_ne!(
                    rule.explanation.what(),
                    other.explanation.what(),
                    "{}, {}",
                    rule.name,
                    other.name
                );
            }
        }
    }
}
