//! "Did you mean …?": which of the words that are known a misspelled one was probably meant to be.
//!
//! Comes in: a word as it was typed or logged, and the words that are known. Goes out: the nearest of them, if any
//! resembles it. Must not: import anything else of this crate, or know what the words name.

/// Asks whether the nearest candidate was meant, if any resembles the word.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    nearest(word, candidates).map(question)
}

/// The same, or all candidates after an introduction such as "known are".
pub fn did_you_mean_or<'c>(
    word: &str,
    candidates: impl Iterator<Item = &'c str>,
    introduction: &str,
) -> String {
    let all: Vec<&str> = candidates.collect();
    did_you_mean(word, all.iter().copied())
        .unwrap_or_else(|| format!("{introduction} `{}`", all.join("`, `")))
}

/// Asks whether this was meant.
pub fn question(candidate: &str) -> String {
    format!("did you mean `{candidate}`?")
}

/// The candidate that a word most resembles, if it resembles any: the same but for case and punctuation, or a few
/// letters off.
fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = Misspelling::new(word)?;
    let near = candidates.into_iter().filter_map(|candidate| Some((word.distance(candidate)?, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// An unknown word, to be compared with the known ones.
#[derive(Debug)]
pub struct Misspelling<'w> {
    word: &'w str,
    plain: String,
    /// Letters of the word, and how many may be off.
    length: usize,
    most: usize,
}

impl<'w> Misspelling<'w> {
    /// This word; none if it is too long to have been typed, since comparing takes time.
    pub fn new(word: &'w str) -> Option<Self> {
        const LONGEST: usize = 64;
        let length = word.chars().count();
        let is_typed = (1..=LONGEST).contains(&length);
        is_typed.then(|| Self { word, plain: plain(word).collect(), length, most: (length / 3).max(1) })
    }

    /// How far a candidate is from the word, in letters; none if they do not resemble each other. 0 for the same but
    /// for case and punctuation.
    pub fn distance(&self, candidate: &str) -> Option<usize> {
        if !self.plain.is_empty() && plain(candidate).eq(self.plain.chars()) {
            return Some(0);
        }
        // What is longer or shorter by more letters is further off, and need not be compared.
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
