//! The counts of every group of calls, from which what is explained is taken away.
//!
//! Comes in: [`OverTime`]. Goes out: hours to test, steps to search. Must not: test.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::counts::{BlockKey, OverTime};
use super::locate::StepCounts;
use super::scan::{Hour, LEAST_HITS};
use super::scope::Where;
use crate::spec::{Cause, Role, Word};

/// Calls that are in the same groups, over time: indexes of steps, and how many calls.
#[derive(Clone, Debug, Default)]
struct CellCounts {
    calls: Vec<(usize, f64)>,
    hits: BTreeMap<Cause, Vec<(usize, f64)>>,
}

/// Which calls are in a cell: the app, and the platforms of caller and callee. The order is one that no merging of parts
/// changes, so that sums do not either.
type CellKey = (u32, [Option<String>; 2]);

/// A group of calls.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) place: Where,
    cells: Vec<usize>,
    /// The causes that are frequent enough.
    pub(super) causes: Vec<Cause>,
}

/// All groups, in the order of [`Where`].
#[derive(Clone, Debug)]
pub(super) struct Board {
    pub(super) groups: Vec<Group>,
    cells: Vec<CellCounts>,
    /// The steps in which there are calls.
    pub(super) steps: Vec<u32>,
    /// The steps of each hour, or of each longer block, in which there are calls, as indexes.
    pub(super) hours: Vec<Range<usize>>,
}

fn cell_key(over_time: &OverTime, key: &BlockKey) -> CellKey {
    (key.app, key.platforms.map(|number| over_time.platform_name(number).map(str::to_owned)))
}

/// True if a group has the calls of a cell.
fn has(place: &Where, (app, platforms): &CellKey) -> bool {
    let of_app = place.sdkappid.is_none_or(|wanted| wanted == *app);
    of_app
        && place.platform.as_ref().is_none_or(|(side, name)| platforms[*side as usize].as_ref() == Some(name))
}

/// True if a group has the calls of a block.
pub(super) fn has_block(place: &Where, over_time: &OverTime, key: &BlockKey) -> bool {
    has(place, &cell_key(over_time, key))
}

/// The groups that a cell is in, if apps are told apart or not.
fn places((app, [caller, callee]): &CellKey, by_app: bool) -> impl Iterator<Item = Where> {
    let side = |role, name: &Option<String>| name.clone().map(|name| Some((role, name)));
    let platforms = [Some(None), side(Role::Caller, caller), side(Role::Callee, callee)];
    let apps = [Some(None), (by_app && *app != 0).then_some(Some(*app))];
    apps.into_iter().flatten().flat_map(move |sdkappid| {
        platforms.clone().into_iter().flatten().map(move |platform| Where { sdkappid, platform })
    })
}

impl Board {
    pub(super) fn new(over_time: &OverTime) -> Self {
        let steps_of_block = over_time.steps_of_block();
        let blocks: BTreeSet<u32> = over_time.blocks().map(|(key, _)| key.block).collect();
        let mut used = BTreeSet::new();
        for (key, block) in over_time.blocks().filter(|(key, _)| key.cause.is_none()) {
            used.extend(block.steps.iter().map(|(step, _)| key.block * steps_of_block + u32::from(*step)));
        }
        let steps: Vec<u32> = used.into_iter().collect();
        let index = |step: u32| steps.partition_point(|other| *other < step);
        let hours =
            blocks.iter().map(|block| index(block * steps_of_block)..index((block + 1) * steps_of_block));
        let hours = hours.collect();
        let mut cells: BTreeMap<CellKey, CellCounts> = BTreeMap::new();
        for (key, block) in over_time.blocks() {
            let cell = cells.entry(cell_key(over_time, key)).or_default();
            let counts = match key.cause {
                None => &mut cell.calls,
                Some(cause) => cell.hits.entry(Cause::ALL[usize::from(cause)]).or_default(),
            };
            let place = |step: u8| index(key.block * steps_of_block + u32::from(step));
            counts.extend(block.steps.iter().map(|(step, count)| (place(*step), f64::from(*count))));
        }
        cells.values_mut().for_each(CellCounts::sort);
        let groups = groups(&cells);
        Self { groups, cells: cells.into_values().collect(), steps, hours }
    }

