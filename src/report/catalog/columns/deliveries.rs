//! The table `deliveries`: one row for each callback, with all of its deliveries.

use super::column::{Column, ColumnKind, TableRow, column, columns};
use crate::deliveries::{DeliveryStatus, DeliveryTrace, ErrorCode, MadeDelivery};
use crate::report::catalog::cell::Cell;
use crate::spec::Family;

/// What a row is about.
#[derive(Clone, Debug)]
pub struct DeliveryRow<'r, 'c> {
    /// The call.
    pub call_id: Option<&'c str>,
    /// The command of the callback.
    pub command: Option<&'c str>,
    /// Its family, if it is in a log.
    pub family: Option<Family>,
    /// The source that its first copy is in.
    pub source: &'c str,
    /// The record of its first copy there.
    pub record: Option<u64>,
    /// When its first and its last copy were captured, in Unix milliseconds.
    pub captured: Option<(i64, i64)>,
    /// Its deliveries.
    pub trace: &'r DeliveryTrace,
    /// The time of the last capture in the input, in Unix milliseconds.
    pub log_end: Option<i64>,
}

impl DeliveryRow<'_, '_> {
    fn status(&self) -> DeliveryStatus {
        self.trace.status(self.log_end)
    }

    fn acknowledged(&self) -> Option<bool> {
        match self.status() {
            DeliveryStatus::Unknown => None,
            status => Some(status == DeliveryStatus::Accepted),
        }
    }

    fn spacing(&self) -> String {
        let seconds = self.trace.spacing().map(|millis| format!("{:.3}", millis as f64 / 1000.0));
        seconds.collect::<Vec<_>>().join(";")
    }

    fn last(&self) -> Option<&MadeDelivery> {
        self.trace.last_answer()
    }

    fn error_code(&self) -> Option<i64> {
        match self.last()?.error_code? {
            ErrorCode::Number(code) => Some(code),
            ErrorCode::Unusable => None,
        }
    }
}

columns! {
    it: DeliveryRow<'_, 'c>;
    /// `CallId`
    call_id: Text = it.call_id;
    /// the callback command
    command: Text = it.command;
    /// `event`, `status`, or `v4`; empty if only `LOG.forward` was read
    family: Text = it.family;
    /// the input that its first copy is in
    source: Text = it.source;
    /// record of that input, from 1
    record: Integer = it.record;
    /// how often it was delivered, as far as is known
    deliveries: Count = it.trace.made().len();
    /// seconds from one delivery to the next, joined by `;`
    spacing: Text = it.spacing();
    /// whether it was redelivered at the vendor's intervals
    redelivered: Boolean = it.trace.is_redelivered();
    /// when its first copy was captured, to the millisecond
    first_received: Instant = it.captured.map(|(first, _)| Cell::Millis(first));
    /// when its last copy was captured
    last_received: Instant = it.captured.map(|(_, last)| Cell::Millis(last));
    /// `accepted`, `refused`, `failed`, `given_up`, or `unknown`
    delivery_status: Text = it.status();
    /// whether the backend acknowledged it; empty if the evidence does not say
    acknowledged: Boolean = it.acknowledged();
    /// whether the vendor has given it up; empty if the evidence does not say
    given_up: Boolean = it.trace.is_given_up(it.log_end, |_| false);
    /// HTTP status of the last answer in `LOG.forward`; 502 or 504 if there was none
    status: Integer = it.last().and_then(|last| last.status).map(i64::from);
    /// `ErrorCode` of the last answer
    error_code: Integer = it.error_code();
    /// why the last delivery had no answer
    error: Text = it.last().and_then(|last| last.error.clone());
}
