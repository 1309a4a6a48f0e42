//! What every command that reads a log does first and last.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::answers::{read_answers, split_answers};
use super::output::Output;
use super::progress::ReadProgress;
use super::source_findings::SourceFindings;
use super::status::Status;
use crate::calls::{CapturedTwice, Totals};
use crate::cli::{InputArgs, Terminal, Usage};
use crate::deliveries::Answers;
use crate::engine::{
    Analysis, CallSet, CutOptions, Gatherer, Memory, Pass, ReadExtent, ReadRecords, RecordReader,
    RecordVisitor, run,
};
use crate::report::counted;
use crate::rules::RuleOptions;
use crate::source::{InputError, PassedOver, Source, Sources, pass_over, resolve};
use crate::spec::Level;

/// Inputs, ready to be read.
#[derive(Debug)]
pub struct Inputs {
    /// The sources.
    pub sources: Sources,
    /// How they are cut.
    pub cut: CutOptions,
    /// How many threads work.
    pub threads: usize,
    /// How much memory calls may take up.
    pub(super) memory: Memory,
    progress: bool,
    pub(super) terminal: Terminal,
    /// True if an input may hold no callback.
    pub(super) allow_empty: bool,
    /// True if the zone of times that name none was given.
    pub(super) has_log_zone: bool,
    /// What was read of a range of the only input.
    pub extent: Option<ReadExtent>,
    /// What of them was captured twice.
    captured_twice: Arc<CapturedTwice>,
    /// What the sources turned out to hold.
    pub(super) judged: SourceFindings,
    /// What backends answered.
    answers: Answers,
    /// True if times of capture are needed in any case.
    pub(super) wants_captures: bool,
    /// True once an input could not be used.
    failed: bool,
    /// The errors that have been said.
    said: Vec<String>,
}

impl Inputs {
    /// Finds the inputs. Without any, standard input is read, unless it is a terminal: then the help is shown.
    ///
    /// # Errors
    /// Returns an error without anything to read.
    pub fn open(args: &InputArgs, terminal: Terminal) -> Result<Self, Usage> {
        Self::open_named(args.inputs.clone(), args, terminal)
    }

    /// The same; what backends answered is taken out of the inputs, see [`Inputs::take_answers`]. Nothing but answers is
    /// something to read.
    ///
    /// # Errors
    /// As for [`Inputs::open`].
    pub fn open_with_answers(args: &InputArgs, terminal: Terminal) -> Result<Self, Usage> {
        let (found, errors) = Self::find(args.inputs.clone(), terminal)?;
        let (answers, logs) = split_answers(found);
        let mut inputs = Self::begin(logs, &errors, args, terminal);
        let (answers, errors) = read_answers(answers, terminal);
        inputs.report(&errors);
        inputs.answers = answers;
        Ok(inputs)
    }

    /// What backends answered.
    pub fn take_answers(&mut self) -> Answers {
        std::mem::take(&mut self.answers)
    }

    /// Says something that is worth knowing.
    pub fn note(&self, text: &str) {
        self.terminal.note(text);
    }

    /// The same with other names than those of the arguments.
    ///
    /// # Errors
    /// Returns an error without anything to read.
    pub fn open_named(names: Vec<OsString>, args: &InputArgs, terminal: Terminal) -> Result<Self, Usage> {
        let (found, errors) = Self::find(names, terminal)?;
        Ok(Self::begin(found, &errors, args, terminal))
    }

    /// The sources of these names.
    fn find(mut names: Vec<OsString>, terminal: Terminal) -> Result<(Vec<Source>, Vec<InputError>), Usage> {
        if names.is_empty() {
            if io::stdin().is_terminal() {
                return Err(Usage::NoInput);
            }
            names.push("-".into());
        }
        let (sources, mut errors) = resolve(&names);
        let sources = without_output(sources, &names, &mut errors, terminal);
        Ok((sources, errors))
    }

    fn begin(sources: Vec<Source>, errors: &[InputError], args: &InputArgs, terminal: Terminal) -> Self {
        let (sources, passed) = pass_over(sources);
        say_passed_over(&passed, terminal);
        let mut inputs = Self::of(sources, args, terminal);
        inputs.report(errors);
        for name in inputs.sources.named_twice() {
            terminal.note(&format!("`{name}` is given twice, so all of its callbacks count as redelivered"));
        }
        inputs
    }

