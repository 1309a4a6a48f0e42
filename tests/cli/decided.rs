//! What the simulation says a log decides, and what `why` is certain of, against a slow decider: for each call it tries
//! every story of the page on measured causes, and asks which could have left the callbacks that are in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::{TestResult, csv_rows, file_of_crate, tool};

const PAGE: &str = "docs/internals/causes-measured.md";

/// Calls in which a callee has to be idle to be taken for silent.
const SEVERAL: usize = 3;

/// A call as the log has it.
#[derive(Default)]
struct Call {
    kind: String,
    said: BTreeSet<String>,
    /// For each user, when the call rang and when it was declined, in seconds.
    rang: BTreeMap<String, i64>,
    declined: BTreeMap<String, i64>,
    users: u64,
    callee: String,
    acting: BTreeSet<String>,
    repeated: bool,
    /// The platform that a record comes from.
    recorded_from: Option<String>,
}

/// A story of the page.
struct Story {
    cause: String,
    /// The kind of call.
    kind: String,
    /// What it can leave, and which of that it always does.
    leaves: BTreeSet<String>,
    always: BTreeSet<String>,
}

fn stories() -> TestResult<Vec<Story>> {
    let page = fs::read_to_string(file_of_crate(PAGE))?;
    let section = page.split("## What is planted").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows = section.unwrap_or("").lines().filter(|line| line.starts_with("| `"));
    let story = |row: &str| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let said = || cells[2].split(", ");
        Story {
            cause: cells[0].trim_matches('`').to_owned(),
            kind: cells[1].to_owned(),
            leaves: said().map(|it| it.trim_matches(['[', ']']).to_owned()).collect(),
            always: said().filter(|it| !it.starts_with('[')).map(str::to_owned).collect(),
        }
    };
    Ok(rows.map(story).collect())
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or("")
}

/// `CancelInvite` and its other spellings as `cancel_invite`.
fn action(name: &str) -> &'static str {
    match name.replace([' ', '_'], "").to_lowercase().as_str() {
        "accept" | "answer" => "accept",
        "reject" => "reject",
        "notanswer" => "not_answer",
        "hangup" => "hang_up",
        "offline" => "offline",
        "cancelinvite" | "canncelinvite" => "cancel_invite",
        _ => "other",
    }
}

/// `NormalEnd` as `normal_end`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// What a callback of the event or the status family says.
fn said_by_device(body: &Value) -> String {
    let (role, event, result) = (text(body, "Role"), text(body, "Event"), text(body, "CallResult"));
    match event {
        "" => format!("{role} {result}"),
        "call_interrupted" if result == "offline" => format!("{role} {event} offline"),
        "call_end" | "call_interrupted" => format!("{role} {event}"),
        other => other.to_owned(),
    }
}

/// The calls of a log of envelopes. The caller of a v4 call is taken from its start or its record.
fn calls(log: &str) -> TestResult<BTreeMap<String, Call>> {
    let mut calls: BTreeMap<String, Call> = BTreeMap::new();
    let mut callers: BTreeMap<String, String> = BTreeMap::new();
    let mut bodies = Vec::new();
    for line in log.lines() {
        let envelope: Value = serde_json::from_str(line)?;
        let body: Value = serde_json::from_str(text(&envelope, "body"))?;
        let id = [&body["CallId"], &body["CallInfo"]["CallId"], &body["CallRecord"]["CallId"]];
        let id = id.iter().find_map(|id| id.as_str()).ok_or("no id")?.to_owned();
        if let Some(caller) = body["CallRecord"]["Caller_Account"].as_str() {
            callers.insert(id.clone(), caller.to_owned());
        }
        for user in body["UserList"].as_array().into_iter().flatten().filter(|_| body["CallInfo"].is_object())
        {
            if text(user, "Status") == "Calling" {
                callers.insert(id.clone(), text(user, "User_Account").to_owned());
            }
        }
        bodies.push((id, text(&envelope, "url").to_owned(), body));
    }
    let mut seen = BTreeSet::new();
    for (id, url, body) in bodies {
        let call = calls.entry(id.clone()).or_default();
        call.repeated |= !seen.insert(body.to_string());
        let is_v4 = body["CallbackCommand"].is_string();
        if is_v4 {
            call.kind = "v4".to_owned();
            add_v4(call, &body, &url, callers.get(&id).map_or("", String::as_str));
            continue;
        }
        let family = if body["Event"].is_string() { "event" } else { "status" };
        let kind =
            if text(&body, "CallType") == "group" { format!("group {family}") } else { family.to_owned() };
        if call.kind != "v4" {
            call.kind = kind;
        }
        let (user, time) = (text(&body, "UserId").to_owned(), body["EventTime"].as_i64().unwrap_or(0));
        call.users = call.users.max(body["TotalNum"].as_u64().unwrap_or(0));
        match text(&body, "Event") {
            "receive_call" => drop(call.rang.insert(user.clone(), time)),
            "reject_call" => drop(call.declined.insert(user.clone(), time)),
            _ => {}
        }
        call.acting.insert(user);
        call.said.insert(said_by_device(&body));
    }
    Ok(calls)
}

