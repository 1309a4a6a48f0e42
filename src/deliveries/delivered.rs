//! `LOG.delivered`: up to where the lines of a log have been delivered, so that a start goes on where a kill left off.
//!
//! A file is known by its device, its number there, and a digest of its beginning: so it is found again after it was
//! renamed, and its compressed copy by the digest alone.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::time_text;

/// The format that is written.
const FORMAT: u32 = 1;

/// Bytes of the beginning of a file by which it is known: less than a line and what makes it different.
const HEAD: usize = 4096;

/// A file of a log, whatever it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// The device that it is on; 0 if the system does not say.
    pub device: u64,
    /// Its number there; 0 if the system does not say.
    pub inode: u64,
    /// How many of its first bytes are digested.
    pub head_bytes: u64,
    /// Their SHA-256, in hexadecimal.
    pub head_sha256: String,
    /// What it was called when this was written, without its folder.
    #[serde(default)]
    pub name: String,
}

impl FileMark {
    /// The mark of a file that begins so.
    pub fn new(name: String, (device, inode): (u64, u64), head: &[u8]) -> Self {
        let head = &head[..head.len().min(HEAD)];
        Self { device, inode, head_bytes: head.len() as u64, head_sha256: digest(head), name }
    }

    /// How many of the first bytes of a file have to be read, to compare it.
    pub fn head_wanted(&self) -> usize {
        usize::try_from(self.head_bytes).unwrap_or(HEAD).min(HEAD)
    }

    /// True for the file that has these numbers and begins so; a copy of it has other numbers.
    pub fn is(&self, numbers: (u64, u64), head: &[u8]) -> bool {
        if self.head_bytes == 0 {
            return numbers == (self.device, self.inode) && numbers != (0, 0);
        }
        let wanted = self.head_wanted();
        head.len() >= wanted && digest(&head[..wanted]) == self.head_sha256
    }

    /// True if more of the file is there than was digested, and more would make it better known.
    pub fn can_grow(&self, length: u64) -> bool {
        self.head_bytes < (HEAD as u64).min(length)
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A line that comes before the position and still has to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsettledLine {
    /// Its file, by its index in [`Delivered::files`].
    pub file: usize,
    /// Its offset there.
    pub offset: u64,
    /// How often the backend refused it.
    #[serde(default)]
    pub refusals: u32,
}

/// Up to where a log has been delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The format of the file.
    pub format: u32,
    /// When this was written, in Unix milliseconds.
    #[serde(with = "time_text")]
    pub synced_at: i64,
    /// The files that are spoken of, in their order; the last is the one that is read.
    pub files: Vec<FileMark>,
    /// The offset in the last file before which every line is delivered, but for those that are pending.
    pub offset: u64,
    /// The lines before it that are not.
    pub pending: Vec<UnsettledLine>,
}

impl Delivered {
    /// The content of the file.
    pub fn write(mut self) -> Vec<u8> {
        self.format = FORMAT;
        let mut text = serde_json::to_vec(&self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Reads the content of the file.
    ///
    /// # Errors
    /// In words, if it is damaged, or of a later format.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let read: Self = serde_json::from_slice(text).map_err(|error| format!("it is damaged: {error}"))?;
        if read.format > FORMAT {
            return Err(format!("it is of format {}, which a later version writes", read.format));
        }
        if read.files.is_empty() || read.pending.iter().any(|line| line.file >= read.files.len()) {
            return Err("it is damaged: it names no file".to_owned());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_whatever_it_is_called() {
        let text = b"{\"received_at\":1}\n".repeat(1000);
        let mark = FileMark::new("a.log".into(), (3, 4), &text);
        assert!(mark.is((3, 4), &text) && mark.is((9, 9), &text[..HEAD]), "a copy");
        assert!(!mark.is((3, 4), &text[1..]) && !mark.is((3, 4), b""));
        let empty = FileMark::new("a.log".into(), (3, 4), b"");
        assert!(empty.is((3, 4), &text) && !empty.is((3, 5), &text) && empty.can_grow(1));
    }

    #[test]
    fn what_is_written_is_read_and_damage_is_told() {
        let file = FileMark::new("a.log".into(), (3, 4), b"x");
        let pending = vec![UnsettledLine { file: 0, offset: 7, refusals: 2 }];
        let state = Delivered { synced_at: 5, files: vec![file], offset: 9, pending, ..Delivered::default() };
        let written = state.clone().write();
        assert_eq!(Delivered::read(&written), Ok(Delivered { format: FORMAT, ..state }));
        assert!(Delivered::read(&written[..written.len() / 2]).is_err());
        let later = String::from_utf8_lossy(&written).replace("\"format\":1", "\"format\":9");
        assert!(Delivered::read(later.as_bytes()).is_err_and(|error| error.contains("later version")));
    }
}