    /// These sources, read as the arguments say.
    pub fn of(sources: Vec<Source>, args: &InputArgs, terminal: Terminal) -> Self {
        Self {
            sources: Sources::new(sources),
            cut: args.cut_options(),
            threads: args.threads(),
            memory: Memory::new(args.max_memory),
            progress: !args.no_progress,
            terminal,
            allow_empty: args.allow_empty,
            has_log_zone: args.log_tz.is_some(),
            extent: None,
            captured_twice: Arc::default(),
            judged: SourceFindings::default(),
            answers: Answers::default(),
            wants_captures: false,
            failed: false,
            said: Vec::new(),
        }
    }

    /// Takes what was read elsewhere for what these inputs hold, and judges their sources.
    pub fn resume(
        &mut self,
        totals: &mut Totals,
        twice: CapturedTwice,
        errors: &[String],
        rules: &RuleOptions,
    ) {
        self.captured_twice = Arc::new(twice);
        self.judge_sources(totals, rules);
        errors.iter().for_each(|error| self.say_error(error.clone()));
    }

    fn judge_sources(&mut self, totals: &mut Totals, rules: &RuleOptions) {
        let twice = &self.captured_twice;
        self.judged = SourceFindings::of(totals, &self.sources, twice, self.allow_empty, rules);
    }

    /// True if something was read, nothing of it has to do with callbacks, and that is not allowed.
    pub(super) fn holds_nothing(&self) -> bool {
        self.judged.is_nothing && !self.allow_empty
    }

    /// From now on also reads requests that the receiver refused, or does not.
    pub fn include_refused(&mut self, include: bool) {
        Arc::make_mut(&mut self.cut.decode).include_refused = include;
    }

    /// Says that inputs are missing, which has been said elsewhere.
    pub fn fail(&mut self) {
        self.failed = true;
    }

    fn report(&mut self, errors: &[InputError]) {
        errors
            .iter()
            .for_each(|error| self.say_error(format!("cannot read `{}`: {}", error.name, error.cause)));
    }

    fn say_error(&mut self, text: String) {
        self.failed = true;
        // A second pass fails as the first did.
        if !self.said.contains(&text) {
            self.terminal.error(&text);
            self.said.push(text);
        }
    }

    /// The errors that have been said.
    pub fn errors(&self) -> &[String] {
        &self.said
    }

    /// Runs a pass over every block, see [`run`]; inputs that cannot be read are reported. Returns the states of the
    /// threads.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub fn run<P: Pass>(
        &mut self,
        pass: &P,
        mut sink: impl FnMut(&mut P::Output) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<Vec<P::State>> {
        let mut progress = ReadProgress::new(&self.sources, self.progress, self.terminal);
        let (states, errors, extent) = run(&self.sources, self.cut.clone(), self.threads, pass, |output| {
            let flow = sink(output)?;
            progress.tick();
            Ok::<_, anyhow::Error>(flow)
        })?;
        drop(progress);
        self.extent = extent;
        self.report(&errors);
        Ok(states)
    }

    /// Reads everything into calls.
    ///
    /// # Errors
    /// Returns an error if what does not fit in memory cannot be kept.
    pub fn analyse(&mut self, rules: &RuleOptions) -> anyhow::Result<Analysis> {
        self.analyse_visiting(rules, None, &(), |()| Ok(()))
    }

    /// The same, with a visitor that sees the records with findings, and all records of some calls; its result for a
    /// block goes to `sink`.
    ///
    /// # Errors
    /// As for [`Inputs::analyse`], and the first error of `sink`.
    pub fn analyse_visiting<V: RecordVisitor>(
        &mut self,
        rules: &RuleOptions,
        calls: Option<&CallSet>,
        visitor: &V,
        mut sink: impl FnMut(&mut V::Output) -> anyhow::Result<()>,
    ) -> anyhow::Result<Analysis> {
        let keeps_captures = self.keeps_captures();
        let mut analysis = self.gather(rules, calls, keeps_captures, visitor, &mut sink)?;
        self.decide_captures(&mut analysis, rules, keeps_captures)?;
        self.captured_twice = Arc::clone(analysis.captured_twice());
        self.judge_sources(&mut analysis.totals, rules);
        Ok(analysis)
    }

    /// Reads everything into calls, which may be a part of those of a log: nothing is decided of the whole.
    ///
    /// # Errors
    /// As for [`Inputs::analyse_visiting`].
    pub fn gather<V: RecordVisitor>(
        &mut self,
        rules: &RuleOptions,
        calls: Option<&CallSet>,
        keeps_captures: bool,
        visitor: &V,
        mut sink: impl FnMut(&mut V::Output) -> anyhow::Result<()>,
    ) -> anyhow::Result<Analysis> {
        let gatherer = Gatherer::new(self.memory, self.threads, keeps_captures);
        let pass = ReadRecords { rules, gatherer: Some(&gatherer), calls, visitor };
        let readers = self.run(&pass, |output| {
            gatherer.check()?;
            sink(output).map(ControlFlow::Continue)
        })?;
        let totals = totals(readers);
        Ok(gatherer.finish(totals)?)
    }

