//! The faults of a body or an envelope: so many at once as memory has room for, in several looks where there are more.

use super::fault::{Fault, FaultKind};
use super::json;
use super::place::Span;
use crate::spec::{
    CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, EVENT_FIELDS, FieldSpec, STATUS_FIELDS,
    USER_FIELDS, V4_END_FIELDS, V4_MEMBER_FIELDS, V4_START_FIELDS,
};

/// Every table of fields.
static TABLES: [&[FieldSpec]; 9] = [
    &EVENT_FIELDS,
    &STATUS_FIELDS,
    &USER_FIELDS,
    &CHANGED_USER_FIELDS,
    &CALL_INFO_FIELDS,
    &CALL_RECORD_FIELDS,
    &V4_START_FIELDS,
    &V4_MEMBER_FIELDS,
    &V4_END_FIELDS,
];

/// Fields whose faults keep a rule on the whole callback silent: the object that they belong to, and their name.
const TELLING: [(&str, &str); 6] = [
    ("", "StartCallTs"),
    ("", "AcceptTs"),
    ("", "EndTs"),
    ("/CallRecord", "StartTime"),
    ("/CallRecord", "AcceptTime"),
    ("/CallRecord", "EndTime"),
];

/// Faults that one look keeps.
pub const FAULTS_AT_ONCE: usize = 1 << 17;

/// The faults of one look: those that begin in a range of the text. A look that finds more than it may keep leaves those
/// that begin last to the next look.
#[derive(Debug)]
pub struct Faults {
    list: Vec<Fault>,
    window: Span,
    /// So many, and the last are left to the next look.
    most: usize,
    /// Names of undocumented fields that are documented ones but for their case, each once.
    other_case: Vec<String>,
    /// Which of [`TELLING`] have a fault, wherever it begins.
    telling: [bool; TELLING.len()],
}

impl Faults {
    /// None yet, of those that begin there or later.
    pub fn from(start: usize) -> Self {
        Self {
            list: Vec::new(),
            window: start..usize::MAX,
            most: 2 * FAULTS_AT_ONCE,
            other_case: Vec::new(),
            telling: [false; TELLING.len()],
        }
    }

    /// The faults, in no order.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Takes the faults out, in the order of the text.
    pub fn take_sorted(&mut self) -> Vec<Fault> {
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|fault| fault.span.start);
        list
    }

    /// Where the next look begins; none where there is nothing left for one.
    pub fn rest(&self) -> Option<usize> {
        (self.window.end < usize::MAX).then_some(self.window.end)
    }

    /// The first undocumented field that this one is but for its case, wherever it stands.
    pub fn in_other_case(&self, field: &FieldSpec) -> Option<&str> {
        self.other_case.iter().find(|name| name.eq_ignore_ascii_case(field.name)).map(String::as_str)
    }

    /// True where the field that a pointer names has a fault; known of the timestamps of a call alone.
    pub fn at(&self, pointer: &str) -> bool {
        let names = |(object, name): &(&str, &str)| {
            pointer.strip_prefix(object).and_then(|rest| rest.strip_prefix('/')) == Some(name)
        };
        TELLING.iter().position(names).is_some_and(|index| self.telling[index])
    }

    /// True where this look keeps a fault that begins there.
    pub(super) fn wants(&self, start: usize) -> bool {
        self.window.contains(&start)
    }

    /// True where this look may keep a fault that begins in that range.
    pub(super) fn wants_any(&self, range: Span) -> bool {
        range.start < self.window.end && self.window.start < range.end
    }

    /// Notes a fault of a member of the object at `pointer`.
    pub(super) fn add(&mut self, pointer: &str, key: &str, span: Span, kind: impl FnOnce() -> FaultKind) {
        if let Some(index) = TELLING.iter().position(|telling| *telling == (pointer, key)) {
            self.telling[index] = true;
        }
        if !self.wants(span.start) {
            return;
        }
        self.list.push(Fault { kind: kind(), pointer: json::child(pointer, key), span });
        if self.list.len() >= self.most {
            self.leave_the_last();
        }
    }

    /// Notes an undocumented field's name, if it is a documented one but for its case.
    pub(super) fn note_case(&mut self, name: &str) {
        let documented =
            || TABLES.iter().flat_map(|table| table.iter()).any(|spec| spec.name.eq_ignore_ascii_case(name));
        if !self.other_case.iter().any(|other| other.eq_ignore_ascii_case(name)) && documented() {
            self.other_case.push(name.to_owned());
        }
    }

    fn leave_the_last(&mut self) {
        let mut starts: Vec<usize> = self.list.iter().map(|fault| fault.span.start).collect();
        starts.sort_unstable();
        // What begins at one place stays together.
        let end = starts[self.most / 2];
        let end = if starts[0] < end { end } else { end + 1 };
        self.window.end = end;
        self.list.retain(|fault| fault.span.start < end);
        self.most = self.most.max(2 * self.list.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_find_every_fault_once() {
        let count = 5 * FAULTS_AT_ONCE;
        let (mut from, mut found, mut looks) = (Some(0), Vec::new(), 0);
        while let Some(start) = from {
            let mut faults = Faults::from(start);
            // Two at each place, and the places in no order.
            (0..count).for_each(|at| faults.add("", "k", at * 7 % count / 2..count, || FaultKind::Empty));
            from = faults.rest();
            let sorted = faults.take_sorted();
            assert!(sorted.len() < 2 * FAULTS_AT_ONCE);
            found.extend(sorted.iter().map(|fault| fault.span.start));
            looks += 1;
        }
        let all: Vec<usize> = (0..count).map(|at| at / 2).collect();
        assert_eq!(found, all);
        assert!(looks > 2);
    }
}
