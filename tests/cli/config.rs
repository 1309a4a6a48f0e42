//! `callkit-tool.toml`: where it is found, what it sets, and what wins over it.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, Run, TestResult, file_of_crate, left_out, words};

/// A folder with a log, which is the home folder, too, so that nothing above it is found.
struct Project(TempDir);

impl Project {
    fn new(config: &str) -> TestResult<Self> {
        let folder = tempfile::tempdir()?;
        fs::copy(file_of_crate("samples/trouble.jsonl"), folder.path().join("a.log"))?;
        fs::write(folder.path().join("callkit-tool.toml"), config)?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, line: &str) -> Run {
        words(line).cwd(self.path()).env("HOME", &self.path().to_string_lossy())
    }

    fn rules(&self, line: &str) -> TestResult<Vec<String>> {
        self.run(&format!("validate --format json {line} a.log")).run()?.rules()
    }
}

/// The level of every finding of a rule.
fn levels(ran: &Ran, rule: &str) -> TestResult<Vec<String>> {
    let lines = ran.json_lines()?;
    let of_rule = lines.iter().filter(|line| line["rule"] == rule);
    Ok(of_rule.filter_map(|line| line["level"].as_str().map(str::to_owned)).collect())
}

#[test]
fn levels_hold_until_an_option_says_otherwise() -> TestResult {
    let project = Project::new("[levels]\n'body/type' = 'error'\nurl = 'allow'\ncall = 'info'\n")?;
    for (options, expected) in [
        ("", &["error"][..]),
        ("--warn body/type", &["warning"]),
        // A family that an option names wins over the rule that the project names.
        ("--info body", &["info"]),
        ("--allow all", &[]),
        ("--no-config", &["warning"]),
    ] {
        let ran = project.run(&format!("validate --format json {options} a.log")).run()?;
        assert_eq!(levels(&ran, "body/type")?, expected, "{options}\n{ran}");
    }
    assert!(!project.rules("")?.iter().any(|rule| rule.starts_with("url/")));
    assert!(project.rules("--no-config")?.iter().any(|rule| rule.starts_with("url/")));
    Ok(())
}

#[test]
fn sdkappids_come_after_options_and_environment() -> TestResult {
    let project = Project::new("sdkappids = 7")?;
    let sdkappid = |run: Run| -> TestResult<bool> {
        Ok(run.run()?.rules()?.iter().any(|rule| rule == "url/sdkappid-mismatch"))
    };
    let line = "validate --format json a.log";
    assert!(sdkappid(project.run(line))?);
    assert!(!sdkappid(project.run(line).args(["--sdkappid", "1400000001,1400000002"]))?);
    assert!(!sdkappid(project.run(line).env("CALLKIT_SDKAPPID", "1400000001,1400000002"))?);
    assert!(!sdkappid(project.run(line).args(["--no-config"]))?);
    // What writes a log of its own is not a command that reads one.
    let simulated = project.run("simulate --calls 3").ends_with(0)?.text();
    assert!(simulated.contains("1400000001") && !simulated.contains("sdkappid=7"), "{simulated}");
    Ok(())
}

#[test]
fn zones_are_set() -> TestResult {
    let project = Project::new("tz = 'Asia/Shanghai'\nlog_tz = '+08:00'\n")?;
    let days = |options: &str| -> TestResult<String> {
        Ok(project
            .run(&format!("summarize --by hour --format csv-long {options} a.log"))
            .ends_with(0)?
            .text())
    };
    assert!(days("")?.contains("+08:00,calls"));
    assert!(days("--tz UTC")?.contains("+00:00,calls") && days("--no-config")?.contains("+00:00,calls"));
    let log = "{\"received_at\":\"2024-05-06 12:00:00\",\"body\":{\"CallId\":\"c\",\"UserId\":\"u\",\"Event\":\"start_call\",\
               \"EventTime\":1714968000}}\n";
    fs::write(project.path().join("zones.log"), log)?;
    let captured = |options: &str| -> TestResult<Vec<String>> {
        let line = format!("export --table callbacks --columns received_at {options} zones.log");
        project.run(&line).ends_with(0)?.column("received_at")
    };
    assert_eq!(captured("")?, ["2024-05-06T04:00:00.000Z"]);
    assert_eq!(captured("--log-tz UTC")?, ["2024-05-06T12:00:00.000Z"]);
    Ok(())
}

