//! Captures TUICallKit callbacks, validates their logs, groups them into calls, reports how the calls ended and why,
//! and replays callbacks.
//!
//! Data flows one way, each folder a step: `source` (bytes) → `framing` (records) → `decode` (callbacks) →
//! `calls` (calls) → `rules` (findings) → `report` (text, tables, CSV, JSON); `engine` runs the steps over
//! blocks on all cores and merges in input order, `commands` wires them for each subcommand.
//!
//! One word for one idea: a *record* is the bytes of one request or line, a *callback* a decoded record, a
//! *call* the callbacks of one `CallId`, an *outcome* how a call ended, a *finding* a reported breach of a
//! rule.

pub mod calls;
pub mod cli;
pub mod commands;
pub mod decode;
pub mod deliveries;
pub mod engine;
pub mod follow;
pub mod framing;
#[cfg(feature = "live")]
pub mod live;
pub mod random;
pub mod report;
pub mod rules;
pub mod session;
pub mod shard;
pub mod shares;
pub mod simulate;
pub mod source;
pub mod spec;
pub mod spill;
pub mod suggest;
