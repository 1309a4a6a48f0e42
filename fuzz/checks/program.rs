//! The program as it is run, without a process of its own: the command line, a log in a file, the output in a file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use callkit_tool::commands::{Cli, Status, run};
use tempfile::TempDir;

/// A new folder, in memory if that can be had.
pub(super) fn folder() -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("callkit-tool-fuzz-").tempdir_in(parent)
}

/// A log, the output, and the command lines that have been read, which name both.
struct Desk {
    log: PathBuf,
    output: PathBuf,
    commands: HashMap<&'static str, Cli>,
    _folder: TempDir,
}

impl Desk {
    fn new() -> io::Result<Self> {
        let folder = folder()?;
        let (log, output) = (folder.path().join("log"), folder.path().join("output"));
        Ok(Self { log, output, commands: HashMap::new(), _folder: folder })
    }

    fn written(&mut self, command: &'static str, input: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
        fs::write(&self.log, input)?;
        let cli = match self.commands.entry(command) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let mut arguments = vec!["callkit-tool".into()];
                arguments.extend(command.split(' ').map(Into::into));
                arguments.extend(["--threads", "1", "--no-progress", "--allow-empty", "-o"].map(Into::into));
                arguments.extend([&self.output, &self.log].map(|path| path.clone().into_os_string()));
                entry.insert(Cli::from_arguments(arguments)?)
            }
        };
        match run(cli)? {
            Status::Done | Status::Findings => Ok(fs::read(&self.output)?),
            status => Err(format!("{status:?}").into()),
        }
    }
}

thread_local! {
    static DESK: RefCell<io::Result<Desk>> = RefCell::new(Desk::new());
}

/// What a command writes on an input. A command line is read once, and runs on many inputs.
pub(super) fn written(command: &'static str, input: &[u8]) -> Vec<u8> {
    let written = DESK.with_borrow_mut(|desk| match desk {
        Ok(desk) => desk.written(command, input),
        Err(error) => Err(error.to_string().into()),
    });
    assert!(written.is_ok(), "{command}: {written:?}");
    written.unwrap_or_default()
}
