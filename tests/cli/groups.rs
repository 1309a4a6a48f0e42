//! The groups of `summarize`, held against a slow count over the exported tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, TestResult, tool};

/// A folder with a log of all families.
fn log() -> TestResult<TempDir> {
    let folder = TempDir::new()?;
    let mut text = Vec::new();
    for (family, seed) in [("event", "7"), ("v4", "8"), ("status", "9")] {
        let args = ["simulate", "--calls", "120", "--faults", "all", "--family", family, "--seed", seed];
        text.extend(tool(args).ends_with(0)?.stdout);
    }
    fs::write(folder.path().join("log"), text)?;
    Ok(folder)
}

fn run(folder: &Path, args: &[&str]) -> TestResult<Ran> {
    tool(args).args(["log"]).cwd(folder).ends_with(0)
}

fn groups(folder: &Path, args: &[&str]) -> TestResult<Vec<Value>> {
    let all = run(folder, &[&["summarize", "--format", "json"], args].concat())?.json_lines()?;
    Ok(all[0]["groups"].as_array().cloned().unwrap_or_default())
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.as_u64().map_or_else(String::new, |it| it.to_string()), str::to_owned)
}

/// What a key says of an exported call: of which groups it is.
fn keys_of(key: &str, call: &Value, callees: &[&Value]) -> BTreeSet<String> {
    let start: Option<jiff::Zoned> = call["start_time"]
        .as_str()
        .and_then(|it| it.parse::<jiff::Timestamp>().ok())
        .map(|it| it.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8))));
    let time = |format: &str| start.as_ref().map_or_else(String::new, |it| it.strftime(format).to_string());
    let one = match key {
        "platform" => text_of(&call["caller_platform"]),
        "day" => time("%Y-%m-%d"),
        "hour" => time("%Y-%m-%dT%H:00%:z"),
        "weekday" => time("%A"),
        "hour_of_day" => time("%H"),
        "generation" => match (
            call["families"].to_string().contains("v4"),
            call["families"].as_array().map_or(0, Vec::len),
        ) {
            (true, 1) => "v4",
            (true, _) => "mixed",
            (false, _) => "older",
        }
        .to_owned(),
        "callee_platform" if !callees.is_empty() => {
            return callees.iter().map(|it| text_of(&it["platform"])).collect();
        }
        "callee" => {
            let all: BTreeSet<String> =
                call["callees"].as_array().into_iter().flatten().map(text_of).collect();
            return if all.is_empty() { BTreeSet::from([String::new()]) } else { all };
        }
        "callee_platform" => String::new(),
        other => text_of(&call[other]),
    };
    BTreeSet::from([one])
}

#[test]
fn calls_are_counted_in_the_groups_of_their_rows() -> TestResult {
    let folder = log()?;
    let calls = run(folder.path(), &["export", "--format", "jsonl", "--columns", "all"])?.json_lines()?;
    let users =
        run(folder.path(), &["export", "--format", "jsonl", "--table", "participants"])?.json_lines()?;
    let mut callees: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for user in users.iter().filter(|it| ["callee", "both"].contains(&text_of(&it["role"]).as_str())) {
        callees.entry(text_of(&user["call_id"])).or_default().push(user);
    }
    for by in [
        "result",
        "call_type",
        "media_type",
        "sdkappid",
        "platform",
        "callee_platform",
        "caller",
        "callee",
        "hour",
        "day",
        "weekday",
        "hour_of_day",
        "cause",
        "generation",
        "platform,result",
        "callee,media_type,callee_platform",
    ] {
        let mut expected: BTreeMap<Vec<String>, (u64, u64)> = BTreeMap::new();
        for call in &calls {
            let none = Vec::new();
            let of_call = callees.get(&text_of(&call["call_id"])).unwrap_or(&none);
            let mut names = vec![Vec::new()];
            for key in by.split(',') {
                let parts = keys_of(key, call, of_call);
                let longer = |name: &Vec<String>| -> Vec<Vec<String>> {
                    parts.iter().map(|part| [name.clone(), vec![part.clone()]].concat()).collect()
                };
                names = names.iter().flat_map(longer).collect();
            }
            for name in names {
                let counts = expected.entry(name).or_default();
                counts.0 += 1;
                counts.1 += call["callbacks"].as_u64().unwrap_or(0);
            }
        }
        let mut found = BTreeMap::new();
        for group in groups(folder.path(), &["--by", by, "--tz", "+08:00", "--threads", "2"])? {
            let name: Vec<String> = match by.contains(',') {
                true => by.split(',').map(|key| text_of(&group["keys"][key])).collect(),
                false => vec![text_of(&group["key"])],
            };
            let counts = (group["calls"].as_u64().unwrap_or(0), group["callbacks"].as_u64().unwrap_or(0));
            assert_eq!(found.insert(name, counts), None, "{by}");
        }
        assert_eq!(found, expected, "{by}");
    }
    Ok(())
}

