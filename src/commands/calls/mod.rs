//! `calls`: a list of calls, a row each.

pub(in crate::commands) mod gather;
mod in_parts;

use std::path::Path;

use clap::{Args, ValueEnum};

use self::gather::{CallList, ListMaker, SortKey};
use super::columns::chosen_columns;
use super::command::Command;
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Terminal, TextArgs, Usage, parse_number};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::commands::short_ids::short_ids;
use crate::engine::{Analysis, JudgedCall, judge_calls, judge_in_order};
use crate::report::TimeFormat;
use crate::report::call_list::{
    HEADINGS, LISTED, ListStyle, ShortIds, call_list_json, call_list_markdown, call_list_text,
};
use crate::report::catalog::Table;
use crate::report::ladder::{json_cut, markdown_cut};
use crate::report::table::{Rows, TableFormat, TableOptions};
use crate::report::{counted, no_room_note};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};

/// Arguments of `calls`.
#[derive(Debug, Args)]
#[command(
    after_help = "A `!` and red mark calls that failed; `?` after a cause says that another is as likely.\n\n\
    Examples:\n  callkit-tool calls callbacks.log --failed\n  \
    callkit-tool calls logs/ --user alice --since -24h\n  \
    callkit-tool calls callbacks.log --sort -talk --limit 10 --columns +platform"
)]
pub(in crate::commands) struct CallsArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Sort by this column, descending after a `-`; calls without a value come last [default: order of the input]
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    sort: Option<String>,
    /// List at most this many calls, and say how many more there are [default: 50 on a terminal]
    #[arg(long, value_name = "N", value_parser = parse_number::<0, { usize::MAX }>)]
    limit: Option<usize>,
    /// Columns of `export --table calls`: these, or with `+` and `-` the usual ones with and without them; `all`
    #[arg(long, value_name = "NAMES", value_delimiter = ',', allow_hyphen_values = true)]
    columns: Vec<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: CallsFormat,
    /// Format of times in data
    #[arg(long, value_name = "FORMAT", default_value = "rfc3339")]
    time_format: TimeFormat,
    /// How text is drawn
    #[command(flatten)]
    text: TextArgs,
    /// Which rules count, for the column `problems`
    #[command(flatten)]
    rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

/// A format of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CallsFormat {
    /// A table for people
    Text,
    /// RFC 4180, as `export` writes it
    Csv,
    /// One JSON object
    Json,
    /// One JSON object a line
    Jsonl,
    /// A Markdown table
    Markdown,
}

impl Command for CallsArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        self.text.check(self.format == CallsFormat::Text)?;
        let (rules, table, sort) = (self.rule_options()?, self.table()?, self.sort_key()?);
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        let analysis = inputs.analyse(&rules)?;
        inputs.report_reading(&analysis.totals)?;
        let selection = selection(&self.filter, &rules, &analysis, inputs.threads)?;
        let maker = ListMaker::new(&table, sort, selection, &analysis, inputs.threads)?;
        let limit = self.most(terminal);
        let left_out = if self.streams(limit) {
            output.put(&table.head())?;
            let work = |rows: &mut Rows, call: &JudgedCall<'_>| maker.add_row(rows, call);
            judge_in_order(&analysis, &rules, inputs.threads, work, |rows| {
                output.put(&rows.bytes)?;
                rows.bytes.clear();
                anyhow::Ok(())
            })?;
            0
        } else {
            let list = self.gather(&maker, &analysis, &rules, &inputs, limit)?;
            let left_out = list.left_out();
            self.draw(&mut output, list, (&table, terminal), |ids| {
                Ok(short_ids(ids, &analysis, inputs.threads)?)
            })?;
            left_out
        };
        inputs.finish(output)?;
        say_if_none(&maker.selection, &self.filter, &analysis, inputs.threads, terminal)?;
        self.say_end(terminal, left_out);
        Ok(inputs.status())
    }
}

