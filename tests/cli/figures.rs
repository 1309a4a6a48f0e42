//! `figures`: the definitions, and the counts that they are computed from, which agree with `summarize`.

use callkit_tool::report::catalog::figures::FIGURES;
use serde_json::Value;

use crate::support::{TestResult, file_of_crate, words};

#[test]
fn all_are_listed_and_each_is_explained() -> TestResult {
    let list = words("figures").ends_with(0)?.text();
    for figure in FIGURES {
        assert!(list.contains(&format!("\n {} ", figure.title)), "{}\n{list}", figure.title);
        for name in [figure.name.to_owned(), figure.title.to_uppercase()] {
            let text = words("figures").args([name]).ends_with(0)?.text();
            assert!(text.contains(&format!("`{}` ({}): ", figure.name, figure.value.kind())), "{text}");
            let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(joined.ends_with(figure.meaning), "{text}");
        }
    }
    assert!(list.lines().all(|line| line.chars().count() <= 120), "{list}");
    Ok(())
}

#[test]
fn an_unknown_figure_has_the_nearest_suggested() -> TestResult {
    for (name, help) in [
        ("asl", "did you mean `asr`?"),
        ("weather", "`callkit-tool figures` lists them"),
        ("samples/day.jsonl", "the name of a figure, or `all`, comes before the inputs"),
    ] {
        let ran = words("figures").args([name]).cwd(&file_of_crate("")).ends_with(2)?;
        assert_eq!(ran.errors(), format!("error: `{name}` is not a figure; {help}\n"));
    }
    Ok(())
}

/// By hand: of the sample's calls 170 have a result, as `summarize` says as well.
#[test]
fn terms_are_counted() -> TestResult {
    let sample = file_of_crate("samples/day.jsonl");
    let summary: Value =
        serde_json::from_slice(&words("summarize --format json").args([&sample]).ends_with(0)?.stdout)?;
    let number = |name: &str| summary[name].as_u64().unwrap_or_default();
    let (answered, concluded) = (number("answered"), number("concluded"));
    let share = format!("{:.1} %", answered as f64 / concluded as f64 * 100.0);
    let text = words("figures ASR").args([&sample]).ends_with(0)?.text();
    let expected = format!("  answered {answered} of {concluded} concluded calls = {share}\n");
    assert!(text.ends_with(&expected), "{text}\n{expected}");
    let cancelled = summary["outcomes"]["cancel"].as_u64().unwrap_or_default();
    let text = words("figures abandoned").args([&sample]).ends_with(0)?.text();
    assert!(text.contains(&format!("  `cancel` {cancelled} of {concluded} concluded calls = ")), "{text}");
    let text = words("figures ner").args([&sample]).ends_with(0)?.text();
    let failed = summary["outcomes"]["failed"].as_u64().unwrap_or_default();
    assert!(
        text.contains(&format!("  all of {concluded} concluded calls but `failed` {failed} and unanswered")),
        "{text}"
    );
    Ok(())
}

#[test]
fn values_are_those_of_summarize() -> TestResult {
    let sample = file_of_crate("samples/day.jsonl");
    for options in ["", "--result cancel", "--since 2024-05-01T12:00:00Z", "--allow call"] {
        let json = |command: &str| -> TestResult<Value> {
            let ran = words(&format!("{command} --format json {options}")).args([&sample]).ends_with(0)?;
            Ok(serde_json::from_slice(&ran.stdout)?)
        };
        let (summary, figures) = (json("summarize")?, json("figures all")?);
        let figures = figures["figures"].as_array().cloned().unwrap_or_default();
        assert_eq!(figures.len(), FIGURES.len());
        for figure in figures {
            let name = figure["name"].as_str().unwrap_or_default();
            let mut expected = summary[name].clone();
            if let Some(members) = expected.as_object_mut() {
                members.remove("sources");
            }
            assert_eq!(figure["value"], expected, "{name} {options}");
            // The terms of a ratio give its value.
            if let (Some(terms), Some(value), "ratio") = (
                figure["terms"].as_array(),
                figure["value"].as_f64(),
                figure["kind"].as_str().unwrap_or_default(),
            ) {
                let counts: Vec<f64> = terms.iter().filter_map(|term| term["count"].as_f64()).collect();
                let (whole, parts) = counts.split_last().ok_or("no terms")?;
                let share = parts.iter().sum::<f64>() / whole;
                let share = if name == "ner" { 1.0 - share } else { share };
                assert!((share - value).abs() < 1e-9, "{name}: {counts:?} {value}");
            }
        }
    }
    Ok(())
}

#[test]
fn distributions_say_how_many_calls_they_are_over() -> TestResult {
    let sample = file_of_crate("samples/day.jsonl");
    let text = words("figures all").args([&sample]).ends_with(0)?.text();
    for part in [
        " seconds of talk / ",
        " calls with a talk time: mean ",
        " answered calls with a ring time: mean ",
        "calls = 170\n",
        ", p99 ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    Ok(())
}
