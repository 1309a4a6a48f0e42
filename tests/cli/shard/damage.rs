//! What is missing, damaged, or of another run is an error that names it, and never a shorter answer.

use super::{Lines, Steps, simulated};
use crate::support::{TestResult, tool, words};

/// Some of the ways in which an engine, a disk or a person can spoil the frames of one part.
fn spoiled(lane: &[String], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut lines = lane.to_vec();
    let at = random.usize(..lines.len());
    match random.u8(..4) {
        0 => {
            lines.remove(at);
            lines.concat_lines().into_bytes()
        }
        1 => {
            let mut bytes = lines.concat_lines().into_bytes();
            let at = random.usize(..bytes.len());
            bytes[at] ^= 1 << random.u8(..8);
            bytes
        }
        2 => {
            let mut bytes = lines.concat_lines().into_bytes();
            bytes.truncate(random.usize(..bytes.len()));
            bytes
        }
        _ => {
            let line = &lines[at];
            let cut = random.usize(1..line.len());
            lines[at] = format!("{}{}", &line[..cut - 1], &line[cut..]);
            lines.concat_lines().into_bytes()
        }
    }
}

#[test]
fn spoiled_frames_are_an_error() -> TestResult {
    let folder = simulated("--calls 60")?;
    let steps = Steps { folder: folder.path(), framing: "text", parts: 2 };
    let lanes = steps.map(&["a.log"], 9000, "export")?;
    assert_eq!(steps.facts(&lanes)?.status, Some(0));
    let mut random = fastrand::Rng::with_seed(5);
    for round in 0..1000 {
        let bytes = spoiled(&lanes[0], &mut random);
        if bytes == lanes[0].concat_lines().into_bytes() {
            continue;
        }
        let run = words("shard reduce --facts log.facts export").stdin(bytes).cwd(folder.path());
        let ran = run.run()?;
        assert_eq!((ran.status, ran.stdout.len()), (Some(2), 0), "round {round}\n{ran}");
        assert!(ran.errors().starts_with("error: "), "{ran}");
    }
    Ok(())
}

#[test]
fn what_does_not_belong_together_is_an_error() -> TestResult {
    let (folder, other) = (simulated("--calls 30")?, simulated("--calls 31")?);
    let steps = Steps { folder: folder.path(), framing: "text", parts: 2 };
    let others = Steps { folder: other.path(), framing: "text", parts: 2 };
    let (lanes, foreign) = (steps.map(&["a.log"], 9000, "export")?, others.map(&["a.log"], 9000, "export")?);
    assert_eq!(steps.facts(&lanes)?.status, Some(0));
    let reduce = |frames: &[String], command: &str| {
        let run = words(&format!("shard reduce --facts log.facts {command}"));
        run.stdin(frames.concat_lines()).cwd(folder.path()).ends_with(2)
    };
    let says = |frames: &[String], command: &str, text: &str| -> TestResult {
        let ran = reduce(frames, command)?;
        assert!(ran.errors().contains(text), "{text}\n{ran}");
        Ok(())
    };
    says(&foreign[0], "export", "it is of another input")?;
    says(&[lanes[0].clone(), lanes[1].clone()].concat(), "export", "each needs its own run")?;
    says(&lanes[0], "export --allow body", "the splits were read with other options")?;
    says(&lanes[0], "validate", "the full format shows the text of the log")?;
    says(&[], "export", "holds no frame")?;
    for part in 0..2 {
        assert_eq!(steps.reduce("export", part)?.status, Some(0));
    }
    let finish = |line: &str| words(line).cwd(folder.path()).ends_with(2);
    let ran = finish("shard finish export --facts log.facts result-0")?;
    assert!(ran.errors().contains("part 1 of 2 is missing"), "{ran}");
    let ran = finish("shard finish export --table participants --facts log.facts result-0 result-1")?;
    assert!(ran.errors().contains("for another command"), "{ran}");
    let ran = finish("shard finish export --facts lane-0 result-0 result-1")?;
    assert!(ran.errors().contains("it comes from `shard map`"), "{ran}");
    Ok(())
}

#[test]
fn a_log_that_changes_after_its_plan_is_an_error() -> TestResult {
    let folder = simulated("--calls 5")?;
    let plan = words("shard plan a.log").cwd(folder.path()).ends_with(0)?.text();
    let path = folder.path().join("a.log");
    let mut log = std::fs::read(&path)?;
    log.extend_from_slice(b"{}\n");
    std::fs::write(&path, log)?;
    let ran = tool(["shard", "map", "--split", plan.trim_end()]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("when the plan was made"), "{ran}");
    let ran = words("shard plan -").stdin("{}\n").ends_with(2)?;
    assert!(ran.errors().contains("is a pipe, which cannot be split"), "{ran}");
    Ok(())
}
