//! `capture` through the real binary: what is answered is on disk, whatever happens to the process, the disk, the
//! clients and the backend.
#![cfg(all(unix, feature = "live"))]

mod answers;
mod auth;
mod backend;
mod client;
mod compression;
mod descriptors;
pub(crate) mod disk;
mod encoded;
mod files;
mod forward;
mod forward_guard;
mod health;
mod hostile;
mod kill;
mod limits;
mod listen;
mod load;
mod malformed;
mod memory;
mod operations;
mod order;
mod power;
pub(crate) mod receiver;
mod refused;
mod replayed;
mod start;
mod stored;
mod stuck;
mod taken;
