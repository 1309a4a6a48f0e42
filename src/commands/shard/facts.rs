//! `shard facts`: what the frames of all splits say of the log as a whole.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;

use super::frames::FrameFiles;
use super::log::{no_users, read_calls, read_facts, write_facts};
use crate::cli::{OutputArgs, parse_number, parse_size};
use crate::engine::{Analysis, Memory};
use crate::session::{Output, Session, Status};
use crate::shard::{
    Framing, Gather, LogFacts, LogInput, LogStage, PartName, Purpose, SplitFacts, StageTally, Tiled,
};

/// Arguments of `shard facts`.
#[derive(Debug, Args)]
#[command(
    after_help = "Given all frames of all splits, the facts are complete. An engine that spreads the parts over \
    machines gives only the frames marked `facts`, and completes them: as long as they lack something, which \
    `--lacking` prints, `shard reduce facts` is run on each part, and its frames are given with `--facts`.\n\n\
    Examples:\n  callkit-tool shard facts frames/ > log.facts\n  \
    callkit-tool shard facts --facts log.facts parts/ > more.facts"
)]
pub(super) struct FactsArgs {
    /// Files with frames, or folders with such; `-` for standard input
    #[arg(value_name = "FRAMES")]
    frames: Vec<OsString>,
    /// Facts that the frames of `shard reduce facts` complete
    #[arg(long, value_name = "FACTS")]
    facts: Option<PathBuf>,
    /// Write splits that do not begin where the one before ends to this file, to be read again
    #[arg(long, value_name = "FILE")]
    again: Option<PathBuf>,
    /// Print what the facts of --facts lack, and nothing if they are complete
    #[arg(long, requires = "facts", conflicts_with_all = ["again", "output", "frames"])]
    lacking: bool,
    /// How much is used
    #[command(flatten)]
    limits: StepLimits,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
}

/// How much memory and how many threads a step takes.
#[derive(Debug, Args)]
pub(super) struct StepLimits {
    /// Approximate memory for calls; the rest goes to temporary files [default: no limit]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_memory: Option<usize>,
    /// Number of threads
    #[arg(long, value_name = "N", default_value = "1", value_parser = parse_number::<1, 1024>)]
    threads: usize,
}

impl StepLimits {
    /// As the steps take them.
    pub(super) fn both(&self) -> (Memory, usize) {
        (Memory::new(self.max_memory), self.threads)
    }
}

/// What asks `reduce` for what the facts lack, in the place of a command.
pub(super) fn lacking(facts: &LogFacts) -> Purpose {
    Purpose::reduce(match facts.stage {
        LogStage::Copies => "facts copies",
        LogStage::Pairs(..) => "facts pairs",
        LogStage::Users(_) => "facts users",
        LogStage::Engagements(..) => "facts engagements",
        LogStage::Complete(..) => "facts",
    })
}

impl FactsArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        if let Some(path) = self.facts.as_deref().filter(|_| self.lacking) {
            let lacks = match read_facts(path)?.stage {
                LogStage::Complete(..) => "",
                LogStage::Copies | LogStage::Pairs(..) => "copies\n",
                LogStage::Users(_) => "users\n",
                LogStage::Engagements(..) => "engagements\n",
            };
            return Output::print(lacks.as_bytes());
        }
        let output = Output::open(self.output.path())?;
        let files = FrameFiles::open(&self.frames)?;
        let facts = match &self.facts {
            Some(path) => completed(path, &files)?,
            None => match tiled(&files, self.limits.both())? {
                Tiled::Whole(facts) => *facts,
                Tiled::Again(splits) => return self.again(&splits, session),
            },
        };
        write_facts(&facts, Framing::Text, output)?.finish()?;
        Ok(Status::Done)
    }

    /// Names the splits that have to be read again.
    fn again(&self, splits: &[crate::shard::Split], session: &Session) -> anyhow::Result<Status> {
        for split in splits.iter().take(NAMED) {
            session.terminal.error(&format!(
                "split {} of `{}` does not begin where the one before ends; read it again from offset {}",
                split.split, split.source, split.start
            ));
        }
        if splits.len() > NAMED {
            session.terminal.note(&format!("{} more splits have to be read again", splits.len() - NAMED));
        }
        if let Some(path) = &self.again {
            let mut output = Output::open(Some(path))?;
            for split in splits {
                output.put(&[&serde_json::to_vec(split)?[..], b"\n"].concat())?;
            }
            output.finish()?;
        } else {
            session.terminal.note("`--again FILE` writes these splits as `shard map` takes them");
        }
        Ok(Status::Incomplete)
    }
}

