//! Nothing goes where it must not, and nothing goes along that must not.

use super::backend::{Backend, Reply, envelope};
use crate::support::{TestResult, words};

fn line() -> String {
    envelope("2024-05-01T00:00:00Z", "c", "u")
}

#[test]
fn nothing_leaves_this_machine_unless_allowed() -> TestResult {
    // Addresses of documentation, of every network and of a private one: none is ever connected to.
    for host in ["192.0.2.1", "0.0.0.0", "10.0.0.1", "[2001:db8::1]", "[::]", "169.254.169.254"] {
        let ran = words("replay - --speed max --to").args([format!("http://{host}:9/")]).stdin(line());
        let ran = ran.ends_with(2)?;
        assert!(ran.errors().contains("--allow-host"), "{ran}");
        assert!(ran.errors().contains("nothing is sent"), "{ran}");
    }
    Ok(())
}

#[test]
fn an_allowed_name_lets_no_other_out() -> TestResult {
    let ran = words("replay - --speed max --to http://192.0.2.1:9/ --allow-host other.example").stdin(line());
    assert!(ran.ends_with(2)?.errors().contains("nothing is sent"));
    let backend = Backend::accepting()?;
    backend.replay(line()).args(["--allow-host", "127.0.0.1"]).ends_with(0)?;
    assert_eq!(backend.received().len(), 1);
    Ok(())
}

#[test]
fn a_host_that_is_allowed_is_a_host_and_nothing_else() -> TestResult {
    let run = |host: &str| {
        words("replay - --dry-run --to http://127.0.0.1:9/ --allow-host").args([host]).stdin(line())
    };
    for wrong in ["http://x/", "x/", "x:80", "x y", "u@x", "*", ""] {
        let ran = run(wrong).ends_with(2)?;
        assert!(ran.errors().contains("not a host alone, such as staging.example.com"), "{ran}");
    }
    for right in ["x", "staging.example.com.", "10.0.0.7", "::1", "[2001:db8::1]"] {
        run(right).ends_with(0)?;
    }
    Ok(())
}

#[test]
fn urls_with_secrets_or_of_another_kind_are_refused() -> TestResult {
    for url in
        ["http://u:pass@127.0.0.1/", "ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://127.0.0.1/#f"]
    {
        let ran = words("replay - --to").args([url]).stdin(line()).ends_with(2)?;
        assert!(ran.errors().contains("--to") && !ran.errors().contains("pass@"), "{ran}");
    }
    Ok(())
}

#[test]
fn a_port_that_is_none_is_no_reason_to_try_another() -> TestResult {
    for url in
        ["http://127.0.0.1:99999/", "http://127.0.0.1:0/", "https://[::1]:65536/", "http://localhost:/"]
    {
        for dry in [&[][..], &["--dry-run"]] {
            let ran = words("replay - --to").args([url]).args(dry).stdin(line()).ends_with(2)?;
            assert!(ran.errors().contains("port is not a number from 1 to 65535"), "{ran}");
        }
    }
    Ok(())
}

#[test]
fn a_log_is_never_replaced_by_what_is_made_of_it() -> TestResult {
    let backend = Backend::accepting()?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    std::fs::write(&log, line())?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("log", folder.path().join("link"))?;
    #[cfg(not(unix))]
    std::fs::hard_link(&log, folder.path().join("link"))?;
    let replay = format!("replay --speed max --to http://{}/", backend.address);
    for command in [
        format!("{replay} log --report log"),
        format!("{replay} log --report ./log"),
        format!("{replay} . -o log"),
        format!("{replay} link --report log"),
        format!("{replay} log --dry-run -o link"),
        "export log -o log".to_owned(),
        "export l*g -o log".to_owned(),
        "validate log -o log".to_owned(),
        "summarize log -o log".to_owned(),
        "show c log -o log".to_owned(),
        "why c log -o log".to_owned(),
    ] {
        let ran = words(&command).cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains("is an input"), "{ran}");
        assert_eq!(std::fs::read_to_string(&log)?, line(), "{command}");
    }
    let piped =
        words("export -o log").cwd(folder.path()).command().stdin(std::fs::File::open(&log)?).output()?;
    assert!(String::from_utf8_lossy(&piped.stderr).contains("is an input"), "{piped:?}");
    assert!(backend.received().is_empty());
    let other = format!("{replay} log --report run -o report");
    words(&other).cwd(folder.path()).ends_with(0)?;
    // What an earlier run has written may be replaced.
    words(&other).cwd(folder.path()).ends_with(0)?;
    assert_eq!(backend.received().len(), 2);
    Ok(())
}

