//! The questions of a support engineer, each asked with one command on a terminal of 80 columns, and its answer held
//! against the exported table of calls.

use std::collections::BTreeMap;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::support::terminal::on_terminal;
use crate::support::{TestResult, tool, words};

const LOG: &str = "samples/day.jsonl";

/// A log whose callbacks name platforms.
fn with_platforms() -> TestResult<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let simulated = words("simulate --calls 300 --causes all --format envelope --seed 5 -o log");
    simulated.cwd(folder.path()).ends_with(0)?;
    Ok(folder)
}

/// The rows of the table of calls.
fn calls(log: &str) -> TestResult<Vec<Value>> {
    let columns = "call_id,caller,callees,result,caller_platform,talk_seconds,start_time";
    let args = ["export", log, "--format", "jsonl", "--columns", columns];
    tool(args).ends_with(0)?.json_lines()
}

fn text_of<'v>(call: &'v Value, column: &str) -> &'v str {
    call[column].as_str().unwrap_or_default()
}

/// What a command shows, without colours; no line is wider than the terminal. None without a terminal.
fn asked(line: &str) -> TestResult<Option<Vec<String>>> {
    let Some(shown) = on_terminal(&words(line))? else { return Ok(None) };
    let mut plain = String::new();
    let mut letters = shown.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => drop(letters.by_ref().find(char::is_ascii_alphabetic)),
            letter => plain.push(letter),
        }
    }
    let lines: Vec<String> = plain.lines().map(str::to_owned).collect();
    let too_wide: Vec<&String> = lines.iter().filter(|line| line.width() > 80).collect();
    assert!(too_wide.is_empty(), "`{line}` is wider than 80 columns: {too_wide:#?}");
    Ok(Some(lines))
}

/// The beginnings of ids in the rows of a list, in their order: eight characters are enough in this log.
fn listed(lines: &[String], all: &[Value]) -> Vec<String> {
    let ids = lines.iter().filter_map(|line| {
        line.split_whitespace()
            .find(|word| all.iter().any(|call| text_of(call, "call_id").starts_with(word) && word.len() >= 8))
    });
    ids.map(|id| id[..8].to_owned()).collect()
}

fn short(calls: &[&Value]) -> Vec<String> {
    calls.iter().map(|call| text_of(call, "call_id")[..8].to_owned()).collect()
}

#[test]
fn the_failing_calls_of_this_user() -> TestResult {
    let all = calls(LOG)?;
    let ids = words(&format!("export {LOG} --failed --columns call_id")).ends_with(0)?.column("call_id")?;
    let failed: Vec<&Value> =
        all.iter().filter(|call| ids.iter().any(|id| id == text_of(call, "call_id"))).collect();
    let user = text_of(failed.first().ok_or("no call failed")?, "caller");
    let Some(lines) = asked(&format!("calls {LOG} --user {user} --failed"))? else { return Ok(()) };
    let takes_part = |call: &&Value| {
        text_of(call, "caller") == user
            || call["callees"].as_array().is_some_and(|it| it.contains(&user.into()))
    };
    assert_eq!(
        listed(&lines, &all),
        short(&failed.into_iter().filter(takes_part).collect::<Vec<_>>()),
        "{lines:#?}"
    );
    assert!(lines.iter().any(|line| line.contains("why ID")), "says how to look into one: {lines:#?}");
    Ok(())
}

#[test]
fn busy_on_android() -> TestResult {
    let folder = with_platforms()?;
    let log = folder.path().join("log").display().to_string();
    let all = calls(&log)?;
    let Some(lines) = asked(&format!("calls {log} --result call_busy --platform android"))? else {
        return Ok(());
    };
    let is_so = |call: &&Value| {
        text_of(call, "result") == "call_busy" && text_of(call, "caller_platform") == "Android"
    };
    let expected: Vec<&Value> = all.iter().filter(is_so).collect();
    assert!(!expected.is_empty());
    assert_eq!(listed(&lines, &all), short(&expected), "{lines:#?}");
    Ok(())
}

#[test]
fn the_longest_calls() -> TestResult {
    let all = calls(LOG)?;
    let Some(lines) = asked(&format!("calls {LOG} --sort -talk --limit 5"))? else { return Ok(()) };
    let mut expected: Vec<&Value> = all.iter().collect();
    expected.sort_by_key(|call| std::cmp::Reverse(call["talk_seconds"].as_u64()));
    assert_eq!(listed(&lines, &all), short(&expected[..5]), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("165 more calls")), "{lines:#?}");
    Ok(())
}

