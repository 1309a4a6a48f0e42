//! What must hold for any bytes, as functions: each is a fuzz target, and `tests/fuzz_corpus.rs` runs it over the kept
//! corpus.

use std::io::Write;
use std::path::PathBuf;

use callkit_tool::cli::Cli;
use callkit_tool::commands::{Status, run};
use callkit_tool::decode::{Habits, Scratch, open, read_plain};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind};
use callkit_tool::rules::{RuleOptions, check, is_clean};

/// What is checked on an input.
pub(crate) type Check = fn(&[u8]);

/// Every target by its name.
pub(crate) const TARGETS: [(&str, Check); 5] = [
    ("framing_http", framing_http),
    ("framing_jsonl", framing_jsonl),
    ("quick_and_full", quick_and_full),
    ("commands", commands),
    ("gzip", gzip),
];

/// Raw HTTP is cut into the same pieces, which tile it, however it comes.
pub(crate) fn framing_http(data: &[u8]) {
    framing(data, Format::Http);
}

/// JSON Lines likewise.
pub(crate) fn framing_jsonl(data: &[u8]) {
    framing(data, Format::JsonLines);
}

fn framing(data: &[u8], format: Format) {
    let Some((control, input)) = data.split_first() else { return };
    let max_record = [1 << 24, 1 << 24, 200, 30][usize::from(control >> 6)];
    let whole = pieces(input, format, max_record, usize::MAX);
    // Windows that grow by a few bytes, or by many.
    let step = 1 + usize::from(control & 0x3f) * input.len() / 64;
    assert_eq!(pieces(input, format, max_record, step), whole, "windows that grow by {step}");
}

/// The pieces of an input, as text; blank ranges that touch are one.
fn pieces(
    input: &[u8],
    format: Format,
    max_record: usize,
    step: usize,
) -> Vec<(&'static str, u64, u64, String)> {
    let mut framer = Framer::new(format, max_record);
    let (mut frame, mut pieces) = (Frame::default(), Vec::<(&str, u64, u64, String)>::new());
    let (mut done, mut end) = (0, 0_usize);
    loop {
        end = usize::min(input.len(), end.saturating_add(step));
        done += framer.frame(&input[done..end], end == input.len(), &mut frame);
        for piece in &frame.pieces {
            let at = |index: usize| frame.offset + index as u64;
            let (kind, start, what) = match piece.kind {
                PieceKind::Line => ("line", at(piece.start), String::new()),
                PieceKind::Blank => ("blank", at(piece.start), String::new()),
                PieceKind::Request(index) => {
                    ("request", at(piece.start), format!("{:?}", frame.requests[index]))
                }
                PieceKind::Skipped(index) => {
                    let skip = &frame.skips[index];
                    ("skipped", skip.reach.offset, format!("{skip:?}"))
                }
            };
            match pieces.last_mut() {
                Some((last, _, end, _)) if *last == "blank" && kind == "blank" => *end = at(piece.end),
                _ => pieces.push((kind, start, at(piece.end), format!("{} {what}", piece.line))),
            }
        }
        if end == input.len() {
            break;
        }
    }
    let mut tiled = 0;
    for (_, start, end, _) in &pieces {
        assert_eq!(*start, tiled, "no gap, and nothing twice");
        tiled = *end;
    }
    assert_eq!((done, tiled), (input.len(), input.len() as u64), "everything is accounted for");
    // The line of a skipped range that began in an earlier window is that of its beginning in any case.
    pieces.iter_mut().filter(|piece| piece.0 == "skipped").for_each(|piece| {
        piece.3 = piece.3.split_once(' ').map_or(String::new(), |(_, what)| what.to_owned());
    });
    pieces
}

