//! Calls of thousands of callbacks and hundreds of people: nothing takes time by the square of their number.

use std::fmt::Write;

use super::{FORMATS, callback, in_group};
use crate::support::{TestResult, tool};

/// A group call with so many guests, each of which does several things, and every callback sent twice.
fn crowd(guests: usize) -> String {
    let mut log = in_group(&callback("c", "caller", "host", "start_call", 1_714_550_000));
    for guest in 0..guests {
        let user = format!("guest-{guest}");
        let at = 1_714_550_000 + guest as u64 * 15;
        for (event, after) in [("receive_call", 1), ("accept_call", 9), ("call_end", 20_000)] {
            let line = in_group(&callback("c", "callee", &user, event, at + after));
            log.push_str(&line);
            log.push_str(&line);
        }
        log.push_str(&in_group(&callback("c", "caller", "host", "call_accepted", at + 9)));
    }
    log
}

#[test]
fn a_crowd_is_drawn_in_every_format() -> TestResult {
    let guests = 1500;
    let log = crowd(guests);
    for format in FORMATS {
        let ran =
            tool(["show", "c", "-", "--format", format, "--no-progress"]).stdin(log.clone()).ends_with(0)?;
        let text = ran.text();
        let places = (1..=guests * 7 + 1).filter(|line| *line % 997 == 0);
        for line in places {
            let mut place = String::new();
            write!(place, "-:{line}")?;
            let place = match format {
                "json" => format!("\"line\":{line},"),
                _ => place,
            };
            assert!(text.contains(&place), "{place} as {format}");
        }
    }
    Ok(())
}

/// The size of what is drawn grows with the call, not with its square: the only measure of work that no other
/// process on the machine can disturb.
#[test]
fn twice_the_people_make_about_twice_the_output() -> TestResult {
    let (small, large) = (crowd(300), crowd(600));
    for format in FORMATS {
        let size = |log: &str| -> TestResult<usize> {
            let ran = tool(["show", "c", "-", "--format", format]).stdin(log).ends_with(0)?;
            Ok(ran.stdout.len())
        };
        let (small, large) = (size(&small)?, size(&large)?);
        assert!(large < small * 5 / 2, "{format}: {small} bytes, then {large}");
    }
    Ok(())
}
