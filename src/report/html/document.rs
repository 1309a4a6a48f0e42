//! The page itself: its shell, style and script, headline figures for those who cannot run the script, and the data.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::details::CallDetails;
use super::head::{HeadFacts, data};
use super::language::Language;
use super::numbers::CallNumbers;
use crate::report::catalog::figures::{FIGURES, FigureFacts, FigureValue, PARTS};
use crate::report::escape;

const SHELL: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// The parts of the script, in order.
const SCRIPT: [&str; 7] = [
    include_str!("data.js"),
    include_str!("figures.js"),
    include_str!("draw.js"),
    include_str!("charts.js"),
    include_str!("ladder.js"),
    include_str!("calls.js"),
    include_str!("page.js"),
];

/// What a page is made of.
#[derive(Debug)]
pub struct PageInput<'p, 'a> {
    /// What it says about all calls.
    pub facts: HeadFacts<'p>,
    /// What the headline figures are computed from.
    pub figures: FigureFacts<'p>,
    /// Every call, in input order.
    pub calls: &'p [CallNumbers],
    /// Those that it lists.
    pub details: CallDetails<'a>,
}

/// The page.
///
/// # Errors
/// If it cannot be written, which does not happen in memory.
pub fn document(mut input: PageInput<'_, '_>) -> std::io::Result<Vec<u8>> {
    let language = input.facts.language;
    let aliases = input.details.aliases;
    let data = data(&input.facts, input.calls, &mut input.details, aliases)?;
    // All of it stands in one closure, so that nothing leaks into the names that browsers share.
    let script = format!("(() => {{\n\"use strict\";\n{}}})();\n", SCRIPT.concat());
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        digest(&script),
        digest(STYLE)
    );
    let mut out = Vec::new();
    let mut rest = SHELL;
    while let Some((before, after)) = rest.split_once("{{") {
        out.extend_from_slice(before.as_bytes());
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        rest = after;
        match name {
            "lang" => out.extend_from_slice(language.tag().as_bytes()),
            "policy" => out.extend_from_slice(policy.as_bytes()),
            "style" => out.extend_from_slice(STYLE.as_bytes()),
            "script" => out.extend_from_slice(script.as_bytes()),
            "figures" => out.extend_from_slice(headlines(&input.figures, language).as_bytes()),
            "data" => {
                put_data(&mut out, "data", &data)?;
                for (index, chunk) in input.details.chunks.iter().enumerate() {
                    put_data(&mut out, &format!("ladders-{index}"), chunk)?;
                }
            }
            text => out.extend_from_slice(escape::xml(language.say(text)).as_bytes()),
        }
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// Data in an element that browsers do not run.
fn put_data(out: &mut Vec<u8>, id: &str, data: &[u8]) -> std::io::Result<()> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(8));
    packer.write_all(data)?;
    let packed = packer.finish()?;
    out.extend_from_slice(format!("<script type=\"application/gzip\" id=\"{id}\">").as_bytes());
    out.extend_from_slice(STANDARD.encode(packed).as_bytes());
    out.extend_from_slice(b"</script>\n");
    Ok(())
}

/// The figures of the whole page, as rows of a table.
fn headlines(facts: &FigureFacts<'_>, language: Language) -> String {
    let mut rows = String::new();
    for figure in
        FIGURES.iter().filter(|figure| figure.by_group || figure.key.is_some() || is_spread(figure.value))
    {
        let shown = figure.value.shown(facts);
        let value = if is_spread(figure.value) {
            let parts = PARTS.iter().zip(&shown).map(|((name, _), value)| format!("{name} {value}"));
            parts.collect::<Vec<_>>().join(", ")
        } else {
            shown.concat()
        };
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
            escape::xml(language.say(figure.title)),
            escape::xml(&value),
            escape::xml(language.say(figure.meaning)),
        ));
    }
    rows
}

fn is_spread(value: FigureValue) -> bool {
    matches!(value, FigureValue::Distribution(_))
}
