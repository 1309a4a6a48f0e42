//! Inputs: directories, patterns, standard input, nothing at all, compressed data that is damaged, and records that
//! are too long.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::support::callback::Callback;
use crate::support::codings::gzip;
use crate::support::{Ran, TestResult, simulated, tool, words};

fn start(call: &str) -> String {
    Callback::event("start_call").call(call).line()
}

fn calls(ran: &Ran) -> TestResult<Vec<String>> {
    ran.column("call_id")
}

fn tree(folder: &Path) -> TestResult {
    fs::create_dir_all(folder.join("logs/b/.git"))?;
    for name in ["c.log", "a.log", "b/z.txt", "b/y", ".hidden", "b/.git/config", "b.log"] {
        fs::write(folder.join("logs").join(name), start(name))?;
    }
    Ok(())
}

#[test]
fn directories_are_walked_in_order_without_hidden_files() -> TestResult {
    let folder = tempfile::tempdir()?;
    tree(folder.path())?;
    let ran = words("export logs").cwd(folder.path()).ends_with(0)?;
    let mut found = calls(&ran)?;
    let sources = words("export --table records --columns source logs").cwd(folder.path()).ends_with(0)?;
    let sources = sources.column("source")?;
    let mut sorted = sources.iter().map(Path::new).collect::<Vec<_>>();
    sorted.sort();
    assert_eq!(sources.iter().map(Path::new).collect::<Vec<_>>(), sorted, "sorted by path");
    found.sort();
    assert_eq!(found, ["a.log", "b.log", "b/y", "b/z.txt", "c.log"]);
    let hidden = words("export logs/.hidden").cwd(folder.path()).ends_with(0)?;
    assert_eq!(calls(&hidden)?, [".hidden"], "a hidden file that is named is read");
    fs::create_dir(folder.path().join("empty"))?;
    let empty = words("export empty logs/a.log").cwd(folder.path()).ends_with(2)?;
    assert!(empty.errors().contains("empty") && calls(&empty)? == ["a.log"], "{empty}");
    Ok(())
}

#[test]
fn patterns_that_the_shell_left_alone_are_expanded() -> TestResult {
    let folder = tempfile::tempdir()?;
    tree(folder.path())?;
    let run = |pattern: &str| tool(["export", pattern]).cwd(folder.path());
    assert_eq!(calls(&run("logs/*.log").ends_with(0)?)?, ["a.log", "b.log", "c.log"]);
    assert_eq!(calls(&run("logs/[bc].log").ends_with(0)?)?, ["b.log", "c.log"]);
    assert_eq!(calls(&run("logs/**/?.txt").ends_with(0)?)?, ["b/z.txt"]);
    let none = run("logs/*.gz").ends_with(2)?;
    assert!(none.errors().contains("logs/*.gz"), "{none}");
    fs::write(folder.path().join("what?.log"), start("literal"))?;
    assert_eq!(calls(&run("what?.log").ends_with(0)?)?, ["literal"], "a file of that very name comes first");
    Ok(())
}

#[test]
fn standard_input_is_read_once() -> TestResult {
    let ran = tool(["export", "-", "-"]).stdin(start("c")).ends_with(2)?;
    assert_eq!(calls(&ran)?, ["c"]);
    assert!(ran.errors().contains("only once"), "{ran}");
    assert_eq!(calls(&tool(["export"]).stdin(start("c")).ends_with(0)?)?, ["c"], "without a name too");
    Ok(())
}

#[test]
fn the_good_inputs_are_read_beside_a_bad_one() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("good"), start("c"))?;
    for command in ["export", "validate --format json", "summarize --format json", "export --table callbacks"]
    {
        for order in [["good", "bad"], ["bad", "good"]] {
            let ran = words(command).args(order).cwd(folder.path()).ends_with(2)?;
            assert!(ran.errors().contains("error: cannot read `bad`"), "{ran}");
            assert!(ran.text().contains('c') && !ran.stdout.is_empty(), "{ran}");
        }
    }
    words("validate good bad --exit-zero").cwd(folder.path()).ends_with(2)?;
    Ok(())
}

#[test]
fn empty_input_is_no_fault() -> TestResult {
    for input in ["", "\n", "\u{feff}", " \r\n\r\n"] {
        for format in [&[][..], &["--input-format", "jsonl"], &["--input-format", "http"]] {
            let run = |line: &str| words(line).args(format).stdin(input).ends_with(0);
            assert_eq!(run("validate - --strict --format json")?.text(), "");
            assert_eq!(run("validate - --strict --statistics")?.text(), "");
            assert_eq!(run("export -")?.rows()?.len(), 1);
            assert_eq!(run("export - --format jsonl")?.text(), "");
            assert_eq!(run("summarize - --format json")?.json_lines()?[0]["calls"], 0);
            let ledger = run("export - --table records")?;
            let bytes: usize =
                ledger.column("bytes")?.iter().filter_map(|cell| cell.parse::<usize>().ok()).sum();
            assert_eq!(bytes, input.len(), "{ledger}");
        }
    }
    Ok(())
}

