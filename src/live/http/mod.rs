//! The one HTTP client: which URLs it takes, which headers pass from one connection to the next, how requests are sent
//! and bodies read.
//!
//! Comes in: URLs and headers as they are given, and requests. Goes out: answers, or a [`RequestError`]. Must not:
//! decide what is sent, follow a redirect, keep a cookie, or use a proxy that the environment names.

mod body;
mod client;
mod error;
mod headers;
mod path;
mod tracking;
mod url;

pub(super) use body::{NoBody, decoded, read};
pub use client::HttpClient;
pub use error::{RequestError, RequestErrorKind, Unsent};
pub use headers::parse_header;
pub(super) use headers::{ConnectionHeaders, passed_on};
pub(super) use path::is_plain;
pub use url::{BackendUrl, UrlError};
