//! A split of the input, and how its records are read.
//!
//! Comes in: the options of a command, and lines of a plan. Goes out: the same for `map`, on any machine. Must not: read.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};

use super::header::InputId;
use crate::cli::{InputArgs, RuleArgs, parse_zone};
use crate::framing::Format;
use crate::rules::RuleOptions;
use crate::spec::{Level, Levels, UnknownRule};

/// What frames carry of each record, beyond calls and findings on records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// Nothing.
    #[default]
    Nothing,
    /// The places of what findings on calls point at.
    Places,
    /// The columns of callbacks.
    Callbacks,
    /// The ledger of the input; then there are no calls and findings.
    Records,
}

/// How records are read and judged: what all steps of a run have to agree about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingOptions {
    /// The format of every input, if it is given.
    #[serde(default)]
    pub input_format: Option<String>,
    /// The zone of times of capture that name none.
    #[serde(default)]
    pub log_tz: Option<String>,
    /// JSON pointer to the body.
    #[serde(default)]
    pub body_at: Option<String>,
    /// Longest record, in bytes.
    pub max_record: u64,
    /// True to read requests that the receiver refused.
    #[serde(default)]
    pub include_refused: bool,
    /// The levels of rules, in the order in which they are set; none for a rule that is not reported.
    #[serde(default)]
    pub levels: Vec<(String, Option<Level>)>,
    /// The expected SDKAppIDs.
    #[serde(default)]
    pub sdkappids: Vec<u32>,
    /// What is kept of each record.
    #[serde(default)]
    pub carries: Carried,
}

impl ReadingOptions {
    /// What the options of a command say.
    ///
    /// # Errors
    /// If a rule does not exist, or a zone cannot be named.
    pub fn of(input: &InputArgs, rules: Option<&RuleArgs>, include_refused: bool) -> anyhow::Result<Self> {
        let name = |zone| DateTimePrinter::new().time_zone_to_string(zone);
        let log_tz = input.log_tz.as_ref().map(name).transpose().context("`--log-tz` has no name")?;
        let format = input.input_format.and_then(|format| format.to_possible_value());
        Ok(Self {
            input_format: format.map(|format| format.get_name().to_owned()),
            log_tz,
            body_at: input.body_at.clone(),
            max_record: input.max_record as u64,
            include_refused,
            levels: rules.map(RuleArgs::levels).unwrap_or_default(),
            sdkappids: rules.map_or(Ok(Vec::new()), |rules| rules.options().map(|it| it.sdkappids))?,
            carries: Carried::Nothing,
        })
    }

    /// The format of every input, if it is given.
    ///
    /// # Errors
    /// If it does not exist.
    pub fn format(&self) -> anyhow::Result<Option<Format>> {
        let format = |name: &String| Format::from_str(name, false).map_err(anyhow::Error::msg);
        self.input_format.as_ref().map(format).transpose()
    }

    /// Says it to the options of a command.
    ///
    /// # Errors
    /// If a format or a zone does not exist.
    pub fn apply(&self, input: &mut InputArgs) -> anyhow::Result<()> {
        input.input_format = self.format()?;
        input.log_tz = self.log_tz.as_deref().map(parse_zone).transpose()?;
        input.body_at.clone_from(&self.body_at);
        input.max_record = usize::try_from(self.max_record).unwrap_or(usize::MAX);
        Ok(())
    }

    /// The rules.
    ///
    /// # Errors
    /// If one does not exist.
    pub fn rules(&self) -> anyhow::Result<RuleOptions> {
        let mut levels = Levels::default();
        for (name, level) in &self.levels {
            let set = levels.set(name, *level);
            set.map_err(|UnknownRule(name)| anyhow::anyhow!("no rule or family is called `{name}`"))?;
        }
        Ok(RuleOptions { levels, sdkappids: self.sdkappids.clone(), sought: crate::spec::RuleSet::default() })
    }
}

/// How an input is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Lines, at any line that a record may begin with.
    Jsonl,
    /// Raw HTTP, at any line that a request may begin with.
    Http,
    /// Not at all: compressed data, archives, tables, and what holds several records in one value.
    Whole,
}

impl Container {
    /// The format of what can be split.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Jsonl => Some(Format::JsonLines),
            Self::Http => Some(Format::Http),
            Self::Whole => None,
        }
    }
}

/// A split, as a line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Names the input and how it is split, in hexadecimal.
    pub plan: String,
    /// Its number, from 0, and how many there are.
    pub split: u32,
    /// How many splits the plan has.
    pub splits: u32,
    /// Number of its input, from 0.
    pub input: u32,
    /// The input's name.
    pub source: String,
    /// True if that is not UTF-8: then a backslash stands twice in the name, and `\xNN` for a byte that is not UTF-8.
    #[serde(default)]
    pub escaped: bool,
    /// The directory that was searched for it.
    #[serde(default)]
    pub folder: Option<String>,
    /// The first offset in the input, in bytes.
    pub start: u64,
    /// One past the last one.
    pub end: u64,
    /// Bytes of the input, as it is stored.
    pub size: u64,
    /// The SHA-256 of pieces of the input, in hexadecimal, by which a changed file is recognized; empty if it could not be
    /// read.
    #[serde(default)]
    pub sample: String,
    /// When the input was last modified, in nanoseconds since 1970.
    #[serde(default)]
    pub modified: Option<u64>,
    /// How the input is split.
    pub container: Container,
    /// True if a record is known to begin at `start`.
    #[serde(default)]
    pub exact: bool,
    /// How its records are read.
    pub reading: ReadingOptions,
}

impl Split {
    /// The split that a line of a plan says.
    ///
    /// # Errors
    /// If it says none.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text).context("not a split, which is one line of what `shard plan` prints")
    }

    /// What it is a split of.
    ///
    /// # Errors
    /// If that is not the name of a plan.
    pub fn input_id(&self) -> anyhow::Result<InputId> {
        InputId::parse(&self.plan).with_context(|| format!("`{}` is not the name of a plan", self.plan))
    }

    /// Where the input is.
    pub fn path(&self) -> PathBuf {
        if self.escaped { unescaped(&self.source).into() } else { self.source.clone().into() }
    }
}

/// The name that an escaped one stands for.
fn unescaped(name: &str) -> OsString {
    let (mut bytes, mut rest) = (Vec::new(), name.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(1..3).filter(|_| *first == b'\\' && after.starts_with(b"x"));
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        let (byte, length) = match byte {
            Some(byte) => (byte, 4),
            None if rest.starts_with(br"\\") => (b'\\', 2),
            None => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    name_of(bytes)
}

#[cfg(unix)]
fn name_of(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Where names are not bytes, none is escaped.
#[cfg(not(unix))]
fn name_of(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