impl CallsArgs {
    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    /// The columns, and how rows of them are written.
    fn table(&self) -> Result<TableOptions, Usage> {
        let usual: Vec<usize> = LISTED.iter().filter_map(|name| Table::Calls.column(name)).collect();
        let format = if self.format == CallsFormat::Csv { TableFormat::Csv } else { TableFormat::Jsonl };
        Ok(TableOptions {
            table: Table::Calls,
            format,
            columns: chosen_columns(Table::Calls, &usual, &self.columns, &HEADINGS)?,
            times: self.time_format,
            spreadsheet: false,
        })
    }

    fn sort_key(&self) -> Result<Option<SortKey>, Usage> {
        let Some(given) = self.sort.as_deref() else { return Ok(None) };
        let name = given.strip_prefix('-').unwrap_or(given);
        let column = chosen_columns(Table::Calls, &[], &[name.to_owned()], &HEADINGS)?;
        Ok(column.first().map(|column| SortKey { column: *column, descends: given.starts_with('-') }))
    }

    /// How many calls are listed at most.
    fn most(&self, terminal: Terminal) -> usize {
        terminal.most_listed(self.limit, self.format == CallsFormat::Text, self.output.path())
    }

    /// True if rows can be written as they come.
    fn streams(&self, limit: usize) -> bool {
        let in_rows = matches!(self.format, CallsFormat::Csv | CallsFormat::Jsonl);
        in_rows && self.sort.is_none() && limit == usize::MAX
    }

    /// True if rows are written for programs.
    fn is_data(&self) -> bool {
        !matches!(self.format, CallsFormat::Text | CallsFormat::Markdown)
    }

    fn gather(
        &self,
        maker: &ListMaker<'_>,
        analysis: &Analysis,
        rules: &RuleOptions,
        inputs: &Inputs,
        limit: usize,
    ) -> anyhow::Result<CallList> {
        let begin = || CallList::new(limit);
        let work = |list: &mut CallList, call: &JudgedCall<'_>| maker.list(list, call, self.is_data());
        let lists = judge_calls(analysis, rules, inputs.threads, begin, work)?;
        Ok(lists.into_iter().fold(CallList::new(limit), CallList::merged))
    }

    fn draw(
        &self,
        output: &mut Output,
        list: CallList,
        (table, terminal): (&TableOptions, Terminal),
        short_ids: impl FnOnce(Vec<String>) -> anyhow::Result<ShortIds>,
    ) -> anyhow::Result<()> {
        let left_out = list.left_out();
        let (ids, calls, rows) = list.finish();
        match self.format {
            CallsFormat::Text => {
                let short = short_ids(ids)?;
                let text = self.text.style(terminal, self.output.path());
                let style = ListStyle { text, zone: &self.filter.tz, short: &short };
                let (text, no_room) = call_list_text(&calls, &table.columns, style);
                no_room_note(&no_room, "`--width` or `--columns`")
                    .iter()
                    .for_each(|note| terminal.note(note));
                if !calls.is_empty() {
                    output.put(text.as_bytes())?;
                }
            }
            CallsFormat::Json => {
                output.put(&call_list_json(rows.iter().map(Vec::as_slice), left_out))?;
            }
            CallsFormat::Csv | CallsFormat::Jsonl => {
                output.put(&table.head())?;
                rows.iter().try_for_each(|row| output.put(row))?;
                if self.format == CallsFormat::Jsonl {
                    output.put(&json_cut(left_out))?;
                }
            }
            CallsFormat::Markdown => {
                output.put(call_list_markdown(&calls, &table.columns, &self.filter.tz).as_bytes())?;
                output.put(&markdown_cut(left_out))?;
            }
        }
        Ok(())
    }

    /// Says what the list does not.
    fn say_end(&self, terminal: Terminal, left_out: u64) {
        if left_out > 0 && self.format != CallsFormat::Json {
            terminal.note(&format!(
                "{} left out; `--limit` sets how many are listed",
                counted(left_out, "more call")
            ));
        }
        if self.format == CallsFormat::Text && terminal.is_output(self.output.path()) {
            terminal.note("`callkit-tool why ID INPUT` explains a call, `show` draws it");
        }
    }
}
