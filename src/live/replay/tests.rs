//! The run under a clock of its own: when what is sent, and when it is sent again.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::{
    Attempt, CapturedCallback, Chaos, Disturbance, Dropped, Message, Pace, Planner, ReplayObserver,
    ReplayTally, Rewrite, RunEnd, RunError, RunOutcome, Speed, Spool, run,
};
use crate::live::backend::{Answer, Backend};
use crate::live::http::{BackendUrl, RequestError, RequestErrorKind};

/// Answers after that time with a status; each body has its own answers, the last of which is given for ever.
#[derive(Clone, Debug)]
struct Script {
    begun: Instant,
    takes: Duration,
    answers: Arc<Mutex<HashMap<String, Vec<u16>>>>,
    /// Bodies, and when they came, in milliseconds.
    came: Arc<Mutex<Vec<(String, u128)>>>,
}

impl Script {
    fn new(takes: u64, answers: &[(&str, &[u16])]) -> Self {
        let answers = answers.iter().map(|(body, answers)| ((*body).to_owned(), answers.to_vec()));
        let answers = Arc::new(Mutex::new(answers.collect()));
        Self { begun: Instant::now(), takes: Duration::from_millis(takes), answers, came: Arc::default() }
    }

    fn next(&self, body: &str) -> u16 {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.get_mut(body) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list.first().copied().unwrap_or(200),
            None => 200,
        }
    }

    fn came(&self) -> Vec<(String, u128)> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Backend for Script {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        let at = self.begun.elapsed().as_millis();
        self.came.lock().unwrap_or_else(PoisonError::into_inner).push((body.clone(), at));
        sleep(self.takes).await;
        match self.next(&body) {
            0 => Answer::failed(RequestError::new(RequestErrorKind::Connect, "refused"), self.takes),
            status => Answer { status: Some(status), latency: self.takes, ..Answer::default() },
        }
    }
}

/// Remembers each request: record, number, whether it was the last.
#[derive(Debug, Default)]
struct Attempts(Vec<(u64, u8, bool)>);

