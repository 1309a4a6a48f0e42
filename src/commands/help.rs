//! `help`: the help of a command, or a page of the documentation.

use clap::builder::StyledStr;

use super::command::Command;
use crate::cli::Usage;
use crate::session::{Output, Session, Status};
use crate::spec::RULES;
use crate::suggest::did_you_mean;

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  callkit-tool help export\n  callkit-tool help outcomes | less")]
pub(super) struct HelpArgs {
    /// A command or a topic; without it all are listed
    #[arg(value_name = "COMMAND|TOPIC")]
    topic: Option<String>,
}

/// Makes the list of pages.
macro_rules! topics {
    ($($folder:literal: $name:literal),+ $(,)?) => {
        /// The pages of the documentation that the tool carries, in the order of their list: name and Markdown.
        pub(super) const TOPICS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../docs/", $folder, "/", $name, ".md")))),+];
    };
}

topics! {
    "reference": "input",
    "reference": "outcomes",
    "reference": "causes",
    "reference": "figures",
    "reference": "tables",
    "reference": "json",
    "reference": "rules",
    "reference": "config",
    "reference": "exit-status",
    "guides": "reading-a-call",
    "guides": "report",
    "guides": "ci",
    "guides": "comparing",
    "guides": "following",
    "guides": "many-machines",
    "guides": "your-backend-was-down",
    "guides": "capture-behind-nginx",
    "guides": "capture-behind-envoy",
    "guides": "capture-behind-express",
    "guides": "capture-behind-wsgi",
}

/// A word that more topics have is too common to lead anywhere.
const MOST_TOPICS: usize = 6;

/// The sentence that a page begins with, without its final period.
fn about(text: &str) -> String {
    let sentence = text.lines().skip(1).take_while(|line| !line.is_empty() && !line.starts_with('-'));
    sentence.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

/// A page as it is read in a terminal: without marks of generated parts, and of links only what they say.
fn page(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("<!--"));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    let mut links = text.split("](");
    let mut page = links.next().unwrap_or_default().to_owned();
    for link in links {
        page = page.rsplit_once('[').map_or(page.clone(), |(before, label)| format!("{before}{label}"));
        page.push_str(link.split_once(')').map_or(link, |(_, rest)| rest));
    }
    page
}

/// The list of topics, laid out as that of the commands is.
fn topics() -> StyledStr {
    let topics = TOPICS.iter().map(|(name, text)| clap::Command::new(name).about(about(text)));
    let list = clap::Command::new("topics").disable_help_subcommand(true).max_term_width(100);
    list.help_template("Topics:\n{subcommands}\n").subcommands(topics).render_help()
}

/// Says which topics have a word, unless none or many do. A rule has a page of its own.
fn topics_with(word: &str) -> Option<String> {
    if RULES.iter().any(|rule| rule.name == word) {
        return Some(format!("`callkit-tool rules {word}` explains this rule"));
    }
    let parts = |letter: char| !letter.is_alphanumeric() && !"_-/".contains(letter);
    let has = |text: &str| text.split(parts).any(|other| other.eq_ignore_ascii_case(word));
    let found = TOPICS.iter().filter(|(_, text)| has(text)).map(|(topic, _)| format!("`{topic}`"));
    let found: Vec<String> = found.collect();
    match found.len() {
        1 => Some(format!("the topic {} has it", found[0])),
        2..=MOST_TOPICS => Some(format!("the topics {} have it", found.join(", "))),
        _ => None,
    }
}

impl Command for HelpArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let colors = session.terminal.colors(None);
        let styled = |help: StyledStr| if colors { help.ansi().to_string() } else { help.to_string() };
        let mut program = (session.program)();
        program.build();
        let Some(name) = &self.topic else {
            let text = format!("{}\n{}", styled(program.render_long_help()), styled(topics()));
            return Output::print(text.as_bytes());
        };
        let command = program.find_subcommand_mut(name).map(|command| styled(command.render_long_help()));
        let topic = TOPICS.iter().find(|(topic, _)| topic == name).map(|(_, text)| page(text));
        let parts: Vec<String> = command.into_iter().chain(topic).collect();
        if parts.is_empty() {
            let commands = program.get_subcommands().map(clap::Command::get_name);
            let help = did_you_mean(name, commands.chain(TOPICS.iter().map(|(topic, _)| *topic)))
                .or_else(|| topics_with(name))
                .unwrap_or_else(|| "`callkit-tool help` lists both".to_owned());
            return Err(Usage::Wrong(format!("`{name}` is not a command or topic; {help}")).into());
        }
        Output::print(parts.join("\n").as_bytes())
    }
}