#[test]
#[cfg(feature = "live")]
fn the_token_is_taken_from_the_variable_that_is_named() -> TestResult {
    let project = Project::new("token_env = 'THE_TOKEN'")?;
    let plan = "replay --to http://127.0.0.1:9/ --dry-run a.log";
    let ran = project.run(plan).ends_with(2)?;
    let wrong = "error: callkit-tool.toml:1: the variable that `token_env` names is not set; set it, or give `--token` or \
                 `--no-config`\n";
    assert_eq!(ran.errors(), wrong);
    project.run(plan).env("THE_TOKEN", "secret").ends_with(0)?;
    project.run(plan).args(["--no-config"]).ends_with(0)?;
    project.run(plan).args(["--token", "env:OTHER"]).env("OTHER", "secret").ends_with(0)?;
    // A receiver must not run without the check that the project asks for.
    let ran = project.run("capture -o new.log --listen 127.0.0.1:0").ends_with(2)?;
    assert_eq!(ran.errors(), wrong);
    assert!(!project.path().join("new.log").exists());
    let shown = project.run("config").env("THE_TOKEN", "secret").ends_with(0)?.text();
    assert!(shown.contains("set, in THE_TOKEN") && !shown.contains("secret"), "{shown}");
    assert!(!project.run("config").ends_with(0)?.text().contains("THE_TOKEN"), "it may be the token itself");
    Ok(())
}

#[test]
fn the_nearest_file_is_read_and_named() -> TestResult {
    let project = Project::new("tz = 'Asia/Shanghai'")?;
    let below = project.path().join("one/two");
    fs::create_dir_all(&below)?;
    let zone = |folder: &Path| -> TestResult<(String, String)> {
        let run = project.run("config --format json").cwd(folder);
        let ran = run.ends_with(0)?;
        let settings: Value = serde_json::from_slice(&ran.stdout)?;
        let tz = settings["settings"].as_array().and_then(|all| all.iter().find(|it| it["key"] == "tz"));
        Ok((tz.and_then(|it| it["value"].as_str()).unwrap_or_default().to_owned(), ran.errors()))
    };
    assert_eq!(zone(project.path())?, ("Asia/Shanghai".to_owned(), String::new()));
    let note =
        format!("note: defaults are taken from `{}`\n", project.path().join("callkit-tool.toml").display());
    assert_eq!(zone(&below)?, ("Asia/Shanghai".to_owned(), note.clone()));
    let log = project.path().join("a.log");
    let ran = project.run("summarize").args([&log]).cwd(&below).ends_with(0)?;
    assert!(ran.errors().starts_with(&note), "{ran}");
    let quiet = project.run("summarize -q").args([&log]).cwd(&below).ends_with(0)?;
    assert!(quiet.stderr.is_empty(), "{quiet}");
    let without = project.run("summarize --no-config").args([&log]).cwd(&below).ends_with(0)?;
    assert!(!without.errors().contains("callkit-tool.toml"), "{without}");

    fs::write(project.path().join("one/callkit-tool.toml"), "tz = '+01:00'")?;
    assert_eq!(zone(&below)?.0, "+01:00");
    // The root of a repository ends the search, and so does the home folder.
    fs::create_dir(below.join(".git"))?;
    assert_eq!(zone(&below)?, ("UTC".to_owned(), String::new()));
    fs::write(below.join("callkit-tool.toml"), "tz = '+02:00'")?;
    assert_eq!(zone(&below)?, ("+02:00".to_owned(), String::new()), "its own file counts");
    let inner = project.path().join("one/home/x");
    fs::create_dir_all(&inner)?;
    let run = words("config").cwd(&inner).env("HOME", &project.path().join("one/home").to_string_lossy());
    assert!(!run.ends_with(0)?.text().contains("+01:00"));
    Ok(())
}

#[test]
#[cfg(unix)]
fn the_file_of_another_user_is_not_read_and_ends_the_search() -> TestResult {
    let project = Project::new("tz = 'Asia/Shanghai'")?;
    let below = project.path().join("below");
    fs::create_dir(&below)?;
    let theirs = below.join("callkit-tool.toml");
    fs::write(&theirs, "tz = '+01:00'")?;
    if std::os::unix::fs::chown(&theirs, Some(54_321), None).is_err() {
        left_out("a file of another user: needs the rights of root");
        return Ok(());
    }
    let note = format!("note: `{}` is not read, since another user owns it\n", theirs.display());
    let link = project.path().join("link");
    fs::create_dir(&link)?;
    std::os::unix::fs::symlink(&theirs, link.join("callkit-tool.toml"))?;
    for folder in [&below, &link] {
        let ran = project.run("config").cwd(folder).ends_with(0)?;
        assert!(!ran.text().contains("+01:00") && !ran.text().contains("Shanghai"), "{ran}");
        let named = note.replace(&*below.to_string_lossy(), &folder.to_string_lossy());
        assert_eq!(ran.errors(), named);
    }
    Ok(())
}

