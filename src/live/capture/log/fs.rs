//! Files of a log: how they are named, created, locked, and kept through a power cut.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A file that goes with a log, or with another such file: `LOG.name`.
pub(in crate::live::capture) fn companion(log: &Path, name: &str) -> PathBuf {
    let mut path = log.as_os_str().to_owned();
    path.push(".");
    path.push(name);
    path.into()
}

/// The folder that a file is in.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Opens a file for appending, and for reading what is there; a new one stays there after a power cut.
pub(super) fn open(path: &Path) -> io::Result<File> {
    match regular(private().read(true).append(true), path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = create(path)?;
            sync_folder(path)?;
            Ok(file)
        }
        other => other,
    }
}

/// Creates a file for appending.
pub(super) fn create(path: &Path) -> io::Result<File> {
    private().read(true).append(true).create_new(true).open(path)
}

/// What a file is opened with: a new one is readable by its owner alone. A link in its place is not followed: it could
/// lead to any file. Nor is a pipe waited for.
pub(super) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems have no file modes"))]
    let mut options = File::options();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options
}

/// Opens a file that is a regular one, or says what stands in its place.
pub(super) fn regular(options: &OpenOptions, path: &Path) -> io::Result<File> {
    let is_regular = |file: &File| file.metadata().map(|metadata| metadata.is_file());
    let what = match options.open(path) {
        Ok(file) if is_regular(&file)? => return Ok(file),
        Err(error) if path.symlink_metadata().map_or(true, |metadata| metadata.is_file()) => {
            return Err(error);
        }
        _ if path.is_symlink() => "a link, and links are not followed",
        _ => "not a regular file",
    };
    Err(io::Error::other(format!("`{}` is {what}", path.display())))
}

/// The same name, hidden: neither a walk through the folder nor a pattern finds it.
pub(super) fn hidden(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

/// Puts another file in the place of one, in one step and synced to disk: at every moment one of them is there, whole.
pub(in crate::live::capture) fn replace_file(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let unfinished = companion(&hidden(path), "tmp");
    let mut file = regular(private().write(true).create(true).truncate(true), &unfinished)?;
    let written = write(&mut file).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| std::fs::rename(&unfinished, path)) {
        drop(std::fs::remove_file(&unfinished));
        return Err(error);
    }
    sync_folder(path)
}

/// Syncs a file's entry in its folder, without which a power cut could lose the whole file.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    Folder::of(path)?.sync()
}

/// A folder that is open, so that syncing it takes no more descriptors.
pub(super) struct Folder(Option<File>);

impl Folder {
    /// The one that a file is in.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        // Other systems neither need nor allow it.
        Ok(Self(if cfg!(unix) { Some(File::open(folder(path))?) } else { None }))
    }

    /// Syncs the entries of its files.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), File::sync_all)
    }
}

/// Locks a file as long as it is open.
pub(super) fn keep_others_out(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another process is writing it")),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
