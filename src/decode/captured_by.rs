//! Who captured a callback, so far as copies of it can be told apart by that.

/// Names of the members that say who captured a callback.
const CAPTORS: [&str; 5] = ["host", "pod", "container", "stream", "node"];

/// The values of all members that name who captured a callback, as one number; 0 without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapturedBy(u32);

impl CapturedBy {
    /// True for a member that names who captured a callback.
    pub(super) fn is_named_by(name: &str) -> bool {
        CAPTORS.contains(&name)
    }

    /// Takes one more value, as it is written. One that is `null` is absent.
    pub(super) fn add(&mut self, value: &str) {
        if value != "null" {
            // FNV-1a.
            let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            let hash = value.bytes().fold(0x811c_9dc5 ^ self.0.rotate_left(5), step);
            self.0 = hash.max(1);
        }
    }

    /// Takes the values of those members of an object, with their names, that are of this kind, in their order.
    pub(super) fn add_all<'m>(&mut self, members: impl Iterator<Item = (&'m str, &'m str)>) {
        members.filter(|(name, _)| Self::is_named_by(name)).for_each(|(_, value)| self.add(value));
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }
}