#[test]
fn a_header_that_cannot_be_used_is_not_repeated() -> TestResult {
    for (header, cause) in [
        ("AuthorizationBearerSECRET", "not a header"),
        ("Authorization Bearer: SECRET", "a header name with a character that is not allowed"),
        ("Authorization: SECRET\n", ""),
        ("Authorization: SEC\nRET", "a header value with a character that is not allowed"),
        ("Content-Length: SECRET", "`content-length`, which follows from the connection"),
    ] {
        let ran = words("replay - --dry-run --to http://127.0.0.1:9/ --header").args([header]).stdin(line());
        let ran = ran.ends_with(if cause.is_empty() { 0 } else { 2 })?;
        assert!(cause.is_empty() || ran.errors().contains("--header"), "{ran}");
        assert!(ran.errors().contains(cause) && !ran.errors().contains("SEC"), "{ran}");
    }
    Ok(())
}

#[test]
fn redirects_are_not_followed() -> TestResult {
    let other = Backend::accepting()?;
    let location = format!(
        "HTTP/1.1 307 X\r\nLocation: http://{}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        other.address
    );
    let backend = Backend::new(move |_, _| Reply::Raw(location.clone().into_bytes()))?;
    let ran = backend.replay(line()).args(["--format", "json"]).ends_with(1)?;
    assert_eq!(ran.json_lines()?[0]["statuses"]["307"], 1, "{ran}");
    assert_eq!((backend.received().len(), other.received().len()), (1, 0));
    Ok(())
}

#[test]
fn proxies_of_the_environment_are_ignored() -> TestResult {
    let (backend, proxy) = (Backend::accepting()?, Backend::accepting()?);
    let mut run = backend.replay(line());
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
        run = run.env(name, &format!("http://{}/", proxy.address));
    }
    run.ends_with(0)?;
    assert_eq!((backend.received().len(), proxy.received().len()), (1, 0));
    assert!(backend.received()[0].target.starts_with('/'));
    Ok(())
}

#[test]
fn credentials_stay_behind_unless_asked_for() -> TestResult {
    let request = "POST /?a=1&access_token=t&author=a&api%2Dkey=k&usersig=u&Sign=s HTTP/1.1\r\nHost: old.example\r\nCookie: c=1\r\nAuthorization: Bearer x\r\n\
        X-Api-Key: k\r\nX-AUTH-TOKEN: t\r\nX-CSRF-Token: f\r\nProxy-Authorization: p\r\nConnection: X-Hop, keep-alive\r\nX-Hop: 1\r\nAccept-Encoding: gzip\r\n\
        X-Kept: yes\r\nX-Author: me\r\nX-Jwt-Assertion: j\r\nX-Custom-Session-Id: i\r\nUser-Agent: vendor\r\nContent-Length: 35\r\n\r\n{\"CallId\":\"c\",\"Event\":\"start_call\"}";
    let backend = Backend::accepting()?;
    let ran = backend.replay(request).ends_with(0)?;
    assert!(ran.errors().contains("10 captured credentials not sent; `--keep-credentials`"), "{ran}");
    backend.replay(request).args(["--keep-credentials"]).ends_with(0)?;
    let received = backend.received();
    for request in &received {
        assert_eq!(request.header("host"), [backend.address.to_string()]);
        assert_eq!(request.header("user-agent"), ["vendor"]);
        assert_eq!(request.header("x-kept"), ["yes"]);
        assert_eq!(request.header("x-author"), ["me"]);
        for gone in ["proxy-authorization", "x-hop", "accept-encoding", "connection"] {
            assert!(request.header(gone).is_empty(), "{gone}: {request:?}");
        }
    }
    for (name, value) in [
        ("cookie", "c=1"),
        ("authorization", "Bearer x"),
        ("x-api-key", "k"),
        ("x-auth-token", "t"),
        ("x-csrf-token", "f"),
        ("x-jwt-assertion", "j"),
        ("x-custom-session-id", "i"),
    ] {
        assert!(received[0].header(name).is_empty(), "{name}");
        assert_eq!(received[1].header(name), [value]);
    }
    assert_eq!(received[0].query(), "a=1&author=a&Sign=s");
    assert_eq!(received[1].query(), "a=1&access_token=t&author=a&api%2Dkey=k&usersig=u&Sign=s");
    Ok(())
}
