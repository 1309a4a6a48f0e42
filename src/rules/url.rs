//! `url/`: the parameters that came with a callback.

use core::net::IpAddr;

use super::callback::expected_command;
use super::hit::{Hit, Hits, RuleOptions, shown};
use crate::decode::{CallbackFacts, FastCallback, PlainUrl, Url, parse_sdkappid};
use crate::framing::Span;
use crate::spec::{
    COMMANDS, CallbackCommand, Family, Level, PARAMETERS, PLATFORMS, Parameter, RuleId, V4_ONLY_PLATFORMS,
    Word, is_platform,
};
use crate::suggest::did_you_mean;

/// Judges the parameters of a record; `family` is that of its callback, if it is one. `is_whole` is false for parameters
/// that are members or columns, of which none is missing.
pub(super) fn judge(
    record: &[u8],
    url: &Url<'_>,
    family: Option<Family>,
    is_whole: bool,
    hits: &mut Hits<'_>,
) {
    for parameter in PARAMETERS {
        match url.get(*parameter) {
            Some(given) if !given.value.is_empty() => {
                let (span, allowed) = (url.map.span(record, &given.span), &hits.options.sdkappids);
                if let Some(hit) = value_hit(*parameter, &given.value, span, family, allowed) {
                    hits.push(hit);
                }
            }
            given if is_whole => {
                let place = given.map_or(&url.span, |given| &given.span);
                let place = url.map.span(record, if place.is_empty() { &url.span } else { place });
                hits.push(missing_hit(*parameter, given.is_some(), place));
            }
            _ => {}
        }
    }
    for (name, given) in url.conflicts() {
        let message = format!("the parameter `{}` is given twice with different values", shown(name));
        let span = url.map.span(record, &given.span);
        hits.push(Hit::new(RuleId::UrlDuplicateParameter, message, span).note("the first value is used"));
    }
}

fn missing_hit(parameter: Parameter, given: bool, span: Span) -> Hit {
    let how = if given { "empty" } else { "missing" };
    let message = format!("the parameter `{}` is {how}", parameter.as_str());
    let hit = Hit::new(RuleId::UrlMissingParameter, message, span);
    match parameter {
        Parameter::SdkAppId | Parameter::Command => hit,
        _ => hit.level(Level::Warning),
    }
}

/// True if the URL of a callback could have a finding.
pub(super) fn could(callback: &FastCallback<'_>, options: &RuleOptions) -> bool {
    match callback {
        FastCallback::Plain(callback) => could_with(callback, callback.url.as_ref(), options),
        FastCallback::V4(v4) => could_with(v4, v4.url.as_ref(), options),
    }
}

fn could_with(callback: &impl CallbackFacts, url: Option<&PlainUrl<'_>>, options: &RuleOptions) -> bool {
    let Some(url) = url else { return false };
    let family = Some(callback.family());
    let breaks = |parameter, value| breach(parameter, value, family).is_some();
    // The command that the body calls for is a known one, and seldom another is given.
    let expected = expected_command(callback).map(CallbackCommand::as_str);
    sdkappid_breach(url.sdkappid, &options.sdkappids).is_some()
        || (expected != Some(url.command) && breaks(Parameter::Command, url.command))
        || breaks(Parameter::ContentType, url.content_type)
        || breaks(Parameter::ClientIp, &url.client_ip)
        || breaks(Parameter::OptPlatform, url.platform)
}

/// The rule that a value which is there breaks; `family` is that of the callback, if it is one.
fn breach(parameter: Parameter, value: &str, family: Option<Family>) -> Option<RuleId> {
    let (fits, rule) = match parameter {
        Parameter::SdkAppId => (parse_sdkappid(value).is_some(), RuleId::UrlSdkAppId),
        Parameter::Command => (CallbackCommand::parse(value).is_some(), RuleId::UrlCommand),
        Parameter::ContentType => (value == "json", RuleId::UrlContentType),
        Parameter::ClientIp => (is_ipv4(value) || value.parse::<IpAddr>().is_ok(), RuleId::UrlClientIp),
        Parameter::OptPlatform => (is_platform(value, family), RuleId::UrlOptPlatform),
    };
    (!fits).then_some(rule)
}

/// The rule that an SDKAppID breaks; `allowed` are those that callbacks may have, none for any.
fn sdkappid_breach(id: Option<u32>, allowed: &[u32]) -> Option<RuleId> {
    match id {
        None => Some(RuleId::UrlSdkAppId),
        Some(id) if allowed.is_empty() || allowed.contains(&id) => None,
        Some(_) => Some(RuleId::UrlSdkAppIdMismatch),
    }
}

/// True for four numbers up to 255 without leading zeros. The standard library's parser decides about everything
/// else; this is only quicker.
fn is_ipv4(text: &str) -> bool {
    let (mut numbers, mut number, mut digits) = (1, 0_u32, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if digits < 3 && (digits == 0 || number > 0) => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && number < 256 => {
                numbers += 1;
                (number, digits) = (0, 0);
            }
            _ => return false,
        }
    }
    numbers == 4 && digits > 0 && number < 256
}

/// What is wrong with a value that is there.
fn value_hit(
    parameter: Parameter,
    value: &str,
    span: Span,
    family: Option<Family>,
    allowed: &[u32],
) -> Option<Hit> {
    let rule = match parameter {
        Parameter::SdkAppId => sdkappid_breach(parse_sdkappid(value), allowed),
        _ => breach(parameter, value, family),
    }?;
    let seen = shown(value);
    let hit = |message: String| Hit::new(rule, message, span.clone());
    Some(match parameter {
        Parameter::SdkAppId if rule == RuleId::UrlSdkAppIdMismatch => {
            hit(format!("SDKAppID {value} is not one of yours"))
                .help("reject such requests: the vendor requires this check")
        }
        Parameter::SdkAppId => hit(format!("`{seen}` is not an SDKAppID (an unsigned 32-bit integer)")),
        Parameter::Command => {
            let known = COMMANDS.iter().map(|(command, _)| *command);
            hit(format!("`{seen}` is not a callback command")).maybe_help(did_you_mean(value, known))
        }
        Parameter::ContentType => hit(format!("`contenttype` is `{seen}`, not `json`")),
        Parameter::ClientIp => hit(format!("`{seen}` is not an IP address")),
        Parameter::OptPlatform => {
            let known = PLATFORMS.into_iter().chain(V4_ONLY_PLATFORMS);
            let known = known.filter(|platform| is_platform(platform, family));
            hit(format!("`{seen}` is not a documented platform")).maybe_help(did_you_mean(value, known))
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn addresses_are_those_of_the_standard_library(
            text in "(2[0-9][0-9]|[01]?[0-9]{1,2}|[0-9]{0,4})(\\.(2[0-9][0-9]|[01]?[0-9]{1,2}|[0-9]?)){2,4}",
        ) {
            prop_assert_eq!(is_ipv4(&text), text.parse::<core::net::Ipv4Addr>().is_ok());
        }
    }
}
