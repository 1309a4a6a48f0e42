//! Records → callbacks of the three families, normalised to one vocabulary and borrowing from the record.
//!
//! Comes in: the bytes of one record. Goes out: an [`Opened`] record (method, URL parameters, body text) and,
//! of its body, a [`Callback`] with a list of [`Fault`]s: what could not be read, and where. Must not: judge
//! (the rules give faults their level and words), do I/O, or keep anything of a record.

mod callback;
mod captured;
mod envelope;
mod facts;
mod fault;
mod faults;
mod fields;
mod flat;
mod json;
mod names;
mod object;
mod open;
mod place;
mod plain;
mod pointer;
mod quick;
mod read;
mod repeats;
mod url;
mod v4;

pub use callback::{Callback, Faulty, NamedUser, Part};
pub use captured::{Captured, CapturedHeader, captured, encode_parameter};
pub use facts::CallbackFacts;
pub use fault::{Damage, DamageKind, EnvelopeFault, Fault, FaultClass, FaultKind, Product};
pub use faults::{CountedFaults, Faults, MOST_LISTED};
pub use json::JsonType;
pub use open::{Body, Opened, Scratch, Shape, open};
pub use place::{Span, TextMap, locate};
pub use plain::{PlainCallback, PlainUrl};
pub use quick::{Habits, read_plain};
pub(crate) use read::parse_sdkappid;
pub use read::{Read, Refusal, read, read_bare};
pub use url::{Given, Url};
