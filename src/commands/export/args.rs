//! The arguments of `export`, and the table that they describe.

use clap::{Args, ValueEnum};

use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Usage};
use crate::report::TimeFormat;
use crate::report::table::{Level as Table, TableFormat, TableOptions};
use crate::rules::nearest;

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool export callbacks.log -o calls.csv\n  \
    callkit-tool export logs/ --level callbacks --user alice --format jsonl\n  \
    callkit-tool export --describe --level participants")]
pub(in crate::commands) struct ExportArgs {
    /// What is read
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Which table
    #[arg(long, value_name = "TABLE", default_value = "calls")]
    pub(super) level: ExportLevel,
    /// How rows are written
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<ExportFormat>,
    /// Only these columns, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(super) columns: Vec<String>,
    /// How times are written
    #[arg(long, value_name = "FORMAT", default_value = "rfc3339")]
    pub(super) time_format: TimeFormatArg,
    /// Keep a spreadsheet from running cells as formulas
    #[arg(long)]
    pub(super) spreadsheet: bool,
    /// Print what the columns of the table mean, and read nothing
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

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportLevel {
    /// One row for each call
    Calls,
    /// One row for each user of each call
    Participants,
    /// One row for each callback
    Callbacks,
    /// One row for each record, blank and skipped range: every byte of the input once
    Records,
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// RFC 4180
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// A format of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TimeFormatArg {
    /// RFC 3339 in UTC
    Rfc3339,
    /// Unix seconds
    Epoch,
}

impl ExportLevel {
    /// The table.
    fn table(self) -> Table {
        match self {
            Self::Calls => Table::Calls,
            Self::Participants => Table::Participants,
            Self::Callbacks => Table::Callbacks,
            Self::Records => Table::Records,
        }
    }
}

impl ExportArgs {
    /// How the table is written.
    ///
    /// # Errors
    /// If a column does not exist, with the nearest one.
    pub(super) fn table_options(&self) -> Result<TableOptions, Usage> {
        let level = self.level.table();
        let find = |name: &String| {
            level.column(name.trim()).ok_or_else(|| {
                let near = nearest(name, level.columns().iter().map(|column| column.name));
                let help = near.map_or_else(
                    || {
                        let names: Vec<_> = level.columns().iter().map(|column| column.name).collect();
                        format!("there are `{}`", names.join("`, `"))
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                Usage::Wrong(format!("there is no column `{name}` in this table; {help}"))
            })
        };
        let columns = if self.columns.is_empty() {
            (0..level.usual()).collect()
        } else {
            self.columns.iter().map(find).collect::<Result<Vec<_>, _>>()?
        };
        if let Some(index) = (1..columns.len()).find(|index| columns[..*index].contains(&columns[*index])) {
            let name = self.columns[index].trim();
            return Err(format!("the column `{name}` is given twice").into());
        }
        Ok(TableOptions {
            level,
            format: match self.format {
                Some(ExportFormat::Jsonl) => TableFormat::Jsonl,
                Some(ExportFormat::Csv) | None => TableFormat::Csv,
            },
            columns,
            times: match self.time_format {
                TimeFormatArg::Rfc3339 => TimeFormat::Rfc3339,
                TimeFormatArg::Epoch => TimeFormat::Epoch,
            },
            spreadsheet: self.spreadsheet,
        })
    }
}
