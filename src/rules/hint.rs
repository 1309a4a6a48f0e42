//! Likely causes: what a wrong word or number was probably meant to be.

/// The candidate that a word most resembles, if it resembles any: the same but for case and punctuation, or a few
/// letters off.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let hint = Hint::new(word)?;
    let near = candidates.into_iter().filter_map(|candidate| Some((hint.distance(candidate)?, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Looks for what a word was probably meant to be.
#[derive(Debug)]
pub struct Hint<'w> {
    word: &'w str,
    plain: String,
    /// Letters of the word, and how many may be off.
    length: usize,
    most: usize,
}

impl<'w> Hint<'w> {
    /// For this word; none where it is too long to have been typed, since comparing takes time.
    pub fn new(word: &'w str) -> Option<Self> {
        const LONGEST: usize = 64;
        let length = word.chars().count();
        let is_typed = (1..=LONGEST).contains(&length);
        is_typed.then(|| Self { word, plain: plain(word).collect(), length, most: (length / 3).max(1) })
    }

    /// How far a candidate is from the word, in letters; none where they do not resemble each other. 0 for the same but
    /// for case and punctuation.
    pub fn distance(&self, candidate: &str) -> Option<usize> {
        if !self.plain.is_empty() && plain(candidate).eq(self.plain.chars()) {
            return Some(0);
        }
        // What is longer or shorter by more is further off, and need not be compared.
        if candidate.chars().count().abs_diff(self.length) > self.most {
            return None;
        }
        let distance = strsim::osa_distance(self.word, candidate);
        (distance <= self.most).then_some(distance)
    }
}

fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
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
