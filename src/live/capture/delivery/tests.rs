//! Store and forward under a clock of its own, with a backend that does as it is told.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Deliverer, DeliveryFiles, DeliveryOptions, Needed};
use crate::deliveries::{Delivered, UndeliveredLine};
use crate::live::backend::{Answer, Backend};
use crate::live::capture::budget::Budget;
use crate::live::capture::log::{
    Log, LogEnd, LogFollowers, LogOptions, Rotation, Sync, companion, open_for_writing,
};
use crate::live::capture::tally::CaptureTally;
use crate::live::http::{BackendUrl, RequestError, RequestErrorKind};

/// What a backend answers to a body at a second; none: it is not there.
type AnswerRule = Arc<dyn Fn(&str, u64) -> Option<u16> + Send + std::marker::Sync>;

#[derive(Clone)]
struct Scripted {
    begun: Instant,
    rule: AnswerRule,
    /// Bodies that were answered or refused, with the second and the status; 0 for none.
    came: Arc<Mutex<Vec<(String, u64, u16)>>>,
}

impl Scripted {
    fn new(rule: impl Fn(&str, u64) -> Option<u16> + Send + std::marker::Sync + 'static) -> Self {
        Self { begun: Instant::now(), rule: Arc::new(rule), came: Arc::default() }
    }

    fn came(&self) -> Vec<(String, u64, u16)> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The names of the callbacks that were accepted, in order.
    fn accepted(&self) -> Vec<String> {
        let came = self.came();
        came.into_iter().filter(|(.., status)| *status == 200).map(|(name, ..)| name).collect()
    }
}

/// The event of a body.
fn name(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    format!("{}.{}", value["CallId"].as_str().unwrap_or_default(), value["EventTime"])
}

impl Backend for Scripted {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let (name, second) = (name(&body), self.begun.elapsed().as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
        let status = (self.rule)(&name, second);
        self.came.lock().unwrap_or_else(PoisonError::into_inner).push((
            name,
            second,
            status.unwrap_or_default(),
        ));
        match status {
            Some(status) => Answer { status: Some(status), ..Answer::default() },
            None => Answer::failed(
                RequestError::new(RequestErrorKind::Connect, "connection refused"),
                Duration::ZERO,
            ),
        }
    }
}

/// A log with its writer.
struct StoredLog {
    path: PathBuf,
    log: Log,
    ends: watch::Receiver<LogEnd>,
    tally: Arc<CaptureTally>,
}

fn options() -> LogOptions {
    LogOptions {
        sync: Sync::Never,
        rotation: Rotation::default(),
        compression: None,
        keeps_one: false,
        counts_lines: false,
    }
}

impl StoredLog {
    fn open(path: &Path) -> io::Result<Self> {
        let tally = Arc::new(CaptureTally::default());
        let (end, ends) = watch::channel(LogEnd::default());
        let followers = LogFollowers { feed: None, end: Some(end) };
        let (log, _) = open_for_writing(path, options(), followers, &tally)?;
        Ok(Self { path: path.to_owned(), log, ends, tally })
    }

    /// Adds that callback of a call.
    async fn add(&self, call: &str, number: u32) {
        let body = format!(
            "{{\\\"CallId\\\":\\\"{call}\\\",\\\"Event\\\":\\\"start_call\\\",\\\"Role\\\":\\\"caller\\\",\\\"EventTime\\\":{number}}}"
        );
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
        let line = format!(
            "{{\"received_at\":\"{at}\",\"remote\":\"192.0.2.1:5\",\"method\":\"POST\",\"url\":\"/cb?sdkappid=1\",\"headers\":{{}},\"body\":\"{body}\"}}\n"
        );
        let share = Arc::new(Budget::new(0)).share();
        assert!(self.log.add(line.into_bytes(), share).await.is_ok());
    }

