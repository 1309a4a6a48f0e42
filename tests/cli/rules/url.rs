//! Neighbours of the `url/` rules.

use super::bodies::{QUERY, START, at, v4_start};
use super::{Row, fires, silent};

/// A caller's start with one parameter changed.
fn start(from: &str, to: &str) -> String {
    assert!(QUERY.contains(from), "{from}");
    at(&QUERY.replace(from, to), &START.json())
}

fn v4(platform: &str) -> String {
    let query = "SdkAppid=1&CallbackCommand=Call.CallbackAfterStartCall&contenttype=json&ClientIP=::1";
    at(&format!("{query}&OptPlatform={platform}"), &v4_start())
}

pub(crate) fn rows() -> Vec<Row> {
    let id = |value: &str| start("sdkappid=1400000001", &format!("sdkappid={value}"));
    let command = |value: &str| start("command=caller_start_call", &format!("command={value}"));
    let ip = |value: &str| start("clientip=192.0.2.1", &format!("clientip={value}"));
    let platform = |value: &str| start("optplatform=iOS", &format!("optplatform={value}"));
    let mut rows = vec![
        silent("url/sdkappid", id("4294967295")),
        fires("url/sdkappid", id("4294967296")),
        silent("url/sdkappid", id("0")),
        fires("url/sdkappid", id("-1")),
        fires("url/sdkappid", id("1.0")),
        fires("url/sdkappid", id("+1")),
        fires("url/sdkappid", id("0x10")),
        fires("url/sdkappid-mismatch", id("2")).with(&["--sdkappid", "1"]),
        silent("url/sdkappid-mismatch", id("2")).with(&["--sdkappid", "1,2"]),
        silent("url/sdkappid-mismatch", id("2")),
        silent("url/sdkappid-mismatch", id("x")).with(&["--sdkappid", "1"]),
        silent("url/sdkappid-mismatch", id("")).with(&["--sdkappid", "1"]),
        fires("url/missing-parameter", id("")),
        silent("url/sdkappid", id("")),
        fires("url/missing-parameter", command("")),
        silent("url/command", command("")),
        fires("url/missing-parameter", start("&clientip=192.0.2.1", "")),
        silent("url/missing-parameter", start("sdkappid=", "SDKAPPID=")),
        silent("url/missing-parameter", start("command=", "CallbackCommand=")),
        silent("url/missing-parameter", START.json()),
        silent("url/missing-parameter", format!(r#"{{"url":"/callback","body":{}}}"#, START.json())),
        fires("url/missing-parameter", at("a=b", &START.json())),
        fires("url/command", command("start_call")),
        fires("url/command", command("caller_invite_user")),
        fires("url/command", command("Call.CallbackAfterNothing")),
        silent("url/command", command("invite_user")),
        silent("url/command", command("call_end")),
        silent("url/command", command("callee_not_answer_call")),
        fires("url/contenttype", start("contenttype=json", "contenttype=xml")),
        silent("url/contenttype", start("contenttype=json", "ContentType=json")),
        fires("url/clientip", ip("256.1.1.1")),
        fires("url/clientip", ip("example.com")),
        silent("url/clientip", ip("2001:db8::1")),
        silent("url/clientip", ip("%3A%3A1")),
        fires("url/optplatform", platform("ios")),
        fires("url/optplatform", platform("RESTAPI")),
        silent("url/optplatform", platform("miniProgram")),
    ];
    rows.extend([
        silent("url/optplatform", v4("RESTAPI")),
        silent("url/optplatform", v4("Unknown")),
        fires("url/optplatform", v4("Linux")),
        silent("url/command", v4("Web")),
        silent("url/clientip", v4("Web")),
        fires("url/duplicate-parameter", start("&clientip", "&SdkAppId=2&clientip")),
        silent("url/duplicate-parameter", start("&clientip", "&SdkAppId=1400000001&clientip")),
        fires("url/duplicate-parameter", start("&clientip", "&CallbackCommand=cancel&clientip")),
        silent("url/sdkappid", start("&clientip", "&SdkAppId=x&clientip")),
    ]);
    rows
}
