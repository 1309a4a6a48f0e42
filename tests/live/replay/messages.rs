//! What is sent is what was captured, byte for byte.

use super::backend::{Backend, Received};
use crate::support::{TestResult, file_of_crate, simulated, words};

fn sent(log: impl Into<Vec<u8>>) -> TestResult<Vec<Received>> {
    let backend = Backend::accepting()?;
    backend.replay(log).args(["--concurrency", "1", "--allow-empty"]).ends_with(0)?;
    Ok(backend.received())
}

#[test]
fn bodies_are_those_of_the_ledger() -> TestResult {
    use sha2::{Digest, Sha256};
    let kinds =
        ["event", "status", "v4"].map(|family| ["bare", "envelope", "http"].map(|format| (family, format)));
    for (family, format) in kinds.into_iter().flatten() {
        let log = simulated(&format!("--calls 12 --seed 3 --family {family} --format {format}"))?;
        let ran = words("export --table records --columns kind,target,body_sha256 -").stdin(log.clone());
        let rows = ran.ends_with(0)?.rows()?;
        let ledger = rows.iter().skip(1).filter(|row| row[0] != "blank");
        let query = |target: &str| target.split_once('?').map_or("", |(_, query)| query).to_owned();
        let mut wanted: Vec<_> = ledger.map(|row| (query(&row[1]), row[2].clone())).collect();
        let hash = |body: &[u8]| Sha256::digest(body).iter().take(6).map(|it| format!("{it:02x}")).collect();
        let mut found: Vec<(String, String)> =
            sent(log)?.iter().map(|request| (request.query().to_owned(), hash(&request.body))).collect();
        wanted.sort();
        found.sort();
        assert!(wanted.len() > 12, "{family}, {format}: {}", wanted.len());
        assert_eq!(found, wanted, "{family}, {format}");
    }
    Ok(())
}

#[test]
fn odd_bytes_stay_as_they_are() -> TestResult {
    let body = r#" {"CallId":"c","UserId":"\u00e9é\/","Event":"start_call" , "X":[1.0e+2, -0]}  "#;
    let quoted = serde_json::to_string(body)?;
    let encoded = "eyJDYWxsSWQiOiJjIn0K";
    let log = format!(
        "{body}\r\n\
         {{\"ts\":1715000001,\"url\":\"https://old.example/x/y?a=%20+b&&c=%7b\\u00e9'|^#frag\",\"body\":{quoted}}}\n\
         {{\"ts\":1715000002,\"path\":\"/p\",\"query\":\"?Command=start&d\",\"method\":\"PUT\",\"body\":{quoted}}}\n\
         {{\"ts\":1715000003,\"query\":{{\"a b\":\"c&d\"}},\"body\":{}}}\n\
         {{\"ts\":1715000004,\"request\":\"POST /?command=start_call HTTP/1.1\",\"body_base64\":\"{encoded}\"}}\n",
        body.trim()
    );
    let received = sent(log)?;
    let seen: Vec<_> =
        received.iter().map(|it| (it.method.as_str(), it.target.as_str(), it.text())).collect();
    assert_eq!(seen.len(), 4, "a body without an event is no callback: {seen:?}");
    assert_eq!(seen[0], ("POST", "/callkit", body.to_owned()));
    assert_eq!(seen[1], ("POST", "/callkit?a=%20+b&&c=%7bé'|^", body.to_owned()));
    assert_eq!(seen[2], ("POST", "/callkit?Command=start&d", body.to_owned()));
    assert_eq!(seen[3], ("POST", "/callkit?a%20b=c%26d", body.trim().to_owned()));
    Ok(())
}

#[test]
fn the_method_is_post_unless_it_is_kept() -> TestResult {
    let body = r#"{"CallId":"c","Event":"start_call"}"#;
    let line = |method: &str| format!("{{\"method\":\"{method}\",\"body\":{body}}}\n");
    let log = line("PUT") + &line("CONNECT") + &line("TRACE") + &line("not one");
    for (more, first) in [(&[][..], "POST"), (&["--keep-method"], "PUT")] {
        let backend = Backend::accepting()?;
        backend.replay(log.clone()).args(more).ends_with(0)?;
        let received = backend.received();
        let methods: Vec<&str> = received.iter().map(|it| it.method.as_str()).collect();
        assert_eq!(methods, [first, "POST", "POST", "POST"]);
    }
    Ok(())
}

#[test]
fn base64_and_chunks_are_decoded_once() -> TestResult {
    let body = r#"{"CallId":"c","Event":"start_call"}"#;
    let base64 = "eyJDYWxsSWQiOiJjIiwiRXZlbnQiOiJzdGFydF9jYWxsIn0=";
    let received = sent(format!("{{\"url\":\"/?x\",\"body_base64\":\"{base64}\"}}\n"))?;
    assert_eq!(received.iter().map(Received::text).collect::<Vec<_>>(), [body]);
    let chunked = format!(
        "POST /a?x=1 HTTP/1.1\r\nHost: old\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n\
         a\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        &body[..10],
        body.len() - 10,
        &body[10..]
    );
    let received = sent(chunked)?;
    assert_eq!(received.iter().map(Received::text).collect::<Vec<_>>(), [body]);
    assert_eq!(received[0].header("content-length"), [body.len().to_string()]);
    assert_eq!(received[0].header("x-a"), ["1", "2"]);
    assert!(received[0].header("transfer-encoding").is_empty());
    Ok(())
}

