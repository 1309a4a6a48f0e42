//! The start of `capture` on a log that an earlier run left, torn or not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callkit_tool::live::capture::open_log;
use tempfile::TempDir;

use super::program::folder;

/// How every line of a log begins.
const OUR_BEGIN: &[u8] = b"{\"received_at\":";

/// A log and its `LOG.torn`.
struct Files {
    log: PathBuf,
    torn: PathBuf,
    _folder: TempDir,
}

impl Files {
    fn new() -> io::Result<Self> {
        let folder = folder()?;
        Ok(Self { log: folder.path().join("log"), torn: folder.path().join("log.torn"), _folder: folder })
    }
}

thread_local! {
    static FILES: io::Result<Files> = Files::new();
}

/// Whole lines stay to the byte, the torn rest goes to `LOG.torn`, and what was mended once stays as it is. What is no
/// log is refused, and left as it is. The first byte says whether the others are the log, or what its lines hold that
/// were torn: those are never refused.
pub(crate) fn torn_log(data: &[u8]) {
    let Some((&[control, at, length], content)) = data.split_first_chunk() else { return };
    let is_ours = control & 1 == 1;
    let log = if is_ours { torn_lines(content, control & 2 == 2, at, length) } else { content.to_vec() };
    // What was torn before stays in front of what is torn now.
    let earlier: &[u8] = if control & 4 == 4 { b"{\"offset\":7}\n" } else { b"" };
    FILES.with(|files| {
        assert!(files.is_ok(), "no folder");
        if let Ok(files) = files {
            put(&files.torn, earlier);
            put(&files.log, &log);
            let opened = mended(files, &log, earlier);
            // Zeros over the only line leave nothing that is known as ours.
            let is_ours = is_ours && (log.first() != Some(&0) || log.windows(16).any(is_line_of_ours));
            assert!(opened.is_ok() || !is_ours, "a log of ours is refused: {opened:?}");
        }
    });
}

fn is_line_of_ours(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\n").is_some_and(|line| line.starts_with(OUR_BEGIN))
}

/// Lines as this tool writes them, one for each line of the content, torn as a kill leaves them, by a cut, or as a
/// power cut does, by a range of zeros.
fn torn_lines(content: &[u8], has_zeros: bool, at: u8, length: u8) -> Vec<u8> {
    let mut log = Vec::with_capacity(2 * content.len());
    for line in content.split(|byte| *byte == b'\n') {
        log.extend_from_slice(OUR_BEGIN);
        log.extend(line.iter().filter(|byte| **byte != 0));
        log.push(b'\n');
    }
    let at = usize::from(at) * log.len() / 255;
    if has_zeros {
        let end = log.len().min(at + 1 + usize::from(length));
        log[at.min(end)..end].fill(0);
    } else {
        log.truncate(at);
    }
    log
}

/// Opens the log, checks what has become of it, and opens it once more.
fn mended(files: &Files, log: &[u8], earlier: &[u8]) -> io::Result<()> {
    let whole = log.iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
    let opened = open_log(&files.log).map(|(_, found)| found);
    let Ok(found) = opened else {
        assert_eq!((read(&files.log), read(&files.torn)), (log.to_vec(), earlier.to_vec()), "refused");
        return opened.map(drop);
    };
    assert_eq!(read(&files.log), log[..whole], "whole lines stay");
    assert_eq!(found.length, whole as u64);
    let moved = read(&files.torn);
    let added = moved.strip_prefix(earlier);
    assert!(added.is_some(), "what was torn before stays");
    let added = added.unwrap_or_default();
    match &found.torn {
        None => assert!(added.is_empty() && whole == log.len(), "nothing is torn"),
        Some(torn) => {
            assert_eq!((torn.offset, torn.length), (whole as u64, (log.len() - whole) as u64));
            assert_eq!(torn.moved_to, files.torn);
            assert_eq!(kept(added), (whole as u64, log[whole..].to_vec()), "the rest is kept");
        }
    }
    let again = open_log(&files.log).map(|(_, found)| (found.length, found.torn.is_some()));
    assert!(matches!(again, Ok((length, false)) if length == whole as u64), "{again:?}");
    assert_eq!((read(&files.log), read(&files.torn)), (log[..whole].to_vec(), moved), "once is enough");
    Ok(())
}

/// The offset and the bytes that a line of `LOG.torn` keeps: of zeros before and after the others their numbers.
fn kept(line: &[u8]) -> (u64, Vec<u8>) {
    assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1), "one line");
    let line: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
    let (text, coded) = (line["text"].as_str(), line["base64"].as_str());
    assert!(text.is_some() != coded.is_some(), "either text or base64: {line}");
    let number = |name: &str| line[name].as_u64().unwrap_or_default() as usize;
    let mut bytes = vec![0; number("zeros_before")];
    match text {
        Some(text) => bytes.extend_from_slice(text.as_bytes()),
        None => bytes.extend(STANDARD.decode(coded.unwrap_or_default()).unwrap_or_default()),
    }
    assert!(number("length") >= bytes.len(), "{line}");
    bytes.resize(number("length"), 0);
    (line["offset"].as_u64().unwrap_or(u64::MAX), bytes)
}

fn put(path: &Path, bytes: &[u8]) {
    assert!(fs::write(path, bytes).is_ok(), "`{}` is written", path.display());
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}
