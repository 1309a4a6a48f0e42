//! What requests are sent to: a backend on the network, whose addresses were checked beforehand.

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use tokio::time::Instant;

use super::attempt::Answer;
use crate::live::acceptance::error_code;
use crate::live::http::{HttpClient, NoBody, RequestError, RequestErrorKind};

/// What is sent to.
pub trait Backend: Clone + Send + 'static {
    /// Sends a request, and waits for the answer.
    fn send(&self, request: Request<Full<Bytes>>) -> impl Future<Output = Answer> + Send;
}

/// Longest body of an answer that is read, in bytes: what the vendor asks for has fifty.
const LONGEST_ANSWER: usize = 64 << 10;

impl Backend for HttpClient {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let begun = Instant::now();
        let replied = HttpClient::send(self, request, LONGEST_ANSWER, |_| true).await;
        let latency = begun.elapsed();
        let reply = match replied {
            Ok(reply) => reply,
            Err(error) => return Answer::failed(error, latency),
        };
        let status = Some(reply.parts.status.as_u16());
        match reply.body {
            Ok(body) => Answer { status, error_code: error_code(&body), failure: None, latency, cut: false },
            Err(NoBody::BrokenOff(cause)) => {
                let error = RequestError::new(RequestErrorKind::Broken, cause);
                Answer { status, ..Answer::failed(error, latency) }
            }
            // The rest does not matter.
            Err(NoBody::TooLong | NoBody::TooSlow | NoBody::NoRoom) => {
                Answer { status, error_code: None, failure: None, latency, cut: true }
            }
        }
    }
}
