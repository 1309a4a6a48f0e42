//! Opens a log, and mends what an earlier run left at its end: the line that it was writing when it was killed.
//!
//! A killed process leaves at most half a line. A power cut can also leave blocks of zeros where data never reached the
//! disk, and so can whatever truncates the file while it is written. Whole lines may stand after zeros, and may have been
//! acknowledged: they stay where they are, and readers pass over the zeros before them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::file_identity::is_open_to_others;
use super::fs::{companion, keep_others_out, open, private, regular, sync_folder};

/// How far back from the end a power cut can have left zeros: more than can be in flight at once.
const UNSYNCED: u64 = 64 << 20;

/// How every line that this tool writes begins.
const OUR_BEGIN: &[u8] = b"{\"received_at\":";

/// Bytes that were not a whole line, and have been moved out of the log.
#[derive(Clone, Debug)]
pub struct Torn {
    /// Where they stood in the log.
    pub offset: u64,
    /// How many they were.
    pub length: u64,
    /// The file that they stand in now, as a line with their offset.
    pub moved_to: PathBuf,
}

/// What a log holds when it is opened.
#[derive(Clone, Debug)]
pub struct LogState {
    /// Bytes of whole lines.
    pub length: u64,
    /// What an earlier run left at its end, which has been moved out of it.
    pub torn: Option<Torn>,
    /// True if others than its owner may read it.
    pub is_open_to_others: bool,
    /// Lines in it, if they were counted.
    pub lines: Option<u64>,
}

/// Opens a log for appending, or begins it: keeps others from writing it, and moves what an earlier run left torn at
/// its end to `LOG.torn`.
///
/// # Errors
/// Returns an error if it cannot be opened or mended, if another process is writing it, or if it is not a log of this
/// tool; it is then unchanged.
pub fn open_log(path: &Path) -> io::Result<(File, LogState)> {
    let mut file = open(path)?;
    keep_others_out(&file)?;
    let is_open_to_others = is_open_to_others(&file);
    let (length, torn) = recover(path, &mut file)?;
    Ok((file, LogState { length, torn, is_open_to_others, lines: None }))
}

/// Moves a torn end of a log to `LOG.torn`. Returns the log's length, and what was moved.
pub(super) fn recover(path: &Path, file: &mut File) -> io::Result<(u64, Option<Torn>)> {
    let length = file.metadata()?.len();
    if !begins_like_a_log(file)? {
        return Err(foreign("its first line is a different one"));
    }
    let begin = length.saturating_sub(UNSYNCED);
    let end = read_from(file, begin, length)?;
    let whole = memchr::memrchr(b'\n', &end).map_or(0, |feed| feed + 1);
    if whole == end.len() {
        return Ok((length, None));
    }
    if whole == 0 && begin > 0 {
        return Err(foreign("its end does not hold a line"));
    }
    let torn = &end[whole..];
    // Zeros can stand before half a line and after it.
    let known = without_zeros(torn);
    let known = memchr::memchr(0, known).map_or(known, |zero| &known[..zero]);
    if !(known.starts_with(OUR_BEGIN) || OUR_BEGIN.starts_with(known)) {
        return Err(foreign("its last line is unfinished and was not written by this tool"));
    }
    let offset = begin + whole as u64;
    let moved_to = companion(path, "torn");
    keep(&moved_to, torn, offset)?;
    file.set_len(offset)?;
    file.sync_all()?;
    Ok((offset, Some(Torn { offset, length: torn.len() as u64, moved_to })))
}

/// Bytes of whole lines among the first `length` of a file.
pub(super) fn whole_lines(file: &mut File, length: u64) -> io::Result<u64> {
    let begin = length.saturating_sub(UNSYNCED);
    let end = read_from(file, begin, length)?;
    Ok(memchr::memrchr(b'\n', &end).map_or(begin, |feed| begin + feed as u64 + 1))
}

/// A range of a file, as far as it is there.
fn read_from(file: &mut File, begin: u64, end: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    Read::by_ref(file).take(end.saturating_sub(begin)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// True for a file that is there, and of which all that is looked at when it is opened is zeros.
pub(super) fn is_all_zeros(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    let mut first = [1];
    // Most logs have been told from one by their first byte.
    Ok(file.read(&mut first)? > 0
        && first == [0]
        && read_from(&mut file, 0, UNSYNCED)?.iter().all(|byte| *byte == 0))
}

/// True for a file that begins like a log: with a line, or with zeros that a power cut left, which may reach into a line.
fn begins_like_a_log(file: &mut File) -> io::Result<bool> {
    let mut first = [0];
    file.seek(SeekFrom::Start(0))?;
    if file.read(&mut first)? == 0 || first == [b'{'] {
        return Ok(true);
    }
    if first != [0] {
        return Ok(false);
    }
    let begin = read_from(file, 0, UNSYNCED)?;
    let rest = &begin[begin.iter().take_while(|byte| **byte == 0).count()..];
    let has_line = || memchr::memmem::find_iter(rest, OUR_BEGIN).any(|at| at > 0 && rest[at - 1] == b'\n');
    Ok(rest.first().is_none_or(|first| *first == b'{') || has_line())
}

/// The error of a file that is somebody else's.
pub(super) fn foreign(why: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("it is not a log of this tool: {why}; name another file"),
    )
}

/// Bytes without the zeros before and after them.
fn without_zeros(bytes: &[u8]) -> &[u8] {
    let is_known = |byte: &u8| *byte != 0;
    let begin = bytes.iter().position(is_known).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(is_known).map_or(begin, |last| last + 1);
    &bytes[begin..end]
}

/// Adds torn bytes to `LOG.torn`, and syncs them to disk before they leave the log. Of zeros before and after them only the
/// numbers are kept: there can be many.
fn keep(path: &Path, torn: &[u8], offset: u64) -> io::Result<()> {
    let found_at = jiff::Timestamp::now().to_string();
    let known = without_zeros(torn);
    let zeros_before = torn.iter().take_while(|byte| **byte == 0).count();
    let mut line =
        json!({"found_at": found_at, "offset": offset, "length": torn.len(), "zeros_before": zeros_before});
    match std::str::from_utf8(known) {
        Ok(text) => line["text"] = text.into(),
        Err(_) => line["base64"] = STANDARD.encode(known).into(),
    }
    let mut file = regular(private().append(true).create(true), path)?;
    keep_others_out(&file)?;
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}
