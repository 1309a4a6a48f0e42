//! The frames of earlier days, kept so that only the log of the day has to be read.
//!
//! Comes in: a state, and the frames of a day. Goes out: the frames of all days, as if their logs had been split together;
//! and the next state. Must not: lose a call that is not asked to be closed.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::facts::split_facts;
use super::frames::FrameFiles;
use super::log::{moved, no_users, place_of, read_calls, read_facts};
use crate::calls::packing::take;
use crate::calls::{CallTable, Position, Timeline, packed_id};
use crate::commands::in_parts::{CARRIED, RESULT, carried_sorter};
use crate::engine::Memory;
use crate::session::Output;
use crate::shard::{
    Carried, FrameLane, Framing, Gather, Header, LaneWriter, LogFacts, PartName, Purpose, ShardFrame,
    SplitFacts, Tiled,
};

/// The files that hold the frames of a run.
#[derive(Debug)]
pub(super) struct FrameFolder {
    /// Those marked `facts`.
    pub(super) facts: PathBuf,
    /// Those of each part.
    pub(super) parts: Vec<PathBuf>,
}

/// The facts of a log whose splits fit together.
fn log_facts(splits: Vec<SplitFacts>) -> anyhow::Result<LogFacts> {
    match LogFacts::of(splits)? {
        Tiled::Whole(facts) => Ok(*facts),
        Tiled::Again(_) => anyhow::bail!("the splits do not fit together"),
    }
}

/// Puts the frames of earlier days before those of the day; `state` does not have to exist yet.
///
/// # Errors
/// If the state is damaged, or was made with other options.
pub(super) fn join(state: &Path, day: &FrameFolder) -> anyhow::Result<()> {
    if !state.exists() {
        return Ok(());
    }
    let of_file = |path: &Path| Ok::<_, anyhow::Error>(split_facts(&FrameFiles::open(&[path.into()])?)?.0);
    let (old, new) = (of_file(state)?, of_file(&day.facts)?);
    let (before, now) = (log_facts(old.clone())?, log_facts(new.clone())?);
    let is_alike = before.reading == now.reading && before.parts == now.parts;
    ensure!(is_alike, "`{}` was made with other options", state.display());
    let plan = before.input.joined(now.input);
    let input = plan.over(before.parts);
    let shift = before.splits.len() as u32;
    let all = shift + now.splits.len() as u32;
    let mut out = BufWriter::new(File::create(&day.facts)?);
    let of_days = old.into_iter().map(|facts| (facts, 0, 0));
    for (mut facts, by, inputs) in
        of_days.chain(new.into_iter().map(|facts| (facts, shift, before.inputs.len() as u32)))
    {
        let begin = facts.extent.map_or(0, |extent| extent.begin);
        facts.split.plan = plan.to_string();
        facts.split.split += by;
        facts.split.splits = all;
        facts.split.input += inputs;
        let header = Header { input, purpose: Purpose::Map, begin };
        let mut lanes = LaneWriter::new(out, Framing::Binary, header, facts.split.split, 0);
        lanes.put(PartName::Facts, &postcard::to_stdvec(&facts)?)?;
        out = lanes.finish_one(PartName::Facts)?;
    }
    out.flush()?;
    let joined: Vec<PathBuf> = day.parts.iter().map(|path| path.with_extension("joined")).collect();
    let files = joined.iter().map(|path| File::create(path).map(BufWriter::new));
    let mut files = files.collect::<Result<Vec<_>, _>>().context("cannot write the frames of a part")?;
    let mut put = |frame: ShardFrame, by: u32| {
        let frame = frame.relabelled(input, by)?;
        match frame.part {
            PartName::Facts => Ok(()),
            PartName::Part(part) => {
                let out = files.get_mut(part as usize).context("it is of no part")?;
                frame.write(Framing::Binary, out).context("cannot write the frames of a part")
            }
        }
    };
    FrameFiles::open(&[state.into()])?.each(|frame| put(frame, 0))?;
    for path in &day.parts {
        FrameFiles::open(&[path.into()])?.each(|frame| put(frame, shift))?;
    }
    for ((file, path), to) in files.into_iter().zip(&joined).zip(&day.parts) {
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(path, to).context("cannot write the frames of a part")?;
    }
    Ok(())
}