#[test]
fn a_bare_body_is_sent_as_json_without_a_query() -> TestResult {
    let received = sent("{\"CallId\":\"c\",\"Event\":\"start_call\"}\n")?;
    assert_eq!(received[0].target, "/callkit");
    assert_eq!(received[0].header("content-type"), ["application/json"]);
    Ok(())
}

#[test]
fn a_query_is_added_to_that_of_the_backend() -> TestResult {
    let backend = Backend::accepting()?;
    let line = r#"{"url":"/?a=1","body":{"CallId":"c","Event":"start_call"}}"#;
    let url = format!("http://localhost:{}/p?key=k", backend.address.port());
    words("replay - --speed max --to").args([url]).stdin(line).ends_with(0)?;
    assert_eq!(backend.received()[0].target, "/p?key=k&a=1");
    assert_eq!(backend.received()[0].header("host"), [format!("localhost:{}", backend.address.port())]);
    Ok(())
}

#[test]
fn what_no_request_line_can_hold_is_encoded_and_said() -> TestResult {
    let backend = Backend::accepting()?;
    let line = r#"{"url":"/?a=\"<>\u0001 ü","headers":{"bad name":"x","X-B":"a\nb","X-C":"c"},"body":{"CallId":"c","Event":"start_call"}}"#;
    let ran = backend.replay(line).ends_with(0)?;
    let received = backend.received();
    assert_eq!(received[0].query(), "a=%22%3C%3E%01%20ü");
    assert_eq!(received[0].header("x-c"), ["c"]);
    assert!(received[0].header("x-b").is_empty());
    assert!(ran.errors().contains("1 request with a query"), "{ran}");
    assert!(ran.errors().contains("2 captured headers"), "{ran}");
    Ok(())
}

#[test]
fn what_is_no_callback_is_not_sent_but_counted() -> TestResult {
    let backend = Backend::accepting()?;
    let log = "{\"CallId\":\"c\",\"Event\":\"start_call\"}\n{\"a\":1}\n{no json\n{\"CallId\":\"c\"\n";
    let ran = backend.replay(log).args(["--format", "json"]).ends_with(0)?;
    assert_eq!(backend.received().len(), 1);
    let left_out = &ran.json_lines()?[0]["plan"]["left_out"];
    assert_eq!(left_out["not_callbacks"], 1, "{ran}");
    assert_eq!(left_out["damaged"], 2, "{ran}");
    assert!(ran.errors().contains("2 records not sent: damaged"), "{ran}");
    Ok(())
}

#[test]
fn a_body_that_is_no_text_is_sent_as_a_callback_of_no_call() -> TestResult {
    let body: &[u8] = b"{\"CallId\":\"c\",\"X\":\"\xff\xfe\x00\"}";
    let encoded = "eyJDYWxsSWQiOiJjIiwiWCI6Iv/+ACJ9";
    let line = format!("{{\"ts\":1715000001,\"url\":\"/?a=1\",\"body_base64\":\"{encoded}\"}}\n");
    let request =
        [format!("POST /?a=1 HTTP/1.1\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat();
    for (log, body) in [(line.clone().into_bytes(), body), (request, body)] {
        let received = sent(log)?;
        assert_eq!(received.len(), 1);
        assert_eq!((received[0].query(), &*received[0].body), ("a=1", body));
    }
    let backend = Backend::accepting()?;
    let log = line + "{\"CallId\":\"c\",\"Event\":\"start_call\"}\nnot \u{e9} callback\n";
    let ran = backend.replay(log.clone()).args(["--dry-run", "--format", "json"]).ends_with(0)?;
    let plan = &ran.json_lines()?[0];
    assert_eq!((&plan["callbacks"], &plan["ungrouped"]), (&2.into(), &1.into()), "{ran}");
    assert_eq!(plan["times"]["received_at"], 1, "{ran}");
    backend.replay(log).args(["--call-id", "c"]).ends_with(0)?;
    assert_eq!(backend.received().len(), 1, "a filter chooses calls");
    Ok(())
}

#[test]
fn a_damaged_capture_gives_its_callbacks() -> TestResult {
    let backend = Backend::accepting()?;
    let sample = file_of_crate("samples/damaged.http");
    let url = format!("http://{}/", backend.address);
    let ran = words("replay --speed max --format json --to").args([url.as_ref(), sample.as_os_str()]);
    let report = &ran.ends_with(0)?.json_lines()?[0];
    // `validate` counts 27 callbacks in its 30 records; one more has a body that is not UTF-8.
    assert_eq!((report["sent"].as_u64(), backend.received().len()), (Some(28), 28));
    assert_eq!(report["plan"]["ungrouped"], 1);
    assert_eq!(report["plan"]["left_out"]["damaged"], 2);
    Ok(())
}
