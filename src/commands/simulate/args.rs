//! The arguments of `simulate`, and the options that they make.

use std::path::PathBuf;

use clap::Args;

use super::incident::{instant, parse_incident};
use crate::cli::{OutputArgs, Usage, parse_app, parse_seed};
use crate::shares::ShareError;
use crate::simulate::{
    BackendOutage, BodyStyle, CUTS, FaultShares, LogFormat, PlantedIncident, SimulateOptions, can_plant,
    fault_names,
};
use crate::spec::{Cause, Family, Word};
use crate::suggest::did_you_mean_or;

/// Arguments of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = "The same options give the same bytes, on every machine.\n\n\
    Examples:\n  callkit-tool simulate --calls 1000 | callkit-tool summarize\n  \
    callkit-tool simulate --family v4 --format http -o log.http --truth calls.csv\n  \
    callkit-tool simulate --faults repeats=5%,losses=1%,skew=10% --seed 7\n  \
    callkit-tool simulate --calls 20000 --incident dropped:Web:20%:2024-05-01T14:03:00Z")]
pub(in crate::commands) struct SimulateArgs {
    /// Number of calls
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(super) calls: u64,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_seed)]
    pub(super) seed: u64,
    /// Family of the callbacks
    #[arg(long, value_name = "FAMILY", default_value = "event")]
    pub(super) family: Family,
    /// Format of the log
    #[arg(long, value_name = "FORMAT", default_value = "envelope")]
    pub(super) format: LogFormat,
    /// How bodies are written
    #[arg(long, value_name = "STYLE", default_value = "compact")]
    pub(super) style: BodyStyle,
    /// Leave out timestamps that are not known, which SDKs send as zeros
    #[arg(long)]
    pub(super) no_zero_timestamps: bool,
    /// Faults to inject: `all`, or shares of repeats, losses, late, reorder, skew, one_sided, damage; and times at which
    /// the backend accepts nothing, outage=FROM..TO
    #[arg(long, value_name = "FAULTS", default_value = "none", value_parser = parse_faults)]
    pub(super) faults: FaultArg,
    /// Only calls with these causes, separated by commas, in equal shares; `all` for every cause that the family can
    /// show
    #[arg(long, value_name = "CAUSES", value_delimiter = ',', value_parser = parse_causes)]
    pub(super) causes: Vec<PlantArg>,
    /// An incident: from FROM on (until TO), that share of the calls whose caller is on PLATFORM have that cause; can be
    /// given several times
    #[arg(long, value_name = "CAUSE:PLATFORM:SHARE:FROM[..TO]", value_parser = parse_incident)]
    pub(super) incident: Vec<PlantedIncident>,
    /// Start of the log: RFC 3339 or Unix seconds
    #[arg(long, value_name = "TIME", default_value = "2024-05-01T00:00:00Z", value_parser = instant)]
    pub(super) start: i64,
    /// Calls per hour, averaged over a day
    #[arg(long, value_name = "N", default_value_t = 600.0)]
    pub(super) rate: f64,
    /// SDKAppID in the URLs
    #[arg(long, value_name = "N", default_value_t = 1_400_000_001, value_parser = parse_app)]
    pub(super) sdkappid: u32,
    /// Write the expected `calls` table to this file, without the column `problems`
    #[arg(long, value_name = "FILE")]
    pub(super) truth: Option<PathBuf>,
    /// Where output goes
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// The fault that has times and no share.
const OUTAGE: &str = "outage";

/// Faults of a simulation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FaultArg {
    shares: FaultShares,
    outages: Vec<BackendOutage>,
}

/// Faults of a simulation, suggesting the nearest name.
fn parse_faults(text: &str) -> Result<FaultArg, Usage> {
    let outage = |entry: &&str| entry.trim().starts_with(OUTAGE);
    let outages = text.split(',').filter(outage).map(|entry| {
        let times = entry.trim().trim_start_matches(OUTAGE).trim_start().trim_start_matches('=');
        Ok(BackendOutage::parse(times)?)
    });
    let outages = outages.collect::<Result<Vec<_>, Usage>>()?;
    let others: Vec<&str> = text.split(',').filter(|entry| !outage(entry)).collect();
    let shares = match others.is_empty() && !outages.is_empty() {
        true => FaultShares::default(),
        false => parse_shares(&others.join(","))?,
    };
    Ok(FaultArg { shares, outages })
}

fn parse_shares(text: &str) -> Result<FaultShares, Usage> {
    FaultShares::parse(text).map_err(|error| {
        Usage::Wrong(match &error {
            ShareError::Unknown(name) if fault_names().any(|known| known == name) => {
                format!("`{name}` takes no share")
            }
            ShareError::Unknown(name) => {
                let names = fault_names().chain([OUTAGE]);
                format!("unknown fault `{name}`; {}", did_you_mean_or(name, names, "known are"))
            }
            ShareError::Share(_) => error.to_string(),
        })
    })
}

/// Causes of simulated calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlantArg {
    /// All that the family can tell and that do not cut the log.
    All,
    /// One.
    One(Cause),
}

/// A cause of simulated calls, suggesting the nearest name.
fn parse_causes(text: &str) -> Result<PlantArg, Usage> {
    let plantable = |cause: &&Cause| Family::ALL.iter().any(|family| can_plant(**cause, *family));
    let names = || Cause::ALL.iter().filter(plantable).map(|cause| cause.as_str()).chain(["all"]);
    match text.trim() {
        "all" => Ok(PlantArg::All),
        name if names().any(|known| known == name) => {
            Cause::parse(name).map(PlantArg::One).ok_or_else(|| format!("unknown cause `{name}`").into())
        }
        name => {
            let help = did_you_mean_or(name, names(), "known are");
            Err(Usage::Wrong(format!("unknown cause `{name}`; {help}")))
        }
    }
}

impl SimulateArgs {
    /// The causes that are asked for, each once.
    fn causes(&self) -> Vec<Cause> {
        let family = self.family;
        let told = |cause: &&Cause| can_plant(**cause, family) && !CUTS.contains(cause);
        let mut causes: Vec<Cause> = Vec::new();
        for arg in &self.causes {
            match arg {
                PlantArg::One(cause) => causes.push(*cause),
                PlantArg::All => causes.extend(Cause::ALL.iter().filter(told)),
            }
            if causes.is_empty() {
                // A family that can tell none has to say so.
                causes.push(Cause::Completed);
            }
        }
        causes.sort_unstable();
        causes.dedup();
        causes
    }

    /// What to simulate.
    pub(super) fn options(&self) -> SimulateOptions {
        SimulateOptions {
            calls: self.calls,
            seed: self.seed,
            family: self.family,
            format: self.format,
            style: self.style,
            zero_timestamps: !self.no_zero_timestamps,
            faults: self.faults.shares,
            outages: self.faults.outages.clone(),
            start: self.start,
            rate: self.rate,
            sdkappid: self.sdkappid,
            causes: self.causes(),
            incidents: self.incident.clone(),
        }
    }
}