fn add_v4(call: &mut Call, body: &Value, url: &str, caller: &str) {
    if body["CallInfo"].is_object() {
        call.said.insert("start".to_owned());
        call.acting.insert(caller.to_owned());
        let waiting = body["UserList"].as_array().into_iter().flatten();
        let waiting = waiting.filter(|user| text(user, "Status") == "Waiting");
        waiting.for_each(|user| call.callee = text(user, "User_Account").to_owned());
    } else if body["CallRecord"].is_object() {
        call.said.insert(format!("record {}", snake(text(&body["CallRecord"], "CallResult"))));
        call.callee = body["CallRecord"]["CalleeList_Account"][0].as_str().unwrap_or("").to_owned();
        call.recorded_from = url.rsplit_once("OptPlatform=").map(|(_, platform)| platform.to_owned());
    } else {
        for change in body["ChangedUserList"].as_array().into_iter().flatten() {
            let user = text(change, "User_Account");
            let role = if user == caller { "caller" } else { "callee" };
            call.said.insert(format!("{role} {}", action(text(change, "ActionType"))));
            call.acting.insert(user.to_owned());
        }
    }
}

/// The causes of the stories that could have left what a call has.
fn candidates(
    stories: &[Story],
    call: &Call,
    [loses, repeats]: [bool; 2],
    log: &BTreeMap<String, Call>,
) -> BTreeSet<String> {
    let fits = |story: &&Story| {
        let cause = story.cause.as_str();
        let left = call.said.is_subset(&story.leaves) && (loses || story.always.is_subset(&call.said));
        // Without such a fault only a server that does not answer makes the backend repeat a callback.
        let broke =
            if cause == "delivery_broke" { call.repeated || loses } else { repeats || !call.repeated };
        let from = call.recorded_from.as_deref();
        let by_server = cause != "ended_by_server" || from.is_none_or(|from| from == "RESTAPI");
        let by_member = cause != "completed" || from != Some("RESTAPI");
        let is_told = left && broke && by_member && by_server && story.kind == call.kind;
        is_told && fits_times(cause, call) && fits_log(cause, call, log)
    };
    stories.iter().filter(fits).map(|story| story.cause.clone()).collect()
}

/// A person takes two seconds or more to decline, a device less.
fn fits_times(cause: &str, call: &Call) -> bool {
    let shown = call.declined.iter().filter_map(|(user, at)| Some(at - call.rang.get(user)?));
    match cause {
        // Whom the log does not show may have done anything.
        "declined" => {
            let all = shown.clone().count() as u64 + 1 == call.users;
            !all || shown.into_iter().any(|seconds| seconds >= 2)
        }
        "declined_by_device" => shown.into_iter().all(|seconds| seconds < 2),
        _ => true,
    }
}

/// Whether a callee is silent is for the rest of the log to say.
fn fits_log(cause: &str, call: &Call, log: &BTreeMap<String, Call>) -> bool {
    let acts = || log.values().any(|other| other.acting.contains(&call.callee));
    let idle = || {
        let called = log.values().filter(|other| other.callee == call.callee);
        called.filter(|other| !other.acting.contains(&call.callee)).count()
    };
    match cause {
        "callee_silent" => !acts(),
        "unreached" => acts() || idle() < SEVERAL,
        _ => true,
    }
}

