//! `url/`: the parameters that came with a callback.

use core::net::IpAddr;

use super::hit::{Hit, Hits, shown};
use crate::decode::{Given, Url};
use crate::spec::{
    COMMANDS, CallbackCommand, Family, Level, PARAMETERS, PLATFORMS, Parameter, RuleId, V4_ONLY_PLATFORMS,
    Word, is_platform,
};
use crate::suggest::nearest;

/// Judges the parameters of a record; `family` is that of its callback, if it is one.
pub(super) fn judge_url(record: &[u8], url: &Url<'_>, family: Option<Family>, hits: &mut Hits<'_>) {
    for parameter in PARAMETERS {
        match url.get(*parameter) {
            Some(given) if !given.value.is_empty() => {
                let span = url.map.span(record, &given.span);
                if let Some(hit) = value_hit(*parameter, given, span, family, &hits.options.sdkappids) {
                    hits.push(hit);
                }
            }
            given => {
                let place = given.map_or(&url.span, |given| &given.span);
                let place = url.map.span(record, if place.is_empty() { &url.span } else { place });
                hits.push(missing_hit(*parameter, given.is_some(), place));
            }
        }
    }
    for (name, given) in url.conflicts() {
        let message = format!("the parameter `{}` is given twice with different values", shown(name));
        let span = url.map.span(record, &given.span);
        hits.push(Hit::new(RuleId::UrlDuplicateParameter, message, span).note("the first one counts"));
    }
}

fn missing_hit(parameter: Parameter, given: bool, span: std::ops::Range<usize>) -> Hit {
    let how = if given { "empty" } else { "missing" };
    let message = format!("the parameter `{}` is {how}", parameter.as_str());
    let hit = Hit::new(RuleId::UrlMissingParameter, message, span);
    match parameter {
        Parameter::SdkAppId | Parameter::Command => hit,
        _ => hit.level(Level::Warning),
    }
}

/// What is wrong with a value that is there.
fn value_hit(
    parameter: Parameter,
    given: &Given<'_>,
    span: std::ops::Range<usize>,
    family: Option<Family>,
    sdkappids: &[u32],
) -> Option<Hit> {
    let value = given.value.as_ref();
    let seen = shown(value);
    match parameter {
        Parameter::SdkAppId => sdkappid_hit(value, span, sdkappids),
        Parameter::Command if CallbackCommand::parse(value).is_none() => {
            let near = nearest(value, COMMANDS.iter().map(|(command, _)| *command));
            let hit = Hit::new(RuleId::UrlCommand, format!("`{seen}` is no callback command"), span);
            Some(hit.maybe_help(near.map(|near| format!("did you mean `{near}`?"))))
        }
        Parameter::ContentType if value != "json" => {
            Some(Hit::new(RuleId::UrlContentType, format!("`contenttype` is `{seen}`, not `json`"), span))
        }
        Parameter::ClientIp if value.parse::<IpAddr>().is_err() => {
            Some(Hit::new(RuleId::UrlClientIp, format!("`{seen}` is no IP address"), span))
        }
        Parameter::OptPlatform if !is_platform(value, family) => {
            let near = nearest(
                value,
                PLATFORMS.into_iter().chain(V4_ONLY_PLATFORMS).filter(|near| is_platform(near, family)),
            );
            let hit = Hit::new(RuleId::UrlOptPlatform, format!("`{seen}` is no documented platform"), span);
            Some(hit.maybe_help(near.map(|near| format!("did you mean `{near}`?"))))
        }
        _ => None,
    }
}

fn sdkappid_hit(value: &str, span: std::ops::Range<usize>, allowed: &[u32]) -> Option<Hit> {
    match crate::decode::parse_sdkappid(value) {
        None => {
            let message = format!("`{}` is no SDKAppID: not an unsigned 32-bit integer", shown(value));
            Some(Hit::new(RuleId::UrlSdkAppId, message, span))
        }
        Some(id) if !allowed.is_empty() && !allowed.contains(&id) => {
            let message = format!("SDKAppID {id} is not yours");
            let hit = Hit::new(RuleId::UrlSdkAppIdMismatch, message, span);
            Some(hit.help("refuse such requests: the vendor requires this check"))
        }
        Some(_) => None,
    }
}
