//! The filters, each held against a slow reading of the exported tables, and the same on every command.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, TestResult, tool};

/// A log with everything that filters can ask for, and what is exported of it.
struct Log {
    folder: TempDir,
    calls: Vec<Value>,
    participants: BTreeMap<String, Vec<Value>>,
    callbacks: BTreeMap<String, Vec<Value>>,
    findings: BTreeMap<String, BTreeSet<String>>,
}

const CALLS: &str = "call_id,sdkappid,call_type,media_type,caller,callees,result,start_time,ring_seconds,\
                     talk_seconds,total_seconds,duplicates,caller_platform,families,cause,certainty";

impl Log {
    fn new() -> TestResult<Self> {
        let folder = TempDir::new()?;
        let mut text = Vec::new();
        for (family, seed) in [("event", "7"), ("v4", "8"), ("status", "9")] {
            let args = ["simulate", "--calls", "150", "--faults", "all", "--family", family, "--seed", seed];
            text.extend(tool(args).ends_with(0)?.stdout);
        }
        let text = String::from_utf8_lossy(&text)
            .replace("sdkappid=1400000001&command=re", "sdkappid=1400000002&command=re");
        fs::write(folder.path().join("log"), text)?;
        let mut log = Self {
            folder,
            calls: Vec::new(),
            participants: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            findings: BTreeMap::new(),
        };
        log.calls = log.run(&["export", "--format", "jsonl", "--columns", CALLS])?.json_lines()?;
        for (table, columns) in
            [("participants", "call_id,user_id,role,platform,ring_time"), ("callbacks", "call_id,role,event")]
        {
            let args = ["export", "--format", "jsonl", "--table", table, "--columns", columns];
            for row in log.run(&args)?.json_lines()? {
                let rows = if table == "callbacks" { &mut log.callbacks } else { &mut log.participants };
                rows.entry(text_of(&row["call_id"])).or_default().push(row);
            }
        }
        for finding in log.tool(&["validate", "--format", "json", "--all-findings"]).run()?.json_lines()? {
            let rule = text_of(&finding["rule"]);
            log.findings.entry(text_of(&finding["call_id"])).or_default().insert(rule);
        }
        Ok(log)
    }

    fn tool(&self, args: &[&str]) -> crate::support::Run {
        tool(args).args(["log"]).cwd(self.folder.path())
    }

    fn run(&self, args: &[&str]) -> TestResult<Ran> {
        self.tool(args).ends_with(0)
    }

    /// The calls for which something is so, in the order of the input.
    fn where_(&self, is_so: impl Fn(&Value) -> bool) -> Vec<String> {
        self.calls.iter().filter(|call| is_so(call)).map(|call| text_of(&call["call_id"])).collect()
    }

    fn any(&self, rows: &BTreeMap<String, Vec<Value>>, call: &Value, is_so: impl Fn(&Value) -> bool) -> bool {
        rows.get(&text_of(&call["call_id"])).is_some_and(|rows| rows.iter().any(is_so))
    }

    /// Holds what `export`, `summarize`, `why --all` and the table of callbacks choose against what is expected.
    fn check(&self, filter: &[&str], expected: &[String]) -> TestResult {
        assert!(
            !expected.is_empty() && expected.len() < self.calls.len(),
            "{filter:?} chooses {}",
            expected.len()
        );
        let chosen = self.run(&with(filter, &["export", "--columns", "call_id"]))?.column("call_id")?;
        assert_eq!(chosen, expected, "{filter:?}");
        let summary = self.run(&with(filter, &["summarize", "--format", "json"]))?.json_lines()?;
        assert_eq!(summary[0]["calls"], expected.len(), "{filter:?}");
        let causes = self.run(&with(filter, &["why", "--all", "--format", "json"]))?.json_lines()?;
        assert_eq!(causes[0]["calls"], expected.len(), "{filter:?}");
        let table = self.run(&with(filter, &["export", "--table", "callbacks", "--columns", "call_id"]))?;
        let of_callbacks: BTreeSet<String> = table.column("call_id")?.into_iter().collect();
        assert_eq!(of_callbacks, expected.iter().cloned().collect(), "{filter:?}");
        let shown =
            self.run(&with(filter, &["show", "--format", "json", "--limit", "1000"]))?.json_lines()?;
        let shown: Vec<String> = shown.iter().map(|call| text_of(&call["call_id"])).collect();
        assert_eq!(shown, expected, "{filter:?}");
        Ok(())
    }
}

