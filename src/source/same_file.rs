//! Detects an input that is the tool's own output: reading what is being written would never end, and what replaces the
//! input would destroy it.

use std::fs::Metadata;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::sources::Source;
use super::stream::Origin;

impl Source {
    /// True for the file that standard output goes to.
    pub fn is_standard_output(&self) -> bool {
        let Origin::File(path) = &self.origin else { return false };
        let output = std::io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
        is_same(output.and_then(|file| file.metadata()), path.metadata())
    }

    /// True for the regular file at that path, by whatever name; also if standard input comes from it.
    pub fn is_file_at(&self, path: &Path) -> bool {
        let own = match &self.origin {
            Origin::File(path) => path.metadata(),
            Origin::Stdin => {
                let input = std::io::stdin().as_fd().try_clone_to_owned().map(std::fs::File::from);
                input.and_then(|file| file.metadata())
            }
        };
        is_same(path.metadata(), own)
    }
}

/// True for one and the same regular file.
fn is_same(one: std::io::Result<Metadata>, other: std::io::Result<Metadata>) -> bool {
    let one = one.ok().filter(Metadata::is_file);
    one.zip(other.ok()).is_some_and(|(one, other)| (one.dev(), one.ino()) == (other.dev(), other.ino()))
}
