//! Which level each rule has after `--error`, `--warn`, `--info` and `--allow`, and sets of rules.

use super::level::Level;
use super::rules::{RULE_COUNT, RULES, Rule, RuleId};

/// What the command line says about one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Setting {
    /// Nothing: the rule's own level.
    #[default]
    Default,
    /// This level, whatever the rule says.
    Level(Level),
    /// The rule is off.
    Allow,
}

/// A name that is neither a rule nor a family of rules.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownRule(pub String);

/// The level of every rule. The more specific setting wins, then the later.
#[derive(Clone, Debug)]
pub struct Levels {
    settings: [Setting; RULE_COUNT],
    /// How specific the setting in force is: 0 none, 1 all rules, 2 a family, 3 the rule itself.
    rank: [u8; RULE_COUNT],
}

impl Default for Levels {
    fn default() -> Self {
        Self { settings: [Setting::Default; RULE_COUNT], rank: [0; RULE_COUNT] }
    }
}

impl Levels {
    /// Sets a rule (`body/type`), a family (`body`, `body/`, `body/*`) or every rule (`all`) to a level, or off
    /// with none.
    ///
    /// # Errors
    /// [`UnknownRule`] where the name is neither.
    pub fn set(&mut self, name: &str, level: Option<Level>) -> Result<(), UnknownRule> {
        let setting = level.map_or(Setting::Allow, Setting::Level);
        for (rule, rank) in named(name)? {
            let index = rule as usize;
            if rank >= self.rank[index] {
                self.rank[index] = rank;
                self.settings[index] = setting;
            }
        }
        Ok(())
    }

    /// The level of a finding whose rule gives it `level`; none if the rule is off.
    pub fn level(&self, rule: RuleId, level: Level) -> Option<Level> {
        match self.settings[rule as usize] {
            Setting::Default => Some(level),
            Setting::Level(set) => Some(set),
            Setting::Allow => None,
        }
    }
}

/// The rules that a name stands for, each with how specific that is: 1 all rules, 2 a family, 3 the rule itself.
fn named(name: &str) -> Result<Vec<(RuleId, u8)>, UnknownRule> {
    let family = name.strip_suffix("/*").or_else(|| name.strip_suffix('/')).unwrap_or(name);
    let rank = |rule: &Rule| match name {
        _ if rule.name == name => Some(3),
        _ if rule.family() == family => Some(2),
        "all" => Some(1),
        _ => None,
    };
    let found: Vec<_> = RULES.iter().filter_map(|rule| Some((rule.id, rank(rule)?))).collect();
    if found.is_empty() { Err(UnknownRule(name.to_owned())) } else { Ok(found) }
}

/// A set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSet([bool; RULE_COUNT]);

impl Default for RuleSet {
    fn default() -> Self {
        Self([false; RULE_COUNT])
    }
}

impl RuleSet {
    /// Adds a rule, a family or every rule, named as for [`Levels::set`].
    ///
    /// # Errors
    /// [`UnknownRule`] where the name is neither.
    pub fn add(&mut self, name: &str) -> Result<(), UnknownRule> {
        named(name)?.iter().for_each(|(rule, _)| self.0[*rule as usize] = true);
        Ok(())
    }

    /// True if the rule is one of them.
    pub fn contains(&self, rule: RuleId) -> bool {
        self.0[rule as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_specific_wins_then_the_later() {
        let mut levels = Levels::default();
        levels.set("body/type", Some(Level::Info)).ok();
        levels.set("body", None).ok();
        levels.set("body/*", Some(Level::Warning)).ok();
        levels.set("all", None).ok();
        assert_eq!(levels.level(RuleId::BodyType, Level::Error), Some(Level::Info));
        assert_eq!(levels.level(RuleId::BodyValue, Level::Error), Some(Level::Warning));
        assert_eq!(levels.level(RuleId::UrlCommand, Level::Error), None);
        assert_eq!(levels.set("bod/type", None), Err(UnknownRule("bod/type".to_owned())));
    }
}
