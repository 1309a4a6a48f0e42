//! The data dictionary: every column of every table.

use clap::ValueEnum;

use crate::report::TextTable;
use crate::report::json::Object;

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// One row for each call.
    Calls,
    /// One row for each user of each call.
    Participants,
    /// One row for each callback.
    Callbacks,
    /// One row for each record, blank and skipped range: every byte of the input once.
    Records,
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const fn column(name: &'static str, kind: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, meaning }
}

/// Columns of `calls` that stand there unless others are chosen; the rest only where they are named.
const USUAL_CALLS: usize = 21;

static CALLS: [Column; 25] = [
    column("call_id", "text", "`CallId`"),
    column("sdkappid", "integer", "SDKAppID of the first callback whose URL has a valid one"),
    column("call_type", "text", "`single` or `group`"),
    column("media_type", "text", "`audio` or `video`"),
    column("room_id", "text", "the room"),
    column("caller", "text", "the first user with role caller"),
    column(
        "callees",
        "list",
        "users with role callee, by first appearance; joined by `;`, with `\\` before `;` and `\\`",
    ),
    column("participants", "integer", "number of distinct users"),
    column("total_num", "integer", "the greatest `TotalNum`"),
    column("result", "text", "what the call came to; `incomplete` where the log does not say"),
    column("answered", "boolean", "whether someone answered"),
    column("start_time", "time", "when the call was started"),
    column("accept_time", "time", "when it was answered"),
    column("end_time", "time", "when it ended"),
    column(
        "ring_seconds",
        "integer",
        "from the start to the answer; of a concluded call without one, to the end",
    ),
    column("talk_seconds", "integer", "from the answer to the end"),
    column("total_seconds", "integer", "from the start to the end"),
    column("callbacks", "integer", "callbacks of the call, duplicates included"),
    column("duplicates", "integer", "callbacks that were delivered again"),
    column("problems", "integer", "errors and warnings on the call and on the records of its callbacks"),
    column("caller_platform", "text", "platform of the caller, as written"),
    column("cause", "text", "why it came to that, as `why` tells; only where `--columns` names it"),
    column("certainty", "text", "how sure that is: `certain`, `likely`, `cannot_tell`; only where named"),
    column("contributing", "list", "causes that contribute, joined as `callees` are; only where named"),
    column(
        "alternative",
        "text",
        "what the cause may be as well, where `certainty` is `cannot_tell`; only where named",
    ),
];

static PARTICIPANTS: [Column; 11] = [
    column("call_id", "text", "`CallId`"),
    column("sdkappid", "integer", "SDKAppID of the call"),
    column("user_id", "text", "the user"),
    column("role", "text", "`caller`, `callee`, or `both`"),
    column("platform", "text", "platform of the user's first callback that has one, as written"),
    column("client_ip", "text", "address of the user's first callback that has one, as written"),
    column("ring_time", "time", "when it first rang there"),
    column("accept_time", "time", "when the user first answered"),
    column("end_time", "time", "when the user's part last ended"),
    column("result", "text", "how it ended for the user; empty where the log does not say"),
    column("callbacks", "integer", "the user's callbacks, duplicates included"),
];

static CALLBACKS: [Column; 23] = [
    column("source", "text", "the input"),
    column("record", "integer", "record of that input, from 1"),
    column("line", "integer", "line on which the record begins, from 1"),
    column("family", "text", "`event`, `status`, or `v4`"),
    column("sdkappid", "integer", "SDKAppID from the URL"),
    column("command", "text", "the callback command, from the URL, for v4 from the body"),
    column("client_ip", "text", "address of the client from the URL, as written"),
    column("platform", "text", "platform of the client from the URL, as written"),
    column("received_at", "time", "when the callback was captured, to the millisecond"),
    column("user_id", "text", "the user; v4: the users that acted, joined by `;`"),
    column("room_id", "text", "the room"),
    column("total_num", "integer", "`TotalNum`; v4: distinct users that are named"),
    column("media_type", "text", "`audio` or `video`"),
    column("call_type", "text", "`single` or `group`"),
    column("call_id", "text", "`CallId`"),
    column("role", "text", "`caller` or `callee`, from the body, else the command, else the event"),
    column("event", "text", "the event; v4: `start_call`, or the actions of the users, joined by `;`"),
    column("call_result", "text", "`CallResult` in the words of the event family"),
    column("event_time", "time", "`EventTime`"),
    column("start_call_ts", "time", "`StartCallTs`, v4 `StartTime`"),
    column("accept_ts", "time", "`AcceptTs`, v4 `AcceptTime`"),
    column("end_ts", "time", "`EndTs`, v4 `EndTime`"),
    column("duplicate", "boolean", "whether an earlier callback of the call says the same"),
];

static RECORDS: [Column; 13] = [
    column("source", "text", "the input"),
    column("record", "integer", "record of that input, from 1; empty for ranges that are no record"),
    column("offset", "integer", "first byte in the decompressed input"),
    column("bytes", "integer", "length in bytes"),
    column("kind", "text", "`http`, `json`, `blank`, or `skipped`"),
    column("method", "text", "method of the request"),
    column("target", "text", "target of the request"),
    column("body_offset", "integer", "first byte of the body in the decompressed input"),
    column("body_bytes", "integer", "length of the decoded body in bytes"),
    column("body_sha256", "text", "first 12 hexadecimal digits of the SHA-256 of the decoded body"),
    column("family", "text", "`event`, `status`, or `v4`; empty where the record is no callback"),
    column("errors", "integer", "errors found in it"),
    column("warnings", "integer", "warnings found in it"),
];

impl Level {
    /// The columns of the table, in order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Calls => &CALLS,
            Self::Participants => &PARTICIPANTS,
            Self::Callbacks => &CALLBACKS,
            Self::Records => &RECORDS,
        }
    }

    /// How many of the columns stand in the table unless others are chosen: the first ones.
    pub fn usual(self) -> usize {
        match self {
            Self::Calls => USUAL_CALLS,
            Self::Participants | Self::Callbacks | Self::Records => self.columns().len(),
        }
    }

    /// Index of the column of that name.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }
}

/// The columns of a table, for people.
pub fn describe(level: Level) -> String {
    let mut table = TextTable::new(&["column", "type", "meaning"]);
    for column in level.columns() {
        table.row(&[column.name, column.kind, column.meaning]);
    }
    table.render()
}

/// The columns of a table as CSV.
pub fn describe_csv(level: Level) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = level.columns().iter().map(|column| [column.name, column.kind, column.meaning]);
    for row in std::iter::once(["column", "type", "meaning"]).chain(rows) {
        // Writing to memory cannot fail.
        drop(writer.write_record(row));
    }
    writer.into_inner().unwrap_or_default()
}

/// The columns of a table as one JSON object a line.
pub fn describe_jsonl(level: Level) -> Vec<u8> {
    let mut out = Vec::new();
    for column in level.columns() {
        let mut object = Object::new(&mut out);
        object.text("column", column.name);
        object.text("type", column.kind);
        object.text("meaning", column.meaning);
        object.end();
        out.push(b'\n');
    }
    out
}
