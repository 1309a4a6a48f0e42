//! What every command that reads a log does first and last.

use std::fmt;
use std::io::{self, IsTerminal};

use anyhow::bail;

use super::Status;
use super::output::Output;
use super::progress::Progress;
use crate::calls::Totals;
use crate::cli::{InputArgs, Terminal};
use crate::engine::{
    Analysis, Block, CutOptions, Gatherer, Memory, Reader, RecordView, Watch, read_block, run,
};
use crate::report::counted;
use crate::rules::RuleOptions;
use crate::source::{InputError, Source, Sources, resolve};
use crate::spec::Level;

/// There is nothing to read: no input is named, and standard input is a terminal.
#[derive(Clone, Copy, Debug)]
pub struct NoInput;

impl fmt::Display for NoInput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no input: give a file, a directory, or `-` for standard input")
    }
}

impl std::error::Error for NoInput {}

/// Inputs, ready to be read.
#[derive(Debug)]
pub(super) struct Inputs<'t> {
    /// The sources.
    pub(super) sources: Sources,
    /// How they are cut.
    pub(super) cut: CutOptions,
    /// How many threads work.
    pub(super) threads: usize,
    /// How much memory calls may take up.
    memory: Memory,
    progress: bool,
    terminal: &'t Terminal,
    /// True once an input could not be used.
    failed: bool,
    /// The errors that have been said.
    said: Vec<String>,
}

impl<'t> Inputs<'t> {
    /// Finds the inputs. Without any, standard input is one, unless it is a terminal: then somebody wants help.
    ///
    /// # Errors
    /// Where there is nothing to read.
    pub(super) fn open(args: &InputArgs, terminal: &'t Terminal) -> anyhow::Result<Self> {
        Self::open_named(args.inputs.clone(), args, terminal)
    }

    /// The same with other names than those of the arguments.
    ///
    /// # Errors
    /// Where there is nothing to read.
    pub(super) fn open_named(
        mut names: Vec<String>,
        args: &InputArgs,
        terminal: &'t Terminal,
    ) -> anyhow::Result<Self> {
        if names.is_empty() {
            if io::stdin().is_terminal() {
                bail!(NoInput);
            }
            names.push("-".to_owned());
        }
        let (sources, mut errors) = resolve(&names);
        let sources = without_output(sources, &names, &mut errors, terminal);
        let mut inputs = Self {
            sources: Sources::new(sources),
            cut: args.cut_options(),
            threads: args.threads(),
            memory: Memory::new(args.max_memory),
            progress: !args.no_progress,
            terminal,
            failed: false,
            said: Vec::new(),
        };
        inputs.report(&errors);
        for name in inputs.sources.named_twice() {
            terminal.note(&format!("`{name}` is read twice, so that all of it is delivered again"));
        }
        Ok(inputs)
    }

    fn report(&mut self, errors: &[InputError]) {
        for error in errors {
            self.failed = true;
            // A second look at the input fails as the first did.
            let text = format!("cannot read `{}`: {}", error.name, error.cause);
            if !self.said.contains(&text) {
                self.terminal.error(&text);
                self.said.push(text);
            }
        }
    }

