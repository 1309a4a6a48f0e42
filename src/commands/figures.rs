//! `figures`: what the figures mean, and what they are computed from in a log.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::chosen_calls::{say_if_none, selection};
use super::command::Command;
use super::summarize::count_everything;
use crate::calls::{Problems, Summary};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Usage};
use crate::engine::{JudgedCall, judge_calls};
use crate::report::catalog::figures::{FIGURES, Figure, FigureFacts, classes};
use crate::report::figure::{explain_figures, figures_json, list_figures};
use crate::session::{Inputs, Output, Session, Status};
use crate::suggest::did_you_mean;

/// Arguments of `figures`.
#[derive(Debug, Args)]
#[command(after_help = "Without inputs nothing is read; `-` reads standard input.\n\n\
    Examples:\n  callkit-tool figures\n  callkit-tool figures ASR callbacks.log\n  \
    callkit-tool figures all logs/ --since -24h --format json")]
pub(super) struct FiguresArgs {
    /// The figure to explain, or `all`; without it all are listed
    #[arg(value_name = "NAME")]
    figure: Option<String>,
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FiguresFormat,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

/// A format of figures that are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FiguresFormat {
    /// Text for people
    Text,
    /// One JSON object
    Json,
}

impl Command for FiguresArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let figures = self.figures()?;
        let width = session.terminal.width(self.output.path());
        if self.input.inputs.is_empty() {
            let mut output = Output::open(self.output.path())?;
            output.put(&match (self.format, &self.figure) {
                (FiguresFormat::Json, _) => figures_json(&figures, None),
                (FiguresFormat::Text, None) => list_figures(FIGURES, width).into_bytes(),
                (FiguresFormat::Text, Some(_)) => explain_figures(&figures, None, width).into_bytes(),
            })?;
            output.finish()?;
            return Ok(Status::Done);
        }
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, session.terminal)?;
        let rules = self.filter.seek(self.rules.options()?)?;
        let analysis = inputs.analyse(&rules)?;
        inputs.report_reading(&analysis.totals)?;
        let selection = selection(&self.filter, &rules, &analysis, inputs.threads)?;
        let work = |(summary, found): &mut (Summary, Problems), call: &JudgedCall<'_>| {
            found.merge(call.found());
            let outcome = &call.outcome;
            if selection.chooses(call) {
                summary.add(Vec::new(), outcome, call.problems(), classes(outcome));
            }
        };
        let states = judge_calls(&analysis, &rules, inputs.threads, Default::default, work)?;
        let (mut whole, mut on_calls) = (Summary::default(), Problems::default());
        for (summary, found) in states {
            whole.merge(summary);
            on_calls.merge(found);
        }
        let (totals, filtered) = (&analysis.totals, !self.filter.is_empty());
        if !filtered {
            count_everything(&mut whole.total, totals, on_calls);
        }
        let facts = FigureFacts { figures: &whole.total, totals, filtered };
        output.put(&match self.format {
            FiguresFormat::Text => explain_figures(&figures, Some(&facts), width).into_bytes(),
            FiguresFormat::Json => figures_json(&figures, Some(&facts)),
        })?;
        inputs.finish(output)?;
        say_if_none(&selection, &self.filter, &analysis, inputs.threads, session.terminal)?;
        Ok(inputs.status())
    }
}

impl FiguresArgs {
    /// The figures that are named, by their name in data or for people.
    fn figures(&self) -> Result<Vec<&'static Figure>, Usage> {
        let Some(name) = self.figure.as_deref().filter(|name| *name != "all") else {
            return Ok(FIGURES.iter().collect());
        };
        let is_meant = |figure: &&Figure| {
            figure.name.eq_ignore_ascii_case(name) || figure.title.eq_ignore_ascii_case(name)
        };
        if let Some(figure) = FIGURES.iter().find(is_meant) {
            return Ok(vec![figure]);
        }
        let names = FIGURES.iter().flat_map(|figure| [figure.title, figure.name]);
        let help = match did_you_mean(name, names) {
            Some(help) => help,
            None if Path::new(name).exists() => {
                "the name of a figure, or `all`, comes before the inputs".to_owned()
            }
            None => "`callkit-tool figures` lists them".to_owned(),
        };
        Err(Usage::Wrong(format!("`{name}` is not a figure; {help}")))
    }
}
