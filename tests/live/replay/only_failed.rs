//! What was not accepted is sent again, and nothing else.

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::{TestResult, words};

/// Three calls, of which the second has two copies of its callback a second apart.
fn log() -> String {
    [("00", "a"), ("01", "b"), ("02", "b"), ("03", "c")]
        .map(|(second, call)| envelope(&format!("2024-05-01T00:00:{second}Z"), call, "u"))
        .concat()
}

fn answer(second: &str, status: u16) -> String {
    format!(
        "{{\"received_at\":\"2024-05-01T00:00:{second}.000Z\",\"offset\":0,\"url\":\"/\",\"status\":{status}}}\n"
    )
}

/// The calls that are sent, in order.
fn sent(more: &str, files: &[(&str, String)]) -> TestResult<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let log_path = folder.path().join("callbacks.log");
    std::fs::write(&log_path, log())?;
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text)?;
    }
    let backend = Backend::new(|_, _| SUCCESS)?;
    let more = more.replace("DIR", &folder.path().display().to_string());
    let command = format!("replay --to http://{} --speed max --concurrency 1 {more}", backend.address);
    words(&command).args([&log_path]).ends_with(0)?;
    Ok(backend.received().iter().map(super::backend::Received::call).collect())
}

#[test]
fn what_a_backend_did_not_accept_is_sent_once() -> TestResult {
    let failed = [answer("00", 200), answer("01", 500), answer("02", 502), answer("03", 500)].concat();
    let only = "--only-failed DIR/answers";
    assert_eq!(sent(only, &[("answers", failed)])?, ["b", "c"]);
    // The second delivery was accepted.
    let later = [answer("00", 500), answer("01", 500), answer("02", 200), answer("03", 200)].concat();
    assert_eq!(sent(only, &[("answers", later)])?, ["a"]);
    Ok(())
}

#[test]
fn what_was_set_aside_is_sent() -> TestResult {
    let line = envelope("2024-05-01T00:00:03Z", "c", "u");
    let at = line.find(',').ok_or("no member")?;
    let aside = format!("{},\"undelivered\":{{\"reason\":\"refused\"}}{}", &line[..at], &line[at..]);
    assert_eq!(sent("--only-failed DIR/aside", &[("aside", aside)])?, ["c"]);
    Ok(())
}

#[test]
fn what_a_report_says_was_refused_is_sent() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (log_path, report) = (folder.path().join("callbacks.log"), folder.path().join("run.jsonl"));
    std::fs::write(&log_path, log())?;
    let refusing = Backend::new(|number, _| if number == 3 { Reply::Says(500, "") } else { SUCCESS })?;
    let command = format!("replay --to http://{} --speed max --concurrency 1 --report", refusing.address);
    words(&command).args([&report, &log_path]).ends_with(1)?;
    let backend = Backend::new(|_, _| SUCCESS)?;
    let command = format!("replay --to http://{} --speed max --only-failed", backend.address);
    words(&command).args([&report, &log_path]).ends_with(0)?;
    assert_eq!(backend.received().len(), 1);
    let nothing = folder.path().join("other");
    std::fs::write(&nothing, "{\"CallId\":\"a\"}\n")?;
    let ran = words(&command).args([&nothing, &log_path]).ends_with(2)?;
    assert!(ran.errors().contains("neither a report of `replay`"), "{ran}");
    Ok(())
}

#[test]
fn callbacks_are_chosen_by_time_of_capture() -> TestResult {
    let bounds = "--received-since 2024-05-01T00:00:01Z --received-until 2024-05-01T00:00:03Z";
    assert_eq!(sent(bounds, &[])?, ["b", "b"]);
    Ok(())
}

#[test]
fn a_log_is_sent_several_times_with_ids_of_its_own() -> TestResult {
    assert_eq!(
        sent("--loop 2 --set-id-suffix -x", &[])?,
        ["a-x", "b-x", "b-x", "c-x", "a-x-2", "b-x-2", "b-x-2", "c-x-2"]
    );
    Ok(())
}

#[test]
fn silences_are_shortened() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("callbacks.log");
    let hours = ["00", "05", "09"].map(|hour| envelope(&format!("2024-05-01T{hour}:00:00Z"), hour, "u"));
    std::fs::write(&path, hours.concat())?;
    let ran = words("replay --to http://127.0.0.1:9 --dry-run --format json --max-gap 2s --loop 2")
        .args([&path])
        .ends_with(0)?;
    let plan = &ran.json_lines()?[0];
    assert_eq!((plan["planned_seconds"].as_f64(), &plan["deliveries"]), (Some(9.0), &6.into()), "{ran}");
    Ok(())
}
