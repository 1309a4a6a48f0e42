//! A ladder as a Mermaid sequence diagram.
//!
//! If one of two callbacks follows from the other, the first drawn is a note at its lane, the second the message
//! from lane to lane. Every character with a meaning in Mermaid is written as an entity code, so that no text of
//! a log can begin a comment, a directive, a message or a block.

use super::lanes::Lane;
use super::layout::Ladder;
use super::moment::offset;
use super::row::LadderRow;
use crate::calls::StepName;
use crate::report::escape;
use crate::report::quantity::{counted, duration};
use crate::spec::Word;

/// Longest name, in letters; a longer one is cut, and the comment at the top has it in full.
const NAME: usize = 40;
/// Longest other text, in letters.
const TEXT: usize = 160;
/// Longest text of a comment, in letters.
const COMMENT: usize = 20_000;

/// Appends a diagram, ended by a line feed.
pub fn mermaid(out: &mut Vec<u8>, ladder: &Ladder<'_>) {
    let mut text = String::new();
    text.push_str(&format!("%% call {}\n", escaped(&ladder.call_id, COMMENT)));
    for (index, lane) in ladder.lanes.iter().enumerate() {
        if is_cut(lane) {
            text.push_str(&format!("%% {}: {}\n", index + 1, escaped(lane.name(), COMMENT)));
        }
    }
    for (name, fact) in &ladder.facts {
        text.push_str(&format!("%% {name}: {}\n", escaped(fact, COMMENT)));
    }
    text.push_str("sequenceDiagram\n");
    for (index, lane) in ladder.lanes.iter().enumerate() {
        let shown = name(lane.name(), NAME);
        let number = if is_cut(lane) { format!("{} ", index + 1) } else { String::new() };
        let kind = name(&lane.kind(), TEXT);
        text.push_str(&format!("    participant p{} as {number}{shown}<br/>{kind}\n", index + 1));
    }
    for (index, row) in ladder.rows.iter().enumerate() {
        if let Some(silence) = row.silence {
            note(&mut text, &all(ladder), &[format!("⋮ {}", duration(f64::from(silence)))]);
        }
        if let Some(day) = &row.day {
            note(&mut text, &all(ladder), std::slice::from_ref(day));
        }
        write_row(&mut text, ladder, index, row);
    }
    out.extend_from_slice(text.as_bytes());
}

/// A note that calls were left out.
pub fn mermaid_cut(left_out: u64) -> Vec<u8> {
    if left_out == 0 {
        Vec::new()
    } else {
        format!("\n%% {} left out\n", counted(left_out, "more call")).into_bytes()
    }
}

/// True for a name that is too long to be shown.
fn is_cut(lane: &Lane<'_>) -> bool {
    lane.name().chars().nth(NAME).is_some()
}

fn all(ladder: &Ladder<'_>) -> String {
    match ladder.lanes.len() {
        1 => "p1".to_owned(),
        count => format!("p1,p{count}"),
    }
}

fn write_row(text: &mut String, ladder: &Ladder<'_>, index: usize, row: &LadderRow<'_>) {
    let lane = |row: usize| ladder.rows[row].lane() + 1;
    let own = row.lane() + 1;
    text.push_str(&format!("    %% {}\n", escaped(&row.place(), COMMENT)));
    let drawn = ladder.drawn_at(index);
    let said = said(ladder, row);
    let place = |row: usize| ladder.rows[row].place();
    let mut findings: Vec<String> = row.told().map(|remark| remark.words(place)).collect();
    match drawn {
        [relation] if relation.to == index && !row.whole => {
            let arrow = if relation.mutual { "<<->>" } else { "->>" };
            let said = escaped(&said, TEXT);
            text.push_str(&format!("    p{}{arrow}p{own}: {said}\n", lane(relation.from)));
        }
        _ => {
            let over = if row.whole { all(ladder) } else { format!("p{own}") };
            let mut lines = vec![said];
            lines.append(&mut findings);
            note(text, &over, &lines);
            for relation in drawn {
                let arrow = if relation.mutual { "<<->>" } else { "->>" };
                let kind = relation.kind.as_str();
                text.push_str(&format!(
                    "    p{}{arrow}p{}: {kind}\n",
                    lane(relation.from),
                    lane(relation.to)
                ));
            }
        }
    }
    if !row.whole {
        for mark in &row.marks[1..] {
            let other = mark.lane + 1;
            if mark.event == StepName::Called && other != own {
                text.push_str(&format!("    p{own}->>p{other}: called\n"));
            } else {
                note(text, &format!("p{other}"), &[mark.event.as_str().to_owned()]);
            }
        }
    }
    if !findings.is_empty() {
        note(text, &format!("p{own}"), &findings);
    }
}

/// A row in words: what happened, when, and how long after the start.
fn said(ladder: &Ladder<'_>, row: &LadderRow<'_>) -> String {
    let mut said = row.label_again("×");
    match row.time {
        Some(time) => said.push_str(&format!(", {}", ladder.clock(time))),
        None => said.push_str(", no time"),
    }
    if let Some(millis) = row.offset {
        said.push_str(&format!(" ({})", offset(millis)));
    }
    said
}

fn note(text: &mut String, over: &str, lines: &[String]) {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line, TEXT)).collect();
    text.push_str(&format!("    Note over {over}: {}\n", lines.join("<br/>")));
}

/// ASCII characters without a meaning in Mermaid within a text.
const HARMLESS: &str = " _.,:()/+-'`";

/// Text in which every character with a meaning in Mermaid is an entity code, cut after `most` letters.
fn escaped(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let shown = escape::terminal(&text[..end.unwrap_or(text.len())]);
    let mut out = String::with_capacity(shown.len());
    let mut word = 0;
    for letter in shown.chars() {
        let code = if letter.is_ascii() { u32::from(letter) } else { 0 };
        if !letter.is_ascii() || letter.is_ascii_alphanumeric() || HARMLESS.contains(letter) {
            out.push(letter);
        } else {
            out.push_str(&format!("#{code};"));
        }
        if letter.is_alphanumeric() || letter == '_' {
            continue;
        }
        disarm(&mut out, word);
        word = out.len();
    }
    disarm(&mut out, word);
    if end.is_some() {
        out.push('…');
    }
    out
}

/// The word `end`, from `word` on, closes a block; with a letter of it as a code it does not.
fn disarm(out: &mut String, word: usize) {
    let is_end = out.as_bytes()[word..].get(..3).is_some_and(|letters| letters.eq_ignore_ascii_case(b"end"));
    let goes_on = |letter: char| letter.is_alphanumeric() || letter == '_';
    if is_end && !out[word + 3..].starts_with(goes_on) {
        let code = format!("#{};", out.as_bytes()[word]);
        out.replace_range(word..=word, &code);
    }
}

/// A name, in which `wrap:` must not be taken for an option either.
fn name(text: &str, most: usize) -> String {
    escaped(text, most).replace(':', "#58;")
}
