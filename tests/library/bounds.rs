//! Inputs made to cost more than they should: time that grows with the square of the input, memory that grows with it.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::callback::Callback;
use crate::support::{TestResult, tool};
use callkit_tool::decode::{Scratch, read_full};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind};
use callkit_tool::rules::{RuleOptions, check};

/// What a reader that looks at everything a few times needs a fraction of, and one that looks at everything once for
/// each record exceeds many times.
const PATIENCE: Duration = Duration::from_secs(20);

/// Dumps whose every request leads the reader on over all that follows.
fn dumps() -> [(&'static str, String); 9] {
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
        ("lengths that lead over brackets up to the last", nested("[\n", 1 << 24)),
        ("lengths that lead over strings up to the last", nested("[\"\n", 1 << 24)),
        ("bodies that never end", format!("{head}\r\n{{\"a\":[\n").repeat(200_000)),
        ("header sections that never end", format!("{head}a: b\r\n").repeat(200_000)),
        ("headers that quote requests", format!("{head}b\r\n{}", "aPOST / HTTP/1.1\r\n".repeat(500_000))),
        ("lines that look like requests", format!("{head}x {head}").repeat(100_000)),
    ]
}

/// Requests, each of whose bodies would begin with this and end with the bracket that ends the dump of that many bytes.
fn nested(begin: &str, length: usize) -> String {
    let mut dump = String::with_capacity(length);
    loop {
        let head = |left: usize| format!("POST /?a=b HTTP/1.1\r\nContent-Length: {left:08}\r\n\r\n");
        let left = length - dump.len();
        if left < 100 {
            return dump + &" ".repeat(left - 1) + "]";
        }
        dump += &head(left - head(0).len());
        dump += begin;
    }
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
    let callback =
        Callback::event(event).role("callee").user(&format!("u{number}")).room(&format!("r{number}"));
    callback.set("CallType", "group").at(1_704_856_873 + number as i64).line()
}

#[test]
fn calls_and_records_of_any_size_are_judged_in_good_time() -> TestResult {
    let request = |headers: String| format!("POST /?a=b HTTP/1.1\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    let events = ["receive_call", "accept_call", "call_end", "join_in_group_call"];
    let parameters: String = (0..100_000).map(|at| format!("p{at}={at}&p{at}={}&", at + 1)).collect();
    let inputs: [(&str, String); 11] = [
        ("a call of many callbacks", (0..60_000).map(|at| callback(at, events[at % 4])).collect()),
        ("a call of many equal callbacks", callback(1, "call_end").repeat(60_000)),
        ("many headers", request((0..100_000).map(|at| format!("X-{at}: v\r\n")).collect())),
        ("many bad headers", request("bad\r\n".repeat(100_000))),
        ("a key many times", format!("{{{}\"a\":1}}\n", "\"UserId\":\"a\",".repeat(100_000))),
        (
            "many keys",
            format!("{{{}\"a\":1}}\n", (0..100_000).map(|at| format!("\"k{at}\":1,")).collect::<String>()),
        ),
        ("a long header", request(format!("X: {}\r\n", "v".repeat(4_000_000)))),
        ("many parameters", request(String::new()).replace("a=b", &parameters)),
        (
            "many keys twice",
            format!(
                "{{{}\"a\":1}}\n",
                (0..100_000).map(|at| format!("\"k{}\":1,", at / 2)).collect::<String>()
            ),
        ),
        ("many escapes", format!("{{\"UserId\":\"{}\"}}\n", "\\u0000".repeat(1_000_000))),
        ("deep nesting", format!("{}{}\n", "[{\"a\":".repeat(500_000), "1")),
    ];
    for (name, input) in inputs {
        for command in ["validate --format json", "export --table participants"] {
            let begin = Instant::now();
            let ran = tool(command.split(' ')).args(["-"]).stdin(input.clone()).run()?;
            assert!(matches!(ran.status, Some(0..=2)), "{name}\n{ran}");
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
            "export --table records --threads 1",
            "summarize --threads 1",
        ] {
            let binary = env!("CARGO_BIN_EXE_callkit-tool");
            // Every arena of the allocator reserves addresses, and how many there are depends on what else runs.
            let limits = format!("ulimit -v {ROOM}; export MALLOC_ARENA_MAX=1");
            let line = format!("{input} | ({limits}; exec '{binary}' {command} -) > /dev/null");
            let ended = Command::new("sh").args(["-c", &line]).output()?;
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert!(
                matches!(ended.status.code(), Some(0..=2)),
                "{name}, {command}: {:?} {errors}",
                ended.status
            );
        }
    }
    Ok(())
}

const V4: &str = "{\"CallbackCommand\":\"Call.CallbackAfterStartCall\",\"EventTime\":1704856873000,\"CallInfo\":\
                  {\"CallId\":\"c\",\"MediaType\":\"Audio\",\"RoomId\":\"r\",\"RoomIdType\":1},\"UserList\":[";
const HEAD: &str =
    "POST /?sdkappid=1&command=c&contenttype=json&clientip=1.2.3.4&optplatform=iOS HTTP/1.1\r\n";

/// A string of JSON that holds a text.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Brackets a million deep, wherever they can stand, are refused by a thread that could not call itself so often.
#[test]
fn nesting_needs_no_deep_stack() -> TestResult {
    const STACK: usize = 192 * 1024;
    const DEEP: usize = 1_000_000;
    let (arrays, objects) = ("[".repeat(DEEP), "{\"a\":".repeat(DEEP));
    let whole = format!("{}1{}", objects, "}".repeat(DEEP));
    let mut inputs = Vec::new();
    for deep in [&arrays, &objects, &whole] {
        inputs.push((format!("{{\"CallId\":\"c\",\"Event\":{deep}}}"), Format::JsonLines));
        inputs.push((format!("{{\"url\":\"/?a=b\",\"body\":{deep}}}"), Format::JsonLines));
        inputs.push((format!("{{\"headers\":{deep},\"body\":{{}}}}"), Format::JsonLines));
        let body = format!("{{\"x\":{deep}}}");
        inputs.push((format!("{{\"body\":{}}}", quoted(&body)), Format::JsonLines));
        inputs.push((format!("{V4}{deep}]}}"), Format::JsonLines));
        inputs.push((format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()), Format::Http));
    }
    let judge = move || {
        for (number, (input, format)) in inputs.iter().enumerate() {
            let (mut framer, mut frame) = (Framer::new(*format, 1 << 26), Frame::default());
            framer.frame(input.as_bytes(), true, &mut frame);
            let request = match frame.pieces[0].kind {
                PieceKind::Request(index) => Some(&frame.requests[index]),
                _ => None,
            };
            let record = &input.as_bytes()[..frame.pieces[0].end];
            let mut scratch = Scratch::default();
            let checked = check(&read_full(record, request, &mut scratch), &RuleOptions::default());
            let rules: Vec<&str> = checked.hits.iter().map(|hit| hit.rule.name()).collect();
            assert!(rules.contains(&"json/depth"), "input {number}: {rules:?}");
        }
    };
    let ended = std::thread::Builder::new().stack_size(STACK).spawn(judge)?.join();
    assert!(ended.is_ok(), "a thread of {STACK} bytes");
    Ok(())
}

