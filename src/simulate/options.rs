//! What a simulation is asked for, and what it counts.
//!
//! Comes in: the caller's choices. Goes out: the same, checked. Must not: draw anything random.

use clap::ValueEnum;

use std::io;

use super::backend_outage::BackendOutage;
use super::causes::can_plant;
use super::day::{Calendar, SPREAD};
use super::faults::{Fault, FaultShares};
use super::incident::PlantedIncident;
use crate::spec::{Cause, Family, LATEST, OLDEST, Word};

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    // No URL, so neither SDKAppID nor platforms.
    /// JSON Lines: callback bodies.
    Bare,
    /// JSON Lines: envelopes with URL, headers and time.
    Envelope,
    // HTTP/1.1, one after another as they come over the wire, with an empty line between them.
    /// Raw HTTP requests.
    Http,
    /// One JSON array of callback bodies.
    Array,
    /// Docker's json-file: bodies as log lines.
    Docker,
    /// Kubernetes container logs (CRI).
    Cri,
    /// Lines of text with a body at the end.
    Text,
    /// CloudWatch's get-log-events.
    Cloudwatch,
    /// Events of an API Gateway.
    Apigateway,
    /// A table with the columns received_at, method, url and body.
    Csv,
    /// An HTTP archive.
    Har,
    /// GoReplay.
    Gor,
}

/// How a body is written as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BodyStyle {
    /// No spaces, in the vendor's order, as SDKs send.
    Compact,
    /// A space after each comma and colon.
    Spaced,
    /// As Python's `json.dumps(sort_keys=True)`: spaced, keys sorted, ASCII alone.
    Sorted,
}

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulateOptions {
    /// How many calls are placed. With losses some leave no callback.
    pub calls: u64,
    /// Decides everything random.
    pub seed: u64,
    /// The family of all callbacks.
    pub family: Family,
    /// How the log is written.
    pub format: LogFormat,
    /// How bodies are written.
    pub style: BodyStyle,
    /// True if event and status callbacks without timestamps have zeros, as SDKs send them; false if they lack the
    /// members.
    pub zero_timestamps: bool,
    /// What goes wrong.
    pub faults: FaultShares,
    /// When the backend accepts nothing.
    pub outages: Vec<BackendOutage>,
    /// When the log begins, in Unix seconds.
    pub start: i64,
    /// Calls an hour, averaged over a day; busy hours have more.
    pub rate: f64,
    /// The application's id, in the URLs.
    pub sdkappid: u32,
    /// Only calls of these causes, each as often as the others; without any, calls as they come. The two that
    /// cut the log choose no calls.
    pub causes: Vec<Cause>,
    /// From some time on, part of the calls have one cause.
    pub incidents: Vec<PlantedIncident>,
}

impl Default for SimulateOptions {
    /// A thousand faultless calls of the event family as bare JSON Lines, 600 an hour, from
    /// 2024-05-01T00:00:00Z on.
    fn default() -> Self {
        Self {
            calls: 1000,
            seed: 1,
            family: Family::Event,
            format: LogFormat::Bare,
            style: BodyStyle::Compact,
            zero_timestamps: true,
            faults: FaultShares::default(),
            outages: Vec::new(),
            start: 1_714_521_600,
            rate: 600.0,
            sdkappid: 1_400_000_001,
            causes: Vec::new(),
            incidents: Vec::new(),
        }
    }
}

/// Room between the log's edges and those of the usable timestamps, in seconds: a call lasts less than a day.
const MARGIN: i64 = 86_400;

impl SimulateOptions {
    /// Checks what the types leave open.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for a rate that is not a positive number, a share outside 0 to 1, damage in a
    /// format that has none, or a log that would leave the years whose timestamps are usable.
    pub(super) fn check(&self) -> io::Result<()> {
        let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidInput, reason.to_owned());
        if !(self.rate.is_finite() && self.rate > 0.0) {
            return Err(invalid("the rate must be a positive number of calls per hour"));
        }
        if !Fault::ALL.iter().all(|fault| (0.0..=1.0).contains(&self.faults.of(*fault))) {
            return Err(invalid("the share of a fault must lie between 0 and 1"));
        }
        if self.faults.of(Fault::Damage) > 0.0 && !self.format.can_be_damaged() {
            return Err(invalid("`damage` is for the formats `bare`, `envelope` and `http`"));
        }
        let planted = self.incidents.iter().map(|incident| &incident.cause);
        if let Some(cause) = self.causes.iter().chain(planted).find(|cause| !can_plant(**cause, self.family))
        {
            let others = Family::ALL.iter().filter(|family| can_plant(*cause, **family));
            let others: Vec<&str> = others.map(|family| family.as_str()).collect();
            let help = match others[..] {
                [] => String::new(),
                _ => format!("; the family `{}` can", others.join("`, `")),
            };
            let family = self.family.as_str();
            return Err(invalid(&format!(
                "`{}` cannot be shown by the family `{family}`{help}",
                cause.as_str()
            )));
        }
        let usable = i64::from(OLDEST) + MARGIN..i64::from(LATEST) - MARGIN;
        if !usable.contains(&self.start) {
            return Err(invalid("the log must begin after 2015-01-01 and before 2099-12-31"));
        }
        let last = Calendar::new(self.start, self.rate).opening(self.calls as f64 + SPREAD);
        if last / 1000 >= usable.end {
            return Err(invalid("that many calls at this rate would last beyond the year 2099"));
        }
        Ok(())
    }
}

/// What was written, and what went wrong on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SimulateCounts {
    /// Calls placed.
    pub calls: u64,
    /// Calls that left no callback, because all were lost or their side was silent; not in the truth.
    pub unseen_calls: u64,
    /// Calls with a damaged record, whose outcome nobody can tell for sure; not in the truth.
    pub undetermined_calls: u64,
    /// Callbacks written, copies and damaged ones included.
    pub callbacks: u64,
    /// Bytes written to the log.
    pub bytes: u64,
    /// Copies written because of a retry.
    pub repeats: u64,
    /// Callbacks that never arrived.
    pub losses: u64,
    /// Callbacks that arrived late.
    pub late: u64,
    /// Callbacks written after their successor.
    pub reordered: u64,
    /// Participants, call by call, whose device's clock was off.
    pub skewed: u64,
    /// Calls one side of which reported nothing.
    pub one_sided: u64,
    /// Records damaged, garbage between records included.
    pub damaged: u64,
}
