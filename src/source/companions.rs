//! Files that the tool itself leaves next to a log, and copies of a log, among files that are read together.
//!
//! Comes in: the files of a folder or a pattern. Goes out: those that are read, and what is passed over and why. Must not:
//! pass over a file for its name alone.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::sources::Source;
use super::stream::{ByteStream, Origin};

/// Files that are passed over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Companions of a captured log.
    pub companions: Vec<String>,
    /// Callbacks that stand whole in those of them that hold what was cut off.
    pub torn_callbacks: u64,
    /// Compressed copies of a log that is read itself.
    pub copies: Vec<String>,
}

/// What a companion is called after its log, and what its first line holds, all of it.
const COMPANIONS: [(&str, &[&str]); 6] = [
    (".refused", &["\"refused\":"]),
    (".forward", &["\"offset\":", "\"status\":"]),
    (TORN, &["\"offset\":"]),
    (".delivered", &["\"offset\":"]),
    (".undelivered", &["{\""]),
    (".lock", &[]),
];

const TORN: &str = ".torn";

/// What compressed copies end with.
const COMPRESSED: [&str; 4] = [".gz", ".zst", ".bz2", ".xz"];

/// The longest first line that is looked at, in bytes.
const LONGEST: u64 = 1 << 20;

/// Passes over the companions and copies among sources that are read together. A single one is read whatever it is, and
/// so are all of them if nothing else would be left.
pub fn pass_over(sources: Vec<Source>) -> (Vec<Source>, PassedOver) {
    let mut passed = PassedOver::default();
    if sources.len() < 2 {
        return (sources, passed);
    }
    let paths: HashSet<PathBuf> = sources.iter().filter_map(path).map(Path::to_owned).collect();
    let (mut torn, mut names) = (0, HashSet::new());
    for source in &sources {
        let Some(path) = path(source) else { continue };
        if let Some(kind) = companion(path) {
            torn += if kind == TORN { whole_callbacks(path) } else { 0 };
            passed.companions.push(source.name.clone());
            names.insert(path.to_owned());
        } else if original(path).is_some_and(|log| paths.contains(&log) && is_copy(path, &log)) {
            passed.copies.push(source.name.clone());
            names.insert(path.to_owned());
        }
    }
    passed.torn_callbacks = torn;
    if paths.len() == names.len() {
        return (sources, PassedOver::default());
    }
    let is_read = |source: &Source| path(source).is_none_or(|path| !names.contains(path));
    (sources.into_iter().filter(is_read).collect(), passed)
}

fn path(source: &Source) -> Option<&Path> {
    match &source.origin {
        Origin::Stdin => None,
        Origin::File(path) => Some(path),
    }
}

/// The kind of companion that a file is, if it is one: its log is next to it, and its first line looks like it.
fn companion(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    if let Some(compressed) = name.strip_suffix(".tmp") {
        let log = COMPRESSED.iter().find_map(|end| compressed.strip_suffix(end))?;
        return path.with_file_name(log).is_file().then_some(".tmp");
    }
    COMPANIONS.iter().find_map(|(kind, holds)| {
        let at = name.rfind(kind).filter(|at| *at > 0)?;
        // Nothing comes after it but `.old`, or the time at which it was finished.
        let rest = &name[at + kind.len()..];
        let is_time = |rest: &str| rest.starts_with(|it: char| it.is_ascii_digit());
        let fits = rest.is_empty() || rest == ".old" || rest.strip_prefix('.').is_some_and(is_time);
        let log = path.with_file_name(&name[..at]);
        (fits && log.is_file()).then_some(())?;
        let line = first_line(path).ok()?;
        (line.is_empty() || (!holds.is_empty() && holds.iter().all(|text| line.contains(text))))
            .then_some(*kind)
    })
}

