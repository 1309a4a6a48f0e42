//! Ladders as one SVG picture, one below the other.
//!
//! Comes in: ladders, one after the other. Goes out: a document that needs no other file, follows the page's light or
//! dark scheme, and is well-formed whatever the log contains. Must not: lean on a font's true widths; text is set in
//! columns of a fixed-width font, with some room to spare.

mod call;
mod pen;

use crate::report::ink::Ink;
use crate::report::ladder::layout::Ladder;
use crate::report::quantity::counted;
use pen::{MARGIN, Pen};

/// A picture that is being drawn.
#[derive(Debug, Default)]
pub struct Picture {
    pen: Pen,
    calls: u64,
}

/// The least width, in pixels.
const NARROWEST: f64 = 480.0;

/// Colours of the light and of the dark scheme: each class's property, and its two values.
const COLORS: [(&str, &str, &str, &str); 13] = [
    (".page", "fill", "#ffffff", "#0d1117"),
    (".plain", "fill", "#1f2328", "#e6edf3"),
    (".strong", "fill", "#1f2328", "#f0f6fc"),
    (".faint", "fill", "#59636e", "#9198a1"),
    (".error", "fill", "#c3141f", "#ff7b72"),
    (".warning", "fill", "#8a5a00", "#e3b341"),
    (".info", "fill", "#0757b8", "#79c0ff"),
    (".card", "fill", "#f3f5f8", "#161b22"),
    (".card", "stroke", "#c5ced8", "#3d444d"),
    (".rail", "stroke", "#c5ced8", "#3d444d"),
    (".arrow", "stroke", "#1a7f4b", "#3fb950"),
    (".tip", "fill", "#1a7f4b", "#3fb950"),
    (".dot", "stroke", "#1f2328", "#e6edf3"),
];

/// What does not depend on the scheme.
const SHAPES: &str = "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;\
    white-space:pre;direction:ltr;unicode-bidi:isolate}\
    .strong{font-weight:600}.title{font-size:16px}\
    .rail{stroke-width:1.5px}.arrow{stroke-width:1.5px}.dot{stroke-width:1.5px}";

impl Picture {
    /// Draws a ladder below the others.
    pub fn add(&mut self, ladder: &Ladder<'_>) {
        if self.calls > 0 {
            self.pen.down(20.0);
            self.pen.rule();
            self.pen.down(30.0);
        }
        self.calls += 1;
        call::draw(&mut self.pen, ladder);
    }

    /// The document; `left_out` calls are not in it.
    pub fn finish(mut self, left_out: u64) -> Vec<u8> {
        if self.calls == 0 {
            self.pen.down(16.0);
            self.pen.text(MARGIN, Ink::Plain, "no call matches");
        }
        if left_out > 0 {
            self.pen.down(30.0);
            self.pen.text(MARGIN, Ink::Plain, &format!("{} left out", counted(left_out, "more call")));
        }
        let (width, height) = (self.pen.width().max(NARROWEST) + MARGIN, self.pen.y() + MARGIN);
        let title = counted(self.calls, "TUICallKit call");
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\">\n<title>{title}</title>\n<style>{}</style>\n\
             <defs><marker id=\"callkit-tip\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"10\" \
             markerHeight=\"10\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\">\
             <path class=\"tip\" d=\"M0 0.5 10 5 0 9.5z\"/></marker></defs>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\" rx=\"8\"/>\n",
            style(),
        );
        out.push_str(&self.pen.drawn(width));
        out.push_str("</svg>\n");
        out.into_bytes()
    }
}

/// The style sheet: light by default, dark where the page is.
fn style() -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    for (class, property, of_light, of_dark) in COLORS {
        light.push_str(&format!("{class}{{{property}:{of_light}}}"));
        dark.push_str(&format!("{class}{{{property}:{of_dark}}}"));
    }
    format!("{SHAPES}{light}@media (prefers-color-scheme:dark){{{dark}}}")
}
