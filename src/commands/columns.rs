//! The columns of the table of calls, and of others, that a command line names.
//!
//! Comes in: the names of `--columns`. Goes out: indexes of columns. Must not: read anything.

use crate::cli::Usage;
use crate::report::catalog::Table;
use crate::suggest::did_you_mean_or;

/// The columns that are wanted, in their order: those named, or with `+` and `-` before a name the usual ones with and
/// without it; `all` stands for all. A column that a list heads otherwise, as `headings` say, has two names.
///
/// # Errors
/// Returns an error if a column does not exist, with the nearest one, or is given twice, or if none is left.
pub(super) fn chosen_columns(
    table: Table,
    usual: &[usize],
    names: &[String],
    headings: &[(&'static str, &'static str)],
) -> Result<Vec<usize>, Usage> {
    let changes = |name: &String| name.trim().starts_with(['+', '-']);
    let mut columns = if names.first().is_none_or(changes) { usual.to_vec() } else { Vec::new() };
    for given in names.iter().map(|name| name.trim()) {
        let plain = given.trim_start_matches(['+', '-']);
        if plain == "all" {
            let more: Vec<usize> = (0..table.columns().len()).filter(|it| !columns.contains(it)).collect();
            columns.extend(more);
            continue;
        }
        let full = headings.iter().find(|(_, heading)| *heading == plain).map_or(plain, |(column, _)| column);
        let found = table.column(full).ok_or_else(|| {
            let headings = headings.iter().map(|(_, heading)| *heading);
            let names = table.columns().iter().map(|column| column.name).chain(headings);
            let help = did_you_mean_or(plain, names, "its columns are");
            Usage::Wrong(format!("this table has no column `{plain}`; {help}"))
        })?;
        let is_there = columns.contains(&found);
        if given.starts_with('-') {
            columns.retain(|column| *column != found);
        } else if !is_there {
            columns.push(found);
        } else if !given.starts_with('+') {
            return Err(format!("the column `{plain}` is given twice").into());
        }
    }
    if columns.is_empty() {
        return Err("`--columns` leaves no column".into());
    }
    Ok(columns)
}
