//! Micro-benchmarks of the steps, each over the same simulated calls: `cargo bench --bench steps`.

use std::process::Command;
use std::sync::LazyLock;

use callkit_tool::calls::{Batch, Position, TableBuilder, Timeline, outcome};
use callkit_tool::decode::{Predictor, Scratch, read_fast, read_fast_into, read_full};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind, Request};
use callkit_tool::rules::{InputFacts, RuleOptions, check, is_clean, judge_call};
use divan::Bencher;
use divan::counter::BytesCount;

/// Calls of a log.
const CALLS: &str = "2000";

/// A log and its records.
struct Log {
    text: String,
    frame: Frame,
}

impl Log {
    fn simulate(form: &str, format: Format) -> Self {
        let arguments = ["simulate", "--calls", CALLS, "--rate", "20000", "--format", form];
        let output = Command::new(env!("CARGO_BIN_EXE_callkit-tool")).args(arguments).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let text = text.unwrap_or_default();
        let mut frame = Frame::default();
        Framer::new(format, 1 << 24).frame(text.as_bytes(), true, &mut frame);
        Self { text, frame }
    }

    /// The records, each with what framing found out about it.
    fn records(&self) -> impl Iterator<Item = (&str, Option<&Request>)> {
        self.frame.pieces.iter().filter_map(|piece| {
            let request = match piece.kind {
                PieceKind::Line => None,
                PieceKind::Request(index) => self.frame.requests.get(index),
                _ => return None,
            };
            Some((self.text.get(piece.start..piece.end)?, request))
        })
    }

    fn bytes(&self) -> BytesCount {
        BytesCount::new(self.text.len())
    }
}

static BARE: LazyLock<Log> = LazyLock::new(|| Log::simulate("bare", Format::JsonLines));
static ENVELOPE: LazyLock<Log> = LazyLock::new(|| Log::simulate("envelope", Format::JsonLines));
static HTTP: LazyLock<Log> = LazyLock::new(|| Log::simulate("http", Format::Http));

fn main() {
    divan::main();
}

fn frame(bencher: Bencher<'_, '_>, log: &Log, format: Format) {
    let mut frame = Frame::default();
    bencher
        .counter(log.bytes())
        .bench_local(|| Framer::new(format, 1 << 24).frame(log.text.as_bytes(), true, &mut frame));
}

#[divan::bench]
fn frame_lines(bencher: Bencher<'_, '_>) {
    frame(bencher, &BARE, Format::JsonLines);
}

#[divan::bench]
fn frame_requests(bencher: Bencher<'_, '_>) {
    frame(bencher, &HTTP, Format::Http);
}

/// The fast path: read and found clean.
fn fast(bencher: Bencher<'_, '_>, log: &Log) {
    let options = RuleOptions::default();
    bencher.counter(log.bytes()).bench_local(|| {
        let mut predictor = Predictor::default();
        log.records()
            .filter_map(|(record, request)| read_fast(record, request, &mut predictor))
            .filter(|callback| is_clean(callback, &options))
            .count()
    });
}

#[divan::bench]
fn read_bare_fast(bencher: Bencher<'_, '_>) {
    fast(bencher, &BARE);
}

#[divan::bench]
fn read_envelopes_fast(bencher: Bencher<'_, '_>) {
    fast(bencher, &ENVELOPE);
}

#[divan::bench]
fn read_requests_fast(bencher: Bencher<'_, '_>) {
    fast(bencher, &HTTP);
}

/// The full path: read and judged.
fn full(bencher: Bencher<'_, '_>, log: &Log) {
    let options = RuleOptions::default();
    bencher.counter(log.bytes()).bench_local(|| {
        let mut scratch = Scratch::default();
        let mut callbacks = 0;
        for (record, request) in log.records() {
            let record = read_full(record.as_bytes(), request, &mut scratch);
            callbacks += usize::from(record.callback().is_some() && check(&record, &options).hits.is_empty());
        }
        callbacks
    });
}

#[divan::bench]
fn read_bare_full(bencher: Bencher<'_, '_>) {
    full(bencher, &BARE);
}

#[divan::bench]
fn read_envelopes_full(bencher: Bencher<'_, '_>) {
    full(bencher, &ENVELOPE);
}

#[divan::bench]
fn read_requests_full(bencher: Bencher<'_, '_>) {
    full(bencher, &HTTP);
}

/// A table of the calls of the bare log.
fn table() -> TableBuilder {
    let builder = TableBuilder::new(1);
    let (mut batch, mut predictor) = (Batch::default(), Predictor::default());
    for (number, (record, request)) in BARE.records().enumerate() {
        if read_fast_into(record, request, &mut predictor, batch.place()) {
            builder.gather(&mut batch, Position::new(0, number as u64 + 1));
        }
    }
    builder.add_batch(&mut batch);
    builder
}

#[divan::bench]
fn read_and_group(bencher: Bencher<'_, '_>) {
    bencher.counter(BARE.bytes()).bench_local(table);
}

#[divan::bench]
fn judge_calls(bencher: Bencher<'_, '_>) {
    let table = table().finish();
    let order = table.in_input_order();
    let options = RuleOptions::default();
    bencher.counter(divan::counter::ItemsCount::new(order.len())).bench_local(|| {
        let judge = |index| {
            let timeline = Timeline::of(&table, index);
            let outcome = outcome(&timeline);
            judge_call(&timeline, &outcome, InputFacts { rang: true }, &options).len()
        };
        order.iter().copied().map(judge).sum::<usize>()
    });
}
