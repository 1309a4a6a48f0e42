//! Ids of every unpleasant kind, in every format.

use super::{callback, texts_of_svg};
use crate::support::{TestResult, tool};

/// What people, and people who mean no good, call themselves.
const HOSTILE: [&str; 38] = [
    "end",
    "END",
    "end;",
    "a;b#c%d",
    "%%{init: {\"theme\":\"dark\"}}%%",
    "%% note",
    "wrap:x",
    "a\nb",
    "a\r\n    participant evil",
    "-->>",
    "->>p2: x",
    "\"quoted\"",
    "it's `x`",
    "```",
    "<script>alert(1)</script>",
    "&lt;&amp;&#0;",
    "|a|b|",
    "$$x^2$$",
    "\u{202e}evil\u{202c}",
    "\u{0}\u{1b}[31mred",
    "\u{9b}",
    "\u{fffe}\u{ffff}",
    "李雷韩梅梅",
    "👩\u{200d}👩\u{200d}👧 family",
    "e\u{301}\u{301}",
    "سارة",
    "participant",
    "Note over p1: x",
    "{x}",
    "*b* _i_ [l](http://x)",
    "\t\ttab",
    "   ",
    "\u{2028}",
    "]]>",
    "</svg>",
    "<!-- -->",
    "a as b",
    "\\\\",
];

/// A call whose every text is the hostile one.
fn log(id: &str) -> String {
    let one = [
        callback(id, "caller", id, "start_call", 1_714_550_000),
        callback(id, "callee", &format!("{id}2"), "receive_call", 1_714_550_001),
        callback(id, "callee", &format!("{id}2"), "accept_call", 1_714_550_003),
        callback(id, "caller", id, "call_accepted", 1_714_550_003),
        callback(id, "caller", id, "call_end", 1_714_559_003),
        callback(id, "callee", &format!("{id}2"), "call_end", 1_714_559_004),
    ];
    let platform: String = id.bytes().take(200).map(|byte| format!("%{byte:02x}")).collect();
    let url = format!("/?sdkappid=1&command=x&contenttype=json&clientip=1.2.3.4&optplatform={platform}");
    let room = serde_json::Value::from(id).to_string();
    let line = |body: &String| {
        format!("{{\"url\":\"{url}\",\"body\":{}}}\n", body.trim().replace("\"room\"", &room))
    };
    one.iter().map(line).collect()
}

fn show(id: &str, format: &str) -> TestResult<String> {
    let ran = tool(["show", "--since", "2015-01-01", "--format", format]).stdin(log(id)).ends_with(0)?;
    let text = String::from_utf8(ran.stdout.clone()).map_err(|error| format!("{error}\n{ran}"))?;
    // No format passes on what a terminal acts upon, or what turns text around.
    let acts = |letter: &char| matches!(letter, '\0'..='\u{9}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2028}');
    assert_eq!(text.chars().find(acts), None, "{id:?} as {format}\n{ran}");
    Ok(text)
}

fn all() -> impl Iterator<Item = String> {
    let long = ["x".repeat(10_240), "李".repeat(4000), "word ".repeat(2000), "\u{301}".repeat(5000)];
    HOSTILE.iter().map(|id| (*id).to_owned()).chain(long)
}

#[test]
fn text_keeps_its_lines() -> TestResult {
    for id in all() {
        let text = show(&id, "text")?;
        assert_eq!(text.matches("receive_call").count(), 1, "{id:?}\n{text}");
        for line in 1..=6 {
            let place = text.split_whitespace().filter(|word| *word == format!("-:{line}"));
            assert_eq!(place.count(), 1, "{id:?}\n{text}");
        }
    }
    Ok(())
}

#[test]
fn json_gives_every_id_back() -> TestResult {
    for id in all() {
        let call: serde_json::Value = serde_json::from_str(&show(&id, "json")?)?;
        assert_eq!(call["call_id"], id);
        assert_eq!(call["lanes"][0]["user_id"], id);
    }
    Ok(())
}

#[test]
fn pictures_are_well_formed_and_hold_text_alone() -> TestResult {
    for id in all() {
        let svg = show(&id, "svg")?;
        let texts = texts_of_svg(&svg)?;
        assert!(texts.iter().any(|text| text == "receive_call"), "{id:?}");
        let document = roxmltree::Document::parse(&svg)?;
        let names =
            document.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name());
        for name in names {
            let known =
                ["svg", "title", "style", "defs", "marker", "path", "rect", "text", "circle"].contains(&name);
            assert!(known, "{id:?} makes a `{name}`");
        }
    }
    Ok(())
}

/// The statements of a diagram, without comments.
fn statements(diagram: &str) -> Vec<&str> {
    diagram.lines().filter(|line| !line.trim_start().starts_with("%%")).collect()
}

#[test]
fn mermaid_has_the_same_statements_whatever_the_ids() -> TestResult {
    // What a statement begins with, up to where text of the log can stand.
    let shape = |diagram: &str| -> Vec<String> {
        let begin = |line: &&str| match line.split_once(" as ") {
            Some((begin, _)) if line.starts_with("    participant") => begin.to_owned(),
            _ => line.split(": ").next().unwrap_or_default().to_owned(),
        };
        statements(diagram).iter().map(begin).collect()
    };
    let wanted = shape(&show("usual", "mermaid")?);
    assert_eq!(wanted[..3], ["sequenceDiagram", "    participant p1", "    participant p2"]);
    for id in all() {
        let diagram = show(&id, "mermaid")?;
        assert_eq!(shape(&diagram), wanted, "{id:?}\n{diagram}");
        for line in diagram.lines() {
            let text = line.trim_start().trim_start_matches("%% ");
            let codes = text.replace("<br/>", "").replace("->>", "").replace("<<", "");
            // Outside of entity codes nothing is left that Mermaid acts upon.
            assert!(!codes.contains(['{', '}', '<', '>', '%', '$', '"', '|', '\\']), "{id:?}: {line}");
            let ends = codes.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let closes = ends.clone().any(|word| word.eq_ignore_ascii_case("end"));
            assert!(!closes || line.trim_start().starts_with("%%"), "{id:?}: {line}");
            // Every semicolon ends a code.
            for part in codes.split_inclusive(';').filter(|part| part.ends_with(';')) {
                let code = part.trim_end_matches(';').rsplit('#').next().unwrap_or_default();
                assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit()), "{id:?}: {line}");
            }
        }
    }
    Ok(())
}

#[test]
fn markdown_keeps_its_rows_and_its_fence() -> TestResult {
    for id in all() {
        let text = show(&id, "markdown")?;
        let fences = text.lines().filter(|line| line.starts_with("```")).count();
        assert!(fences == 2 || text.contains("more than Mermaid draws"), "{id:?}\n{text}");
        let heading = text.lines().find(|line| line.starts_with("| time (")).ok_or("no table")?;
        let rows = text.lines().skip_while(|line| *line != heading).skip(2);
        let mut count = 0;
        for row in rows.take_while(|line| line.starts_with('|')) {
            count += 1;
            let bars = row.match_indices('|').filter(|(at, _)| !row[..*at].ends_with('\\')).count();
            assert_eq!(bars, 10, "{id:?}: {row}");
        }
        assert_eq!(count, 6, "{id:?}\n{text}");
        assert!(!text.replace("\\<", "").contains("<script"), "{text}");
    }
    Ok(())
}
