//! `replay`, through the real binary, against backends of this process that note what arrives.
#![cfg(feature = "live")]

mod backend;
mod chaos;
mod failing;
mod messages;
mod order;
mod plan;
mod report;
mod retries;
mod rewrites;
mod safety;
#[cfg(unix)]
mod stop;
mod tls;
