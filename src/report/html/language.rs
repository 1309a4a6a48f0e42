//! The languages of a page.

use clap::ValueEnum;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English
    #[default]
    En,
    /// Chinese
    Zh,
}

/// What the page says in English, and the same in Chinese, a line each.
const CHINESE: &str = include_str!("zh.tsv");

impl Language {
    /// Its tag, as in BCP 47.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// Every text that has a translation, with it.
    pub(super) fn words(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = if self == Self::Zh { CHINESE } else { "" };
        lines.lines().filter_map(|line| line.split_once('\t'))
    }

    /// A text in this language; in English if it has no translation.
    pub(super) fn say(self, text: &str) -> &str {
        self.words().find(|(english, _)| *english == text).map_or(text, |(_, said)| said)
    }
}