fn with<'a>(filter: &[&'a str], args: &[&'a str]) -> Vec<&'a str> {
    [args, filter].concat()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn is_one(value: &Value, of: &[&str]) -> bool {
    value.as_str().is_some_and(|text| of.contains(&text))
}

fn within(value: &Value, least: u64, most: u64) -> bool {
    value.as_u64().is_some_and(|seconds| (least..=most).contains(&seconds))
}

/// Each filter whose condition is on one row of the table of calls.
#[test]
fn filters_on_calls_are_those_of_their_columns() -> TestResult {
    let log = Log::new()?;
    let some = &log.calls[11];
    let (caller, callee) = (text_of(&some["caller"]), text_of(&some["callees"][0]));
    let called = |call: &Value| {
        call["callees"].as_array().is_some_and(|all| all.iter().any(|it| text_of(it) == callee))
    };
    type Expected<'e> = Box<dyn Fn(&Value) -> bool + 'e>;
    let rows: [(&[&str], Expected<'_>); 15] = [
        (&["--result", "reject,incomplete"], Box::new(|it| is_one(&it["result"], &["reject", "incomplete"]))),
        (
            &["--result", "reject", "--result", "cancel"],
            Box::new(|it| is_one(&it["result"], &["reject", "cancel"])),
        ),
        (&["--caller", &caller], Box::new(|it| text_of(&it["caller"]) == caller)),
        (&["--callee", &callee], Box::new(called)),
        (&["--platform", "ios,WEB"], Box::new(|it| is_one(&it["caller_platform"], &["iOS", "Web"]))),
        (&["--media-type", "video"], Box::new(|it| it["media_type"] == "video")),
        (&["--call-type", "group"], Box::new(|it| it["call_type"] == "group")),
        (&["--family", "v4,status"], Box::new(|it| !it["families"].to_string().contains("event"))),
        (&["--app", "1400000002"], Box::new(|it| it["sdkappid"] == 1_400_000_002)),
        (&["--redelivered"], Box::new(|it| it["duplicates"].as_u64() > Some(0))),
        (&["--cause", "declined,no_answer"], Box::new(|it| is_one(&it["cause"], &["declined", "no_answer"]))),
        (&["--certainty", "likely"], Box::new(|it| it["certainty"] == "likely")),
        (&["--ring", "5s..15"], Box::new(|it| within(&it["ring_seconds"], 5, 15))),
        (&["--talk", "1m.."], Box::new(|it| within(&it["talk_seconds"], 60, u64::MAX))),
        (&["--total", "..20s"], Box::new(|it| within(&it["total_seconds"], 0, 20))),
    ];
    for (filter, is_so) in rows {
        log.check(filter, &log.where_(is_so))?;
    }
    let both = log.where_(|it| it["result"] == "cancel" && it["media_type"] == "audio");
    log.check(&["--result", "cancel", "--media-type", "audio"], &both)
}

/// Those whose condition is on participants, callbacks or findings.
#[test]
fn other_filters_are_those_of_their_rows() -> TestResult {
    let log = Log::new()?;
    let user = text_of(&log.calls[3]["caller"]);
    let takes_part =
        log.where_(|call| log.any(&log.participants, call, |it| text_of(&it["user_id"]) == user));
    log.check(&["--user", &user], &takes_part)?;
    log.check(&["--user", &format!("{user},nobody")], &takes_part)?;
    let on_android = |it: &Value| is_one(&it["role"], &["callee", "both"]) && it["platform"] == "Android";
    let expected = log.where_(|call| log.any(&log.participants, call, on_android));
    log.check(&["--callee-platform", "android"], &expected)?;
    let rang = |call: &Value| log.any(&log.participants, call, |it| !it["ring_time"].is_null());
    let ignored = |call: &Value| log.any(&log.callbacks, call, |it| it["event"] == "ignore_call");
    let failed = |call: &Value| match call["result"].as_str() {
        Some("failed" | "offline" | "interrupt") => true,
        Some("call_busy") => !ignored(call),
        Some("not_answer") => !rang(call),
        _ => false,
    };
    log.check(&["--failed"], &log.where_(failed))?;
    for (given, rules) in [("call/duplicate", "call/duplicate"), ("body", "body/"), ("call", "call/")] {
        let has = |call: &Value| {
            let found = log.findings.get(&text_of(&call["call_id"]));
            found.is_some_and(|found| found.iter().any(|rule| rule.starts_with(rules)))
        };
        log.check(&["--with-finding", given], &log.where_(has))?;
        // What waits outside of memory has them, too.
        let args = ["export", "--columns", "call_id", "--max-memory", "1M", "--with-finding", given];
        assert_eq!(log.run(&args)?.column("call_id")?, log.where_(has), "{given}");
    }
    let one = text_of(&log.calls[0]["call_id"]);
    let two = text_of(&log.calls[1]["call_id"]);
    log.check(&["--call-id", &format!("{one},{two}")], &[one, two])
}

/// An id may hold a comma.
#[test]
fn an_id_with_a_comma_is_an_id() -> TestResult {
    let log = |user: &str, id: &str| {
        format!(
            "{{\"UserId\":\"{user}\",\"RoomId\":\"1\",\"TotalNum\":2,\"MediaType\":\"audio\",\"CallType\":\"single\",\"CallId\":\"{id}\",\"Role\":\"caller\",\"Event\":\"start_call\",\"CallResult\":\"\",\"EventTime\":1714546800}}\n"
        )
    };
    let text = log("a,b", "c,1") + &log("c", "c2") + &log("d", "c3");
    let chosen = |args: &[&str]| -> TestResult<Vec<String>> {
        let args = [&["export", "--columns", "call_id", "-"], args].concat();
        tool(args).stdin(text.clone()).ends_with(0)?.column("call_id")
    };
    assert_eq!(chosen(&["--user", "a,b"])?, ["c,1"]);
    assert_eq!(chosen(&["--user", "a,b,c,d"])?, ["c2", "c3"]);
    assert_eq!(chosen(&["--call-id", "c,1"])?, ["c,1"]);
    assert_eq!(chosen(&["--call-id", "c2,c3"])?, ["c2", "c3"]);
    for (given, expected) in [("c,1", 1), ("c2,c3", 2)] {
        let shown =
            tool(["show", "--format", "json", "--call-id", given, "-"]).stdin(text.clone()).ends_with(0)?;
        assert_eq!(shown.json_lines()?.len(), expected);
    }
    Ok(())
}

/// What cannot be meant is refused, with what was meant.
#[test]
fn values_that_cannot_be_meant_are_refused() -> TestResult {
    for (args, said) in [
        (["--result", "rejct"], "tip: a similar value exists: 'reject'"),
        (["--cause", "declind"], "declined"),
        (["--media-type", "vidoe"], "tip: a similar value exists: 'video'"),
        (["--certainty", "sure"], "[possible values: certain, likely, cannot_tell]"),
        (["--with-finding", "call/duplicte"], "did you mean `call/duplicate`?"),
        (["--ring", "5m..1m"], "the range runs backwards"),
        (["--ring", "soon"], "not a range of time, such as 10s.., ..2m or 30s..1m"),
        (["--cause", "one_sided"], "it only contributes, and is never the main cause of a call"),
        (["--app", "x"], "not an SDKAppID"),
    ] {
        let ran = tool(["summarize", "-"]).args(args).stdin("").ends_with(2)?;
        assert!(ran.errors().contains(said), "{said}\n{ran}");
    }
    let args = ["summarize", "--allow-empty", "--since", "2024-05-02", "--until", "2024-05-01", "-"];
    let ran = tool(args).stdin("").ends_with(2)?;
    assert!(ran.errors().contains("`--until` is before `--since`"), "{ran}");
    Ok(())
}

/// `validate` lists and counts what is on chosen calls and on the records of their callbacks, captured twice or not.
#[test]
fn findings_of_chosen_calls() -> TestResult {
    let log = Log::new()?;
    let list = |filter: &[&str]| -> TestResult<Vec<Value>> {
        let args = with(filter, &["validate", "--format", "json", "--all-findings"]);
        log.tool(&args).run()?.json_lines()
    };
    let all = list(&[])?;
    let has_some = |call: &&Value| log.findings.contains_key(&text_of(&call["call_id"]));
    let user = text_of(&log.calls.iter().find(has_some).ok_or("no findings")?["caller"]);
    let filters: [&[&str]; 6] = [
        &["--failed"],
        &["--user", &user],
        &["--result", "reject,cancel"],
        &["--cause", "declined"],
        &["--with-finding", "call/duplicate"],
        &["--family", "v4", "--max-memory", "1M"],
    ];
    for filter in filters {
        let args = with(filter, &["export", "--columns", "call_id"]);
        let chosen: BTreeSet<String> = log.run(&args)?.column("call_id")?.into_iter().collect();
        let of_chosen = |it: &&Value| chosen.contains(&text_of(&it["call_id"]));
        let expected: Vec<Value> = all.iter().filter(of_chosen).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{filter:?}");
        assert_eq!(list(filter)?, expected, "{filter:?}");
        let counts = log.tool(&with(filter, &["validate", "--statistics", "--format", "json"])).run()?;
        let counts: u64 = counts.json_lines()?.iter().filter_map(|row| row["count"].as_u64()).sum();
        assert_eq!(counts, expected.len() as u64, "{filter:?}");
        let is_error = expected.iter().any(|it| it["level"] == "error");
        let ran = log.tool(&with(filter, &["validate"])).run()?;
        assert_eq!(ran.status, Some(i32::from(is_error)), "{filter:?}\n{ran}");
    }
    let from_pipe = tool(with(&["--failed"], &["validate", "--format", "json", "--all-findings", "-"]));
    let ran = from_pipe.stdin(fs::read(log.folder.path().join("log"))?).run()?;
    let places = |all: &[Value]| all.iter().map(|it| it["line"].clone()).collect::<Vec<_>>();
    assert_eq!(places(&ran.json_lines()?), places(&list(&["--failed"])?));
    Ok(())
}
