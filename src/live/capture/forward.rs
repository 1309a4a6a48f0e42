//! The app's backend, which requests are passed on to once they are in the log.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderMap};
use hyper::http::request::Parts;
use hyper::http::uri::{PathAndQuery, Scheme};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use super::body::{NoBody, read};
use super::budget::Share;
use super::headers::passed_on;
use crate::live::verdict::{ErrorCode, error_code, is_success};
use crate::source::plain;

/// How long a connection is kept for the next request: less than the servers that close it first, which takes the
/// request along that is just being sent.
const IDLE: Duration = Duration::from_secs(1);

/// Where requests are passed on to.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Without a query: scheme, host and the path that a request's own path is added to.
    base: Uri,
    /// Parameters that stand before those of a request.
    query: Option<String>,
    time: Duration,
}

impl Backend {
    /// The backend at a URL, which has `time` to answer.
    ///
    /// # Errors
    /// In words, where the URL is not `http` or `https` with a host.
    pub fn new(url: &str, time: Duration) -> Result<Self, String> {
        let base: Uri = url.parse().map_err(|_| "no URL such as http://127.0.0.1:9000/callkit".to_owned())?;
        let is_web = base.scheme().is_some_and(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS);
        if !is_web || base.host().is_none_or(str::is_empty) {
            return Err("no URL such as http://127.0.0.1:9000/callkit".to_owned());
        }
        if base.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("a URL with a user name or password, which is not supported".to_owned());
        }
        let port = base.authority().map(|authority| &authority.as_str()[authority.host().len()..]);
        if port.is_some_and(|port| !port.is_empty() && !is_port(port)) {
            return Err("a URL with a port that is no number from 1 to 65535".to_owned());
        }
        let query = base.query().filter(|query| !query.is_empty()).map(str::to_owned);
        Ok(Self { base, query, time })
    }

    /// The URL for a request: the backend's path followed by that of the request, then both queries.
    fn target(&self, uri: &Uri) -> Option<Uri> {
        let before = self.base.path().trim_end_matches('/');
        let queries: Vec<&str> = self.query.as_deref().into_iter().chain(uri.query()).collect();
        let mark = if queries.is_empty() { "" } else { "?" };
        // `OPTIONS *` is about the whole server.
        let path = match uri.path() {
            "*" | "" if before.is_empty() => "/",
            "*" => "",
            path => path,
        };
        let target = format!("{before}{path}{mark}{}", queries.join("&"));
        let mut parts = self.base.clone().into_parts();
        parts.path_and_query = Some(target.parse::<PathAndQuery>().ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// True for a colon and a port.
fn is_port(text: &str) -> bool {
    text.strip_prefix(':').and_then(|port| port.parse().ok()).is_some_and(|port: u16| port > 0)
}

/// What the backend answered.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) status: StatusCode,
    /// Those that apply to the next connection too.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Given {
    /// The `ErrorCode` of the body, which the vendor looks at beside the status.
    pub(super) fn error_code(&self) -> Option<ErrorCode> {
        error_code(&self.body)
    }

    /// True where the vendor takes it for success.
    pub(super) fn is_success(&self) -> bool {
        is_success(self.status.as_u16(), self.error_code())
    }
}

/// Why there is no answer of the backend.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// What the sender is told.
    pub(super) status: StatusCode,
    /// In words.
    pub(super) cause: String,
}

impl Failure {
    fn bad(cause: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_GATEWAY, cause: cause.into() }
    }
}

