//! `shard plan`: inputs → splits, each a line of JSON.

use std::ffi::OsString;

use anyhow::{Context, ensure};
use clap::{Args, FromArgMatches};
use sha2::{Digest, Sha256};

use super::part_command::PartCommand;
use crate::cli::{InputArgs, OutputArgs, RuleArgs, parse_number, parse_size};
use crate::framing::{Format, detect};
use crate::session::{Inputs, Output, Session, Status};
use crate::shard::{Container, InputId, ReadingOptions, Split};
use crate::source::{ReadError, Source, Sources, identify};

/// Arguments of `shard plan`.
#[derive(Debug, Args)]
#[command(
    after_help = "Options that say how records are read and judged are part of the plan: give them here, or name \
    the command that they are for after `--`.\n\n\
    Examples:\n  callkit-tool shard plan logs/ --split-size 64M > splits.jsonl\n  \
    callkit-tool shard plan logs/ -- validate --sdkappid 1400000001 > splits.jsonl"
)]
pub(super) struct PlanArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Bytes of a split; K, M and G stand for KiB, MiB and GiB
    #[arg(long, value_name = "SIZE", default_value = SPLIT_SIZE, value_parser = parse_size)]
    split_size: usize,
    /// Plan for lines that an engine reads itself and gives to `map --positions`, as an input of this name
    #[arg(long, value_name = "NAME", requires = "splits", conflicts_with_all = ["inputs", "split_size"])]
    lines_of: Option<String>,
    /// How many splits the engine makes of these lines
    #[arg(long, value_name = "N", requires = "lines_of", value_parser = parse_number::<1, 1_000_000>)]
    splits: Option<usize>,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// The command that the plan is for, with its options
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Bytes of a split, unless they are given.
pub(super) const SPLIT_SIZE: &str = "128M";

/// Bytes of an input by which it is told how it can be split.
const HEAD: usize = 1 << 20;

/// What is read at each of several places of an input to tell it from another of the same name and size.
const SAMPLE: usize = 4096;

/// How many places these are, the beginning and the end among them.
const SAMPLES: u64 = 16;

/// An input that is not split is reported from this size on.
const LARGE: u64 = 1 << 30;

impl PlanArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let reading = match &self.command[..] {
            [] => ReadingOptions::of(&self.input, Some(&self.rules), false)?,
            words => {
                let own = ReadingOptions::of(&self.input, Some(&self.rules), false)?;
                ensure!(
                    own == unsaid(session)?,
                    "options on reading and rules belong to the command, after `--`"
                );
                let command = PartCommand::parse(words, session.config)?;
                command.check()?;
                command.reading()?
            }
        };
        let mut output = Output::open(self.output.path())?;
        let splits = match self.lines_of.as_deref().zip(self.splits) {
            Some((name, count)) => of_lines(name, count, &reading)?,
            None => {
                let mut inputs = Inputs::open(&self.input, session.terminal)?;
                ensure!(inputs.errors().is_empty(), "not all inputs can be read");
                plan(&mut inputs, &reading, self.split_size as u64, session)?
            }
        };
        for split in splits {
            let mut line = serde_json::to_vec(&split)?;
            line.push(b'\n');
            output.put(&line)?;
        }
        output.finish()?;
        Ok(Status::Done)
    }
}

/// How records are read and judged if no option says anything.
fn unsaid(session: &Session) -> anyhow::Result<ReadingOptions> {
    let command = PlanArgs::augment_args(clap::Command::new("plan").no_binary_name(true));
    let plain = session.config.apply(command).try_get_matches_from([""; 0])?;
    let plain = PlanArgs::from_arg_matches(&plain)?;
    ReadingOptions::of(&plain.input, Some(&plain.rules), false)
}