    /// How much memory calls may take up.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// Reads everything and keeps no calls; a visitor sees every record and every other range.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub fn read_records<V: RecordVisitor>(
        &mut self,
        rules: &RuleOptions,
        visitor: &V,
        mut sink: impl FnMut(&mut V::Output) -> anyhow::Result<()>,
    ) -> anyhow::Result<Totals> {
        let pass = ReadRecords { rules, gatherer: None, calls: None, visitor };
        let mut totals = self.run(&pass, |output| sink(output).map(ControlFlow::Continue)).map(totals)?;
        self.judge_sources(&mut totals, rules);
        Ok(totals)
    }

    /// Notes how much of the input is damaged, for commands that do not list findings.
    pub fn say_damage(&self, totals: &Totals) {
        self.say_damage_with(totals, None);
    }

    /// The same where the errors on calls are known as well.
    pub fn say_damage_with(&self, totals: &Totals, on_calls: Option<u64>) {
        let errors = totals.findings[Level::Error as usize];
        let all = errors + on_calls.unwrap_or_default();
        if all == 0 {
            return;
        }
        let (more, those) = match on_calls {
            None => (String::new(), ", and those on calls"),
            Some(0) => (String::new(), ""),
            Some(count) => (format!(", {count} of them on calls"), ""),
        };
        let skipped = match totals.skipped_bytes {
            0 => String::new(),
            bytes => format!("; {} of {} skipped", counted(bytes, "byte"), totals.bytes),
        };
        let ungrouped = match totals.ungrouped {
            0 => String::new(),
            count => format!("; {} of {} without a call", counted(count, "callback"), totals.callbacks),
        };
        self.terminal.note(&format!(
            "{} in {}{more}{skipped}{ungrouped}; `callkit-tool validate` lists them{those}",
            counted(all, "error"),
            counted(totals.records, "record"),
        ));
    }

    /// Finishes the output; a run that could not read all of its input leaves a file unchanged.
    ///
    /// # Errors
    /// Returns an error if the output cannot be written.
    pub fn finish(&self, output: Output) -> anyhow::Result<()> {
        if self.failed && output.is_new_file() {
            self.terminal.note(&format!("{} is unchanged", output.name()));
            return Ok(());
        }
        output.finish()
    }

    /// The status of a run without findings.
    pub fn status(&self) -> Status {
        if self.failed || self.holds_nothing() { Status::Incomplete } else { Status::Done }
    }
}

/// What all readers have counted.
fn totals(readers: Vec<RecordReader<'_>>) -> Totals {
    let mut totals = Totals::default();
    readers.iter().for_each(|reader| totals.merge(&reader.totals));
    totals
}

/// Says which files are not read, and why.
fn say_passed_over(passed: &PassedOver, terminal: Terminal) {
    let list = |files: &[String]| match files {
        [one] => format!("`{one}` is"),
        [first, rest @ ..] => format!("`{first}` and {} are", counted(rest.len() as u64, "more file")),
        [] => String::new(),
    };
    if !passed.companions.is_empty() {
        let torn = match passed.torn_callbacks {
            0 => String::new(),
            whole => format!("; {} in what was cut off", counted(whole, "whole callback")),
        };
        terminal.note(&format!(
            "{} passed over, as `capture` writes next to a log{torn}; name one file alone to read it",
            list(&passed.companions)
        ));
    }
    if !passed.copies.is_empty() {
        let text = "passed over: it is a compressed copy of a log that is read";
        passed.copies.iter().for_each(|copy| terminal.note(&format!("`{copy}` is {text}")));
    }
}

/// The sources without the file that standard output goes to, which would feed on itself. That it is found in a folder
/// is not an error; naming it is.
#[cfg(unix)]
fn without_output(
    mut sources: Vec<Source>,
    names: &[OsString],
    errors: &mut Vec<InputError>,
    terminal: Terminal,
) -> Vec<Source> {
    sources.retain(|source| {
        let is_output = source.is_standard_output();
        if is_output && names.iter().any(|name| source.is_named(name)) {
            errors.push(InputError { name: source.name.clone(), cause: "it is also the output".to_owned() });
        } else if is_output {
            terminal.note(&format!("`{}` is the output and is not read", source.name));
        }
        !is_output
    });
    sources
}

#[cfg(not(unix))]
fn without_output(sources: Vec<Source>, _: &[OsString], _: &mut Vec<InputError>, _: Terminal) -> Vec<Source> {
    sources
}
