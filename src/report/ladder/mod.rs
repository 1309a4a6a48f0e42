//! One call as a ladder: a lane for each participant, time going down, and what follows from what between them.
//!
//! Comes in: a judged call, and what was seen of its records. Goes out: a [`Ladder`], computed once, and drawn as
//! text, JSON, Mermaid, SVG or Markdown; no drawing adds or leaves out a callback. Must not: read input, or judge.
//!
//! The steps: `lanes` finds who takes part, `rows` puts the callbacks in order, `relations` finds what follows from
//! what, `facts` puts the facts of the call into words.

mod facts;
mod json;
mod lanes;
mod layout;
mod markdown;
mod mermaid;
pub(super) mod moment;
mod relations;
mod row;
mod rows;
mod svg;
mod text;

pub use json::{json, json_cut};
pub use lanes::Lane;
pub use layout::{Ladder, zone_name};
pub use markdown::{markdown, markdown_cut};
pub use mermaid::{mermaid, mermaid_cut};
pub use moment::Moment;
pub use relations::{Relation, RelationKind};
pub use row::{Copied, LadderRow, LaneMark, Remark};
pub use rows::LadderInput;
pub use svg::Picture;
pub use text::text;
