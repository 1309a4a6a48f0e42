//! What others have to do with a file that is open: they may rename or delete it at any time, or be able to read it.

use std::fs::File;
use std::path::Path;

/// True if the path leads to this file, or if that cannot be determined.
#[cfg(unix)]
pub(super) fn leads_to(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(open) = file.metadata() else { return true };
    match path.metadata() {
        Ok(there) => (there.dev(), there.ino()) == (open.dev(), open.ino()),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// What tells a file from all others that are there: its device, and its number there.
#[cfg(unix)]
pub(in crate::live::capture) fn numbers(file: &File) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    file.metadata().map_or((0, 0), |metadata| (metadata.dev(), metadata.ino()))
}

/// Elsewhere nothing does.
#[cfg(not(unix))]
pub(in crate::live::capture) fn numbers(_: &File) -> (u64, u64) {
    (0, 0)
}

/// True if no path leads to a file any more, so that it goes away when it is closed.
#[cfg(unix)]
pub(super) fn is_deleted(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|open| open.nlink() == 0)
}

/// True if a file is readable or writable by others than its owner.
#[cfg(unix)]
pub(super) fn is_open_to_others(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|open| open.mode() & 0o066 != 0)
}

/// Elsewhere an open file can be neither renamed nor deleted.
#[cfg(not(unix))]
pub(super) fn leads_to(_: &Path, _: &File) -> bool {
    true
}

/// Elsewhere an open file cannot be deleted.
#[cfg(not(unix))]
pub(super) fn is_deleted(_: &File) -> bool {
    false
}

/// Elsewhere the folder decides.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &File) -> bool {
    false
}
