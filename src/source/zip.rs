//! zip archives → their members, in the order of the directory.
//!
//! Comes in: a file that can be read anywhere. Goes out: as for tar. Must not: trust what a member says of its size.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder};

use super::archive::{ArchiveMember, MOST_MEMBERS, is_hidden};
use super::compression::{Compression, Decompressor};
use super::stored_bytes::StoredBytes;

/// An archive that is being read.
pub(super) struct Zip<'s> {
    archive: ZipArchive<FileReader>,
    file: StoredBytes<'s, File>,
    /// The members that come next, the last one first.
    members: Vec<ZipEntry>,
    /// True if there were more than are read.
    has_more: bool,
}

struct ZipEntry {
    name: String,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    is_encrypted: bool,
}

impl<'s> Zip<'s> {
    /// The archive in a file, whose bytes are read through `file`.
    pub(super) fn open(own: File, file: StoredBytes<'s, File>) -> io::Result<Self> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(own, &mut buffer).map_err(damaged)?;
        let (mut members, mut has_more) = (Vec::new(), false);
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(damaged)? {
            let path = entry.file_path();
            let name = String::from_utf8_lossy(path.as_bytes()).trim_start_matches("./").to_owned();
            if entry.is_dir() || is_hidden(&name) || name.starts_with("__MACOSX/") {
                continue;
            }
            has_more = members.len() == MOST_MEMBERS;
            if has_more {
                break;
            }
            let (place, method) = (entry.wayfinder(), entry.compression_method());
            members.push(ZipEntry { name, place, method, is_encrypted: entry.flags().is_encrypted() });
        }
        members.reverse();
        Ok(Self { archive, file, members, has_more })
    }

    /// The next member; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<ArchiveMember<'s>>> {
        let Some(entry) = self.members.pop() else {
            return match std::mem::take(&mut self.has_more) {
                true => Err(super::archive::too_many()),
                false => Ok(None),
            };
        };
        let found = self.archive.get_entry(entry.place).map_err(damaged)?;
        let (start, end) = found.compressed_data_range();
        let stored = Range { file: self.file.try_clone()?, at: start, end };
        let stored = BufReader::with_capacity(RECOMMENDED_BUFFER_SIZE, stored);
        let plain: Box<dyn Read + Send + 's> = match entry.method {
            _ if entry.is_encrypted => return Err(unreadable(&entry.name, "is encrypted")),
            CompressionMethod::STORE => Box::new(stored),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(stored)),
            CompressionMethod::BZIP2 => Box::new(Decompressor::new(Compression::Bzip2, stored)),
            CompressionMethod::ZSTD => Box::new(Decompressor::new(Compression::Zstd, stored)),
            CompressionMethod::XZ => Box::new(Decompressor::new(Compression::Xz, stored)),
            _ => return Err(unreadable(&entry.name, "is compressed with an unsupported method")),
        };
        let name = entry.name;
        Ok(Some(ArchiveMember { name, reader: Box::new(found.verifying_reader(plain)) }))
    }
}

fn damaged(error: rawzip::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the zip archive is damaged: {error}"))
}

fn unreadable(name: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("its member `{}` {why}", name.escape_debug()))
}

/// A range of a file.
struct Range<'s> {
    file: StoredBytes<'s, File>,
    at: u64,
    end: u64,
}

impl Read for Range<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        self.file.get_mut().seek(SeekFrom::Start(self.at))?;
        let length = self.file.read(&mut buffer[..most])?;
        self.at += length as u64;
        Ok(length)
    }
}
