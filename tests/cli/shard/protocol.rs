//! The steps one by one, as an engine does them: frames come in any order, and perhaps twice.

use super::{COMMANDS, Steps, alone, assert_same, simulated};
use crate::support::{TestResult, tool, words};

#[test]
fn frames_come_in_any_order_and_twice() -> TestResult {
    let folder = simulated("--calls 60 --faults all")?;
    let mut random = fastrand::Rng::with_seed(3);
    for (command, framing) in COMMANDS.into_iter().zip(["text", "binary"].into_iter().cycle()) {
        let steps = Steps { folder: folder.path(), framing, parts: 4 };
        let mut lanes = steps.map(&["a.log"], 6000, command)?;
        for lane in &mut lanes {
            let again: Vec<String> = lane.iter().filter(|_| random.bool()).cloned().collect();
            lane.extend(again);
            random.shuffle(lane);
        }
        assert_eq!(steps.facts(&lanes)?.status, Some(0));
        for part in 0..steps.parts {
            assert_eq!(steps.reduce(command, part)?.status, Some(0));
        }
        assert_same(&alone(command, &["a.log"], folder.path())?, &steps.finish(command)?);
    }
    Ok(())
}

/// An engine gathers only the frames marked `facts` in one place, and asks the parts for the rest.
#[test]
fn facts_are_completed_by_the_parts() -> TestResult {
    let folder = simulated("--calls 40 --family v4")?;
    let (command, steps) =
        ("why --all --format json", Steps { folder: folder.path(), framing: "text", parts: 3 });
    let lanes = steps.map(&["a.log"], 9000, command)?;
    assert_eq!(steps.facts(&lanes)?.status, Some(0));
    steps.write("told", &lanes[steps.parts])?;
    words("shard facts told -o log.facts").cwd(folder.path()).ends_with(0)?;
    let refused = steps.reduce(command, 0)?;
    assert_eq!(refused.status, Some(2), "{refused}");
    let lacking = || words("shard facts --facts log.facts --lacking").cwd(folder.path()).ends_with(0);
    for expected in ["copies\n", "users\n", "engagements\n"] {
        assert_eq!(lacking()?.text(), expected);
        for part in 0..steps.parts {
            assert_eq!(steps.reduce("facts", part)?.status, Some(0));
        }
        words("shard facts --facts log.facts result-0 result-1 result-2 -o log.facts")
            .cwd(folder.path())
            .ends_with(0)?;
    }
    assert_eq!(lacking()?.text(), "");
    for part in 0..steps.parts {
        assert_eq!(steps.reduce(command, part)?.status, Some(0));
    }
    assert_same(&alone(command, &["a.log"], folder.path())?, &steps.finish(command)?);
    Ok(())
}

/// The part of a call is the same for every version and language.
#[test]
fn parts_are_those_of_the_sha_256_of_the_id() -> TestResult {
    use sha2::{Digest, Sha256};
    let folder = simulated("--calls 20")?;
    let steps = Steps { folder: folder.path(), framing: "text", parts: 5 };
    let lanes = steps.map(&["a.log"], 1 << 20, "export")?;
    assert_eq!(steps.facts(&lanes)?.status, Some(0));
    for part in 0..steps.parts {
        assert_eq!(steps.reduce("export --columns call_id", part)?.status, Some(0));
    }
    let ids = steps.finish("export --columns call_id")?;
    for call_id in ids.column("call_id")? {
        let digest = Sha256::digest(&call_id);
        let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let bytes = std::fs::read(folder.path().join(format!("result-{}", number % 5)))?;
        let payloads = String::from_utf8(bytes)?;
        let decoded: Vec<u8> = payloads
            .lines()
            .filter_map(|line| line.rsplit('\t').next())
            .flat_map(|text| {
                base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap_or_default()
            })
            .collect();
        assert!(memchr::memmem::find(&decoded, call_id.as_bytes()).is_some(), "{call_id}");
    }
    Ok(())
}

/// Engines that read the log themselves give its bytes, or its lines with their offsets, on standard input.
#[test]
fn splits_come_on_standard_input() -> TestResult {
    let folder = simulated("--calls 50 --faults all")?;
    let (command, parts) = ("validate --format json", 2);
    let steps = Steps { folder: folder.path(), framing: "text", parts };
    let log = std::fs::read(folder.path().join("a.log"))?;
    let expected = alone(command, &["a.log"], folder.path())?;
    let plan = words(&format!("shard plan --split-size 7000 a.log -- {command}"));
    let plan = plan.cwd(folder.path()).ends_with(0)?.text();
    for has_positions in [false, true] {
        let mut lanes = vec![Vec::new(); parts + 1];
        let mut splits: Vec<String> = plan.lines().map(str::to_owned).collect();
        while !splits.is_empty() {
            for split in &splits {
                let value: serde_json::Value = serde_json::from_str(split)?;
                let offset = |name: &str| value[name].as_u64().unwrap_or_default() as usize;
                let map = ["shard", "map", "--parts", "2", "--split", split, "-"];
                let map = match has_positions {
                    false => tool(map).stdin(&log[offset("start")..]),
                    true => tool(map).args(["--positions"]).stdin(with_offsets(
                        &log,
                        offset("start"),
                        offset("end"),
                    )),
                };
                for line in map.ends_with(0)?.text().lines() {
                    let part = line.split('\t').next().unwrap_or_default();
                    lanes[part.parse().unwrap_or(parts)].push(line.to_owned());
                }
            }
            steps.write("told", &lanes[parts])?;
            let facts = words("shard facts told --again again -o log.facts").cwd(folder.path()).run()?;
            splits = match facts.status {
                Some(0) => Vec::new(),
                _ => {
                    std::fs::read_to_string(folder.path().join("again"))?.lines().map(str::to_owned).collect()
                }
            };
        }
        assert_eq!(steps.facts(&lanes)?.status, Some(0));
        for part in 0..parts {
            assert_eq!(steps.reduce(command, part)?.status, Some(0));
        }
        assert_same(&expected, &steps.finish(command)?);
    }
    let lines = with_offsets(&log, 0, 5000);
    let first = lines.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let split = plan.lines().next().unwrap_or_default();
    let gap = tool(["shard", "map", "--positions", "--split", split, "-"]).stdin(&lines[..first + 1]);
    gap.ends_with(0)?;
    let ran = tool(["shard", "map", "--positions", "--split", split, "-"])
        .stdin([&lines[..first + 1], b"1\t{}\n"].concat());
    assert!(ran.ends_with(2)?.errors().contains("a line is missing"));
    Ok(())
}

/// The lines that begin between two offsets, each after its own.
fn with_offsets(log: &[u8], start: usize, end: usize) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        if (start..end).contains(&at) {
            out.extend_from_slice(format!("{at}\t").as_bytes());
            out.extend_from_slice(line);
        }
        at += line.len();
    }
    out
}