#[test]
fn top_callers() -> TestResult {
    let mut callers: BTreeMap<String, usize> = BTreeMap::new();
    for call in calls(LOG)? {
        *callers.entry(text_of(&call, "caller").to_owned()).or_default() += 1;
    }
    let asked_for = format!("summarize {LOG} --by caller --sort -calls --limit 3 --groups-only");
    let Some(lines) = asked(&asked_for)? else { return Ok(()) };
    let mut most: Vec<usize> = callers.into_values().collect();
    most.sort_unstable_by_key(|calls| std::cmp::Reverse(*calls));
    let rows = lines.iter().skip_while(|line| !line.starts_with('─')).skip(1);
    let shown = rows.filter_map(|row| row.split('█').next()?.split_whitespace().next_back()?.parse().ok());
    assert_eq!(shown.collect::<Vec<usize>>(), most[..3], "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("more groups")), "{lines:#?}");
    Ok(())
}

/// Everything else that the front page and the docs ask: it fits, and breaks no word.
#[test]
fn what_is_shown_fits_the_terminal() -> TestResult {
    let call = "eb7070ec".to_owned();
    for line in [
        format!("summarize {LOG}"),
        format!("summarize {LOG} --by hour"),
        format!("summarize {LOG} --by platform,result"),
        format!("calls {LOG}"),
        format!("calls {LOG} --columns all"),
        format!("show {call} {LOG}"),
        format!("show {call} {LOG} --ascii"),
        format!("why {call} {LOG}"),
        format!("why --all {LOG}"),
        format!("figures ASR {LOG}"),
        format!("compare {LOG} --before 2024-05-01T12:00:00Z"),
        format!("outages {LOG}"),
        "figures".to_owned(),
        format!("validate {LOG} --statistics"),
        "rules".to_owned(),
        format!("replay {LOG} --dry-run --to http://127.0.0.1:9"),
        "export --describe".to_owned(),
        "config".to_owned(),
    ] {
        asked(&line)?;
    }
    Ok(())
}

/// One sentence where nothing is found, the same on every command that takes filters, with what was probably meant.
#[test]
fn nothing_found_is_one_sentence() -> TestResult {
    let typed = "usre_0064";
    let sentence = format!(
        "no call matches the filters, of 170 calls; none has the user `{typed}` (did you mean `user_0064`?)"
    );
    for command in [
        "calls",
        "summarize",
        "export",
        "export --table callbacks",
        "show",
        "why",
        "why --all",
        "validate",
        "figures ASR",
        "report",
        "outages",
        "compare --before 2024-05-01T12:00:00Z",
        "replay --to http://127.0.0.1:9 --dry-run",
    ] {
        let ran = words(&format!("{command} {LOG} --user {typed}")).ends_with(0)?;
        assert!(ran.errors().contains(&sentence), "{command}\n{ran}");
    }
    for (filter, reason) in [
        ("--platform android", "none shows its platform"),
        (
            "--call-id eb7070ec-5426-4729-88e7-d4c316e828cd",
            "(did you mean `eb7070ec-5426-4729-88e7-d4c316e828cc`?)",
        ),
        ("--since 2031-01-01", "they begin from 2024-05-01"),
        ("--until 2021-01-01", "they begin from 2024-05-01"),
    ] {
        let ran = words(&format!("calls {LOG} {filter}")).ends_with(0)?;
        assert!(ran.errors().contains(reason), "{filter}\n{ran}");
    }
    // What could not be read is said once.
    let ran = words("calls no-such-file").ends_with(2)?;
    assert_eq!(ran.errors(), "error: cannot read `no-such-file`: no such file or directory\n");
    let ran = words(&format!("calls {LOG} --sort talkk")).ends_with(2)?;
    assert!(ran.errors().contains("did you mean `talk`?"), "{ran}");
    let folder = with_platforms()?;
    for (filter, reason) in [
        ("--platform adnroid", "none has the platform `adnroid` (did you mean `Android`?)"),
        ("--app 1400000009", "none has the app `1400000009` (did you mean `1400000001`?)"),
    ] {
        let ran = words(&format!("calls log {filter}")).cwd(folder.path()).ends_with(0)?;
        assert!(ran.errors().contains(reason), "{filter}\n{ran}");
    }
    Ok(())
}
