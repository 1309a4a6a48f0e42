//! Real output, byte for byte: every folder of `tests/golden` is a run of the binary in that folder, with the
//! arguments of `args` (one a line), the standard input of `stdin` if there is such a file, and the outcome in
//! `stdout`, `stderr` and `status`. Files named `input.*` are what the runs read, beside the samples of the project.
//!
//! `CALLKIT_BLESS=1 cargo test --test golden` writes the outcomes anew; read the difference before it is committed.

mod support;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use support::{TestResult, file_of_crate, tool};

/// What a run leaves behind.
const OUTCOMES: [&str; 3] = ["stdout", "stderr", "status"];

fn cases() -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(file_of_crate("tests/golden"))?;
    let mut folders = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    folders.retain(|folder| cfg!(feature = "live") || !is_live(folder));
    folders.sort();
    Ok(folders)
}

/// True for a case of a command that only a build with the feature `live` has.
fn is_live(folder: &Path) -> bool {
    let arguments = fs::read_to_string(folder.join("args")).unwrap_or_default();
    matches!(arguments.lines().next(), Some("capture" | "replay"))
}

fn outcomes(folder: &Path) -> TestResult<[Vec<u8>; 3]> {
    let arguments = fs::read_to_string(folder.join("args"))?;
    let mut run = tool(arguments.lines()).cwd(folder);
    if let Ok(input) = fs::read(folder.join("stdin")) {
        run = run.stdin(input);
    }
    let ran = run.run()?;
    let status = ran.status.map_or("signal".to_owned(), |status| status.to_string()) + "\n";
    Ok([ran.stdout, ran.stderr, status.into_bytes()])
}

/// Compares a case with its goldens, or writes them.
fn check(folder: &Path, bless: bool, wrong: &mut Vec<String>) -> TestResult {
    let case = folder.file_name().unwrap_or_default().to_string_lossy();
    for (name, found) in OUTCOMES.iter().zip(outcomes(folder)?) {
        let golden = folder.join(name);
        if bless {
            fs::write(&golden, &found)?;
            continue;
        }
        let Ok(wanted) = fs::read(&golden) else {
            wrong.push(format!("{case}: there is no `{name}`"));
            continue;
        };
        if wanted != found {
            let (wanted, found) = (String::from_utf8_lossy(&wanted), String::from_utf8_lossy(&found));
            wrong.push(format!("{case}: `{name}` differs\n--- wanted\n{wanted}\n--- found\n{found}\n---"));
        }
    }
    Ok(())
}

#[test]
fn output_is_as_it_was() -> TestResult {
    let bless = std::env::var_os("CALLKIT_BLESS").is_some();
    let (mut wrong, cases) = (Vec::new(), cases()?);
    assert!(cases.len() >= 25, "{} cases", cases.len());
    for folder in cases {
        check(&folder, bless, &mut wrong)?;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn every_file_belongs_to_a_case() -> TestResult {
    for folder in cases()? {
        assert!(folder.is_dir(), "{} is no case", folder.display());
        let files = fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.file_name()));
        let names = files.collect::<io::Result<Vec<_>>>()?;
        assert!(names.iter().any(|name| name == "args"), "{} has no `args`", folder.display());
        for name in names.iter().map(|name| name.to_string_lossy()) {
            let known = OUTCOMES.contains(&&*name) || name.starts_with("input.");
            assert!(
                known || name == "args" || name == "stdin",
                "{}: `{name}` is an orphan",
                folder.display()
            );
        }
    }
    Ok(())
}
