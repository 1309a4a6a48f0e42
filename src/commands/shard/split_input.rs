//! Opens the input of a split: the file that was planned, or what comes on standard input.
//!
//! Comes in: a split. Goes out: inputs that are read in its range, and what was read of them. Must not: take another file
//! for the one that was planned, or a part of it for all of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::plan::sample;
use super::spool::{SpooledSplit, StreamedSplit};
use crate::cli::InputArgs;
use crate::engine::{ReadExtent, SourceRange};
use crate::framing::{Format, detect};
use crate::session::{Inputs, Session};
use crate::shard::{Container, Split};
use crate::source::Source;

/// Where the bytes of a split come from.
#[derive(Debug)]
enum SplitBytes {
    /// The file that was planned, by its own name or another one.
    File(PathBuf, bool),
    /// Lines with positions, or what can be read only as a file, put into one.
    Spooled(SpooledSplit),
    /// Standard input as it is.
    Stream,
}

/// The input of a split.
#[derive(Debug)]
pub(super) struct SplitInput {
    /// The input, as any other.
    pub(super) inputs: Inputs,
    /// What offsets in it are counted from.
    pub(super) offset: u64,
    bytes: SplitBytes,
}

impl SplitInput {
    /// Opens it. `args` say how much memory is used.
    ///
    /// # Errors
    /// If it cannot be read, or is not the one that was planned.
    pub(super) fn open(
        split: &Split,
        file: Option<&Path>,
        has_positions: bool,
        mut args: InputArgs,
        session: &Session,
    ) -> anyhow::Result<Self> {
        split.reading.apply(&mut args)?;
        let is_whole = is_whole(split);
        // A range is exact where it is known that a record begins.
        let mut range = SourceRange { start: split.start, end: split.end, is_exact: split.exact };
        let mut offset = 0;
        let from_file = |path: &Path| Source::file(&split.source, path, split.folder.clone());
        let (source, bytes) = match file {
            Some(file) if file == Path::new("-") && has_positions => {
                let lines = SpooledSplit::of_lines(&mut std::io::stdin().lock(), split.size)?;
                let source = from_file(lines.file.path());
                check_lines(&source)?;
                offset = lines.offset.unwrap_or(split.start);
                (source, SplitBytes::Spooled(lines))
            }
            Some(file) if file == Path::new("-") => {
                let mut input = std::io::stdin().lock();
                let format = split.container.format().filter(|_| !is_whole && !split.exact);
                let stream = StreamedSplit::of(&mut input, split, format)?;
                if is_whole && stream.needs_file() {
                    let spooled = SpooledSplit::of_stream(stream, &mut input)?;
                    let source = from_file(spooled.file.path());
                    check_size(&source, "standard input", split)?;
                    (source, SplitBytes::Spooled(spooled))
                } else {
                    offset = stream.begin;
                    let end = split.end.saturating_sub(stream.begin);
                    range = SourceRange { start: 0, end, is_exact: true };
                    (Source::piped(&split.source, stream.head), SplitBytes::Stream)
                }
            }
            _ => {
                ensure!(!has_positions, "`--positions` needs `-`: the lines come on standard input");
                let path = file.map_or_else(|| split.path(), Path::to_path_buf);
                let source = from_file(&path);
                check_file(&source, &path, split)?;
                (source, SplitBytes::File(path, file.is_some()))
            }
        };
        if !is_whole {
            args.input_format = split.container.format();
        }
        let mut inputs = Inputs::of(vec![source], &args, session.terminal);
        inputs.include_refused(split.reading.include_refused);
        inputs.cut.range = Some(range).filter(|_| !is_whole && !has_positions);
        let input = Self { inputs, offset, bytes };
        input.check_time(split, "was modified after its plan was made")?;
        Ok(input)
    }

    /// What was read of it, once all of that has been, with that many records; none for all of the input.
    ///
    /// # Errors
    /// If it ended before the split does, or has changed.
    pub(super) fn extent(&self, split: &Split, records: u64) -> anyhow::Result<Option<ReadExtent>> {
        let offset = self.offset;
        let placed = |it: ReadExtent| ReadExtent { begin: it.begin + offset, end: it.end + offset, ..it };
        let extent = match &self.bytes {
            SplitBytes::Spooled(SpooledSplit { lines: Some((end, lines)), .. }) => {
                return Ok(Some(placed(ReadExtent { begin: 0, end: *end, lines: *lines, records })));
            }
            _ => self.inputs.extent.map(placed),
        };
        let is_short = extent.is_some_and(|extent| extent.end < split.end.min(split.size));
        ensure!(!is_short, "the input ends before the split does");
        if matches!(self.bytes, SplitBytes::Stream) && is_whole(split) {
            // What comes after the end of an archive is not read, but counts.
            let rest = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            let size = self.inputs.sources.read() + rest.context("cannot read standard input")?;
            check_same(size, "standard input", split)?;
        }
        self.check_time(split, "was modified while it was read")?;
        Ok(extent)
    }

    /// Insists on the file that was planned, by the time of its last modification. Another one holds what it held.
    fn check_time(&self, split: &Split, changed: &str) -> anyhow::Result<()> {
        let SplitBytes::File(path, false) = &self.bytes else { return Ok(()) };
        let modified = self.inputs.sources.list().first().and_then(Source::modified);
        if split.modified.is_some() && modified != split.modified {
            bail!("`{}` {changed}; plan again, or name a file that holds what it held", path.display());
        }
        Ok(())
    }
}

/// True for a split that is all of its input.
fn is_whole(split: &Split) -> bool {
    split.container == Container::Whole || (split.start == 0 && split.end == split.size)
}

fn check_same(size: u64, name: &str, split: &Split) -> anyhow::Result<()> {
    ensure!(size == split.size, "{name} has {size} bytes, and had {} when the plan was made", split.size);
    Ok(())
}

fn check_size(source: &Source, name: &str, split: &Split) -> anyhow::Result<u64> {
    let size = source.stored_size().with_context(|| format!("cannot read {name}"))?;
    check_same(size, name, split)?;
    Ok(size)
}

/// Insists on the file that was planned, by its size and pieces of it.
fn check_file(source: &Source, path: &Path, split: &Split) -> anyhow::Result<()> {
    let name = format!("`{}`", path.display());
    let size = check_size(source, &name, split)?;
    if !split.sample.is_empty() {
        let found = sample(source, size).with_context(|| format!("cannot read {name}"))?;
        ensure!(found == split.sample, "{name} is not the file that was planned");
    }
    Ok(())
}

/// Insists on lines that are records of their own, as far as their beginning tells.
fn check_lines(source: &Source) -> anyhow::Result<()> {
    let mut head = vec![0; 1 << 16];
    let length = source.read_at(0, &mut head).context("cannot read a temporary file")?;
    match detect(&head[..length], true) {
        Some(Format::JsonLines) | None => Ok(()),
        Some(Format::Http) => {
            bail!("raw HTTP has records of several lines, which cannot be given with positions")
        }
        Some(Format::Table) => {
            bail!("the rows of a table need its header, and cannot be given with positions")
        }
    }
}
