//! The words of the project: one list of phrases that must not come back, each with what to write instead, held against
//! the strings and comments of the sources, the documentation, and the help of every command.

use std::fs;
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

use crate::tokens::prose;

/// A phrase in lower case; what to write instead; longer phrases in which it is right.
type Phrase = (&'static str, &'static str, &'static [&'static str]);

/// What must not come back.
#[rustfmt::skip]
const PHRASES: &[Phrase] = &[
    ("is no", "is not a", &["there is no", "is no longer"]),
    ("are no", "are not", &["there are no", "are no longer"]),
    ("was no", "was not a", &["there was no", "was no longer"]),
    ("were no", "were not", &["there were no", "were no longer"]),
    ("there is no call", "no call has the id", &[]),
    ("behind the", "after the", &["behind the scenes", "behind the proxy", "capture behind the"]),
    ("behind it", "after it", &["left behind it"]),
    ("behind its", "after its", &[]),
    ("behind them", "after them", &[]),
    ("behind that", "after that", &[]),
    ("behind what", "after what", &[]),
    ("behind which", "after which", &[]),
    ("behind another", "after another", &[]),
    ("so many", "that many, this many", &[]),
    ("so long after", "this long after", &[]),
    ("else", "otherwise", &["anything else", "nothing else", "everything else", "something else", "nobody else", "someone else", "somewhere else", "all else", "what else", "if else", "anyone else"]),
    ("in lack of", "for lack of, without", &[]),
    ("for want of", "for lack of, without", &[]),
    ("told by", "detected automatically, recognized by", &[]),
    ("by what the", "by the …, group by", &[]),
    ("became of", "the outcome of", &[]),
    ("becomes of", "what happens to, the outcome of", &[]),
    ("become of", "the outcome of", &[]),
    ("it came to", "how it ended, its outcome", &[]),
    ("call came to", "how a call ended, its outcome", &[]),
    ("calls came to", "how calls ended, their outcomes", &[]),
    ("they come to", "their outcomes, the expected results", &[]),
    ("have come to", "their outcomes", &["to have come to"]),
    ("must come to", "the expected result", &[]),
    ("a look", "a pass, a check", &[]),
    ("one look", "one pass, one check", &[]),
    ("true where", "true if", &[]),
    ("none where", "none if", &[]),
    ("where it cannot", "if it cannot", &[]),
    ("where they cannot", "if they cannot", &[]),
    ("where that is so", "if so", &[]),
    ("begin of", "beginning of, start of", &[]),
    ("the begin", "the beginning, the start", &[]),
    ("beside it", "next to it, as well", &[]),
    ("beside its", "next to its", &[]),
    ("beside the", "next to the, besides the", &[]),
    ("beside them", "next to them, as well", &[]),
    ("beside a", "next to a, besides a", &[]),
    ("stands beside", "stands next to, as well as", &[]),
    ("bad day", "inject duplicates, drops, reordering, delays", &[]),
    ("what chaos hits", "seed for `--chaos`", &[]),
    ("delivered again", "redelivered", &[]),
    ("brought to disk", "synced to disk", &[]),
    ("bring to disk", "sync to disk", &[]),
    ("brings to disk", "syncs to disk", &[]),
    ("heed", "handle", &[]),
    ("heeds", "handles", &[]),
    ("at hand", "current", &[]),
    ("anew", "again", &[]),
    ("of yours", "your …", &["one of yours"]),
    ("of ours", "of this tool", &[]),
    ("troubles", "problems", &[]),
    ("by somebody", "leave it out, or name who", &[]),
    ("gives is", "the value of … is", &[]),
    ("has the finding", "triggers the rule", &[]),
    ("phone in hand", "without real calls", &[]),
    ("take up at most", "use at most", &[]),
    ("if there is no", "without a …, if it has no …", &[]),
    ("if there is none", "without one, if it has none", &[]),
    ("if there are no", "without …, if it has no …", &[]),
    ("if there are none", "without any, if it is empty", &[]),
    ("unless there is no", "if there is a …", &[]),
    ("unless there are no", "if there are …", &[]),
    ("where there is no", "without a …", &[]),
    ("where there are no", "without …", &[]),
    ("so there is no", "so it is not a …, so … is lost", &[]),
    ("is none and", "is not a … and", &[]),
    ("that there is no", "that it has no …", &[]),
    ("that there is none", "that it has none", &[]),
    ("that there are no", "that none are left", &[]),
    ("why there is no", "why … failed, why it got no …", &[]),
    ("why there is none", "why it got none", &[]),
    ("there is no such", "nothing has this name, it leads nowhere", &[]),
    ("no such", "nothing has this name, it leads nowhere", &["no such file"]),
    ("lack any", "none is missing", &[]),
    ("none if none", "`None` if no …", &[]),
    ("if it has none", "without one", &[]),
    ("that is none", "that is not one, any other", &[]),
    ("behind damage", "after damage", &[]),
];

