//! Tells an input that is the tool's own output: reading what is being written would never end.

use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use super::{Origin, Source};

impl Source {
    /// True for the very file that standard output goes to.
    pub fn is_standard_output(&self) -> bool {
        let Origin::File(path) = &self.origin else { return false };
        let output = std::io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
        let output = output.and_then(|file| file.metadata()).ok().filter(std::fs::Metadata::is_file);
        let Some((one, other)) = output.zip(path.metadata().ok()) else { return false };
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }
}
