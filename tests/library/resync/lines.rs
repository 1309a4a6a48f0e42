//! JSON Lines.

use callkit_tool::framing::Format;
use fastrand::Rng;

use super::dump::{Chunk, Recovery, chunks};
use crate::support::{TestResult, simulated, tool};

/// Damages a line.
type Damage = fn(&mut Rng, &mut Vec<u8>);

/// Damage that stays within one line.
const KINDS: [(&str, Damage); 8] = [
    ("a bit flipped", |rng, line| {
        let at = rng.usize(..line.len());
        line[at] ^= 1 << rng.u8(..8);
    }),
    ("bytes cut", |rng, line| {
        let at = rng.usize(..line.len());
        let end = rng.usize(at..line.len());
        line.drain(at..end);
    }),
    ("the end cut off", |rng, line| line.truncate(rng.usize(1..line.len()))),
    ("the beginning cut off", |rng, line| drop(line.drain(..rng.usize(1..line.len())))),
    ("random bytes put in", |rng, line| {
        let at = rng.usize(..line.len());
        let length = rng.usize(1..300);
        let noise: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(length).collect();
        line.splice(at..at, noise);
    }),
    ("a block of NUL", |rng, line| {
        let at = rng.usize(..line.len());
        let end = rng.usize(at..line.len());
        line[at..end].fill(0);
    }),
    ("a quote put in", |rng, line| line.insert(rng.usize(..line.len()), b'"')),
    ("nested beyond all bounds", |rng, line| {
        let at = rng.usize(..line.len());
        line.splice(at..at, std::iter::repeat_n(b'[', 100_000));
    }),
];

/// Every tenth line damaged. A line feed would be a second line, which is another damage.
fn damaged(sound: &[Chunk], damage: Damage) -> Vec<Chunk> {
    let mut rng = Rng::with_seed(3);
    let mut log = sound.to_vec();
    for chunk in log.iter_mut().step_by(10) {
        let mut line = chunk.bytes.trim_ascii_end().to_vec();
        damage(&mut rng, &mut line);
        line.retain(|byte| *byte != b'\n');
        line.push(b'\n');
        *chunk = Chunk { bytes: line, body: 1, damaged: true };
    }
    log
}

#[test]
fn a_damaged_line_costs_only_itself() -> TestResult {
    for format in ["bare", "envelope"] {
        let log = simulated(&format!("--calls 300 --format {format} --seed 8"))?;
        let mut sound = chunks(&log, Format::JsonLines);
        sound.truncate(1000);
        assert_eq!(sound.len(), 1000);
        for (kind, damage) in KINDS {
            let log = damaged(&sound, damage);
            let recovery = Recovery::of(&log, Format::JsonLines);
            assert_eq!(
                (recovery.sound, recovery.recovered, recovery.invented),
                (900, 900, 0),
                "{format}, {kind}: {recovery:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn the_binary_says_something_of_every_line_that_is_no_json() -> TestResult {
    let log = simulated("--calls 300 --format bare --seed 8")?;
    let sound = chunks(&log, Format::JsonLines);
    for (kind, damage) in KINDS {
        let chunks = damaged(&sound, damage);
        let bytes: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.clone()).collect();
        let ran = tool([
            "validate",
            "--format",
            "json",
            "--all-findings",
            "--input-format",
            "jsonl",
            "--allow",
            "call",
            "-",
        ]);
        let ran = ran.stdin(bytes).run()?;
        let findings = ran.json_lines()?;
        let mut at = 0;
        for chunk in &chunks {
            let line = at..at + chunk.bytes.len() as u64;
            at = line.end;
            let said = findings
                .iter()
                .any(|finding| finding["offset"].as_u64().is_some_and(|at| line.contains(&at)));
            let is_json = serde_json::from_slice::<serde_json::Value>(&chunk.bytes).is_ok();
            assert!(
                // What begins with neither bracket is a line of text.
                said || is_json || !chunk.bytes.trim_ascii().starts_with(b"{"),
                "{kind}: {}",
                chunk.bytes.escape_ascii()
            );
            assert!(
                chunk.damaged || !said,
                "{kind}: a line that was left alone: {}",
                chunk.bytes.escape_ascii()
            );
        }
    }
    Ok(())
}
