//! The options that choose calls: the same on every command that reads calls.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::Path;

use clap::Args;
use jiff::tz::TimeZone;

use super::rule_levels::unknown_rule;
use super::usage::Usage;
use super::values::{
    TimeBound, cause_parser, parse_app, parse_bound, parse_seconds, parse_zone, result_parser, word_parser,
};
use crate::calls::{Certainty, Filter, SecondsRange};
use crate::rules::RuleOptions;
use crate::spec::{CallType, Cause, Family, MediaType, Timestamp, UnknownRule};

/// Which calls are wanted. Values of one option are given with commas or again, and are or-ed; the options are and-ed.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Calls at or after this time: RFC 3339, a date, Unix seconds, or a span back from the newest callback (-2h)
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub since: Option<TimeBound>,
    /// Calls before this time
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub until: Option<TimeBound>,
    /// Calls with this id
    #[arg(long, value_name = "ID")]
    pub call_id: Vec<String>,
    /// Calls in which this user takes part
    #[arg(long, value_name = "USER")]
    pub user: Vec<String>,
    /// Calls that this user placed
    #[arg(long, value_name = "USER")]
    pub caller: Vec<String>,
    /// Calls in which this user was called
    #[arg(long, value_name = "USER")]
    pub callee: Vec<String>,
    /// Calls with this result
    #[arg(long, value_name = "RESULT", value_delimiter = ',', value_parser = result_parser())]
    pub result: Vec<String>,
    /// Calls that failed: `failed`, `offline`, `interrupt`; `call_busy` that no callee ignored; `not_answer` where no
    /// callee rang
    #[arg(long)]
    pub failed: bool,
    /// Calls with this main cause, as `why` reports it; `help causes` lists them
    #[arg(long, value_name = "CAUSE", value_delimiter = ',', value_parser = cause_parser(), hide_possible_values = true)]
    pub cause: Vec<Cause>,
    /// Calls whose cause is as certain as this
    #[arg(long, value_name = "CERTAINTY", value_delimiter = ',', value_parser = word_parser::<Certainty>())]
    pub certainty: Vec<Certainty>,
    /// Calls placed from this platform, such as iOS, in any case
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    pub platform: Vec<String>,
    /// Calls with a callee on this platform
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    pub callee_platform: Vec<String>,
    /// Calls of this medium
    #[arg(long, value_name = "TYPE", value_delimiter = ',', value_parser = word_parser::<MediaType>())]
    pub media_type: Vec<MediaType>,
    /// Calls between two (`single`) or more (`group`)
    #[arg(long, value_name = "TYPE", value_delimiter = ',', value_parser = word_parser::<CallType>())]
    pub call_type: Vec<CallType>,
    /// Calls with callbacks of this family
    #[arg(long, value_name = "FAMILY", value_delimiter = ',', value_parser = word_parser::<Family>())]
    pub family: Vec<Family>,
    /// Calls of the app with this SDKAppID
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = parse_app)]
    pub app: Vec<u32>,
    /// Calls with a callback that was redelivered
    #[arg(long)]
    pub redelivered: bool,
    /// Calls with a finding of this rule, family of rules, or `all`, on the call or a record of its callbacks
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub with_finding: Vec<String>,
    /// Calls that rang for so long, ends included: 10s.., ..2m, 30s..1m
    #[arg(long, value_name = "RANGE", value_parser = parse_seconds)]
    pub ring: Option<SecondsRange>,
    /// Calls that were talked for so long
    #[arg(long, value_name = "RANGE", value_parser = parse_seconds)]
    pub talk: Option<SecondsRange>,
    /// Calls that took so long from their start to their end
    #[arg(long, value_name = "RANGE", value_parser = parse_seconds)]
    pub total: Option<SecondsRange>,
    /// Time zone of dates, days and hours
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = parse_zone)]
    pub tz: TimeZone,
}

/// Each text, and the parts between its commas: an id may have a comma itself.
pub fn ids_of(given: &[String]) -> Vec<String> {
    let parts = given.iter().filter(|text| text.contains(',')).flat_map(|text| text.split(','));
    let parts = parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
    given.iter().cloned().chain(parts).collect()
}