/// Words of a text, each with its line; an empty word parts what does not belong to one phrase.
type Words = Vec<(usize, String)>;

/// Adds the words of a line.
fn add(words: &mut Words, line: usize, text: &str) {
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        if word.starts_with(['(', '`', '*', '[']) {
            words.push((line, String::new()));
        }
        words.push((line, bare));
        if word.ends_with(['.', ',', ';', ':', '!', '?', ')', '`', '…']) {
            words.push((line, String::new()));
        }
    }
}

/// The words of a source: comments on lines that follow each other belong together.
fn words_of_source(text: &str) -> Words {
    let mut words = Words::new();
    let mut last_comment = 0;
    for (first, piece) in prose(text) {
        let is_comment = piece.starts_with("//");
        if !(is_comment && first == last_comment + 1) {
            words.push((first, String::new()));
        }
        last_comment = if is_comment { first } else { 0 };
        let piece = piece.trim_start_matches(['/', '!']).replace("\\n", " . ").replace("\\\n", " \n");
        for (line, text) in (first..).zip(piece.split('\n')) {
            add(&mut words, line, text);
        }
    }
    words
}

/// The words of a page or of a help text: a blank line parts, and so does a new item.
fn words_of_page(text: &str) -> Words {
    let mut words = Words::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() || text.trim_start().starts_with(['-', '|', '#']) {
            words.push((line, String::new()));
        }
        add(&mut words, line, text);
    }
    words
}

/// True if the words have a phrase that covers `at`.
fn covers(words: &[(usize, String)], at: usize, phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    let begins = at.saturating_sub(phrase.len() - 1)..=at;
    begins.into_iter().any(|begin| has(words, begin, &phrase))
}

fn has(words: &[(usize, String)], at: usize, phrase: &[&str]) -> bool {
    let found = words.get(at..at + phrase.len());
    found.is_some_and(|found| found.iter().map(|(_, word)| word.as_str()).eq(phrase.iter().copied()))
}

/// What of the list a text has.
fn found(name: &str, words: &[(usize, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (not, but, right) in PHRASES {
        let phrase: Vec<&str> = not.split(' ').collect();
        for at in 0..words.len() {
            let last = at + phrase.len() - 1;
            let is_right = |longer: &&str| covers(words, at, longer) && covers(words, last, longer);
            if has(words, at, &phrase) && !right.iter().any(is_right) {
                wrong.push(format!("{name}:{}: not \"{not}\", but: {but}", words[at].0));
            }
        }
    }
    wrong
}

#[test]
fn sources_and_pages_have_plain_words() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for place in ["src", "docs", "README.md", "CONTRIBUTING.md"] {
        for entry in WalkDir::new(root.join(place)).sort_by_file_name() {
            let path = entry?.into_path();
            let words = match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => words_of_source(&fs::read_to_string(&path)?),
                Some("md") => words_of_page(&fs::read_to_string(&path)?),
                _ => continue,
            };
            wrong.extend(found(&path.strip_prefix(root).unwrap_or(&path).to_string_lossy(), &words));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// The help of a command, or of the tool.
fn help(command: &str) -> std::io::Result<String> {
    let run = Command::new(env!("CARGO_BIN_EXE_callkit-tool")).args(command.split_whitespace()).output()?;
    Ok(String::from_utf8_lossy(&run.stdout).into_owned())
}

#[test]
fn every_help_has_plain_words() -> std::io::Result<()> {
    let overview = help("--help")?;
    let listed = overview.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let mut commands: Vec<String> = listed.map(|name| format!("{name} --help")).collect();
    assert!(commands.len() >= 9, "{overview}");
    commands.push("--help".to_owned());
    let mut wrong = Vec::new();
    for command in commands {
        wrong.extend(found(&format!("callkit-tool {command}"), &words_of_page(&help(&command)?)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn phrases_are_found_across_lines_and_only_as_whole_words() {
    let of = |text: &str| found("x", &words_of_source(text)).len();
    assert_eq!(of("/// What it is. No file.\n// It is\n// no file.\nconst A: &str = \"is no b\";"), 2);
    assert_eq!(of("/// There is no file, it is no longer so; this no. // is no\nfn f() {}"), 1);
    assert_eq!(of("let is_no = if a { 1 } else { 2 }; // elsewhere"), 0);
    assert_eq!(
        found("x", &words_of_page("- it is\n- no file\n\nso\nmany")),
        ["x:4: not \"so many\", but: that many, this many"]
    );
}

#[test]
fn every_phrase_is_listed_once_in_lower_case() {
    for (index, (not, but, right)) in PHRASES.iter().enumerate() {
        assert!(!PHRASES[..index].iter().any(|(other, _, _)| other == not), "{not}");
        assert!(!but.is_empty() && *not == not.to_lowercase());
        assert!(right.iter().all(|longer| longer.contains(not)), "{not}");
    }
}
