//! The log on a store that fails when it is told to, and that keeps a record of what happens in which order.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::fs::{companion, open};
use super::handle::Log;
use super::recovery::{open_log, recover};
use super::rotation::{Aftermath, Rotation};
use super::store::{FileStore, Store};
use super::writer::{LogFollowers, Sync, Writer};
use crate::live::capture::budget::{Budget, Share};
use crate::live::capture::tally::CaptureTally;

/// What happens, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Append,
    AppendFails,
    Sync,
    SyncFails,
    Cut(u64),
    Rotate,
    Told,
}

#[derive(Debug, Default)]
struct Disk {
    events: Vec<Event>,
    bytes: Vec<u8>,
    full: bool,
    sync_fails: bool,
    cut_fails: bool,
}

#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Disk>>);

impl Recorder {
    fn with<T>(&self, look: impl FnOnce(&mut Disk) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, event: Event) {
        self.with(|disk| disk.events.push(event));
    }

    fn take_events(&self) -> Vec<Event> {
        self.with(|disk| std::mem::take(&mut disk.events))
    }
}

struct Recording {
    recorder: Recorder,
    full_at: Option<u64>,
}

impl Store for Recording {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.recorder.with(|disk| {
            if disk.full {
                // A full disk takes what still fits.
                disk.bytes.extend_from_slice(&lines[..lines.len() / 2]);
                disk.events.push(Event::AppendFails);
                return Err(io::ErrorKind::StorageFull.into());
            }
            disk.bytes.extend_from_slice(lines);
            disk.events.push(Event::Append);
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.recorder.with(|disk| {
            disk.events.push(if disk.sync_fails { Event::SyncFails } else { Event::Sync });
            if disk.sync_fails { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
        })
    }

    fn cut(&mut self, length: u64) -> io::Result<u64> {
        self.recorder.with(|disk| {
            disk.events.push(Event::Cut(length));
            if disk.cut_fails {
                return Err(io::Error::other("the disk is gone"));
            }
            disk.bytes.truncate(length as usize);
            Ok(disk.bytes.len() as u64)
        })
    }

    fn is_full(&self, length: u64, more: usize) -> bool {
        self.full_at.is_some_and(|most| length > 0 && length + more as u64 > most)
    }

    fn due(&self) -> Option<Instant> {
        None
    }

    fn rotate(&mut self) -> io::Result<bool> {
        self.recorder.note(Event::Rotate);
        Ok(true)
    }

    fn follow(&mut self, _: u64) -> io::Result<Option<u64>> {
        Ok(None)
    }

    fn probe(&self) -> io::Result<()> {
        self.recorder.with(|disk| if disk.full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) })
    }

    fn is_deleted(&self) -> bool {
        false
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap_or_else(|_| unreachable!("a runtime"))
}

/// Memory that is not counted here.
fn share() -> Share {
    Arc::new(Budget::new(usize::MAX)).share()
}

/// A log on a recording store, and the record.
fn recorded(sync: Sync, full_at: Option<u64>) -> io::Result<(Log, Recorder)> {
    let recorder = Recorder::default();
    let store = Recording { recorder: recorder.clone(), full_at };
    Ok((Log::start(Writer::new(store, (0, None), sync, LogFollowers::default()))?, recorder))
}

#[test]
fn nobody_is_told_before_the_sync_that_covers_the_line() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    runtime().block_on(async {
        for _ in 0..3 {
            assert!(log.add(b"line\n".to_vec(), share()).await.is_ok());
            recorder.note(Event::Told);
        }
    });
    let one = [Event::Append, Event::Sync, Event::Told];
    assert_eq!(recorder.take_events(), [one, one, one].concat());
    Ok(())
}

#[test]
fn those_who_wait_together_share_one_sync() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    let hold = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    let told = runtime().block_on(async {
        // The first line keeps the writer busy (the store is locked), so that the others gather.
        let first = log.add(b"0\n".to_vec(), share());
        tokio::pin!(first);
        drop(poll_once(first.as_mut()).await);
        std::thread::sleep(Duration::from_millis(50));
        let others: Vec<_> =
            (1..10).map(|number| log.add(format!("{number}\n").into_bytes(), share())).collect();
        let mut others: Vec<_> = others.into_iter().map(Box::pin).collect();
        for other in &mut others {
            drop(poll_once(other.as_mut()).await);
        }
        drop(hold);
        let mut offsets = vec![first.await];
        for other in others {
            offsets.push(other.await);
        }
        offsets.into_iter().filter_map(Result::ok).map(|place| place.offset).collect::<Vec<_>>()
    });
    assert_eq!(told, (0..10).map(|number| number * 2).collect::<Vec<u64>>());
    let pair = [Event::Append, Event::Sync];
    assert_eq!(recorder.take_events(), [pair, pair].concat());
    Ok(())
}

