//! Columns of whole numbers as bytes, so that gzip makes little of them.
//!
//! Comes in: numbers. Goes out: planes of bytes, the lowest first, as many as the greatest number needs.

use serde::Serialize;

/// How a column is packed.
#[derive(Debug, Serialize)]
pub(super) struct PackedColumn {
    name: &'static str,
    /// Bytes of a number.
    width: usize,
    /// Numbers.
    length: usize,
    /// True if each number is the difference from the one before, with its sign in the lowest bit.
    delta: bool,
}

/// Columns, one after the other.
#[derive(Debug, Default)]
pub(super) struct PackedColumns {
    pub(super) columns: Vec<PackedColumn>,
    pub(super) bytes: Vec<u8>,
}

impl PackedColumns {
    /// Adds a column.
    pub(super) fn put(&mut self, name: &'static str, values: impl Iterator<Item = u32>) {
        let values: Vec<u32> = values.collect();
        self.pack(name, &values, false);
    }

    /// Adds a column whose neighbours are alike.
    pub(super) fn put_deltas(&mut self, name: &'static str, values: impl Iterator<Item = u32>) {
        let mut last = 0_u32;
        let deltas = values.map(|value| {
            let delta = value.wrapping_sub(last).cast_signed();
            last = value;
            ((delta << 1) ^ (delta >> 31)).cast_unsigned()
        });
        let deltas: Vec<u32> = deltas.collect();
        self.pack(name, &deltas, true);
    }

    fn pack(&mut self, name: &'static str, values: &[u32], delta: bool) {
        let most = values.iter().max().copied().unwrap_or(0);
        let width = (1..4).find(|width| most >> (8 * width) == 0).unwrap_or(4);
        for plane in 0..width {
            self.bytes.extend(values.iter().map(|value| value.to_le_bytes()[plane]));
        }
        self.columns.push(PackedColumn { name, width, length: values.len(), delta });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_up_as_many_planes_as_the_greatest_needs() {
        let mut packed = PackedColumns::default();
        packed.put("small", [1, 255].into_iter());
        packed.put("large", [1, 256].into_iter());
        packed.put_deltas("near", [4_000_000_000, 3_999_999_999, 4_000_000_001].into_iter());
        let widths: Vec<_> = packed.columns.iter().map(|column| (column.width, column.length)).collect();
        assert_eq!(widths, [(1, 2), (2, 2), (4, 3)]);
        assert_eq!(packed.bytes[..6], [1, 255, 1, 0, 0, 1]);
        assert_eq!(packed.bytes[7..9], [1, 4]);
    }
}
