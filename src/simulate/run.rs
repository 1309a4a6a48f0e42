//! Runs a simulation: keeps the calls in flight, and writes their callbacks in order of arrival.
//!
//! Comes in: [`SimulateOptions`]. Goes out: the log, the truth, [`SimulateCounts`]. Must not: hold a call
//! after its last callback is written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Write};

use fastrand::Rng;

use super::call::SimulatedCall;
use super::causes::{Plant, Twist, plants};
use super::chance::{Stream, derived, happens, weighted};
use super::damage::damage;
use super::day::{Calendar, SPREAD};
use super::decided::Stories;
use super::delivery::{Conditions, Cut, SimulatedDelivery, Window, deliver};
use super::faults::Fault;
use super::options::{SimulateCounts, SimulateOptions};
use super::people::People;
use super::record::Record;
use super::script::{SCENARIOS, Scenario};
use super::truth_rows::TruthRows;
use super::{family, incident, stage};
use crate::spec::{Cause, Family, MediaType};

/// Records are collected up to this many bytes before they are handed on.
const CHUNK: usize = 256 * 1024;

/// Writes the log of a simulation, and the truth if wanted: the `calls` table (CSV, without `problems`) that this log
/// is expected to give, rows in order of the calls' first callbacks. Calls with a damaged record are left out of it.
///
/// # Errors
/// What writing fails with; [`io::ErrorKind::InvalidInput`] for options that make no sense.
pub fn simulate(
    options: &SimulateOptions,
    log: &mut dyn Write,
    truth: Option<&mut dyn Write>,
) -> io::Result<SimulateCounts> {
    options.check()?;
    let mut run = Simulation::new(options, log, truth.is_some());
    run.write_log()?;
    if let (Some(rows), Some(out)) = (run.rows.take(), truth) {
        rows.finish(out)?;
    }
    Ok(run.counts)
}

/// A call some of whose callbacks are still to be written.
struct InFlight {
    call: SimulatedCall,
    /// Deliveries to come.
    left: usize,
    /// Reports written, by index, in the order of the log.
    written: Vec<usize>,
    /// Number of its first record.
    first: u64,
    /// A record of it is damaged.
    hit: bool,
    /// What the log misses of it.
    cut: Cut,
}

struct Simulation<'a> {
    options: &'a SimulateOptions,
    log: &'a mut dyn Write,
    pool: People,
    calendar: Calendar,
    /// The stories with a known cause; none if calls come as they may.
    plants: Vec<&'static Plant>,
    window: Window,
    flying: Vec<Option<InFlight>>,
    free: Vec<usize>,
    coming: BinaryHeap<Reverse<SimulatedDelivery>>,
    record: Record,
    chunk: Vec<u8>,
    /// The end of the bytes that damage may make a reader misread.
    misread_to: u64,
    rows: Option<TruthRows>,
    counts: SimulateCounts,
}

impl<'a> Simulation<'a> {
    fn new(options: &'a SimulateOptions, log: &'a mut dyn Write, wants_truth: bool) -> Self {
        let calendar = Calendar::new(options.start, options.rate);
        let plants =
            if options.causes.is_empty() { Vec::new() } else { plants(&options.causes, options.family) };
        let pool = People::new(options.seed, options.family);
        let stories = Stories::of(&pool, options);
        Self {
            options,
            log,
            pool,
            calendar,
            plants,
            window: window(options, &calendar),
            flying: Vec::new(),
            free: Vec::new(),
            coming: BinaryHeap::new(),
            record: Record::default(),
            chunk: Vec::with_capacity(CHUNK * 2),
            misread_to: 0,
            rows: wants_truth.then(|| TruthRows::new(!options.causes.is_empty(), stories)),
            counts: SimulateCounts::default(),
        }
    }

