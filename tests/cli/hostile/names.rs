//! File names are text from outside too.
#![cfg(unix)]

use std::fs;

use super::{harm, strings};
use crate::support::{TestResult, file_of_crate, tool};

/// Names that the file system takes: no separator, no NUL, not too long, neither hidden nor an option.
fn names() -> TestResult<Vec<String>> {
    let fits =
        |name: &String| !name.contains(['/', '\0']) && name.len() < 200 && !name.starts_with(['.', '-']);
    Ok(strings()?.into_iter().filter(fits).collect())
}

#[test]
fn every_command_shows_file_names_harmlessly() -> TestResult {
    let folder = tempfile::tempdir()?;
    let sample = fs::read(file_of_crate("samples/vendor-event.http"))?;
    let names = names()?;
    for name in &names {
        fs::write(folder.path().join(name), &sample)?;
    }
    let commands: [&[&str]; 17] = [
        &["validate"],
        &["validate", "--format", "concise"],
        &["validate", "--format", "github"],
        &["validate", "--format", "json"],
        &["validate", "--statistics"],
        &["validate", "--statistics", "--format", "json"],
        &["export", "--table", "records", "--format", "jsonl"],
        &["export", "--table", "callbacks", "--format", "jsonl"],
        &["summarize"],
        &["show", "--since", "2015-01-01", "--format", "text"],
        &["show", "--since", "2015-01-01", "--format", "json"],
        &["show", "--since", "2015-01-01", "--format", "mermaid"],
        &["show", "--since", "2015-01-01", "--format", "markdown"],
        &["why", "--since", "2015-01-01", "--format", "text"],
        &["why", "--since", "2015-01-01", "--format", "json"],
        &["why", "--since", "2015-01-01", "--format", "markdown"],
        &["replay", "--dry-run", "--to", "http://localhost:1/"],
    ];
    for args in commands {
        let ran = tool(args).args(["."]).cwd(folder.path()).run()?;
        assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
        assert_eq!(harm(&ran.stdout), None, "{args:?}");
        assert_eq!(harm(&ran.stderr), None, "{args:?}");
    }
    Ok(())
}

#[test]
fn csv_gives_file_names_as_they_are() -> TestResult {
    let folder = tempfile::tempdir()?;
    let names = names()?;
    for name in &names {
        fs::write(folder.path().join(name), "{}\n")?;
    }
    let ran = tool(["export", "--table", "records", "--allow-empty", "."]).cwd(folder.path()).ends_with(0)?;
    let found: Vec<String> = ran.column("source")?;
    for name in &names {
        assert!(found.iter().any(|source| source.trim_start_matches("./") == name), "{name:?}");
    }
    Ok(())
}

#[test]
fn names_of_missing_files_are_shown_harmlessly() -> TestResult {
    let folder = tempfile::tempdir()?;
    for name in names()? {
        let ran = tool(["validate", "--", &name]).cwd(folder.path()).ends_with(2)?;
        assert_eq!(harm(&ran.stderr), None, "{name:?}");
        assert!(ran.errors().contains("cannot read"), "{ran}");
        let ran = tool(["validate", "-", "-o", &format!("none/{name}")])
            .cwd(folder.path())
            .stdin("")
            .ends_with(2)?;
        assert_eq!(harm(&ran.stderr), None, "{name:?}");
    }
    // The other commands say it in the same words; a run for each name and command would take long.
    for name in names()?.iter().step_by(8) {
        let attempts: [&[&str]; 7] = [
            &["summarize", "--", name],
            &["export", "--", name],
            &["show", "c", "--", name],
            &["why", "c", "--", name],
            &["why", "--all", "--", name],
            &["replay", "--to", "http://localhost:1/", "--", name],
            &["capture", "-o", &format!("none/{name}")],
        ];
        for args in attempts {
            let ran = tool(args).cwd(folder.path()).ends_with(2)?;
            assert_eq!(harm(&ran.stderr), None, "{args:?}");
        }
    }
    Ok(())
}
