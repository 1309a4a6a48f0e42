//! `replay`, through the real binary, against backends of this process that note what arrives.
#![cfg(feature = "live")]

mod backend;
mod chaos;
mod failing;
mod journal;
mod messages;
mod only_failed;
mod order;
mod outage;
mod plan;
mod report;
mod retries;
mod rewrites;
mod safety;
#[cfg(unix)]
mod stop;
mod tls;
