//! `show`: calls, each drawn as a ladder.

use std::path::Path;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::call_selection::select;
use super::command::Command;
use crate::calls::verdict;
use crate::cli::{ChoiceArgs, InputArgs, OutputArgs, RuleArgs, TextArgs};
use crate::engine::judge_one;
use crate::report::TextStyle;
use crate::report::counted;
use crate::report::ladder::{self, Ladder, LadderInput, Picture};
use crate::session::{Inputs, Output, Session, Status};

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool show [OPTIONS] CALL_ID [INPUT]...\n       \
                      callkit-tool show [OPTIONS] FILTERS [INPUT]...",
    after_help = "The first argument is the id of the call, or its beginning if no other id begins with it; with a filter \
    all arguments are inputs.\n\n\
    Examples:\n  callkit-tool show 7d1c5a0e callbacks.log\n  \
    callkit-tool show --result interrupt --since -24h logs/ --limit 5\n  \
    callkit-tool show 7d1c5a0e callbacks.log --format svg -o call.svg"
)]
pub(super) struct ShowArgs {
    /// What is read, after the id of the call
    #[command(flatten)]
    input: InputArgs,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ShowFormat,
    /// How text is drawn
    #[command(flatten)]
    text: TextArgs,
    /// Read requests that the receiver refused, too
    #[arg(long)]
    include_refused: bool,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    choice: ChoiceArgs,
}

/// A format of ladders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// A ladder for people
    Text,
    /// One JSON object per call
    #[value(alias = "jsonl")]
    Json,
    /// A Mermaid sequence diagram
    Mermaid,
    /// A picture
    Svg,
    /// A document with tables and a Mermaid diagram
    Markdown,
}

impl Command for ShowArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        self.text.check(self.format == ShowFormat::Text)?;
        let rules = self.choice.filter.seek(self.rules.options()?)?;
        let (name, names) = self.choice.split(&self.input.inputs)?;
        let file = self.output.path();
        let mut output = Output::open(file)?;
        let mut inputs = Inputs::open_named(names, &self.input, terminal)?;
        inputs.include_refused(self.include_refused);
        let chosen = select(&mut inputs, &rules, name.as_deref(), &self.choice, terminal)?;
        let style = self.text.style(terminal, file);
        let sources = inputs.sources.names();
        let log = chosen.analysis.log(inputs.threads)?;
        let input = LadderInput { seen: &chosen.records, sources: &sources, zone: &self.choice.filter.tz };
        let mut page = LadderPage::new(self.format, style);
        for index in &chosen.calls {
            let call = judge_one(&chosen.analysis, *index, &rules);
            let verdict = verdict(call.timeline(), &call.outcome, &log);
            output.put(&page.draw(&Ladder::of(&call, &verdict, input))?)?;
        }
        output.put(&page.finish(chosen.left_out))?;
        inputs.finish(output)?;
        if chosen.left_out > 0 && self.format != ShowFormat::Json {
            let more = counted(chosen.left_out, "more call");
            terminal.note(&format!("{more} left out; `--limit` sets how many are shown"));
        }
        Ok(inputs.status())
    }
}

/// Participants and callbacks that a picture may have; none shows more of them in any use.
const MOST_LANES: usize = 2000;
const MOST_ROWS: usize = 20_000;

/// Calls that are being drawn.
struct LadderPage {
    format: ShowFormat,
    style: TextStyle,
    picture: Picture,
    calls: u64,
}

impl LadderPage {
    fn new(format: ShowFormat, style: TextStyle) -> Self {
        Self { format, style, picture: Picture::default(), calls: 0 }
    }

    /// Draws a call.
    ///
    /// # Errors
    /// Returns an error if a picture of it would be too large for anything that shows pictures.
    fn draw(&mut self, ladder: &Ladder<'_>) -> anyhow::Result<Vec<u8>> {
        let (lanes, rows) = (ladder.lanes.len(), ladder.rows.len());
        if self.format == ShowFormat::Svg && (lanes > MOST_LANES || rows > MOST_ROWS) {
            bail!(
                "call `{}` is too large for a picture: {} and {}; other formats show it, such as `--format text`",
                ladder.call_id,
                counted(lanes as u64, "participant"),
                counted(rows as u64, "callback")
            );
        }
        let mut bytes = Vec::new();
        if self.calls > 0 && !matches!(self.format, ShowFormat::Json | ShowFormat::Svg) {
            bytes.push(b'\n');
        }
        self.calls += 1;
        match self.format {
            ShowFormat::Text => ladder::text(&mut bytes, ladder, self.style),
            ShowFormat::Json => ladder::json(&mut bytes, ladder),
            ShowFormat::Mermaid => ladder::mermaid(&mut bytes, ladder),
            ShowFormat::Markdown => ladder::markdown(&mut bytes, ladder),
            ShowFormat::Svg => self.picture.add(ladder),
        }
        Ok(bytes)
    }

    /// What comes after the last call.
    fn finish(self, left_out: u64) -> Vec<u8> {
        match self.format {
            ShowFormat::Text => Vec::new(),
            ShowFormat::Json => ladder::json_cut(left_out),
            ShowFormat::Mermaid => ladder::mermaid_cut(left_out),
            ShowFormat::Markdown => ladder::markdown_cut(left_out),
            ShowFormat::Svg => self.picture.finish(left_out),
        }
    }
}
