//! `shard run`: all steps, by processes on this machine; what a driver for an engine does, too.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Args;

use super::facts::tiled;
use super::frames::FrameFiles;
use super::log::{read_facts, write_facts};
use super::map::PARTS;
use super::part_command::PartCommand;
use super::plan::{SPLIT_SIZE, plan};
use super::state::{FrameFolder, join, save};
use crate::cli::{parse_number, parse_size, parse_wait};
use crate::engine::Memory;
use crate::report::counted;
use crate::session::{Inputs, Output, Session, Status, WorkFolder};
use crate::shard::{FrameReader, Framing, PartName, Split, Tiled};
use crate::source::resolve;

/// Arguments of `shard run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool shard run export logs/ --workers 4 -o calls.csv\n  \
    callkit-tool shard run summarize logs/ --by hour --split-size 16M")]
pub(super) struct RunArgs {
    /// Processes at once [default: number of cores]
    #[arg(long, value_name = "N", global = true, value_parser = parse_number::<1, 1024>)]
    workers: Option<usize>,
    /// Bytes of a split; K, M and G stand for KiB, MiB and GiB
    #[arg(long, value_name = "SIZE", global = true, default_value = SPLIT_SIZE, value_parser = parse_size)]
    split_size: usize,
    /// How many parts the calls are spread over
    #[arg(long, value_name = "N", global = true, default_value = PARTS, value_parser = parse_number::<1, 1000>)]
    parts: usize,
    /// Keep the calls in this file, and take in those that it has: only the logs of the day have to be read
    #[arg(long, value_name = "FILE", global = true)]
    state: Option<PathBuf>,
    /// Leave out of the state calls that have been silent this long before the newest callback, such as 7d
    #[arg(long, value_name = "TIME", global = true, requires = "state", value_parser = parse_wait)]
    expire: Option<Duration>,
    /// The command
    #[command(subcommand)]
    command: PartCommand,
}

/// Rounds of reading again what did not fit, after which something else is wrong.
const MOST_ROUNDS: usize = 1000;

impl RunArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        self.command.check()?;
        if let Some(state) = &self.state {
            let folder =
                state.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            ensure!(
                folder.is_dir(),
                "cannot write `{}`: `{}` is not a folder",
                state.display(),
                folder.display()
            );
        }
        let args = self.command.input();
        if !args.inputs.is_empty() && resolve(&args.inputs).0.is_empty() {
            return self.command.alone(session);
        }
        let mut inputs = Inputs::open(args, session.terminal)?;
        let is_partial = !inputs.errors().is_empty();
        let splits = plan(&mut inputs, &self.command.reading()?, self.split_size as u64, session)?;
        let folder = WorkFolder::new()?;
        let steps = LocalSteps {
            args: self,
            folder: folder.path(),
            program: std::env::current_exe()?,
            is_partial,
            is_quiet: session.terminal.is_quiet(),
        };
        steps.map(&splits, 0)?;
        for round in 1.. {
            let again = steps.tile()?;
            if again.is_empty() {
                break;
            }
            ensure!(round < MOST_ROUNDS, "the splits do not come to fit together");
            steps.map(&again, round)?;
        }
        if let Some(state) = &self.state {
            join(state, &steps.frames())?;
            steps.tile()?;
        }
        steps.complete()?;
        steps.reduce("partial", &self.command.words())?;
        let status = steps.finish()?;
        if let Some(state) = self.state.as_deref().filter(|_| status != Status::Incomplete) {
            let expire = self.expire.map(|expire| expire.as_secs().cast_signed());
            let memory = Memory::new(self.command.input().max_memory);
            let closed = save(state, &steps.frames(), &steps.path("facts"), expire, memory)?;
            if closed > 0 {
                let calls = counted(closed, "call");
                session.terminal.note(&format!("{calls} closed: the state no longer has them"));
            }
        }
        Ok(status)
    }
}

/// The steps, as processes.
struct LocalSteps<'r> {
    args: &'r RunArgs,
    folder: &'r Path,
    program: PathBuf,
    /// True if inputs are missing, which has been said.
    is_partial: bool,
    is_quiet: bool,
}

