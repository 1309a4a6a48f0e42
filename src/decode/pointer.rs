//! Where a value stands in a body, written out only for values that something is reported of.

use std::fmt;

/// The path to a value. [`ToString`] writes it as an RFC 6901 pointer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pointer<'p> {
    /// The whole text.
    Whole,
    /// A member of an object.
    Member(&'p Pointer<'p>, &'p str),
    /// An element of an array.
    Element(&'p Pointer<'p>, usize),
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Member(object, key) if key.contains(['~', '/']) => {
                write!(formatter, "{object}/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Self::Member(object, key) => write!(formatter, "{object}/{key}"),
            Self::Element(array, index) => write!(formatter, "{array}/{index}"),
        }
    }
}
