//! One call as a ladder: a lane for each participant, time going down, and what follows from what between them.
//!
//! Comes in: a judged call, and what was seen of its records. Goes out: a [`Ladder`], worked out once, and drawn as
//! text, JSON, Mermaid, SVG or Markdown; no drawing adds or leaves out a callback. Must not: read input, or judge.
//!
//! The steps: `lanes` finds who takes part, `rows` puts the callbacks in order, `relations` finds what follows from
//! what, `facts` words what the call came to.

mod facts;
mod json;
mod lanes;
mod layout;
mod markdown;
pub(super) mod measure;
mod mermaid;
mod relations;
mod rows;
mod svg;
mod text;

pub use json::{json, json_cut};
pub use lanes::Lane;
pub(super) use layout::offset;
pub use layout::{Ladder, Sight};
pub use markdown::{markdown, markdown_cut};
pub use mermaid::{mermaid, mermaid_cut};
pub use relations::{Relation, RelationKind};
pub use rows::{Copied, Mark, Moment, Remark, Row};
pub use svg::Picture;
pub use text::{TextStyle, text};