impl LocalSteps<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The files of the frames.
    fn frames(&self) -> FrameFolder {
        let parts = (0..self.args.parts).map(|part| self.path(&part_name("part", part))).collect();
        FrameFolder { facts: self.path("facts-frames"), parts }
    }

    fn step(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        // The defaults of the project are among the options that they are given.
        command.args(["--no-config", "shard", name]).args(self.is_quiet.then_some("--quiet"));
        command.stdin(Stdio::null());
        command
    }

    /// Runs processes, at most as many at once as there are workers.
    fn all(&self, commands: impl IntoIterator<Item = Command>) -> anyhow::Result<()> {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let most = self.args.workers.unwrap_or_else(cores);
        let mut running: VecDeque<Child> = VecDeque::new();
        for mut command in commands {
            if running.len() == most {
                running.pop_front().map_or(Ok(()), wait)?;
            }
            running.push_back(command.spawn().context("cannot start a process")?);
        }
        running.into_iter().try_for_each(wait)
    }

    /// Reads splits, and gives their frames to the parts.
    fn map(&self, splits: &[Split], round: usize) -> anyhow::Result<()> {
        let file = |split: &Split| self.path(&format!("map-{round}-{}", split.split));
        let mut commands = Vec::new();
        for split in splits {
            let mut command = self.step("map");
            command.arg("--split").arg(serde_json::to_string(split)?);
            command.arg(format!("--parts={}", self.args.parts)).arg("--framing=binary");
            if let Some(most) = self.args.command.input().max_memory {
                command.arg(format!("--max-memory={most}"));
            }
            command.arg("--keep-going").arg("--output").arg(file(split));
            // What cannot be read is said at the end, by the step that says it of all splits.
            command.stderr(Stdio::piped());
            commands.push(command);
        }
        self.all(commands)?;
        let append = |name: &str| {
            let path = self.path(name);
            let file = File::options().create(true).append(true).open(&path);
            file.map(BufWriter::new).with_context(|| format!("cannot write `{}`", path.display()))
        };
        let mut facts = append("facts-frames")?;
        let parts = (0..self.args.parts).map(|part| append(&part_name("part", part)));
        let mut parts = parts.collect::<anyhow::Result<Vec<_>>>()?;
        for split in splits {
            let path = file(split);
            let name = path.display().to_string();
            let input = File::open(&path).with_context(|| format!("cannot read `{name}`"))?;
            FrameReader::new(&name, BufReader::new(input)).each(|frame| {
                let out = match frame.part {
                    PartName::Facts => &mut facts,
                    PartName::Part(part) => parts.get_mut(part as usize).context("it is of no part")?,
                };
                frame.write(Framing::Binary, out).context("cannot write the frames of a part")
            })?;
            std::fs::remove_file(&path).with_context(|| format!("cannot remove `{name}`"))?;
        }
        for out in parts.iter_mut().chain([&mut facts]) {
            out.flush().context("cannot write the frames of a part")?;
        }
        Ok(())
    }

    /// Puts the facts together; returns the splits that have to be read again.
    fn tile(&self) -> anyhow::Result<Vec<Split>> {
        let files = FrameFiles::open(&[self.path("facts-frames").into()])?;
        match tiled(&files, (Memory::new(None), 1))? {
            Tiled::Again(splits) => Ok(splits),
            Tiled::Whole(mut facts) => {
                facts.is_partial = self.is_partial;
                let output = Output::open(Some(&self.path("facts")))?;
                write_facts(&facts, Framing::Binary, output)?.finish()?;
                Ok(Vec::new())
            }
        }
    }

    /// Asks the parts for what the facts lack.
    fn complete(&self) -> anyhow::Result<()> {
        while !read_facts(&self.path("facts"))?.is_complete() {
            self.reduce("tally", &["facts".into()])?;
            let mut command = self.step("facts");
            command.arg("--facts").arg(self.path("facts")).arg("--output").arg(self.path("facts"));
            command.args((0..self.args.parts).map(|part| self.path(&part_name("tally", part))));
            self.all([command])?;
        }
        Ok(())
    }

    /// Works on every part.
    fn reduce(&self, result: &str, words: &[OsString]) -> anyhow::Result<()> {
        let command = |part| {
            let mut command = self.step("reduce");
            command.arg("--facts").arg(self.path("facts")).arg("--framing=binary").args(words);
            command.arg("--output").arg(self.path(&part_name(result, part)));
            command.arg(self.path(&part_name("part", part)));
            command
        };
        self.all((0..self.args.parts).map(command))
    }

    /// Prints the result.
    fn finish(&self) -> anyhow::Result<Status> {
        let mut command = self.step("finish");
        command.args(self.args.command.words()).arg("--facts").arg(self.path("facts"));
        if let Some(path) = self.args.command.output() {
            command.arg("--output").arg(path);
        }
        command.args((0..self.args.parts).map(|part| self.path(&part_name("partial", part))));
        let status = command.status().context("cannot start a process")?;
        match status.code() {
            Some(0) => Ok(Status::Done),
            Some(1) => Ok(Status::Findings),
            Some(130) => Ok(Status::Interrupted),
            _ => Ok(Status::Incomplete),
        }
    }
}

fn part_name(what: &str, part: usize) -> String {
    format!("{what}-{part}")
}

/// Waits for a process, which has said what is wrong if anything is.
fn wait(child: Child) -> anyhow::Result<()> {
    let ended = child.wait_with_output().context("cannot wait for a process")?;
    if !ended.status.success() {
        std::io::stderr().write_all(&ended.stderr).context("cannot write to standard error")?;
        bail!("a step has failed: {}", ended.status);
    }
    Ok(())
}