/// Writes the next state; calls that have been silent for more than `expire` seconds before the newest callback are left
/// out. Returns how many.
///
/// # Errors
/// If the state cannot be written.
pub(super) fn save(
    state: &Path,
    day: &FrameFolder,
    facts: &Path,
    expire: Option<i64>,
    memory: Memory,
) -> anyhow::Result<u64> {
    let facts = read_facts(facts)?;
    let mut output = Output::open(Some(state))?;
    let mut closed = 0;
    FrameFiles::open(&[(&day.facts).into()])?.each(|frame| Ok(frame.write(Framing::Binary, &mut output)?))?;
    for (number, path) in (0..).zip(&day.parts) {
        let files = FrameFiles::open(&[path.into()])?;
        let silent = match expire {
            Some(seconds) => silent(&files, &facts, seconds, memory)?,
            None => SilentCalls::default(),
        };
        closed += silent.ids.len() as u64;
        if silent.ids.is_empty() {
            files.each(|frame| Ok(frame.write(Framing::Binary, &mut output)?))?;
        } else {
            output = write_without(&files, &facts, (number, memory), &silent, output)?;
        }
    }
    output.finish()?;
    Ok(closed)
}

/// Calls that are left out.
#[derive(Debug, Default)]
struct SilentCalls {
    ids: HashSet<String>,
    /// The positions of their callbacks, if frames carry something of these.
    positions: HashSet<u64>,
}

/// The calls whose last callback is that long before the newest of the log.
fn silent(files: &FrameFiles, facts: &LogFacts, seconds: i64, memory: Memory) -> anyhow::Result<SilentCalls> {
    // A clock that is far off does not make all calls old.
    let newest = facts.totals.log_context(no_users(facts.input)).newest.unwrap_or_default();
    let analysis = read_calls(files, facts, facts.totals.clone(), (memory, 1), |_, _| Ok(()))?.analysis;
    let carries_callbacks = matches!(facts.reading.carries, Carried::Places | Carried::Callbacks);
    let look = |silent: &mut SilentCalls, _: &CallTable, timeline: &Timeline<'_>| {
        let last = timeline.steps.iter().filter_map(|step| step.time).max();
        if last.is_none_or(|last| i64::from(newest) - i64::from(last) <= seconds) {
            return;
        }
        silent.ids.insert(timeline.call_id.clone().into_owned());
        if carries_callbacks {
            let callbacks = timeline.callbacks().map(|step| step.position);
            silent
                .positions
                .extend(callbacks.chain(timeline.set_aside.iter().copied()).map(Position::number));
        }
    };
    let found = analysis.each_call(1, SilentCalls::default, look)?;
    let mut all = SilentCalls::default();
    for SilentCalls { ids, positions } in found {
        all.ids.extend(ids);
        all.positions.extend(positions);
    }
    Ok(all)
}

/// Writes the frames of a part without these calls.
fn write_without(
    files: &FrameFiles,
    facts: &LogFacts,
    (part, memory): (u32, Memory),
    left_out: &SilentCalls,
    mut output: Output,
) -> anyhow::Result<Output> {
    // The items of each lane, by its number, which is that of its first frame among those of all lanes.
    let (mut lanes, mut items) = (BTreeMap::<FrameLane, u64>::new(), carried_sorter(memory));
    let input = facts.input;
    let mut gather = Gather::new(Purpose::Map, Some(input));
    files.each(|frame| {
        gather.take(&frame, |lane, item| {
            let is_left_out = match item.split_first() {
                Some((&RESULT, call)) => packed_id(call).is_some_and(|id| left_out.ids.contains(id)),
                Some((&CARRIED, mut rest)) => {
                    let place = place_of(facts, &lane).context("it is of no split")?;
                    let position = take(&mut rest).map(|number| moved(Position::of_number(number), place));
                    position.is_some_and(|position| left_out.positions.contains(&position.number()))
                }
                _ => false,
            };
            let next = lanes.len() as u64;
            let number = *lanes.entry(lane).or_insert(next);
            if !is_left_out {
                items.push(number, item)?;
            }
            Ok(())
        })
    })?;
    let items = items.finish()?;
    let (mut reading, mut item) = (items.read()?, Vec::new());
    let mut all = gather.finish()?;
    // A lane without items has no number.
    all.sort_by_key(|lane| lanes.get(lane).copied());
    for lane in all {
        let header = Header { input, purpose: Purpose::Map, begin: lane.begin };
        let mut writer = LaneWriter::new(output, Framing::Binary, header, lane.split, 1);
        while lanes.contains_key(&lane) && reading.key() == lanes.get(&lane).copied() {
            reading.next(&mut item)?;
            writer.put(PartName::Part(part), &item)?;
        }
        output = writer.finish_one(PartName::Part(part))?;
    }
    Ok(output)
}
