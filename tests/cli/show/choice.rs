//! Which calls are shown: by id, by the beginning of an id, by filters; and what is said where that fails.

use super::{FORMATS, callback, texts_of_svg};
use crate::support::codings::gzip;
use crate::support::{TestResult, tool, words};

fn root() -> &'static std::path::Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

/// Three calls, of which two begin alike.
fn log() -> String {
    callback("abc-1", "caller", "ann", "start_call", 1_714_550_000)
        + &callback("abc-2", "caller", "ben", "start_call", 1_714_560_000)
        + &callback("xyz", "caller", "cid", "start_call", 1_714_570_000)
}

/// The ids of the calls that are shown.
fn ids(arguments: &str, log: &str) -> TestResult<Vec<String>> {
    let ran = words("show --format json").args(arguments.split_whitespace()).stdin(log).ends_with(0)?;
    let ids = ran.json_lines()?.into_iter().filter_map(|call| call["call_id"].as_str().map(str::to_owned));
    Ok(ids.collect())
}

#[test]
fn an_id_and_the_beginning_of_one() -> TestResult {
    for (name, found) in [("abc-2", "abc-2"), ("x", "xyz"), ("xyz", "xyz")] {
        assert_eq!(ids(name, &log())?, [found]);
        assert_eq!(ids(&format!("{name} -"), &log())?, [found]);
    }
    Ok(())
}

#[test]
fn an_id_that_others_begin_with_is_that_call() -> TestResult {
    let log = log() + &callback("abc", "caller", "dan", "start_call", 1_714_580_000);
    assert_eq!(ids("abc", &log)?, ["abc"]);
    Ok(())
}

#[test]
fn a_beginning_of_several_names_them() -> TestResult {
    let ran = words("show ab").stdin(log()).ends_with(2)?;
    assert!(ran.stdout.is_empty(), "{ran}");
    assert!(
        ran.errors().contains("2 call ids begin with `ab`: `abc-1`, `abc-2`; give more of the id"),
        "{ran}"
    );
    let many: String = (0..9)
        .map(|number| callback(&format!("abc-{number}"), "caller", "a", "start_call", 1_714_550_000))
        .collect();
    let ran = words("show a").stdin(many).ends_with(2)?;
    assert!(
        ran.errors().contains("9 call ids begin with `a`") && ran.errors().contains("and 4 more"),
        "{ran}"
    );
    Ok(())
}

#[test]
fn an_unknown_id_suggests_a_near_one() -> TestResult {
    let cases = [
        ("xzy", "did you mean `xyz`?"),
        ("ABC-2", "did you mean `abc-2`?"),
        ("nothing-like-it", "among 3 calls; `callkit-tool export --columns call_id` lists them"),
    ];
    for (name, said) in cases {
        for arguments in [vec![name], vec!["--call-id", name]] {
            let ran = tool(["show"]).args(&arguments).stdin(log()).ends_with(2)?;
            assert!(ran.errors().contains(said), "{ran}");
            assert!(ran.stdout.is_empty(), "{ran}");
        }
    }
    // A beginning that is mistyped.
    let ran = tool(["show", "7d1c5a0e-0002-4dlc", "samples/envelope.jsonl"]).cwd(root()).ends_with(2)?;
    assert!(ran.errors().contains("did you mean `7d1c5a0e-0002-4d1c-9c55-5f2f3a8b1002`?"), "{ran}");
    let ran = words("show x").stdin("").ends_with(2)?;
    assert!(ran.errors().contains("the input holds no calls"), "{ran}");
    Ok(())
}

#[test]
fn a_file_in_the_place_of_the_id_is_told() -> TestResult {
    let ran = words("show samples/day.jsonl").cwd(root()).stdin("").ends_with(2)?;
    assert!(ran.errors().contains("is a file: the id of a call"), "{ran}");
    let ran = words("show samples/day.jsonl eb7070ec").cwd(root()).ends_with(2)?;
    assert!(ran.errors().starts_with("error: `samples/day.jsonl` is a file: the id of a call"), "{ran}");
    let ran = words("show").stdin(log()).ends_with(2)?;
    assert!(ran.errors().contains("no call is named"), "{ran}");
    Ok(())
}

