//! The documentation says what is so: its commands are run, and what the code knows is generated into it.
//!
//! Comes in: README.md, CONTRIBUTING.md and every page of `docs/`. Goes out: complaints with file and line, or with
//! `CALLKIT_BLESS=1` the pages as they must be. Must not: change text that a person wrote.
#![expect(clippy::panic, clippy::expect_used, reason = "a test reports what is wrong by panicking")]

mod generated;
mod page;
mod session;
mod words;

use std::collections::BTreeSet;
use std::fs;

use callkit_tool::commands::Cli;
use callkit_tool::spec::{page as vendor, retry_times};
use clap::CommandFactory;

use page::{Page, Piece, pages, root};

/// The longest line, in characters, of a page that is printed in terminals.
const TERMINAL: usize = 80;

fn blessing() -> bool {
    std::env::var_os("CALLKIT_BLESS").is_some_and(|value| value == "1")
}

#[test]
#[cfg_attr(not(feature = "live"), ignore = "shows commands of the feature `live`")]
fn examples_and_generated_parts_are_up_to_date() {
    let mut complaints = Vec::new();
    let mut commands = 0;
    for page in pages() {
        let mut new = String::new();
        for piece in page.pieces() {
            match piece {
                Piece::Text(line) => page::push_line(&mut new, line),
                Piece::Console(sessions) => {
                    commands += sessions.len();
                    for session in &sessions {
                        complaints.extend(session.check(&page.name, blessing(), &mut new));
                    }
                }
                Piece::Generated { line, name, lines } => {
                    let expected = generated::part(name, page.width());
                    if !blessing() && lines != expected {
                        complaints.push(format!("{}:{line}: `{name}` is out of date", page.name));
                    }
                    expected.iter().for_each(|line| page::push_line(&mut new, line));
                }
            }
        }
        if blessing() && new != page.text {
            fs::write(root().join(&page.name), new).expect("a page can be written");
        }
    }
    assert!(commands > 0, "the documentation shows no command");
    assert!(
        complaints.is_empty(),
        "{}\n`CALLKIT_BLESS=1 cargo test --test cli docs` writes what must be there",
        complaints.join("\n")
    );
}

#[test]
fn every_command_and_option_is_mentioned() {
    let text: String = pages().into_iter().map(|page| page.text).collect();
    let mut missing = BTreeSet::new();
    let mut pending = vec![Cli::command()];
    while let Some(command) = pending.pop() {
        for subcommand in command.get_subcommands() {
            if !text.contains(&format!("`{}`", subcommand.get_name())) {
                missing.insert(subcommand.get_name().to_owned());
            }
            pending.push(subcommand.clone());
        }
        for long in command.get_arguments().filter_map(clap::Arg::get_long) {
            if !mentions(&text, &format!("--{long}")) {
                missing.insert(format!("--{long}"));
            }
        }
    }
    assert!(missing.is_empty(), "the documentation does not mention {missing:?}");
}

/// True if a text holds the word, and not only as the beginning of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
    text.match_indices(word).any(|(at, _)| ends(&text[at + word.len()..]))
}

/// The files and folders of the project that a page names, by how their paths begin.
fn named_files(text: &str) -> BTreeSet<&str> {
    const BEGINNINGS: [&str; 6] = ["samples/", "src/", "tests/", "fuzz/", "benches/", ".ci/"];
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    text.split(|letter: char| !is_path(letter))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)))
        .collect()
}

#[test]
fn files_are_named_and_there() {
    let pages = pages();
    let mut missing = Vec::new();
    for page in &pages {
        let absent = named_files(&page.text).into_iter().filter(|name| !root().join(name).exists());
        missing.extend(absent.map(|name| format!("{}: {name}", page.name)));
    }
    assert!(missing.is_empty(), "files that are not there are named: {missing:?}");
    for entry in fs::read_dir(root().join("samples")).expect("there is a folder of samples") {
        let name = entry.expect("a file can be listed").file_name();
        let name = format!("samples/{}", name.to_string_lossy());
        let named = pages.iter().any(|page| named_files(&page.text).contains(name.as_str()));
        assert!(named, "no page names `{name}`");
    }
}

#[test]
fn links_lead_to_files() {
    let mut broken = Vec::new();
    for page in pages() {
        for (_, rest) in page.text.match_indices("](").map(|(at, open)| page.text.split_at(at + open.len())) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            let file = page.folder().join(target);
            if !target.starts_with("https://") && !file.exists() {
                broken.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert!(broken.is_empty(), "links lead nowhere: {broken:?}");
}

#[test]
fn the_readme_links_to_every_page() {
    let pages = pages();
    let readme = pages.iter().find(|page| page.name == "README.md").expect("there is a README");
    for page in pages.iter().filter(|page| page.name != "README.md") {
        assert!(
            readme.text.contains(&format!("]({})", page.name)),
            "README.md does not link to {}",
            page.name
        );
    }
    for address in [vendor::EVENT, vendor::STATUS, vendor::COMMANDS, vendor::V4_START, vendor::V4_END] {
        assert!(readme.text.contains(address), "README.md does not link to the vendor's page {address}");
    }
}

#[test]
fn one_page_says_when_the_vendor_redelivers() {
    let says = |page: &Page| {
        page.text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(&format!("redelivers, after {}", retry_times()))
    };
    let names: Vec<String> = pages().into_iter().filter(says).map(|page| page.name).collect();
    assert_eq!(names, ["README.md"]);
}

#[test]
fn pages_have_their_form() {
    let mut complaints = Vec::new();
    for page in pages() {
        let mut lines = page.text.lines();
        let title = lines.next().is_some_and(|line| line.starts_with("# "));
        let sentence =
            lines.find(|line| !line.is_empty()).is_some_and(|line| !line.starts_with(['#', '|', '-']));
        if !title || !sentence {
            complaints.push(format!("{}: must begin with a title and a sentence", page.name));
        }
        if page.is_topic() {
            complaints.extend(long_lines(&page));
        }
    }
    let readme = pages().into_iter().find(|page| page.name == "README.md").expect("there is a README");
    if readme.text.lines().count() > 250 {
        complaints.push("README.md: longer than 250 lines".to_owned());
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Lines that are wider than a terminal, outside of code and its output.
fn long_lines(page: &Page) -> Vec<String> {
    let mut code = false;
    let mut complaints = Vec::new();
    for (index, line) in page.text.lines().enumerate() {
        code ^= line.starts_with("```");
        if !code && line.chars().count() > TERMINAL {
            complaints.push(format!("{}:{}: over {TERMINAL} columns", page.name, index + 1));
        }
    }
    complaints
}
