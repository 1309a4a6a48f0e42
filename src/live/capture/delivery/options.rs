//! How requests are delivered in the background.

use std::time::Duration;

use clap::ValueEnum;

use crate::live::http::BackendUrl;
use crate::live::token::Token;

/// When a request is answered that is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Acknowledge {
    /// With what the backend answers, once it does
    Backend,
    /// With success, once it is in the log; it is delivered in the background
    Stored,
}

/// How requests are delivered.
#[derive(Clone, Debug)]
pub(in crate::live::capture) struct DeliveryOptions {
    /// The URL that the path and the query of a request are added to.
    pub(in crate::live::capture) url: BackendUrl,
    /// True to deliver requests of every method, and not only POST.
    pub(in crate::live::capture) all_methods: bool,
    /// Signs each request again, with the time at which it is sent.
    pub(in crate::live::capture) token: Option<Token>,
    /// How long after its capture a callback is given up.
    pub(in crate::live::capture) give_up: Duration,
}
