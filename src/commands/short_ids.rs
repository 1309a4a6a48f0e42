//! How ids of calls can be abbreviated, so that each still stands for one call of the log.
//!
//! Comes in: ids, and what was read. Goes out: their shortest beginnings. Must not: choose ids.

use crate::engine::Analysis;
use crate::report::call_list::ShortIds;
use crate::spill::SpillError;

/// The shortest beginnings of these ids that no other call of the log has.
///
/// # Errors
/// Returns an error if calls that are kept outside of memory cannot be read.
pub(super) fn short_ids(
    ids: Vec<String>,
    analysis: &Analysis,
    threads: usize,
) -> Result<ShortIds, SpillError> {
    let mut whole = ShortIds::new(ids.into_iter());
    let see = |short: &mut ShortIds, id: &str| short.see(id);
    let parts = analysis.each_id(threads, || whole.clone(), see)?;
    parts.iter().for_each(|part| whole.merge(part));
    Ok(whole)
}
