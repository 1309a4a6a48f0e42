//! Two sides compared: their figures next to each other, and what changed by more than chance.
//!
//! Comes in: the figures of two sides, and the [`Changes`](crate::calls::Changes) between them. Goes out: text, JSON, CSV,
//! Markdown. Must not: count or test.

mod data;
mod figures;
mod input;
mod text;

pub use data::{compare_csv, compare_json, compare_markdown};
pub use figures::{ComparedFigure, FigureUnit, compared_figures, figure_names, figure_of_name};
pub use input::{CheckedCondition, CompareReport, ComparedSide, shown_ids};
pub use text::compare_text;
