//! Records → callbacks of the three families, normalised to one vocabulary and borrowing from the record.
//!
//! Comes in: the bytes of one record, and what framing found out about it. Goes out: on the fast path a
//! [`PlainCallback`]; on the full path a [`FullRecord`]: method, URL parameters, body text, and the [`Callback`] with a
//! list of [`Fault`]s, what could not be read and where. Must not: judge (the rules give faults their level and words),
//! do I/O, or keep anything of a record.

mod callback;
mod capture_time;
mod captured_by;
mod datum;
mod facts;
mod fast;
mod full;
mod json_type;
mod kind;
mod names;
mod options;
mod plain;
mod record;
mod request;
mod several;
mod text_map;
mod url;
mod wrappers;

pub use callback::{Callback, Faulty, NamedUser, Part};
pub use captured_by::CapturedBy;
pub use facts::CallbackFacts;
pub use fast::Predictor;
pub use full::body::{Read, Refusal};
pub use full::content_coding::{CodingFault, decoded_body};
pub use full::fault::{Damage, DamageKind, EnvelopeFault, Fault, FaultClass, FaultKind, Product, TimeUnit};
pub use full::faults::{Faults, MOST_LISTED};
pub use full::opened::{Body, Opened, Shape, Wrapping};
pub use full::pointer::locate;
pub use full::scratch::Scratch;
pub use json_type::JsonType;
pub use kind::RecordKind;
pub use options::DecodeOptions;
pub use plain::{FastCallback, PlainCallback, PlainUrl, PlainV4, ReceivedAt, WrapperNotes};
pub use record::{FullRecord, RecordContents, learn, read, read_fast, read_fast_into, read_full, read_part};
pub use request::{Captured, CapturedHeader, captured};
pub use text_map::{DecodedText, TextMap};
pub(crate) use url::parse_sdkappid;
pub use url::{Given, Url, encode_parameter};
