//! The inputs, in order, and how they are opened.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::identify::is_zip;
use super::rereading::{FirstBytes, SameBytes};
use super::stored_bytes::not_kept;
use super::stream::{ByteStream, Origin};

/// Bytes that tell a zip archive from the office documents that are one too.
const ZIP_HEAD: u64 = 4096;

/// Files that stay open for a second pass: half of those that may be open at once. The others are opened again by their
/// names, and have to hold the same bytes.
fn most_open() -> usize {
    #[cfg(unix)]
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    #[cfg(not(unix))]
    let limit = 512;
    usize::try_from(limit / 2).unwrap_or(usize::MAX)
}

/// One input.
#[derive(Debug)]
pub struct Source {
    /// Its name in reports: the path as given or found, `-` for standard input.
    pub name: String,
    /// The directory that was searched for it; none if it was named.
    pub folder: Option<String>,
    pub(super) origin: Origin,
    /// What the first pass read, for those after it.
    first: Mutex<FirstRead>,
    /// Of standard input, what has been read already.
    head: Mutex<Vec<u8>>,
}

/// What a source was when it was first opened.
#[derive(Debug, Default)]
struct FirstRead {
    /// The file, or what a pipe held.
    file: Option<File>,
    /// Its length in bytes, of a file that has one. What is added later is not read.
    length: Option<u64>,
    /// Its bytes, as far as a file is read again.
    bytes: Arc<Mutex<FirstBytes>>,
}

impl FirstRead {
    /// Its length; of a file that seemed empty at first, what was read of it.
    fn length(&self) -> Option<u64> {
        self.length.or_else(|| self.bytes.lock().unwrap_or_else(PoisonError::into_inner).length())
    }
}

impl Source {
    pub(super) fn new(name: String, origin: Origin) -> Self {
        Self { name, folder: None, origin, first: Mutex::default(), head: Mutex::default() }
    }

    /// The file at a path, by that name in reports; `folder` is the directory that was searched for it.
    pub fn file(name: &str, path: &Path, folder: Option<String>) -> Self {
        Self { folder, ..Self::new(name.to_owned(), Origin::File(path.to_owned())) }
    }

    /// Standard input, by that name in reports, after bytes that have been read of it.
    pub fn piped(name: &str, head: Vec<u8>) -> Self {
        Self { head: Mutex::new(head), ..Self::new(name.to_owned(), Origin::Stdin) }
    }

    /// True for the input of that name on the command line.
    pub fn is_named(&self, name: &OsStr) -> bool {
        matches!(&self.origin, Origin::File(path) if path == name)
    }

    /// True if its name is shown with escapes, since that of the file is not UTF-8.
    pub fn is_escaped(&self) -> bool {
        matches!(&self.origin, Origin::File(path) if path.to_str().is_none())
    }

    pub(super) fn is_stdin(&self) -> bool {
        self.origin == Origin::Stdin
    }

    /// Reads into `buffer` what the file holds at an offset; 0 bytes mean its end.
    ///
    /// # Errors
    /// If it cannot be opened, or is a pipe.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file_at(offset)?.read(buffer)
    }

    /// Standard input, with what has been read of it already.
    fn stdin(&self) -> impl Read + Send + 'static {
        let head = std::mem::take(&mut *self.head.lock().unwrap_or_else(PoisonError::into_inner));
        Cursor::new(head).chain(io::stdin())
    }

    /// The file, at an offset.
    fn file_at(&self, offset: u64) -> io::Result<File> {
        let Origin::File(path) = &self.origin else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "a pipe is only read from its beginning"));
        };
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(file)
    }

    /// When the file was last modified, in nanoseconds since 1970; none for a pipe, or if that is not known.
    pub fn modified(&self) -> Option<u64> {
        let Origin::File(path) = &self.origin else { return None };
        let modified = path.metadata().ok()?.modified().ok()?;
        u64::try_from(modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_nanos()).ok()
    }

    /// Size of the file in bytes, as it is stored; none for a pipe.
    pub fn stored_size(&self) -> Option<u64> {
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
    names: SourceNames,
    /// For each source read so far, the input that holds it.
    inputs: RwLock<Vec<usize>>,
}

/// The names of the sources in reports, in the order in which they are read: those of inputs, or of the members of
/// archives. It grows as the inputs are read for the first time.
#[derive(Clone, Debug, Default)]
pub struct SourceNames(Arc<RwLock<Vec<String>>>);

impl SourceNames {
    /// These names, in order.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self(Arc::new(RwLock::new(names.into_iter().collect())))
    }

    /// Calls `with` with what gives the name of a source; of one that is not known that of the last, as the later files
    /// of one log have.
    pub fn with<T>(&self, with: impl for<'n> FnOnce(&dyn Fn(usize) -> &'n str) -> T) -> T {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        with(&|index| names.get(index).or(names.last()).map_or("", String::as_str))
    }

    fn add(&self, name: String) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(name);
    }
}

impl Sources {
    /// Inputs in that order.
    pub fn new(list: Vec<Source>) -> Self {
        Self { list, ..Self::default() }
    }

    /// Asks for a second pass to be possible.
    pub fn keep_pipes(&mut self) {
        self.keep_pipes = true;
    }

    /// The inputs.
    pub fn list(&self) -> &[Source] {
        &self.list
    }

