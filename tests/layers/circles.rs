//! Uses between files → the circles among them: sets of files each of which leads, from use to use, to every other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::imports::Use;

/// Files that lead to each other, and the uses that tie them.
#[derive(Debug)]
pub(crate) struct Circle {
    pub(crate) files: BTreeSet<String>,
    uses: Vec<Use>,
}

/// Every circle, by the names of its files. What tests use ties nothing.
pub(crate) fn circles(uses: &BTreeSet<Use>) -> Vec<Circle> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for used in uses.iter().filter(|used| !used.in_test) {
        next.entry(&used.from).or_default().insert(&used.to);
    }
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reach(file, &next))).collect();
    let leads = |from: &str, to: &str| reach.get(from).is_some_and(|reach| reach.contains(to));
    let mut circles: Vec<Circle> = Vec::new();
    for file in next.keys().filter(|file| leads(file, file)) {
        if circles.iter().any(|circle| circle.files.contains(*file)) {
            continue;
        }
        let together = next.keys().filter(|other| leads(file, other) && leads(other, file));
        let files: BTreeSet<String> = together.map(|file| (*file).to_owned()).collect();
        let ties = |used: &&Use| !used.in_test && files.contains(&used.from) && files.contains(&used.to);
        let uses = uses.iter().filter(ties).cloned().collect();
        circles.push(Circle { files, uses });
    }
    circles
}

/// All files that one leads to; itself only by a circle.
fn reach<'u>(file: &'u str, next: &BTreeMap<&'u str, BTreeSet<&'u str>>) -> BTreeSet<&'u str> {
    let (mut reached, mut pending) = (BTreeSet::new(), vec![file]);
    while let Some(file) = pending.pop() {
        for to in next.get(file).into_iter().flatten() {
            if reached.insert(*to) {
                pending.push(to);
            }
        }
    }
    reached
}

impl Circle {
    /// The circle in words: who takes which names from whom.
    pub(crate) fn describe(&self) -> String {
        let mut names: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for used in &self.uses {
            names.entry((&used.from, &used.to)).or_default().push(&used.name);
        }
        let mut text = format!("{} files use each other:\n", self.files.len());
        for ((from, to), names) in names {
            // Writing to memory cannot fail.
            let _ = writeln!(text, "    {from} takes {} from {to}", names.join(", "));
        }
        text
    }
}
