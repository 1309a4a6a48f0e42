//! A captured message → the request that is sent.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};

use super::credentials::is_credential;
use super::id_suffix::IdSuffix;
use super::message::Message;
use crate::live::http::{BackendUrl, ConnectionHeaders};
use crate::live::query::{remove_parameters, sendable, set_parameter};
use crate::live::token::Token;

/// What is changed on the way from the log to the backend.
#[derive(Debug)]
pub struct Rewrite {
    /// Where requests go.
    pub target: BackendUrl,
    /// Signs each request, with the time at which it is sent.
    pub token: Option<Token>,
    /// URL parameters that are set.
    pub parameters: Vec<(String, String)>,
    /// Headers that are set.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// True to send cookies, authorisation and keys as they were captured.
    pub keep_credentials: bool,
    /// True to send each request with its own method, and not with POST.
    pub keep_method: bool,
    /// What is added to the ids of calls.
    pub id_suffix: Option<IdSuffix>,
}

/// A request, and what of the captured one could not be sent as it is.
#[derive(Debug)]
pub(super) struct Dressed {
    pub(super) request: Request<Full<Bytes>>,
    /// The query held bytes that had to be encoded.
    pub(super) encoded: bool,
    /// Headers that no request can carry.
    pub(super) left_out: u64,
    /// Headers and parameters that let their bearer in, and stay behind.
    pub(super) withheld: u64,
}

impl Rewrite {
    /// The request for a message, sent at `now` in Unix seconds in that pass; none if no request can be made of it.
    pub(super) fn dress(&self, message: Message, now: u64, pass: u16) -> Option<Dressed> {
        let mut withheld = 0;
        let (headers, left_out) = self.headers(&message, &mut withheld);
        let mut query = message.query.unwrap_or_default();
        if !self.keep_credentials {
            withheld += remove_parameters(&mut query, is_credential);
        }
        for (name, value) in &self.parameters {
            set_parameter(&mut query, name, value);
        }
        if let Some(token) = &self.token {
            let time = now.to_string();
            set_parameter(&mut query, "RequestTime", &time);
            set_parameter(&mut query, "Sign", &token.sign(&time));
        }
        let (query, encoded) = sendable(&query);
        let query = Some(&*query).filter(|query| !query.is_empty());
        let body = match &self.id_suffix {
            Some(suffix) => suffix.add(&message.body, pass),
            None => message.body,
        };
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.uri_mut() = self.target.request(self.target.path(), query)?;
        *request.headers_mut() = headers;
        let method = Method::from_bytes(message.method.as_bytes()).ok().filter(|_| self.keep_method);
        // A proxy's method has no meaning here.
        let method = method.filter(|method| ![Method::CONNECT, Method::TRACE].contains(method));
        *request.method_mut() = method.unwrap_or(Method::POST);
        Some(Dressed { request, encoded, left_out, withheld })
    }

    fn headers(&self, message: &Message, withheld: &mut u64) -> (HeaderMap, u64) {
        let mut headers = HeaderMap::new();
        let mut left_out = 0;
        let bytes = message.headers.iter().map(|(name, value)| (&name[..], &value[..]));
        let stay = ConnectionHeaders::of(bytes, true);
        for (name, value) in &message.headers {
            if stay.has(name) {
                continue;
            }
            if !self.keep_credentials && is_credential(name) {
                *withheld += 1;
                continue;
            }
            match (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
                (Ok(name), Ok(value)) => drop(headers.append(name, value)),
                _ => left_out += 1,
            }
        }
        if message.headers.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, _) in &self.headers {
            headers.remove(name);
        }
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        (headers, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(keep_credentials: bool) -> Result<Rewrite, String> {
        let target = BackendUrl::parse("http://h/p").map_err(|error| error.to_string())?;
        Ok(Rewrite {
            target,
            token: None,
            parameters: Vec::new(),
            headers: Vec::new(),
            keep_credentials,
            keep_method: false,
            id_suffix: None,
        })
    }

    fn sent(message: &Message, keep: bool) -> Result<(Vec<String>, u64), String> {
        let dressed = rewrite(keep)?.dress(message.clone(), 0, 1).ok_or("no request")?;
        let shown = |(name, value): (&HeaderName, &HeaderValue)| {
            format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
        };
        Ok((dressed.request.headers().iter().map(shown).collect(), dressed.left_out))
    }

    #[test]
    fn headers_that_still_apply() -> Result<(), String> {
        let header = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        let message = Message {
            headers: vec![
                header("Host", "old"),
                header("Connection", "close, X-Hop"),
                header("x-hop", "1"),
                header("Cookie", "c"),
                header("AUTHORIZATION", "a"),
                header("Content-Length", "9"),
                header("X-A", "1"),
                header("x-a", "2"),
                header("bad name", "x"),
                header("X-B", "a\rb"),
            ],
            ..Message::default()
        };
        assert_eq!(sent(&message, false)?, (vec!["x-a: 1".into(), "x-a: 2".into()], 2));
        assert_eq!(sent(&message, true)?.0[..2], ["cookie: c", "authorization: a"]);
        assert_eq!(sent(&Message::default(), false)?.0, ["content-type: application/json"]);
        Ok(())
    }
}
