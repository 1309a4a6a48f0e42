//! What requests are sent to: a backend on the network, whose addresses were checked beforehand.

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use tokio::time::Instant;

use super::attempt::Answer;
use crate::live::acceptance::{LONGEST_ANSWER, error_code};
use crate::live::http::{HttpClient, NoBody, RequestError, RequestErrorKind, Unsent};

/// What is sent to.
pub trait Backend: Clone + Send + 'static {
    /// Sends a request, and waits for the answer.
    fn send(&self, request: Request<Full<Bytes>>) -> impl Future<Output = Answer> + Send;
}

/// A backend on the network.
#[derive(Clone, Debug)]
pub struct HttpBackend {
    client: HttpClient,
    resends: bool,
}

impl HttpBackend {
    /// Sends with that client. With `resends`, a request that a reused connection lost is sent once more: see
    /// [`Unsent::Stale`].
    pub fn new(client: HttpClient, resends: bool) -> Self {
        Self { client, resends }
    }
}

impl Backend for HttpBackend {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let again = self.resends.then(|| request.clone());
        let answer = ask(&self.client, request).await;
        let is_stale = answer.failure.as_ref().is_some_and(|error| error.unsent == Some(Unsent::Stale));
        match again.filter(|_| is_stale) {
            Some(request) => {
                let answered = ask(&self.client.unpooled(), request).await;
                Answer { resent: true, latency: answer.latency + answered.latency, ..answered }
            }
            None => answer,
        }
    }
}

async fn ask(client: &HttpClient, request: Request<Full<Bytes>>) -> Answer {
    let begun = Instant::now();
    let replied = client.send(request, LONGEST_ANSWER, |_| true).await;
    let latency = begun.elapsed();
    let reply = match replied {
        Ok(reply) => reply,
        Err(error) => return Answer::failed(error, latency),
    };
    let status = Some(reply.parts.status.as_u16());
    match reply.body {
        Ok(body) => {
            let error_code = error_code(&reply.parts.headers, &body);
            let cut = error_code.is_err();
            Answer { status, error_code: error_code.unwrap_or_default(), latency, cut, ..Answer::default() }
        }
        Err(NoBody::BrokenOff(cause)) => {
            let error = RequestError::new(RequestErrorKind::Broken, cause);
            Answer { status, ..Answer::failed(error, latency) }
        }
        // The rest does not matter.
        Err(NoBody::TooLong | NoBody::TooSlow | NoBody::NoRoom) => {
            Answer { status, latency, cut: true, ..Answer::default() }
        }
    }
}
