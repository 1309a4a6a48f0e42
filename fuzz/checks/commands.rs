//! Bytes → what every command that reads a log writes of them.

use super::program::written;

/// What an output is read as.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Text,
    /// One JSON value, or one on each line.
    Json,
    /// With as many cells in each row.
    Csv,
}

use Form::{Csv, Json, Text};

const COMMANDS: [(&str, Form); 26] = [
    ("validate", Text),
    ("validate --format concise", Text),
    ("validate --format github", Text),
    ("validate --format json", Json),
    ("validate --statistics", Text),
    ("summarize --by caller", Text),
    ("summarize --format json --by platform", Json),
    ("summarize --format markdown --by result", Text),
    ("export --format jsonl", Json),
    ("export --format jsonl --table participants", Json),
    ("export --format jsonl --table callbacks", Json),
    ("export --format jsonl --table records", Json),
    ("export", Csv),
    ("export --table participants --spreadsheet", Csv),
    ("export --table callbacks", Csv),
    ("export --table records", Csv),
    ("show --limit 3 --since 1970-01-01", Text),
    ("show --limit 3 --since 1970-01-01 --ascii --width 60", Text),
    ("show --limit 3 --since 1970-01-01 --format json", Json),
    ("show --limit 3 --since 1970-01-01 --format mermaid", Text),
    ("show --limit 3 --since 1970-01-01 --format svg", Text),
    ("show --limit 3 --since 1970-01-01 --format markdown", Text),
    ("why --limit 3 --since 1970-01-01", Text),
    ("why --limit 3 --since 1970-01-01 --format json", Json),
    ("why --all", Text),
    ("why --all --format markdown", Text),
];

/// One command, chosen by the first byte, comes to an end on any bytes; what it writes is of its form, and but for CSV
/// holds nothing that a terminal acts upon.
pub(crate) fn commands(data: &[u8]) {
    let Some((control, input)) = data.split_first() else { return };
    let (command, form) = COMMANDS[usize::from(*control) % COMMANDS.len()];
    let bytes = written(command, input);
    if form == Csv {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        for row in reader.byte_records() {
            assert!(row.is_ok(), "{command}: {row:?}");
        }
        return;
    }
    let text = std::str::from_utf8(&bytes);
    assert!(text.is_ok(), "{command}: {text:?}");
    let text = text.unwrap_or_default();
    let acts =
        |letter: char| letter.is_control() && letter != '\n' || ('\u{202a}'..='\u{202e}').contains(&letter);
    assert!(!text.contains(acts), "{command}: {text:?}");
    if form == Json {
        for value in serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>() {
            assert!(value.is_ok(), "{command}: {value:?}");
        }
    }
}