/// Splits that are named one by one.
const NAMED: usize = 5;

/// The facts of the splits that frames are of, and whether there are frames of calls, too.
///
/// # Errors
/// If a frame is damaged or missing.
pub(super) fn split_facts(files: &FrameFiles) -> anyhow::Result<(Vec<SplitFacts>, bool)> {
    let mut gather = Gather::new(Purpose::Map, None);
    let (mut splits, mut has_calls) = (Vec::new(), false);
    files.each(|frame| {
        if frame.part != PartName::Facts {
            has_calls = true;
            return Ok(());
        }
        gather.take(&frame, |_, item| {
            splits.push(postcard::from_bytes(item).context("the facts of a split are damaged")?);
            Ok(())
        })
    })?;
    gather.finish()?;
    Ok((splits, has_calls))
}

/// The facts of all splits; complete if all of their calls are there, too.
///
/// # Errors
/// If a frame is damaged or missing, or a split is.
pub(super) fn tiled(files: &FrameFiles, memory: (Memory, usize)) -> anyhow::Result<Tiled> {
    let (splits, has_calls) = split_facts(files)?;
    let mut facts = match LogFacts::of(splits)? {
        Tiled::Whole(facts) => facts,
        again @ Tiled::Again(_) => return Ok(again),
    };
    if has_calls {
        let calls = read_calls(files, &facts, facts.totals.clone(), memory, |_, _| Ok(()))?;
        if let Some(part) = (0..facts.parts).find(|part| !calls.parts.contains(part)) {
            bail!("the frames of part {part} are missing; give all parts, or only frames marked `facts`");
        }
        let mut analysis = calls.analysis;
        while !facts.is_complete() {
            let tally = tally(&mut analysis, &facts, memory.1)?;
            advance(&mut facts, vec![tally])?;
        }
    }
    Ok(Tiled::Whole(facts))
}

/// Facts with what the frames of all parts add to them.
fn completed(path: &Path, files: &FrameFiles) -> anyhow::Result<LogFacts> {
    let mut facts = read_facts(path)?;
    ensure!(!facts.is_complete(), "the facts are complete already");
    let mut gather = Gather::new(lacking(&facts), Some(facts.input));
    let mut tallies = Vec::new();
    files.each(|frame| {
        gather.take(&frame, |_, item| {
            tallies
                .push(postcard::from_bytes::<StageTally>(item).context("the facts of a part are damaged")?);
            Ok(())
        })
    })?;
    gather.finish_parts(facts.parts)?;
    advance(&mut facts, tallies)?;
    Ok(facts)
}

fn advance(facts: &mut LogFacts, tallies: Vec<StageTally>) -> anyhow::Result<()> {
    let (inputs, sources) = (facts.inputs.clone(), facts.sources.clone());
    facts.advance(tallies, |[one, other]| {
        let file = |source: usize| {
            let input = sources.get(source)?.1;
            inputs.get(input).map(|LogInput { name, escaped, .. }| (input, (name, escaped)))
        };
        let pair = file(one).zip(file(other));
        pair.is_some_and(|((one, file), (other, again))| one != other && file == again)
    })
}

/// What calls say about what the facts lack.
///
/// # Errors
/// If what does not fit in memory cannot be read back.
pub(super) fn tally(analysis: &mut Analysis, facts: &LogFacts, threads: usize) -> anyhow::Result<StageTally> {
    analysis.totals = facts.totals.clone();
    Ok(match &facts.stage {
        LogStage::Copies => StageTally::Copies(analysis.copy_tally(threads)?),
        LogStage::Pairs(_, pairs) => StageTally::Pairs(analysis.pair_tally(pairs, threads)?),
        LogStage::Users(twice) | LogStage::Complete(twice, _) => {
            analysis.set_captured_twice(twice.clone());
            StageTally::Users(analysis.acting_users(no_users(facts.input), threads)?.to_part())
        }
        LogStage::Engagements(twice, users) => {
            analysis.set_captured_twice(twice.clone());
            let mut asked = no_users(facts.input);
            asked.add_part(users.clone());
            StageTally::Engagements(analysis.engagements(&asked, threads)?.to_part())
        }
    })
}
