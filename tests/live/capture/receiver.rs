//! A running `capture`.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::client::Client;
use crate::support::{TestResult, tool};

/// How long anything may take before a test gives up: far longer than it ever does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running `capture`, which is killed when it is dropped.
pub(crate) struct Receiver {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it has said on standard error.
    said: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

/// What a receiver left behind.
pub(crate) struct Ended {
    /// None where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) said: String,
    pub(crate) stdout: String,
}

/// The arguments of `capture` on a free port with this log.
pub(crate) fn arguments<'a>(log: &'a Path, more: &'a [&'a str]) -> Vec<&'a OsStr> {
    // Some of the disks that tests fill are small.
    let fixed = ["capture", "--listen", "127.0.0.1:0", "--min-free", "0", "-o"].map(OsStr::new);
    fixed.into_iter().chain([log.as_os_str()]).chain(more.iter().map(OsStr::new)).collect()
}

impl Receiver {
    /// Starts one.
    pub(crate) fn start(log: &Path, more: &[&str]) -> TestResult<Self> {
        Self::from_command(tool(arguments(log, more)).command())
    }

    /// Starts one that sees variables of the environment.
    pub(crate) fn with_env(log: &Path, more: &[&str], env: &[(&str, &str)]) -> TestResult<Self> {
        let run = env.iter().fold(tool(arguments(log, more)), |run, (name, value)| run.env(name, value));
        Self::from_command(run.command())
    }

    /// Starts a command that ends up as one.
    pub(crate) fn from_command(command: Command) -> TestResult<Self> {
        let mut receiver = Self::starting(command)?;
        receiver.address = receiver.wait_for("listening on http://")?.parse()?;
        Ok(receiver)
    }

    /// The same for one that speaks JSON.
    pub(crate) fn from_json(command: Command) -> TestResult<Self> {
        let mut receiver = Self::starting(command)?;
        let address = receiver.wait_for("listening on http://")?;
        receiver.address = address.trim_end_matches(['}', '"']).parse()?;
        // All addresses are said at once; a health check is answered after that.
        receiver.client()?.ask(b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n")?;
        Ok(receiver)
    }

    fn starting(mut command: Command) -> TestResult<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().ok_or("no standard error")?;
        let said = Arc::new(Mutex::new(String::new()));
        let listener = Arc::clone(&said);
        let listening = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut said = listener.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&line);
                said.push('\n');
            }
        });
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        Ok(Self { child, address: unknown, said, listening: Some(listening) })
    }

    /// Waits until it has said a line with these words; returns the rest of the line.
    pub(crate) fn wait_for(&self, words: &str) -> TestResult<String> {
        let begun = Instant::now();
        loop {
            let said = self.said();
            if let Some((_, rest)) = said.split_once(words)
                && let Some((rest, _)) = rest.split_once('\n')
            {
                return Ok(rest.to_owned());
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("it does not say {words:?}, but: {said}").into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Closes its standard output, as a reader that ends early does.
    pub(crate) fn close_stdout(&mut self) {
        self.child.stdout = None;
    }

    /// A connection to it.
    pub(crate) fn client(&self) -> TestResult<Client> {
        Client::connect(self.address)
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) -> TestResult {
        signal(self.id(), name)
    }

    /// Kills it without any notice, and waits until it is gone.
    pub(crate) fn kill(mut self) -> TestResult {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> TestResult<Ended> {
        let mut stdout = String::new();
        if let Some(mut pipe) = self.child.stdout.take() {
            pipe.read_to_string(&mut stdout)?;
        }
        let status = self.child.wait()?.code();
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
        let ended = Ended { status, said: self.said(), stdout };
        assert!(!ended.said.contains("panicked at"), "the tool panicked: {}", ended.said);
        Ok(ended)
    }

    /// Ends it with SIGTERM, which must be a success.
    pub(crate) fn stop(self) -> TestResult<Ended> {
        self.signal("TERM")?;
        let ended = self.wait()?;
        assert_eq!(ended.status, Some(0), "the exit status; it said: {}", ended.said);
        Ok(ended)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn signal(process: u32, name: &str) -> TestResult {
    let status = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status()?;
    if status.success() { Ok(()) } else { Err(format!("kill -{name} {process}: {status}").into()) }
}

/// A folder, and a log in it that is not there yet.
pub(crate) fn new_log() -> TestResult<(TempDir, PathBuf)> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("callbacks.log");
    Ok((folder, log))
}

/// The lines of a log, each of which must be whole.
pub(crate) fn envelopes(log: &Path) -> TestResult<Vec<Value>> {
    let text = std::fs::read_to_string(log)?;
    assert!(text.is_empty() || text.ends_with('\n'), "the log ends within a line");
    let parse = |line: &str| serde_json::from_str(line).map_err(|error| format!("{error}: {line}").into());
    text.lines().map(parse).collect()
}

/// A file beside a log.
pub(crate) fn beside(log: &Path, name: &str) -> PathBuf {
    let mut path = log.as_os_str().to_owned();
    path.push(".");
    path.push(name);
    path.into()
}

/// Waits until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) -> TestResult {
    let begun = Instant::now();
    while !holds() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("waited in vain until {what}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