#[test]
fn filters_choose_and_the_limit_is_announced() -> TestResult {
    assert_eq!(ids("--user ben", &log())?, ["abc-2"]);
    assert_eq!(ids("--call-id xyz --call-id abc-1", &log())?, ["abc-1", "xyz"]);
    assert_eq!(ids("--since 1714560000 -", &log())?, ["abc-2", "xyz"]);
    assert_eq!(ids("--until 1714560000", &log())?, ["abc-1"]);
    assert_eq!(ids("--result incomplete", &log())?, ["abc-1", "abc-2", "xyz"]);
    assert_eq!(ids("--result incomplete --user cid", &log())?, ["xyz"]);
    assert_eq!(ids("--result reject", &log())?, [""; 0]);
    let ran = words("show --result incomplete --limit 1 --format json").stdin(log()).ends_with(0)?;
    assert!(ran.text().ends_with("\n{\"cut\":2}\n"), "{ran}");
    assert!(ran.errors().is_empty(), "{ran}");
    for format in FORMATS.iter().filter(|format| **format != "json") {
        let ran =
            words("show --result incomplete --limit 1 --format").args([format]).stdin(log()).ends_with(0)?;
        assert!(ran.errors().contains("2 more calls left out"), "{ran}");
        if *format != "text" {
            assert!(ran.text().contains("2 more calls left out"), "{ran}");
        }
    }
    Ok(())
}

#[test]
fn nothing_that_matches_is_no_error() -> TestResult {
    for format in FORMATS {
        let ran = words("show --result reject --format").args([format]).stdin(log()).ends_with(0)?;
        assert!(ran.errors().contains("no call matches the filters"), "{ran}");
        match format {
            "svg" => assert_eq!(texts_of_svg(&ran.text())?, ["no call matches"]),
            _ => assert!(ran.stdout.is_empty(), "{ran}"),
        }
    }
    Ok(())
}

#[test]
fn standard_input_a_pipe_and_gzip_are_read_like_files() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (plain, packed) = (folder.path().join("log.jsonl"), folder.path().join("log.gz"));
    std::fs::write(&plain, log())?;
    let bytes = gzip(log())?;
    std::fs::write(&packed, &bytes)?;
    for filter in [&["xyz"][..], &["--user", "cid"]] {
        let show = |input: &str| tool(["show"]).args(filter).args([input]).cwd(folder.path());
        let wanted = show("log.jsonl").ends_with(0)?.text().replace("log.jsonl:3", "HERE");
        assert!(wanted.contains("cid") && wanted.contains("HERE"), "{wanted}");
        // Places are set flush right, so that only blanks may differ.
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let of_gzip = show("log.gz").ends_with(0)?.text().replace("log.gz:3", "HERE");
        assert_eq!(words(&of_gzip), words(&wanted));
        for bytes in [log().into_bytes(), bytes.clone()] {
            let of_stdin = show("-").stdin(bytes).ends_with(0)?.text().replace("-:3", "HERE");
            assert_eq!(words(&of_stdin), words(&wanted));
        }
    }
    Ok(())
}

#[test]
fn a_call_spread_over_files_names_each() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(
        folder.path().join("one.jsonl"),
        callback("c", "caller", "a", "start_call", 1_714_550_000),
    )?;
    std::fs::write(
        folder.path().join("two.jsonl"),
        callback("c", "callee", "b", "receive_call", 1_714_550_001),
    )?;
    let text = words("show c one.jsonl two.jsonl").cwd(folder.path()).ends_with(0)?.text();
    assert!(text.contains("one.jsonl:1") && text.contains("two.jsonl:1"), "{text}");
    let text = words("show c one.jsonl two.jsonl --width 60").cwd(folder.path()).ends_with(0)?.text();
    assert!(text.contains(" #1 one.jsonl") && text.contains(" #2 two.jsonl"), "{text}");
    Ok(())
}

#[test]
fn a_file_gets_the_bytes_of_standard_output() -> TestResult {
    let folder = tempfile::tempdir()?;
    for format in FORMATS {
        let file = folder.path().join(format);
        let run = || words("show abc-1 - --format").args([format]).stdin(log());
        let wanted = run().ends_with(0)?.stdout;
        let ran = run().args(["-o".as_ref(), file.as_os_str()]).ends_with(0)?;
        assert!(ran.stdout.is_empty());
        assert!(std::fs::read(&file)? == wanted, "{format}");
    }
    // A run that fails leaves a file as it was.
    let file = folder.path().join("text");
    let before = std::fs::read(&file)?;
    words("show nothing-like-it -").stdin(log()).args(["-o".as_ref(), file.as_os_str()]).ends_with(2)?;
    assert!(std::fs::read(&file)? == before);
    Ok(())
}

#[test]
fn an_input_that_cannot_be_read_is_said_and_the_rest_is_shown() -> TestResult {
    let ran = words("show 7d1c5a0e-0001 samples/envelope.jsonl no-such.log").cwd(root()).ends_with(2)?;
    assert!(ran.errors().contains("cannot read `no-such.log`"), "{ran}");
    assert!(ran.text().contains("receive_call"), "{ran}");
    Ok(())
}
