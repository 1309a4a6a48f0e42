//! A log of which other processes have read all splits: its facts, and calls out of frames.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use super::frames::FrameFiles;
use crate::calls::packing::take;
use crate::calls::{ActiveUsers, Position, Totals};
use crate::cli::InputArgs;
use crate::commands::in_parts::{CARRIED, FINDINGS, RESULT};
use crate::engine::{Analysis, Gatherer, Memory};
use crate::rules::RuleOptions;
use crate::session::{FindingEntry, Inputs, Session};
use crate::shard::{
    Carried, FrameLane, FrameReader, Framing, Gather, Header, InputId, LaneWriter, LogFacts, LogInput,
    LogStage, PartName, PlacedSplit, Purpose,
};
use crate::source::Source;
use crate::spec::Place;

/// The facts that a file holds.
///
/// # Errors
/// If it cannot be read, or is damaged.
pub(super) fn read_facts(path: &Path) -> anyhow::Result<LogFacts> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    let mut gather = Gather::new(Purpose::Facts, None);
    let mut facts = None;
    FrameReader::new(&name, std::io::BufReader::new(file)).each(|frame| {
        gather.take(&frame, |_, item| {
            facts = Some(postcard::from_bytes(item).context("its facts are damaged")?);
            Ok(())
        })
    })?;
    gather.finish().with_context(|| format!("`{name}`"))?;
    facts.with_context(|| format!("`{name}` holds no facts"))
}

/// Writes facts.
///
/// # Errors
/// If the output cannot be written.
pub(super) fn write_facts<W: std::io::Write>(
    facts: &LogFacts,
    framing: Framing,
    out: W,
) -> anyhow::Result<W> {
    let header = Header { input: facts.input, purpose: Purpose::Facts, begin: 0 };
    let mut lanes = LaneWriter::new(out, framing, header, 0, 0);
    lanes.put(PartName::Facts, &postcard::to_stdvec(facts)?)?;
    lanes.finish_one(PartName::Facts)
}

/// The inputs of a log, as they were read. What could not be is said if `says`: once, by the step that prints.
pub(super) fn inputs_of(
    facts: &LogFacts,
    totals: &mut Totals,
    args: &InputArgs,
    (rules, says): (&RuleOptions, bool),
    session: &Session,
) -> Inputs {
    let file = |LogInput { name, folder, .. }: &LogInput| Source::file(name, Path::new(name), folder.clone());
    let files = facts.inputs.iter().map(file);
    let mut inputs = Inputs::of(files.collect(), args, session.terminal);
    inputs.include_refused(facts.reading.include_refused);
    inputs.sources.set_sources(&facts.sources);
    if facts.is_partial {
        inputs.fail();
    }
    inputs.resume(totals, facts.captured_twice(), if says { &facts.errors } else { &[] }, rules);
    inputs
}

/// The key under which the ids of users are hashed: nobody knows it before the log is complete.
pub(super) fn no_users(input: InputId) -> ActiveUsers {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&input.0);
    ActiveUsers::keyed(key)
}

/// Calls out of frames.
#[derive(Debug)]
pub(super) struct FrameCalls {
    /// The calls.
    pub(super) analysis: Analysis,
    /// The parts that they are of.
    pub(super) parts: BTreeSet<u32>,
}

/// What frames hold next to calls.
#[derive(Debug)]
pub(super) enum FrameItem<'f> {
    /// The findings of a block.
    Findings(Vec<FindingEntry>),
    /// What is carried of a record, or of those of a block, with the place of the split.
    Carried(&'f PlacedSplit, &'f [u8]),
}

