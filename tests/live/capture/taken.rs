//! Files that somebody takes away, or wants to write too, while the receiver runs.

use std::fs;

use super::files::{call_ids, send};
use super::receiver::{Receiver, arguments, beside, new_log};
use crate::support::{TestResult, tool};

#[test]
fn a_log_that_is_deleted_is_begun_anew() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    send(&receiver, ["c1".to_owned()])?;
    fs::remove_file(&log)?;
    send(&receiver, ["c2".to_owned(), "c3".to_owned()])?;
    assert_eq!(call_ids(&log)?, ["c2", "c3"], "what was acknowledged after that is there");
    let ended = receiver.stop()?;
    let note = format!("note: `{}` was deleted, and has been started again", log.canonicalize()?.display());
    assert!(ended.said.contains(&note), "{}", ended.said);
    Ok(())
}

/// What logrotate does, with and without its own new file.
#[test]
fn a_log_that_is_renamed_is_begun_anew_and_a_hang_up_changes_nothing() -> TestResult {
    for is_created in [false, true] {
        let (_folder, log) = new_log()?;
        let receiver = Receiver::start(&log, &[])?;
        send(&receiver, ["c1".to_owned()])?;
        let moved = beside(&log, "1");
        fs::rename(&log, &moved)?;
        if is_created {
            fs::write(&log, "")?;
        }
        receiver.signal("HUP")?;
        receiver.wait_for("was renamed, and has been started again")?;
        send(&receiver, ["c2".to_owned()])?;
        receiver.stop()?;
        assert_eq!((call_ids(&moved)?, call_ids(&log)?), (vec!["c1".to_owned()], vec!["c2".to_owned()]));
    }
    Ok(())
}

/// Callbacks that come while the log is deleted again and again: each is in the file that was there when it was
/// acknowledged, or in a later one.
#[test]
fn no_acknowledgement_rests_on_a_file_that_is_gone() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    for number in 0..50 {
        drop(fs::remove_file(&log));
        let call_id = format!("c{number}");
        send(&receiver, [call_id.clone()])?;
        assert_eq!(call_ids(&log)?, [call_id]);
    }
    receiver.stop()?;
    Ok(())
}

#[test]
fn the_log_itself_is_locked_and_its_companions_are() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--sdkappid", "1400000001"])?;
    send(&receiver, ["c1".to_owned()])?;
    fs::remove_file(beside(&log, "lock"))?;
    for name in [log.clone(), beside(&log, "refused")] {
        let ran = tool(arguments(&name, &[])).ends_with(2)?;
        let expected = format!("error: cannot write `{}`: another process is writing it\n", name.display());
        assert_eq!(ran.errors(), expected);
    }
    // Also behind a file that has been finished.
    receiver.signal("HUP")?;
    send(&receiver, ["c2".to_owned()])?;
    fs::remove_file(beside(&log, "lock"))?;
    let ran = tool(arguments(&log, &[])).ends_with(2)?;
    assert!(ran.errors().contains("another process is writing it"), "{ran}");
    receiver.stop()?;
    Ok(())
}
