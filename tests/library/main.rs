//! The steps as a library: what must hold for any bytes, any cut and any order, the inputs that other projects
//! collected, and those that this one once got wrong.

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod changes;
mod corpora;
#[cfg(feature = "live")]
mod fast_wrappers;
#[cfg(feature = "live")]
mod fuzz_corpus;
mod incidents;
mod invariance;
mod regress;
mod resync;
mod wrappers;
