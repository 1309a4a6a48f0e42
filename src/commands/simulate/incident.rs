//! An incident on the command line of `simulate`.

use crate::cli::{TimeBound, Usage, parse_bound};
use crate::simulate::{CUTS, PlantedIncident, can_plant};
use crate::spec::{Cause, Family, Word};
use crate::suggest::did_you_mean_or;

/// An incident: `CAUSE:PLATFORM:SHARE:FROM[..TO]`.
pub(super) fn parse_incident(text: &str) -> Result<PlantedIncident, Usage> {
    let parts: Vec<&str> = text.splitn(4, ':').collect();
    let [cause, platform, share, span] = parts[..] else {
        return Err("not CAUSE:PLATFORM:SHARE:FROM, such as dropped:Web:5%:2024-05-01T14:03:00Z".into());
    };
    let (from, to) = span.split_once("..").map_or((span, None), |(from, to)| (from, Some(to)));
    let (since, until) = (instant(from)?, to.map(instant).transpose()?);
    if until.is_some_and(|until| until <= since) {
        return Err(format!("`{span}` ends before it begins").into());
    }
    Ok(PlantedIncident {
        cause: parse_cause(cause)?,
        platform: platform.to_owned(),
        since,
        until,
        share: part(share)?,
    })
}

fn parse_cause(name: &str) -> Result<Cause, Usage> {
    let is_told = |cause: Cause| Family::ALL.iter().any(|family| can_plant(cause, *family));
    let is_fit = |cause: &Cause| is_told(*cause) && !CUTS.contains(cause);
    let names = Cause::ALL.iter().copied().filter(is_fit).map(Cause::as_str);
    Cause::parse(name).filter(is_fit).ok_or_else(|| {
        Usage::Wrong(format!("unknown cause `{name}`; {}", did_you_mean_or(name, names, "known are")))
    })
}

/// A share of calls, as `5%` or `0.05`.
fn part(text: &str) -> Result<f64, Usage> {
    let number =
        text.strip_suffix('%').map_or_else(|| text.parse::<f64>(), |it| it.parse().map(|it: f64| it / 100.0));
    number
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("`{text}` is not a share between 0 and 1, such as 5% or 0.05").into())
}

/// A point in time, in Unix seconds.
pub(super) fn instant(text: &str) -> Result<i64, Usage> {
    match parse_bound(text) {
        Ok(TimeBound::At(seconds)) => Ok(seconds),
        _ => Err("not RFC 3339 (2024-05-01T00:00:00Z) or Unix seconds".into()),
    }
}
