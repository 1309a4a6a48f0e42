//! Which calls `show` and `why` are asked about: one by its id, or several by filters.

use clap::Args;

use super::args::FilterArgs;

/// Which calls are wanted, beside the id that stands first among the arguments.
#[derive(Clone, Debug, Args)]
pub struct ChoiceArgs {
    /// Show at most so many calls, and say how many more there are
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Which calls are wanted
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// The calls that are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one with this id, or the only one whose id begins so.
    Named(String),
    /// Those that the filters choose.
    Filtered,
}

impl ChoiceArgs {
    /// Tells the id of a call from the inputs: it stands first, unless filters choose the calls.
    ///
    /// # Errors
    /// In words, where neither is given.
    pub fn split(&self, arguments: &[String]) -> Result<(Choice, Vec<String>), String> {
        if !self.filter.is_empty() {
            return Ok((Choice::Filtered, arguments.to_vec()));
        }
        match arguments.split_first() {
            Some((call_id, inputs)) if !call_id.is_empty() => {
                Ok((Choice::Named(call_id.clone()), inputs.to_vec()))
            }
            _ => Err("no call is named: give its id, the beginning of its id, or a filter such as \
                      `--result reject`"
                .to_owned()),
        }
    }
}
