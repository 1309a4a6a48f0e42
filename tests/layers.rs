//! The order of the steps, read off the sources: imports point from later steps to earlier ones only, no files use each
//! other in a circle, the steps before `engine` touch nothing outside of the process, no file outgrows 400 lines, the name
//! of a type means one thing, and the words are plain.

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/tokens.rs"]
mod tokens;
#[path = "layers/words.rs"]
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use circles::circles;
use imports::Tree;
use tokens::tokens;
use walkdir::WalkDir;

/// The steps in their order: for every folder of `src`, the earlier ones that it may use.
const ALLOWED: [(&str, &[&str]); 20] = [
    ("random", &[]),
    ("shares", &[]),
    ("spec", &[]),
    ("suggest", &[]),
    ("deliveries", &["spec"]),
    ("framing", &["spec"]),
    ("decode", &["spec", "framing"]),
    ("calls", &["spec", "deliveries", "framing", "decode"]),
    ("rules", &["spec", "suggest", "framing", "decode", "calls"]),
    ("source", &["deliveries"]),
    ("spill", &[]),
    ("engine", &["spec", "framing", "decode", "calls", "rules", "source", "spill"]),
    ("follow", &["spec", "framing", "decode", "calls", "rules", "engine"]),
    ("live", &["spec", "deliveries", "framing", "decode", "source", "random", "shares"]),
    ("report", &["spec", "deliveries", "framing", "decode", "calls", "rules", "engine", "follow", "live"]),
    ("simulate", &["spec", "random", "shares"]),
    (
        "cli",
        &["spec", "suggest", "source", "framing", "calls", "rules", "engine", "live", "report", "simulate"],
    ),
    (
        "session",
        &["spec", "deliveries", "framing", "calls", "rules", "source", "spill", "engine", "report", "cli"],
    ),
    ("shard", &["spec", "framing", "calls", "rules", "engine", "cli"]),
    (
        "commands",
        &[
            "spec",
            "framing",
            "decode",
            "calls",
            "rules",
            "source",
            "spill",
            "engine",
            "follow",
            "live",
            "report",
            "simulate",
            "cli",
            "session",
            "shard",
            "suggest",
            "shares",
            "deliveries",
        ],
    ),
];

/// Of the steps before `engine`, those whose work is files; the others work on bytes and values alone.
const FILES: [&str; 2] = ["source", "spill"];

/// What the others must not name.
const OUTSIDE: [&str; 9] =
    ["std::fs", "std::net", "std::env", "std::time", "std::process", "stdin", "stdout", "stderr", "anyhow"];

/// Circles of files that are still there. None may be added; one that is gone leaves the list.
const CIRCLES: [&[&str]; 0] = [];

/// Every file of `src`, as its path below that folder and its text.
fn sources() -> std::io::Result<Vec<(String, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(&src).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sources.push((name, fs::read_to_string(path)?));
        }
    }
    Ok(sources)
}

