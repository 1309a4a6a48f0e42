//! What is said of sources whose callbacks were captured twice.
//!
//! Comes in: what was captured twice, and the names of sources. Goes out: findings on sources. Must not: count.

use super::hit::{Hit, RuleOptions, shown};
use super::source::SourceHit;
use crate::calls::{CapturedTwice, SelfCopies, SourcePair};
use crate::framing::Reach;
use crate::spec::RuleId;

/// The findings on sources that were captured twice, each with the index of its source, in their order: of a pair on
/// the later source, which names the other.
pub fn judge_captured_twice<'n>(
    twice: &CapturedTwice,
    name: &dyn Fn(usize) -> &'n str,
    options: &RuleOptions,
) -> Vec<(usize, SourceHit)> {
    let alone = twice.alone().map(|(source, copies)| (source, alone_hit(copies)));
    let pairs = twice.pairs().iter().map(|pair| (pair.sources[1], pair_hit(pair, name(pair.sources[0]))));
    let reach = Reach { offset: 0, length: 0, line: 1, column: 1 };
    let judged = |(source, hit): (usize, Hit)| Some((source, SourceHit { hit: hit.judged(options)?, reach }));
    let mut hits: Vec<_> = alone.chain(pairs).filter_map(judged).collect();
    hits.sort_by_key(|(source, _)| *source);
    hits
}

fn pair_hit(pair: &SourcePair, other: &str) -> Hit {
    let SourcePair { held, shared, .. } = pair;
    let message = format!(
        "captured twice: `{}` has {} of the {} callbacks of this input within the span that both cover",
        shown(other),
        shared[1],
        held[1],
    );
    Hit::new(RuleId::InputCapturedTwice, message, 0..0)
        .note(format!(
            "this input has {} of its {}; a callback counts as often as the input that has it most often",
            shared[0], held[0],
        ))
        .help("to read one capture alone, name one of the inputs")
}

fn alone_hit(copies: SelfCopies) -> Hit {
    let (why, note) = match copies.by_capturer {
        true => (
            "the copies name different capturers",
            "each counts as often as the capturer that has it most often",
        ),
        false => (
            "the copies have equal times of capture",
            "copies with equal times count once; what was redelivered is still a duplicate",
        ),
    };
    let message = format!("captured twice: this input has nearly every callback more than once, and {why}");
    Hit::new(RuleId::InputCapturedTwice, message, 0..0).note(note)
}
