//! Sends requests over HTTP: to addresses that were checked beforehand, without a proxy, and without following a
//! redirect.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::{Client as Pool, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout};
use tower_service::Service;

use super::answer::{Answer, Failure, error_code};
use super::target::Target;

/// What is sent to.
pub trait Backend: Clone + Send + 'static {
    /// Sends a request, and waits for the answer.
    fn send(&self, request: Request<Full<Bytes>>) -> impl Future<Output = Answer> + Send;
}

/// Longest body of an answer that is read, in bytes: what the vendor asks for has fifty.
const LONGEST_ANSWER: usize = 64 << 10;

/// How long a connection is kept for the next request: less than the servers that close it first, which takes the
/// request along that is just being sent.
const IDLE: Duration = Duration::from_secs(1);

/// Answers with the addresses that were checked, whatever is asked.
#[derive(Clone, Debug)]
struct Checked(Vec<SocketAddr>);

impl Service<Name> for Checked {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = std::future::Ready<Result<Self::Response, io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        std::future::ready(Ok(self.0.clone().into_iter()))
    }
}

/// The pool of connections, for each scheme.
#[derive(Clone, Debug)]
enum Web {
    Http(Pool<HttpConnector<Checked>, Full<Bytes>>),
    Https(Pool<HttpsConnector<HttpConnector<Checked>>, Full<Bytes>>),
}

/// A client for one backend.
#[derive(Clone, Debug)]
pub struct Client {
    web: Web,
    patience: Duration,
}

impl Client {
    /// A client that connects to these addresses alone, and gives a request so long.
    ///
    /// # Errors
    /// Where the system has no certificates to know an `https` backend by.
    pub fn new(target: &Target, addresses: Vec<SocketAddr>, patience: Duration) -> io::Result<Self> {
        let mut connector = HttpConnector::new_with_resolver(Checked(addresses));
        connector.set_nodelay(true);
        connector.enforce_http(false);
        // Less than a request has in all, so that it shows that there was no connection.
        connector.set_connect_timeout(Some(patience.mul_f32(0.9)));
        let mut pool = Pool::builder(TokioExecutor::new());
        pool.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        let web = if target.is_https() {
            let builder = HttpsConnectorBuilder::new().with_native_roots()?.https_only().enable_http1();
            Web::Https(pool.build(builder.wrap_connector(connector)))
        } else {
            Web::Http(pool.build(connector))
        };
        Ok(Self { web, patience })
    }

    async fn ask(&self, request: Request<Full<Bytes>>, begun: Instant) -> Answer {
        let answered = match &self.web {
            Web::Http(pool) => pool.request(request).await,
            Web::Https(pool) => pool.request(request).await,
        };
        match answered {
            Ok(response) => read(response, begun).await,
            Err(error) => Answer::failed(failure(&error), in_full(&error), begun.elapsed()),
        }
    }
}

impl Backend for Client {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let begun = Instant::now();
        match timeout(self.patience, self.ask(request, begun)).await {
            Ok(answer) => answer,
            Err(_) => {
                let cause = format!("no answer within {:?}", self.patience);
                Answer::failed(Failure::Timeout, cause, begun.elapsed())
            }
        }
    }
}

fn failure(error: &Error) -> Failure {
    if error.is_connect() { Failure::Connect } else { Failure::Broken }
}

/// Reads the answer's body, as far as it matters. What is left unread closes the connection.
async fn read(response: Response<Incoming>, begun: Instant) -> Answer {
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    let mut cut = false;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                let failed = Answer::failed(Failure::Broken, in_full(&error), begun.elapsed());
                return Answer { status: Some(status), ..failed };
            }
        };
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > LONGEST_ANSWER {
            cut = true;
            break;
        }
    }
    let error_code = if cut { None } else { error_code(&bytes) };
    Answer { status: Some(status), error_code, failure: None, latency: begun.elapsed(), cut }
}

/// The causes of an error; its own words alone where it has none, since they only say that the client failed.
fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let first = error.source().unwrap_or(error);
    let causes = std::iter::successors(Some(first), |error| error.source());
    let mut texts: Vec<String> = Vec::new();
    for cause in causes {
        let text = match cause.downcast_ref::<io::Error>() {
            Some(error) => crate::source::plain(error),
            None => cause.to_string(),
        };
        if texts.last() != Some(&text) {
            texts.push(text);
        }
    }
    texts.join(": ")
}
