//! What the vendor tells the app to check.

use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, beside, envelopes, new_log};
use crate::support::{TestResult, tool};

const TOKEN: &str = "a token that nobody may see";

fn signed(target: &str, token: &str, time: u64) -> String {
    let hash = Sha256::digest(format!("{token}{time}"));
    let sign: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{target}&RequestTime={time}&Sign={sign}")
}

fn now() -> TestResult<u64> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs())
}

#[test]
fn a_request_that_fails_the_checks_is_refused_and_recorded_apart() -> TestResult {
    let (_folder, log) = new_log()?;
    let (arguments, env) =
        (["--sdkappid", "1400000001,5", "--token", "env:THE_TOKEN"], [("THE_TOKEN", TOKEN)]);
    let receiver = Receiver::with_env(&log, &arguments, &env)?;
    let mut client = receiver.client()?;
    let now = now()?;
    let good = signed(TARGET, TOKEN, now);
    let cases = [
        (signed(&TARGET.replace("1400000001", "1400000002"), TOKEN, now), "the SDKAppID is not accepted"),
        (signed("/?command=caller_start_call", TOKEN, now), "no SDKAppID"),
        ("/".to_owned(), "no SDKAppID"),
        (TARGET.to_owned(), "no RequestTime"),
        (format!("{TARGET}&RequestTime={now}"), "no Sign"),
        (signed(TARGET, "another token", now), "the Sign is wrong"),
        (good.replace(&format!("={now}"), &format!("={}", now + 1)), "the Sign is wrong"),
        (signed(TARGET, TOKEN, now - 90), "the RequestTime is more than a minute off"),
        (signed(TARGET, TOKEN, now + 90), "the RequestTime is more than a minute off"),
        (format!("{good}&sdkappid=5"), "the SDKAppID is not accepted"),
    ];
    let body = start_call("c1");
    for (target, reason) in &cases {
        let answer = client.ask(&post(target, "", body.as_bytes()))?;
        let expected = format!(r#"{{"ErrorCode":403,"ErrorMessage":"{reason}"}}"#);
        assert_eq!((answer.status, answer.body), (403, expected), "{target}");
    }
    assert_eq!(client.ask(&post(&good, "", body.as_bytes()))?.status, 200);
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("1 recorded, 10 refused |"), "{}", ended.said);
    assert!(!ended.said.contains(TOKEN));
    assert_eq!(envelopes(&log)?.len(), 1);
    let refused = envelopes(&beside(&log, "refused"))?;
    let expected: Vec<_> = cases.iter().map(|(target, reason)| (target.as_str(), *reason)).collect();
    let found = refused
        .iter()
        .map(|line| (line["url"].as_str().unwrap_or(""), line["refused"].as_str().unwrap_or("")));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert!(refused.iter().all(|line| line["body"] == body.as_str()));
    Ok(())
}

#[test]
fn the_token_may_stand_in_a_file_and_ids_in_the_environment() -> TestResult {
    let (folder, log) = new_log()?;
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n"))?;
    let arguments = ["--token", file.to_str().unwrap_or_default()];
    let receiver = Receiver::with_env(&log, &arguments, &[("CALLKIT_SDKAPPID", "1400000001")])?;
    let mut client = receiver.client()?;
    assert_eq!(client.ask(&post(&signed(TARGET, TOKEN, now()?), "", b"{}"))?.status, 200);
    let other = TARGET.replace("1400000001", "2");
    assert_eq!(client.ask(&post(&signed(&other, TOKEN, now()?), "", b"{}"))?.status, 403);
    drop(client);
    receiver.stop()?;
    Ok(())
}

/// Whoever gives the token itself where its place is asked for must not find it in an error.
#[test]
fn a_token_on_the_command_line_is_not_repeated() -> TestResult {
    let (_folder, log) = new_log()?;
    for token in [TOKEN.to_owned(), format!("env:{TOKEN}")] {
        let ran = tool(["capture", "--token", &token, "-o"]).args([&log]).ends_with(2)?;
        assert!(ran.errors().contains("--token") && !ran.errors().contains(TOKEN), "{ran}");
    }
    Ok(())
}
