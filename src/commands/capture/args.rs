//! The arguments of `capture`, and the options that they make.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;

use super::notes::NoteFormat;
use crate::cli::{
    RuleArgs, Terminal, TextArgs, TokenSource, Usage, parse_duration, parse_number, parse_size,
};
use crate::commands::follow::watcher::{SETTLE, Shown, Watcher};
use crate::live::capture::{
    Acknowledge, Auth, CaptureOptions, ForwardOptions, HealthPath, Limits, LogOptions, ResponseScript,
    RetentionOptions, Rotation, RotationCompression, Sync, addresses,
};
use crate::live::http::{BackendUrl, UrlError};
use crate::report::call_list::LISTED;
use crate::report::catalog::Table;
use crate::rules::RuleOptions;

/// Arguments of `capture`.
#[derive(Debug, Args)]
#[command(
    mut_arg("sdkappid", |arg| arg.help(
        "Your SDKAppID; requests with any other, or none, are refused [env: CALLKIT_SDKAPPID]"
    )),
    after_help = "A request is answered only when its line is on disk (see --sync). SIGTERM and Ctrl-C finish the \
    requests in flight; SIGHUP starts a new file.\n\n\
    Exit status: 0 stopped by a signal, 2 it could not start, or the log could not be synced to disk.\n\n\
    Examples:\n  callkit-tool capture -o callbacks.log --listen 127.0.0.1:8080\n  \
    callkit-tool capture -o callbacks.log --sdkappid 1400000001 --token env:CALLKIT_TOKEN --validate\n  \
    callkit-tool capture -o callbacks.log --listen 0.0.0.0:80 --forward http://127.0.0.1:9000 --rotate-size 1G \
    --compress zstd"
)]
pub(in crate::commands) struct CaptureArgs {
    /// Log to append callbacks to
    #[arg(short, long, value_name = "LOG", required = true)]
    pub(super) output: PathBuf,
    /// Address to listen on; port 0 picks a free one; can be given several times
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(super) listen: Vec<String>,
    /// When to sync lines to disk: always before the answer, within a time after it (500ms), or none
    #[arg(long, value_name = "WHEN", default_value = "always", value_parser = parse_sync)]
    pub(super) sync: Sync,
    /// The app's authentication token, which requests must be signed with: env:NAME, or a file that holds it
    #[arg(long, value_name = "env:NAME|FILE")]
    pub(super) token: Option<TokenSource>,
    /// Forward recorded requests to this backend, and return its answer
    #[arg(long, value_name = "URL")]
    pub(super) forward: Option<String>,
    /// Forward requests of every method, not only POST
    #[arg(long, requires = "forward")]
    pub(super) forward_all: bool,
    /// Timeout for the backend's answer
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    pub(super) forward_time: Duration,
    /// When to answer a request that is forwarded
    #[arg(long, value_name = "WHEN", default_value = "backend")]
    pub(super) acknowledge: Acknowledge,
    /// How long after its capture to stop delivering a request, with `--acknowledge stored`
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = parse_duration)]
    pub(super) give_up: Duration,
    /// Start a new file before the log would exceed this size
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) rotate_size: Option<usize>,
    /// Start a new file at this interval (24h)
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(super) rotate_every: Option<Duration>,
    /// Compress finished files
    #[arg(long, value_name = "FORMAT")]
    pub(super) compress: Option<RotationCompression>,
    /// Keep at most this many finished files of a log, and delete the oldest; one that still has to be delivered stays
    #[arg(long, value_name = "N", value_parser = parse_number::<0, 1_000_000>)]
    pub(super) keep: Option<usize>,
    /// Delete the oldest finished files beyond this size of all files together
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(super) max_total: Option<usize>,
    /// Answer with 503 while less than this is free on the disk; 0 for never
    #[arg(long, value_name = "SIZE", default_value = "256M", value_parser = parse_room)]
    pub(super) min_free: usize,
    /// Without a backend, answer some requests as this says: 'ErrorCode=1 5%, status 500 1%, delay 2s 1%'
    #[arg(long, value_name = "SCRIPT", conflicts_with = "forward", value_parser = parse_script)]
    pub(super) respond: Option<ResponseScript>,
    /// Format of notes and status lines
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) log_format: NoteFormat,
    /// Path of the health check: a GET is answered with 200 while lines reach the disk, otherwise with 503
    #[arg(long, value_name = "PATH", default_value = "/-/health", value_parser = parse_health_path)]
    pub(super) health_path: HealthPath,
    /// Print findings as callbacks arrive
    #[arg(long)]
    pub(super) validate: bool,
    /// Print a row for each call as it ends, or with =callbacks a line for each callback as it comes, as `follow` shows
    /// them; =calls,callbacks for both
    #[arg(long, value_name = "WHAT", num_args = 0..=1, require_equals = true, value_delimiter = ',',
        default_missing_value = "calls")]
    pub(super) print: Vec<Printed>,
    /// Show no status line
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Which rules count
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// What a client may use
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

/// What is printed while callbacks come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Printed {
    /// A row for each call as it ends
    Calls,
    /// A line for each callback as it comes
    Callbacks,
}

