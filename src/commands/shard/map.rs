//! `shard map`: one split → frames of its calls and findings, spread over parts, and of its facts.

use clap::Args;
use std::path::PathBuf;

use super::kept::{KeepRecords, KeptRecords, put_in_parts};
use super::split_input::SplitInput;
use crate::calls::{CallTable, Timeline};
use crate::cli::{InputArgs, OutputArgs, parse_number, parse_size};
use crate::commands::in_parts::RESULT;
use crate::engine::{Analysis, CallSet, Gatherer};
use crate::session::{Inputs, Output, Session, Status};
use crate::shard::{
    Carried, Framing, Header, LaneWriter, PartName, Purpose, ReadingOptions, Split, SplitFacts, part_of,
};
use crate::spill::{Shared, Sorted, Sorter};

/// Arguments of `shard map`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callkit-tool shard map --split \"$(sed -n 1p splits.jsonl)\" > frames\n  \
    callkit-tool shard map --split \"$LINE\" --parts 64 --framing binary -o frames /mnt/logs/a.log"
)]
pub(super) struct MapArgs {
    /// The split: a line of what `shard plan` prints
    #[arg(long, value_name = "JSON")]
    split: String,
    /// How many parts the calls are spread over
    #[arg(long, value_name = "N", default_value = PARTS, value_parser = parse_number::<1, 1_000_000>)]
    parts: usize,
    /// How frames are written
    #[arg(long, value_name = "FRAMING", default_value = "text")]
    framing: Framing,
    /// Approximate memory for calls; the rest goes to temporary files [default: no limit]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_memory: Option<usize>,
    /// Every line of standard input comes after its position, the offset of its first byte in the input, and a tab
    #[arg(long)]
    positions: bool,
    /// Exit with 0 even if the input cannot be read; `shard finish` then says so, and exits with 2
    #[arg(long)]
    keep_going: bool,
    /// Where the log is, if it is not where the plan was made; `-` for the bytes of the input from the split's start on, or
    /// its lines, on standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
}

/// How many parts there are, unless that is given.
pub(super) const PARTS: &str = "16";

impl MapArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let split = Split::parse(&self.split)?;
        let parts = self.parts as u32;
        let input = split.input_id()?.over(parts);
        let output = Output::open(self.output.path())?;
        let args = InputArgs {
            threads: Some(1),
            no_progress: true,
            allow_empty: true,
            max_memory: self.max_memory,
            ..InputArgs::default()
        };
        let mut source = SplitInput::open(&split, self.file.as_deref(), self.positions, args, session)?;
        let inputs = &mut source.inputs;
        let keep = KeepRecords { carries: split.reading.carries, split: split.split, parts };
        let mut kept = KeptRecords::new(keep, inputs.memory());
        let analysis = read(inputs, &split.reading, keep, &mut kept)?;
        let extent = source.extent(&split, analysis.totals.records)?;
        let begin = extent.map_or(0, |extent| extent.begin);
        let header = Header { input, purpose: Purpose::Map, begin };
        let mut lanes = LaneWriter::new(output, self.framing, header, split.split, parts);
        kept.put(&mut lanes)?;
        put_in_parts(&sorted_calls(&analysis, parts)?, &mut lanes)?;
        let inputs = &source.inputs;
        let facts = SplitFacts {
            parts,
            extent,
            offset: source.offset,
            sources: inputs.sources.names(),
            errors: inputs.errors().to_vec(),
            totals: analysis.totals,
            split,
        };
        lanes.put(PartName::Facts, &postcard::to_stdvec(&facts)?)?;
        lanes.finish()?.finish()?;
        Ok(if self.keep_going { Status::Done } else { inputs.status() })
    }
}

/// Reads the input: its calls, and what is kept of its records.
fn read(
    inputs: &mut Inputs,
    reading: &ReadingOptions,
    keep: KeepRecords,
    kept: &mut KeptRecords,
) -> anyhow::Result<Analysis> {
    let rules = reading.rules()?;
    match reading.carries {
        Carried::Records => {
            let totals = inputs.read_records(&rules, &keep, |found| kept.take(found))?;
            Ok(Gatherer::new(inputs.memory(), 1, false).finish(totals)?)
        }
        Carried::Nothing => inputs.gather(&rules, None, true, &keep, |found| kept.take(found)),
        Carried::Places | Carried::Callbacks => {
            inputs.gather(&rules, Some(&CallSet::All), true, &keep, |found| kept.take(found))
        }
    }
}

/// The calls, packed, in the order of the input: each after its part, in four bytes.
fn sorted_calls(analysis: &Analysis, parts: u32) -> anyhow::Result<Sorted> {
    let sorter = Shared::new(Sorter::new(analysis.memory().of_sorting()));
    analysis.each_call(1, Vec::new, |item, table: &CallTable, timeline: &Timeline<'_>| {
        item.clear();
        item.extend_from_slice(&part_of(&timeline.call_id, parts).to_le_bytes());
        item.push(RESULT);
        table.pack(timeline.index, item);
        sorter.fill(|sorter| sorter.push(table.first_position(timeline.index).number(), item));
    })?;
    Ok(sorter.finish()?.finish()?)
}