/// Records of which every few bytes break a rule: most findings are only counted, and none is lost.
#[test]
fn records_of_nothing_but_faults_lose_none() -> TestResult {
    const MANY: usize = 300_000;
    let keys = |number: usize| format!("\"{}\":1,", number / 2);
    let inputs: [(&str, String, &str, u64); 4] = [
        ("wrong elements", format!("{V4}{}0]}}\n", "0,".repeat(MANY)), "body/type", MANY as u64 + 1),
        (
            "wrong elements in a string",
            format!("{{\"body\":{}}}\n", quoted(&format!("{V4}{}0]}}", "0,".repeat(MANY)))),
            "body/type",
            MANY as u64 + 1,
        ),
        (
            "repeated keys",
            format!("{{\"body\":{{}},{}\"z\":1}}\n", (0..2 * MANY).map(keys).collect::<String>()),
            "json/duplicate-key",
            MANY as u64,
        ),
        (
            "bad headers",
            format!("{HEAD}{}Content-Length: 2\r\n\r\n{{}}", "a\n".repeat(MANY)),
            "http/header",
            MANY as u64,
        ),
    ];
    for (name, input, rule, count) in inputs {
        let begin = Instant::now();
        let ran = tool(["validate", "--statistics", "--format", "json", "-"]).stdin(input.clone()).run()?;
        let rows = ran.json_lines()?;
        let listed =
            rows.iter().flat_map(|row| row.as_array().map_or(std::slice::from_ref(row), Vec::as_slice));
        let counts: Vec<u64> =
            listed.filter(|row| row["rule"] == rule).filter_map(|row| row["count"].as_u64()).collect();
        assert_eq!(counts, [count], "{name}\n{ran}");
        let ledger = tool(["export", "--allow-empty", "--table", "records", "--columns", "errors", "-"]);
        let errors = ledger.stdin(input).ends_with(0)?.column("errors")?;
        let errors: u64 = errors[0].parse()?;
        assert!(errors >= count && errors < count + 20, "{name}: {errors} errors in the ledger");
        assert!(begin.elapsed() < PATIENCE, "{name}: {:?}", begin.elapsed());
    }
    Ok(())
}

