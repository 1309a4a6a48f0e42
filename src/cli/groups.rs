//! The groups of options that several commands have, and what they say to the steps.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches};
use jiff::tz::TimeZone;

use super::environment::{SDKAPPIDS, variable};
use super::rule_levels::{RuleLevel, merged, parse_rule_level, unknown_rule};
use super::terminal::Terminal;
use super::usage::Usage;
use super::values::{parse_app, parse_number, parse_size, parse_zone};
use crate::engine::CutOptions;
use crate::framing::Format;
use crate::report::TextStyle;
use crate::rules::RuleOptions;
use crate::spec::{Level, Levels, RuleSet, UnknownRule};

/// What is read.
#[derive(Debug, Default, Args)]
pub struct InputArgs {
    /// Files, directories (all files in them that are not hidden), patterns, or `-` for standard input; gzip and
    /// zstd are detected automatically
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<OsString>,
    /// Format of the logs [default: detected automatically]
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<Format>,
    /// Zone of times of capture that name none, such as Asia/Shanghai [default: UTC]
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    pub log_tz: Option<TimeZone>,
    /// JSON pointer to the body in its record, such as /event/body, if it is not to be searched for
    #[arg(long, value_name = "POINTER")]
    pub body_at: Option<String>,
    /// Take an input that holds no callback for an empty log, instead of failing
    #[arg(long)]
    pub allow_empty: bool,
    /// Maximum size of a record; K, M and G stand for KiB, MiB and GiB
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = parse_size)]
    pub max_record: usize,
    /// Approximate memory for calls and what is computed from them; the rest goes to temporary files [default: no
    /// limit]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_memory: Option<usize>,
    /// Number of threads [default: number of cores]
    #[arg(long, value_name = "N", value_parser = parse_number::<1, 1024>)]
    pub threads: Option<usize>,
    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// Bytes that are read at once.
const BLOCK_SIZE: usize = 1 << 18;

impl InputArgs {
    /// How the input is cut.
    pub fn cut_options(&self) -> CutOptions {
        let zone = self.log_tz.clone().unwrap_or(TimeZone::UTC);
        CutOptions::new(self.input_format, self.max_record, BLOCK_SIZE).reading(self.body_at.clone(), zone)
    }

    /// How many threads work.
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.unwrap_or_else(cores)
    }
}

/// Where output goes.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Write to this file instead of standard output; it appears only when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl OutputArgs {
    /// The file; none for standard output, unless that is named as `-`.
    pub fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }
}

/// How text for people is drawn.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct TextArgs {
    /// Use only ASCII in text; other characters from the log are escaped
    #[arg(long)]
    ascii: bool,
    /// Width of text in columns [default: that of the terminal, otherwise 120]
    #[arg(long, value_name = "N", value_parser = parse_number::<40, 1000>)]
    width: Option<usize>,
}

impl TextArgs {
    /// The style of text that goes to standard output, or to `file`.
    pub fn style(self, terminal: Terminal, file: Option<&Path>) -> TextStyle {
        TextStyle {
            width: self.width.unwrap_or_else(|| terminal.width(file)),
            ascii: self.ascii || terminal.is_ascii(file),
            color: terminal.colors(file),
        }
    }

    /// Checks that nothing is asked for that has no effect.
    ///
    /// # Errors
    /// Returns an error if an option is given and the format is not text.
    pub fn check(self, is_text: bool) -> Result<(), Usage> {
        if !is_text && (self.ascii || self.width.is_some()) {
            return Err("`--ascii` and `--width` need `--format text`".into());
        }
        Ok(())
    }
}

/// The options on rules, as clap reads them.
#[derive(Args)]
struct RuleNames {
    /// Report a rule (`body/type`), a family (`body`) or `all` as errors
    #[arg(long, value_name = "RULE")]
    error: Vec<String>,
    /// Report a rule, a family or `all` as warnings
    #[arg(long, value_name = "RULE")]
    warn: Vec<String>,
    /// Report a rule, a family or `all` as info
    #[arg(long, value_name = "RULE")]
    info: Vec<String>,
    /// Do not report a rule, a family or `all`
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Your SDKAppID; callbacks with any other are reported [env: CALLKIT_SDKAPPID]
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = parse_app)]
    sdkappid: Vec<u32>,
    /// Levels of the project, as `LEVEL=RULE`; what the other options say wins
    #[arg(long, hide = true, value_name = "LEVEL=RULE", value_parser = parse_rule_level)]
    project_level: Vec<RuleLevel>,
}

/// Which rules count, and how.
#[derive(Clone, Debug, Default)]
pub struct RuleArgs {
    /// The levels of the project, and then those of the options in the order in which they are given; the later wins.
    levels: Vec<RuleLevel>,
    sdkappids: Vec<u32>,
}

impl Args for RuleArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        RuleNames::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        RuleNames::augment_args_for_update(command)
    }
}

impl FromArgMatches for RuleArgs {
    /// clap keeps options apart by name, so their order is read off their indexes.
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let RuleNames { error, warn, info, allow, sdkappid, project_level } =
            RuleNames::from_arg_matches(matches)?;
        let options = [
            ("error", error, Some(Level::Error)),
            ("warn", warn, Some(Level::Warning)),
            ("info", info, Some(Level::Info)),
            ("allow", allow, None),
        ];
        let mut all: Vec<(usize, RuleLevel)> = Vec::new();
        for (option, names, level) in options {
            let indexes = matches.indices_of(option).into_iter().flatten();
            all.extend(indexes.zip(names.into_iter().map(|name| (name, level))));
        }
        all.sort_by_key(|(index, _)| *index);
        let options = all.into_iter().map(|(_, set)| set).collect();
        Ok(Self { levels: merged(project_level, options), sdkappids: sdkappid })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl RuleArgs {
    /// The names of rules and families whose levels are set, in that order, each with its level; none for one that is not
    /// reported.
    pub fn levels(&self) -> Vec<(String, Option<Level>)> {
        self.levels.clone()
    }

    /// What the command line says of the rules.
    ///
    /// # Errors
    /// Returns an error if a name is neither a rule nor a family, with the nearest one.
    pub fn options(&self) -> Result<RuleOptions, Usage> {
        let mut levels = Levels::default();
        for (name, level) in &self.levels {
            levels.set(name, *level).map_err(|UnknownRule(name)| unknown_rule(&name))?;
        }
        let sdkappids =
            if self.sdkappids.is_empty() { sdkappids_of_environment()? } else { self.sdkappids.clone() };
        Ok(RuleOptions { levels, sdkappids, sought: RuleSet::default() })
    }
}

/// The SDKAppIDs that the environment names, separated by commas.
fn sdkappids_of_environment() -> Result<Vec<u32>, Usage> {
    let value = variable(SDKAPPIDS).unwrap_or_default();
    let value = value.to_string_lossy();
    let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| parse_app(id).map_err(|_| format!("`{id}` in {SDKAPPIDS} is not an SDKAppID").into()))
        .collect()
}
