//! Runs the real binary in a clean environment and keeps everything that a failure report needs: the command, the
//! folder, the exit status and both streams.
#![allow(dead_code, reason = "every test uses its own part of this")]

pub(crate) mod callback;
pub(crate) mod codings;
pub(crate) mod terminal;

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a test returns: `?` ends it with the error.
pub(crate) type TestResult<T = ()> = Result<T, Box<dyn Error>>;

/// A run of the tool that is being set up.
pub(crate) struct Run {
    args: Vec<OsString>,
    cwd: Option<PathBuf>,
    stdin: Option<Vec<u8>>,
    env: Vec<(String, String)>,
}

/// The variables that a run takes from the test: where programs lie, and where a build that measures coverage writes.
const INHERITED: [&str; 2] = ["PATH", "LLVM_PROFILE_FILE"];

/// A run with these arguments; its standard input is empty, its environment holds [`INHERITED`] alone.
pub(crate) fn tool<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let args = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
    Run { args, cwd: None, stdin: None, env: Vec::new() }
}

/// A run whose arguments are the words of a line.
pub(crate) fn words(line: &str) -> Run {
    tool(line.split_whitespace())
}

impl Run {
    /// More arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// The folder that it runs in.
    pub(crate) fn cwd(mut self, folder: &Path) -> Self {
        self.cwd = Some(folder.to_owned());
        self
    }

    /// What stands on standard input.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// A variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The command, ready to be started, for tests that wire its streams themselves.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callkit-tool"));
        command.args(&self.args).env_clear();
        command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.cwd {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it. A panic of the tool fails the test whatever is expected.
    ///
    /// # Errors
    /// Where the binary cannot be started.
    pub(crate) fn run(self) -> TestResult<Ran> {
        let mut command = self.command();
        let output = match self.stdin {
            None => command.output()?,
            Some(bytes) => {
                let mut child = command.stdin(Stdio::piped()).spawn()?;
                let writer = child.stdin.take().map(|mut pipe| {
                    // A tool that stops reading closes the pipe, which is its right.
                    std::thread::spawn(move || drop(pipe.write_all(&bytes)))
                });
                let output = child.wait_with_output()?;
                drop(writer.map(std::thread::JoinHandle::join));
                output
            }
        };
        let ran = Ran {
            command: format!("{command:?}"),
            cwd: self.cwd,
            status: output.status.code(),
            stdout: output.stdout,
            stderr: output.stderr,
        };
        assert!(!ran.errors().contains("panicked at"), "the tool panicked\n{ran}");
        Ok(ran)
    }

    /// Runs it, and insists on an exit status.
    ///
    /// # Errors
    /// Where the binary cannot be started.
    pub(crate) fn ends_with(self, status: i32) -> TestResult<Ran> {
        let ran = self.run()?;
        assert_eq!(ran.status, Some(status), "the exit status\n{ran}");
        Ok(ran)
    }
}

/// A run that has ended.
pub(crate) struct Ran {
    command: String,
    cwd: Option<PathBuf>,
    /// None where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Ran {
    /// Standard output as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output, a JSON value a line.
    ///
    /// # Errors
    /// Where a line is no JSON.
    pub(crate) fn json_lines(&self) -> TestResult<Vec<Value>> {
        let lines = self.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let values = lines.map(serde_json::from_slice).collect::<Result<_, _>>();
        Ok(values.map_err(|error| format!("{error}\n{self}"))?)
    }

    /// The rules of the findings on standard output, in their order.
    ///
    /// # Errors
    /// Where it is no `validate --format json`.
    pub(crate) fn rules(&self) -> TestResult<Vec<String>> {
        let rule = |finding: &Value| finding["rule"].as_str().map(str::to_owned);
        Ok(self.json_lines()?.iter().filter_map(rule).collect())
    }

    /// Standard output as the rows of a CSV file, the header among them.
    ///
    /// # Errors
    /// Where the rows differ in length.
    pub(crate) fn rows(&self) -> TestResult<Vec<Vec<String>>> {
        csv_rows(&self.stdout)
    }

    /// One column of a CSV file on standard output.
    ///
    /// # Errors
    /// Where there is no such column.
    pub(crate) fn column(&self, name: &str) -> TestResult<Vec<String>> {
        let rows = self.rows()?;
        let index = rows[0].iter().position(|column| column == name);
        let index = index.ok_or_else(|| format!("no column {name}\n{self}"))?;
        Ok(rows[1..].iter().map(|row| row[index].clone()).collect())
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cwd = self.cwd.as_deref().map_or("(that of the test)".into(), Path::to_string_lossy);
        writeln!(formatter, "command: {}\nfolder: {cwd}\nstatus: {:?}", self.command, self.status)?;
        let (stdout, stderr) = (beginning(&self.text()), beginning(&self.errors()));
        writeln!(formatter, "--- stdout\n{stdout}\n--- stderr\n{stderr}\n---")
    }
}

/// So much of a stream as a report can show.
fn beginning(text: &str) -> String {
    const MOST: usize = 4000;
    let shown: String = text.chars().take(MOST).collect();
    if shown.len() == text.len() { shown } else { format!("{shown}… ({} bytes)", text.len()) }
}

/// The rows of a CSV file.
///
/// # Errors
/// Where they differ in length.
pub(crate) fn csv_rows(bytes: &[u8]) -> TestResult<Vec<Vec<String>>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut rows = Vec::new();
    for row in reader.records() {
        rows.push(row?.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

/// A file of the crate.
pub(crate) fn file_of_crate(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Notes that a test, or a part of it, cannot be made here, and why. The runner shows it where the test fails, and with
/// `--nocapture`; with `CALLKIT_ALL=1` in the environment it is a failure.
#[expect(clippy::panic, reason = "a test reports what is wrong by panicking")]
pub(crate) fn left_out(why: impl fmt::Display) {
    if std::env::var_os("CALLKIT_ALL").is_some_and(|value| value == "1") {
        panic!("not tested: {why}");
    }
    note(format_args!("not tested: {why}"));
}

/// Notes what was measured, or why something was left out, for those who ask for it with `--nocapture`.
#[expect(clippy::print_stderr, reason = "the runner keeps it, and shows it where a test fails")]
pub(crate) fn note(text: impl fmt::Display) {
    eprintln!("{text}");
}

/// True if `strace` can be used; otherwise it is noted why not.
pub(crate) fn can_trace() -> bool {
    match Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output() {
        Ok(output) if output.status.success() => return true,
        Ok(output) => left_out(format_args!("strace: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => left_out(format_args!("strace: {error}")),
    }
    false
}

/// A simulated log: the arguments of `simulate` as one line.
///
/// # Errors
/// Where the binary cannot be started.
pub(crate) fn simulated(arguments: &str) -> TestResult<Vec<u8>> {
    Ok(words("simulate").args(arguments.split_whitespace()).ends_with(0)?.stdout)
}
