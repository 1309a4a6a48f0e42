//! The columns of the table of causes: what is said of each cause of many calls. What a cause means stands in
//! [`crate::spec::Cause`].

use crate::calls::{CauseCounts, Concentration};
use crate::report::json::{self, Object};
use crate::report::quantity::percent;
use crate::spec::Word;

/// One column of the table of causes.
#[derive(Clone, Copy, Debug)]
pub struct CauseColumn {
    /// Its name in JSON.
    pub name: &'static str,
    /// Writes its value as JSON.
    pub json: fn(&mut Vec<u8>, &CauseCounts),
    /// How people see it; none for what only JSON has.
    pub shown: Option<ShownCause>,
}

/// A column of the table of causes, as people see it.
#[derive(Clone, Copy, Debug)]
pub struct ShownCause {
    /// Its heading.
    pub heading: &'static str,
    /// True for a column of numbers.
    pub is_number: bool,
    /// The text in a document.
    pub markdown: fn(&CauseCounts) -> String,
    /// The text on a terminal; none where a terminal does not have the column.
    pub text: Option<fn(&CauseCounts) -> String>,
    /// Which column of a terminal goes first where there is no room, from 1; 0 for one that never does.
    pub goes: u8,
}

/// All columns, in order.
pub static CAUSE_COLUMNS: [CauseColumn; 11] = [
    CauseColumn {
        name: "cause",
        json: |out, it| json::string(out, it.cause.as_str()),
        shown: words("cause", |it| it.cause.as_str().to_owned(), 0),
    },
    CauseColumn {
        name: "meaning",
        json: |out, it| json::string(out, it.cause.row().summary),
        shown: Some(ShownCause {
            heading: "meaning",
            is_number: false,
            markdown: |it| it.cause.row().summary.to_owned(),
            text: None,
            goes: 0,
        }),
    },
    CauseColumn {
        name: "calls",
        json: |out, it| json::number(out, it.calls),
        shown: number("calls", |it| it.calls.to_string(), |it| or_dash(it.calls), 0),
    },
    CauseColumn {
        name: "share",
        json: |out, it| json::number(out, it.share),
        shown: number(
            "share",
            |it| percent(Some(it.share)),
            |it| percent(Some(it.share).filter(|_| it.calls > 0)),
            4,
        ),
    },
    CauseColumn {
        name: "cannot_tell",
        json: |out, it| json::number(out, it.open),
        shown: number("open", |it| it.open.to_string(), |it| or_dash(it.open), 0),
    },
    CauseColumn {
        name: "besides",
        json: |out, it| json::number(out, it.beside),
        shown: number("besides", |it| it.beside.to_string(), |it| or_dash(it.beside), 0),
    },
    CauseColumn {
        name: "platforms",
        json: |out, it| {
            let mut object = Object::new(out);
            it.platforms.iter().for_each(|(platform, calls)| object.number(platform, Some(*calls)));
            object.end();
        },
        shown: None,
    },
    CauseColumn {
        name: "hours",
        json: |out, it| json::list(out, &it.hours, |out, calls| json::number(out, calls)),
        shown: None,
    },
    CauseColumn {
        name: "more_on",
        json: |out, it| {
            concentration(out, it.platform.as_ref(), |object, at| object.text("platform", at));
        },
        shown: words(
            "more on",
            |it| it.platform.as_ref().map_or_else(String::new, |more| shares(&more.at, more)),
            3,
        ),
    },
    CauseColumn {
        name: "more_at",
        json: |out, it| concentration(out, it.hour.as_ref(), |object, at| object.number("hour", Some(at))),
        shown: words(
            "more at",
            |it| it.hour.as_ref().map_or_else(String::new, |more| shares(&format!("{:02}h", more.at), more)),
            2,
        ),
    },
    CauseColumn {
        name: "examples",
        json: |out, it| json::list(out, &it.examples, |out, example| json::string(out, example)),
        shown: Some(ShownCause {
            heading: "for example",
            is_number: false,
            markdown: |it| it.examples.join(", "),
            text: Some(|it| it.examples.first().cloned().unwrap_or_default()),
            goes: 1,
        }),
    },
];

const fn words(heading: &'static str, text: fn(&CauseCounts) -> String, goes: u8) -> Option<ShownCause> {
    Some(ShownCause { heading, is_number: false, markdown: text, text: Some(text), goes })
}

const fn number(
    heading: &'static str,
    markdown: fn(&CauseCounts) -> String,
    text: fn(&CauseCounts) -> String,
    goes: u8,
) -> Option<ShownCause> {
    Some(ShownCause { heading, is_number: true, markdown, text: Some(text), goes })
}

fn or_dash(count: u64) -> String {
    if count == 0 { "-".to_owned() } else { count.to_string() }
}

/// A platform or an hour that has more of a cause than by chance, as `Web 71 % (of all 14 %)`.
fn shares<K>(at: &str, more: &Concentration<K>) -> String {
    format!("{at} {:.0} % (of all {:.0} %)", more.share * 100.0, more.share_of_all * 100.0)
}

fn concentration<K>(
    out: &mut Vec<u8>,
    more: Option<&Concentration<K>>,
    at: impl FnOnce(&mut Object<'_>, &K),
) {
    let Some(more) = more else { return out.extend_from_slice(b"null") };
    let mut object = Object::new(out);
    at(&mut object, &more.at);
    object.number("share", Some(more.share));
    object.number("share_of_all", Some(more.share_of_all));
    object.end();
}
