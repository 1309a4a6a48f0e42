//! Arguments → options of the steps.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

use super::args::{
    Cli, Command, ExportArgs, ExportFormat, ExportLevel, InputArgs, InputFormat, RuleArgs, TimeFormatArg,
    ValidateFormat,
};
use crate::engine::CutOptions;
use crate::framing::Format;
use crate::report::TimeFormat;
use crate::report::finding::FindingFormat;
use crate::report::table::{Level as Table, TableFormat, TableOptions};
use crate::rules::{RuleOptions, nearest};
use crate::spec::{Level, Levels, RULES, UnknownRule};

/// Bytes that are read at once.
const BLOCK_SIZE: usize = 1 << 19;

/// A size in bytes, with K, M or G for KiB, MiB or GiB.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let upper = text.trim().to_ascii_uppercase();
    let plain = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
    let (digits, shift) = [('K', 10), ('M', 20), ('G', 30)]
        .into_iter()
        .find_map(|(unit, shift)| Some((plain.strip_suffix(unit)?, shift)))
        .unwrap_or((plain, 0));
    let number: usize =
        digits.trim().parse().map_err(|_| "not a size, such as 4096, 64K or 16M".to_owned())?;
    number
        .checked_mul(1 << shift)
        .filter(|size| *size > 0)
        .ok_or_else(|| "not a size that can be used".to_owned())
}

/// A number of threads.
pub(super) fn parse_threads(text: &str) -> Result<usize, String> {
    const MOST: usize = 1024;
    match text.parse() {
        Ok(threads @ 1..=MOST) => Ok(threads),
        _ => Err(format!("not a number from 1 to {MOST}")),
    }
}

impl Cli {
    /// Reads the command line.
    ///
    /// # Errors
    /// clap's: a wrong command line, or a wish for help.
    pub fn from_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let rules = match &mut cli.command {
            Command::Validate(args) => Some(&mut args.rules),
            Command::Summarize(args) => Some(&mut args.rules),
            Command::Export(args) => Some(&mut args.rules),
            Command::Show(args) => Some(&mut args.rules),
            Command::Capture(args) => Some(&mut args.rules),
            _ => None,
        };
        if let (Some(rules), Some((_, matches))) = (rules, matches.subcommand()) {
            rules.take_order(matches);
        }
        Ok(cli)
    }
}

impl Cli {
    /// The help of the subcommand that is run.
    pub fn help(&self) -> String {
        let mut command = Self::command();
        let name = match self.command {
            Command::Validate(_) => "validate",
            Command::Summarize(_) => "summarize",
            Command::Export(_) => "export",
            Command::Show(_) => "show",
            Command::Why(_) => "why",
            Command::Capture(_) => "capture",
            Command::Replay(_) => "replay",
            Command::Simulate(_) => "simulate",
            Command::Rules(_) => "rules",
            Command::Completions(_) => "completions",
            Command::Man => "man",
        };
        command.build();
        let help = command.find_subcommand_mut(name).map(clap::Command::render_help);
        help.map_or_else(String::new, |help| help.to_string())
    }
}

impl Cli {
    /// True for a command that heeds the signals of the process itself, to end in order.
    pub fn heeds_signals(&self) -> bool {
        matches!(self.command, Command::Capture(_))
    }
}

impl InputArgs {
    /// How the input is cut.
    pub fn cut_options(&self) -> CutOptions {
        let format = self.input_format.map(|format| match format {
            InputFormat::Jsonl => Format::JsonLines,
            InputFormat::Http => Format::Http,
        });
        CutOptions { format, max_record: self.max_record, block_size: BLOCK_SIZE }
    }

    /// How many threads work.
    pub fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.unwrap_or_else(cores)
    }
}

/// The SDKAppIDs that `CALLKIT_SDKAPPID` names, separated by commas; an empty variable is as good as none.
fn sdkappids_of_environment() -> Result<Vec<u32>, String> {
    const NAME: &str = "CALLKIT_SDKAPPID";
    let value = std::env::var_os(NAME).unwrap_or_default();
    let value = value.to_string_lossy();
    let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| id.parse().map_err(|_| format!("`{id}` in {NAME} is no SDKAppID"))).collect()
}

impl RuleArgs {
    /// What the command line says of the rules.
    ///
    /// # Errors
    /// Where a name is neither a rule nor a family, with the nearest one.
    pub fn options(&self) -> Result<RuleOptions, String> {
        let mut levels = Levels::default();
        for (name, level) in &self.in_order {
            levels.set(name, *level).map_err(|UnknownRule(name)| unknown_rule(&name))?;
        }
        let sdkappids =
            if self.sdkappid.is_empty() { sdkappids_of_environment()? } else { self.sdkappid.clone() };
        Ok(RuleOptions { levels, sdkappids })
    }

    /// Notes the level options in the order in which they stand on the command line, which clap keeps apart by
    /// option.
    fn take_order(&mut self, matches: &clap::ArgMatches) {
        let mut all: Vec<(usize, String, Option<Level>)> = Vec::new();
        let options = [
            ("error", &self.error, Some(Level::Error)),
            ("warn", &self.warn, Some(Level::Warning)),
            ("allow", &self.allow, None),
        ];
        for (option, names, level) in options {
            let places = matches.indices_of(option).into_iter().flatten();
            all.extend(places.zip(names).map(|(place, name)| (place, name.clone(), level)));
        }
        all.sort_by_key(|(place, _, _)| *place);
        self.in_order = all.into_iter().map(|(_, name, level)| (name, level)).collect();
    }
}

/// What is said of a rule that does not exist.
pub(crate) fn unknown_rule(name: &str) -> String {
    let families = RULES.iter().map(|rule| rule.family());
    let near = nearest(name, RULES.iter().map(|rule| rule.name).chain(families));
    let help = near.map_or_else(
        || "`callkit-tool rules` lists them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    format!("there is no rule or family `{name}`; {help}")
}

impl ValidateFormat {
    /// The format.
    pub fn format(self) -> FindingFormat {
        match self {
            Self::Full => FindingFormat::Full,
            Self::Concise => FindingFormat::Concise,
            Self::Json => FindingFormat::Json,
            Self::Github => FindingFormat::Github,
        }
    }
}

impl ExportLevel {
    /// The table.
    pub fn table(self) -> Table {
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
    /// Where a column does not exist, with the nearest one.
    pub fn table_options(&self) -> Result<TableOptions, String> {
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
                format!("there is no column `{name}` in this table; {help}")
            })
        };
        let columns = if self.columns.is_empty() {
            (0..level.usual()).collect()
        } else {
            self.columns.iter().map(find).collect::<Result<Vec<_>, _>>()?
        };
        if let Some(index) = (1..columns.len()).find(|index| columns[..*index].contains(&columns[*index])) {
            return Err(format!("the column `{}` is given twice", self.columns[index].trim()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_size("16M"), Ok(16 << 20));
        assert_eq!(parse_size("4KiB"), Ok(4096));
        assert_eq!(parse_size("300"), Ok(300));
        assert!(parse_size("0").is_err());
        assert!(parse_size("M").is_err());
        assert!(parse_size("10BB").is_err());
        assert!(parse_size("99999999999G").is_err());
    }
}
