//! The faults of a body or an envelope: the first ones of each class as they are, the others counted.

use super::fault::{Fault, FaultClass, FaultKind};
use super::pointer::Pointer;
use crate::decode::names::known;
use crate::framing::Span;
use crate::spec::{FieldSpec, FoldedRest};

/// Findings that one record lists; those after them are counted. That many faults of each class are kept.
pub const MOST_LISTED: usize = 10_000;

/// The faults of one class.
#[derive(Clone, Copy, Debug)]
struct OfClass {
    kept: usize,
    /// What begins after this is only counted.
    last_kept: usize,
    counted: Option<FoldedRest>,
}

/// The faults of a text.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    classes: [OfClass; FaultClass::ALL.len()],
    /// Names of undocumented fields that are documented ones but for their case, each once.
    other_case: Vec<String>,
}

impl Default for Faults {
    fn default() -> Self {
        let none = OfClass { kept: 0, last_kept: usize::MAX, counted: None };
        Self { list: Vec::new(), classes: [none; FaultClass::ALL.len()], other_case: Vec::new() }
    }
}

impl Faults {
    /// The faults that are kept, in no order: of each class the first [`MOST_LISTED`] by where they begin, or more.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// The faults of each class that are not kept.
    pub fn counted(&self) -> impl Iterator<Item = (FaultClass, FoldedRest)> {
        FaultClass::ALL.into_iter().zip(self.classes).filter_map(|(class, of)| Some((class, of.counted?)))
    }

    /// The first undocumented field that this one is but for its case, wherever it is.
    pub fn in_other_case(&self, field: &FieldSpec) -> Option<&str> {
        self.other_case.iter().find(|name| name.eq_ignore_ascii_case(field.name)).map(String::as_str)
    }

    /// Adds a fault of the value at `pointer`. Its kind, which is of that class, is only made if it is kept.
    pub(super) fn add(
        &mut self,
        class: FaultClass,
        pointer: Pointer<'_>,
        span: Span,
        kind: impl FnOnce() -> FaultKind,
    ) {
        let of = &mut self.classes[class as usize];
        if span.start > of.last_kept {
            return FoldedRest::add(&mut of.counted, span.start);
        }
        of.kept += 1;
        let is_full = of.kept >= MOST_LISTED + MOST_LISTED / 2;
        self.list.push(Fault { kind: kind(), pointer: pointer.to_string(), span });
        if is_full {
            self.drop_the_last(class);
        }
    }

    /// The same for a kind that is made already.
    pub(super) fn add_kind(&mut self, pointer: Pointer<'_>, span: Span, kind: FaultKind) {
        self.add(kind.class(), pointer, span, || kind);
    }

    /// Counts those of a class that begin after the ones that are to be kept.
    #[cold]
    fn drop_the_last(&mut self, class: FaultClass) {
        let of = &mut self.classes[class as usize];
        let is_other = |fault: &Fault| fault.kind.class() != class;
        let mut starts: Vec<usize> =
            self.list.iter().filter(|fault| !is_other(fault)).map(|fault| fault.span.start).collect();
        // Those that begin at one place, of which there are few, stay together.
        let (_, last_kept, _) = starts.select_nth_unstable(MOST_LISTED - 1);
        of.last_kept = *last_kept;
        self.list.retain(|fault| {
            let is_kept = is_other(fault) || fault.span.start <= of.last_kept;
            if !is_kept {
                of.kept -= 1;
                FoldedRest::add(&mut of.counted, fault.span.start);
            }
            is_kept
        });
    }

    /// Notes an undocumented field's name, if it is a known one but for its case.
    pub(super) fn note_case(&mut self, name: &str) {
        if known(name).is_some() && !self.other_case.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            self.other_case.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_class_are_kept_and_all_are_counted() {
        const ALL: usize = 5 * MOST_LISTED;
        let mut faults = Faults::default();
        // Two at each place, and the places in no order.
        for at in (0..ALL).map(|at| at * 7 % ALL / 2) {
            faults.add(FaultClass::Empty, Pointer::Whole, at..ALL, || FaultKind::Empty);
        }
        faults.add_kind(Pointer::Whole, ALL..ALL, FaultKind::HugeInteger);
        let mut kept: Vec<usize> = faults.list().iter().map(|fault| fault.span.start).collect();
        kept.sort_unstable();
        let count = kept.len() - 1;
        assert!((MOST_LISTED..2 * MOST_LISTED).contains(&count), "{count}");
        assert_eq!(kept[..count], (0..count).map(|at| at / 2).collect::<Vec<_>>());
        assert_eq!(kept[count], ALL);
        let counted = FoldedRest { count: (ALL - count) as u64, first: count / 2, last: (ALL - 1) / 2 };
        assert_eq!(faults.counted().collect::<Vec<_>>(), [(FaultClass::Empty, counted)]);
    }
}