#[test]
fn what_is_wrong_has_its_line_and_stops_what_reads_it() -> TestResult {
    let project = Project::new("tz = 'UTC'\nsdkappid = 7\n")?;
    let wrong = "error: callkit-tool.toml:2: `sdkappid` is not a setting; did you mean `sdkappids`?\n";
    for line in ["validate a.log", "summarize a.log", "config", "figures ASR a.log", "shard run export a.log"]
    {
        let ran = project.run(line).ends_with(2)?;
        assert_eq!((ran.errors(), ran.stdout.len()), (wrong.to_owned(), 0), "{line}");
        project.run(line).args(["--no-config"]).run()?;
    }
    for line in ["rules", "help", "man", "completions bash", "simulate --calls 2", "validate --help"] {
        project.run(line).ends_with(0)?;
    }
    let path = project.path().join("callkit-tool.toml");
    fs::write(&path, "tz = \"\u{1b}[31m\"\n")?;
    let ran = project.run("config").ends_with(2)?;
    assert!(!ran.stderr.contains(&0x1b), "{ran}");
    fs::remove_file(&path)?;
    fs::create_dir(&path)?;
    let ran = project.run("config").ends_with(2)?;
    assert_eq!(ran.errors(), "error: cannot read `callkit-tool.toml`: it is not a regular file\n");
    Ok(())
}

#[test]
fn config_says_where_each_value_comes_from() -> TestResult {
    let project =
        Project::new("# ours\ntz = '+08:00'\n\n[levels]\n'body/type' = 'error'\n\nurl = 'allow'\n")?;
    let ran = project.run("config").env("CALLKIT_SDKAPPID", "5,6").ends_with(0)?;
    let rows: Vec<Vec<String>> = ran
        .text()
        .lines()
        .skip(2)
        .map(|line| line.split("  ").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect())
        .collect();
    let expected = [
        ["sdkappids", "5,6", "CALLKIT_SDKAPPID"],
        ["tz", "+08:00", "callkit-tool.toml:2"],
        ["log_tz", "UTC", "default"],
        ["token_env", "none", "default"],
        ["levels.body/type", "error", "callkit-tool.toml:5"],
        ["levels.url", "allow", "callkit-tool.toml:7"],
    ];
    assert_eq!(rows, expected, "{ran}");
    let json: Value = serde_json::from_slice(&project.run("config --format json").ends_with(0)?.stdout)?;
    assert_eq!(json["file"], "callkit-tool.toml");
    let row = serde_json::json!({"key": "levels.url", "value": "allow", "from": "file", "line": 7});
    assert!(json["settings"].as_array().is_some_and(|all| all.contains(&row)), "{json}");
    let plain = project.run("config --no-config").ends_with(0)?.text();
    assert!(!plain.contains("toml") && plain.contains("default"), "{plain}");
    Ok(())
}

#[test]
fn runs_in_parts_take_the_same_defaults() -> TestResult {
    let project = Project::new(
        "sdkappids = 7\ntz = '+08:00'\nlog_tz = '+08:00'\n[levels]\nbody = 'error'\n'body/type' = 'info'\n",
    )?;
    for command in [
        "validate --format json",
        "validate --format json --warn body",
        "summarize --by hour --format json",
        "export",
        "why --all --format json",
    ] {
        let alone = project.run(&format!("{command} a.log")).run()?;
        let parts = project.run(&format!("shard run --parts 2 --split-size 900 {command} a.log")).run()?;
        assert_eq!((alone.text(), alone.errors()), (parts.text(), parts.errors()), "{command}");
    }
    // The steps, each as a process of its own.
    let command = "validate --format json";
    project.run(&format!("shard plan -o splits --split-size 9000 a.log -- {command}")).ends_with(0)?;
    let split = fs::read_to_string(project.path().join("splits"))?;
    project.run("shard map --parts 1 -o frames --split").args([split.trim()]).ends_with(0)?;
    project.run("shard facts -o facts frames").ends_with(0)?;
    project.run(&format!("shard reduce --facts facts {command} -o part frames")).ends_with(0)?;
    let finished = project.run(&format!("shard finish --facts facts {command} part")).run()?;
    let alone = project.run(&format!("{command} a.log")).run()?;
    assert_eq!((alone.text(), alone.status), (finished.text(), finished.status));
    // Options before the command would be lost.
    let lost = project.run("shard plan --log-tz UTC a.log -- validate").ends_with(2)?;
    assert!(lost.errors().contains("belong to the command"), "{lost}");
    Ok(())
}
