//! `report`: one page that is safe to open, says what `summarize` says, and is the same each time.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use callkit_tool::report::catalog::figures::FIGURES;
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{TestResult, file_of_crate, words};

/// The shell, the style, the parts of the script and the translations, by their names.
fn assets() -> TestResult<Vec<(String, String)>> {
    let mut assets = Vec::new();
    for entry in std::fs::read_dir(file_of_crate("src/report/html"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it != "rs") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            assets.push((name, std::fs::read_to_string(&path)?));
        }
    }
    assets.sort();
    Ok(assets)
}

fn page(options: &str, sample: &str) -> TestResult<String> {
    Ok(words("report").args(options.split_whitespace()).args([file_of_crate(sample)]).ends_with(0)?.text())
}

/// What stands between two marks, for the first time.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> TestResult<&'t str> {
    let (_, rest) = text.split_once(begin).ok_or_else(|| format!("no `{begin}`"))?;
    Ok(rest.split_once(end).ok_or_else(|| format!("no `{end}` after `{begin}`"))?.0)
}

/// The data of an element, unpacked.
fn data(page: &str, id: &str) -> TestResult<Vec<u8>> {
    let packed = between(page, &format!("<script type=\"application/gzip\" id=\"{id}\">"), "</script>")?;
    let mut bytes = Vec::new();
    GzDecoder::new(&STANDARD.decode(packed)?[..]).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the page is told of its columns.
fn head(page: &str) -> TestResult<Value> {
    let bytes = data(page, "data")?;
    let (size, rest) = bytes.split_at(4);
    let size = u32::from_le_bytes(size.try_into()?) as usize;
    Ok(serde_json::from_slice(&rest[..size])?)
}

#[test]
fn the_script_cannot_run_what_a_log_says() -> TestResult {
    let forbidden = [
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "new Function",
        "setTimeout(\"",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "sendBeacon",
        "import(",
        "DOMParser",
        "srcdoc",
        "createContextualFragment",
        "http://",
        "https://",
        "localStorage",
        "document.cookie",
        "javascript:",
    ];
    for (name, text) in assets()? {
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for word in forbidden {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
        let handler = text.match_indices(" on").find(|(at, _)| {
            let rest = &text[at + 3..];
            rest.chars().take_while(char::is_ascii_lowercase).count() > 2
                && rest.trim_start_matches(|it: char| it.is_ascii_lowercase()).starts_with("=\"")
        });
        assert_eq!(handler, None, "{name}");
    }
    Ok(())
}

#[test]
fn shell_style_and_script_are_small() -> TestResult {
    let assets = assets()?;
    let bytes: usize = assets.iter().filter(|(name, _)| name != "zh.tsv").map(|(_, text)| text.len()).sum();
    assert!(assets.len() > 8 && bytes < 80_000, "{bytes} bytes");
    Ok(())
}

#[test]
fn the_policy_allows_the_pages_own_script_and_style_alone() -> TestResult {
    let page = page("", "samples/day.jsonl")?;
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"")?;
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for (source, begin, end) in
        [("script-src", "<script>", "</script>"), ("style-src", "<style>", "</style>")]
    {
        let hash = STANDARD.encode(Sha256::digest(between(&page, begin, end)?));
        assert!(policy.contains(&format!("{source} 'sha256-{hash}'")), "{source} {hash}\n{policy}");
    }
    assert_eq!(page.matches("<script").count(), 2 + page.matches("id=\"ladders-").count());
    assert_eq!((page.matches(" style=").count(), page.matches(" src=").count()), (0, 0));
    Ok(())
}

/// The ids of the sample have quotes, backslashes and letters of all scripts.
#[test]
fn names_of_a_log_stand_in_the_data_alone() -> TestResult {
    let log = r#"{"UserId":"<script>alert(1)</script>","RoomId":"--><b>","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"</script><img src=x>","Role":"caller","Event":"start_call","CallResult":"","EventTime":1714525873}"#;
    let page = words("report").stdin(format!("{log}\n")).ends_with(0)?.text();
    assert!(!page.contains("alert(1)") && !page.contains("<img") && !page.contains("--><b>"));
    let head = head(&page)?;
    assert_eq!(head["users"], serde_json::json!(["<script>alert(1)</script>"]));
    assert_eq!(head["ids"], serde_json::json!(["</script><img src=x>"]));
    Ok(())
}

#[test]
fn the_same_input_gives_the_same_bytes() -> TestResult {
    let one = page("--threads 1", "samples/day.jsonl")?;
    assert_eq!(one, page("--threads 4", "samples/day.jsonl")?);
    let redacted = page("--redact --threads 1", "samples/day.jsonl")?;
    assert_eq!(redacted, page("--redact --threads 3", "samples/day.jsonl")?);
    assert_ne!(one, redacted);
    Ok(())
}

/// Those who cannot run the script see the figures of `summarize`.
#[test]
fn figures_without_a_script_are_those_of_summarize() -> TestResult {
    let page = page("", "samples/day.jsonl")?;
    let still = between(&page, "<tbody>", "</tbody>")?;
    let sample = file_of_crate("samples/day.jsonl");
    let summary: Value =
        serde_json::from_slice(&words("summarize --format json").args([&sample]).ends_with(0)?.stdout)?;
    for figure in ["calls", "answered", "callbacks", "duplicates"] {
        let title = FIGURES.iter().find(|it| it.name == figure).map_or("", |it| it.title);
        let row = format!("<th scope=\"row\">{title}</th><td>{}</td>", summary[figure]);
        assert!(still.contains(&row), "{row}\n{still}");
    }
    assert!(page.contains("<noscript>"));
    Ok(())
}

/// The script computes every figure of the catalog, under its name.
#[test]
fn the_script_knows_every_figure() -> TestResult {
    let script = std::fs::read_to_string(file_of_crate("src/report/html/figures.js"))?;
    let values = between(&script, "const values = {", "\n  };")?;
    for figure in FIGURES {
        let has = [",", ":"].iter().any(|end| values.contains(&format!("{}{end}", figure.name)));
        assert!(has, "{}", figure.name);
    }
    Ok(())
}

#[test]
fn every_text_of_the_page_has_a_translation() -> TestResult {
    let assets = assets()?;
    let translated: Vec<&str> = assets
        .iter()
        .filter(|(name, _)| name == "zh.tsv")
        .flat_map(|(_, text)| text.lines().filter_map(|line| Some(line.split_once('\t')?.0)))
        .collect();
    let mut said: Vec<String> = Vec::new();
    for (name, text) in &assets {
        if name.ends_with(".js") {
            let calls = text.split(" t(\"").skip(1).chain(text.split("(t(\"").skip(1));
            said.extend(calls.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        } else if name.ends_with(".html") {
            said.extend(
                text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.to_owned())),
            );
        }
    }
    let page = page("", "samples/day.jsonl")?;
    let head = head(&page)?;
    let texts = |list: &str, member: &str| -> Vec<String> {
        let rows = head[list].as_array().into_iter().flatten();
        rows.filter_map(|row| row.get(member).or(row.get(1))?.as_str().map(str::to_owned)).collect()
    };
    said.extend(texts("figures", "meaning"));
    said.extend(texts("causes", ""));
    let names = ["lang", "policy", "style", "script", "figures", "data", "after {time} of "];
    said.retain(|text| !names.contains(&text.as_str()));
    let missing: Vec<_> = said.iter().filter(|text| !translated.contains(&text.as_str())).collect();
    assert!(said.len() > 100 && missing.is_empty(), "{missing:#?}");
    let chinese = words("report --lang zh").args([file_of_crate("samples/day.jsonl")]).ends_with(0)?.text();
    assert!(chinese.contains("<html lang=\"zh-Hans\">") && chinese.contains("<h1>通话报告</h1>"));
    Ok(())
}

