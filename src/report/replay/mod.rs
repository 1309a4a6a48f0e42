//! A replay: its plan, its outcome, and each of its requests, as text and as JSON.

mod answer;
mod comparison;
mod line;
mod percentiles;
mod plan;
mod report;
mod report_json;
mod time;
mod view;

pub use line::{attempt_line, dropped_line};
pub use plan::{chaos_note, nothing_note, plan_json, plan_text, start_note};
pub use report::{notes as report_notes, progress as progress_text, text as report_text};
pub use report_json::report_json;
pub use view::{PlanView, ReportView};