/// What is read the quick way is the same callback the full way, which has no findings on it; and the places of
/// findings lie in their records.
pub(crate) fn quick_and_full(data: &[u8]) {
    let Some((control, input)) = data.split_first() else { return };
    let format = if control & 1 == 0 { Format::JsonLines } else { Format::Http };
    let (mut framer, mut frame) = (Framer::new(format, 1 << 24), Frame::default());
    framer.frame(input, true, &mut frame);
    let options = RuleOptions::default();
    let (mut habits, mut scratch) = (Habits::default(), Scratch::default());
    for piece in &frame.pieces {
        let request = match piece.kind {
            PieceKind::Request(index) => frame.requests.get(index),
            PieceKind::Line => None,
            PieceKind::Blank | PieceKind::Skipped(_) => continue,
        };
        let record = &input[piece.start..piece.end];
        let mut opened = open(record, request, &mut scratch);
        let full = check(record, request, &mut opened, &options);
        for hit in &full.hits {
            assert!(hit.span.start <= hit.span.end && hit.span.end <= record.len(), "{hit:?}");
        }
        let text = std::str::from_utf8(record).ok();
        let Some(plain) = text.and_then(|text| read_plain(text, request, &mut habits)) else { continue };
        if !is_clean(&plain, &options) {
            continue;
        }
        assert!(full.hits.is_empty(), "{:?}", full.hits);
        let full = full.callback.as_ref().map(|full| {
            let url = (full.sdkappid, full.client_ip.as_deref(), full.platform.as_deref());
            let ids = (
                full.call_id.as_deref(),
                full.user_id.as_deref(),
                full.room_id.as_deref().unwrap_or_default(),
            );
            let words =
                (full.role, full.event, full.call_result, full.media_type, full.call_type, full.family);
            let times = [full.event_time, full.start_call_ts, full.accept_ts, full.end_ts]
                .map(|time| time.unwrap_or(0));
            (url, ids, words, times, full.total_num)
        });
        let url = plain.url.as_ref();
        let [start, accept, end] = plain.stamps;
        let quick = (
            (url.and_then(|url| url.sdkappid), url.map(|url| &*url.client_ip), url.map(|url| url.platform)),
            (Some(&*plain.call_id), Some(&*plain.user_id), &*plain.room_id),
            (
                Some(plain.role),
                plain.event,
                plain.call_result,
                Some(plain.media_type),
                Some(plain.call_type),
                plain.family(),
            ),
            [plain.event_time, start, accept, end],
            Some(plain.total_num),
        );
        assert_eq!(full, Some(quick));
    }
}

/// Commands whose output a terminal may show.
const COMMANDS: [&str; 12] = [
    "validate",
    "validate --format concise",
    "validate --format github",
    "validate --format json",
    "validate --statistics",
    "summarize --by caller",
    "summarize --format json --by platform",
    "summarize --format markdown --by result",
    "export --format jsonl",
    "export --format jsonl --level participants",
    "export --format jsonl --level callbacks",
    "export --format jsonl --level records",
];

/// Every command comes to an end on any bytes, and what it writes holds nothing that a terminal acts upon.
pub(crate) fn commands(data: &[u8]) {
    let Some((control, input)) = data.split_first() else { return };
    let command = COMMANDS[usize::from(*control) % COMMANDS.len()];
    let text = written(command, input);
    let acts =
        |letter: char| letter.is_control() && letter != '\n' || ('\u{202a}'..='\u{202e}').contains(&letter);
    let text = String::from_utf8_lossy(&text);
    assert!(!text.contains(acts), "{command}: {text:?}");
}

/// Compressed data, sound or damaged: every byte that comes out of it is accounted for.
pub(crate) fn gzip(data: &[u8]) {
    let Some((&[position, change], content)) = data.split_first_chunk() else { return };
    let mut encoder =
        flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(u32::from(change & 1)));
    let packed = encoder.write_all(content).and_then(|()| encoder.finish());
    let Ok(mut packed) = packed else { return };
    let at = usize::from(position) * packed.len() / 256;
    packed[at] ^= change & 0xfe;
    packed.extend_from_slice(&content[..content.len().min(usize::from(position))]);
    let rows = written("export --level records --columns offset,bytes", &packed);
    let mut done = 0;
    for row in String::from_utf8_lossy(&rows).lines().skip(1) {
        let cells: Vec<u64> = row.split(',').filter_map(|cell| cell.parse().ok()).collect();
        assert_eq!(cells.first(), Some(&done), "no gap");
        done += cells.get(1).copied().unwrap_or(0);
    }
}

/// What a command writes on an input.
fn written(command: &str, input: &[u8]) -> Vec<u8> {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let own = format!("callkit-tool-fuzz-{}-{:?}", std::process::id(), std::thread::current().id());
    let (log, output) = (folder.join(format!("{own}.log")), folder.join(format!("{own}.out")));
    assert!(std::fs::write(&log, input).is_ok(), "the input is written");
    let mut arguments = vec!["callkit-tool".into()];
    arguments.extend(command.split(' ').map(Into::into));
    let options = ["--threads", "1", "--no-progress", "-o"];
    arguments.extend(options.map(Into::into));
    arguments.extend([output.clone().into_os_string(), log.clone().into_os_string()]);
    let status = Cli::from_arguments(arguments).map(|cli| run(&cli));
    assert!(matches!(status, Ok(Ok(Status::Done | Status::Findings))), "{command}: {status:?}");
    let text = std::fs::read(&output).unwrap_or_default();
    drop((std::fs::remove_file(log), std::fs::remove_file(output)));
    text
}
