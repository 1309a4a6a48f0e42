//! The files that a delivery writes besides its position.

use std::sync::Arc;

use super::lanes::WaitingLine;
use super::logged_request::LoggedRequest;
use super::position::Needed;
use super::schedule::NextStep;
use crate::deliveries::{ForwardLine, UndeliveredLine, UndeliveredReason, body_digest};
use crate::live::backend::Answer;
use crate::live::capture::budget::Budget;
use crate::live::capture::forwarding::failure_text;
use crate::live::capture::log::Log;
use crate::live::capture::tally::{CaptureCount, CaptureTally};

/// The files of a delivery.
#[derive(Debug)]
pub(in crate::live::capture) struct DeliveryFiles {
    /// What the backend answered.
    pub(in crate::live::capture) forward: Arc<Log>,
    /// What is not sent any more.
    pub(in crate::live::capture) undelivered: Log,
    /// Which files of the log are still needed.
    pub(in crate::live::capture) needed: Needed,
}

impl DeliveryFiles {
    /// Adds a line to `LOG.forward`.
    pub(super) async fn record(
        &self,
        line: &WaitingLine,
        logged: &LoggedRequest,
        sent_at: i64,
        answer: &Answer,
        tally: &CaptureTally,
    ) {
        let reading = logged.reading();
        let entry = ForwardLine {
            received_at: logged.received_at,
            sent_at: Some(sent_at),
            offset: line.offset,
            url: logged.url.clone(),
            call_id: reading.call_id,
            command: reading.command.map(str::to_owned),
            body_sha256: Some(body_digest(&logged.body)),
            delivery: Some(line.tries),
            status: answer.status.unwrap_or(502),
            error_code: answer.error_code,
            latency_ms: answer.latency.as_micros() as f64 / 1000.0,
            error: answer.failure.as_ref().map(|failure| failure.cause.clone()),
            ..ForwardLine::default()
        };
        if NextStep::of(answer) != NextStep::Done {
            tally.add(CaptureCount::BackendFailed);
            tally.fail(failure_text(&entry));
        }
        let share = Arc::new(Budget::new(0)).share();
        if let Err(error) = self.forward.add(entry.write(), share).await {
            tally.note(format!("the backend's answers are not recorded: {error}"));
        }
    }

    /// Adds a line to `LOG.undelivered`; false if it is not on disk.
    pub(super) async fn set_aside(
        &self,
        line: &WaitingLine,
        answer: &Answer,
        (reason, now): (UndeliveredReason, i64),
        tally: &CaptureTally,
    ) -> bool {
        let said = UndeliveredLine {
            set_aside_at: now,
            tries: line.tries,
            status: answer.status,
            error_code: answer.error_code,
            error: answer.failure.as_ref().map(|failure| failure.cause.clone()),
            call_goes_on: line.call_id.clone(),
            ..UndeliveredLine::default()
        };
        let share = Arc::new(Budget::new(0)).share();
        match self.undelivered.add(said.write(&line.text, reason), share).await {
            Ok(_) => true,
            Err(error) => {
                tally.note(format!("what is not delivered cannot be set aside, and is sent again: {error}"));
                false
            }
        }
    }
}
