//! Since when a cause has a larger share of the calls than before, in words and as JSON.

use jiff::tz::TimeZone;

use crate::calls::Incident;
use crate::report::json::Object;
use crate::report::quantity::{counted, local_time, percent, rfc3339};
use crate::spec::{Role, Word};

/// An incident in a sentence; `examples` are ids as they are to be shown.
pub(super) fn sentence(incident: &Incident, zone: &TimeZone, examples: &[String]) -> String {
    let time = |seconds| local_time(seconds, zone);
    let (verb, span) = match incident.until {
        None => ("has been", format!("since {}", time(incident.since))),
        Some(until) => ("was", format!("from {} to {}", time(incident.since), time(until))),
    };
    let shown =
        if examples.is_empty() { String::new() } else { format!(", such as {}", examples.join(", ")) };
    format!(
        "`{}` {verb} {} of {} {span}, {} before: {} of {}{shown}",
        incident.cause.as_str(),
        percent(Some(incident.share())),
        whose(incident),
        percent(Some(incident.share_before)),
        incident.calls,
        counted(incident.of, "call"),
    )
}

/// Of which calls.
fn whose(incident: &Incident) -> String {
    let calls = match &incident.place.platform {
        Some((side, platform)) => format!("calls with a {} on {platform}", side.as_str()),
        None => "all calls".to_owned(),
    };
    incident.place.sdkappid.map_or_else(|| calls.clone(), |app| format!("{calls} of app {app}"))
}

/// The members of an incident.
pub(super) fn incident_json(object: &mut Object<'_>, incident: &Incident) {
    let [earliest, latest] = incident.bounds;
    object.member("cause", incident.cause.as_str());
    object.member("sdkappid", incident.place.sdkappid);
    object.member("side", incident.place.platform.as_ref().map(|(side, _): &(Role, String)| side.as_str()));
    object.member("platform", incident.place.platform.as_ref().map(|(_, platform)| platform.as_str()));
    object.member("since", rfc3339(incident.since));
    object.list("since_between", [rfc3339(earliest), rfc3339(latest)]);
    object.member("until", incident.until.map(rfc3339));
    object.member("calls", incident.calls);
    object.member("of", incident.of);
    object.member("share", incident.share());
    object.member("share_before", incident.share_before);
    object.list("examples", &incident.examples);
}