fn first_line(path: &Path) -> io::Result<String> {
    let mut line = Vec::new();
    BufReader::new(Whole::open(path, &AtomicU64::new(0))?).take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// How many texts that were cut off are whole all the same: only their line end is missing.
fn whole_callbacks(torn: &Path) -> u64 {
    let Ok(file) = File::open(torn) else { return 0 };
    let whole = |line: io::Result<String>| {
        let line: Value = serde_json::from_str(&line.ok()?).ok()?;
        let text = match (line.get("text").or(line.get("data")), line.get("base64")) {
            (Some(text), _) => text.as_str()?.as_bytes().to_vec(),
            (None, text) => STANDARD.decode(text?.as_str()?).ok()?,
        };
        serde_json::from_slice::<Value>(&text).ok().filter(Value::is_object)
    };
    BufReader::new(file).lines().filter_map(whole).count() as u64
}

/// The log that a compressed file would be a copy of.
fn original(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    COMPRESSED.iter().find_map(|end| name.strip_suffix(end)).map(|log| path.with_file_name(log))
}

/// True if a compressed file holds what a log holds, or the beginning of it.
fn is_copy(compressed: &Path, log: &Path) -> bool {
    is_prefix(compressed, log).unwrap_or(false)
}

fn is_prefix(compressed: &Path, log: &Path) -> io::Result<bool> {
    let read = AtomicU64::new(0);
    let (mut copy, mut log) = (Whole::open(compressed, &read)?, BufReader::new(File::open(log)?));
    let (mut part, mut same) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut is_empty = true;
    loop {
        let length = match copy.read(&mut part) {
            // Of a copy that is unfinished, the beginning.
            Ok(0) | Err(_) => return Ok(!is_empty),
            Ok(length) => length,
        };
        is_empty = false;
        match log.read_exact(&mut same[..length]) {
            Ok(()) if part[..length] == same[..length] => {}
            _ => return Ok(false),
        }
    }
}

/// A file, decompressed.
struct Whole<'r>(ByteStream<'r>);

impl<'r> Whole<'r> {
    fn open(path: &Path, read: &'r AtomicU64) -> io::Result<Self> {
        let mut stream = ByteStream::new(File::open(path)?, read, None)?;
        match stream.next_source() {
            Ok(Some(_)) => Ok(Self(stream)),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::resolve;
    use super::*;

    fn names(folder: &Path, passed: &[String]) -> Vec<String> {
        let name = |path: &String| Path::new(path).strip_prefix(folder).map(|it| it.display().to_string());
        passed.iter().filter_map(|path| name(path).ok()).collect()
    }

    #[test]
    fn what_stands_next_to_a_log_is_passed_over_if_it_looks_like_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("a.log", "{\"CallId\":\"1\"}\n")?;
        write("a.log.refused", "{\"received_at\":\"\",\"refused\":\"no token\",\"body\":\"{}\"}\n")?;
        write("a.log.forward.20260131T235959.000Z", "{\"received_at\":\"\",\"offset\":0,\"status\":200}\n")?;
        write(
            "a.log.torn",
            "{\"offset\":5,\"text\":\"{\\\"a\\\":1}\"}\n{\"offset\":9,\"text\":\"{\\\"a\"}\n",
        )?;
        write("a.log.lock", "")?;
        write("a.log.delivered", "{\"CallId\":\"1\"}\n")?;
        write("b.log.refused", "{\"refused\":\"its log is not there\"}\n")?;
        let (sources, errors) = resolve(&[folder.path().into()]);
        assert!(errors.is_empty());
        let (sources, passed) = pass_over(sources);
        let read: Vec<String> = sources.into_iter().map(|source| source.name).collect();
        assert_eq!(names(folder.path(), &read), ["a.log", "a.log.delivered", "b.log.refused"]);
        assert_eq!(
            names(folder.path(), &passed.companions),
            ["a.log.forward.20260131T235959.000Z", "a.log.lock", "a.log.refused", "a.log.torn"]
        );
        assert_eq!(passed.torn_callbacks, 1);
        Ok(())
    }

    #[test]
    fn a_copy_of_a_log_is_passed_over_and_another_log_is_not() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let text = "{\"CallId\":\"1\"}\n".repeat(5000);
        for (name, of) in [("same.log", &text[..]), ("other.log", "{\"CallId\":\"2\"}\n"), ("cut.log", &text)]
        {
            let path = folder.path().join(name);
            std::fs::write(&path, &text)?;
            let packed = File::create(path.with_extension("log.gz"))?;
            let mut encoder = flate2::write::GzEncoder::new(packed, flate2::Compression::default());
            encoder.write_all(of.as_bytes())?;
            let packed = encoder.finish()?;
            if name == "cut.log" {
                packed.set_len(packed.metadata()?.len() - 12)?;
            }
        }
        let (sources, _) = resolve(&[folder.path().into()]);
        let (_, passed) = pass_over(sources);
        assert_eq!(names(folder.path(), &passed.copies), ["cut.log.gz", "same.log.gz"]);
        Ok(())
    }
}