fn tree(sources: &[(String, String)]) -> Tree {
    Tree::new(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

/// The folder of `src` that a file is in; none for `main.rs` and `lib.rs`.
fn step(file: &str) -> Option<&str> {
    file.split_once('/').map(|(step, _)| step)
}

/// Fails with all that is wrong, if anything.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn steps_use_earlier_steps_only() {
    let mut wrong = Vec::new();
    for (at, (step, allowed)) in ALLOWED.iter().enumerate() {
        let is_earlier = |used: &str| ALLOWED[..at].iter().any(|(name, _)| *name == used);
        let late = allowed.iter().filter(|used| !is_earlier(used));
        wrong.extend(late.map(|used| format!("`{step}` may use `{used}`, which is not an earlier step")));
    }
    assert_none(&wrong);
}

#[test]
fn imports_point_to_earlier_steps() -> std::io::Result<()> {
    let sources = sources()?;
    let mut wrong = BTreeSet::new();
    for step in sources.iter().filter_map(|(name, _)| step(name)) {
        if !ALLOWED.iter().any(|(name, _)| *name == step) {
            wrong.insert(format!("`{step}` is not in the order of steps"));
        }
    }
    for used in tree(&sources).uses() {
        let (Some(from), Some(to)) = (step(&used.from), step(&used.to)) else { continue };
        let allowed = ALLOWED.iter().find(|(name, _)| *name == from).map_or(&[][..], |(_, allowed)| *allowed);
        if from != to && !allowed.contains(&to) {
            wrong.insert(format!("src/{} takes `{}` from src/{}", used.from, used.name, used.to));
        }
    }
    assert_none(&wrong.into_iter().collect::<Vec<_>>());
    Ok(())
}

#[test]
fn no_files_use_each_other_in_a_circle() -> std::io::Result<()> {
    let found = circles(&tree(&sources()?).uses());
    let mut known: Vec<BTreeSet<String>> =
        CIRCLES.iter().map(|files| files.iter().map(|file| (*file).to_owned()).collect()).collect();
    let mut wrong = Vec::new();
    for circle in &found {
        match known.iter().position(|files| *files == circle.files) {
            Some(at) => drop(known.swap_remove(at)),
            None => wrong.push(circle.describe()),
        }
    }
    wrong.extend(known.iter().map(|files| format!("this circle is not there any more: {files:?}")));
    assert_none(&wrong);
    Ok(())
}

#[test]
fn early_steps_touch_nothing_outside() -> std::io::Result<()> {
    let is_early = |file: &str| {
        let order = ALLOWED.iter().map(|(name, _)| *name);
        let early = order.take_while(|name| *name != "engine").filter(|name| !FILES.contains(name));
        step(file).is_some_and(|step| early.clone().any(|name| name == step))
    };
    let sources = sources()?;
    let mut wrong = Vec::new();
    for (file, names) in tree(&sources).outside() {
        let is_outside = |name: &&String| OUTSIDE.iter().any(|outside| is_part(outside, name));
        if is_early(file) {
            wrong.extend(names.iter().filter(is_outside).map(|name| format!("src/{file} names `{name}`")));
        }
    }
    assert_none(&wrong);
    Ok(())
}

/// True if a path is that one, or leads through it.
fn is_part(outside: &str, path: &str) -> bool {
    path.strip_prefix(outside).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        || path.ends_with(&format!("::{outside}"))
}

#[test]
fn no_file_is_longer_than_400_lines() -> std::io::Result<()> {
    let lengths = sources()?.into_iter().map(|(name, text)| (name, text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > 400);
    assert_none(&long.map(|(name, lines)| format!("src/{name}: {lines} lines")).collect::<Vec<_>>());
    Ok(())
}

/// The names of the types that a file declares; associated types, which a trait names, are not among them.
fn declared_types(text: &str) -> Vec<String> {
    let (mut depth, mut declared) = (0_usize, Vec::new());
    let tokens = tokens(text);
    for pair in tokens.windows(2) {
        match pair[0].text.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "struct" | "enum" | "trait" if pair[1].is_name() => declared.push(pair[1].text.clone()),
            "type" if depth == 0 && pair[1].is_name() => declared.push(pair[1].text.clone()),
            _ => {}
        }
    }
    declared
}

#[test]
fn the_name_of_a_type_means_one_thing() -> std::io::Result<()> {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in sources()? {
        for name in declared_types(&text) {
            homes.entry(name).or_default().push(format!("src/{file}"));
        }
    }
    homes.retain(|_, files| files.len() > 1);
    assert_none(
        &homes.iter().map(|(name, files)| format!("`{name}` is {}", files.join(" and "))).collect::<Vec<_>>(),
    );
    Ok(())
}

#[test]
fn declared_types_are_read_at_any_depth() {
    let text = "struct A; // struct B;\nimpl C { type D = E; fn f() { struct F; } }\n\
                type G = u8; mod tests { enum H {} trait I {} }";
    assert_eq!(declared_types(text), ["A", "F", "G", "H", "I"]);
}

/// The uses of a small tree, each as `from: name of to`.
fn uses_of(files: &[(&str, &str)]) -> Vec<String> {
    let uses = Tree::new(files.iter().copied()).uses();
    uses.iter().map(|used| format!("{}: {} of {}", used.from, used.name, used.to)).collect()
}

#[test]
fn names_are_followed_to_the_file_that_defines_them() {
    let files = [
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a/mod.rs", "mod x; mod y; pub use x::{One, two as deux}; pub(crate) use y::*; pub struct Own;"),
        ("a/x.rs", "pub struct One; pub fn two() {} pub struct Three;"),
        ("a/y.rs", "pub struct Four;"),
        ("b.rs", "use crate::a::{self, One, x::{Three}, deux}; fn f() { a::Own; crate::a::Four; }"),
    ];
    let of_b = ["Four of a/y.rs", "One of a/x.rs", "Own of a/mod.rs", "Three of a/x.rs", "two of a/x.rs"];
    let mut found = uses_of(&files);
    found.sort();
    assert_eq!(found, of_b.map(|used| format!("b.rs: {used}")));
}

#[test]
fn what_is_not_code_uses_nothing() {
    let code = "// use super::b::A;\n/* super::b::A /* */ super::b::A */ const T: &str = \"super::b::A\"; const C: char = '\"';\n\
                fn f<'a>(t: &'a str) -> &'a str { r#\"super::b::A\" super::b::A\"#; t }\n\
                #[cfg(test)] mod tests { use super::super::b::A; fn f() { super::super::b::A; } }\n";
    let files = [("a.rs", code), ("b.rs", "pub struct A;"), ("lib.rs", "mod a; mod b;")];
    let uses = Tree::new(files).uses();
    assert!(uses.iter().all(|used| used.in_test) && uses.len() == 1, "{uses:?}");
}

#[test]
fn a_circle_is_found_with_the_names_that_tie_it() {
    let files = [
        ("m/mod.rs", "mod a; mod b; mod c; pub use a::A; pub struct Page; fn f() { c::draw(); }"),
        ("m/a.rs", "use super::b::B; pub struct A;"),
        ("m/b.rs", "pub struct B; fn f() -> super::A {}"),
        ("m/c.rs", "use super::Page; pub fn draw() {}"),
    ];
    let found = circles(&Tree::new(files).uses());
    let texts: Vec<String> = found.iter().map(circles::Circle::describe).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(
        texts[0].contains("m/a.rs takes B from m/b.rs") && texts[0].contains("m/b.rs takes A from m/a.rs")
    );
    assert!(
        texts[1].contains("m/mod.rs takes draw from m/c.rs")
            && texts[1].contains("m/c.rs takes Page from m/mod.rs")
    );
}
