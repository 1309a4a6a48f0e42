//! Where the file of a project's defaults is.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::default::CONFIG_NAME;

/// What a search has found.
#[derive(Debug, Default)]
pub(super) struct FoundConfig {
    /// The file.
    pub(super) file: Option<PathBuf>,
    /// A file that another user owns, which ends the search: whoever can write to a folder above must not decide.
    pub(super) passed_over: Option<PathBuf>,
}

/// Searches a folder and those above it, up to one that holds a `.git`, or the home folder.
pub(super) fn search(start: &Path) -> FoundConfig {
    let home = std::env::home_dir().map(|home| home.canonicalize().unwrap_or(home));
    for folder in start.ancestors() {
        let path = folder.join(CONFIG_NAME);
        if let Ok(own) = path.symlink_metadata() {
            // Of a link, neither it nor the file that it leads to may be of another user.
            let is_ours = is_ours(&own) && path.metadata().map_or(true, |file| is_ours(&file));
            return match is_ours {
                true => FoundConfig { file: Some(path), passed_over: None },
                false => FoundConfig { file: None, passed_over: Some(path) },
            };
        }
        if folder.join(".git").symlink_metadata().is_ok() || home.as_deref() == Some(folder) {
            break;
        }
    }
    FoundConfig::default()
}

#[cfg(unix)]
fn is_ours(file: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(_: &Metadata) -> bool {
    true
}