/// A record lists its first 10,000 findings; the others are counted, in every format, and count everywhere.
#[test]
fn a_record_lists_10000_findings_and_counts_the_others() -> TestResult {
    // The last member is an error and a warning, the others are warnings.
    let unknown: String = (0..12_345).map(|at| format!("\"k{at}\":1,")).collect();
    let body = callback(1, "receive_call");
    let fields = body.trim_end().strip_prefix('{').ok_or("an object")?;
    let log = format!(
        "{body}{{\"UserId\":1,{unknown}\"UserId\":7,{}\n",
        &fields[fields.find(',').ok_or("fields")? + 1..]
    );
    let line = log.lines().nth(1).ok_or("two lines")?;
    let (last_unknown, last_error) =
        (line.find("\"k12344\":").ok_or("keys")? + 9, line.find("\"UserId\":7").ok_or("a key")? + 9);
    let levels = "--warn body/unknown-field --allow call/incomplete";
    let run = |arguments: &str| tool(arguments.split(' ').chain(levels.split(' '))).stdin(log.clone()).run();
    let ran = run("validate --format json -")?;
    assert_eq!(ran.status, Some(1), "{ran}");
    let rows = ran.json_lines()?;
    assert_eq!(rows.len(), 10_000 + 3);
    assert!(rows[..10_000].iter().all(|row| row["rule"] == "body/unknown-field" && row["record"] == 2));
    let folded = |rule: &str, level: &str, count: u32| {
        serde_json::json!({"folded": {"rule": rule, "level": level, "count": count, "source": "-",
            "last": {"record": 2, "line": 2}}})
    };
    assert_eq!(rows[10_000], folded("json/duplicate-key", "error", 1));
    assert_eq!(rows[10_001], folded("body/type", "warning", 1));
    assert_eq!(rows[10_002], folded("body/unknown-field", "warning", 2_345));
    let total = "checked 2 records (2 callbacks: 2 event) in 1 input (JSON): 1 error, 12346 warnings, 0 info";
    assert!(ran.errors().contains(total), "{ran}");
    let place = |column: usize| format!("-:2:{}", column + 1);
    for (format, at, begin) in [
        ("concise", 10_000, format!("{}: error json/duplicate-key: ", place(last_error))),
        ("full", 0, "error[json/duplicate-key]: ".to_owned()),
        (
            "github",
            10_000,
            format!("::error file=-,line=2,col={},title=json/duplicate-key::", last_error + 1),
        ),
    ] {
        let ran = run(&format!("validate --format {format} -"))?;
        let text = String::from_utf8(ran.stdout.clone())?;
        let says = format!("{begin}1 more finding in this record, the last at {}", place(last_error));
        let found = text.lines().position(|line| line == says);
        assert!(found.is_some_and(|found| found >= at), "{format}: {says}\n{}", &text[text.len() - 900..]);
        let says = format!("2345 more findings in this record, the last at {}", place(last_unknown));
        assert!(text.trim_end().ends_with(&says), "{format}: {}", &text[text.len() - 900..]);
        assert_eq!(ran.status, Some(1));
    }
    // A limit cuts after folding: the row that is written stands for all that it counts.
    let rows = run("validate --format json --max-findings 10002 -")?.json_lines()?;
    assert_eq!((rows.len(), &rows[10_002]), (10_003, &serde_json::json!({"cut": 2_345})));
    // Rules that are off take no room in the list, and what is only counted sets the status.
    let off = tool([
        "validate",
        "--format",
        "json",
        "--allow",
        "body/unknown-field",
        "--allow",
        "call/incomplete",
        "-",
    ]);
    let rules: Vec<_> = off.stdin(log.clone()).run()?.rules()?;
    assert_eq!(rules, ["json/duplicate-key", "body/type"]);
    let export = |arguments: &[&str]| tool(["export", "-"]).args(arguments).stdin(log.clone()).run();
    let ledger = export(&["--table", "records", "--columns", "errors,warnings"])?;
    assert!(String::from_utf8(ledger.stdout.clone())?.ends_with("\n1,1\n"), "{ledger}");
    assert_eq!(export(&["--columns", "problems"])?.column("problems")?, ["2"]);
    Ok(())
}

/// One call of very many callbacks, and of very many users, in every form that a call is shown in.
#[test]
fn a_call_of_any_size_is_shown_in_good_time() -> TestResult {
    let callbacks: String = (0..20_000)
        .map(|at| callback(at % 500, ["receive_call", "accept_call", "call_end"][at % 3]))
        .collect();
    let users: String = (0..5_000).map(|at| callback(at, "receive_call")).collect();
    for (name, log) in [("callbacks", callbacks), ("users", users)] {
        for command in [
            "show --format text",
            "show --format json",
            "show --format mermaid",
            "show --format svg",
            "show --format markdown",
            "why --format text",
            "why --format json",
            "why --format markdown",
        ] {
            let begin = Instant::now();
            let ran = tool(command.split(' ')).args(["c", "-"]).stdin(log.clone()).run()?;
            let refused = command.contains("svg") && ran.errors().contains("is too large for a picture");
            assert!(if refused { ran.status == Some(2) } else { ran.status == Some(0) }, "{name}\n{ran}");
            assert!(refused || !ran.stdout.is_empty(), "{name}, {command}\n{ran}");
            assert!(begin.elapsed() < PATIENCE, "{name}, {command}: {:?}", begin.elapsed());
        }
    }
    Ok(())
}
