//! The ladder as text: widths, ASCII, time zones, and what has no time or no user.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{callback, in_group};
use crate::support::{TestResult, tool, words};

const ALL: &str = "show samples --since 2015-01-01 --limit 100000";

fn columns(line: &str) -> usize {
    line.graphemes(true).map(UnicodeWidthStr::width).sum()
}

fn root() -> &'static std::path::Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

#[test]
fn no_line_is_wider_than_asked_for() -> TestResult {
    for width in ["40", "80", "120", "200"] {
        for ascii in [&[][..], &["--ascii"]] {
            let ran = words(ALL).args(["--width", width]).args(ascii).cwd(root()).ends_with(0)?;
            let most: usize = width.parse()?;
            for line in ran.text().lines() {
                assert!(columns(line) <= most, "{} columns of {width}: {line}", columns(line));
                assert!(!line.ends_with(' '), "a blank at the end: {line:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn every_form_names_every_callback() -> TestResult {
    let call = "994cd8bd-4ddf-495f-905a-b5c95608e69a";
    for (width, form) in
        [("45", "a list, since 6 lanes"), ("80", " 1 2 3 4 5 6\n"), ("160", "callee, miniProgram  ")]
    {
        let text =
            tool(["show", call, "samples/group.jsonl", "--width", width]).cwd(root()).ends_with(0)?.text();
        assert!(text.contains(form), "{form:?} at {width}\n{text}");
        for line in (94..=105).chain(174..=175) {
            let there =
                [format!("#1:{line}"), format!("jsonl:{line}")].iter().any(|place| text.contains(place));
            assert!(there, "line {line} at width {width}\n{text}");
        }
    }
    Ok(())
}

#[test]
fn nothing_but_ascii_where_that_is_wanted() -> TestResult {
    for width in ["40", "80", "200"] {
        let ran = words(ALL).args(["--ascii", "--width", width]).cwd(root()).ends_with(0)?;
        assert!(ran.stdout.is_ascii(), "width {width}");
    }
    let log = callback("电话", "caller", "李雷", "start_call", 1_714_550_000);
    let text = tool(["show", "电话", "--ascii", "-"]).stdin(log).ends_with(0)?.text();
    assert!(text.contains(r"call \u{7535}\u{8bdd}"), "{text}");
    Ok(())
}

#[test]
fn only_text_has_a_width() -> TestResult {
    for option in [&["--ascii"][..], &["--width", "80"]] {
        let ran = words("show x samples/day.jsonl --format svg").args(option).cwd(root()).ends_with(2)?;
        assert!(ran.errors().contains("--format text"), "{ran}");
    }
    for width in ["39", "1001", "wide"] {
        words("show x samples/day.jsonl --width").args([width]).cwd(root()).ends_with(2)?;
    }
    Ok(())
}

#[test]
fn wide_and_joined_characters_line_up() -> TestResult {
    let log = callback("c", "caller", "李雷韩梅梅", "start_call", 1_714_550_000)
        + &callback("c", "callee", "👩\u{200d}👩\u{200d}👧 e\u{301}", "receive_call", 1_714_550_001);
    let text = tool(["show", "c", "-"]).stdin(log).ends_with(0)?.text();
    let column = |line: &str, sign: &str| line.find(sign).map(|at| columns(&line[..at]));
    let find = |sign: &str| text.lines().find(|line| line.contains(sign)).unwrap_or_default();
    let (head, start, ring) = (find("time (UTC)"), find("start_call"), find("receive_call"));
    assert_eq!(column(head, "李雷"), column(start, "●"), "{text}");
    assert_eq!(column(head, "👩"), column(ring, "●"), "{text}");
    assert_eq!(column(start, "│"), column(ring, "●"), "{text}");
    Ok(())
}

#[test]
fn long_names_are_cut_and_given_in_full() -> TestResult {
    let (one, other) = ("name-".repeat(30) + "1", "name-".repeat(30) + "2");
    let log = callback("c", "caller", &one, "start_call", 1_714_550_000)
        + &callback("c", "callee", &other, "receive_call", 1_714_550_001);
    let text = tool(["show", "c", "-", "--width", "100"]).stdin(log).ends_with(0)?.text();
    let joined: String = text.split_whitespace().collect();
    assert!(
        joined.contains(&format!("1{one}caller")) && joined.contains(&format!("2{other}callee")),
        "{text}"
    );
    assert!(text.contains("1 name-") && text.contains('…'), "{text}");
    Ok(())
}

#[test]
fn times_are_those_of_the_zone_and_say_when_the_day_changes() -> TestResult {
    let log = callback("c", "caller", "a", "start_call", 1_714_607_990)
        + &callback("c", "caller", "a", "cancel_call", 1_714_608_015);
    let run = |zone: &str| tool(["show", "c", "-", "--tz", zone]).stdin(log.clone()).ends_with(0);
    let text = run("UTC")?.text();
    assert!(
        text.contains("23:59:50") && text.contains("2024-05-01 +00:00") && text.contains("2024-05-02 +00:00")
    );
    let text = run("Asia/Shanghai")?.text();
    assert!(text.contains(" Asia/Shanghai ") && text.contains("07:59:50"), "{text}");
    assert!(text.contains("2024-05-02 +08:00") && !text.contains("2024-05-01"), "{text}");
    assert!(run("+05:30")?.text().contains("05:29:50"));
    Ok(())
}

#[test]
fn what_has_no_time_stands_by_its_place_in_the_input() -> TestResult {
    let log = callback("c", "callee", "b", "receive_call", 0)
        + &callback("c", "caller", "a", "start_call", 1_714_550_000)
        + &callback("c", "callee", "b", "accept_call", 0)
        + &callback("c", "caller", "a", "call_end", 1_714_550_100)
        + &callback("c", "callee", "b", "call_end", 1_714_550_050);
    let ran = tool(["show", "c", "-", "--format", "json"]).stdin(log.clone()).ends_with(0)?;
    let call = ran.json_lines()?.remove(0);
    let lines: Vec<_> =
        call["rows"].as_array().into_iter().flatten().map(|row| row["line"].as_u64()).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3), Some(5), Some(4)]);
    let text = tool(["show", "c", "-"]).stdin(log).ends_with(0)?.text();
    assert_eq!(text.matches("no time").count(), 2, "{text}");
    Ok(())
}

#[test]
fn a_callback_without_user_event_or_role_has_its_place() -> TestResult {
    let log = r#"{"CallId":"c","Event":"what_is_this","EventTime":1714550000}"#;
    for format in super::FORMATS {
        let text = tool(["show", "c", "-", "--format", format]).stdin(log).ends_with(0)?.text();
        let named = if format == "json" { "\"user_id\":null" } else { "no user" };
        assert!(text.contains(named), "{format}\n{text}");
        assert!(text.contains("what_is_this") || text.contains("what\\_is\\_this"), "{format}\n{text}");
    }
    Ok(())
}

#[test]
fn the_level_options_count() -> TestResult {
    let run = |options: &str| {
        let run = words("show c-20240506-1 samples/trouble.jsonl").args(options.split_whitespace());
        run.cwd(root()).ends_with(0)
    };
    assert!(run("")?.text().contains("! warning body/type: "));
    assert!(run("--error body/type")?.text().contains("! error body/type: "));
    let text = run("--allow all")?.text();
    assert!(!text.contains("! ") && text.contains("0 errors, 0 warnings, 0 info"), "{text}");
    Ok(())
}

#[test]
fn colour_is_an_addition() -> TestResult {
    let run = |when: &str| {
        words("show c-20240506 samples/trouble.jsonl --call-id c-20240506-1 --color")
            .args([when])
            .cwd(root())
            .run()
    };
    let (plain, colored) = (run("never")?, run("always")?);
    assert_eq!(plain.status, Some(2), "with a filter every argument is an input\n{plain}");
    assert_eq!(colored.status, Some(2));
    let run = |when: &str| {
        words("show c-20240506-1 samples/trouble.jsonl --color").args([when]).cwd(root()).ends_with(0)
    };
    let (plain, colored) = (run("never")?.text(), run("always")?.text());
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, behind)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = behind.split_once('m').map_or("", |(_, rest)| rest);
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert!(colored.len() > plain.len());
    Ok(())
}

#[test]
fn many_lanes_fold_and_say_so() -> TestResult {
    let mut log = in_group(&callback("c", "caller", "host", "start_call", 1_714_550_000));
    for guest in 0..60 {
        log += &in_group(&callback("c", "callee", &format!("guest-{guest}"), "receive_call", 1_714_550_001));
    }
    let run = |width: &str| tool(["show", "c", "-", "--width", width]).stdin(log.clone()).ends_with(0);
    let list = run("120")?.text();
    assert!(list.contains("a list, since 61 lanes and their labels do not fit into 120 columns"), "{list}");
    assert!(list.contains("61 guest-59: receive_call, after start_call of 1 (-:61)"), "{list}");
    let rails = run("200")?.text();
    assert!(rails.contains("61 receive_call") && !rails.contains("a list"), "{rails}");
    Ok(())
}
