//! See `checks/`.
#![no_main]

#[path = "../checks/mod.rs"]
#[allow(dead_code, reason = "every target uses its own part")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::containers(data));