/// Polls a future once.
async fn poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|context| match std::pin::Pin::new(&mut future).poll(context) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

#[test]
fn a_full_disk_refuses_and_leaves_no_half_line() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    runtime().block_on(async {
        assert!(log.add(b"first\n".to_vec(), share()).await.is_ok());
        recorder.with(|disk| disk.full = true);
        let refused = log.add(b"second\n".to_vec(), share()).await;
        assert!(refused.is_err_and(|error| !error.broken && error.to_string().contains("cannot write")));
        recorder.with(|disk| disk.full = false);
        assert!(log.add(b"third\n".to_vec(), share()).await.is_ok_and(|written| written.offset == 6));
    });
    let expected =
        [Event::Append, Event::Sync, Event::AppendFails, Event::Cut(6), Event::Append, Event::Sync];
    assert_eq!(recorder.take_events(), expected);
    assert_eq!(recorder.with(|disk| disk.bytes.clone()), b"first\nthird\n");
    Ok(())
}

#[test]
fn a_failed_sync_ends_the_log_for_good() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    runtime().block_on(async {
        assert!(log.add(b"first\n".to_vec(), share()).await.is_ok());
        recorder.with(|disk| disk.sync_fails = true);
        assert!(log.add(b"second\n".to_vec(), share()).await.is_err_and(|error| error.broken));
        // A sync that works again proves nothing: the pages of the failed one may be gone.
        recorder.with(|disk| disk.sync_fails = false);
        assert!(log.add(b"third\n".to_vec(), share()).await.is_err_and(|error| error.broken));
        assert!(log.broken().await.to_string().contains("cannot sync: the disk is gone"));
    });
    assert!(log.close().is_err());
    let expected = [Event::Append, Event::Sync, Event::Append, Event::SyncFails, Event::Cut(6)];
    assert_eq!(recorder.take_events(), expected);
    Ok(())
}

/// A disk that hangs neither fails nor returns. As long as it does, nothing reaches it.
#[test]
fn a_disk_that_hangs_is_not_reached() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    let runtime = runtime();
    assert!(runtime.block_on(log.add(b"first\n".to_vec(), share())).is_ok());
    assert!(runtime.block_on(log.reaches_the_disk()));
    let hold = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (begun, waiting) = (Instant::now(), Box::pin(log.add(b"second\n".to_vec(), share())));
    drop(runtime.block_on(poll_once(waiting)));
    assert!(!runtime.block_on(log.reaches_the_disk()));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    drop(hold);
    assert!(runtime.block_on(log.reaches_the_disk()), "again");
    assert_eq!(recorder.with(|disk| disk.bytes.clone()), b"first\nsecond\n");
    Ok(())
}

#[test]
fn a_log_that_cannot_be_cut_back_is_ended() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Always, None)?;
    runtime().block_on(async {
        recorder.with(|disk| (disk.full, disk.cut_fails) = (true, true));
        assert!(log.add(b"first\n".to_vec(), share()).await.is_err_and(|error| error.broken));
        recorder.with(|disk| (disk.full, disk.cut_fails) = (false, false));
        assert!(log.add(b"second\n".to_vec(), share()).await.is_err_and(|error| error.broken));
    });
    Ok(())
}

#[test]
fn a_file_is_on_disk_before_it_is_finished() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Never, Some(10))?;
    runtime().block_on(async {
        for offset in [0, 5, 0] {
            assert!(log.add(b"line\n".to_vec(), share()).await.is_ok_and(|written| written.offset == offset));
        }
    });
    log.close().map_err(io::Error::other)?;
    let expected = [Event::Append, Event::Append, Event::Sync, Event::Rotate, Event::Append, Event::Sync];
    assert_eq!(recorder.take_events(), expected);
    Ok(())
}

#[test]
fn a_weaker_log_syncs_in_time() -> io::Result<()> {
    let (log, recorder) = recorded(Sync::Within(Duration::from_millis(20)), None)?;
    runtime().block_on(async {
        assert!(log.add(b"line\n".to_vec(), share()).await.is_ok());
    });
    let begun = Instant::now();
    while recorder.with(|disk| !disk.events.contains(&Event::Sync)) {
        assert!(begun.elapsed() < Duration::from_secs(10), "no sync came");
        std::thread::sleep(Duration::from_millis(1));
    }
    log.close().map_err(io::Error::other)?;
    assert_eq!(recorder.take_events(), [Event::Append, Event::Sync], "one sync, and none if nothing is new");
    Ok(())
}