    fn deliverer(&self, backend: &Scripted, give_up: Duration) -> io::Result<Deliverer<Scripted>> {
        let beside = |name| {
            let path = companion(&self.path, name);
            open_for_writing(&path, options(), LogFollowers::default(), &self.tally).map(|(log, _)| log)
        };
        let files = DeliveryFiles {
            forward: Arc::new(beside("forward")?),
            undelivered: beside("undelivered")?,
            needed: Needed::default(),
        };
        let url = BackendUrl::parse("http://b").map_err(io::Error::other)?;
        let options = DeliveryOptions { url, all_methods: false, token: None, give_up };
        Deliverer::start(
            &self.path,
            options,
            backend.clone(),
            files,
            self.ends.clone(),
            Arc::clone(&self.tally),
        )
    }

    /// Delivers for that many seconds.
    async fn deliver(&self, backend: &Scripted, seconds: u64, give_up: Duration) -> io::Result<()> {
        let (stop, stopping) = watch::channel(false);
        let running = self.deliverer(backend, give_up)?.run(stopping);
        let timing = async {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            stop.send_replace(true);
        };
        tokio::join!(running, timing);
        Ok(())
    }
}

/// Lets the threads of logs work: a clock that nobody holds jumps ahead while a task waits for them.
fn hold_the_clock() {
    tokio::spawn(async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_micros(200))).await);
        }
    });
}

const DAY: Duration = Duration::from_secs(86_400);