/// Of users, rooms, calls and sources nothing is left, wherever messages quote them.
#[test]
fn a_redacted_page_names_nobody() -> TestResult {
    for sample in ["samples/day.jsonl", "samples/trouble.jsonl", "samples/group.jsonl"] {
        let plain = page("", sample)?;
        let hidden = page("--redact", sample)?;
        let mut text = hidden.clone();
        text.push_str(&String::from_utf8_lossy(&data(&hidden, "data")?));
        for chunk in 0..hidden.matches("id=\"ladders-").count() {
            text.push_str(&String::from_utf8_lossy(&data(&hidden, &format!("ladders-{chunk}"))?));
        }
        let head = head(&plain)?;
        let mut names = 0;
        for list in ["users", "rooms", "ids", "sources"] {
            for name in head[list].as_array().into_iter().flatten().filter_map(Value::as_str) {
                names += 1;
                // Very short ids are parts of other words.
                let written = serde_json::to_string(name)?;
                assert!(
                    name.len() < 4 || !text.contains(&written[1..written.len() - 1]),
                    "{sample} has {name}"
                );
            }
        }
        assert!(names > 5, "{names}");
    }
    Ok(())
}

#[test]
fn a_page_that_lists_few_calls_counts_all() -> TestResult {
    let sample = file_of_crate("samples/day.jsonl");
    let ran = words("report --max-calls 20").args([&sample]).ends_with(0)?;
    let few = head(&ran.text())?;
    let all = head(&page("", "samples/day.jsonl")?)?;
    assert_eq!(few["calls"], all["calls"]);
    assert_eq!((few["listed"].as_u64(), few["ids"].as_array().map(Vec::len)), (Some(20), Some(20)));
    assert!(ran.errors().contains("the page lists 20 of "), "{}", ran.errors());
    // Those that failed come first.
    let failed =
        words("calls --failed --format csv --limit 100").args([&sample]).ends_with(0)?.column("call_id")?;
    let listed: Vec<&str> = few["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let kept = failed.iter().filter(|id| listed.contains(&id.as_str())).count();
    assert_eq!(kept, failed.len().min(20), "{failed:?}");
    Ok(())
}
