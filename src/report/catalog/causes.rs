//! The columns of the table of causes, as people see them. [`crate::spec::Cause`] says what a cause means.

use crate::calls::{CauseCounts, Concentration};
use crate::report::quantity::percent;
use crate::spec::Word;

/// How a column of the table of causes is computed.
#[derive(Clone, Copy, Debug)]
pub enum CauseValue {
    /// Words.
    Words(fn(&CauseCounts) -> String),
    /// What the cause means, which has a table of its own on a terminal.
    Meaning(fn(&CauseCounts) -> &'static str),
    /// How many calls.
    Count(fn(&CauseCounts) -> u64),
    /// A share of all calls.
    Share(fn(&CauseCounts) -> f64),
    /// Ids of calls; a terminal shows the first.
    Examples(fn(&CauseCounts) -> &[String]),
}

/// One column of the table of causes.
#[derive(Clone, Copy, Debug)]
pub struct CauseColumn {
    /// Its heading.
    pub heading: &'static str,
    /// Its values.
    pub value: CauseValue,
    /// In which order columns are left out if a terminal has no room, from 1; none for one that never is.
    pub goes: Option<u8>,
}

/// All columns, in order.
pub static CAUSE_COLUMNS: [CauseColumn; 9] = [
    column("cause", None, CauseValue::Words(|it| it.cause.as_str().to_owned())),
    column("meaning", None, CauseValue::Meaning(|it| it.cause.row().summary)),
    column("calls", None, CauseValue::Count(|it| it.calls)),
    column("share", Some(3), CauseValue::Share(|it| it.share)),
    column("open", None, CauseValue::Count(|it| it.open)),
    column("besides", None, CauseValue::Count(|it| it.beside)),
    column("more on", Some(2), CauseValue::Words(|it| more(it.platform.as_ref(), String::clone))),
    column("more at", Some(1), CauseValue::Words(|it| more(it.hour.as_ref(), |hour| format!("{hour:02}h")))),
    column("for example", Some(4), CauseValue::Examples(|it| &it.examples)),
];

const fn column(heading: &'static str, goes: Option<u8>, value: CauseValue) -> CauseColumn {
    CauseColumn { heading, value, goes }
}

impl CauseValue {
    /// True for numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Count(_) | Self::Share(_))
    }

    /// The value on a terminal, where a cause that only contributes has no calls and no share.
    pub fn text(self, counts: &CauseCounts) -> String {
        match self {
            Self::Count(value) if value(counts) == 0 => "-".to_owned(),
            Self::Share(value) => percent(Some(value(counts)).filter(|_| counts.calls > 0)),
            Self::Examples(value) => value(counts).first().cloned().unwrap_or_default(),
            Self::Words(_) | Self::Meaning(_) | Self::Count(_) => self.in_full(counts),
        }
    }

    /// The value in a document.
    pub fn in_full(self, counts: &CauseCounts) -> String {
        match self {
            Self::Words(value) => value(counts),
            Self::Meaning(value) => value(counts).to_owned(),
            Self::Count(value) => value(counts).to_string(),
            Self::Share(value) => percent(Some(value(counts))),
            Self::Examples(value) => value(counts).join(", "),
        }
    }
}

/// A platform or an hour that has more of a cause than by chance, as `Web 71 % (of all 14 %)`.
fn more<K>(more: Option<&Concentration<K>>, name: impl Fn(&K) -> String) -> String {
    more.map_or_else(String::new, |more| {
        let (share, of_all) = (more.share * 100.0, more.share_of_all * 100.0);
        format!("{} {share:.0} % (of all {of_all:.0} %)", name(&more.at))
    })
}
