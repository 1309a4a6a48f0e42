//! `shard map`: one split → frames of its calls and findings, spread over parts, and of its facts.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;

use super::plan::sample;
use super::spool::SpooledSplit;
use crate::calls::packing::put;
use crate::calls::{CallTable, Timeline};
use crate::cli::{InputArgs, OutputArgs, parse_number, parse_size};
use crate::commands::in_parts::{FINDINGS, RESULT};
use crate::engine::{Analysis, ReadExtent, SourceRange};
use crate::framing::{Format, detect};
use crate::session::{FindingEntry, Inputs, KeepFindings, Output, Session, Status};
use crate::shard::{Container, Framing, Header, LaneWriter, PartName, Purpose, Split, SplitFacts, part_of};
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
        let input = split.input_id()?.over(self.parts as u32);
        let output = Output::open(self.output.path())?;
        let spooled = self.spooled(&split)?;
        let mut inputs = self.open(&split, spooled.as_ref(), session)?;
        let parts = self.parts as u32;
        let mut findings = (Sorter::new(inputs.memory().of_sorting()), 0);
        let rules = split.reading.rules()?;
        let analysis = inputs
            .gather(&rules, None, true, &KeepFindings, |found| keep(&mut findings, &std::mem::take(found)))?;
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
        let (findings, calls) = (findings.0.finish()?, sorted_calls(&analysis, parts)?);
        let (mut reading, mut item) = (findings.read()?, Vec::new());
        while reading.next(&mut item)?.is_some() {
            lanes.put(PartName::Part(split.split % parts), &item)?;
        }
        let mut reading = calls.read()?;
        while reading.next(&mut item)?.is_some() {
            let (part, call) = item.split_first_chunk().context("a call was lost on the way")?;
            lanes.put(PartName::Part(u32::from_le_bytes(*part)), call)?;
        }
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

/// Keeps the findings of a block, if it has any, with the number of those before it that have.
fn keep((findings, count): &mut (Sorter, u64), found: &[FindingEntry]) -> anyhow::Result<()> {
    if !found.is_empty() {
        let mut item = vec![FINDINGS];
        put(&mut item, *count);
        findings.push(*count, &postcard::to_extend(found, item)?)?;
        *count += 1;
    }
    Ok(())
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
