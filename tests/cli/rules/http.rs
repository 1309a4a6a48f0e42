//! Neighbours of the `http/` rules.

use super::bodies::{QUERY, START};
use super::{Row, fires, silent};

fn request(headers: &str, body: &str) -> String {
    format!("POST /?{QUERY} HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n{body}")
}

/// A sound request.
fn sound() -> String {
    let body = START.json();
    request(&format!("Content-Length: {}\r\n", body.len()), &body)
}

/// A sound request with one more header line.
fn with_header(line: &str) -> String {
    sound().replace("Host: a.example\r\n", &format!("Host: a.example\r\n{line}\r\n"))
}

fn length(declared: &str) -> String {
    request(&format!("Content-Length: {declared}\r\n"), &START.json())
}

fn chunked(coding: &str, body: &str) -> String {
    request(&format!("Transfer-Encoding: {coding}\r\n"), body)
}

fn chunks(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

pub(crate) fn rows() -> Vec<Row> {
    let body = START.json();
    let long = body.len() + 1;
    let mut rows: Vec<Row> = [
        "http/request-line",
        "http/skipped",
        "http/method",
        "http/header",
        "http/missing-blank-line",
        "http/content-length",
        "http/transfer-encoding",
        "http/chunked",
        "http/truncated",
    ]
    .into_iter()
    .flat_map(|rule| [silent(rule, sound()), silent(rule, sound() + "\r\n\r\n" + &sound())])
    .collect();
    rows.extend([
        fires("http/request-line", format!("{}\nGET /?x HTTP/2.x\r\n", sound())),
        fires("http/request-line", format!("{}\nGET  / HTTP/1.1\r\n", sound())),
        silent("http/skipped", format!("{}\nGET  / HTTP/1.1\r\n", sound())),
        fires("http/skipped", format!("{}\n<html>\n", sound())),
        silent("http/request-line", format!("{}\n<html>\n", sound())),
        fires("http/method", sound().replace("POST", "GET")),
        fires("http/method", sound().replace("POST", "post")),
        fires("http/method", format!(r#"{{"method":"GET","body":{body}}}"#)),
        silent("http/method", format!(r#"{{"method":"POST","body":{body}}}"#)),
        silent("callback/command", sound().replace("POST", "GET")),
        fires("http/header", with_header("X: a\u{1}b\u{1}c")),
        fires("http/header", with_header("no colon")),
        fires("http/header", with_header("A B: 1")),
        fires("http/header", with_header("A : 1")),
        fires("http/header", with_header("A: 1\r\n folded")),
        fires("http/header", with_header("A: \u{1}")),
        fires("http/header", with_header("A: a\rb")),
        fires("http/header", with_header("host: b.example")),
        // Its line is that of the request before, or the one before it is.
        fires("http/header", with_header("X: y") + &with_header("Host: a.example")),
        fires("http/header", sound() + &sound().replace("Host", "X: y\r\nHOST: b\r\nHost")),
        silent("http/header", with_header("A: \ta!\u{e4}")),
        silent("http/header", with_header("A:")),
        silent("http/header", sound().replace("\r\n", "\n")),
        fires("http/missing-blank-line", sound().replace("\r\n\r\n", "\r\n")),
        silent("http/header", sound().replace("\r\n\r\n", "\r\n")),
        fires("http/content-length", request("", &body)),
        fires("http/content-length", length("x")),
        fires("http/content-length", length("-1")),
        fires("http/content-length", length(&long.to_string())),
        fires("http/content-length", length(&(body.len() - 1).to_string())),
        silent("http/truncated", length(&long.to_string())),
        silent("http/content-length", length(&long.to_string()) + "\n"),
        silent("http/content-length", format!("{}\n{}", length(&body.len().to_string()), sound())),
        fires("http/content-length", with_header("Content-Length: 5")),
        silent("http/content-length", with_header(&format!("content-length: {}", body.len()))),
    ]);
    rows.extend(coding_rows());
    rows
}

/// Chunks and what is cut off.
fn coding_rows() -> Vec<Row> {
    let body = START.json();
    let whole = chunks(&body);
    let start = format!("POST /?{QUERY} HTTP/1.1\r\n");
    vec![
        silent("http/content-length", chunked("chunked", &whole)),
        silent("http/transfer-encoding", chunked("chunked", &whole)),
        silent("http/transfer-encoding", chunked("Chunked", &whole)),
        fires("http/transfer-encoding", chunked("gzip", &body)),
        fires("http/transfer-encoding", chunked("chunked, chunked", &whole)),
        fires("http/transfer-encoding", chunked("gzip, chunked", &whole)),
        fires("http/transfer-encoding", chunked("identity, chunked", &whole)),
        fires("http/transfer-encoding", chunked("gzip\r\nTransfer-Encoding: chunked", &whole)),
        fires("http/transfer-encoding", chunked("identity", &body)),
        fires("http/transfer-encoding", chunked("x-own", &body)),
        fires("http/transfer-encoding", chunked("", &body)),
        silent("http/transfer-encoding", chunked("chunked,", &whole)),
        fires("http/transfer-encoding", with_header("Transfer-Encoding: chunked")),
        fires("http/chunked", chunked("chunked", &format!("zz{whole}"))),
        silent("json/syntax", chunked("chunked", &format!("zz{whole}"))),
        silent("http/chunked", chunked("chunked", &whole.replacen("\r\n", ";a=b\r\n", 1))),
        fires("http/truncated", chunked("chunked", &whole[..whole.len() - 9])),
        fires("http/truncated", start.clone()),
        fires("http/truncated", format!("{start}Host: a")),
        fires("http/truncated", length(&body.len().to_string()).trim_end_matches('}').to_owned()),
    ]
}
