//! Where a start goes on: the lines before the position that are pending, and the position itself.

use std::collections::BTreeMap;
use std::io;

use tokio::sync::watch;
use tokio::time::Instant;

use super::lanes::{DeliveryLanes, WaitingLine};
use super::log_file::LogFile;
use super::log_folder::LogFolder;
use super::logged_request::LoggedRequest;
use super::tail::{LogTail, TailLine};
use crate::deliveries::{Delivered, FileMark, UnsettledLine};
use crate::live::capture::log::LogEnd;
use crate::live::capture::tally::CaptureTally;

/// A line that waits, or why it cannot be delivered.
pub(super) fn waiting(line: TailLine, refusals: u32) -> Result<WaitingLine, String> {
    let TailLine { file, offset, text } = line;
    match LoggedRequest::read(&text) {
        Some(logged) => {
            let call_id = logged.reading().call_id;
            Ok(WaitingLine { file, offset, text, call_id, tries: 0, refusals })
        }
        None => Err(format!("the line at byte {offset} of the log is damaged and is not delivered")),
    }
}

/// Goes on from a position: the lines before it that are pending come first.
pub(super) fn resume(
    folder: LogFolder,
    known: Delivered,
    ends: watch::Receiver<LogEnd>,
    lanes: &mut DeliveryLanes,
    tally: &CaptureTally,
    millis: i64,
    now: Instant,
) -> io::Result<LogTail> {
    let last = known.files.len() - 1;
    let mut marks: BTreeMap<u64, FileMark> = BTreeMap::new();
    for (number, mark) in (0..).zip(&known.files) {
        let pending = known.pending.iter().filter(|line| line.file as u64 == number);
        let mut pending: Vec<&UnsettledLine> = pending.collect();
        pending.sort_by_key(|line| line.offset);
        if pending.is_empty() {
            continue;
        }
        let Some(path) = folder.find(mark)? else {
            let lines = pending.len();
            tally.note(format!(
                "`{}` is gone, with {lines} requests that still had to be delivered",
                mark.name
            ));
            continue;
        };
        let mut file = LogFile::open(&path)?;
        for line in pending {
            file.go_to(line.offset)?;
            let read = file.next_line(None)?;
            let Some((offset, text)) = read.filter(|(offset, _)| *offset == line.offset) else { continue };
            if let Ok(line) = waiting(TailLine { file: number, offset, text }, line.refusals) {
                lanes.add(line, now);
            }
        }
        if number != last as u64 {
            marks.insert(number, mark.clone());
        }
    }
    let mark = &known.files[last];
    match folder.find(mark)? {
        Some(path) => {
            // Its number must be that of its pending lines.
            LogTail::new(folder, &path, known.offset, (marks, last as u64), ends, millis)
        }
        None => {
            let path = folder.since(known.synced_at)?;
            tally.note(format!(
                "`{}`, up to which callbacks were delivered, is gone; goes on with `{}`",
                mark.name,
                path.display()
            ));
            LogTail::new(folder, &path, 0, (marks, last as u64 + 1), ends, millis)
        }
    }
}