    fn write_log(&mut self) -> io::Result<()> {
        // A delivery that waits for the one after it.
        let mut held: Option<SimulatedDelivery> = None;
        loop {
            self.place_calls();
            let Some(Reverse(delivery)) = self.coming.pop() else {
                break;
            };
            if delivery.swapped && held.is_none() {
                held = Some(delivery);
                continue;
            }
            self.write(delivery)?;
            if let Some(overtaken) = held.take() {
                self.counts.reordered += 1;
                self.write(overtaken)?;
            }
        }
        if let Some(last) = held {
            self.write(last)?;
        }
        let capture = self.options.format.capture();
        if self.counts.callbacks == 0 {
            self.chunk.extend_from_slice(capture.begin.as_bytes());
        }
        self.chunk.extend_from_slice(capture.end.as_bytes());
        self.log.write_all(&self.chunk)?;
        self.log.flush()
    }

    /// Places every call that can have a callback before those that are coming.
    fn place_calls(&mut self) {
        while self.counts.calls < self.options.calls {
            let opening = self.calendar.opening(self.counts.calls as f64);
            let next = self.coming.peek().map_or(i64::MAX, |Reverse(delivery)| delivery.arrives);
            if opening > next {
                return;
            }
            self.place(opening);
            self.counts.calls += 1;
        }
    }

    fn place(&mut self, opening: i64) {
        let index = self.counts.calls;
        let mut rng = derived(self.options.seed, Stream::Story, index);
        let Some(call) = self.play(index, opening, &mut rng) else {
            return;
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.flying.push(None);
            self.flying.len() - 1
        });
        let (counts, coming) = (&mut self.counts, &mut self.coming);
        counts.skewed += call.cast.iter().filter(|member| member.skew != 0).count() as u64;
        let faults = &self.options.faults;
        let (seed, window) = (self.options.seed, self.window);
        let conditions = Conditions { faults, outages: &self.options.outages, window };
        let (left, cut) = deliver(&call, slot, seed, conditions, counts, |delivery| {
            coming.push(Reverse(delivery));
        });
        if left == 0 {
            self.counts.unseen_calls += 1;
            self.free.push(slot);
            return;
        }
        self.flying[slot] =
            Some(InFlight { call, left, written: Vec::with_capacity(left), first: 0, hit: false, cut });
    }

    /// Makes up a call that cannot begin before `opening` (Unix milliseconds).
    fn play(&self, index: u64, opening: i64, rng: &mut Rng) -> Option<SimulatedCall> {
        let family = self.options.family;
        let (mut scenario, mut plant) = self.story(index, rng)?;
        let cluster = self.calendar.opening(index as f64 + SPREAD * rng.f64());
        let media = if happens(rng, 0.6) { MediaType::Audio } else { MediaType::Video };
        let id = uuid(rng);
        let room = room(rng);
        let mut cast =
            stage::cast(scenario, &self.pool, self.options.faults.of(Fault::Skew), plant.is_none(), rng);
        let opens = cluster.max(opening);
        let platform = self.pool.get(cast[0].person).platform;
        let (incidents, place) = (&self.options.incidents, (self.options.seed, index));
        let hit = incident::plant(incidents, family, platform, opens, place);
        if let Some(plant) = hit {
            scenario = &plant.scenario;
            stage::reduce_to_two(&mut cast);
        }
        if let Some(plant) = hit.or(plant) {
            stage::twist(&mut cast, plant.twist, rng);
        }
        // The truth tells causes only if all calls have one.
        plant = plant.and(hit.or(plant));
        let happenings = stage::perform(scenario, &cast, opens, rng);
        let reports = family::reports(family, scenario.call_type, &cast, &happenings, rng);
        let twist = plant.map_or(Twist::Plain, |plant| plant.twist);
        let reports = family::twisted(reports, twist, || {
            family::reports(Family::Event, scenario.call_type, &cast, &happenings, rng)
        });
        Some(SimulatedCall { index, id, room, media, call_type: scenario.call_type, cast, reports, plant })
    }

    /// The story of a call, and its plant if its cause is known: each cause in its turn, so that all are as many.
    fn story(&self, index: u64, rng: &mut Rng) -> Option<(&'static Scenario, Option<&'static Plant>)> {
        if self.plants.is_empty() {
            return weighted(rng, &SCENARIOS, |row| row.weight(self.options.family)).map(|it| (it, None));
        }
        let mut causes: Vec<Cause> = self.plants.iter().map(|plant| plant.cause).collect();
        causes.dedup();
        let cause = causes[(index % causes.len() as u64) as usize];
        let told: Vec<&'static Plant> =
            self.plants.iter().copied().filter(|plant| plant.cause == cause).collect();
        let plant = told[rng.usize(..told.len())];
        Some((&plant.scenario, Some(plant)))
    }

    fn write(&mut self, delivery: SimulatedDelivery) -> io::Result<()> {
        let Some(flying) = self.flying[delivery.slot].as_mut() else {
            return Ok(());
        };
        let report = &flying.call.reports[delivery.report];
        let number = self.counts.callbacks;
        self.record.write(self.options, &self.pool, &flying.call, report, delivery.arrives, number);
        let counts = &mut self.counts;
        let misread = counts.bytes < self.misread_to;
        flying.hit |= misread;
        // The first record stays whole, since by it readers tell the format; one that is misread anyway stays as it
        // is, since damage on damage might reach anywhere.
        if delivery.damaged && !misread && counts.bytes > 0 {
            let index = (delivery.call << 16) | u64::from(delivery.number);
            let mut rng = derived(self.options.seed, Stream::Damage, index);
            let harm = damage(&mut self.record, self.options.format, &mut rng);
            flying.hit |= harm.hit;
            self.misread_to = counts.bytes + (self.record.bytes.len() + harm.reach) as u64;
            counts.damaged += 1;
        }
        if flying.written.is_empty() {
            flying.first = counts.callbacks;
        }
        flying.written.push(delivery.report);
        flying.left -= 1;
        let is_last = flying.left == 0;
        let capture = self.options.format.capture();
        let before = if counts.callbacks == 0 { capture.begin } else { capture.between };
        counts.callbacks += 1;
        counts.bytes += (before.len() + self.record.bytes.len()) as u64;
        self.chunk.extend_from_slice(before.as_bytes());
        self.chunk.extend_from_slice(&self.record.bytes);
        if self.chunk.len() >= CHUNK {
            self.log.write_all(&self.chunk)?;
            self.chunk.clear();
        }
        if is_last { self.land(delivery.slot) } else { Ok(()) }
    }

    /// The call's last callback is written.
    fn land(&mut self, slot: usize) -> io::Result<()> {
        self.free.push(slot);
        let Some(flying) = self.flying[slot].take() else {
            return Ok(());
        };
        let InFlight { call, written, cut, first, .. } = &flying;
        self.rows.iter_mut().for_each(|rows| rows.see(call, written));
        if flying.hit {
            self.counts.undetermined_calls += 1;
            return Ok(());
        }
        match &mut self.rows {
            Some(rows) => rows.add(self.options, &self.pool, call, (*first, written, *cut)),
            None => Ok(()),
        }
    }
}

