//! Texts, lines and boxes of a picture, from top to bottom.

use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::measure::width;

/// Room around everything, in pixels.
pub(super) const MARGIN: f64 = 24.0;
/// Width of a column of text, in pixels.
pub(super) const COLUMN: f64 = 8.0;

/// The class of a text.
fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Title => "strong title",
        Ink::Plain | Ink::Arrow => "plain",
        Ink::Strong => "strong",
        Ink::Faint => "faint",
        Ink::Error => "error",
        Ink::Warning => "warning",
        Ink::Info => "info",
    }
}

/// Draws at a height that only grows. Whatever it is asked to draw, the result is well-formed.
#[derive(Debug)]
pub(super) struct Pen {
    out: String,
    y: f64,
    width: f64,
    /// Lines as wide as the picture: their places in the output, and their heights.
    rules: Vec<(usize, f64)>,
}

impl Default for Pen {
    fn default() -> Self {
        Self { out: String::new(), y: MARGIN, width: 0.0, rules: Vec::new() }
    }
}

impl Pen {
    /// The height at which it is.
    pub(super) fn y(&self) -> f64 {
        self.y
    }

    /// How far to the right it has come.
    pub(super) fn width(&self) -> f64 {
        self.width
    }

    /// Goes down.
    pub(super) fn down(&mut self, by: f64) {
        self.y += by;
    }

    /// Makes sure that the picture is that wide.
    pub(super) fn reach(&mut self, x: f64) {
        self.width = self.width.max(x);
    }

    /// Text whose base line is at the pen's height.
    pub(super) fn text(&mut self, x: f64, ink: Ink, text: &str) {
        self.reach(x + width(&escape::terminal(text)) as f64 * COLUMN);
        self.letters(x, ink, "", text);
    }

    fn letters(&mut self, x: f64, ink: Ink, attributes: &str, text: &str) {
        let (class, y, safe) = (class(ink), self.y, escape::terminal(text));
        let safe = escape::xml(&safe);
        self.out.push_str(&format!(
            "<text class=\"{class}\" x=\"{x:.0}\" y=\"{y:.0}\"{attributes}>{safe}</text>\n"
        ));
    }

    /// The same on a plate that hides the lines below it.
    pub(super) fn text_over(&mut self, x: f64, ink: Ink, text: &str) {
        let columns = width(&escape::terminal(text)) as f64;
        self.out.push_str(&format!(
            "<rect class=\"page\" x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"18\"/>\n",
            x - 3.0,
            self.y - 13.0,
            columns * COLUMN + 4.0
        ));
        self.text(x, ink, text);
    }

    /// The same, which ends at `x`.
    pub(super) fn text_before(&mut self, x: f64, ink: Ink, text: &str) {
        self.letters(x, ink, " text-anchor=\"end\"", text);
    }

    /// A level line with a head at its end, or at both ends.
    pub(super) fn arrow(&mut self, from: f64, to: f64, both: bool) {
        // Heads stop at the dots.
        let short = if from < to { 6.0 } else { -6.0 };
        let (y, to) = (self.y, to - short);
        let from = if both { from + short } else { from };
        let begin = if both { " marker-start=\"url(#callkit-tip)\"" } else { "" };
        self.out.push_str(&format!("<path class=\"arrow\" d=\"M{from:.0} {y:.0}H{to:.0}\"{begin} marker-end=\"url(#callkit-tip)\"/>\n"));
    }

    /// A dot; hollow if it repeats another.
    pub(super) fn dot(&mut self, x: f64, hollow: bool) {
        let class = if hollow { "page dot" } else { "plain" };
        self.out
            .push_str(&format!("<circle class=\"{class}\" cx=\"{x:.0}\" cy=\"{:.0}\" r=\"4\"/>\n", self.y));
    }

    /// A box around the pen's height.
    pub(super) fn card(&mut self, x: f64, width: f64, above: f64, below: f64) {
        self.reach(x + width);
        self.out.push_str(&format!("<rect class=\"card\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" rx=\"6\"/>\n",
            self.y - above,
            above + below));
    }

    /// Where [`Pen::rails`] will draw upright lines, under what is drawn from here on.
    pub(super) fn behind(&self) -> (usize, f64) {
        (self.out.len(), self.y)
    }

    /// Upright lines from a height noted before to the pen's.
    pub(super) fn rails(&mut self, (place, top): (usize, f64), xs: &[f64]) {
        let mut lines = String::from("<path class=\"rail\" d=\"");
        for x in xs {
            lines.push_str(&format!("M{x:.0} {top:.0}V{:.0}", self.y));
        }
        lines.push_str("\"/>\n");
        self.out.insert_str(place, &lines);
    }

    /// A line over the whole width.
    pub(super) fn rule(&mut self) {
        self.rules.push((self.out.len(), self.y));
    }

    /// What has been drawn, in a picture of that width.
    pub(super) fn drawn(mut self, width: f64) -> String {
        for (place, y) in self.rules.iter().rev() {
            let line = format!("<path class=\"rail\" d=\"M0 {y:.0}H{width:.0}\"/>\n");
            self.out.insert_str(*place, &line);
        }
        self.out
    }
}
