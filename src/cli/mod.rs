//! What the commands share of the command line: groups of options, parsers of values, the terminal.
//!
//! Comes in: arguments, environment and terminal. Goes out: the options that the steps take. Must not: do work, or know
//! a command.

mod config;
mod environment;
mod filters;
mod groups;
mod rule_levels;
mod terminal;
#[cfg(feature = "live")]
mod token;
mod usage;
mod values;

pub use config::{CONFIG_NAME, Config, ConfigKey, ProjectDefault, takes_defaults};
pub use environment::{SDKAPPIDS, VARIABLES, variable};
pub use filters::{ChoiceArgs, FilterArgs, ids_of};
pub use groups::{InputArgs, OutputArgs, RuleArgs, TextArgs};
pub use rule_levels::unknown_rule;
pub use terminal::{ColorChoice, Terminal};
#[cfg(feature = "live")]
pub use token::TokenSource;
pub use usage::Usage;
pub use values::{
    TimeBound, level_parser, parse_app, parse_bound, parse_duration, parse_number, parse_seconds, parse_seed,
    parse_size, parse_wait, parse_zone, result_parser, word_parser, zone_note,
};
