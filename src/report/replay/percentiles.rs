//! How long something took, as percentiles.

use super::time::short;
use crate::live::replay::{Percentiles, Spread};
use crate::report::TextTable;
use crate::report::json::Object;

fn values(percentiles: Percentiles) -> [u32; 5] {
    let Percentiles { p50, p90, p99, p999, max } = percentiles;
    [p50, p90, p99, p999, max]
}

/// A table with a row for each time that is known; nothing without any.
pub(super) fn table(heading: &str, rows: [(&str, &Spread); 2]) -> Option<String> {
    let mut table = TextTable::new(&[heading, ">p50", ">p90", ">p99", ">p99.9", ">max"]);
    let mut is_empty = true;
    for (name, spread) in rows {
        if let Some(percentiles) = spread.percentiles() {
            let [p50, p90, p99, p999, max] = values(percentiles).map(short);
            table.row(&[name, &p50, &p90, &p99, &p999, &max]);
            is_empty = false;
        }
    }
    (!is_empty).then(|| table.render())
}

/// A member of an object, in milliseconds.
pub(super) fn member(object: &mut Object<'_>, key: &str, spread: &Spread) {
    let micros = spread.percentiles().map(values);
    let milliseconds = |index: usize| micros.map(|micros| f64::from(micros[index]) / 1000.0);
    let names = ["p50", "p90", "p99", "p99_9", "max"].into_iter().enumerate();
    object.members(key, names.map(|(index, name)| (name, milliseconds(index))));
}