type Row = BTreeMap<String, String>;

fn rows(csv: &[u8]) -> TestResult<Vec<Row>> {
    let rows = csv_rows(csv)?;
    let named = |row: &Vec<String>| rows[0].iter().cloned().zip(row.iter().cloned()).collect();
    Ok(rows[1..].iter().map(named).collect())
}

/// Simulates calls and holds what is decided, and what is certain, against the slow decider. Returns how many calls of each
/// cause are decided.
fn hold(family: &str, faults: &str, seed: u64, calls_of_log: u32) -> TestResult<BTreeMap<String, u32>> {
    let folder = tempfile::tempdir()?;
    let arguments = format!(
        "simulate --truth truth.csv -o log --causes all --calls {calls_of_log} --family {family} --faults {faults} --seed {seed}"
    );
    tool(arguments.split(' ')).cwd(folder.path()).ends_with(0)?;
    let log = calls(&fs::read_to_string(folder.path().join("log"))?)?;
    let truth = rows(&fs::read(folder.path().join("truth.csv"))?)?;
    let columns = "call_id,cause,certainty";
    let found = rows(&tool(["export", "log", "--columns", columns]).cwd(folder.path()).ends_with(0)?.stdout)?;
    let found: BTreeMap<&str, &Row> = found.iter().map(|row| (row["call_id"].as_str(), row)).collect();
    let stories = stories()?;
    let loses = faults.contains("losses") || faults.contains("one_sided");
    let faulty = [loses, faults.contains("repeats")];
    let mut decided = BTreeMap::new();
    for row in &truth {
        let call = &log[&row["call_id"]];
        let possible = candidates(&stories, call, faulty, &log);
        let told = format!("{family} {faults} {seed}: {} {:?} of {possible:?}", row["cause"], call.said);
        // Who is called often and reached never may look silent.
        let is_possible = possible.contains(&row["cause"]) || row["cause"] == "unreached";
        assert!(is_possible, "the page does not have this story: {told}");
        if row["decided"] == "true" {
            assert_eq!(possible.len(), 1, "not decided: {told}");
            *decided.entry(row["cause"].clone()).or_default() += 1;
        }
        let verdict = found[row["call_id"].as_str()];
        if verdict["certainty"] == "certain" {
            assert_eq!(possible.iter().collect::<Vec<_>>(), [&verdict["cause"]], "not certain: {told}");
        }
    }
    Ok(decided)
}

#[test]
fn nothing_is_decided_or_certain_that_another_story_could_have_left() -> TestResult {
    let faults = [
        "none",
        "repeats=0.2,late=0.1,reorder=0.1",
        "losses=0.05",
        "losses=0.2,skew=0.3",
        "one_sided=0.2,repeats=0.2,losses=0.1",
    ];
    for (number, faults) in (1..).zip(faults) {
        for family in ["event", "status", "v4"] {
            let decided = hold(family, faults, number, 700)?;
            assert!(decided.values().sum::<u32>() > 50, "{family} {faults}: {decided:?}");
        }
    }
    Ok(())
}

#[test]
fn without_faults_every_call_is_decided_but_for_what_the_rest_of_the_log_has_to_say() -> TestResult {
    for (family, causes) in [("event", 17), ("status", 5), ("v4", 9)] {
        let decided = hold(family, "none", 9, 3000)?;
        let least = if family == "v4" { 2800 } else { 3000 };
        assert!(decided.values().sum::<u32>() >= least && decided.len() >= causes, "{family}: {decided:?}");
    }
    // One call alone does not say why nobody answered.
    for cause in ["unreached", "callee_silent"] {
        let folder = tempfile::tempdir()?;
        let arguments = format!("simulate --family v4 --calls 1 --causes {cause} -o log --truth truth.csv");
        tool(arguments.split(' ')).cwd(folder.path()).ends_with(0)?;
        let truth = fs::read(folder.path().join("truth.csv"))?;
        assert_eq!(rows(&truth)?[0]["decided"], "false", "{cause}");
    }
    Ok(())
}
