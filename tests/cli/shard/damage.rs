//! What is missing, damaged, or of another run is an error that names it, and never a shorter answer.

use std::path::Path;

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

/// What a step is given, and where it is.
struct Spoilable {
    lines: Vec<String>,
    /// The same step's frames of another input.
    foreign: Vec<String>,
    /// The step, which reads a file called `spoiled`.
    step: String,
}

/// The frames that each step of a command reads, all steps having been done.
fn spoilable(command: &str, folders: [&Path; 2]) -> TestResult<Vec<Spoilable>> {
    let read = |folder: &Path, name: &str| -> TestResult<Vec<String>> {
        Ok(std::fs::read_to_string(folder.join(name))?.lines().map(str::to_owned).collect())
    };
    for folder in folders {
        let steps = Steps { folder, framing: "text", parts: 2 };
        let lanes = steps.map(&["a.log"], 9000, command)?;
        assert_eq!(steps.facts(&lanes)?.status, Some(0));
        for part in 0..2 {
            assert_eq!(steps.reduce(command, part)?.status, Some(0));
        }
    }
    let of = |name: &str, step: String| -> TestResult<Spoilable> {
        Ok(Spoilable { lines: read(folders[0], name)?, foreign: read(folders[1], name)?, step })
    };
    Ok(vec![
        of("lane-2", "shard facts spoiled".to_owned())?,
        of("lane-0", format!("shard reduce --facts log.facts {command} spoiled"))?,
        of("result-0", format!("shard finish --facts log.facts {command} spoiled result-1"))?,
        of("log.facts", format!("shard finish --facts spoiled {command} result-0 result-1"))?,
    ])
}

/// What is lost, flipped, cut off or mixed up is an error in every step, and nothing is printed.
#[test]
fn spoiled_frames_are_an_error() -> TestResult {
    let (folder, other) = (simulated("--calls 60")?, simulated("--calls 61")?);
    let mut random = fastrand::Rng::with_seed(5);
    let commands = ["export", "export --table callbacks", "export --table records", "validate --format json"];
    for (number, command) in commands.into_iter().enumerate() {
        let all = spoilable(command, [folder.path(), other.path()])?;
        for round in 250 * number..250 * (number + 1) {
            let Spoilable { lines, foreign, step } = &all[round % all.len()];
            let bytes = match random.u8(..5) {
                0 => {
                    let mut mixed = lines.clone();
                    mixed[random.usize(..lines.len())].clone_from(&foreign[random.usize(..foreign.len())]);
                    mixed.concat_lines().into_bytes()
                }
                _ => spoiled(lines, &mut random),
            };
            if bytes == lines.concat_lines().into_bytes() {
                continue;
            }
            std::fs::write(folder.path().join("spoiled"), bytes)?;
            let ran = words(step).cwd(folder.path()).run()?;
            assert_eq!((ran.status, ran.stdout.len()), (Some(2), 0), "round {round}\n{ran}");
            assert!(ran.errors().starts_with("error: "), "{ran}");
        }
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
    says(&lanes[0], "export --table callbacks", "the splits were read with other options")?;
    says(&lanes[0], "validate --format json", "plan them for this command")?;
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

/// Frames say over how many parts the calls are spread, so that a part of one run never stands for that of another.
#[test]
fn frames_of_another_number_of_parts_are_an_error() -> TestResult {
    let folder = simulated("--calls 30")?;
    let two = Steps { folder: folder.path(), framing: "text", parts: 2 };
    let three = Steps { folder: folder.path(), framing: "text", parts: 3 };
    let (lanes, others) =
        (two.map(&["a.log"], 1 << 20, "export")?, three.map(&["a.log"], 1 << 20, "export")?);
    assert_eq!(two.facts(&lanes)?.status, Some(0));
    let run =
        words("shard reduce --facts log.facts export").stdin(others[0].concat_lines()).cwd(folder.path());
    assert!(run.ends_with(2)?.errors().contains("it is of another input"));
    Ok(())
}

/// A log of which a part was not read is never taken for a shorter one.
#[test]
fn standard_input_that_ends_early_is_an_error() -> TestResult {
    let folder = simulated("--calls 30")?;
    let log = std::fs::read(folder.path().join("a.log"))?;
    let plan = words("shard plan --split-size 9000 a.log").cwd(folder.path()).ends_with(0)?.text();
    let last = plan.lines().last().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_str(last)?;
    let start = value["start"].as_u64().unwrap_or_default() as usize;
    for cut in [start, start + 10, log.len() - 1] {
        let map = tool(["shard", "map", "--split", last, "-"]).stdin(&log[start..cut]).run()?;
        assert_eq!(map.status, Some(2), "{map}");
    }
    let whole = words("shard plan a.log").cwd(folder.path()).ends_with(0)?.text();
    tool(["shard", "map", "--split", whole.trim_end(), "-"]).stdin(&log[..5000]).ends_with(2)?;
    Ok(())
}

#[test]
fn options_belong_to_the_command_of_a_plan() -> TestResult {
    let folder = simulated("--calls 3")?;
    for (line, text) in [
        ("shard plan --body-at /x a.log -- export", "belong to the command, after `--`"),
        ("shard plan a.log -- validate", "the full format shows the text of the log"),
        ("shard plan a.log -- export --table records --user u", "the table `records` takes no filter"),
        ("shard plan a.log -- export --nonsense", "the command after `--`: unexpected argument '--nonsense'"),
        ("shard run export a.log --state nowhere/s", "`nowhere` is not a folder"),
    ] {
        let ran = words(line).cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains(text), "{text}\n{ran}");
    }
    let plan = words("shard plan a.log -- export --input-format http").cwd(folder.path()).ends_with(0)?;
    assert!(plan.text().contains("\"container\":\"http\""), "{plan}");
    Ok(())
}

#[test]
fn a_log_that_changes_after_its_plan_is_an_error() -> TestResult {
    let folder = simulated("--calls 5")?;
    let plan = words("shard plan a.log").cwd(folder.path()).ends_with(0)?.text();
    let path = folder.path().join("a.log");
    let mut log = std::fs::read(&path)?;
    let first = log[0];
    log[0] = b' ';
    std::fs::write(&path, &log)?;
    let ran = tool(["shard", "map", "--split", plan.trim_end()]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("is not the file that was planned"), "{ran}");
    log[0] = first;
    log.extend_from_slice(b"{}\n");
    std::fs::write(&path, log)?;
    let ran = tool(["shard", "map", "--split", plan.trim_end()]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("when the plan was made"), "{ran}");
    let ran = words("shard plan -").stdin("{}\n").ends_with(2)?;
    assert!(ran.errors().contains("is not a regular file, and cannot be split"), "{ran}");
    Ok(())
}
