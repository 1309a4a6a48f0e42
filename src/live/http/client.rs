//! Sends requests, and reads their answers.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::http::response::Parts;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;
use tower_service::Service;

use super::body::{NoBody, read};
use super::error::{RequestError, RequestErrorKind};
use super::tracking::{Arrivals, TrackingConnector};
use super::url::BackendUrl;

/// How long a connection is kept for the next request: less than servers keep it, since one that they close takes the
/// request along that is just being sent.
const IDLE: Duration = Duration::from_secs(1);

/// Where a connection may go.
#[derive(Clone, Debug)]
enum Resolver {
    /// Wherever the name leads at that moment.
    System(GaiResolver),
    /// To these addresses, whatever the name.
    Fixed(Vec<SocketAddr>),
}

type Addresses = std::vec::IntoIter<SocketAddr>;

impl Service<Name> for Resolver {
    type Response = Addresses;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Addresses>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        match self {
            Self::System(resolver) => {
                let found = resolver.call(name);
                Box::pin(async { Ok(found.await?.collect::<Vec<_>>().into_iter()) })
            }
            Self::Fixed(addresses) => Box::pin(std::future::ready(Ok(addresses.clone().into_iter()))),
        }
    }
}

/// The pool of connections, for each scheme.
#[derive(Clone, Debug)]
enum PooledClient {
    Http(Client<TrackingConnector<HttpConnector<Resolver>>, Full<Bytes>>),
    Https(Client<TrackingConnector<HttpsConnector<HttpConnector<Resolver>>>, Full<Bytes>>),
}

impl PooledClient {
    async fn request(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Error> {
        match self {
            Self::Http(client) => client.request(request).await,
            Self::Https(client) => client.request(request).await,
        }
    }
}

/// A client for one backend.
#[derive(Clone, Debug)]
pub struct HttpClient {
    pool: PooledClient,
    /// Makes a connection for each request.
    unpooled: PooledClient,
    time: Duration,
}

/// An answer.
#[derive(Debug)]
pub(in crate::live) struct Reply {
    /// Its status and headers.
    pub(in crate::live) parts: Parts,
    /// Its body, or why that could not be read.
    pub(in crate::live) body: Result<Bytes, NoBody>,
}

impl HttpClient {
    /// A client whose requests have `time` from the first byte to the end of the answer. It looks the backend's name up
    /// for each connection, or connects to these addresses alone; connecting then has less time than the request has in
    /// all, so that it shows when there was no connection.
    ///
    /// # Errors
    /// Returns an error if the system has no certificates to verify an `https` backend with.
    pub fn new(url: &BackendUrl, addresses: Option<Vec<SocketAddr>>, time: Duration) -> io::Result<Self> {
        let connect_time = addresses.is_some().then(|| time.mul_f32(0.9));
        let resolver = addresses.map_or_else(|| Resolver::System(GaiResolver::new()), Resolver::Fixed);
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.set_nodelay(true);
        connector.enforce_http(false);
        connector.set_connect_timeout(connect_time);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        let mut single = builder.clone();
        single.pool_max_idle_per_host(0);
        let (pool, unpooled) = if url.is_https() {
            let https = HttpsConnectorBuilder::new().with_native_roots()?.https_only().enable_http1();
            let connector = TrackingConnector(https.wrap_connector(connector));
            (
                PooledClient::Https(builder.build(connector.clone())),
                PooledClient::Https(single.build(connector)),
            )
        } else {
            let connector = TrackingConnector(connector);
            (
                PooledClient::Http(builder.build(connector.clone())),
                PooledClient::Http(single.build(connector)),
            )
        };
        Ok(Self { pool, unpooled, time })
    }

    /// The same client, with a connection of its own for each request.
    #[must_use]
    pub(in crate::live) fn unpooled(&self) -> Self {
        Self { pool: self.unpooled.clone(), unpooled: self.unpooled.clone(), time: self.time }
    }

    /// Sends a request, and reads the answer, of whose body `longest` bytes may be read; for `room` see [`read`]. What
    /// is left unread closes the connection.
    pub(in crate::live) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        longest: usize,
        room: impl FnMut(usize) -> bool,
    ) -> Result<Reply, RequestError> {
        let asking = async {
            let (parts, body) = self.pool.request(request).await?.into_parts();
            let body = read(body, longest, room).await;
            if body.is_ok()
                && let Some(arrivals) = parts.extensions.get::<Arrivals>()
            {
                arrivals.note_answer();
            }
            Ok(Reply { parts, body })
        };
        timeout(self.time, asking).await.unwrap_or_else(|_| {
            let cause = format!("no answer within {:?}", self.time);
            Err(RequestError::new(RequestErrorKind::Timeout, cause))
        })
    }
}
