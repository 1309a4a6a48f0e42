//! What a project has for its own defaults: `callkit-tool.toml`.
//!
//! Comes in: the folder that the tool runs in, and the file that is found from there. Goes out: the defaults of options,
//! each with its line. Must not: set an output, a host or a secret, or win over an option or the environment.

mod default;
mod read;
mod search;

use std::path::{Path, PathBuf};

use clap::Command;
use clap::parser::ValueSource;

pub use self::default::{CONFIG_NAME, ConfigKey, ProjectDefault};

use self::read::read;
use self::search::search;
use super::environment::{SDKAPPIDS, variable};
use super::usage::Usage;

/// The defaults of a project; none without a file.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file, as messages name it.
    pub file: Option<PathBuf>,
    /// True if it is not in the current folder.
    is_above: bool,
    /// A file that is not read, since another user owns it.
    passed_over: Option<PathBuf>,
    /// In the order of the file.
    pub defaults: Vec<ProjectDefault>,
}

impl Config {
    /// Finds and reads the file, from the current folder upwards.
    ///
    /// # Errors
    /// Returns an error with file and line if it cannot be read, or has a key or a value that cannot be used.
    pub fn find() -> Result<Self, Usage> {
        let Ok(folder) = std::env::current_dir() else { return Ok(Self::default()) };
        let found = search(&folder);
        let mut config = Self { passed_over: found.passed_over, ..Self::default() };
        let Some(path) = found.file else { return Ok(config) };
        config.is_above = path.parent() != Some(&folder);
        let shown = if config.is_above { path.as_path() } else { Path::new(CONFIG_NAME) };
        config.defaults = read(&path, shown)?;
        config.file = Some(shown.to_owned());
        Ok(config)
    }

    /// What there is to know of where the defaults come from.
    pub fn notes(&self) -> Vec<String> {
        let above = self.file.as_ref().filter(|_| self.is_above);
        let above = above.map(|path| format!("defaults are taken from `{}`", path.display()));
        let other = self.passed_over.as_ref();
        let other = other.map(|path| format!("`{}` is not read, since another user owns it", path.display()));
        above.into_iter().chain(other).collect()
    }

    /// The default of that key.
    pub fn get(&self, key: ConfigKey) -> Option<&ProjectDefault> {
        self.defaults.iter().find(|default| default.key == key)
    }

    /// The place of a default, for messages.
    pub fn place(&self, default: &ProjectDefault) -> String {
        let file = self.file.as_deref().unwrap_or(Path::new(CONFIG_NAME));
        format!("{}:{}", file.display(), default.line)
    }

    /// A command line with these defaults, for every command that reads a log or takes a token.
    pub fn apply(&self, command: Command) -> Command {
        let has_defaults = takes_defaults(&command);
        let command = command.mut_subcommands(|subcommand| self.apply(subcommand));
        if !has_defaults {
            return command;
        }
        command.mut_args(|argument| {
            let found = self.defaults.iter().find(|it| *argument.get_id() == it.key.argument());
            match found.filter(|it| !is_in_environment(it.key)) {
                Some(default) => argument.default_values(default.values.clone()),
                None => argument,
            }
        })
    }

    /// Says whether the token that a command would take from the variable that the file names is there. Its name is not
    /// repeated: it may be the token, put there by mistake.
    ///
    /// # Errors
    /// Returns an error if it is not.
    pub fn check_token(&self, matches: &clap::ArgMatches) -> Result<(), Usage> {
        let Some(default) = self.get(ConfigKey::TokenEnv) else { return Ok(()) };
        let id = ConfigKey::TokenEnv.argument();
        let is_taken = matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::DefaultValue);
        if is_taken && !default.has_token() {
            let place = self.place(default);
            return Err(format!(
                "{place}: the variable that `token_env` names is not set; set it, or give `--token` or `--no-config`"
            )
            .into());
        }
        Ok(())
    }
}

/// True for a command that reads a log, or takes a token.
pub fn takes_defaults(command: &Command) -> bool {
    command.get_arguments().any(|argument| matches!(argument.get_id().as_str(), "inputs" | "token"))
}

/// True if the environment says it, which wins.
fn is_in_environment(key: ConfigKey) -> bool {
    key == ConfigKey::SdkAppIds && variable(SDKAPPIDS).is_some()
}
