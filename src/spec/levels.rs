//! Which level each rule has after `--error`, `--warn` and `--allow`.

use super::level::Level;
use super::rules::{RULE_COUNT, RULES, RuleId};

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
        let family = name.strip_suffix("/*").or_else(|| name.strip_suffix('/')).unwrap_or(name);
        let mut known = false;
        for rule in &RULES {
            let rank = match name {
                _ if rule.name == name => 3,
                _ if rule.family() == family => 2,
                "all" => 1,
                _ => continue,
            };
            known = true;
            let index = rule.id as usize;
            if rank >= self.rank[index] {
                self.rank[index] = rank;
                self.settings[index] = setting;
            }
        }
        if known { Ok(()) } else { Err(UnknownRule(name.to_owned())) }
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
