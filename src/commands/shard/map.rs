//! `shard map`: one split → frames of its calls and findings, spread over parts, and of its facts.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;

use super::kept::{KeepRecords, KeptRecords, put_in_parts};
use super::plan::sample;
use super::spool::SpooledSplit;
use crate::calls::{CallTable, Timeline};
use crate::cli::{InputArgs, OutputArgs, parse_number, parse_size};
use crate::commands::in_parts::RESULT;
use crate::engine::{Analysis, CallSet, Gatherer, ReadExtent, SourceRange};
use crate::framing::{Format, detect};
use crate::session::{Inputs, Output, Session, Status};
use crate::shard::{
    Carried, Container, Framing, Header, LaneWriter, PartName, Purpose, ReadingOptions, Split, SplitFacts,
    part_of,
};
use crate::source::Source;
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
        let spooled = self.spooled(&split)?;
        let mut inputs = self.open(&split, spooled.as_ref(), session)?;
        let keep = KeepRecords { carries: split.reading.carries, split: split.split, parts };
        let mut kept = KeptRecords::new(keep, inputs.memory());
        let analysis = read(&mut inputs, &split.reading, keep, &mut kept)?;
        let offset = spooled.as_ref().map_or(0, |it| it.offset.unwrap_or(split.start));
        let extent = match &spooled {
            Some(SpooledSplit { size: (end, lines), .. }) if self.positions => {
                let records = analysis.totals.records;
                Some(ReadExtent { begin: 0, end: *end, lines: *lines, records })
            }
            _ => inputs.extent,
        };
        let extent = extent.map(|it| ReadExtent { begin: it.begin + offset, end: it.end + offset, ..it });
        let begin = extent.map_or(0, |extent| extent.begin);
        let is_short = extent.is_some_and(|extent| extent.end < split.end.min(split.size)) && !self.positions;
        ensure!(!is_short, "the input ends before the split does");
        let header = Header { input, purpose: Purpose::Map, begin };
        let mut lanes = LaneWriter::new(output, self.framing, header, split.split, parts);
        kept.put(&mut lanes)?;
        put_in_parts(&sorted_calls(&analysis, parts)?, &mut lanes)?;
        let facts = SplitFacts {
            parts,
            extent,
            offset,
            sources: inputs.sources.names(),
            errors: inputs.errors().to_vec(),
            totals: analysis.totals,
            split,
        };
        lanes.put(PartName::Facts, &postcard::to_stdvec(&facts)?)?;
        lanes.finish()?.finish()?;
        Ok(inputs.status())
    }

    /// The split in a file, if it comes on standard input.
    fn spooled(&self, split: &Split) -> anyhow::Result<Option<SpooledSplit>> {
        if self.file.as_deref() != Some(Path::new("-")) {
            ensure!(!self.positions, "`--positions` needs `-`: the lines come on standard input");
            return Ok(None);
        }
        let mut input = std::io::stdin().lock();
        let spooled = match self.positions {
            true => SpooledSplit::of_lines(&mut input, split.size)?,
            false => SpooledSplit::of_bytes(&mut input, split.start)?,
        };
        Ok(Some(spooled))
    }

    /// The input of a split, to be read in its range.
    fn open(
        &self,
        split: &Split,
        spooled: Option<&SpooledSplit>,
        session: &Session,
    ) -> anyhow::Result<Inputs> {
        let named = self.file.as_deref().unwrap_or(Path::new(&split.source));
        let path = spooled.map_or(named, |spooled| spooled.file.path());
        let source = Source::file(&split.source, path, split.folder.clone());
        let size = source.stored_size().with_context(|| format!("cannot read `{}`", path.display()))?;
        let is_whole = split.container == Container::Whole || (split.start == 0 && split.end == split.size);
        let is_same = size == split.size || self.positions || (spooled.is_some() && !is_whole);
        ensure!(
            is_same,
            "`{}` has {size} bytes, and had {} when the plan was made",
            path.display(),
            split.size
        );
        let mut args = InputArgs {
            threads: Some(1),
            no_progress: true,
            allow_empty: true,
            max_memory: self.max_memory,
            ..InputArgs::default()
        };
        if spooled.is_none() {
            let found = sample(&source, size).with_context(|| format!("cannot read `{}`", path.display()))?;
            ensure!(found == split.sample, "`{}` is not the file that was planned", path.display());
        }
        if self.positions {
            check_lines(&source)?;
        }
        split.reading.apply(&mut args)?;
        if !is_whole {
            args.input_format = split.container.format();
        }
        let mut inputs = Inputs::of(vec![source], &args, session.terminal);
        inputs.include_refused(split.reading.include_refused);
        let offset = spooled.and_then(|spooled| spooled.offset).unwrap_or(0);
        let (start, end) = (split.start - offset.min(split.start), split.end - offset.min(split.end));
        // Whether a line begins at the first byte that comes is not known, unless the split says it.
        let start = if spooled.is_some() && !split.exact { start.max(1) } else { start };
        let range = SourceRange { start, end, is_exact: split.exact };
        inputs.cut.range = Some(range).filter(|_| !is_whole && !self.positions);
        Ok(inputs)
    }
}

/// Insists on lines that are records of their own, as far as their beginning tells.
fn check_lines(source: &Source) -> anyhow::Result<()> {
    let mut head = vec![0; 1 << 16];
    let length = source.read_at(0, &mut head).context("cannot read a temporary file")?;
    match detect(&head[..length], true) {
        Some(Format::JsonLines) | None => Ok(()),
        Some(Format::Http) => {
            bail!("raw HTTP has records of several lines, which cannot be given with positions")
        }
        Some(Format::Table) => {
            bail!("the rows of a table need its header, and cannot be given with positions")
        }
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
