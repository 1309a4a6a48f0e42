//! `--retry vendor`: what is not accepted is sent again. How long the ladder waits is tested with a clock of its own,
//! beside the code; here only its first step is taken, which waits for nothing.

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::TestResult;

fn log() -> String {
    ["a", "b", "c"].map(|user| envelope("2024-05-01T00:00:00Z", "call", user)).concat()
}

#[test]
fn nothing_is_sent_again_unless_asked() -> TestResult {
    let backend = Backend::new(|_, _| Reply::Says(500, ""))?;
    backend.replay(log()).ends_with(1)?;
    assert_eq!(backend.received().len(), 3);
    Ok(())
}

#[test]
fn a_callback_that_was_refused_goes_again_before_the_next_of_its_call() -> TestResult {
    for reply in [
        || Reply::Says(503, ""),
        || Reply::Says(200, r#"{"ErrorCode":-1}"#),
        || Reply::Raw(b"HTTP/1.1 nonsense".to_vec()),
    ] {
        let backend = Backend::new(move |number, _| if number == 1 { reply() } else { SUCCESS })?;
        let ran = backend.replay(log()).args(["--retry", "vendor", "--format", "json"]).ends_with(0)?;
        let bodies: Vec<_> = backend.received().iter().map(|it| it.text()).collect();
        let users: Vec<_> = bodies.iter().filter_map(|body| body.split('"').nth(3)).collect();
        assert_eq!(users, ["a", "b", "b", "c"]);
        let report = &ran.json_lines()?[0];
        for (name, count) in [("sent", 3), ("accepted", 3), ("refused", 0), ("requests", 4), ("retries", 1)] {
            assert_eq!(report[name], count, "{name}\n{ran}");
        }
    }
    Ok(())
}
