//! What `--forward` opens of a backend, what it tells it, and what it keeps to itself.

use super::backend::Backend;
use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, arguments, beside, envelopes, new_log};
use crate::support::{TestResult, tool};

const EMPTY: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

#[test]
fn a_url_with_a_path_opens_only_that_path() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start(EMPTY)?;
    let receiver = Receiver::start(&log, &["--forward", &format!("http://{}/hooks", backend.address)])?;
    let leading_out = [
        "/../admin",
        "/a/../../admin",
        "/%2e%2e/admin",
        "/.%2E/admin",
        "/..%2fadmin",
        "/%252e%252e/x",
        "/%25252e%2525252e/x",
        "/..;/x",
        "/.%2e;a=1/x",
        "/.",
        "/...",
        "/\\..\\x",
        "/a%5c..%5cx",
        "/..%00/x",
        "/%00../x",
        "/..%20/x",
        "/%20../x",
        "/..+/x",
        "/..%09/x",
        "/..%0d%0a/x",
        "/..%3fx",
        "/..%23x",
        "/..:x",
        "/%c0%ae%c0%ae/x",
        "/%ef%bc%8e%ef%bc%8e/x",
        "/a%ef%bc%8f..%ef%bc%8fx",
        "/\u{ff0e}\u{ff0e}/x",
        "/%e2%80%a5/x",
        "/%u002e%u002e/x",
        "http://backend/../x",
    ];
    for path in leading_out {
        let answer = receiver.client()?.ask(&post(path, "", b"{}"))?;
        let refusal = r#"{"ErrorCode":403,"ErrorMessage":"the path could be read as another one"}"#;
        assert_eq!((answer.status, answer.body.as_str()), (403, refusal), "{path}");
        assert!(backend.is_unasked(), "{path}");
    }
    let staying = [
        ("/a.b/c%20d", "/hooks/a.b/c%20d"),
        ("/%e5%9b%9e;v=1/.well-known/..x/", "/hooks/%e5%9b%9e;v=1/.well-known/..x/"),
        ("//host/x", "/hooks//host/x"),
        ("http://host/x", "/hooks/x"),
        ("/a?b=/../c", "/hooks/a?b=/../c"),
    ];
    for (path, passed_on) in staying {
        assert_eq!(receiver.client()?.ask(&post(path, "", b"{}"))?.status, 200, "{path}");
        let request = backend.request()?;
        assert!(request.starts_with(&format!("POST {passed_on} HTTP/1.1\r\n")), "{request}");
    }
    receiver.stop()?;
    let refused = envelopes(&beside(&log, "refused"))?;
    assert_eq!(refused.iter().filter_map(|line| line["url"].as_str()).collect::<Vec<_>>(), leading_out);
    assert_eq!(envelopes(&log)?.len(), staying.len());
    Ok(())
}

/// Some frameworks take a header for the path or the method.
#[test]
fn no_header_overrides_the_path_or_the_method() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start(EMPTY)?;
    let receiver = Receiver::start(&log, &["--forward", &format!("http://{}/hooks", backend.address)])?;
    let headers =
        "X-Original-URL: /admin\r\nX_Rewrite_Url: /admin\r\nX-HTTP-Method-Override: DELETE\r\nX-Other: 1\r\n";
    assert_eq!(receiver.client()?.ask(&post("/x", headers, b"{}"))?.status, 200);
    let request = backend.request()?;
    assert!(!request.contains("admin") && !request.contains("DELETE"), "{request}");
    assert!(request.contains("x-other: 1"), "{request}");
    receiver.stop()?;
    assert_eq!(envelopes(&log)?[0]["headers"]["x-original-url"], "/admin", "the log holds what came");
    Ok(())
}