/// When the log is written: if a cause asks for it, from the moment on at which half of the calls have been placed, or
/// until the last one is.
fn window(options: &SimulateOptions, calendar: &Calendar) -> Window {
    let at = |cause, calls: f64| options.causes.contains(&cause).then(|| calendar.opening(calls));
    let calls = options.calls as f64;
    Window { from: at(Cause::LogBegins, calls / 2.0), to: at(Cause::LogEnds, calls) }
}

/// A random (version 4) UUID.
fn uuid(rng: &mut Rng) -> String {
    let (high, low) = (rng.u64(..), rng.u64(..));
    let (high, low) = (high & !0xf000 | 0x4000, low & !(0x3 << 62) | 0x2 << 62);
    let (time, node) = (high >> 32, low & 0xffff_ffff_ffff);
    format!("{time:08x}-{:04x}-{:04x}-{:04x}-{node:012x}", high >> 16 & 0xffff, high & 0xffff, low >> 48)
}

/// A room id: half are numbers, as TRTC's are by default, the others text.
fn room(rng: &mut Rng) -> String {
    let number = rng.u32(1..4_294_967_295);
    match rng.u8(..10) {
        0..5 => number.to_string(),
        5..9 => format!("room-{number:x}"),
        _ => format!("会议室-{}", number % 10_000),
    }
}
