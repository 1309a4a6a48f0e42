//! `why` against the simulator's own account of the causes: each cause planted 10,000 times or more, without noise
//! and with it (losses, repeats, late arrival, reordering, clocks off by up to 5 s). The figures stand in
//! `docs/internals/causes-measured.md`, which is compared with what is measured here.
//!
//! A call whose callbacks were lost so that what is left does not decide its cause counts for precision alone. A
//! verdict that says `cannot_tell` claims nothing, and is counted by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::{TestResult, csv_rows, file_of_crate, tool};

/// Losses, repeats, late arrival, reordering and clocks that are off, as often as in a bad week.
const NOISE: &str = "all,damage=0,one_sided=0";

/// Precision and recall of every cause, without noise and with it.
const LEAST: [f64; 2] = [0.99, 0.95];

/// The page with the table of what is measured.
const PAGE: &str = "docs/internals/causes-measured.md";

/// How often each cause has to be planted.
const PLANTED: u64 = 10_000;

/// What is counted for one cause.
#[derive(Clone, Copy, Default)]
struct Score {
    /// Calls that have it.
    planted: u64,
    /// Of these, those whose callbacks decide it.
    decided: u64,
    /// Of these, those of which the verdict names it.
    found: u64,
    /// Calls of which the verdict names it.
    claimed: u64,
    /// Of these, those that have it.
    right: u64,
    /// Calls that have it and of which the verdict says that nobody can tell.
    open: u64,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / self.claimed as f64
    }

    /// None if the log decides no call of the cause.
    fn recall(&self) -> Option<f64> {
        (self.decided > 0).then(|| self.found as f64 / self.decided as f64)
    }

    /// The cells of the table: planted, precision, recall, and what cannot be told.
    fn cells(&self) -> String {
        let open = self.open as f64 / self.planted as f64;
        let recall = self.recall().map_or("-".to_owned(), |recall| format!("{recall:.4}"));
        format!("{} | {:.4} | {recall} | {open:.4}", self.planted, self.precision())
    }
}

type Scores = BTreeMap<String, Score>;
type Row = BTreeMap<String, String>;

fn by_call(csv: &[u8]) -> TestResult<BTreeMap<String, Row>> {
    let rows = csv_rows(csv)?;
    let named = |row: &Vec<String>| rows[0].iter().cloned().zip(row.iter().cloned()).collect::<Row>();
    Ok(rows[1..].iter().map(named).map(|row| (row["call_id"].clone(), row)).collect())
}

fn list(cell: &str) -> BTreeSet<&str> {
    cell.split(';').filter(|cause| !cause.is_empty()).collect()
}

/// Simulates calls, and scores the verdicts on them.
fn score(arguments: &str, faults: &str) -> TestResult<Scores> {
    let folder = tempfile::tempdir()?;
    let run = tool(["simulate", "--truth", "truth.csv", "-o", "log", "--faults", faults]);
    run.args(arguments.split_whitespace()).cwd(folder.path()).ends_with(0)?;
    let truth = by_call(&fs::read(folder.path().join("truth.csv"))?)?;
    let columns = "call_id,cause,certainty,contributing";
    let found = tool(["export", "log", "--columns", columns]).cwd(folder.path()).ends_with(0)?;
    let found = by_call(&found.stdout)?;
    let mut scores = Scores::new();
    for (call_id, truth) in &truth {
        let found = found.get(call_id).ok_or_else(|| format!("no verdict on {call_id}"))?;
        add_main(&mut scores, truth, found);
        add_contributing(&mut scores, truth, found);
    }
    Ok(scores)
}

fn add_main(scores: &mut Scores, truth: &Row, found: &Row) {
    let open = found["certainty"] == "cannot_tell";
    let same = truth["cause"] == found["cause"];
    let decided = truth["decided"] == "true";
    let score = scores.entry(truth["cause"].clone()).or_default();
    score.planted += 1;
    score.open += u64::from(open);
    score.decided += u64::from(decided);
    score.found += u64::from(decided && same && !open);
    if !open {
        let claimed = scores.entry(found["cause"].clone()).or_default();
        claimed.claimed += 1;
        claimed.right += u64::from(same);
    }
}

/// Causes that contribute are scored under their name and `contributing`.
fn add_contributing(scores: &mut Scores, truth: &Row, found: &Row) {
    let (has, says) = (list(&truth["contributing"]), list(&found["contributing"]));
    let undecided = list(&truth["undecided"]);
    for cause in &has {
        let score = scores.entry(format!("{cause} contributing")).or_default();
        score.planted += 1;
        score.decided += 1;
        score.found += u64::from(says.contains(cause) || found["cause"] == **cause);
    }
    for cause in says.difference(&undecided) {
        let score = scores.entry(format!("{cause} contributing")).or_default();
        score.claimed += 1;
        score.right += u64::from(has.contains(cause) || truth["cause"] == **cause);
    }
}