/// With a checksum, without which a changed byte can go unseen.
fn zstd(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3)?;
    encoder.include_checksum(true)?;
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[test]
fn what_comes_before_damaged_compression_is_used() -> TestResult {
    let log = simulated("--calls 600")?;
    let whole = calls(&tool(["export", "-"]).stdin(log.clone()).ends_with(0)?)?;
    for packed in [gzip(&log)?, zstd(&log)?] {
        let cut = packed[..packed.len() * 2 / 3].to_vec();
        let mut flipped = packed.clone();
        flipped[packed.len() * 2 / 3] ^= 0x55;
        for (how, bytes, least) in [("cut off", cut, 1), ("flipped", flipped, 0)] {
            let findings = tool(["validate", "--format", "json", "-"]).stdin(bytes.clone()).ends_with(1)?;
            let rules = findings.rules()?;
            assert_eq!(
                rules.iter().filter(|rule| *rule == "input/compressed").count(),
                1,
                "{how}: {findings}"
            );
            let export = tool(["export", "-"]).stdin(bytes).ends_with(0)?;
            let found = calls(&export)?;
            assert!(found.len() >= least && found.len() <= whole.len(), "{how}: {} calls", found.len());
            assert!(
                export.errors().contains("errors") || export.errors().contains("error"),
                "{how}: {export}"
            );
        }
    }
    Ok(())
}

#[test]
fn compressed_data_with_nothing_in_it() -> TestResult {
    for packed in [gzip(b"")?, zstd(b"")?] {
        assert_eq!(tool(["export", "-"]).stdin(packed).ends_with(0)?.rows()?.len(), 1);
    }
    let only_head = tool(["validate", "--format", "json", "-"]).stdin(&b"\x1f\x8b"[..]).ends_with(2)?;
    assert_eq!(only_head.rules()?, ["input/compressed"]);
    let export = tool(["export", "-"]).stdin(&b"\x1f\x8b"[..]).ends_with(2)?;
    assert!(export.errors().contains("error: no callback in `-`: unexpected end of file"), "{export}");
    Ok(())
}

#[test]
fn records_that_are_too_long_are_skipped_and_named() -> TestResult {
    let long = start(&"x".repeat(2000));
    let log = format!("{}{long}{}", start("a"), start("b"));
    let run = |line: &str| words(line).args(["--max-record", "1K", "-"]).stdin(log.clone()).run();
    assert_eq!(calls(&run("export")?)?, ["a", "b"]);
    let findings = run("validate --format json --allow call")?.json_lines()?;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["rule"], "input/too-long");
    assert_eq!(findings[0]["offset"], start("a").len());
    assert_eq!(findings[0]["length"], long.len());
    let figures = run("summarize --format json")?;
    assert_eq!(figures.json_lines()?[0]["input"]["skipped_bytes"], long.len(), "{figures}");
    for size in ["0", "-1", "x", "1T"] {
        tool(["validate", "-", &format!("--max-record={size}")]).stdin("").ends_with(2)?;
    }
    Ok(())
}

