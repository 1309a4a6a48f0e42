//! The arguments of `export`, and the table that they describe.

use clap::Args;

use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Usage};
use crate::commands::columns::chosen_columns;
use crate::report::TimeFormat;
use crate::report::catalog::Table;
use crate::report::table::{TableFormat, TableOptions};
use crate::rules::RuleOptions;

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool export callbacks.log -o calls.csv\n  \
    callkit-tool export logs/ --table callbacks --user alice --format jsonl\n  \
    callkit-tool export --describe --table participants")]
pub(in crate::commands) struct ExportArgs {
    /// What is read
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Table to write
    #[arg(long, alias = "level", value_name = "TABLE", default_value = "calls")]
    pub(super) table: Table,
    /// Output format
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<TableFormat>,
    /// Only these columns, in this order; or with `+` and `-` the usual ones with and without them; `all`
    #[arg(long, value_name = "NAMES", value_delimiter = ',', allow_hyphen_values = true)]
    pub(super) columns: Vec<String>,
    /// Format of times
    #[arg(long, value_name = "FORMAT", default_value = "rfc3339")]
    pub(super) time_format: TimeFormat,
    /// Keep a spreadsheet from running cells as formulas
    #[arg(long)]
    pub(super) spreadsheet: bool,
    /// Describe the columns of the table, without reading any input
    #[arg(long)]
    pub(super) describe: bool,
    /// Which rules count, for the column `problems`
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    pub(super) output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub(super) filter: FilterArgs,
}

impl ExportArgs {
    /// The rules, with those whose findings choose calls.
    ///
    /// # Errors
    /// Returns an error if a name is neither a rule nor a family.
    pub(super) fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    /// How the table is written.
    ///
    /// # Errors
    /// Returns an error if a column does not exist, with the nearest one.
    pub(super) fn table_options(&self) -> Result<TableOptions, Usage> {
        Ok(TableOptions {
            table: self.table,
            format: self.format.unwrap_or(TableFormat::Csv),
            columns: chosen_columns(self.table, &self.table.default_columns(), &self.columns, &[])?,
            times: self.time_format,
            spreadsheet: self.spreadsheet,
        })
    }
}
