//! `help`: commands and topics, and the ways that lead to them.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{TestResult, file_of_crate, words};

/// The names of the pages that are read in terminals.
fn pages() -> TestResult<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in ["docs/reference", "docs/guides"] {
        for entry in fs::read_dir(file_of_crate(folder))? {
            names.insert(entry?.file_name().to_string_lossy().replace(".md", ""));
        }
    }
    names.remove("commands");
    Ok(names)
}

#[test]
fn commands_and_topics_are_listed() -> TestResult {
    let text = words("help").ends_with(0)?.text();
    let (commands, topics) = text.split_once("\nTopics:\n").ok_or("no topics")?;
    assert!(commands.contains("\n  validate ") && commands.contains("\n  help "), "{commands}");
    let named = topics.lines().filter(|line| !line.starts_with("   ") && !line.is_empty());
    let named = named.filter_map(|line| line.split_whitespace().next()).map(str::to_owned);
    assert_eq!(named.collect::<BTreeSet<_>>(), pages()?, "every page is a topic");
    Ok(())
}

#[test]
fn a_topic_is_a_page_that_a_terminal_can_show() -> TestResult {
    for name in pages()? {
        let page = words("help").args([&name]).ends_with(0)?.text();
        // Some commands have the name of their page, whose help comes first.
        let is_both = ["rules", "config", "figures", "report"].contains(&name.as_str());
        let page = if is_both { page.split_once("\n# ").ok_or("no page")?.1 } else { &page };
        assert!(!page.contains("<!--") && !page.contains("]("), "{page}");
        let mut code = false;
        for line in page.lines() {
            code ^= line.starts_with("```");
            assert!(code || line.chars().count() <= 80, "{name}: {line}");
        }
    }
    let outcomes = words("help outcomes").ends_with(0)?.text();
    assert!(outcomes.starts_with("# Outcomes\n"), "{outcomes}");
    assert!(outcomes.contains("is its cause."), "a link is what it says\n{outcomes}");
    Ok(())
}

#[test]
fn a_command_has_its_help() -> TestResult {
    for name in ["export", "why", "help"] {
        let help = words("help").args([name]).ends_with(0)?;
        let option = words(name).args(["--help"]).ends_with(0)?;
        assert_eq!(help.text(), option.text());
    }
    let both = words("help rules").ends_with(0)?.text();
    assert!(both.contains("Usage: callkit-tool rules") && both.contains("\n# Rules\n"), "{both}");
    Ok(())
}

#[test]
fn a_misspelled_topic_has_the_nearest_suggested() -> TestResult {
    for (name, help) in [
        ("outcoms", "did you mean `outcomes`?"),
        ("exprot", "did you mean `export`?"),
        ("NER", "the topics `figures`, `comparing` have it"),
        ("http/skipped", "`callkit-tool rules http/skipped` explains this rule"),
        ("weather", "`callkit-tool help` lists both"),
    ] {
        let ran = words("help").args([name]).ends_with(2)?;
        assert_eq!(ran.errors(), format!("error: `{name}` is not a command or topic; {help}\n"));
        assert!(ran.stdout.is_empty());
    }
    Ok(())
}

#[test]
fn a_cause_leads_to_its_page() -> TestResult {
    let sample = file_of_crate("samples/day.jsonl");
    let why = words("why busy").args([&sample]).ends_with(2)?;
    let rule = words("rules busy").ends_with(2)?;
    let level = words("validate --warn busy").args([&sample]).ends_with(2)?;
    for ran in [why, rule, level] {
        assert!(ran.errors().contains("`callkit-tool help causes`"), "{ran}");
    }
    assert!(words("help causes").ends_with(0)?.text().contains("`busy` (main)"));
    Ok(())
}
