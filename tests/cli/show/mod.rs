//! `show` through the real binary: calls as ladders, in every format.

mod choice;
mod hostile;
mod json;
mod layout;
mod many;
mod samples;

use crate::support::TestResult;
use crate::support::callback::Callback;
use roxmltree::Document;

/// Every format of `show`.
pub(crate) const FORMATS: [&str; 5] = ["text", "json", "mermaid", "svg", "markdown"];

/// One callback of the event family, as a line of a log.
pub(crate) fn callback(call: &str, role: &str, user: &str, event: &str, time: u64) -> String {
    let result = if event == "call_end" { "normal_end" } else { "" };
    let callback = Callback::event(event).call(call).user(user).role(role).result(result);
    callback.set("EventTime", time).line()
}

/// The same in a call of many.
pub(crate) fn in_group(callback: &str) -> String {
    callback.replace("\"single\"", "\"group\"").replace("\"TotalNum\":2", "\"TotalNum\":100000")
}

/// The texts of a picture, which must be well-formed.
pub(crate) fn texts_of_svg(svg: &str) -> TestResult<Vec<String>> {
    let document = Document::parse(svg).map_err(|error| format!("{error}\n{svg}"))?;
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    Ok(texts.filter_map(|node| node.text()).map(str::to_owned).collect())
}
