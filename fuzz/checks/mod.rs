//! What must hold for any bytes, as functions: each is a fuzz target, and `tests/library/fuzz_corpus.rs` runs it over the kept
//! corpus.

mod commands;
mod framing;
mod gzip;
mod program;
mod quick;
mod torn_log;
mod unwrapping;

pub(crate) use commands::commands;
pub(crate) use framing::{containers, framing_http, framing_jsonl};
pub(crate) use gzip::gzip;
pub(crate) use quick::quick_and_full;
pub(crate) use torn_log::torn_log;
pub(crate) use unwrapping::unwrapping;

/// What is checked on an input.
pub(crate) type Check = fn(&[u8]);

/// Every target by its name.
pub(crate) const TARGETS: [(&str, Check); 8] = [
    ("framing_http", framing_http),
    ("framing_jsonl", framing_jsonl),
    ("containers", containers),
    ("unwrapping", unwrapping),
    ("quick_and_full", quick_and_full),
    ("commands", commands),
    ("gzip", gzip),
    ("torn_log", torn_log),
];
