//! What a log can be packed in: compression, archives, UTF-16; and what is no log, or stands next to one.

use std::fs;

use crate::support::callback::Callback;
use crate::support::codings::gzip;
use crate::support::{Ran, TestResult, tool, words};

fn start(call: &str) -> String {
    Callback::event("start_call").call(call).line()
}

fn calls(ran: &Ran) -> TestResult<Vec<String>> {
    ran.column("call_id")
}

fn tar(members: &[(&str, &[u8])]) -> TestResult<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes)?;
    }
    Ok(builder.into_inner()?)
}

/// The sources of the ledger, each once, and its bytes.
fn ledger(run: crate::support::Run) -> TestResult<(Vec<String>, u64)> {
    let ran = run.ends_with(0)?;
    let mut sources = ran.column("source")?;
    sources.dedup();
    let bytes = ran.column("bytes")?.iter().map(|bytes| bytes.parse::<u64>()).sum::<Result<_, _>>()?;
    Ok((sources, bytes))
}

#[test]
fn members_of_archives_are_sources_of_their_own() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (one, two) = (start("one"), start("two").repeat(9));
    let long = format!("{}/two.log", "folder".repeat(30));
    let packed = gzip(one.as_bytes())?;
    let nested = tar(&[("three.log", start("three").as_bytes())])?;
    let archive = tar(&[
        ("./one.log.gz", &packed),
        (&long, two.as_bytes()),
        (".hidden", start("hidden").as_bytes()),
        ("nested.tar", &nested),
    ])?;
    fs::write(folder.path().join("logs.tar"), &archive)?;
    fs::write(folder.path().join("logs.tgz"), gzip(&archive)?)?;
    let bytes = (one.len() + two.len() + nested.len()) as u64;
    for name in ["logs.tar", "logs.tgz"] {
        let ran = tool(["export", name]).cwd(folder.path()).ends_with(0)?;
        assert_eq!(calls(&ran)?, ["one", "two"]);
        let run = words("export --level records --columns source,bytes").args([name]).cwd(folder.path());
        let names = ["one.log.gz", &long, "nested.tar"].map(|member| format!("{name}:{member}"));
        assert_eq!(ledger(run)?, (names.to_vec(), bytes));
        // The second pass reads the same sources.
        let ran = words("export --level callbacks --columns source").args([name]).cwd(folder.path());
        let of: Vec<String> = ran.ends_with(0)?.column("source")?;
        assert_eq!((of.len(), of[0] == names[0], of[1] == names[1]), (10, true, true), "{of:?}");
    }
    let piped = words("export --level callbacks --columns source -").stdin(gzip(&archive)?).ends_with(0)?;
    assert_eq!(piped.column("source")?[0], "-:one.log.gz");
    Ok(())
}

#[test]
fn an_archive_that_is_cut_off_gives_what_it_holds() -> TestResult {
    let folder = tempfile::tempdir()?;
    let archive = tar(&[("a.log", start("a").as_bytes()), ("b.log", start("b").repeat(50).as_bytes())])?;
    for (length, sources) in [(2000, "logs.tar:b.log"), (1300, "logs.tar")] {
        fs::write(folder.path().join("logs.tar"), &archive[..length])?;
        let ran = words("validate --format json logs.tar").cwd(folder.path()).ends_with(1)?;
        let damage = ran.json_lines()?.into_iter().filter(|it| it["rule"] == "input/compressed");
        let of: Vec<_> = damage.map(|it| it["source"].clone()).collect();
        assert_eq!(of, [sources], "{ran}");
        let ran = words("export logs.tar").cwd(folder.path()).ends_with(0)?;
        assert_eq!(calls(&ran)?[0], "a");
    }
    Ok(())
}

#[test]
fn what_is_whole_behind_damage_is_read() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");
    let many: String = (0..2000).map(|number| start(&format!("a{number}"))).collect();
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 3);
    let both: [(Vec<u8>, Vec<u8>); 2] =
        [(gzip(many.as_bytes())?, gzip(start("after").as_bytes())?), (zstd(&many)?, zstd(&start("after"))?)];
    for (first, second) in both {
        let cut = &first[..first.len() / 2];
        let mut flipped = first.clone();
        flipped[first.len() / 2..][..64].fill(0x55);
        for damaged in [cut, &flipped] {
            fs::write(&path, [damaged, &second].concat())?;
            let ran = words("validate --format json").args([&path]).ends_with(1)?;
            let rules = ran.rules()?;
            assert_eq!(rules.iter().filter(|rule| *rule == "input/compressed").count(), 1, "{ran}");
            let found = calls(&words("export").args([&path]).ends_with(0)?)?;
            assert!(found.iter().any(|call| call == "after") && found.len() > 100, "{}", found.len());
        }
    }
    let padded = [gzip(start("a").as_bytes())?, vec![0; 1000], gzip(start("b").as_bytes())?, vec![0; 1000]];
    let ran = tool(["export", "-"]).stdin(padded.concat()).ends_with(0)?;
    assert_eq!((calls(&ran)?, ran.errors()), (vec!["a".to_owned(), "b".to_owned()], String::new()));
    Ok(())
}

#[test]
fn utf_16_is_read_and_its_offsets_count_its_bytes() -> TestResult {
    let folder = tempfile::tempdir()?;
    let text = format!("\u{feff}{}\r\n{{\"é😀\": 1\r\n{}", start("a").trim_end(), start("b"));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("log"), &bytes)?;
    let ran = words("export log").cwd(folder.path()).ends_with(0)?;
    assert_eq!(calls(&ran)?, ["a", "b"]);
    let run = words("export --level records --columns source,bytes log").cwd(folder.path());
    assert_eq!(ledger(run)?, (vec!["log".to_owned()], bytes.len() as u64));
    let ran = words("validate --format json log").cwd(folder.path()).ends_with(1)?;
    let begin = 2 + 2 * (start("a").trim_end().len() as u64 + 2);
    let wrong = ran.json_lines()?.into_iter().find(|it| it["rule"] == "json/syntax");
    let offset = wrong.as_ref().and_then(|it| it["offset"].as_u64());
    assert!(offset.is_some_and(|offset| offset >= begin && offset < begin + 30), "{ran}");
    Ok(())
}

#[test]
fn companions_and_copies_are_passed_over_with_a_word() -> TestResult {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes);
    write("a.log", start("a").as_bytes())?;
    write("a.log.gz", &gzip(start("a").as_bytes())?)?;
    write(
        "a.log.refused",
        format!("{{\"refused\":\"no token\",\"body\":{}}}\n", start("no").trim_end()).as_bytes(),
    )?;
    let ran = tool(["export", "."]).cwd(folder.path()).ends_with(0)?;
    assert_eq!(calls(&ran)?, ["a"]);
    assert!(ran.errors().contains("a.log.refused") && ran.errors().contains("a.log.gz"), "{ran}");
    let one =
        words("export --level records --columns source a.log.refused").cwd(folder.path()).ends_with(0)?;
    assert_eq!(one.column("source")?, ["a.log.refused"], "a single file that is named is read");
    Ok(())
}
