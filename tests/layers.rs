//! The order of the steps, read off the sources: imports point from later steps to earlier ones only, the steps
//! before `engine` touch nothing outside of the process, and no file outgrows 400 lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// For every folder of `src`, the others that it may use.
const ALLOWED: [(&str, &[&str]); 18] = [
    ("random", &[]),
    ("shares", &[]),
    ("spec", &[]),
    ("suggest", &[]),
    ("framing", &["spec"]),
    ("decode", &["spec", "framing"]),
    ("calls", &["spec", "framing", "decode"]),
    ("rules", &["spec", "suggest", "framing", "decode", "calls"]),
    ("source", &[]),
    ("spill", &[]),
    ("engine", &["spec", "framing", "decode", "calls", "rules", "source", "spill"]),
    ("follow", &["spec", "framing", "decode", "calls", "rules", "engine"]),
    ("live", &["spec", "framing", "decode", "source", "random", "shares"]),
    ("report", &["spec", "framing", "decode", "calls", "rules", "engine", "follow", "live"]),
    ("simulate", &["spec", "random", "shares"]),
    ("cli", &["spec", "suggest", "framing", "calls", "rules", "engine", "live", "report", "simulate"]),
    ("session", &["spec", "framing", "calls", "rules", "source", "spill", "engine", "report", "cli"]),
    (
        "commands",
        &[
            "spec", "framing", "decode", "calls", "rules", "source", "spill", "engine", "follow", "live",
            "report", "simulate", "cli", "session", "suggest", "shares",
        ],
    ),
];

/// Steps that work on bytes and values alone.
const PURE: [&str; 6] = ["spec", "suggest", "framing", "decode", "calls", "rules"];

/// The parts of `std` that no such step may name.
const PARTS: [&str; 5] = ["fs", "net", "env", "time", "process"];

/// What else no such step may name.
const OUTSIDE: [&str; 4] = ["stdin", "stdout", "stderr", "anyhow"];

fn sources() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = WalkDir::new(src).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The folder of `src` that a file belongs to; `main` and `lib` for the two files beside them.
fn step(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let first = path.strip_prefix(src).ok().and_then(|path| path.components().next());
    let name = first.map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    name.trim_end_matches(".rs").to_owned()
}

/// Code without comments, from `//` to the end of the line, and without white space.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(str::chars).filter(|letter| !letter.is_whitespace()).collect()
}

/// The first names behind every `prefix::`, those of a braced list each for itself.
fn names_behind(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
            && !code[..at].ends_with("use")
        {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => top_level(list),
            None => vec![rest],
        };
        for name in list {
            let end = name.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            names.insert(name[..end.unwrap_or(name.len())].to_owned());
        }
    }
    names
}

/// The entries of a braced list, whose opening brace is gone.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut entries) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                entries.push(&list[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                entries.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

#[test]
fn imports_point_to_earlier_steps() -> std::io::Result<()> {
    let mut wrong = Vec::new();
    for path in sources() {
        let step = step(&path);
        if step == "lib" || step == "main" {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == step).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            wrong.push(format!("`{step}` has no place in the order of steps"));
            continue;
        };
        let code = code(&fs::read_to_string(&path)?);
        for used in names_behind(&code, "crate::") {
            if used != step && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn no_step_reaches_its_siblings_through_super() -> std::io::Result<()> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in sources() {
        let depth = path.strip_prefix(&src).map_or(0, |path| path.components().count());
        // A file in a folder of `src` leaves that folder with one `super::` more than it has folders above it.
        let is_root = path.file_name().is_some_and(|name| name == "mod.rs");
        let leaves = "super::".repeat(if is_root { depth - 1 } else { depth });
        let code = code(&fs::read_to_string(&path)?);
        // Tests inside of a file stand one step deeper.
        let code = code.split("modtests{").next().unwrap_or_default();
        if depth > 1 && code.contains(&leaves) {
            wrong.push(format!("{} leaves its folder with `{leaves}`", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn early_steps_touch_nothing_outside() -> std::io::Result<()> {
    let mut wrong = Vec::new();
    for path in sources() {
        if !PURE.contains(&step(&path).as_str()) {
            continue;
        }
        let code = code(&fs::read_to_string(&path)?);
        let outside = OUTSIDE.iter().filter(|name| code.contains(*name)).map(|name| (*name).to_owned());
        let parts = names_behind(&code, "std::");
        let parts =
            parts.iter().filter(|name| PARTS.contains(&name.as_str())).map(|name| format!("std::{name}"));
        wrong.extend(outside.chain(parts).map(|name| format!("{} names `{name}`", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn no_file_is_longer_than_400_lines() -> std::io::Result<()> {
    let mut long = Vec::new();
    for path in sources() {
        let lines = fs::read_to_string(&path)?.lines().count();
        if lines > 400 {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
    Ok(())
}