#[test]
fn only_post_is_passed_on() -> TestResult {
    let backend = Backend::start(EMPTY)?;
    let url = format!("http://{}", backend.address);
    for (more, method, status) in [
        (&[][..], "GET", 405),
        (&[], "DELETE", 405),
        (&[], "PUT", 405),
        (&["--forward-all"], "DELETE", 200),
        (&["--forward-all"], "GET", 200),
        (&["--forward-all"], "TRACE", 405),
    ] {
        let (_folder, log) = new_log()?;
        let receiver = Receiver::start(&log, &[&["--forward", &url], more].concat())?;
        let request = format!("{method} /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        let answer = receiver.client()?.ask(request.as_bytes())?;
        assert_eq!(answer.status, status, "{method}");
        if status == 405 {
            assert_eq!(answer.header("allow"), Some("POST"));
            assert!(backend.is_unasked(), "{method}");
        } else {
            assert!(backend.request()?.starts_with(&format!("{method} /x ")));
        }
        let ended = receiver.stop()?;
        assert!(ended.said.contains("1 recorded, 1 not callbacks |"), "{}", ended.said);
        assert_eq!(envelopes(&log)?[0]["method"], method);
    }
    Ok(())
}

/// Without a backend, too: these are for proxies.
#[test]
fn connect_and_trace_are_not_allowed() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    for request in
        ["CONNECT backend:443 HTTP/1.1\r\nHost: backend\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"]
    {
        let answer = receiver.client()?.ask(request.as_bytes())?;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{request}");
    }
    let ended = receiver.stop()?;
    assert!(ended.said.contains("2 recorded, 2 not callbacks |"), "{}", ended.said);
    Ok(())
}

#[test]
fn the_backend_learns_who_asked_for_what() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start(EMPTY)?;
    let receiver = Receiver::start(&log, &["--forward", &format!("http://{}", backend.address)])?;
    for (headers, expected) in [
        ("", ["x-forwarded-for: 127.0.0.1", "x-forwarded-host: test", "x-forwarded-proto: http"]),
        (
            "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 198.51.100.1, 198.51.100.2\r\n\
             X-Forwarded-Proto: https\r\nX-Forwarded-Host: hooks.example\r\n",
            [
                "x-forwarded-for: 203.0.113.7, 198.51.100.1, 198.51.100.2, 127.0.0.1",
                "x-forwarded-host: hooks.example",
                "x-forwarded-proto: https",
            ],
        ),
    ] {
        receiver.client()?.ask(&post(TARGET, headers, start_call("c1").as_bytes()))?;
        let request = backend.request()?;
        for line in expected {
            assert_eq!(request.lines().filter(|found| *found == line).count(), 1, "{line}\n{request}");
        }
        assert_eq!(request.matches("x-forwarded-").count(), 3, "{request}");
    }
    receiver.stop()?;
    assert!(envelopes(&log)?[0]["headers"].get("x-forwarded-for").is_none(), "the log holds what came");
    Ok(())
}

#[test]
fn a_backend_that_is_the_receiver_itself_is_refused() -> TestResult {
    for (listen, host) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
    ] {
        let (folder, log) = new_log()?;
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let url = format!("http://{host}:{port}/hooks");
        let ran =
            tool(["capture", "--listen", &format!("{listen}:{port}"), "--forward", &url, "-o"]).args([&log]);
        let ran = ran.ends_with(2)?;
        assert_eq!(ran.errors(), format!("error: cannot forward to {url}: that is this receiver itself\n"));
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "nothing has been begun");
    }
    Ok(())
}

#[test]
fn forward_all_needs_a_backend() -> TestResult {
    let (_folder, log) = new_log()?;
    let ran = tool(arguments(&log, &["--forward-all"])).ends_with(2)?;
    assert!(ran.errors().contains("--forward"), "{ran}");
    Ok(())
}

#[test]
fn answers_that_are_not_final_are_not_passed_back() -> TestResult {
    for (answer, status) in [
        (
            concat!(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
                "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            ),
            201,
        ),
        ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", 502),
        ("HTTP/1.1 102 Processing\r\n\r\n", 502),
    ] {
        let (_folder, log) = new_log()?;
        let backend = Backend::start(answer)?;
        let receiver = Receiver::start(&log, &["--forward", &format!("http://{}", backend.address)])?;
        assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, status, "{answer}");
        receiver.stop()?;
        assert_eq!(envelopes(&beside(&log, "forward"))?[0]["status"], status);
    }
    Ok(())
}
