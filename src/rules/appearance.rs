//! What an input without callbacks looks like, and how to get a log out of it.
//!
//! Comes in: what was counted in a source. Goes out: a description in words. Must not: decide whether it is a log.

use std::sync::LazyLock;

use super::hit::times;
use crate::calls::SourceFacts;

/// What an input looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// What it is, as the end of a sentence.
    pub what: String,
    /// How to get a log out of it.
    pub help: Option<String>,
}

/// A sign in the first line of text of an input, what it says, and what to do then.
struct Sign {
    is: fn(&str) -> bool,
    what: &'static str,
    help: &'static str,
}

const SIGNS: [Sign; 2] = [
    Sign {
        is: is_access_log,
        what: "it looks like an access log, which has no bodies of requests",
        help: "have the server log the body of requests as well, or capture them with `callkit-tool capture`",
    },
    Sign {
        is: is_row_of_callback,
        what: "it looks like CSV without a header",
        help: "export the table with a header line that names its columns",
    },
];

/// What a source without callbacks looks like.
pub fn appearance(facts: &SourceFacts) -> Appearance {
    let sampled = facts.first_text.as_ref().map(|(_, line)| String::from_utf8_lossy(line));
    let sign = sampled.as_deref().and_then(|line| SIGNS.iter().find(|sign| (sign.is)(line)));
    if let Some((field, count)) = facts.other_case.most_common() {
        return Appearance {
            what: format!(
                "its JSON has names in another case ({count} times `{field}`), and names match exactly"
            ),
            help: Some(format!("log the bodies as they arrive: the vendor writes `{field}`")),
        };
    }
    if let Some((what, help)) = &facts.identified {
        let help = Some(help.clone().into_owned()).filter(|help| !help.is_empty());
        return Appearance { what: format!("it looks like {what}"), help };
    }
    if let Some(sign) = sign {
        return Appearance { what: sign.what.to_owned(), help: Some(sign.help.to_owned()) };
    }
    let json = facts.records - facts.requests;
    let what = match (facts.requests, json, facts.text_lines.count) {
        (0, 0, 0) if facts.skipped_bytes > 0 => {
            format!("{} of its {} bytes could not be read", facts.skipped_bytes, facts.bytes)
        }
        (0, 0, 0) if let Some((_, what)) = &facts.damage => what.clone(),
        (0, 0, 0) => "nothing in it is text, JSON or HTTP".to_owned(),
        (0, 0, lines) => format!("{} of text without a JSON object", times(lines, "line")),
        (0, json, _) => format!("{}, and no callback", times(json, "JSON value")),
        (requests, ..) => format!("{} without a callback", times(requests, "HTTP request")),
    };
    Appearance {
        what,
        help: Some(
            "`callkit-tool help input` says what is read; `callkit-tool capture` records callbacks"
                .to_owned(),
        ),
    }
}

fn is_access_log(line: &str) -> bool {
    static REQUEST: LazyLock<Vec<String>> = LazyLock::new(|| {
        ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"]
            .iter()
            .map(|method| format!("\"{method} "))
            .collect()
    });
    line.contains(" HTTP/") && REQUEST.iter().any(|begin| line.contains(begin.as_str()))
}

/// True for a line of several cells, one of which is an object in quotation marks.
fn is_row_of_callback(line: &str) -> bool {
    [',', ';', '\t', '|'].iter().any(|separator| line.matches(*separator).count() > 2)
        && (line.contains("\"\"") || line.contains("{\""))
}