    /// The steps, with all calls of a group and those of a cause.
    pub(super) fn steps(&self, group: usize, cause: Cause) -> Vec<StepCounts> {
        let step = |at: &u32| StepCounts { at: *at, hits: 0.0, calls: 0.0 };
        let mut steps: Vec<StepCounts> = self.steps.iter().map(step).collect();
        for cell in self.groups[group].cells.iter().map(|index| &self.cells[*index]) {
            cell.calls.iter().for_each(|(index, calls)| steps[*index].calls += calls);
            cell.hits.get(&cause).into_iter().flatten().for_each(|(index, hits)| steps[*index].hits += hits);
        }
        steps
    }

    /// The hours, with all calls of a group and those of each of its causes.
    pub(super) fn of_hours(&self, group: usize) -> Vec<(Cause, Vec<Hour>)> {
        let mut hour_of = vec![0; self.steps.len()];
        for (hour, steps) in self.hours.iter().enumerate() {
            hour_of[steps.clone()].fill(hour);
        }
        let group = &self.groups[group];
        let mut calls = vec![Hour::default(); self.hours.len()];
        let cells = || group.cells.iter().map(|index| &self.cells[*index]);
        cells().flat_map(|cell| &cell.calls).for_each(|(index, count)| calls[hour_of[*index]].calls += count);
        let of_cause = |cause: &Cause| {
            let mut hours = calls.clone();
            let hits = cells().filter_map(|cell| cell.hits.get(cause)).flatten();
            hits.for_each(|(index, count)| hours[hour_of[*index]].hits += count);
            (*cause, hours)
        };
        group.causes.iter().map(of_cause).collect()
    }

    /// Takes away a share of the calls of a cause in these steps of a group, for it and for all other groups.
    pub(super) fn explain(&mut self, group: usize, cause: Cause, share: f64, steps: &Range<usize>) {
        for index in &self.groups[group].cells {
            let cell = &mut self.cells[*index];
            for (at, hits) in cell.hits.get_mut(&cause).into_iter().flatten() {
                if steps.contains(at)
                    && let Ok(place) = cell.calls.binary_search_by_key(at, |(at, _)| *at)
                {
                    let less = *hits * share;
                    *hits -= less;
                    cell.calls[place].1 -= less;
                }
            }
        }
    }
}

impl CellCounts {
    fn sort(&mut self) {
        self.calls.sort_unstable_by_key(|(at, _)| *at);
        self.hits.values_mut().for_each(|hits| hits.sort_unstable_by_key(|(at, _)| *at));
    }

    fn size(counts: &[(usize, f64)]) -> f64 {
        counts.iter().map(|(_, count)| count).sum()
    }
}

/// The groups of these cells.
fn groups(cells: &BTreeMap<CellKey, CellCounts>) -> Vec<Group> {
    let by_app = cells.keys().map(|(app, _)| app).collect::<BTreeSet<_>>().len() > 1;
    let mut groups: BTreeMap<Where, Vec<usize>> = BTreeMap::new();
    for (index, key) in cells.keys().enumerate() {
        for place in places(key, by_app) {
            groups.entry(place).or_default().push(index);
        }
    }
    let cells: Vec<&CellCounts> = cells.values().collect();
    // One that has all the cells of a larger one is the same.
    let is_same = |place: &Where, of: &Vec<usize>| {
        groups.iter().any(|(other, all)| other != place && other.holds(place) && all == of)
    };
    let distinct = groups.iter().filter(|(place, of)| !is_same(place, of));
    let group = |(place, of): (&Where, &Vec<usize>)| {
        let hits = |cause| -> f64 {
            of.iter()
                .filter_map(|index| cells[*index].hits.get(cause))
                .map(|hits| CellCounts::size(hits))
                .sum()
        };
        let causes = Cause::ALL.iter().filter(|cause| hits(cause) >= LEAST_HITS).copied().collect();
        Group { place: place.clone(), cells: of.clone(), causes }
    };
    distinct.map(group).collect()
}
