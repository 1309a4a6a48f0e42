//! Likely causes: what a wrong word or number was probably meant to be.

/// The candidate that a word most resembles, if it resembles any: the same but for case and punctuation, or a few
/// letters off.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Longer words are not typed, and comparing them takes time.
    const LONGEST: usize = 64;
    let length = word.chars().count();
    if word.is_empty() || length > LONGEST {
        return None;
    }
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(word);
    let most = (length / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let same = !wanted.is_empty() && plain(candidate) == wanted;
            (if same { 0 } else { strsim::osa_distance(word, candidate) }, candidate)
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What a timestamp outside the usable range looks like, by its digits.
pub(super) fn timestamp_unit(text: &str, milliseconds: bool) -> Option<&'static str> {
    let digits = text.trim_start_matches('-');
    match (digits.len(), milliseconds) {
        (13, false) => Some("these look like milliseconds; the field takes seconds"),
        (16, false) => Some("these look like microseconds; the field takes seconds"),
        (19, false) => Some("these look like nanoseconds; the field takes seconds"),
        (10, true) => Some("these look like seconds; the field takes milliseconds"),
        (16, true) => Some("these look like microseconds; the field takes milliseconds"),
        (9, false) => Some("a digit seems to be missing"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_words() {
        let events = ["call_rejected", "reject_call", "call_end"];
        assert_eq!(nearest("call_reject", events), Some("call_rejected"));
        assert_eq!(nearest("CallEnd", events), Some("call_end"));
        assert_eq!(nearest("something", events), None);
        assert_eq!(nearest("", events), None);
    }
}
