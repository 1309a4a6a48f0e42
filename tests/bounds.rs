//! Inputs made to cost more than they should: time that grows with the square of the input, memory that grows with it.

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use callkit_tool::framing::{Format, Frame, Framer};
use support::{TestResult, tool};

/// What a reader that looks at everything a few times needs a fraction of, and one that looks at everything once for
/// each record exceeds many times.
const PATIENCE: Duration = Duration::from_secs(20);

/// Dumps whose every request leads the reader on over all that follows.
fn dumps() -> [(&'static str, String); 7] {
    let head = "POST /?a=b HTTP/1.1\r\n";
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n");
    [
        (
            "lengths that lead into white space",
            format!("{head}Content-Length: 9000000\r\n\r\n{{}}\n\n").repeat(100_000) + &" ".repeat(9_000_000),
        ),
        (
            "chunks that hold requests with chunked bodies",
            format!("{chunked}\r\n{}", format!("{:x}\r\n{chunked}\r\n", chunked.len()).repeat(100_000)),
        ),
        (
            "lengths that lead over all that follows",
            format!("{head}Content-Length: 9000000\r\n\r\n{{\"a\":[\n").repeat(100_000),
        ),
        ("bodies that never end", format!("{head}\r\n{{\"a\":[\n").repeat(200_000)),
        ("header sections that never end", format!("{head}a: b\r\n").repeat(200_000)),
        ("headers that quote requests", format!("{head}b\r\n{}", "aPOST / HTTP/1.1\r\n".repeat(500_000))),
        ("lines that look like requests", format!("{head}x {head}").repeat(100_000)),
    ]
}

#[test]
fn no_request_leads_over_all_that_follow() {
    for (name, dump) in dumps() {
        let mut framer = Framer::new(Format::Http, 1 << 24);
        let (begin, mut frame, mut done) = (Instant::now(), Frame::default(), 0);
        for end in (0..dump.len()).step_by(1 << 19).skip(1).chain([dump.len()]) {
            let data = &dump.as_bytes()[done..end];
            done += framer.frame(data, end == dump.len(), &mut frame);
        }
        assert_eq!(done, dump.len());
        let taken = begin.elapsed();
        assert!(taken < PATIENCE, "{name}: {taken:?}");
    }
}

/// A callback of call `c`.
fn callback(number: usize, event: &str) -> String {
    format!(
        "{{\"UserId\":\"u{number}\",\"RoomId\":\"r{number}\",\"TotalNum\":2,\"MediaType\":\"audio\",\"CallType\":\"group\",\
         \"CallId\":\"c\",\"Role\":\"callee\",\"Event\":\"{event}\",\"CallResult\":\"\",\"EventTime\":{}}}\n",
        1_704_856_873 + number
    )
}

#[test]
fn calls_and_records_of_any_size_are_judged_in_good_time() -> TestResult {
    let request = |headers: String| format!("POST /?a=b HTTP/1.1\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    let events = ["receive_call", "accept_call", "call_end", "join_in_group_call"];
    let inputs: [(&str, String); 8] = [
        ("a call of many callbacks", (0..60_000).map(|at| callback(at, events[at % 4])).collect()),
        ("a call of many equal callbacks", callback(1, "call_end").repeat(60_000)),
        ("many headers", request((0..100_000).map(|at| format!("X-{at}: v\r\n")).collect())),
        ("many bad headers", request("bad\r\n".repeat(100_000))),
        ("a key many times", format!("{{{}\"a\":1}}\n", "\"UserId\":\"a\",".repeat(100_000))),
        (
            "many keys",
            format!("{{{}\"a\":1}}\n", (0..100_000).map(|at| format!("\"k{at}\":1,")).collect::<String>()),
        ),
        ("many escapes", format!("{{\"UserId\":\"{}\"}}\n", "\\u0000".repeat(1_000_000))),
        ("deep nesting", format!("{}{}\n", "[{\"a\":".repeat(500_000), "1")),
    ];
    for (name, input) in inputs {
        for command in ["validate --format json", "export --level participants"] {
            let begin = Instant::now();
            let ran = tool(command.split(' ')).args(["-"]).stdin(input.clone()).run()?;
            assert!(matches!(ran.status, Some(0 | 1)), "{name}\n{ran}");
            assert!(begin.elapsed() < PATIENCE, "{name}: {:?}", begin.elapsed());
        }
    }
    Ok(())
}

/// With so little address space (kilobytes) a run that keeps what it reads ends by a signal.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() -> TestResult {
    const ROOM: u32 = 120_000;
    let inputs = [
        ("a line without end", "head -c 60000000 /dev/zero"),
        ("a line without end, compressed", "head -c 60000000 /dev/zero | gzip -1"),
        ("blank lines", "yes '' | head -c 5000000"),
        ("bad lines", "yes x | head -c 1000000"),
    ];
    for (name, input) in inputs {
        for command in [
            "validate --format json --threads 1",
            "export --level records --threads 1",
            "summarize --threads 1",
        ] {
            let binary = env!("CARGO_BIN_EXE_callkit-tool");
            let line = format!("{input} | (ulimit -v {ROOM}; exec '{binary}' {command} -) > /dev/null");
            let ended = Command::new("sh").args(["-c", &line]).output()?;
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert!(
                matches!(ended.status.code(), Some(0 | 1)),
                "{name}, {command}: {:?} {errors}",
                ended.status
            );
        }
    }
    Ok(())
}