    /// Works on every block, see [`run`]; inputs that cannot be read are reported.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn run<S: Send, O: Send + Default>(
        &mut self,
        state: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, &Block, &mut O) + Sync,
        sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<Vec<S>> {
        let mut progress = Progress::new(&self.sources, self.progress, self.terminal);
        let outcome = run(&self.sources, self.cut, self.threads, state, work, sink, &mut || progress.tick())?;
        drop(progress);
        self.report(&outcome.errors);
        Ok(outcome.states)
    }

    /// Reads everything into one analysis; `look` sees what has findings, and what it makes of a block goes to `sink`.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn analyse<O: Send + Default>(
        &mut self,
        rules: &RuleOptions,
        look: impl Fn(&mut O, &Block, RecordView<'_>) + Sync,
        sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<Analysis> {
        self.analyse_watching(rules, None, look, sink)
    }

    /// The same, where `look` sees every record of the watched calls too.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn analyse_watching<O: Send + Default>(
        &mut self,
        rules: &RuleOptions,
        watch: Option<&Watch>,
        look: impl Fn(&mut O, &Block, RecordView<'_>) + Sync,
        mut sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<Analysis> {
        let calls = Gatherer::new(self.memory, self.threads);
        let begin = || Reader::into_table(calls.table()).watching(watch);
        let totals = self.look(rules, begin, look, |output| {
            calls.check()?;
            sink(output)
        })?;
        Ok(calls.finish(totals)?)
    }

    /// Reads everything once more, and keeps nothing; `look` sees every record of the watched calls.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn look_again<O: Send + Default>(
        &mut self,
        rules: &RuleOptions,
        watch: &Watch,
        look: impl Fn(&mut O, &Block, RecordView<'_>) + Sync,
        sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.look(rules, || Reader::of_findings().watching(Some(watch)), look, sink).map(drop)
    }

    /// Reads everything and keeps no calls; `look` sees every piece of each block.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(super) fn analyse_records<O: Send + Default>(
        &mut self,
        rules: &RuleOptions,
        look: impl Fn(&mut O, &Block, RecordView<'_>) + Sync,
        sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<Analysis> {
        let totals = self.look(rules, Reader::of_records, look, sink)?;
        Ok(Analysis::of_records(totals))
    }

    fn look<'r, O: Send + Default>(
        &mut self,
        rules: &RuleOptions,
        begin: impl Fn() -> Reader<'r> + Sync,
        look: impl Fn(&mut O, &Block, RecordView<'_>) + Sync,
        sink: impl FnMut(&mut O) -> anyhow::Result<()>,
    ) -> anyhow::Result<Totals> {
        let work = |reader: &mut Reader<'_>, block: &Block, output: &mut O| {
            read_block(reader, block, rules, |view| look(output, block, view));
        };
        let mut totals = Totals::default();
        for reader in self.run(begin, work, sink)? {
            totals.merge(&reader.totals);
        }
        Ok(totals)
    }

    /// Says how much of the input is damaged, for commands that do not list findings.
    pub(super) fn say_damage(&self, analysis: &Analysis) {
        let totals = &analysis.totals;
        let errors = totals.findings[Level::Error as usize];
        if errors == 0 {
            return;
        }
        let skipped = match totals.skipped_bytes {
            0 => String::new(),
            bytes => format!("; {} of {} skipped", counted(bytes, "byte"), totals.bytes),
        };
        let ungrouped = match totals.ungrouped {
            0 => String::new(),
            count => format!("; {} of {} without a call", counted(count, "callback"), totals.callbacks),
        };
        self.terminal.note(&format!(
            "{} in {}{skipped}{ungrouped}; `callkit-tool validate` lists them, and those on calls",
            counted(errors, "error"),
            counted(totals.records, "record"),
        ));
    }

    /// Brings the output out; a run that could not read all of its input leaves a file as it was.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub(super) fn finish(&self, output: Output) -> anyhow::Result<()> {
        if self.failed && output.is_new_file() {
            self.terminal.note(&format!("{} is left as it was", output.name()));
            return Ok(());
        }
        output.finish()
    }

    /// The status of a run that found nothing to complain about.
    pub(super) fn status(&self) -> Status {
        if self.failed { Status::Incomplete } else { Status::Done }
    }
}

/// The sources without the file that standard output goes to, which would feed on itself. That it is found in a folder
/// is no fault of anybody's; to name it is one.
#[cfg(unix)]
fn without_output(
    mut sources: Vec<Source>,
    names: &[String],
    errors: &mut Vec<InputError>,
    terminal: &Terminal,
) -> Vec<Source> {
    sources.retain(|source| {
        let is_output = source.is_standard_output();
        if is_output && names.contains(&source.name) {
            errors
                .push(InputError { name: source.name.clone(), cause: "it is the output as well".to_owned() });
        } else if is_output {
            terminal.note(&format!("`{}` is the output, and not read", source.name));
        }
        !is_output
    });
    sources
}

#[cfg(not(unix))]
fn without_output(sources: Vec<Source>, _: &[String], _: &mut Vec<InputError>, _: &Terminal) -> Vec<Source> {
    sources
}
