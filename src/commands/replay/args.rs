//! The arguments of `replay`, and the options that they make.

use std::fmt::Display;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::{
    FilterArgs, InputArgs, OutputArgs, TimeBound, TokenSource, Usage, parse_bound, parse_duration,
    parse_number, parse_seed, parse_wait,
};
use crate::live::http::{BackendUrl, UrlError, parse_header};
use crate::live::replay::{Chaos, IdSuffix, Pace, Rewrite, Speed, Tempo};
use crate::spec::retry_times;

/// Arguments of `replay`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 all accepted, 1 some refused, 2 the backend could not be reached or did not answer, \
    or an input could not be read, 130 stopped with Ctrl-C.\n\n\
    Examples:\n  callkit-tool replay --to http://127.0.0.1:8080/callkit callbacks.log --speed max\n  \
    callkit-tool replay --to http://localhost:8080/callkit logs/ --speed 10x --dry-run\n  \
    callkit-tool replay --to https://staging.example.com/callkit --allow-host staging.example.com \
    --token env:CALLKIT_TOKEN --retry vendor --chaos dup=5%,drop=1% --report run.jsonl callbacks.log"
)]
pub(in crate::commands) struct ReplayArgs {
    /// What is read
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// URL of the backend; the captured query is appended to it
    #[arg(long, value_name = "URL")]
    pub(super) to: String,
    /// Allow sending to a backend on this host, which is not this machine
    #[arg(long, value_name = "NAME", value_parser = parse_host)]
    pub(super) allow_host: Vec<String>,
    /// Speed relative to the log: 1x, 10x, 0.5x, or max to send everything at once
    #[arg(long, value_name = "SPEED", default_value = "1x", value_parser = parse_speed)]
    pub(super) speed: Speed,
    /// Shorten silences of the log to this time
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(super) max_gap: Option<Duration>,
    /// Send the log this many times, one after another
    #[arg(long = "loop", value_name = "N", default_value_t = 1, value_parser = parse_number::<1, 10_000>, conflicts_with_all = ["chaos", "compare"])]
    pub(super) passes: usize,
    /// Maximum number of requests in flight
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = parse_number::<1, 10_000>)]
    pub(super) concurrency: usize,
    /// Maximum number of requests per second: 100 or 100/s
    #[arg(long, value_name = "N/s", value_parser = parse_rate)]
    pub(super) rate: Option<f64>,
    /// Timeout for a request
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_duration)]
    pub(super) timeout: Duration,
    /// Resend what is not accepted
    #[arg(long, value_name = "HOW", default_value = "never")]
    pub(super) retry: RetryArg,
    /// How long to wait for the backend while nothing listens there, instead of giving callbacks up; 0 for not at all
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_wait)]
    pub(super) wait: Duration,
    /// Never send a request once more whose reused connection ended before an answer began
    #[arg(long)]
    pub(super) no_resend: bool,
    /// Sign requests again, with the app's authentication token: env:NAME, or a file that holds it
    #[arg(long, value_name = "env:NAME|FILE")]
    pub(super) token: Option<TokenSource>,
    /// Add this to every `CallId`, for a backend that drops ids that it knows; with `--loop` also the number of the pass
    #[arg(long, value_name = "TEXT", value_parser = parse_suffix, allow_hyphen_values = true)]
    pub(super) set_id_suffix: Option<IdSuffix>,
    /// Send only what was not accepted before, by this report of a replay, `LOG.forward` or `LOG.undelivered`
    #[arg(long, value_name = "FILE")]
    pub(super) only_failed: Option<PathBuf>,
    /// Send only callbacks that were captured at this time or later; unlike `--since`, not whole calls
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub(super) received_since: Option<TimeBound>,
    /// Send only callbacks that were captured before this time
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub(super) received_until: Option<TimeBound>,
    /// Set a URL parameter: sdkappid=1400000001
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(super) set: Vec<(String, String)>,
    /// Set a header
    // Read after clap, which would repeat one that it cannot use: it may hold a key.
    #[arg(long, value_name = "NAME: VALUE")]
    pub(super) header: Vec<String>,
    /// Also send captured cookies, authorization, tokens and keys
    #[arg(long)]
    pub(super) keep_credentials: bool,
    /// Send each request with its captured method instead of POST
    #[arg(long)]
    pub(super) keep_method: bool,
    /// Inject duplicates, reordering, drops and delays: shares of dup, reorder, drop, and delay with its time
    #[arg(long, value_name = "CHAOS", value_parser = parse_chaos)]
    pub(super) chaos: Option<Chaos>,
    /// Seed for `--chaos`
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_seed)]
    pub(super) seed: u64,
    /// Print the plan without sending anything
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write one JSON object per request to this file
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(super) report: Option<PathBuf>,
    /// Compare with the report of an earlier run
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(super) compare: Option<PathBuf>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: ReplayFormat,
    /// Where output goes
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub(super) filter: FilterArgs,
}

