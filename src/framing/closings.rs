//! Whether a body is brackets that are closed exactly where its length says.
//!
//! Comes in: bodies, in the order in which they stand in the input. Goes out: yes or no. Must not: cost more than a few
//! times the input, though each body may lead over all that follow.

use super::value::string_end;

/// What was searched in vain for the bracket that closes a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Closings {
    /// Bytes that may be searched in vain up to the request that is read.
    allowed: u64,
    /// Where that request begins in the input.
    at: u64,
    /// Bytes that were searched before it, and for it.
    before: u64,
    here: u64,
}

impl Closings {
    /// Bytes that are searched in vain for each byte of the input before.
    const PER_BYTE: u64 = 16;

    /// A body that is so short is always searched, in bytes. A callback has a few hundred.
    const SHORT: usize = 1 << 12;

    /// Begins to read the request there, or begins again with more of it in sight; a body may have `longest` bytes.
    pub(super) fn begin(&mut self, at: u64, longest: usize) {
        if at != self.at {
            self.before += self.here;
            self.at = at;
        }
        self.here = 0;
        self.allowed = at.saturating_mul(Self::PER_BYTE).saturating_add(longest as u64);
    }

    /// True for brackets, with white space around them, of which the first is closed by the last byte and not before,
    /// whatever stands between them. False if too much has been searched already.
    pub(super) fn is_closed(&mut self, body: &[u8]) -> bool {
        let may_cost = self.before + self.here + body.len() as u64;
        if body.len() > Self::SHORT && may_cost > self.allowed {
            return false;
        }
        let inside = body.trim_ascii();
        let searched = search(inside);
        let blanks = body.len() - inside.len();
        self.here += searched.map_or(0, |searched| searched + blanks) as u64;
        searched.is_none()
    }
}

/// None if the brackets are closed at the end; otherwise how many bytes had to be read to tell.
fn search(data: &[u8]) -> Option<usize> {
    let (Some(b'{' | b'['), Some(b'}' | b']')) = (data.first(), data.last()) else { return Some(0) };
    let mut open = Vec::new();
    let mut index = 0;
    while let Some(byte) = data.get(index) {
        index += 1;
        match byte {
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' if open.pop() != Some(*byte) => return Some(index),
            b'"' => index = string_end(data, index),
            _ => {}
        }
        if open.is_empty() {
            break;
        }
    }
    (index != data.len() || !open.is_empty()).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_that_are_closed_by_the_last_byte() {
        let is_closed = |text: &str| Closings::default().is_closed(text.as_bytes());
        for closed in
            ["{}", " [1,{\"a\":\"]\"}] ", "[x\n[y]\n]", &format!("{}{}", "[".repeat(300), "]".repeat(300))]
        {
            assert!(is_closed(closed), "{closed}");
        }
        for open in ["", "1", "{", "{]", "{}{}", "[\"]", "[1]x", "\"[]\"", "]"] {
            assert!(!is_closed(open), "{open}");
        }
    }

    #[test]
    fn what_is_searched_in_vain_is_bounded() {
        let (open, closed) = (["[1,"; 3000].concat() + "]", ["[1,", &"1,".repeat(5000), "1]"].concat());
        let mut closings = Closings::default();
        closings.begin(0, 30_000);
        assert!(closings.is_closed(closed.as_bytes()), "what succeeds costs nothing");
        for _ in 0..3 {
            // Read again, with more of it in sight.
            closings.begin(0, 30_000);
            assert!(!closings.is_closed(open.as_bytes()));
        }
        closings.begin(10, 30_000);
        assert!(closings.is_closed(closed.as_bytes()));
        assert!(!closings.is_closed(open.as_bytes()));
        assert!(!closings.is_closed(open.as_bytes()));
        assert!(!closings.is_closed(closed.as_bytes()), "nothing is left");
        assert!(closings.is_closed(b"[1]"), "a short one is searched all the same");
        closings.begin(10_000, 30_000);
        assert!(closings.is_closed(closed.as_bytes()), "the input that was read allows more");
    }
}
