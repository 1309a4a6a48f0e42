//! Bodies that are laid out like earlier ones: the text between two values is compared at once.
//!
//! Comes in: a body, and where the values of an earlier one were. Goes out: its values, if it differs from the earlier one in
//! these alone. Must not: read names, which are part of the text between the values.

use super::body_values::{FieldPlace, Values};
use super::gap::Gap;

/// Layouts that are known at a time.
const MOST_KNOWN: usize = 8;

/// Layouts that are learned, and the number of bodies read by those learned before for which one more is: so a log whose
/// bodies all differ costs little more than without them.
const LEARNED: (u64, u64) = (64, 16);

/// The layouts of a log's last bodies.
#[derive(Clone, Debug, Default)]
pub(super) struct BodyLayouts {
    /// The last one first.
    known: Vec<BodyLayout>,
    /// How many were learned, and how many bodies were read by them.
    learned: u64,
    read: u64,
}

#[derive(Clone, Debug)]
struct BodyLayout {
    /// What stands before each value, and its field.
    parts: Vec<(Gap, usize)>,
    /// What stands after the last one.
    end: Gap,
}

impl BodyLayouts {
    /// Those of one body alone, of which none is learned.
    pub(super) fn of_one() -> Self {
        Self { learned: u64::MAX, ..Self::default() }
    }

    /// Reads the values of the body that begins at `start`; gives where it ends.
    #[inline]
    pub(super) fn read<'a, const ESCAPED: bool>(
        &mut self,
        text: &'a str,
        start: usize,
        values: &mut Values<'a>,
    ) -> Option<usize> {
        let mut known = self.known.iter().enumerate();
        let (place, end) =
            known.find_map(|(place, layout)| Some((place, layout.read::<ESCAPED>(text, start, values)?)))?;
        if place > 0 {
            self.known[..=place].rotate_right(1);
        }
        self.read += 1;
        Some(end)
    }

    /// Learns how a body is laid out, which began at `start` and has its values at these places.
    pub(super) fn learn(&mut self, body: &[u8], start: usize, places: &[FieldPlace]) {
        if self.learned >= LEARNED.0 + self.read / LEARNED.1 {
            return;
        }
        self.learned += 1;
        if let Some(layout) = BodyLayout::of(body, start, places) {
            self.known.truncate(MOST_KNOWN - 1);
            self.known.insert(0, layout);
        }
    }
}

impl BodyLayout {
    /// That of a body.
    fn of(body: &[u8], start: usize, places: &[FieldPlace]) -> Option<Self> {
        let mut done = 0;
        let mut parts = Vec::with_capacity(places.len());
        for (field, value, end) in places {
            parts.push((Gap::of(body.get(done..value - start)?), *field));
            done = end - start;
        }
        Some(Self { parts, end: Gap::of(body.get(done..)?) })
    }

    #[inline(always)]
    fn read<'a, const ESCAPED: bool>(
        &self,
        text: &'a str,
        start: usize,
        values: &mut Values<'a>,
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut index = start;
        values.begin();
        for (gap, field) in &self.parts {
            let value = gap.after(bytes, index)?;
            index = values.take::<ESCAPED>(*field, text, value)?;
        }
        self.end.after(bytes, index)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::body_values::read_fields;
    use super::{BodyLayouts, Values};

    /// Fields with two values each.
    const FIELDS: [[&str; 3]; 13] = [
        ["UserId", "\"Alice\"", "\"B\\u00e9\\\"\""],
        ["RoomId", "\"\"", "\"7\""],
        ["TotalNum", "2", "12345678"],
        ["MediaType", "\"audio\"", "\"video\""],
        ["CallType", "\"single\"", "\"group\""],
        ["CallId", "\"c\"", "\"0aab5d2e-e996-4d05-a83b-b12c73844046\""],
        ["Role", "\"caller\"", "\"callee\""],
        ["Event", "\"call_end\"", "\"start_call\""],
        ["CallResult", "\"\"", "\"normal_end\""],
        ["EventTime", "1704856885", "0"],
        ["StartCallTs", "0", "1704856873"],
        ["AcceptTs", "0", "1704856875"],
        ["EndTs", "1704856885", "0"],
    ];

    /// Pieces that are put into a body.
    const PIECES: [&str; 12] = ["", " ", "\"", "\\", "{", "}", ",", ":", "\t", "0", "é", "\"CallId\":\"d\","];

    /// A body of these fields in that order and style.
    fn body(order: &[usize], values: u16, [comma, colon]: [&str; 2]) -> String {
        let field = |field: &usize| {
            let [name, one, other] = FIELDS[*field];
            format!("\"{name}\"{colon}{}", if values >> field & 1 == 0 { one } else { other })
        };
        let fields: Vec<String> = order.iter().map(field).collect();
        format!("{{{}}}", fields.join(comma))
    }

    proptest! {
        #[test]
        fn what_is_laid_out_alike_is_read_alike(
            order in prop::sample::subsequence((0..13).collect::<Vec<usize>>(), 1..=13).prop_shuffle(),
            values: [u16; 2], style in 0..4_usize, before in "[{ ]{0,3}", is_escaped: bool,
            edit in prop::option::of((any::<prop::sample::Index>(), 0..9_usize, prop::sample::select(&PIECES[..]))),
        ) {
            let style = [[",", ":"], [", ", ": "], [" ,", " : "], [",\n", ":"]][style];
            let [one, mut other] = values.map(|values| body(&order, values, style));
            if let Some((at, length, piece)) = edit {
                let start = other.floor_char_boundary(at.index(other.len() + 1));
                let end = other.floor_char_boundary((start + length).min(other.len()));
                other.replace_range(start..end, piece);
            }
            let written = |body: &str| match is_escaped {
                true => serde_json::to_string(body).unwrap_or_default().trim_matches('"').to_owned(),
                false => body.to_owned(),
            };
            let (one, other, start) = (written(&one), format!("{before}{}", written(&other)), before.len());
            let (mut layouts, mut values) = (BodyLayouts::default(), Values::default());
            let (quick, slow) = if is_escaped {
                let read = read_fields::<true>(&one, 0);
                read.iter().for_each(|(_, places, end)| layouts.learn(&one.as_bytes()[..*end], 0, places));
                (layouts.read::<true>(&other, start, &mut values), read_fields::<true>(&other, start))
            } else {
                let read = read_fields::<false>(&one, 0);
                read.iter().for_each(|(_, places, end)| layouts.learn(&one.as_bytes()[..*end], 0, places));
                (layouts.read::<false>(&other, start, &mut values), read_fields::<false>(&other, start))
            };
            let is_read = edit.is_some() || slow.is_none() || quick.is_some();
            if let Some(end) = quick {
                prop_assert_eq!(slow.map(|(values, _, end)| (values, end)), Some((values, end)), "{}", other);
            }
            prop_assert!(is_read, "{} and {}", one, other);
        }
    }
}
