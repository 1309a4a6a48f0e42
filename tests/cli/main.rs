//! The program as its users run it: the real binary, with its arguments, streams, files and exit status. What the
//! network is needed for is in `tests/live`, and what is compared byte for byte in `tests/golden`.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod captured_twice;
mod captures;
mod causes;
mod compare;
mod completions;
mod config;
mod content_codings;
mod decided;
mod docs;
mod figures;
mod filters;
mod findings;
mod follow;
mod groups;
mod help;
mod hostile;
mod input_order;
mod man;
mod max_memory;
mod odd;
mod outages;
mod output;
mod places;
mod questions;
mod raw_http;
mod recovery;
mod report;
mod rules;
mod server_end;
mod shard;
mod show;
mod truth;
mod verdicts;
mod why;
mod why_output;
mod why_over_time;
