//! Colour: the option decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether it is a terminal, which it never
//! is here.

use crate::support::{Run, TestResult, file_of_crate, words};

fn validate(more: &str) -> Run {
    let sample = file_of_crate("samples/vendor-event.http");
    words(&format!("validate --exit-zero {more}")).args([sample.as_os_str()])
}

fn colored(run: Run) -> TestResult<bool> {
    Ok(run.ends_with(0)?.stdout.contains(&0x1b))
}

/// Text without `ESC [ … m`.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    out
}

#[test]
fn the_option_then_the_environment_decide() -> TestResult {
    for format in ["--format full", "--format concise"] {
        let run = || validate(format);
        assert!(!colored(run())?, "no terminal, no colour");
        assert!(colored(run().args(["--color", "always"]))?);
        assert!(colored(run().args(["--color", "always"]).env("NO_COLOR", "1"))?);
        assert!(!colored(run().args(["--color", "never"]).env("CLICOLOR_FORCE", "1"))?);
        assert!(colored(run().env("CLICOLOR_FORCE", "1"))?);
        assert!(!colored(run().env("CLICOLOR_FORCE", "0"))?);
        assert!(!colored(run().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"))?);
        assert!(colored(run().env("CLICOLOR_FORCE", "1").env("NO_COLOR", ""))?, "an empty one is none");
        assert!(!colored(run().args(["--color", "auto"]))?);
    }
    Ok(())
}

#[test]
fn colour_carries_no_meaning() -> TestResult {
    for format in ["--format full", "--format concise", "--statistics"] {
        let without = validate(format).ends_with(0)?;
        let with = validate(format).args(["--color", "always"]).ends_with(0)?;
        assert_eq!(plain(&with.text()), without.text(), "{format}");
    }
    Ok(())
}

#[test]
fn data_is_never_coloured() -> TestResult {
    let sample = file_of_crate("samples/vendor-event.http");
    let commands = [
        "validate --exit-zero --format json",
        "validate --exit-zero --format github",
        "summarize --format json",
        "summarize --format csv",
        "summarize --format markdown",
        "export",
        "export --format jsonl",
    ];
    for command in commands {
        let run = words(command).args(["--color", "always"]).args([sample.as_os_str()]);
        assert!(!colored(run)?, "{command}");
    }
    Ok(())
}

#[test]
fn no_progress_is_shown_where_there_is_no_terminal() -> TestResult {
    let ran = validate("").ends_with(0)?;
    assert_eq!(ran.errors().lines().count(), 1, "only the totals\n{ran}");
    Ok(())
}
