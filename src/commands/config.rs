//! `config`: the defaults that hold here, and where each comes from.

use clap::{Args, ValueEnum};

use super::command::Command;
use crate::cli::{CONFIG_NAME, Config, ConfigKey, ProjectDefault, SDKAPPIDS, variable};
use crate::report::TextTable;
use crate::report::json::document;
use crate::session::{Output, Session, Status};

/// Arguments of `config`.
#[derive(Debug, Args)]
#[command(
    after_help = "The file is the nearest callkit-tool.toml in the current folder or above it, up to a folder with a \
    `.git`, or the home folder. Options and the environment win over it.\n\n\
    Examples:\n  callkit-tool config\n  callkit-tool config --format json\n  \
    CALLKIT_SDKAPPID=1400000002 callkit-tool config"
)]
pub(super) struct ConfigArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ConfigFormat,
}

/// A format of the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ConfigFormat {
    /// A table for people
    Text,
    /// One JSON object
    Json,
}

/// One value, and where it comes from.
struct ConfigRow {
    key: String,
    value: String,
    from: ValueFrom,
}

/// Where a value comes from.
enum ValueFrom {
    /// Nothing sets it.
    Default,
    /// A variable of the environment.
    Environment(&'static str),
    /// A line of the file.
    File(usize),
}

impl Command for ConfigArgs {
    fn reads_config(&self) -> bool {
        true
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let config = session.config;
        let rows: Vec<ConfigRow> = ConfigKey::ALL.into_iter().flat_map(|key| rows(key, config)).collect();
        let file = config.file.as_ref().map(|file| file.display().to_string());
        Output::print(&match self.format {
            ConfigFormat::Text => text(&rows, file.as_deref().unwrap_or(CONFIG_NAME)).into_bytes(),
            ConfigFormat::Json => json(&rows, file.as_deref()),
        })
    }
}

/// The values of a key; each rule has its own.
fn rows(key: ConfigKey, config: &Config) -> Vec<ConfigRow> {
    let row = |value: String, from| ConfigRow { key: key.as_str().to_owned(), value, from };
    if key == ConfigKey::SdkAppIds
        && let Some(value) = variable(SDKAPPIDS)
    {
        return vec![row(value.to_string_lossy().into_owned(), ValueFrom::Environment(SDKAPPIDS))];
    }
    let Some(default) = config.get(key) else {
        return without_file(key)
            .map_or_else(Vec::new, |value| vec![row(value.to_owned(), ValueFrom::Default)]);
    };
    match key {
        ConfigKey::Levels => default.values.iter().zip(&default.lines).filter_map(level_row).collect(),
        _ => vec![row(shown(default), ValueFrom::File(default.line))],
    }
}

/// The value without a file.
fn without_file(key: ConfigKey) -> Option<&'static str> {
    match key {
        ConfigKey::SdkAppIds => Some("any"),
        ConfigKey::Tz | ConfigKey::LogTz => Some("UTC"),
        ConfigKey::TokenEnv => Some("none"),
        ConfigKey::Levels => None,
    }
}

fn level_row((value, line): (&String, &usize)) -> Option<ConfigRow> {
    let (level, rule) = value.split_once('=')?;
    Some(ConfigRow { key: format!("levels.{rule}"), value: level.to_owned(), from: ValueFrom::File(*line) })
}

/// The value as it is shown: of the token only whether it is set. The name of a variable that is not there may be the
/// token itself, put into the file by mistake.
fn shown(default: &ProjectDefault) -> String {
    match default.key {
        ConfigKey::TokenEnv if !default.has_token() => "not set".to_owned(),
        ConfigKey::TokenEnv => default.values.concat().replace("env:", "set, in "),
        _ => default.values.join(","),
    }
}

fn text(rows: &[ConfigRow], file: &str) -> String {
    let mut table = TextTable::new(&["setting", "value", "from"]);
    for row in rows {
        let from = match row.from {
            ValueFrom::Default => "default".to_owned(),
            ValueFrom::Environment(name) => name.to_owned(),
            ValueFrom::File(line) => format!("{file}:{line}"),
        };
        table.row(&[&row.key, &row.value, &from]);
    }
    table.render()
}

fn json(rows: &[ConfigRow], file: Option<&str>) -> Vec<u8> {
    document(|object| {
        object.member("version", 1_u64);
        object.member("file", file);
        object.objects("settings", rows, |object, row| {
            object.member("key", &row.key);
            object.member("value", &row.value);
            let (from, name, line) = match row.from {
                ValueFrom::Default => ("default", None, None),
                ValueFrom::Environment(name) => ("environment", Some(name), None),
                ValueFrom::File(line) => ("file", None, Some(line)),
            };
            object.member("from", from);
            object.optional("variable", name);
            object.optional("line", line);
        });
    })
}
