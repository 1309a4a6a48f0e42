//! The commands that use the network, through the real binary: `capture` against clients, kills and full disks, and
//! `replay` against backends of this process.

#[path = "../support/mod.rs"]
mod support;

mod capture;
mod replay;
