//! Header lines that have already been read.
//!
//! Comes in: lines of a head. Goes out: whether one is known. Must not: say what a line means.

/// Header lines of the last request, by their place in its head: whole lines without flaws that say nothing about the
/// body. Most requests of a log have the same ones, which then need not be read again.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownLines {
    lines: Vec<KnownLine>,
}

#[derive(Clone, Debug, Default)]
struct KnownLine {
    text: Vec<u8>,
    is_host: bool,
}

impl KnownLines {
    /// Lines that are kept, and how long they may be.
    const MOST: usize = 16;
    const LONGEST: usize = 256;

    /// Length of the known line at that place, if `data` begins with it, and whether it is a `Host` line.
    pub(super) fn find(&self, place: usize, data: &[u8]) -> Option<(usize, bool)> {
        let line = self.lines.get(place).filter(|line| !line.text.is_empty())?;
        data.starts_with(&line.text).then_some((line.text.len(), line.is_host))
    }

    /// Keeps a line at that place of the head.
    pub(super) fn keep(&mut self, place: usize, line: &[u8], is_host: bool) {
        if place >= Self::MOST || line.len() > Self::LONGEST {
            return;
        }
        if self.lines.len() <= place {
            self.lines.resize_with(place + 1, KnownLine::default);
        }
        let known = &mut self.lines[place];
        line.clone_into(&mut known.text);
        known.is_host = is_host;
    }
}