    /// The names of the sources, which grow with what has been read.
    pub fn source_names(&self) -> SourceNames {
        self.names.clone()
    }

    /// The names of all sources that have been read, in order.
    pub fn names(&self) -> Vec<String> {
        self.names.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says which input a source is in, when it is read for the first time: it is named after it, and after its path in
    /// that if it is an archive.
    pub fn add_source(&self, index: usize, input: usize, member: Option<&str>) {
        let mut inputs = self.inputs.write().unwrap_or_else(PoisonError::into_inner);
        if inputs.len() == index {
            inputs.push(input);
            let input = &self.list[input].name;
            self.names.add(match member {
                Some(member) => format!("{input}:{member}"),
                None => input.clone(),
            });
        }
    }

    /// The sources of inputs that were read elsewhere: their names, and the inputs that hold them.
    pub fn set_sources(&self, sources: &[(String, usize)]) {
        let mut inputs = self.inputs.write().unwrap_or_else(PoisonError::into_inner);
        inputs.extend(sources.iter().map(|(_, input)| *input));
        sources.iter().for_each(|(name, _)| self.names.add(name.clone()));
    }

    /// The input that a source is in, if it has been read.
    pub fn input_of(&self, index: usize) -> Option<&Source> {
        let inputs = self.inputs.read().unwrap_or_else(PoisonError::into_inner);
        self.list.get(*inputs.get(index)?)
    }

    /// True if all inputs can be read again.
    pub fn can_be_read_again(&self) -> bool {
        self.keep_pipes || self.list.iter().all(|source| source.stored_size().is_some())
    }

    /// True if two sources that have been read are in one file, which is among the inputs twice.
    pub fn are_one_file(&self, sources: [usize; 2]) -> bool {
        let inputs = self.inputs.read().unwrap_or_else(PoisonError::into_inner);
        let [one, other] =
            sources.map(|index| inputs.get(index).map(|input| (*input, &self.list[*input].origin)));
        one.zip(other).is_some_and(|((one, origin), (other, again))| one != other && origin == again)
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

    /// Opens an input from its beginning.
    ///
    /// # Errors
    /// If it cannot be opened, or a pipe has been read and was not kept.
    pub fn open(&self, index: usize) -> io::Result<ByteStream<'_>> {
        let source = &self.list[index];
        let mut first = source.first.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = first.file.as_mut() {
            file.seek(SeekFrom::Start(0))?;
            let file = file.try_clone()?;
            return self.stream(file, &first);
        }
        let file = match &source.origin {
            Origin::Stdin => None,
            Origin::File(path) => Some(File::open(path)?),
        };
        if let Some(file) = &file
            && let Some(length) = file.metadata().ok().filter(|it| it.is_file()).map(|it| it.len())
        {
            // Some systems show files that have no length until they are read.
            first.length = first.length.or(Some(length).filter(|length| *length > 0));
            if self.keep_pipes && index < most_open() {
                first.file = Some(file.try_clone()?);
            }
            return self.stream(file.try_clone()?, &first);
        }
        let keep = match self.keep_pipes {
            true => Some(tempfile::tempfile().map_err(not_kept)?),
            false => None,
        };
        first.file = keep.as_ref().map(File::try_clone).transpose()?;
        match file {
            Some(file) => ByteStream::new(file, &self.read, keep),
            None => ByteStream::new(source.stdin(), &self.read, keep),
        }
    }

    /// Opens an input that is neither compressed nor an archive at an offset; it is read up to the length that it had.
    ///
    /// # Errors
    /// If it cannot be opened, or is a pipe that is not read from its beginning.
    pub fn open_at(&self, index: usize, offset: u64) -> io::Result<ByteStream<'_>> {
        if self.list[index].is_stdin() && offset == 0 {
            return ByteStream::of_plain(self.list[index].stdin(), &self.read);
        }
        let file = self.list[index].file_at(offset)?;
        let length = file.metadata()?.len().saturating_sub(offset);
        ByteStream::of_plain(UpToLength { file, left: Some(length) }, &self.read)
    }

    /// Reads into `buffer` what an input holds at an offset; 0 bytes mean its end.
    ///
    /// # Errors
    /// As for [`Sources::open_at`].
    pub fn read_at(&self, index: usize, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.list[index].read_at(offset, buffer)
    }

    /// The streams of a file that is read up to the length that it had, and holds what it held.
    fn stream(&self, mut file: File, first: &FirstRead) -> io::Result<ByteStream<'_>> {
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(ZIP_HEAD).read_to_end(&mut head)?;
        if is_zip(&head) {
            return ByteStream::of_zip(&file, &self.read);
        }
        file.seek(SeekFrom::Start(0))?;
        let file = UpToLength { file, left: first.length() };
        match self.keep_pipes {
            true => ByteStream::new(SameBytes::new(file, Arc::clone(&first.bytes)), &self.read, None),
            false => ByteStream::new(file, &self.read, None),
        }
    }
}

/// A file up to the length that it had, if that is known; to end before is an error.
struct UpToLength {
    file: File,
    left: Option<u64>,
}

impl Read for UpToLength {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = &mut self.left else { return self.file.read(buffer) };
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.file.read(&mut buffer[..most])?;
        if length == 0 && most > 0 {
            let text = "it has become shorter since it was opened";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
        }
        *left -= length as u64;
        Ok(length)
    }
}