impl ReplayObserver for Attempts {
    fn dropped(&mut self, _: &Dropped<'_>) {}

    fn done(&mut self, attempt: &Attempt<'_>) {
        self.0.push((attempt.record, attempt.number, attempt.is_last));
    }

    fn waiting(&mut self, _: &str, _: Duration) {}

    fn resumed(&mut self, _: Duration) {}

    fn tick(&mut self, _: &ReplayTally) {}
}

/// Callbacks `call body time`, one a line; the time in milliseconds.
fn planner(log: &str) -> io::Result<(Planner, Spool)> {
    let (mut planner, mut spool) = (Planner::default(), Spool::new()?);
    for (record, line) in (1..).zip(log.split_terminator(", ")) {
        let mut words = line.split(' ');
        let [call, body, time] = [words.next(), words.next(), words.next()].map(Option::unwrap_or_default);
        let call_id = (call != "-").then(|| call.to_owned());
        let message = Message { call_id, body: body.into(), method: "POST".into(), ..Message::default() };
        let mut bytes = Vec::new();
        message.write(&mut bytes);
        let at = spool.append(&bytes)?;
        let length = bytes.len() as u64;
        let call_id = message.call_id.clone();
        let received_at = time.parse().ok();
        planner.add(&CapturedCallback {
            source: 0,
            record,
            call_id,
            received_at,
            event_time: None,
            at,
            length,
        });
    }
    Ok((planner, spool))
}

const PACE: Pace = Pace { concurrency: 8, rate: None, retries: false, wait: Duration::ZERO };

async fn play(
    log: &str,
    speed: Speed,
    pace: Pace,
    script: &Script,
    stop: &Notify,
) -> io::Result<(RunOutcome, Attempts)> {
    let (planner, spool) = planner(log)?;
    let plan = planner.finish(speed.into(), None);
    let target = BackendUrl::parse("http://localhost/").map_err(io::Error::other)?;
    let rewrite = Rewrite {
        target,
        token: None,
        parameters: Vec::new(),
        headers: Vec::new(),
        keep_credentials: false,
        keep_method: false,
        id_suffix: None,
    };
    let mut memory = Attempts::default();
    let outcome = run(&plan, &spool, &rewrite, script, pace, stop, &mut memory).await;
    let outcome = outcome.map_err(|error| match error {
        RunError::Spool(error) => error,
        RunError::Task(text) => io::Error::other(text),
    })?;
    Ok((outcome, memory))
}

/// What came, as `body@milliseconds`.
fn times(script: &Script) -> String {
    let came = script.came();
    let each: Vec<String> = came.iter().map(|(body, at)| format!("{body}@{at}")).collect();
    each.join(" ")
}

#[tokio::test(start_paused = true)]
async fn the_vendors_ladder_is_climbed_and_given_up() -> io::Result<()> {
    let script = Script::new(10, &[("x", &[500]), ("y", &[500, 0, 200])]);
    let pace = Pace { retries: true, ..PACE };
    let stop = Notify::new();
    let (outcome, memory) = play("a x 0, a z 0, b y 0, b w 0", Speed::Max, pace, &script, &stop).await?;
    let at = |body: &str| -> Vec<u128> {
        script.came().iter().filter(|(other, _)| other == body).map(|(_, at)| *at).collect()
    };
    // Each answer takes 10 ms; the waits of `RETRY_SECONDS` begin when it is there.
    assert_eq!(at("x"), [0, 10, 1020, 2030, 4040, 7050, 12_060]);
    assert_eq!(at("z"), [12_070], "the next of the call waits");
    assert_eq!(at("y"), [0, 10, 1020]);
    assert_eq!(at("w"), [1030], "and other calls do not");
    let tally = &outcome.tally;
    assert_eq!((tally.sent, tally.accepted, tally.refused, tally.failed), (4, 3, 1, 0));
    assert_eq!((tally.requests, tally.retries()), (12, 8));
    assert_eq!(memory.0.iter().filter(|(_, _, is_last)| *is_last).count(), 4);
    assert_eq!(
        memory.0.iter().filter(|it| it.0 == 1).map(|it| it.1).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7]
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_run_keeps_to_its_plan_and_counts_its_drift() -> io::Result<()> {
    let script = Script::new(100, &[]);
    let log = "a 1 1000, b 2 1050, a 3 1060, c 4 9000";
    let (outcome, _) = play(log, Speed::Times(1.0), PACE, &script, &Notify::new()).await?;
    let came = script.came();
    let near = |at: u128, wanted: u128| (wanted..=wanted + 3).contains(&at);
    let wanted = [0, 50, 100, 8000];
    assert!(came.iter().zip(wanted).all(|((_, at), wanted)| near(*at, wanted)), "{}", times(&script));
    // The third was due after 60 ms, and waited for the first of its call.
    let drift = outcome.tally.drift.percentiles().map(|it| it.max / 1000);
    assert!(drift.is_some_and(|drift| (40..=43).contains(&drift)), "{drift:?}");
    let (outcome, _) = play(log, Speed::Max, PACE, &script, &Notify::new()).await?;
    assert_eq!(outcome.tally.drift.percentiles(), None, "there is no plan to be late against");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_rate_holds_over_a_long_run() -> io::Result<()> {
    let script = Script::new(1, &[]);
    let log: Vec<String> = (0..100).map(|body| format!("- {body} 0")).collect();
    let pace = Pace { rate: Some(20.0), ..PACE };
    let (outcome, _) = play(&log.join(", "), Speed::Max, pace, &script, &Notify::new()).await?;
    let came = script.came();
    assert_eq!(came.len(), 100);
    let last = came.last().map(|(_, at)| *at).unwrap_or_default();
    assert!((4940..=5100).contains(&last), "{last}");
    let most = came.windows(21).map(|window| window[20].1 - window[0].1).min();
    assert!(most >= Some(980), "twenty a second, in any second: {most:?}");
    assert_eq!(outcome.end, RunEnd::Done);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_was_never_there_ends_the_run() -> io::Result<()> {
    let script = Script::new(1, &[("1", &[0]), ("2", &[0])]);
    let (outcome, _) =
        play("a 1 0, a 2 0, b 3 9000", Speed::Times(1.0), PACE, &script, &Notify::new()).await?;
    assert_eq!((outcome.end, outcome.tally.failed, outcome.tally.sent), (RunEnd::Unreachable, 1, 1));
    // Others that are in flight may still have a connection: then the run goes on.
    let script = Script::new(1, &[("1", &[0])]);
    let (outcome, _) = play("a 1 0, b 2 0, a 3 0", Speed::Max, PACE, &script, &Notify::new()).await?;
    assert_eq!((outcome.end, outcome.tally.failed, outcome.tally.accepted), (RunEnd::Done, 1, 2));
    // With retries, only once the ladder is climbed.
    let script = Script::new(1, &[("1", &[0])]);
    let pace = Pace { retries: true, ..PACE };
    let (outcome, _) = play("a 1 0", Speed::Max, pace, &script, &Notify::new()).await?;
    assert_eq!((outcome.end, outcome.tally.requests), (RunEnd::Unreachable, 7));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_a_moment_for_what_is_in_flight() -> io::Result<()> {
    for (takes, accepted) in [(500, 1), (5000, 0)] {
        let script = Script::new(takes, &[]);
        let stop = Arc::new(Notify::new());
        let asked = Arc::clone(&stop);
        tokio::spawn(async move {
            sleep(Duration::from_millis(100)).await;
            asked.notify_one();
        });
        let (outcome, memory) = play("a 1 0, a 2 0", Speed::Max, PACE, &script, &stop).await?;
        let tally = &outcome.tally;
        assert_eq!((outcome.end, tally.sent, tally.accepted), (RunEnd::Stopped, 1, accepted));
        assert_eq!(tally.unsettled(), 1 - accepted);
        assert_eq!(memory.0, [(1, 1, accepted == 1)]);
        assert!(outcome.took <= Duration::from_millis(1110), "{:?}", outcome.took);
    }
    Ok(())
}

#[test]
fn plans_are_in_order_whatever_chaos_does() -> io::Result<()> {
    let log: Vec<String> =
        (0..400).map(|index| format!("{} {index} {}", index % 7, index / 5 * 10)).collect();
    let time = |text: &str| text.parse().map(Duration::from_millis).map_err(|_| "not a number".to_owned());
    let chaos = Chaos::parse("dup=20%,reorder=20%,drop=20%,delay=20%:35", time).map_err(io::Error::other)?;
    for seed in 0..20 {
        let (planner, _spool) = planner(&log.join(", "))?;
        let plan = planner.finish(Speed::Times(2.0).into(), Some((&chaos, seed)));
        assert!(plan.deliveries.is_sorted_by_key(|delivery| plan.due(delivery)));
        let mut copies = HashMap::new();
        plan.deliveries.iter().for_each(|delivery| *copies.entry(delivery.entry).or_insert(0_u8) += 1);
        let dropped = plan.dropped.len();
        assert_eq!(copies.len() + dropped, 400, "each is delivered or dropped");
        assert!(plan.dropped.iter().all(|entry| !copies.contains_key(entry)));
        assert_eq!(plan.deliveries.len(), 400 - dropped + plan.chaos.of(Disturbance::Dup) as usize);
        assert!(copies.values().all(|copies| *copies <= 2));
    }
    Ok(())
}
