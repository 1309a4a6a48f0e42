//! What is listed of the findings: by level, by number, and on a terminal. Counts and exit status cover all of them.

use std::fs;
use std::path::Path;

use crate::support::terminal::on_terminal;
use crate::support::{Ran, TestResult, file_of_crate, tool, words};

fn validate(options: &str) -> TestResult<Ran> {
    words(&format!("validate {options}")).args([file_of_crate("samples/trouble.jsonl")]).run()
}

/// The levels of the findings on standard output.
fn levels(ran: &Ran) -> TestResult<Vec<String>> {
    let lines = ran.json_lines()?;
    Ok(lines.iter().filter_map(|line| line["level"].as_str().map(str::to_owned)).collect())
}

#[test]
fn levels_below_the_least_are_only_counted() -> TestResult {
    let all = validate("--format json")?;
    assert_eq!(levels(&all)?.len(), 16);
    for (least, words) in [
        ("info", &["error", "warning", "info"][..]),
        ("warning", &["error", "warning"]),
        ("warn", &["error", "warning"]),
        ("error", &["error"]),
    ] {
        let ran = validate(&format!("--format json --min-level {least}"))?;
        let expected: Vec<_> = levels(&all)?.into_iter().filter(|it| words.contains(&it.as_str())).collect();
        assert_eq!(levels(&ran)?, expected, "{least}");
        assert_eq!(
            (ran.status, ran.errors()),
            (all.status, all.errors()),
            "counts and status are those of all"
        );
        let counts = validate(&format!("--format json --statistics --min-level {least}"))?;
        assert!(levels(&counts)?.iter().all(|it| words.contains(&it.as_str())), "{counts}");
    }
    let ran = validate("--min-level wrn")?;
    assert_eq!(ran.status, Some(2));
    assert!(ran.errors().contains("a similar value exists: 'warn"), "{ran}");
    Ok(())
}

/// The level that is shown does not decide what fails.
#[test]
fn strict_counts_warnings_that_are_not_listed() -> TestResult {
    let ran = validate(
        "--format json --strict --min-level error --allow http --allow json --warn all --warn body",
    )?;
    assert_eq!((ran.status, ran.stdout.len()), (Some(1), 0), "{ran}");
    Ok(())
}

#[test]
fn a_limit_counts_what_it_leaves_out_of_the_levels_that_are_listed() -> TestResult {
    let ran = validate("--format json --min-level error --limit 3")?;
    assert_eq!(levels(&ran)?, ["error"; 3]);
    assert!(ran.text().ends_with("{\"cut\":5}\n"), "{ran}");
    let older = validate("--format json --min-level error --max-findings 3")?;
    assert_eq!(ran.stdout, older.stdout);
    Ok(())
}

#[test]
fn a_rule_can_be_made_info() -> TestResult {
    let ran = validate("--format json --error all --info body/type --info callback")?;
    for line in ran.json_lines()? {
        let rule = line["rule"].as_str().ok_or("no rule")?;
        let is_info = rule == "body/type" || rule.starts_with("callback/");
        assert_eq!(line["level"] == "info", is_info, "{line}");
    }
    let sample = file_of_crate("samples/trouble.jsonl");
    for command in ["summarize", "export", "show --user bob"] {
        words(&format!("{command} --info all")).args([&sample]).ends_with(0)?;
    }
    Ok(())
}

#[test]
fn older_names_of_formats_still_hold() -> TestResult {
    let sample = file_of_crate("samples/trouble.jsonl");
    for (older, name) in [
        ("validate --format full", "validate"),
        ("validate --format full", "validate --format text"),
        ("validate --format jsonl", "validate --format json"),
        ("summarize --format table", "summarize --format text"),
        ("show --user bob --format jsonl", "show --user bob --format json"),
        ("why --user bob --format jsonl", "why --user bob --format json"),
        ("export --format json", "export --format jsonl"),
    ] {
        let [older, name] = [older, name].map(|line| words(line).args([&sample]).run());
        let (older, name) = (older?, name?);
        assert!(older.stdout == name.stdout && older.status == name.status, "{older}\n{name}");
        assert!(!older.stdout.is_empty());
    }
    let help = words("validate --help").ends_with(0)?.text();
    assert!(!help.contains("full") && !help.contains("--max-findings"), "older names are hidden\n{help}");
    Ok(())
}

