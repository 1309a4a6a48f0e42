//! Looking at many bytes at once.

/// A one in every byte.
const ONES: u64 = u64::MAX / 0xff;

/// Sets the top bit of the first byte that equals `byte`, and perhaps of later ones.
fn equal(word: u64, byte: u8) -> u64 {
    let zero_there = word ^ (ONES * u64::from(byte));
    zero_there.wrapping_sub(ONES) & !zero_there
}

/// Index of the first byte from `start` on that a JSON string cannot contain as it is: a quote, a backslash, a control
/// character.
#[inline]
pub(super) fn special(bytes: &[u8], start: usize) -> Option<usize> {
    let (chunks, rest) = bytes.get(start..)?.as_chunks::<8>();
    for (place, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        // A subtraction reaches the top bit of what is special, and of bytes beyond ASCII, which are taken out.
        let below = |byte: u8| (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES);
        let hits = below(b'"') | below(b'\\') | word.wrapping_sub(ONES * 0x20);
        let hits = hits & !word & (ONES * 0x80);
        if hits != 0 {
            return Some(start + 8 * place + hits.trailing_zeros() as usize / 8);
        }
    }
    let place = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    Some(bytes.len() - rest.len() + place)
}

/// Index of the first byte from `start` on that ends the value of a query's parameter, or that has to be decoded; the
/// length if no byte does.
pub(super) fn value_end(bytes: &[u8], start: usize) -> usize {
    let mut index = start;
    while let Some(chunk) = bytes.get(index..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let hits = equal(word, b'&') | equal(word, b'%') | equal(word, b'+') | equal(word, b'#');
        let hits = hits & (ONES * 0x80);
        if hits != 0 {
            return index + hits.trailing_zeros() as usize / 8;
        }
        index += 8;
    }
    let ends = |byte: &u8| matches!(byte, b'&' | b'%' | b'+' | b'#');
    index + bytes.iter().skip(index).position(ends).unwrap_or(bytes.len().saturating_sub(index))
}

/// Index of the first byte from `from` on that is not JSON white space.
pub(super) fn blanks(bytes: &[u8], from: usize) -> usize {
    let mut index = from;
    while matches!(bytes.get(index), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        index += 1;
    }
    index
}

/// The index after an expected byte.
pub(super) fn after(bytes: &[u8], index: usize, expected: u8) -> Option<usize> {
    (bytes.get(index) == Some(&expected)).then_some(index + 1)
}

/// A whole number of at most 18 digits, so that it fits, and where it ends.
pub(super) fn integer(bytes: &[u8], start: usize) -> Option<(i64, usize)> {
    const MOST: usize = 18;
    // Most numbers of a body have one digit or ten.
    let digit =
        |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| i64::from(byte - b'0'));
    let first = digit(start)?;
    if digit(start + 1).is_none() {
        return Some((first, start + 1));
    }
    let mut index = start;
    let mut number = 0_i64;
    if let Some(chunk) = bytes.get(start..).and_then(|rest| rest.first_chunk::<8>())
        && let Some(eight) = eight_digits(u64::from_le_bytes(*chunk))
    {
        (number, index) = (eight, start + 8);
    }
    while let Some(digit) = digit(index) {
        if index - start == MOST {
            return None;
        }
        number = number * 10 + digit;
        index += 1;
    }
    // JSON has no leading zeros; what follows the digits is for the caller to judge.
    (first != 0).then_some((number, index))
}

/// A number of exactly ten digits, as Unix seconds have, and what comes after it.
#[inline(always)]
pub(super) fn seconds(text: &str) -> Option<(i64, &str)> {
    let [first @ .., tens, ones, behind]: &[u8; 11] = text.as_bytes().first_chunk()?;
    let digit = |byte: &u8| byte.wrapping_sub(b'0');
    if first[0] == b'0' || digit(tens) > 9 || digit(ones) > 9 || digit(behind) <= 9 {
        return None;
    }
    let eight = eight_digits(u64::from_le_bytes(*first))?;
    let seconds = eight * 100 + i64::from(digit(tens)) * 10 + i64::from(digit(ones));
    Some((seconds, text.get(10..)?))
}

/// The number that eight digits are, the first of them in the lowest byte.
#[inline(always)]
fn eight_digits(word: u64) -> Option<i64> {
    let digits = word ^ (ONES * u64::from(b'0'));
    // A digit's value is at most 9, so adding 0x76 to it does not reach the top bit, and it has no upper bits.
    if (digits | digits.wrapping_add(ONES * 0x76)) & (ONES * 0x80) != 0 {
        return None;
    }
    // Neighbours are joined: ones to twos, twos to fours, fours to eight.
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_ffff_0000_ffff;
    let eight = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    Some(eight as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(text in "[0-9]{0,20}[,}x/:]{0,9}") {
            let digits = text.len() - text.trim_start_matches(|byte: char| byte.is_ascii_digit()).len();
            let sound = (1..=18).contains(&digits) && (digits == 1 || !text.starts_with('0'));
            let expected = sound.then(|| text[..digits].parse().ok().map(|number: i64| (number, digits)));
            prop_assert_eq!(integer(text.as_bytes(), 0), expected.flatten());
        }

        #[test]
        fn bytes_are_found_where_they_are(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..40),
                "[!-~é]{0,30}[\"\\\\\t&%+#]?[ -~é]{0,12}".prop_map(String::into_bytes),
            ],
            start in 0..12_usize,
        ) {
            let start = start.min(bytes.len());
            let first = |is: fn(u8) -> bool| {
                bytes[start..].iter().position(|byte| is(*byte)).map(|index| start + index)
            };
            let found = first(|byte| byte == b'"' || byte == b'\\' || byte < b' ');
            prop_assert_eq!(special(&bytes, start), found);
            let end = first(|byte| b"&%+#".contains(&byte)).unwrap_or(bytes.len());
            prop_assert_eq!(value_end(&bytes, start), end);
        }
    }
}
