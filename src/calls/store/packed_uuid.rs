//! A UUID of version 4 as 16 bytes.
//!
//! Comes in: a text. Goes out: its bytes, if it is such a UUID in its usual spelling, and that text again. Must not: take
//! any other spelling, so that equal bytes are equal texts.

/// The length of a UUID as text, in bytes.
pub(in crate::calls) const UUID: usize = 36;

/// The byte whose upper half is the version. It stands last, where it tells a UUID from what else a place can hold.
const VERSION: usize = 6;
const LAST: usize = 15;

/// Where the dashes are.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// The same byte eight times.
macro_rules! each {
    ($byte:literal) => {
        u64::from_ne_bytes([$byte; 8])
    };
}

/// The values of eight digits of hexadecimal, in four bytes; and 0 only if all are such digits, in lower case.
#[inline(always)]
fn digits(text: u64) -> (u32, u64) {
    // Digits are 0x30 to 0x39, letters 0x61 to 0x66, so bit 6 tells them apart.
    let letters = (text >> 6) & each!(1);
    let values = (text & each!(0x0f)).wrapping_add(letters * 9);
    let above_nine = (values.wrapping_add(each!(6)) >> 4) & each!(1);
    let spelled = values.wrapping_add(each!(0x30)).wrapping_add(above_nine * 0x27);
    let wrong = (spelled ^ text) | (values & each!(0xf0));
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    ((fours | fours >> 16) as u32, wrong)
}

/// Four bytes of a text, as the upper half of a number and as its lower half.
macro_rules! eight {
    ($text:ident, $one:literal, $other:literal) => {
        u64::from_be_bytes([
            $text[$one],
            $text[$one + 1],
            $text[$one + 2],
            $text[$one + 3],
            $text[$other],
            $text[$other + 1],
            $text[$other + 2],
            $text[$other + 3],
        ])
    };
}

/// The bytes of a UUID of version 4: the last is from 0x40 to 0x4f.
#[inline]
pub(in crate::calls) fn pack(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; UUID] = text.as_bytes().try_into().ok()?;
    let [a, b, c, d] = DASHES;
    let dashes = (text[a] ^ b'-') | (text[b] ^ b'-') | (text[c] ^ b'-') | (text[d] ^ b'-');
    let (one, wrong_one) = digits(eight!(text, 0, 4));
    let (two, wrong_two) = digits(eight!(text, 9, 14));
    let (three, wrong_three) = digits(eight!(text, 19, 24));
    let (four, wrong_four) = digits(eight!(text, 28, 32));
    if wrong_one | wrong_two | wrong_three | wrong_four | u64::from(dashes | (text[14] ^ b'4')) != 0 {
        return None;
    }
    let all = u128::from(one) << 96 | u128::from(two) << 64 | u128::from(three) << 32 | u128::from(four);
    let mut bytes = all.to_be_bytes();
    bytes.swap(VERSION, LAST);
    Some(bytes)
}

/// The digits of hexadecimal that four bytes are.
#[inline(always)]
fn spelled(bytes: [u8; 4]) -> [u8; 8] {
    // Halves are moved apart until each is in a byte of its own.
    let eights = u64::from(u32::from_be_bytes(bytes));
    let fours = (eights | eights << 16) & 0x0000_ffff_0000_ffff;
    let twos = (fours | fours << 8) & 0x00ff_00ff_00ff_00ff;
    let values = (twos | twos << 4) & each!(0x0f);
    let above_nine = (values.wrapping_add(each!(6)) >> 4) & each!(1);
    values.wrapping_add(each!(0x30)).wrapping_add(above_nine * 0x27).to_be_bytes()
}

/// The text of such bytes.
pub(in crate::calls) fn unpack(mut bytes: [u8; 16]) -> String {
    bytes.swap(VERSION, LAST);
    let mut text = [b'-'; UUID];
    let (fours, _) = bytes.as_chunks();
    // Where the first and the last four digits of each go.
    for (four, [first, last]) in fours.iter().zip([[0, 4], [9, 14], [19, 24], [28, 32]]) {
        let digits = spelled(*four);
        text[first..first + 4].copy_from_slice(&digits[..4]);
        text[last..last + 4].copy_from_slice(&digits[4..]);
    }
    // Digits and dashes are a text.
    std::str::from_utf8(&text).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A UUID with up to one byte that is another.
        #[test]
        fn what_is_packed_is_the_text(bytes: [u8; 16], at in 0..72_usize, byte in 0..0x80_u8) {
            let mut bytes = bytes;
            bytes[VERSION] = 0x40 | bytes[VERSION] & 15;
            bytes.swap(VERSION, LAST);
            let text = unpack(bytes);
            prop_assert_eq!(pack(&text), Some(bytes));
            let mut other = text.clone().into_bytes();
            if let Some(place) = other.get_mut(at) {
                *place = byte;
            }
            let other = String::from_utf8(other).unwrap_or_default();
            prop_assert!(pack(&other).is_none_or(|bytes| unpack(bytes) == other));
        }
    }

    #[test]
    fn nothing_else_is_packed() {
        let version_4 = "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f51";
        assert_eq!(pack(version_4).map(unpack).as_deref(), Some(version_4));
        for other in [
            "",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f5",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f511",
            "ffbc1697-ad5c-1b8b-a1a8-d5fa81327f51",
            "FFBC1697-ad5c-4b8b-a1a8-d5fa81327f51",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f5g",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f5:",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327f5`",
            "ffbc1697ad5c--4b8b-a1a8-d5fa81327f51",
            "ffbc1697-ad5c-4b8b-a1a8-d5fa81327fé",
        ] {
            assert_eq!(pack(other), None, "{other}");
        }
    }
}