/// The splits of inputs.
///
/// # Errors
/// If an input is a pipe, or cannot be read.
pub(super) fn plan(
    inputs: &mut Inputs,
    reading: &ReadingOptions,
    split_size: u64,
    session: &Session,
) -> anyhow::Result<Vec<Split>> {
    let mut splits: Vec<Split> = Vec::new();
    let mut digest = Sha256::new();
    digest.update(serde_json::to_vec(reading)?);
    let sources = &inputs.sources;
    for (index, source) in sources.list().iter().enumerate() {
        let name = &source.name;
        let size = source.stored_size();
        let size = size.with_context(|| {
            format!("`{name}` is not a regular file, and cannot be split; write it to one")
        })?;
        // Of what cannot be read, `map` says it, as a command does that reads everything itself.
        let known = container(sources, index, reading.format()?);
        let known = known.and_then(|container| Ok((container, sample(source, size)?)));
        let modified = source.modified().filter(|_| known.is_ok());
        let (container, sample) = known.unwrap_or((Container::Whole, String::new()));
        if container == Container::Whole && size > LARGE {
            session.terminal.note(&format!("`{name}` cannot be split, so one process reads all of it"));
        }
        let count = if container == Container::Whole { 1 } else { size.div_ceil(split_size).max(1) };
        digest.update(format!("{name}\0{size}\0{container:?}\0{split_size}\0"));
        digest.update(format!("{sample}\0{modified:?}\0"));
        splits.extend((0..count).map(|number| Split {
            plan: String::new(),
            split: 0,
            splits: 0,
            input: index as u32,
            source: name.clone(),
            escaped: source.is_escaped(),
            folder: source.folder.clone(),
            start: number * split_size,
            end: if number + 1 == count { size } else { (number + 1) * split_size },
            size,
            sample: sample.clone(),
            modified,
            container,
            exact: number == 0,
            reading: reading.clone(),
        }));
    }
    ensure!(!splits.is_empty(), "there is nothing to split");
    Ok(numbered(splits, digest))
}

/// The splits of lines that an engine gives, with their positions.
fn of_lines(name: &str, count: usize, reading: &ReadingOptions) -> anyhow::Result<Vec<Split>> {
    let mut digest = Sha256::new();
    digest.update(serde_json::to_vec(reading)?);
    digest.update(format!("{name}\0{count}"));
    let split = Split {
        plan: String::new(),
        split: 0,
        splits: 0,
        input: 0,
        source: name.to_owned(),
        escaped: false,
        folder: None,
        start: 0,
        end: u64::MAX,
        size: u64::MAX,
        sample: String::new(),
        modified: None,
        container: Container::Jsonl,
        exact: true,
        reading: reading.clone(),
    };
    Ok(numbered(vec![split; count], digest))
}

/// Splits with their numbers, and the name of their plan.
fn numbered(mut splits: Vec<Split>, digest: Sha256) -> Vec<Split> {
    let input = InputId(digest.finalize().first_chunk().copied().unwrap_or_default());
    let count = splits.len() as u32;
    for (number, split) in splits.iter_mut().enumerate() {
        (split.plan, split.split, split.splits) = (input.to_string(), number as u32, count);
    }
    splits
}

/// The SHA-256 of pieces of a file, in hexadecimal.
///
/// # Errors
/// If it cannot be read.
pub(super) fn sample(source: &Source, size: u64) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    let last = size.saturating_sub(SAMPLE as u64);
    // Of a short file every byte.
    let count = last.div_ceil(SAMPLE as u64).clamp(1, SAMPLES - 1);
    let offset = |number: u64| (u128::from(last) * u128::from(number) / u128::from(count)) as u64;
    for offset in (0..=count).map(offset) {
        let mut bytes = [0; SAMPLE];
        let length = source.read_at(offset, &mut bytes)?;
        digest.update(&bytes[..length]);
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// How an input can be split.
fn container(sources: &Sources, index: usize, format: Option<Format>) -> std::io::Result<Container> {
    let mut stream = sources.open(index)?;
    match stream.next_source() {
        Ok(Some(_)) => {}
        Err(ReadError::Io(error)) => return Err(error),
        Ok(None) | Err(ReadError::Damaged(_)) => return Ok(Container::Whole),
    }
    if !stream.is_as_stored() {
        return Ok(Container::Whole);
    }
    let (mut head, mut filled) = (vec![0; HEAD], 0);
    while filled < HEAD {
        match stream.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(ReadError::Io(error)) => return Err(error),
            Err(ReadError::Damaged(_)) => return Ok(Container::Whole),
        }
    }
    head.truncate(filled);
    // What looks like no log, and a document of several records, is read as a whole.
    let begins = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if format.is_none() && (identify(&head).is_some() || begins == Some(&b'[')) {
        return Ok(Container::Whole);
    }
    Ok(match format.or_else(|| detect(&head, filled < HEAD)) {
        Some(Format::JsonLines) => Container::Jsonl,
        Some(Format::Http) => Container::Http,
        Some(Format::Table) | None => Container::Whole,
    })
}
