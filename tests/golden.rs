//! Real output, byte for byte: every folder of `tests/golden` is a test, a run of the binary in that folder, with the
//! arguments of `args` (one a line), the standard input of `stdin` if there is such a file, and the outcome in
//! `stdout`, `stderr` and `status`. Files named `input.*` are what the runs read, as well as the samples of the
//! project. `tests/golden.txt` names every folder, so that none can vanish unnoticed.
//!
//! `cargo test --test golden -- show-svg` runs one. `CALLKIT_BLESS=1 cargo test --test golden` writes the outcomes and
//! the names anew; read the difference before it is committed.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use support::{TestResult, file_of_crate, tool};

/// The outcome of a run.
const OUTCOMES: [&str; 3] = ["stdout", "stderr", "status"];

/// The names of all cases, one a line.
const NAMES: &str = "tests/golden.txt";

fn main() -> TestResult<ExitCode> {
    let arguments = Arguments::from_args();
    let names = names_in(&file_of_crate("tests/golden"))?;
    let mut trials = vec![test("every_case_is_named", names_are_those_of_the_list)];
    trials.extend(names.into_iter().map(|name| {
        let folder = file_of_crate("tests/golden").join(&name);
        let can_run = cfg!(feature = "live") || !is_live(&folder);
        test(&name, move || check(&folder)).with_ignored_flag(!can_run)
    }));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

/// A test as the runner takes it.
fn test(name: &str, check: impl FnOnce() -> TestResult + Send + 'static) -> Trial {
    Trial::test(name, || check().map_err(|error| Failed::from(error.to_string())))
}

/// True for a case of a command that only a build with the feature `live` has.
fn is_live(folder: &Path) -> bool {
    let arguments = fs::read_to_string(folder.join("args")).unwrap_or_default();
    matches!(arguments.lines().next(), Some("capture" | "replay"))
}

fn is_bless() -> bool {
    std::env::var_os("CALLKIT_BLESS").is_some()
}

/// The names of all that is in a folder.
fn names_in(folder: &Path) -> io::Result<BTreeSet<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn names_are_those_of_the_list() -> TestResult {
    let found = names_in(&file_of_crate("tests/golden"))?;
    if is_bless() {
        let lines: String = found.iter().map(|name| format!("{name}\n")).collect();
        return Ok(fs::write(file_of_crate(NAMES), lines)?);
    }
    let named: BTreeSet<String> =
        fs::read_to_string(file_of_crate(NAMES))?.lines().map(str::to_owned).collect();
    let gone: Vec<_> = named.difference(&found).collect();
    let new: Vec<_> = found.difference(&named).collect();
    assert!(gone.is_empty() && new.is_empty(), "{NAMES} names {gone:?}, which are gone, and lacks {new:?}");
    Ok(())
}

/// Compares a case with its goldens, or writes them.
fn check(folder: &Path) -> TestResult {
    let is_known = |name: &str| OUTCOMES.contains(&name) || matches!(name, "args" | "stdin");
    let orphans: Vec<String> = names_in(folder)?.into_iter().filter(|name| !is_known(name)).collect();
    let orphans: Vec<_> = orphans.iter().filter(|name| !name.starts_with("input.")).collect();
    assert!(orphans.is_empty(), "no test reads {orphans:?}");
    let mut wrong = Vec::new();
    for (name, found) in OUTCOMES.iter().zip(outcomes(folder)?) {
        let golden = folder.join(name);
        if is_bless() {
            fs::write(&golden, &found)?;
            continue;
        }
        let wanted = fs::read(&golden).map_err(|error| format!("`{name}`: {error}"))?;
        if wanted != found {
            let (wanted, found) = (String::from_utf8_lossy(&wanted), String::from_utf8_lossy(&found));
            wrong.push(format!("`{name}` differs\n--- wanted\n{wanted}\n--- found\n{found}\n---"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Runs a case: its standard output, its standard error, and its exit status as a line.
fn outcomes(folder: &Path) -> TestResult<[Vec<u8>; 3]> {
    let arguments = fs::read_to_string(folder.join("args")).map_err(|error| format!("`args`: {error}"))?;
    let mut run = tool(arguments.lines()).cwd(folder);
    if let Ok(input) = fs::read(folder.join("stdin")) {
        run = run.stdin(input);
    }
    let ran = run.run()?;
    let status = ran.status.map_or("signal".to_owned(), |status| status.to_string()) + "\n";
    Ok([ran.stdout, ran.stderr, status.into_bytes()])
}
