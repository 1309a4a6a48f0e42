//! A ladder as a Markdown document: the facts, a Mermaid diagram, and the callbacks as a table.

use super::layout::Ladder;
use super::mermaid::mermaid;
use super::moment::offset;
use super::row::LadderRow;
use crate::report::escape;
use crate::report::quantity::counted;

/// Size of the largest diagram that Mermaid draws, in bytes.
const LARGEST: usize = 50_000;

/// Appends a document's part for one call.
pub fn markdown(out: &mut Vec<u8>, ladder: &Ladder<'_>) {
    let mut text = format!("## Call {}\n\n| | |\n| --- | --- |\n", escape::markdown(&ladder.call_id));
    for (name, fact) in &ladder.facts {
        text.push_str(&format!("| {name} | {} |\n", escape::markdown(fact)));
    }
    let mut diagram = Vec::new();
    mermaid(&mut diagram, ladder);
    if diagram.len() <= LARGEST {
        text.push_str(&format!("\n```mermaid\n{}```\n", String::from_utf8_lossy(&diagram)));
    } else {
        let size = counted(diagram.len() as u64, "byte");
        text.push_str(&format!(
            "\nThe diagram has {size}, more than Mermaid draws; the table has everything.\n"
        ));
    }
    let zone = escape::markdown(&ladder.zone_name());
    text.push_str(&format!(
        "\n| time ({zone}) | offset | user | role | event | result | related to | place | findings |\n\
         | --- | ---: | --- | --- | --- | --- | --- | --- | --- |\n"
    ));
    for row in &ladder.rows {
        text.push_str(&escape::markdown_row(cells(ladder, row)));
    }
    out.extend_from_slice(text.as_bytes());
}

/// A note that calls were left out.
pub fn markdown_cut(left_out: u64) -> Vec<u8> {
    if left_out == 0 {
        Vec::new()
    } else {
        format!("\n{} left out.\n", counted(left_out, "more call")).into_bytes()
    }
}

fn cells(ladder: &Ladder<'_>, row: &LadderRow<'_>) -> [String; 9] {
    let day = |time| ladder.day(time).split(' ').next().unwrap_or_default().to_owned();
    let users = row.marks.iter().map(|mark| ladder.lanes[mark.lane].name());
    let mut events: Vec<&str> = row.marks.iter().map(|mark| mark.event.as_str()).collect();
    events.dedup();
    let again = row.again("×").map_or(String::new(), |again| format!(", {again}"));
    let cause = row.cause.map_or_else(String::new, |cause| {
        let cause = &ladder.rows[cause];
        format!("{} of {}", cause.event().as_str(), ladder.lanes[cause.lane()].name())
    });
    let findings = row.remarks.iter().map(|remark| remark.words(|row| ladder.rows[row].place()));
    [
        row.time.map_or_else(|| "unknown".to_owned(), |time| format!("{} {}", day(time), ladder.clock(time))),
        row.offset.map_or_else(String::new, offset),
        users.collect::<Vec<_>>().join(", "),
        row.role.map_or("", crate::spec::Word::as_str).to_owned(),
        events.join(", ") + &again,
        row.result.unwrap_or_default().to_owned(),
        cause,
        row.place(),
        findings.collect::<Vec<_>>().join("; "),
    ]
}
