//! A text between two values of a record, compared as numbers.

/// Bytes that are compared at once.
const AT_ONCE: usize = 32;

/// A text that is expected between two values.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    words: [u128; 2],
    masks: [u128; 2],
    text: Vec<u8>,
}

impl Gap {
    /// One that is that text.
    pub(super) fn of(text: &[u8]) -> Self {
        let byte = |at: usize| text.get(at).copied();
        Self {
            words: halves(&std::array::from_fn(|at| byte(at).unwrap_or(0))),
            masks: halves(&std::array::from_fn(|at| if byte(at).is_some() { 0xff } else { 0 })),
            text: text.to_vec(),
        }
    }

    /// The index after that text, if it is there.
    #[inline(always)]
    pub(super) fn after(&self, bytes: &[u8], index: usize) -> Option<usize> {
        let there = bytes.get(index..)?;
        let is_there = match there.first_chunk() {
            Some(chunk) if self.text.len() <= AT_ONCE => {
                let [low, high] = halves(chunk);
                ((low ^ self.words[0]) & self.masks[0]) | ((high ^ self.words[1]) & self.masks[1]) == 0
            }
            _ => there.starts_with(&self.text),
        };
        is_there.then_some(index + self.text.len())
    }
}

/// As many bytes as two numbers.
#[inline(always)]
fn halves(bytes: &[u8; AT_ONCE]) -> [u128; 2] {
    let (halves, _) = bytes.as_chunks();
    match halves {
        [low, high] => [u128::from_le_bytes(*low), u128::from_le_bytes(*high)],
        _ => [0; 2],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Gap;

    proptest! {
        #[test]
        fn a_text_is_found_where_it_is(
            text in prop::collection::vec(0..3_u8, 0..70), before in 0..4_usize, length in 0..70_usize,
            change in prop::option::of(0..70_usize), behind in prop::collection::vec(0..3_u8, 0..40),
        ) {
            let gap = Gap::of(&text[..length.min(text.len())]);
            let mut there = [&vec![1; before][..], &text, &behind].concat();
            if let Some(byte) = change.and_then(|at| there.get_mut(at)) {
                *byte = 0;
            }
            let expected = there[before..].starts_with(&text[..length.min(text.len())]);
            let found = gap.after(&there, before);
            prop_assert_eq!(found, expected.then_some(before + length.min(text.len())));
            prop_assert_eq!(gap.after(&there, there.len() + 1), None);
        }
    }
}
