//! What backends answered: `LOG.forward` files among the inputs.
//!
//! Comes in: the inputs as they are named. Goes out: the logs among them, and the answers that the others hold. Must
//! not: take a log for one.

use std::io::{self, BufReader, Read};

use crate::cli::Terminal;
use crate::deliveries::{Answers, ForwardLine};
use crate::report::counted;
use crate::source::{ByteStream, InputError, ReadError, Source, Sources, plain};

/// Bytes of the beginning of a file that are looked at.
const HEAD: usize = 4096;

/// Takes the files that hold answers out of the inputs.
pub(super) fn split_answers(sources: Vec<Source>) -> (Vec<Source>, Vec<Source>) {
    sources.into_iter().partition(holds_answers)
}

/// True for a `LOG.forward`, whatever it is called. A compressed file is looked into only if it is called so.
fn holds_answers(source: &Source) -> bool {
    if source.stored_size().is_none() {
        return false;
    }
    let mut head = vec![0; HEAD];
    let read = source.read_at(0, &mut head).unwrap_or_default();
    if ForwardLine::begins(&head[..read]) {
        return true;
    }
    let is_compressed = [".gz", ".zst", ".bz2", ".xz"].iter().any(|end| source.name.ends_with(end));
    if !(is_compressed && source.name.contains(".forward")) {
        return false;
    }
    let sources = Sources::new(vec![Source::file(&source.name, source.name.as_ref(), None)]);
    let begin = sources.open(0).ok().and_then(|stream| {
        let (mut stream, mut begin) = (Decompressed(stream), Vec::new());
        stream.0.next_source().ok()??;
        Read::by_ref(&mut stream).take(HEAD as u64).read_to_end(&mut begin).ok()?;
        Some(begin)
    });
    begin.is_some_and(|begin| ForwardLine::begins(&begin))
}

/// A stream as others read it.
struct Decompressed<'s>(ByteStream<'s>);

impl Read for Decompressed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(cause)
    }
}

fn cause(error: ReadError) -> io::Error {
    match error {
        ReadError::Damaged(what) => io::Error::other(what),
        ReadError::Io(error) => error,
    }
}

/// Reads the answers in these files; what is damaged is noted. Errors are those of files that cannot be read to their
/// end.
pub(super) fn read_answers(files: Vec<Source>, terminal: Terminal) -> (Answers, Vec<InputError>) {
    let (mut answers, mut errors) = (Answers::default(), Vec::new());
    let sources = Sources::new(files);
    for (index, source) in sources.list().iter().enumerate() {
        let read = sources.open(index).and_then(|mut stream| match stream.next_source() {
            Ok(Some(_)) => answers.read(BufReader::new(Decompressed(stream))),
            Ok(None) => Ok(crate::deliveries::LineDamage::default()),
            Err(error) => Err(cause(error)),
        });
        match read {
            Ok(damage) => {
                if let Some((line, cause)) = &damage.first {
                    let lines = counted(damage.lines, "line");
                    terminal.note(&format!(
                        "`{}`: {lines} cannot be used and count nowhere; the first is line {line}: {cause}",
                        source.name
                    ));
                }
            }
            Err(error) => errors.push(InputError { name: source.name.clone(), cause: plain(&error) }),
        }
    }
    if answers.newer > 0 {
        let lines = counted(answers.newer, "line");
        terminal.note(&format!(
            "{lines} of answers come from a later version, and are read so far as they can be"
        ));
    }
    (answers, errors)
}