/// The client for each scheme. Neither follows redirects, keeps cookies, or heeds proxies of the environment.
enum Web {
    Http(Client<HttpConnector, Full<Bytes>>),
    Https(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// Passes requests on.
pub(super) struct Forwarder {
    backend: Backend,
    web: Web,
    longest_answer: usize,
}

impl std::fmt::Debug for Forwarder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Forwarder").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Forwarder {
    /// To a backend, whose answers may be so many bytes long.
    ///
    /// # Errors
    /// Where the system has no certificates to know an `https` backend by.
    pub(super) fn new(backend: Backend, longest_answer: usize) -> std::io::Result<Self> {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        let web = if backend.base.scheme() == Some(&Scheme::HTTPS) {
            let connector =
                HttpsConnectorBuilder::new().with_native_roots()?.https_only().enable_http1().build();
            Web::Https(builder.build(connector))
        } else {
            let mut connector = HttpConnector::new();
            connector.set_nodelay(true);
            Web::Http(builder.build(connector))
        };
        Ok(Self { backend, web, longest_answer })
    }

    /// Passes a request on, and gives the backend's answer.
    pub(super) async fn pass_on(
        &self,
        parts: &Parts,
        body: Bytes,
        share: &mut Share,
    ) -> Result<Given, Failure> {
        let target = self.backend.target(&parts.uri).ok_or_else(|| Failure::bad("no URL can be made"))?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = target;
        *request.headers_mut() = passed_on(&parts.headers);
        // The `ErrorCode` of a compressed answer could not be read.
        request.headers_mut().remove(ACCEPT_ENCODING);
        let asked = timeout(self.backend.time, self.ask(request, share)).await;
        asked.unwrap_or_else(|_| {
            let cause = format!("no answer within {:?}", self.backend.time);
            Err(Failure { status: StatusCode::GATEWAY_TIMEOUT, cause })
        })
    }

    async fn ask(&self, request: Request<Full<Bytes>>, share: &mut Share) -> Result<Given, Failure> {
        let is_head = request.method() == Method::HEAD;
        let answer = match &self.web {
            Web::Http(client) => client.request(request).await,
            Web::Https(client) => client.request(request).await,
        };
        let (parts, body) = answer.map_err(|error| Failure::bad(in_full(&error)))?.into_parts();
        let body = read(body, self.longest_answer, share).await.map_err(|why| match why {
            NoBody::TooLong => {
                Failure::bad(format!("the answer is longer than {} bytes", self.longest_answer))
            }
            NoBody::TooSlow | NoBody::BrokenOff => Failure::bad("the answer breaks off"),
            NoBody::NoRoom => Failure::bad("too many bodies at once"),
        })?;
        let mut headers = passed_on(&parts.headers);
        // The length of the body that a GET would give.
        if is_head && let Some(length) = parts.headers.get(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, length.clone());
        }
        Ok(Given { status: parts.status, headers, body })
    }
}

/// The causes of an error; the error itself, which only says that the client failed, where there are none.
fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let words = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref().map_or_else(|| cause.to_string(), plain)
    };
    let mut texts: Vec<String> = causes.map(words).collect();
    // Some causes only pass on what the next one says.
    texts.dedup();
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(base: &str, request: &str) -> String {
        let backend = Backend::new(base, Duration::from_secs(1));
        let target = backend.ok().and_then(|backend| backend.target(&request.parse().unwrap_or_default()));
        target.map(|target| target.to_string()).unwrap_or_default()
    }

    #[test]
    fn paths_and_queries_are_joined() {
        assert_eq!(target("http://b:9", "/callkit?a=1"), "http://b:9/callkit?a=1");
        assert_eq!(target("http://b:9/", "/callkit"), "http://b:9/callkit");
        assert_eq!(target("http://b/hooks/", "/callkit?a=1"), "http://b/hooks/callkit?a=1");
        assert_eq!(target("https://b/hooks?k=v", "/?a=1"), "https://b/hooks/?k=v&a=1");
        assert_eq!(target("https://b/?k=v", "/x"), "https://b/x?k=v");
        assert_eq!(
            (target("http://b/p", "*"), target("http://b", "*")),
            ("http://b/p".into(), "http://b/".into())
        );
        assert_eq!(target("http://[::1]:9/", "/x"), "http://[::1]:9/x");
    }

    #[test]
    fn only_the_web_is_a_backend() {
        for wrong in [
            "",
            "b",
            "/x",
            "ftp://b/",
            "http://",
            "http://user:word@b/",
            "http://b:99999/",
            "http://b:/",
            "http://[::1]:0/",
        ] {
            assert!(Backend::new(wrong, Duration::from_secs(1)).is_err(), "{wrong}");
        }
    }
}