#[test]
fn groups_are_sorted_and_cut() -> TestResult {
    let folder = log()?;
    let all = groups(folder.path(), &["--by", "caller"])?;
    for (key, member) in
        [("calls", "calls"), ("asr", "asr"), ("acd", "acd_seconds"), ("talk_minutes", "talk_minutes")]
    {
        for sign in ["", "-"] {
            let sorted = groups(folder.path(), &["--by", "caller", "--sort", &format!("{sign}{key}")])?;
            let mut expected = all.clone();
            expected.sort_by(|one, other| {
                let number = |group: &Value| group[member].as_f64();
                let order = number(one).partial_cmp(&number(other)).unwrap_or(std::cmp::Ordering::Equal);
                let order = if sign == "-" { order.reverse() } else { order };
                number(one).is_none().cmp(&number(other).is_none()).then(order)
            });
            assert_eq!(sorted, expected, "{sign}{key}");
        }
    }
    let cut = ["summarize", "--by", "caller", "--sort", "-calls", "--limit", "3"];
    let json = run(folder.path(), &[&cut[..], &["--format", "json"]].concat())?.json_lines()?;
    assert_eq!(json[0]["groups"].as_array().map(Vec::len), Some(3));
    assert_eq!(json[0]["groups_cut"], all.len() - 3);
    for format in ["table", "csv", "csv-long", "markdown"] {
        let said = run(folder.path(), &[&cut[..], &["--format", format]].concat())?.errors();
        let note = format!("and {} more groups; `--limit` sets how many are shown", all.len() - 3);
        assert!(said.contains(&note), "{said}");
    }
    Ok(())
}

/// A row of CSV for each group has what JSON has.
#[test]
fn csv_has_a_row_for_each_group() -> TestResult {
    let folder = log()?;
    let json = groups(folder.path(), &["--by", "platform,result"])?;
    let rows = run(folder.path(), &["summarize", "--by", "platform,result", "--format", "csv"])?.rows()?;
    assert_eq!(rows.len(), json.len() + 1);
    for (row, group) in rows[1..].iter().zip(&json) {
        for (name, value) in rows[0].iter().zip(row) {
            let expected = match (name.as_str(), name.split_once('.')) {
                ("platform" | "result", _) => group["keys"][name].clone(),
                (_, Some((figure, part))) => group[figure][part].clone(),
                _ => group[name].clone(),
            };
            match expected {
                Value::Null if name.starts_with("outcomes.") => assert_eq!(value, "0", "{name}"),
                Value::Null => assert_eq!(value, "", "{name}"),
                Value::String(text) => assert_eq!(*value, text, "{name}"),
                // A reader may be off by the last digit.
                number => {
                    let difference = value.parse::<f64>()? - number.as_f64().ok_or("no number")?;
                    assert!(difference.abs() < 1e-9, "{name}: {value} {number}");
                }
            }
        }
    }
    let long = run(folder.path(), &["summarize", "--by", "platform", "--format", "csv-long"])?.rows()?;
    assert_eq!(long[0], ["key", "figure", "value"]);
    let alone = ["summarize", "--by", "platform", "--groups-only"];
    let json = run(folder.path(), &[&alone[..], &["--format", "json"]].concat())?.json_lines()?;
    assert_eq!(
        json[0].as_object().map(|it| it.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["groups".to_owned()])
    );
    assert!(run(folder.path(), &alone)?.text().starts_with("platform "));
    Ok(())
}

#[test]
fn hours_without_calls_are_shown() -> TestResult {
    let folder = TempDir::new()?;
    let line = |id: &str, time: i64| {
        format!(
            "{{\"UserId\":\"a\",\"RoomId\":\"1\",\"TotalNum\":2,\"MediaType\":\"audio\",\"CallType\":\"single\",\
             \"CallId\":\"{id}\",\"Role\":\"caller\",\"Event\":\"start_call\",\"CallResult\":\"\",\"EventTime\":{time}}}\n"
        )
    };
    fs::write(folder.path().join("log"), line("a", 1_714_546_800) + &line("b", 1_714_546_800 + 3 * 3600))?;
    let text = run(folder.path(), &["summarize", "--by", "hour", "--groups-only"])?.text();
    let hours: Vec<&str> = text.lines().skip(2).map(|line| &line[11..16]).collect();
    assert_eq!(hours, ["07:00", "08:00", "09:00", "10:00"], "{text}");
    // In data only what is there.
    assert_eq!(groups(folder.path(), &["--by", "hour"])?.len(), 2);
    let days = run(folder.path(), &["summarize", "--by", "weekday", "--groups-only"])?.text();
    assert_eq!(days.lines().count(), 9, "{days}");
    Ok(())
}

#[test]
fn what_cannot_be_grouped_is_refused() -> TestResult {
    for (args, said) in [
        (&["--by", "result,day,caller,cause"][..], "`--by` takes at most 3 keys"),
        (&["--by", "result,result"], "the key `result` is given twice"),
        (&["--by", "platfrom"], "tip: a similar value exists: 'platform'"),
        (&["--sort", "-calls"], "need groups: give `--by`"),
        (&["--by", "day", "--sort", "-cals"], "groups cannot be sorted by `cals`; did you mean `calls`?"),
    ] {
        let ran = tool(["summarize", "-"]).args(args).stdin("").ends_with(2)?;
        assert!(ran.errors().contains(said), "{said}\n{ran}");
    }
    Ok(())
}
