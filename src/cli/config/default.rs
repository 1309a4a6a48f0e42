//! The defaults that the file can set.

use crate::cli::environment::variable;

/// The name of the file.
pub const CONFIG_NAME: &str = "callkit-tool.toml";

/// The default of an option, as the file sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectDefault {
    /// The key in the file.
    pub key: ConfigKey,
    /// The values that the option takes.
    pub values: Vec<String>,
    /// Its line, from 1.
    pub line: usize,
    /// The line of each value.
    pub lines: Vec<usize>,
}

/// A key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigKey {
    /// The SDKAppIDs of the project.
    SdkAppIds,
    /// The zone in which times are shown.
    Tz,
    /// The zone of times in a log that name none.
    LogTz,
    /// The name of the variable that holds the token.
    TokenEnv,
    /// The levels of rules.
    Levels,
}

impl ConfigKey {
    /// All keys.
    pub const ALL: [Self; 5] = [Self::SdkAppIds, Self::Tz, Self::LogTz, Self::TokenEnv, Self::Levels];

    /// As it stands in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SdkAppIds => "sdkappids",
            Self::Tz => "tz",
            Self::LogTz => "log_tz",
            Self::TokenEnv => "token_env",
            Self::Levels => "levels",
        }
    }

    /// The id of the argument whose default it is.
    pub(super) fn argument(self) -> &'static str {
        match self {
            Self::SdkAppIds => "sdkappid",
            Self::Tz => "tz",
            Self::LogTz => "log_tz",
            Self::TokenEnv => "token",
            Self::Levels => "project_level",
        }
    }
}

impl ProjectDefault {
    /// For the name of the variable that holds the token: true if that is set.
    pub fn has_token(&self) -> bool {
        let names = self.values.iter().filter_map(|value| value.strip_prefix("env:"));
        names.into_iter().any(|name| variable(name).is_some())
    }
}