/// When a callback is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RetryArg {
    /// Never
    Never,
    #[value(help = format!("As the vendor does: after {}", retry_times()))]
    Vendor,
}

/// A format of the plan and of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReplayFormat {
    /// Tables for people
    Text,
    /// One JSON object
    Json,
}

/// A host, without anything else of a URL: a host that is not meant would never match.
fn parse_host(text: &str) -> Result<String, Usage> {
    let is_address = text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_name =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if is_address || is_name {
        return Ok(text.to_owned());
    }
    Err("not a host alone, such as staging.example.com or 10.0.0.7".into())
}

fn parse_chaos(text: &str) -> Result<Chaos, Usage> {
    Ok(Chaos::parse(text, |time| parse_duration(time).map_err(|error| error.to_string()))?)
}

fn parse_suffix(text: &str) -> Result<IdSuffix, Usage> {
    Ok(IdSuffix::parse(text)?)
}

fn parse_speed(text: &str) -> Result<Speed, Usage> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let times = text.strip_suffix('x').and_then(factor);
    times.map(Speed::Times).ok_or_else(|| "not a speed, such as 1x, 10x, 0.5x or max".into())
}

fn parse_rate(text: &str) -> Result<f64, Usage> {
    let rate = factor(text.strip_suffix("/s").unwrap_or(text));
    rate.ok_or_else(|| "not a rate, such as 100/s or 0.5/s".into())
}

/// A number that a speed or a rate can have.
fn factor(text: &str) -> Option<f64> {
    text.parse().ok().filter(|factor| (0.001..=1e6).contains(factor))
}

fn parse_parameter(text: &str) -> Result<(String, String), Usage> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("not a parameter, such as sdkappid=1400000001")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The value of an option, which an error does not repeat: it may hold a password or a key.
fn given<T>(option: &str, read: Result<T, impl Display>) -> Result<T, Usage> {
    read.map_err(|text| format!("the value of `{option}` is {text}").into())
}

impl ReplayArgs {
    /// What is changed on the way from the log to the backend.
    ///
    /// # Errors
    /// Returns an error if the backend's URL or a header cannot be used, which is not repeated since it may hold a
    /// password; or if the token cannot be had.
    pub(super) fn rewrite(&self) -> Result<Rewrite, Usage> {
        let target = BackendUrl::parse(&self.to).map_err(|error| match error {
            UrlError::User => format!("{error}; give them with --header"),
            _ => error.to_string(),
        });
        let headers = self.header.iter().map(|text| given("--header", parse_header(text)));
        Ok(Rewrite {
            target: given("--to", target)?,
            token: self.token.as_ref().map(TokenSource::token).transpose()?,
            parameters: self.set.clone(),
            headers: headers.collect::<Result<_, _>>()?,
            keep_credentials: self.keep_credentials,
            keep_method: self.keep_method,
            id_suffix: self.set_id_suffix.clone(),
        })
    }

    /// The pace of the run.
    pub(super) fn pace(&self) -> Pace {
        Pace {
            concurrency: self.concurrency,
            rate: self.rate,
            retries: self.retry == RetryArg::Vendor,
            wait: self.wait,
        }
    }

    /// When what is sent.
    pub(super) fn tempo(&self) -> Tempo {
        Tempo {
            speed: self.speed,
            max_gap: self.max_gap.map(|gap| i64::try_from(gap.as_millis()).unwrap_or(i64::MAX)),
            passes: u16::try_from(self.passes).unwrap_or(u16::MAX),
        }
    }

    /// The faults to inject, and their seed.
    pub(super) fn chaos(&self) -> Option<(&Chaos, u64)> {
        self.chaos.as_ref().map(|chaos| (chaos, self.seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_rates_and_times() {
        assert_eq!(parse_speed("max"), Ok(Speed::Max));
        assert_eq!(parse_speed("0.5x"), Ok(Speed::Times(0.5)));
        for wrong in ["", "x", "0x", "-1x", "NaNx", "infx", "10", "Max"] {
            assert!(parse_speed(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_rate("100/s"), Ok(100.0));
        assert_eq!(parse_rate("0.5"), Ok(0.5));
        assert!(parse_rate("0").is_err() && parse_rate("5/m").is_err() && parse_rate("NaN").is_err());
    }

    #[test]
    fn parameters() {
        assert_eq!(parse_parameter("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(parse_parameter("=b").is_err() && parse_parameter("a").is_err());
    }
}
