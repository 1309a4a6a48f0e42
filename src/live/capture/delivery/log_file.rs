//! One file of a log, read line by line while others may still add to it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::deliveries::FileMark;
use crate::live::capture::log::numbers;

/// Bytes that are read at once.
const PART: u64 = 1 << 16;

/// Bytes of the beginning by which a file is known.
const HEAD: u64 = 4096;

/// Where the bytes come from.
enum FileBytes {
    Plain(File),
    /// Decompressed.
    Packed(Box<dyn Read + Send>),
}

/// An open file of a log.
pub(super) struct LogFile {
    path: PathBuf,
    stored: FileBytes,
    mark: FileMark,
    /// What was read and not given yet, and its offset.
    ahead: Vec<u8>,
    offset: u64,
}

impl std::fmt::Debug for LogFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LogFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The bytes of a compressed file, by its first ones; none for a plain one.
fn unpacked(file: &mut File) -> io::Result<Option<Box<dyn Read + Send>>> {
    let mut magic = Vec::new();
    Read::by_ref(file).take(4).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(match &magic[..] {
        [0x1f, 0x8b, ..] => Some(Box::new(flate2::read::MultiGzDecoder::new(file.try_clone()?))),
        [0x28, 0xb5, 0x2f, 0xfd] => Some(Box::new(zstd::Decoder::new(file.try_clone()?)?)),
        _ => None,
    })
}

/// The first bytes of a file, decompressed, and its numbers.
pub(in crate::live::capture) fn head_of(path: &Path, wanted: usize) -> io::Result<((u64, u64), Vec<u8>)> {
    let mut file = File::open(path)?;
    let numbers = numbers(&file);
    let mut head = Vec::new();
    match unpacked(&mut file)? {
        Some(packed) => drop(packed.take(wanted as u64).read_to_end(&mut head)?),
        None => drop(file.take(wanted as u64).read_to_end(&mut head)?),
    }
    Ok((numbers, head))
}

impl LogFile {
    /// Opens a file at its beginning.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let (_, head) = head_of(path, HEAD as usize)?;
        let mut file = File::open(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let packed = unpacked(&mut file)?;
        // A copy is known by its content alone.
        let numbers = if packed.is_some() { (0, 0) } else { numbers(&file) };
        let mark = FileMark::new(name, numbers, &head);
        let stored = packed.map_or_else(|| FileBytes::Plain(file), FileBytes::Packed);
        Ok(Self { path: path.to_owned(), stored, mark, ahead: Vec::new(), offset: 0 })
    }

    /// What it was called when it was opened.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// By what it is known.
    pub(super) fn mark(&self) -> &FileMark {
        &self.mark
    }

    /// Its device and its number there; zeros of a compressed file.
    pub(super) fn numbers(&self) -> (u64, u64) {
        (self.mark.device, self.mark.inode)
    }

    /// The offset of the next line.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes on at an offset.
    ///
    /// # Errors
    /// If it cannot be read, or of a compressed file, if that lies before what has been read.
    pub(super) fn go_to(&mut self, offset: u64) -> io::Result<()> {
        match &mut self.stored {
            FileBytes::Plain(_) => self.ahead.clear(),
            FileBytes::Packed(packed) => {
                let read = self.offset + self.ahead.len() as u64;
                if offset < self.offset {
                    return Err(io::Error::other("a compressed file is not read backwards"));
                }
                let skipped =
                    usize::try_from(offset - self.offset).unwrap_or(usize::MAX).min(self.ahead.len());
                self.ahead.drain(..skipped);
                io::copy(&mut packed.take(offset.saturating_sub(read)), &mut io::sink())?;
            }
        }
        self.offset = offset;
        Ok(())
    }

    /// The next line with its offset, without its line end, as far as it lies within the first `end` bytes; none before it is whole. NUL bytes before it, as a power cut leaves them, are left out.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn next_line(&mut self, end: Option<u64>) -> io::Result<Option<(u64, Vec<u8>)>> {
        let mut searched = 0;
        loop {
            if let Some(feed) = memchr::memchr(b'\n', &self.ahead[searched..]) {
                let length = searched + feed + 1;
                let at = self.offset;
                if end.is_some_and(|end| at + length as u64 > end) {
                    return Ok(None);
                }
                let line: Vec<u8> = self.ahead.drain(..length).collect();
                self.offset += length as u64;
                let text = line.trim_ascii_end();
                let zeros = text.iter().take_while(|byte| **byte == 0).count();
                return Ok(Some((at, text[zeros..].to_vec())));
            }
            searched = self.ahead.len();
            if !self.read_ahead(end)? {
                return Ok(None);
            }
        }
    }

    /// Reads on; false if there is nothing more.
    fn read_ahead(&mut self, end: Option<u64>) -> io::Result<bool> {
        let from = self.offset + self.ahead.len() as u64;
        let most = end.map_or(PART, |end| end.saturating_sub(from).min(PART));
        let before = self.ahead.len();
        match &mut self.stored {
            FileBytes::Plain(file) => {
                file.seek(SeekFrom::Start(from))?;
                file.take(most).read_to_end(&mut self.ahead)?;
            }
            FileBytes::Packed(packed) => drop(packed.take(most).read_to_end(&mut self.ahead)?),
        }
        Ok(self.ahead.len() > before)
    }

    /// Takes in what has been added to the beginning since it was opened, so that it is known by more.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn refresh_mark(&mut self) -> io::Result<()> {
        let FileBytes::Plain(file) = &mut self.stored else { return Ok(()) };
        if self.mark.can_grow(file.metadata()?.len()) {
            let mut head = Vec::new();
            file.rewind()?;
            file.take(HEAD).read_to_end(&mut head)?;
            // Only whole lines: the last one may still be taken back.
            let whole = memchr::memrchr(b'\n', &head).map_or(0, |feed| feed + 1);
            let known = if head.len() < HEAD as usize { &head[..whole] } else { &head[..] };
            self.mark = FileMark::new(self.mark.name.clone(), self.numbers(), known);
        }
        Ok(())
    }
}