/// What recovery leaves in the log and moves out of it.
fn recovered(bytes: &[u8]) -> io::Result<(Vec<u8>, Option<serde_json::Value>)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.log");
    std::fs::write(&path, bytes)?;
    let mut file = open(&path)?;
    let (length, torn) = recover(&path, &mut file)?;
    let left = std::fs::read(&path)?;
    assert_eq!(length, left.len() as u64);
    let moved = match &torn {
        None => None,
        Some(torn) => Some(serde_json::from_slice(&std::fs::read(&torn.moved_to)?)?),
    };
    assert_eq!(moved.is_some(), torn.is_some());
    Ok((left, moved))
}

#[test]
fn a_torn_end_is_moved_out_of_the_log() -> io::Result<()> {
    for whole in [b"".as_slice(), b"{}\n", b"{}\n{}\n"] {
        assert_eq!(recovered(whole)?, (whole.to_vec(), None));
    }
    let (left, torn) = recovered(b"{}\n{\"rec")?;
    let torn = torn.unwrap_or_default();
    assert_eq!(
        (left.as_slice(), &torn["offset"], &torn["text"]),
        (b"{}\n".as_slice(), &3.into(), &"{\"rec".into())
    );
    let (left, torn) = recovered(b"{\"received_at\":\xff")?;
    assert_eq!(
        (left.as_slice(), &torn.unwrap_or_default()["base64"]),
        (b"".as_slice(), &"eyJyZWNlaXZlZF9hdCI6/w==".into())
    );
    // Zeros at the end, with half a line or without.
    for torn in [b"\0\0".as_slice(), b"{\"r\0\0", b"\0\0{\"rec"] {
        let (left, moved) = recovered(&[b"{}\n", torn].concat())?;
        assert_eq!(
            (left.as_slice(), &moved.unwrap_or_default()["length"]),
            (b"{}\n".as_slice(), &torn.len().into())
        );
    }
    Ok(())
}

#[test]
fn whole_lines_after_zeros_stay_in_the_log() -> io::Result<()> {
    for log in [
        b"\0\0\0{}\n".as_slice(),
        b"{}\n\0\0{}\n{}\n",
        b"{}\n{\"r\0\0\0\0\n{}\n",
        b"\0\0:1}\n{\"received_at\":2}\n",
    ] {
        assert_eq!(recovered(log)?, (log.to_vec(), None));
        let (left, torn) = recovered(&[log, b"{\"rec"].concat())?;
        assert_eq!((left.as_slice(), &torn.unwrap_or_default()["text"]), (log, &"{\"rec".into()));
    }
    Ok(())
}

/// A log of two lines that another program has truncated to that many bytes, and what was noted about it.
fn truncated_to(length: u64) -> io::Result<(tempfile::TempDir, FileStore, Arc<CaptureTally>)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.log");
    let (file, _) = open_log(&path)?;
    let tally = Arc::new(CaptureTally::default());
    let rotation = Rotation { size: None, every: None };
    let aftermath = Aftermath::Replaces(companion(&path, "old"));
    let mut store = FileStore::new(path.clone(), file, rotation, aftermath, Arc::clone(&tally));
    store.append(LINES)?;
    std::fs::File::options().write(true).open(&path)?.set_len(length)?;
    Ok((folder, store, tally))
}

const LINES: &[u8] = b"{\"received_at\":1}\n{\"received_at\":2}\n";

#[test]
fn a_truncated_file_is_not_extended_by_a_failed_write() -> io::Result<()> {
    let (folder, mut store, _) = truncated_to(0)?;
    store.append(b"{\"received_at\":3}\n{\"rec")?;
    assert_eq!(store.cut(LINES.len() as u64)?, 18);
    assert_eq!(std::fs::read(folder.path().join("a.log"))?, b"{\"received_at\":3}\n");
    Ok(())
}

#[test]
fn what_is_left_of_a_truncated_file_is_gone_on_with() -> io::Result<()> {
    let whole = LINES.len() as u64;
    for (length, left) in [(whole, None), (18, Some(18)), (25, Some(18)), (0, Some(0))] {
        let (folder, mut store, tally) = truncated_to(length)?;
        assert_eq!(store.follow(whole)?, left, "{length}");
        let (notes, _) = tally.take_notes();
        let lost = format!("which removed {} bytes", whole - length);
        assert_eq!(notes.iter().any(|note| note.contains(&lost)), left.is_some(), "{notes:?}");
        assert_eq!(folder.path().join("a.log.torn").exists(), length == 25);
    }
    Ok(())
}

#[test]
fn what_is_no_log_is_left_alone() {
    for foreign in
        [b"GIF89a".as_slice(), b"{\"hello\":1}", b"{}\n{\"hello\":1}", b"\0\0\x01\0ICO\n", b"\0\0hello"]
    {
        let refused = recovered(foreign).map_err(|error| error.to_string());
        assert!(refused.is_err_and(|error| error.contains("not a log of this tool")));
    }
}