#[test]
fn quiet_leaves_data_and_errors() -> TestResult {
    let loud = validate("--format json")?;
    let quiet = validate("--format json -q")?;
    assert_eq!((quiet.status, &quiet.stdout), (loud.status, &loud.stdout));
    assert!(!loud.errors().is_empty() && quiet.stderr.is_empty(), "{quiet}");
    for command in ["summarize", "export", "why --all", "show --user bob"] {
        let ran = words(&format!("{command} --quiet")).args([file_of_crate("samples/damaged.http")]).run()?;
        assert!(ran.stderr.is_empty(), "{ran}");
    }
    let wrong = words("-q validate no-such.log").ends_with(2)?;
    assert_eq!(wrong.errors(), "error: cannot read `no-such.log`: no such file or directory\n");
    let parts = tool(["shard", "run", "-q", "validate", "--format", "json"])
        .args([file_of_crate("samples/trouble.jsonl")]);
    let parts = parts.run()?;
    assert!(parts.stdout == loud.stdout && parts.stderr.is_empty(), "{parts}");
    Ok(())
}

/// What `validate` shows on a terminal.
fn shown(options: &str, log: &Path) -> TestResult<Option<String>> {
    on_terminal(&words(&format!("validate --format concise --color never {options}")).args([log]))
}

#[test]
fn on_a_terminal_much_info_is_only_counted() -> TestResult {
    let day = file_of_crate("samples/day.jsonl");
    let totals = "checked 1152 records (1152 callbacks: 1152 event) in 1 input (JSON): 0 errors, 0\nwarnings, 130 info\n";
    let Some(text) = shown("", &day)? else { return Ok(()) };
    let only = "130 findings at level `info` are only counted; `--min-level info` lists them\n";
    assert_eq!(text, format!("{only}{totals}"));
    let text = shown("--min-level info", &day)?.ok_or("no terminal")?;
    assert_eq!(text.matches(": info ").count(), 50, "{text}");
    assert!(text.ends_with(&format!("\n80 more findings not listed (--limit)\n{totals}")), "{text}");
    let text = shown("--min-level info --limit 200", &day)?.ok_or("no terminal")?;
    assert_eq!((text.lines().count(), text.contains("more finding")), (132, false));
    // What goes elsewhere is complete.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("found");
    let run = words("validate --format concise -o").args([&file]).args([&day]);
    on_terminal(&run)?;
    assert_eq!(fs::read_to_string(file)?.lines().count(), 130);
    let text = on_terminal(&words("validate --format json -q").args([&day]))?.ok_or("no terminal")?;
    assert_eq!(text.lines().count(), 130, "data is complete on a terminal, too");
    Ok(())
}

/// Errors are in the order of the input, as are the few at level `info`, which take their places.
#[test]
fn on_a_terminal_errors_have_room_next_to_info() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let line = |number: usize, event: &str| {
        let body = crate::support::callback::Callback::event(event).call(&format!("c-{number}"));
        format!("{{\"body\":{body}}}\n")
    };
    // Each call has one callback, which is a finding at level info by default, and each unknown event another.
    let mut text: String = (0..60).map(|number| line(number, "start_call")).collect();
    text.extend((60..130).map(|number| line(number, "no_such_event")));
    fs::write(&log, text)?;
    let json = words("validate --format json").args([&log]).run()?;
    let count = |level: &str| -> TestResult<usize> {
        Ok(json.json_lines()?.iter().filter(|line| line["level"] == level).count())
    };
    let (errors, infos) = (count("error")?, count("info")?);
    assert!(errors >= 70 && infos > 50, "{errors} errors, {infos} info\n{json}");
    let Some(text) = shown("", &log)? else { return Ok(()) };
    assert_eq!(text.matches(": error ").count(), 50, "{text}");
    assert!(!text.contains(": info "), "{text}");
    assert!(
        text.contains(&format!("\n{} more findings not listed (--limit)\n", errors + count("warning")? - 50)),
        "{text}"
    );
    assert!(text.contains(&format!("\n{infos} findings at level `info` are only counted")), "{text}");
    Ok(())
}