#[test]
fn an_id_of_the_environment_counts() -> TestResult {
    let line =
        format!(r#"{{"url":"/?sdkappid=2&command=caller_start_call","body":{}}}"#, start("c").trim_end());
    let run = |ids: &str| {
        words("validate - --format json").env("CALLKIT_SDKAPPID", ids).stdin(line.clone()).run()?.rules()
    };
    assert!(run("1")?.contains(&"url/sdkappid-mismatch".to_owned()));
    assert!(!run("1,2")?.contains(&"url/sdkappid-mismatch".to_owned()));
    Ok(())
}

#[test]
fn a_wrong_checksum_costs_nothing_that_was_read() -> TestResult {
    let log = simulated("--calls 40")?;
    let whole = calls(&tool(["export", "-"]).stdin(log.clone()).ends_with(0)?)?;
    for (packed, sum) in [(gzip(&log)?, 8), (zstd(&log)?, 4)] {
        for more in [&b""[..], &packed] {
            let mut wrong = packed.clone();
            let at = wrong.len() - sum;
            wrong[at] ^= 0x55;
            wrong.extend_from_slice(more);
            let findings = tool(["validate", "--format", "json", "-"]).stdin(wrong.clone()).ends_with(1)?;
            assert_eq!(findings.rules()?.iter().filter(|rule| *rule == "input/compressed").count(), 1);
            assert_eq!(calls(&tool(["export", "-"]).stdin(wrong).ends_with(0)?)?, whole);
        }
        for filled in [[packed.clone(), vec![0; 1000]].concat(), [&packed[..], &[0; 512], &packed].concat()] {
            let findings = tool(["validate", "--format", "json", "-"]).stdin(filled).run()?;
            assert!(!findings.text().contains("input/compressed"), "{findings}");
        }
    }
    Ok(())
}

#[test]
fn a_window_of_zstd_that_is_too_large_is_refused_with_what_helps() -> TestResult {
    // One raw block, after a head that asks for a window of 2 to the power of `log`.
    let frame = |log: u8| {
        let text = start("c");
        let block = (u32::try_from(text.len()).unwrap_or(0) << 3 | 1).to_le_bytes();
        [&b"\x28\xb5\x2f\xfd\x00"[..], &[(log - 10) << 3], &block[..3], text.as_bytes()].concat()
    };
    for log in [20, 28, 30] {
        assert_eq!(calls(&tool(["export", "-"]).stdin(frame(log)).ends_with(0)?)?, ["c"]);
    }
    for command in ["export -", "summarize -", "show c -", "validate -", "export --table callbacks -"] {
        let ran = words(command).stdin(frame(31)).ends_with(2)?;
        assert!(format!("{ran}").contains("`zstd -d --long=31` reads it"), "{ran}");
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_need_not_be_utf8() -> TestResult {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir()?;
    let name = OsStr::from_bytes(b"caf\xe9.log");
    fs::write(folder.path().join(name), start("c"))?;
    fs::write(folder.path().join("other"), start("d"))?;
    let run = |first: &str| words(first).args([name, OsStr::new("other")]).cwd(folder.path());
    assert_eq!(calls(&run("export").ends_with(0)?)?, ["c", "d"]);
    assert_eq!(run("export --table callbacks").ends_with(0)?.column("source")?, ["caf\\xe9.log", "other"]);
    for command in ["validate", "summarize", "show c", "why c", "show --user alice"] {
        run(command).ends_with(0)?;
    }
    let folder_name = OsStr::from_bytes(b"\xff");
    fs::create_dir(folder.path().join(folder_name))?;
    fs::rename(folder.path().join(name), folder.path().join(folder_name).join(name))?;
    let ran = tool([OsStr::new("export"), folder_name]).cwd(folder.path()).ends_with(0)?;
    assert_eq!(calls(&ran)?, ["c"]);
    let missing = run("export").ends_with(2)?;
    assert!(missing.errors().contains("cannot read `caf\\xe9.log`: no such file"), "{missing}");
    let output = tool(["export", "other", "-o"]).args([name]).cwd(folder.path()).ends_with(0)?;
    assert_eq!(output.text(), "");
    let refused = run("export").args([OsStr::new("-o"), name]).ends_with(2)?;
    assert!(refused.errors().contains("is an input"), "{refused}");
    Ok(())
}

/// What a pattern cannot lead into is not opened: here it could not be read.
#[cfg(unix)]
#[test]
fn a_pattern_opens_only_folders_that_lead_to_a_match() -> TestResult {
    let folder = tempfile::tempdir()?;
    for name in ["a1", "other/deep"] {
        fs::create_dir_all(folder.path().join(name))?;
    }
    fs::write(folder.path().join("a1/x.log"), start("c"))?;
    std::os::unix::fs::symlink("../..", folder.path().join("other/deep/loop"))?;
    for pattern in ["a*/x.log", "a*//x.log", "a*/**/x.log", "a*/"] {
        let ran = tool(["export", pattern]).cwd(folder.path()).ends_with(0)?;
        assert_eq!(calls(&ran)?, ["c"], "{pattern}");
    }
    let ran = tool(["export", "**/x.log"]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("a link that leads back"), "{ran}");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_pattern_matches_names_that_are_not_utf8_and_no_two_look_the_same() -> TestResult {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir()?;
    let at = |name: &'static [u8]| folder.path().join(OsStr::from_bytes(name));
    for (index, name) in
        [&b"a\xe8.log"[..], b"a\xe9.log", b"b.log", b"sub/\xff/c.log", b".d.log"].iter().enumerate()
    {
        let path = at(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, start(&index.to_string()))?;
    }
    for (pattern, expected) in [
        ("*.log", &["a\\xe8.log", "a\\xe9.log", "b.log"][..]),
        ("a?.log", &["a\\xe8.log", "a\\xe9.log"]),
        ("./[ab]*.log", &["./a\\xe8.log", "./a\\xe9.log", "./b.log"]),
        ("sub/*/*.log", &["sub/\\xff/c.log"]),
        ("**/c.log", &["sub/\\xff/c.log"]),
        ("s*", &["sub/\\xff/c.log"]),
    ] {
        let table = ["export", "--table", "callbacks", "--columns", "source", pattern];
        let ran = tool(table).cwd(folder.path()).ends_with(0)?;
        assert_eq!(ran.column("source")?, expected, "{pattern}");
        let whole = folder.path().join(pattern);
        tool([OsStr::new("export"), whole.as_os_str()]).ends_with(0)?;
    }
    let ran = tool(["export", "sub/*.log"]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("the pattern matches no files"), "{ran}");
    let found = tool(["validate", "--format", "json", "a*"]).cwd(folder.path()).run()?.json_lines()?;
    assert!(found.iter().all(|finding| finding["source"] != "a\u{fffd}.log"));
    Ok(())
}