/// Reads the calls of frames, and gives what is next to them to `see`, with a key in the order of the input.
///
/// # Errors
/// If a frame is damaged or missing, and those of `see`.
pub(super) fn read_calls(
    files: &FrameFiles,
    facts: &LogFacts,
    totals: Totals,
    (memory, threads): (Memory, usize),
    mut see: impl FnMut(u64, FrameItem<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<FrameCalls> {
    let gatherer = Gatherer::new(memory, threads, true);
    let mut gather = Gather::new(Purpose::Map, Some(facts.input));
    let is_read = |lane: &FrameLane| place_of(facts, lane).is_some_and(|place| place.begin == lane.begin);
    files.each(|frame| {
        ensure!(frame.split < facts.splits.len() as u32, "split {} is not one of this log", frame.split);
        gather.take(&frame, |lane, item| {
            // Of a split that was read again, what was read first is passed over.
            let Some(place) = place_of(facts, &lane).filter(|_| is_read(&lane)) else { return Ok(()) };
            match item.split_first() {
                _ if lane.part == PartName::Facts => Ok(()),
                Some((&RESULT, call)) => {
                    let is_call = gatherer.table().add_packed_at(call, place.shift);
                    ensure!(is_call, "a call is damaged");
                    Ok(gatherer.check()?)
                }
                Some((&FINDINGS, rest)) => {
                    let (number, entries) = findings(rest, *place).context("findings are damaged")?;
                    see(block_key(&lane, number), FrameItem::Findings(entries))
                }
                Some((&CARRIED, mut rest)) => {
                    let number = take(&mut rest).context("an item is damaged")?;
                    let key = match facts.reading.carries {
                        Carried::Records => block_key(&lane, number),
                        Carried::Nothing | Carried::Places | Carried::Callbacks => {
                            moved(Position::of_number(number), place).number()
                        }
                    };
                    see(key, FrameItem::Carried(place, rest))
                }
                _ => bail!("an item is damaged"),
            }
        })
    })?;
    let lanes = gather.finish()?;
    let parts: BTreeSet<u32> = lanes.iter().filter_map(|lane| part_number(lane.part)).collect();
    for part in &parts {
        let is_there = |split: u32, place: &PlacedSplit| {
            lanes.binary_search(&FrameLane { part: PartName::Part(*part), split, begin: place.begin }).is_ok()
        };
        let mut splits = (0..).zip(&facts.splits);
        if let Some((split, _)) = splits.find(|(split, place)| !is_there(*split, place)) {
            bail!("the frames of part {part}, split {split} are missing");
        }
    }
    Ok(FrameCalls { analysis: gatherer.finish(totals)?, parts })
}

/// The key of a block of a split.
fn block_key(lane: &FrameLane, number: u64) -> u64 {
    u64::from(lane.split) << 32 | number
}

/// A position in a split as one in the input.
pub(super) fn moved(position: Position, place: &PlacedSplit) -> Position {
    let shift = place.shift;
    Position::new(position.source() + shift.source(), position.record() + shift.record())
}

fn part_number(part: PartName) -> Option<u32> {
    match part {
        PartName::Part(part) => Some(part),
        PartName::Facts => None,
    }
}

/// The place of a lane's split.
pub(super) fn place_of<'f>(facts: &'f LogFacts, lane: &FrameLane) -> Option<&'f PlacedSplit> {
    facts.splits.get(lane.split as usize)
}

/// The findings of a block, with their places in the input, and the block's number.
fn findings(mut bytes: &[u8], place: PlacedSplit) -> Option<(u64, Vec<FindingEntry>)> {
    let number = take(&mut bytes).filter(|number| *number < 1 << 32)?;
    let mut entries: Vec<FindingEntry> = postcard::from_bytes(bytes).ok()?;
    for entry in &mut entries {
        match entry {
            FindingEntry::Single(finding) => {
                move_place(&mut finding.place, place);
                finding.related.iter_mut().for_each(|related| move_place(&mut related.place, place));
            }
            FindingEntry::Folded(folded) => {
                move_place(&mut folded.first, place);
                move_place(&mut folded.last, place);
            }
        }
    }
    Some((number, entries))
}

fn move_place(found: &mut Place, place: PlacedSplit) {
    let PlacedSplit { shift, lines, offset, .. } = place;
    found.source += shift.source();
    found.offset += offset;
    found.line += lines;
    found.record = found.record.map(|record| record + shift.record());
}

/// Gives the calls what the facts say of the whole log.
///
/// # Errors
/// If the facts are not complete.
pub(super) fn inform(analysis: &mut Analysis, facts: &LogFacts) -> anyhow::Result<()> {
    let LogStage::Complete(twice, users) = &facts.stage else {
        bail!(
            "the facts do not say yet what was captured twice; `shard facts` has to see all frames, or what \
             `shard reduce facts` makes of each part"
        );
    };
    analysis.set_captured_twice(twice.clone());
    let mut active = no_users(facts.input);
    active.add_part(users.clone());
    analysis.set_active_users(active);
    Ok(())
}
