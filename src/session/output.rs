//! Where output goes: standard output, or a file that appears only when it is complete.

use std::fs::File;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use tempfile::{Builder, NamedTempFile, TempDir};

use super::status::Status;
use crate::source::plain;

/// The unfinished files and temporary folders of this process, which an interrupt removes. The lock is held while one is begun or put in its
/// place, so that an interrupt finds either the old file or the new one, and nothing else.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every unfinished file, and ends the process with that status.
pub(super) fn end_without_litter(status: i32) -> ! {
    // Held until the end, so that no other one is begun.
    let mut unfinished = unfinished();
    for path in unfinished.drain(..) {
        drop(if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) });
    }
    std::process::exit(status)
}

/// Errors name the output.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer().write(bytes);
        written.map_err(|error| self.named(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.writer().flush();
        flushed.map_err(|error| self.named(&error))
    }
}

#[derive(Debug)]
enum Destination {
    Stdout(BufWriter<StdoutLock<'static>>),
    /// A file that is renamed at the end.
    New(BufWriter<NamedTempFile>, PathBuf),
    /// What is not a regular file (a device, a named pipe) is written to as it is.
    Existing(BufWriter<File>, PathBuf),
}

/// A temporary folder, which is removed at the end, and by an interrupt.
#[derive(Debug)]
pub struct WorkFolder(TempDir);

impl WorkFolder {
    /// Makes one.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let mut unfinished = unfinished();
        let folder =
            Builder::new().prefix("callkit-tool-").tempdir().context("cannot make a temporary folder")?;
        unfinished.push(folder.path().to_owned());
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        unfinished().retain(|path| path != self.0.path());
    }
}

/// An output that is being written. Without [`Output::finish`] a file stays as it was.
#[derive(Debug)]
pub struct Output {
    destination: Destination,
}

/// Bytes gathered before they are written.
const BUFFER: usize = 256 * 1024;

impl Output {
    /// Opens a file, or standard output for none.
    ///
    /// # Errors
    /// Returns an error if it cannot be written, with its name and the cause.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            let stdout = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            return Ok(Self { destination: Destination::Stdout(stdout) });
        };
        // A link is followed, so that the file it leads to is replaced and not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let context = || format!("cannot write `{}`", path.display());
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&path).with_context(context)?;
            let file = BufWriter::with_capacity(BUFFER, file);
            return Ok(Self { destination: Destination::Existing(file, path) });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = Builder::new();
        builder.prefix(".callkit-tool-").suffix(".tmp");
        with_permissions(&mut builder, &path);
        let mut unfinished = unfinished();
        let file = builder.tempfile_in(folder).map_err(without_path).with_context(context)?;
        unfinished.push(file.path().to_owned());
        drop(unfinished);
        Ok(Self { destination: Destination::New(BufWriter::with_capacity(BUFFER, file), path) })
    }

    /// Prints to standard output, which is all that some commands do.
    ///
    /// # Errors
    /// Returns an error if that fails.
    pub fn print(bytes: &[u8]) -> anyhow::Result<Status> {
        let mut output = Self::open(None)?;
        output.put(bytes)?;
        output.finish()?;
        Ok(Status::Done)
    }

    /// Its name in reports.
    pub fn name(&self) -> String {
        match &self.destination {
            Destination::Stdout(_) => "standard output".to_owned(),
            Destination::New(_, path) | Destination::Existing(_, path) => format!("`{}`", path.display()),
        }
    }

    /// True for a file that only appears at the end.
    pub fn is_new_file(&self) -> bool {
        matches!(self.destination, Destination::New(..))
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.destination {
            Destination::Stdout(writer) => writer,
            Destination::New(writer, _) => writer,
            Destination::Existing(writer, _) => writer,
        }
    }

    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("cannot write {}: {}", self.name(), plain(error)))
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// Returns an error if that fails, with the output's name and the cause.
    pub fn put(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let written = self.writer().write_all(bytes);
        written.with_context(|| format!("cannot write {}", self.name()))
    }

    /// Writes bytes, and flushes them at once.
    ///
    /// # Errors
    /// As for [`Output::put`].
    pub fn put_now(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.put(bytes)?;
        self.writer().flush().with_context(|| format!("cannot write {}", self.name()))
    }

    /// Syncs everything to disk, and puts a file in its place.
    ///
    /// # Errors
    /// Returns an error if that fails; a file is then unchanged.
    pub fn finish(self) -> anyhow::Result<()> {
        let name = self.name();
        let context = || format!("cannot write {name}");
        match self.destination {
            Destination::Stdout(mut writer) => writer.flush().with_context(context),
            Destination::Existing(mut writer, _) => writer.flush().with_context(context),
            Destination::New(writer, path) => {
                let file =
                    writer.into_inner().map_err(io::IntoInnerError::into_error).with_context(context)?;
                file.as_file().sync_all().with_context(context)?;
                let mut unfinished = unfinished();
                let temporary = file.path().to_owned();
                file.persist(path).map_err(|error| error.error).with_context(context)?;
                unfinished.retain(|path| *path != temporary);
                Ok(())
            }
        }
    }
}

/// True if a second output, of that name, would be the same as the first, for which no name is standard output.
pub fn is_same_output(first: Option<&Path>, second: &Path) -> bool {
    let dash = Path::new("-");
    first.unwrap_or(dash) == second
}

/// The cause alone, in the words of the operating system, of an error that ends in the name of the temporary file,
/// which nobody has asked for.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    io::Error::new(error.kind(), text.split(" at path ").next().unwrap_or_default())
}

/// A new file gets the permissions of the one that it replaces, otherwise those of any new file.
#[cfg(unix)]
fn with_permissions(builder: &mut Builder<'_, '_>, path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = path.metadata().map_or_else(
        |_| std::fs::Permissions::from_mode(0o666),
        |metadata| std::fs::Permissions::from_mode(metadata.permissions().mode() & 0o777),
    );
    builder.permissions(permissions);
}

#[cfg(not(unix))]
fn with_permissions(_: &mut Builder<'_, '_>, _: &Path) {}