impl FilterArgs {
    /// True if all calls are wanted.
    pub fn is_empty(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.conditions().is_empty()
    }

    /// The filter; `newest` is the time of the newest callback, from which spans are counted back.
    ///
    /// # Errors
    /// Returns an error if a date cannot be placed in its zone, or the end is before the beginning.
    pub fn filter(&self, newest: Option<Timestamp>) -> Result<Filter, Usage> {
        let seconds =
            |bound: Option<TimeBound>| bound.map(|bound| bound.seconds(&self.tz, newest)).transpose();
        let (since, until) = (seconds(self.since)?, seconds(self.until)?);
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err("`--until` is before `--since`, so that no call is between them".into());
        }
        Ok(Filter { since, until, ..self.conditions() })
    }

    /// Everything but the times.
    fn conditions(&self) -> Filter {
        Filter {
            since: None,
            until: None,
            call_ids: ids_of(&self.call_id),
            users: ids_of(&self.user),
            callers: ids_of(&self.caller),
            callees: ids_of(&self.callee),
            results: self.result.clone(),
            failed: self.failed,
            causes: self.cause.clone(),
            certainties: self.certainty.clone(),
            platforms: self.platform.clone(),
            callee_platforms: self.callee_platform.clone(),
            media_types: self.media_type.clone(),
            call_types: self.call_type.clone(),
            families: self.family.clone(),
            apps: self.app.clone(),
            redelivered: self.redelivered,
            with_finding: !self.with_finding.is_empty(),
            ring: self.ring.unwrap_or_default(),
            talk: self.talk.unwrap_or_default(),
            total: self.total.unwrap_or_default(),
        }
    }

    /// Says whether calls can be chosen so if a log is read in parts.
    ///
    /// # Errors
    /// Returns an error if not.
    pub fn check_parts(&self) -> Result<(), Usage> {
        if self.with_finding.is_empty() {
            return Ok(());
        }
        Err("`--with-finding` needs the findings on every record, which parts do not carry".into())
    }

    /// The rules, with those whose findings choose calls.
    ///
    /// # Errors
    /// Returns an error if a name is neither a rule nor a family, with the nearest one.
    pub fn seek(&self, mut rules: RuleOptions) -> Result<RuleOptions, Usage> {
        for name in &self.with_finding {
            rules.sought.add(name).map_err(|UnknownRule(name)| unknown_rule(&name))?;
        }
        Ok(rules)
    }
}

/// Which calls are wanted, unless one is named by the id that stands first among the arguments.
#[derive(Clone, Debug, Args)]
pub struct ChoiceArgs {
    /// Show at most this many calls, and say how many more there are
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Which calls are wanted
    #[command(flatten)]
    pub filter: FilterArgs,
}

impl ChoiceArgs {
    /// The id of a call, or its beginning, and the inputs; no id if filters choose the calls.
    ///
    /// # Errors
    /// Returns an error if neither is given.
    pub fn split(&self, arguments: &[OsString]) -> Result<(Option<String>, Vec<OsString>), Usage> {
        if !self.filter.is_empty() {
            return Ok((None, arguments.to_vec()));
        }
        let named = arguments.split_first().and_then(|(call_id, inputs)| Some((call_id.to_str()?, inputs)));
        match named {
            Some((call_id, inputs)) if is_input(call_id, inputs) => Err(format!(
                "`{call_id}` is a file: the id of a call, or its beginning, comes before the inputs"
            )
            .into()),
            Some((call_id, inputs)) if !call_id.is_empty() => Ok((Some(call_id.to_owned()), inputs.to_vec())),
            _ => Err("no call is named: give its id, the beginning of its id, or a filter such as \
                      `--result reject`"
                .into()),
        }
    }
}

/// True if what should be the id of a call is a file, and nothing else is an input: what a pipe brings could hold it.
fn is_input(call_id: &str, inputs: &[OsString]) -> bool {
    let is_there = |name: &OsString| name == "-" || Path::new(name).exists();
    let is_piped = inputs.is_empty() && !io::stdin().is_terminal();
    Path::new(call_id).exists() && !is_piped && !inputs.iter().any(is_there)
}
