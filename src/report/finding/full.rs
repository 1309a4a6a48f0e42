//! A finding with the text that it points to.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Drawn, Origin, Renderer, Snippet as Drawing,
};

use super::style::FindingStyle;
use crate::engine::Snippet;
use crate::report::escape;
use crate::spec::{Finding, Level, Place};

pub(super) fn write<'s>(
    out: &mut Vec<u8>,
    style: FindingStyle,
    finding: &Finding,
    snippet: Option<&Snippet>,
    source: impl Fn(usize) -> &'s str,
) {
    let mut group = titled(finding);
    group = match snippet {
        // The renderer counts columns in the text it is given, which is wrong if the start of the line is cut.
        Some(snippet) if !snippet.cut.0 => {
            group.element(drawing(snippet).path(escape::terminal(source(finding.place.source))))
        }
        Some(snippet) => group.element(origin(&finding.place, &source)).element(drawing(snippet)),
        None => group.element(origin(&finding.place, &source)),
    };
    if let Some(call_id) = &finding.call_id {
        group = group.element(note(Drawn::NOTE, &format!("in call `{call_id}`")));
    }
    for (level, text) in [(Drawn::NOTE, &finding.note), (Drawn::HELP, &finding.help)] {
        if let Some(text) = text {
            group = group.element(note(level, text));
        }
    }
    let mut groups = vec![group];
    for related in &finding.related {
        let title = Drawn::NOTE.secondary_title(escape::terminal(&related.message));
        groups.push(Group::with_title(title).element(origin(&related.place, &source)));
    }
    render(out, style, &groups);
}

/// The title of a finding alone, on one line.
pub(super) fn write_title(out: &mut Vec<u8>, style: FindingStyle, finding: &Finding) {
    render(out, style, &[titled(finding)]);
}

fn titled(finding: &Finding) -> Group<'_> {
    let level = match finding.level {
        Level::Error => Drawn::ERROR,
        Level::Warning => Drawn::WARNING,
        Level::Info => Drawn::INFO,
    };
    Group::with_title(level.primary_title(escape::terminal(&finding.message)).id(finding.rule.name()))
}

fn render(out: &mut Vec<u8>, style: FindingStyle, groups: &[Group<'_>]) {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.term_width(style.width).decor_style(DecorStyle::Ascii).render(groups);
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\n\n");
}

fn origin<'a, 's: 'a>(place: &Place, source: &impl Fn(usize) -> &'s str) -> Origin<'a> {
    Origin::path(escape::terminal(source(place.source)))
        .line(usize::try_from(place.line).unwrap_or(usize::MAX))
        .char_column(usize::try_from(place.column).unwrap_or(usize::MAX))
}

fn note<'a>(level: Drawn<'a>, text: &str) -> Element<'a> {
    level.message(escape::terminal(text).into_owned()).into()
}

/// The text around the place, each unsafe character of it as one visible one, with dots if it is cut.
fn drawing(snippet: &Snippet) -> Drawing<'static, annotate_snippets::Annotation<'static>> {
    let parts = [
        &snippet.text[..snippet.span.start],
        &snippet.text[snippet.span.clone()],
        &snippet.text[snippet.span.end..],
    ]
    .map(escape::pictures);
    let (before, after) = (if snippet.cut.0 { "..." } else { "" }, if snippet.cut.1 { "..." } else { "" });
    let start = before.len() + parts[0].len();
    let end = start + parts[1].len();
    let text = format!("{before}{}{}{}{after}", parts[0], parts[1], parts[2]);
    let line = usize::try_from(snippet.line).unwrap_or(usize::MAX);
    Drawing::source(text).line_start(line).annotation(AnnotationKind::Primary.span(start..end))
}
