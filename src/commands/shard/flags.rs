//! The options of a command as they were given, so that another process can be given the same.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

/// The arguments of a command, and its options as they were given: without inputs and output.
#[derive(Debug)]
pub(super) struct WithFlags<A> {
    pub(super) args: A,
    pub(super) flags: Vec<OsString>,
}

/// The option that each process has a value of its own for.
const OUTPUT: &str = "output";

impl<A: Args> Args for WithFlags<A> {
    fn augment_args(command: Command) -> Command {
        A::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        A::augment_args_for_update(command)
    }
}

impl<A: Args> FromArgMatches for WithFlags<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self { args: A::from_arg_matches(matches)?, flags: flags::<A>(matches) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The options that are given, or that the project has a default for, in their order: some mean something else in
/// another one.
fn flags<A: Args>(matches: &ArgMatches) -> Vec<OsString> {
    let command = A::augment_args(Command::new("options"));
    let mut flags: Vec<(usize, OsString)> = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let values = || matches.get_raw(id).into_iter().flatten();
        let is_given = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => true,
            // A switch has a default of its own.
            Some(ValueSource::DefaultValue) if argument.get_action().takes_values() => {
                values().ne(argument.get_default_values().iter().map(|it| it.as_os_str()))
            }
            _ => false,
        };
        let (Some(long), true) = (argument.get_long(), is_given && id != OUTPUT) else { continue };
        let places = matches.indices_of(id).into_iter().flatten();
        if !argument.get_action().takes_values() {
            flags.extend(places.take(1).map(|place| (place, format!("--{long}").into())));
            continue;
        }
        flags.extend(places.zip(values()).map(|(place, value)| {
            let mut flag = OsString::from(format!("--{long}="));
            flag.push(value);
            (place, flag)
        }));
    }
    flags.sort_by_key(|(place, _)| *place);
    flags.into_iter().map(|(_, flag)| flag).collect()
}