/// What a client may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// Maximum size of a header section, at least 8K
    #[arg(long, value_name = "SIZE", default_value = "16K", value_parser = parse_size)]
    pub(super) max_header: usize,
    /// Maximum size of a body
    #[arg(long, value_name = "SIZE", default_value = "1M", value_parser = parse_size)]
    pub(super) max_body: usize,
    /// Maximum number of connections
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = parse_number::<1, 65536>)]
    pub(super) max_connections: usize,
    /// Maximum memory for bodies and lines, over all connections
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = parse_size)]
    pub(super) max_memory: usize,
    /// Timeout for receiving a header section, and for an idle connection
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    pub(super) header_time: Duration,
    /// Timeout for receiving a whole request, and for sending an answer
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    pub(super) body_time: Duration,
}

fn parse_health_path(text: &str) -> Result<HealthPath, Usage> {
    Ok(HealthPath::parse(text)?)
}

fn parse_room(text: &str) -> Result<usize, Usage> {
    if text == "0" { Ok(0) } else { parse_size(text) }
}

fn parse_script(text: &str) -> Result<ResponseScript, Usage> {
    Ok(ResponseScript::parse(text, |time| parse_duration(time).map_err(|error| error.to_string()))?)
}

fn parse_sync(text: &str) -> Result<Sync, Usage> {
    match text {
        "always" => Ok(Sync::Always),
        "none" => Ok(Sync::Never),
        time => parse_duration(time)
            .map(Sync::Within)
            .map_err(|_| "not `always`, `none`, or a length of time such as 500ms".into()),
    }
}

impl CaptureArgs {
    /// What shows calls and callbacks, if they are wanted; calls may use `room` bytes.
    pub(super) fn watcher(&self, terminal: Terminal, room: usize) -> Option<Watcher> {
        let shown = Shown {
            calls: self.print.contains(&Printed::Calls),
            callbacks: self.print.contains(&Printed::Callbacks),
            findings: false,
            is_data: false,
            columns: LISTED.iter().filter_map(|name| Table::Calls.column(name)).collect(),
            text: TextArgs::default().style(terminal, None),
            zone: TimeZone::UTC,
            name: self.output.to_string_lossy().into_owned(),
            settle: SETTLE,
            room,
        };
        (!self.print.is_empty()).then(|| Watcher::new(shown, RuleOptions::default(), None))
    }

    /// Where it listens, each address once.
    fn listen_addresses(&self) -> Result<Vec<SocketAddr>, Usage> {
        let mut all: Vec<SocketAddr> = Vec::new();
        for text in &self.listen {
            for address in addresses(text)? {
                if !all.contains(&address) {
                    all.push(address);
                }
            }
        }
        Ok(all)
    }

    /// The configuration of the receiver.
    ///
    /// # Errors
    /// Returns an error if an option cannot be used.
    pub(super) fn options(&self, sdkappids: Vec<u32>) -> Result<CaptureOptions, Usage> {
        /// Least size of the buffer that a header section is read into.
        const LEAST_HEADER: usize = 8192;
        let limits = &self.limits;
        if limits.max_header < LEAST_HEADER {
            return Err(format!("--max-header must be at least {LEAST_HEADER} bytes").into());
        }
        if limits.max_body.saturating_mul(2) > limits.max_memory {
            return Err("--max-memory must hold at least twice the bytes of --max-body".into());
        }
        if self.output.as_os_str() == "-" {
            let why = "a log must be synced to disk, which standard output cannot be";
            return Err(format!("-o needs a file: {why}; `./-` is a file of that name").into());
        }
        let forward = self.forward.as_deref().map(|url| {
            // It may hold a password, and is not repeated.
            let url = BackendUrl::parse(url).map_err(|error| match error {
                UrlError::User => format!("the value of `--forward` is {error}; leave them out"),
                _ => format!("the value of `--forward` is {error}"),
            })?;
            Ok::<_, String>(ForwardOptions {
                url,
                time: self.forward_time,
                all_methods: self.forward_all,
                acknowledge: self.acknowledge,
                give_up: self.give_up,
            })
        });
        if forward.is_none() && self.acknowledge == Acknowledge::Stored {
            return Err("`--acknowledge stored` needs a backend to deliver to: give `--forward`".into());
        }
        Ok(CaptureOptions {
            listen: self.listen_addresses()?,
            retention: RetentionOptions {
                keep: self.keep,
                max_total: self.max_total.map(|size| size as u64),
                min_free: self.min_free as u64,
            },
            respond: self.respond.clone(),
            log: self.output.clone(),
            writing: LogOptions {
                sync: self.sync,
                rotation: Rotation {
                    size: self.rotate_size.map(|size| size as u64),
                    every: self.rotate_every,
                },
                compression: self.compress,
                keeps_one: false,
                counts_lines: self.validate || self.forward.is_some(),
            },
            auth: Auth { sdkappids, token: self.token.as_ref().map(TokenSource::token).transpose()? },
            forward: forward.transpose()?,
            health_path: self.health_path.clone(),
            limits: Limits {
                header_bytes: limits.max_header,
                header_time: limits.header_time,
                body_bytes: limits.max_body,
                body_time: limits.body_time,
                connections: limits.max_connections,
                memory: limits.max_memory,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syncs() {
        assert_eq!(parse_sync("always"), Ok(Sync::Always));
        assert_eq!(parse_sync("2s"), Ok(Sync::Within(Duration::from_secs(2))));
        assert!(parse_sync("sometimes").is_err());
    }
}
