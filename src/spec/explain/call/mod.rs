//! `call/`: what shows only across the callbacks of a call.

pub(super) mod agreement;
pub(super) mod course;
