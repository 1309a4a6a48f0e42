//! `show`: calls, each drawn as a ladder.

use anyhow::{anyhow, bail};

use super::Status;
use super::choice::choose;
use super::inputs::Inputs;
use super::output::Output;
use crate::cli::{ShowArgs, ShowFormat, Terminal};
use crate::engine::{Knows, judge_one};
use crate::report::counted;
use crate::report::ladder::{self, Ladder, Picture, Sight, TextStyle};

/// Runs `show`.
pub(super) fn show(args: &ShowArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    if args.format != ShowFormat::Text && (args.ascii || args.width.is_some()) {
        bail!("`--ascii` and `--width` go with `--format text` alone");
    }
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let (choice, names) = args.choice.split(&args.input.inputs).map_err(|text| anyhow!(text))?;
    let file = args.output.output.as_deref();
    let mut output = Output::open(file)?;
    let mut inputs = Inputs::open_named(names, &args.input, terminal)?;
    let chosen = choose(&mut inputs, &rules, &choice, &args.choice)?;
    let width = args.width.unwrap_or_else(|| terminal.width(file));
    let style = TextStyle { width, ascii: args.ascii, color: terminal.colors(file) };
    let sources = inputs.sources.names();
    let log = chosen.analysis.log(inputs.threads, Knows::Causes)?;
    let sight = Sight { seen: &chosen.seen, sources: &sources, zone: &args.choice.filter.tz, log: &log };
    let mut page = Page::new(args.format, style);
    for index in &chosen.calls {
        judge_one(&chosen.analysis, *index, &rules, |call| page.add(&Ladder::of(&call, sight)))?;
        output.put(&page.take())?;
    }
    output.put(&page.finish(chosen.left_out))?;
    inputs.finish(output)?;
    if chosen.calls.is_empty() && chosen.left_out == 0 {
        terminal.note("no call matches");
    }
    if chosen.left_out > 0 && args.format != ShowFormat::Json {
        let more = counted(chosen.left_out, "more call");
        terminal.note(&format!("{more} left out; `--limit` sets how many are shown"));
    }
    Ok(inputs.status())
}

/// Participants and callbacks that a picture may have; none shows more of them in any use.
const MOST_LANES: usize = 2000;
const MOST_ROWS: usize = 20_000;

/// Calls that are being drawn.
struct Page {
    format: ShowFormat,
    style: TextStyle,
    /// What is drawn and not yet taken.
    bytes: Vec<u8>,
    picture: Picture,
    calls: u64,
}

impl Page {
    fn new(format: ShowFormat, style: TextStyle) -> Self {
        Self { format, style, bytes: Vec::new(), picture: Picture::default(), calls: 0 }
    }

    /// Draws a call.
    ///
    /// # Errors
    /// Where a picture of it would be too large for anything that shows pictures.
    fn add(&mut self, ladder: &Ladder<'_>) -> anyhow::Result<()> {
        let (lanes, rows) = (ladder.lanes.len(), ladder.rows.len());
        if self.format == ShowFormat::Svg && (lanes > MOST_LANES || rows > MOST_ROWS) {
            bail!(
                "call `{}` is too large for a picture: {} and {}; other formats show it, such as `--format text`",
                ladder.call_id,
                counted(lanes as u64, "participant"),
                counted(rows as u64, "callback")
            );
        }
        if self.calls > 0 && !matches!(self.format, ShowFormat::Json | ShowFormat::Svg) {
            self.bytes.push(b'\n');
        }
        self.calls += 1;
        match self.format {
            ShowFormat::Text => ladder::text(&mut self.bytes, ladder, self.style),
            ShowFormat::Json => ladder::json(&mut self.bytes, ladder),
            ShowFormat::Mermaid => ladder::mermaid(&mut self.bytes, ladder),
            ShowFormat::Markdown => ladder::markdown(&mut self.bytes, ladder),
            ShowFormat::Svg => self.picture.add(ladder),
        }
        Ok(())
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// What comes behind the last call.
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
