//! Levels of rules, as options and files give them.

use std::borrow::Cow;

use super::usage::Usage;
use crate::spec::{Cause, Level, Levels, RULES, UnknownRule, Word};
use crate::suggest::did_you_mean;

/// A rule, a family or `all`, and its level; none if it is not reported.
pub(super) type RuleLevel = (String, Option<Level>);

/// The words for levels, as the options are called, and what they set.
pub(super) const LEVEL_WORDS: [(&str, Option<Level>); 4] = [
    ("error", Some(Level::Error)),
    ("warn", Some(Level::Warning)),
    ("info", Some(Level::Info)),
    ("allow", None),
];

/// Says whether a rule, a family or `all` has this name.
///
/// # Errors
/// Returns an error if not, with the nearest one.
pub(super) fn check_rule(name: &str) -> Result<(), Usage> {
    Levels::default().set(name, None).map_err(|UnknownRule(name)| unknown_rule(&name))
}

/// Reads `LEVEL=RULE`, as the file of a project's defaults is handed on.
///
/// # Errors
/// Returns an error if it is not that.
pub(super) fn parse_rule_level(text: &str) -> Result<RuleLevel, Usage> {
    let (word, name) = text.split_once('=').ok_or("not LEVEL=RULE")?;
    let known = LEVEL_WORDS.iter().find(|(known, _)| *known == word);
    let (_, level) = known.ok_or("not a level")?;
    Ok((name.to_owned(), *level))
}

/// The levels of a project and those of options, in one order in which the options win: what they say of a family, or of
/// all rules, holds against what the project says of one rule.
pub(super) fn merged(project: Vec<RuleLevel>, options: Vec<RuleLevel>) -> Vec<RuleLevel> {
    let is_overridden =
        |(name, _): &RuleLevel| options.iter().any(|(option, _)| covers(option, plain_name(name)));
    let kept = project.into_iter().filter(|level| !is_overridden(level)).collect::<Vec<_>>();
    kept.into_iter().chain(options).collect()
}

/// A family without what may follow its name.
fn plain_name(name: &str) -> &str {
    name.strip_suffix("/*").or_else(|| name.strip_suffix('/')).unwrap_or(name)
}

/// True if what is said of `option` is said of `name`, too.
fn covers(option: &str, name: &str) -> bool {
    let option = plain_name(option);
    let rest = name.strip_prefix(option);
    option == "all" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The error on a rule that does not exist.
pub fn unknown_rule(name: &str) -> Usage {
    if Cause::parse(name).is_some() {
        return Usage::Wrong(format!(
            "`{name}` is a cause, not a rule; `callkit-tool help causes` explains it"
        ));
    }
    let families = RULES.iter().map(|rule| rule.family());
    let help = did_you_mean(name, RULES.iter().map(|rule| rule.name).chain(families))
        .map_or(Cow::Borrowed("`callkit-tool rules` lists them"), Cow::Owned);
    Usage::Wrong(format!("no rule or family is called `{name}`; {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_win_over_the_project() {
        let names = |project: &[&str], options: &[&str]| -> String {
            let level = |name: &&str| ((*name).to_owned(), None);
            let all = merged(project.iter().map(level).collect(), options.iter().map(level).collect());
            all.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&["body/type", "url"], &[]), "body/type url");
        assert_eq!(names(&["body/type", "url"], &["body"]), "url body");
        assert_eq!(names(&["body/type", "body/*"], &["body/"]), "body/");
        assert_eq!(names(&["body"], &["body/type"]), "body body/type");
        assert_eq!(names(&["body", "all"], &["all"]), "all");
        assert_eq!(
            names(&["bodyx", "http/method"], &["body", "http/meth"]),
            "bodyx http/method body http/meth"
        );
        assert_eq!(parse_rule_level("allow=url"), Ok(("url".to_owned(), None)));
        assert!(parse_rule_level("url").is_err() && parse_rule_level("none=url").is_err());
    }
}
