//! The arguments of `export`, and the table that they describe.

use clap::Args;

use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Usage};
use crate::report::TimeFormat;
use crate::report::catalog::Table;
use crate::report::table::{TableFormat, TableOptions};
use crate::rules::RuleOptions;
use crate::suggest::did_you_mean_or;

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
    /// Only these columns, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
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
        let table = self.table;
        let find = |name: &String| {
            table.column(name.trim()).ok_or_else(|| {
                let names = table.columns().iter().map(|column| column.name);
                let help = did_you_mean_or(name, names, "its columns are");
                Usage::Wrong(format!("this table has no column `{name}`; {help}"))
            })
        };
        let columns = if self.columns.is_empty() {
            table.default_columns()
        } else {
            self.columns.iter().map(find).collect::<Result<Vec<_>, _>>()?
        };
        if let Some(index) = (1..columns.len()).find(|index| columns[..*index].contains(&columns[*index])) {
            let name = self.columns[index].trim();
            return Err(format!("the column `{name}` is given twice").into());
        }
        Ok(TableOptions {
            table,
            format: self.format.unwrap_or(TableFormat::Csv),
            columns,
            times: self.time_format,
            spreadsheet: self.spreadsheet,
        })
    }
}