/// Each call's callbacks in order, all of them, once.
fn check(accepted: &[String], calls: u32, of_each: u32) {
    let mut next: HashMap<&str, u32> = HashMap::new();
    for name in accepted {
        let (call, number) = name.split_once('.').unwrap_or_default();
        let expected = next.entry(call).or_default();
        assert_eq!(number.parse(), Ok(*expected), "{name} is out of order");
        *expected += 1;
    }
    assert_eq!((next.len() as u32, next.values().sum::<u32>()), (calls, calls * of_each));
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_is_away_for_an_hour_gets_everything_in_order() -> io::Result<()> {
    hold_the_clock();
    let folder = tempfile::tempdir()?;
    let stored = StoredLog::open(&folder.path().join("a.log"))?;
    let backend = Scripted::new(|_, second| (second >= 3600).then_some(200));
    let (stop, stopping) = watch::channel(false);
    let running = stored.deliverer(&backend, DAY)?.run(stopping);
    let adding = async {
        for number in 0..5 {
            for call in 0..40 {
                stored.add(&format!("c{call}"), number).await;
            }
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
        tokio::time::sleep(Duration::from_secs(1200)).await;
        stop.send_replace(true);
    };
    tokio::join!(running, adding);
    check(&backend.accepted(), 40, 5);
    let came = backend.came();
    let tries = came.iter().filter(|(.., status)| *status == 0).count();
    assert!((15..=30).contains(&tries), "one tries at a time: {tries}");
    let last = came.iter().filter(|(.., status)| *status == 200).map(|(_, second, _)| *second).max();
    assert!(last.is_some_and(|last| (3600..4100).contains(&last)), "{last:?}");
    let state = Delivered::read(&std::fs::read(companion(&stored.path, "delivered"))?);
    assert!(state.is_ok_and(|state| state.pending.is_empty() && state.offset == stored.ends.borrow().length));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_poisoned_callback_is_set_aside_and_its_call_goes_on() -> io::Result<()> {
    hold_the_clock();
    let folder = tempfile::tempdir()?;
    let stored = StoredLog::open(&folder.path().join("a.log"))?;
    let backend = Scripted::new(|name, _| Some(if name == "c1.1" { 400 } else { 200 }));
    let (stop, stopping) = watch::channel(false);
    let running = stored.deliverer(&backend, DAY)?.run(stopping);
    let adding = async {
        for number in 0..3 {
            stored.add("c1", number).await;
            stored.add("c2", number).await;
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
        stop.send_replace(true);
    };
    tokio::join!(running, adding);
    let accepted = backend.accepted();
    assert_eq!(accepted.iter().filter(|name| name.starts_with("c1")).count(), 2);
    assert_eq!(accepted.last().map(String::as_str), Some("c1.2"));
    let refused: Vec<u64> = backend
        .came()
        .into_iter()
        .filter(|(.., status)| *status == 400)
        .map(|(_, second, _)| second)
        .collect();
    let ladder = [0, 0, 1, 2, 4, 7, 12, 22, 42, 82];
    assert_eq!(refused.len(), ladder.len());
    // What the disk takes is added.
    let is_late = |(at, due): (&u64, &u64)| at < due || *at > due + 12;
    assert!(!refused.iter().zip(&ladder).any(is_late), "{refused:?}");
    let aside = std::fs::read(companion(&stored.path, "undelivered"))?;
    let said = UndeliveredLine::read(&aside).unwrap_or_default();
    assert_eq!((said.tries, said.reason.as_str(), said.status), (10, "refused", Some(400)));
    assert_eq!(said.call_goes_on.as_deref(), Some("c1"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_delivered_in_time_is_given_up() -> io::Result<()> {
    hold_the_clock();
    let folder = tempfile::tempdir()?;
    let stored = StoredLog::open(&folder.path().join("a.log"))?;
    let backend = Scripted::new(|name, _| Some(if name == "c1.0" { 500 } else { 200 }));
    let (stop, stopping) = watch::channel(false);
    let running = stored.deliverer(&backend, Duration::from_secs(3600))?.run(stopping);
    let adding = async {
        stored.add("c1", 0).await;
        stored.add("c1", 1).await;
        tokio::time::sleep(Duration::from_secs(4000)).await;
        stop.send_replace(true);
    };
    tokio::join!(running, adding);
    assert_eq!(backend.accepted(), ["c1.1"]);
    let said =
        UndeliveredLine::read(&std::fs::read(companion(&stored.path, "undelivered"))?).unwrap_or_default();
    assert_eq!(said.reason, "given_up");
    Ok(())
}

/// Stopped in the middle, rotated, compressed: the next start goes on where the last one left off.
#[tokio::test(start_paused = true)]
async fn restarts_rotations_and_compression_lose_nothing() -> io::Result<()> {
    hold_the_clock();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.log");
    let stored = StoredLog::open(&path)?;
    // Nothing is accepted yet: all of it is pending when it stops.
    let away = Scripted::new(|_, _| None);
    stored.deliver(&away, 0, DAY).await?;
    for number in 0..2 {
        for call in 0..5 {
            stored.add(&format!("c{call}"), number).await;
        }
    }
    stored.deliver(&away, 30, DAY).await?;
    stored.log.rotate();
    for call in 0..5 {
        stored.add(&format!("c{call}"), 2).await;
    }
    drop(stored);
    // The finished file is compressed while nobody runs.
    let finished: Vec<PathBuf> = std::fs::read_dir(folder.path())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().contains("a.log.2"))
        .collect();
    assert_eq!(finished.len(), 1, "{finished:?}");
    let packed = zstd::encode_all(&std::fs::read(&finished[0])?[..], 1)?;
    std::fs::write(companion(&finished[0], "zst"), packed)?;
    std::fs::remove_file(&finished[0])?;
    let stored = StoredLog::open(&path)?;
    let back = Scripted::new(|_, _| Some(200));
    let (stop, stopping) = watch::channel(false);
    let running = stored.deliverer(&back, DAY)?.run(stopping);
    let adding = async {
        for call in 0..5 {
            stored.add(&format!("c{call}"), 3).await;
        }
        stored.log.rotate();
        for call in 0..5 {
            stored.add(&format!("c{call}"), 4).await;
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.send_replace(true);
    };
    tokio::join!(running, adding);
    check(&back.accepted(), 5, 5);
    let again = Scripted::new(|_, _| Some(200));
    stored.deliver(&again, 5, DAY).await?;
    assert_eq!(again.accepted(), Vec::<String>::new(), "everything is done with");
    Ok(())
}
