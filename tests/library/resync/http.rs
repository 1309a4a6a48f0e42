//! Raw HTTP.

use callkit_tool::framing::{Format, detect};
use fastrand::Rng;

use super::damage::KINDS;
use super::dump::{Chunk, Recovery, chunks, found};
use crate::support::{TestResult, simulated};

/// Requests in the dump, and places that are damaged.
const REQUESTS: usize = 1000;
const PLACES: usize = 100;

/// A way to write a request.
type Write = fn(&Chunk) -> Vec<u8>;

/// Dumps: of each family, and as other servers and captures write them.
const DUMPS: [(&str, Write); 6] = [
    ("event", |chunk| chunk.bytes.clone()),
    ("status", |chunk| chunk.bytes.clone()),
    ("v4", |chunk| chunk.bytes.clone()),
    ("event, bodies on several lines", |chunk| {
        let body: serde_json::Value = serde_json::from_slice(&chunk.bytes[chunk.body..]).unwrap_or_default();
        let body = serde_json::to_vec_pretty(&body).unwrap_or_default();
        let head = String::from_utf8_lossy(&chunk.bytes[..chunk.body]);
        let lines = head.lines().filter(|line| !line.starts_with("Content-Length") && !line.is_empty());
        let head: String = lines.map(|line| format!("{line}\r\n")).collect();
        [format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), &body, b"\r\n"].concat()
    }),
    ("event, chunked", |chunk| {
        let body = chunk.bytes[chunk.body..].trim_ascii_end();
        let head = String::from_utf8_lossy(&chunk.bytes[..chunk.body]);
        let lines = head.lines().filter(|line| !line.starts_with("Content-Length") && !line.is_empty());
        let head: String = lines.map(|line| format!("{line}\r\n")).collect();
        let mut request = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
        for part in body.chunks(100) {
            request.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
            request.extend_from_slice(part);
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"0\r\n\r\n");
        request
    }),
    ("v4, nothing between requests", |chunk| chunk.bytes.trim_ascii_end().to_vec()),
];

/// A dump of 1,000 requests.
fn dump((name, write): (&str, Write)) -> TestResult<Vec<Chunk>> {
    let family = name.split(',').next().unwrap_or_default();
    let log = simulated(&format!("--calls 1200 --family {family} --format http --seed 6"))?;
    let log: Vec<u8> = chunks(&log, Format::Http).iter().take(REQUESTS).flat_map(write).collect();
    let chunks = chunks(&log, Format::Http);
    assert_eq!(chunks.len(), REQUESTS, "{name}");
    Ok(chunks)
}

/// The dump with all places damaged in one way, every tenth record from the last to the first.
fn damaged(dump: &[Chunk], damage: fn(&mut Rng, &mut Vec<Chunk>, usize), seed: u64) -> Vec<Chunk> {
    let mut rng = Rng::with_seed(seed);
    let mut log = dump.to_vec();
    for place in (0..PLACES).rev() {
        let at = place * (REQUESTS / PLACES) + rng.usize(..REQUESTS / PLACES - 1);
        log[at].damaged = true;
        damage(&mut rng, &mut log, at);
    }
    log
}

#[test]
fn what_was_left_alone_is_found_again() -> TestResult {
    let mut short = Vec::new();
    for kind_of_dump in DUMPS {
        let (family, dump) = (kind_of_dump.0, dump(kind_of_dump)?);
        for (kind, damage) in KINDS {
            for seed in 0..4 {
                let log = damaged(&dump, damage, seed);
                let recovery = Recovery::of(&log, Format::Http);
                assert!(recovery.sound >= REQUESTS - 2 * PLACES, "{kind}: {recovery:?}");
                if recovery.recovered < recovery.sound || recovery.invented > 0 {
                    let Recovery { sound, recovered, invented, examples } = recovery;
                    short.push(format!(
                        "{family}, {kind}, seed {seed}: {recovered} of {sound}, {invented} invented\n    {}",
                        examples.join("\n    ")
                    ));
                }
            }
        }
    }
    assert!(short.is_empty(), "{} of them\n{}", short.len(), short.join("\n"));
    Ok(())
}

#[test]
fn a_damaged_first_request_does_not_hide_the_format() -> TestResult {
    let mut wrong = Vec::new();
    for kind_of_dump in DUMPS {
        let dump = dump(kind_of_dump)?;
        for (kind, damage) in KINDS {
            for seed in 0..100 {
                let mut log = dump[..12].to_vec();
                damage(&mut Rng::with_seed(seed), &mut log, 0);
                let log: Vec<u8> = log.into_iter().flat_map(|chunk| chunk.bytes).collect();
                if detect(&log, true) != Some(Format::Http) {
                    wrong.push(format!(
                        "{}, {kind}, seed {seed}: {}",
                        kind_of_dump.0,
                        log[..60].escape_ascii()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn any_windows_give_the_same_records_of_a_damaged_dump() -> TestResult {
    for kind_of_dump in DUMPS {
        let dump = dump(kind_of_dump)?;
        for (kind, damage) in KINDS {
            let log: Vec<u8> = damaged(&dump, damage, 9).into_iter().flat_map(|chunk| chunk.bytes).collect();
            let whole = found(&log, Format::Http, usize::MAX);
            for step in [61, 997, 65_536] {
                let parts = found(&log, Format::Http, step);
                assert!(parts == whole, "{}, {kind}: windows that grow by {step}", kind_of_dump.0);
            }
        }
    }
    Ok(())
}