/// Scores calls without noise and with it, and compares the causes asked for with the table.
fn check(arguments: &str, causes: &[&str]) -> TestResult {
    let scores = [score(arguments, "none")?, score(arguments, NOISE)?];
    let page = fs::read_to_string(file_of_crate(PAGE))?;
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for cause in causes {
        let [quiet, noisy] = scores.each_ref().map(|scores| scores.get(*cause).copied().unwrap_or_default());
        for (score, least) in [quiet, noisy].iter().zip(LEAST) {
            // Repeats are noise themselves, so without it there are none in addition to another cause.
            let none = *cause == "delivery_broke contributing" && score.planted == 0;
            if !none
                && (score.planted < PLANTED
                    || score.precision() < least
                    || score.recall().is_some_and(|recall| recall < least))
            {
                wrong.push(format!("{cause}: {}", score.cells()));
            }
        }
        let quiet_cells = if quiet.planted == 0 { "- | - | - | -".to_owned() } else { quiet.cells() };
        rows.push(format!("| {} | {} | {} |", named(cause), quiet_cells, noisy.cells()));
    }
    assert!(wrong.is_empty(), "below what is asked for:\n{}", wrong.join("\n"));
    let missing: Vec<&String> = rows.iter().filter(|row| !page.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "{PAGE} must have these rows:\n{}", rows.join("\n"));
    Ok(())
}

/// As the table names a cause.
fn named(cause: &str) -> String {
    match cause.split_once(' ') {
        Some((cause, kind)) => format!("`{cause}`, {kind}"),
        None => format!("`{cause}`"),
    }
}

#[test]
fn causes_of_the_event_family() -> TestResult {
    let causes = [
        "completed",
        "declined",
        "declined_by_device",
        "busy",
        "ignored",
        "no_answer",
        "never_rang",
        "gave_up",
        "gave_up_before_ring",
        "not_placed",
        "failed_after_ring",
        "dropped",
        "dropped_before_answer",
        "offline",
        "crossed",
        "sides_disagree",
        "delivery_broke",
        "one_sided contributing",
        "clocks_differ contributing",
        "delivery_broke contributing",
    ];
    check("--causes all --calls 192000 --format bare", &causes)
}

#[test]
fn causes_that_v4_alone_tells() -> TestResult {
    let causes = "completed,ended_by_server,declined,no_answer,unreached,callee_silent,mixed_generations";
    let arguments = format!("--family v4 --causes {causes} --calls 71400");
    check(&arguments, &["ended_by_server", "unreached", "callee_silent", "mixed_generations contributing"])
}

#[test]
fn a_log_that_begins_in_the_middle_of_calls() -> TestResult {
    check("--causes log_begins --calls 24000 --rate 36000000", &["log_begins contributing"])
}

#[test]
fn a_log_that_ends_in_the_middle_of_calls() -> TestResult {
    let arguments = "--causes completed,declined,no_answer,gave_up,log_ends --calls 12000 --rate 36000000";
    check(arguments, &["log_ends"])
}

/// The small version of `tests/long/calibrate.py`.
#[test]
fn verdicts_are_as_sure_as_they_say() -> TestResult {
    for family in ["event", "status", "v4"] {
        for faults in ["none", "losses=0.05,skew=0.2,repeats=0.1"] {
            let folder = tempfile::tempdir()?;
            let run = tool(["simulate", "--family", family, "--faults", faults, "--causes", "all"]);
            run.args(["--calls", "4000", "--truth", "truth.csv", "-o", "log"])
                .cwd(folder.path())
                .ends_with(0)?;
            let truth = by_call(&fs::read(folder.path().join("truth.csv"))?)?;
            let run = tool(["export", "log", "--columns", "call_id,cause,certainty"]);
            let found = by_call(&run.cwd(folder.path()).ends_with(0)?.stdout)?;
            let count = |certainty: &str, wrong: bool| {
                let of = |(id, call): &(&String, &Row)| {
                    let verdict = &found[*id];
                    verdict["certainty"] == certainty && (!wrong || verdict["cause"] != call["cause"])
                };
                truth.iter().filter(of).count()
            };
            assert_eq!(count("certain", true), 0, "{family} {faults}");
            let (likely, wrong) = (count("likely", false), count("likely", true));
            assert!(wrong * 100 <= likely * 3, "{family} {faults}: {wrong} of {likely}");
            assert!(count("certain", false) * 5 > truth.len(), "{family} {faults}: hardly any is certain");
        }
    }
    Ok(())
}

#[test]
fn each_callee_of_a_group_call_has_the_cause_of_its_part() -> TestResult {
    let folder = tempfile::tempdir()?;
    let run = tool(["simulate", "--causes", "all", "--calls", "1500", "--truth", "truth.csv", "-o", "log"]);
    run.cwd(folder.path()).ends_with(0)?;
    let truth = by_call(&fs::read(folder.path().join("truth.csv"))?)?;
    let groups: Vec<(&String, &Row)> = truth.iter().filter(|(_, call)| !call["parts"].is_empty()).collect();
    assert!(groups.len() > 80, "{}", groups.len());
    let ids: Vec<&str> = groups.iter().map(|(id, _)| id.as_str()).collect();
    let chosen = ids.iter().flat_map(|id| ["--call-id", id]);
    let run = tool(["why", "log", "--format", "json", "--limit", "1000"]).args(chosen);
    let verdicts = run.cwd(folder.path()).ends_with(0)?.json_lines()?;
    assert_eq!(verdicts.len(), groups.len());
    for verdict in verdicts {
        let call = &truth[verdict["call_id"].as_str().unwrap_or("")];
        let parts = verdict["callees"].as_array().into_iter().flatten();
        let parts = parts.map(|part| {
            let text = |name: &str| part[name].as_str().unwrap_or("").to_owned();
            format!("{}={}", text("user_id").replace(';', ","), text("cause"))
        });
        let mut found: Vec<String> = parts.collect();
        // Ids have semicolons, too.
        let planted = call["parts"].replace("\\;", ",");
        let mut planted: Vec<&str> = planted.split(';').collect();
        found.sort_unstable();
        planted.sort_unstable();
        assert_eq!(found, planted, "{verdict:#}");
    }
    Ok(())
}
