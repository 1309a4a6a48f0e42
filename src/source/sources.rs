//! The inputs, in order, and how they are opened.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::stream::{ByteStream, Origin, not_kept};

/// One input.
#[derive(Debug)]
pub struct Source {
    /// Its name in reports: the path as given or found, `-` for standard input.
    pub name: String,
    pub(super) origin: Origin,
    /// What a pipe held, decompressed, if it has been kept.
    kept: Mutex<Option<File>>,
}

impl Source {
    pub(super) fn new(name: String, origin: Origin) -> Self {
        Self { name, origin, kept: Mutex::new(None) }
    }

    pub(super) fn is_stdin(&self) -> bool {
        self.origin == Origin::Stdin
    }

    /// Size of the file in bytes, as it is stored; none for a pipe.
    fn stored_size(&self) -> Option<u64> {
        match &self.origin {
            Origin::Stdin => None,
            Origin::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|it| it.len()),
        }
    }
}

/// All inputs, in the order in which they are read.
#[derive(Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
    /// True if a pipe is to be kept for a second pass.
    keep_pipes: bool,
    /// Bytes read so far, as they are stored.
    read: AtomicU64,
}

impl Sources {
    /// Inputs in that order.
    pub fn new(list: Vec<Source>) -> Self {
        Self { list, keep_pipes: false, read: AtomicU64::new(0) }
    }

    /// Asks for a second pass to be possible.
    pub fn keep_pipes(&mut self) {
        self.keep_pipes = true;
    }

    /// The inputs.
    pub fn list(&self) -> &[Source] {
        &self.list
    }

    /// Name of a source in reports.
    pub fn name(&self, index: usize) -> &str {
        self.list.get(index).map_or("", |source| &source.name)
    }

    /// The names of all sources in reports, in order.
    pub fn names(&self) -> Vec<String> {
        self.list.iter().map(|source| source.name.clone()).collect()
    }

    /// Names of files that are among the inputs more than once.
    pub fn named_twice(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let mut twice = Vec::new();
        for source in &self.list {
            if let Origin::File(path) = &source.origin
                && !seen.insert(path)
            {
                twice.push(source.name.as_str());
            }
        }
        twice
    }

    /// Bytes read so far, as they are stored.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes in all, as they are stored, if that is known. Asks for the size of every file.
    pub fn size(&self) -> Option<u64> {
        self.list.iter().map(Source::stored_size).sum()
    }

    /// Opens a source from its beginning.
    ///
    /// # Errors
    /// If it cannot be opened, or a pipe has been read and was not kept.
    pub fn open(&self, index: usize) -> std::io::Result<ByteStream<'_>> {
        let source = &self.list[index];
        let mut kept = source.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(file) = kept.as_mut() {
            file.seek(SeekFrom::Start(0))?;
            return Ok(ByteStream::plain(file.try_clone()?, &self.read));
        }
        let (stream, is_pipe) = ByteStream::open(&source.origin, &self.read)?;
        if is_pipe && self.keep_pipes {
            let file = tempfile::tempfile().map_err(not_kept)?;
            *kept = Some(file.try_clone()?);
            return Ok(stream.keeping(file));
        }
        Ok(stream)
    }
}
