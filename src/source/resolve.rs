//! Inputs as the command line names them → the sources they stand for.

use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{Origin, Source};

/// An input that cannot be used.
#[derive(Debug)]
pub struct InputError {
    /// The input as it is named.
    pub name: String,
    /// Why.
    pub cause: String,
    /// The way out, where there is one.
    pub help: Option<String>,
}

impl InputError {
    fn new(name: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { name: name.into(), cause: cause.into(), help: None }
    }

    /// An input or output that the operating system refuses.
    pub fn io(name: impl Into<String>, error: &io::Error) -> Self {
        Self::new(name, plain(error))
    }
}

/// The operating system's words without the number.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The sources that inputs stand for, in order: `-` is standard input, a directory all files in it that are not
/// hidden (sorted by path), a pattern that the shell left alone the files it matches. One bad input does not keep
/// back the others.
pub fn resolve(inputs: &[String]) -> (Vec<Source>, Vec<InputError>) {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    let mut stdin_taken = false;
    for input in inputs {
        if input == "-" {
            if stdin_taken {
                errors.push(InputError::new("-", "standard input can be read only once"));
            } else {
                sources.push(Source::new("-".to_owned(), Origin::Stdin));
            }
            stdin_taken = true;
            continue;
        }
        match expand(input) {
            Ok(paths) => sources.extend(paths.into_iter().map(file)),
            Err(error) => errors.push(error),
        }
    }
    (sources, errors)
}

fn file(path: PathBuf) -> Source {
    Source::new(path.to_string_lossy().into_owned(), Origin::File(path))
}

fn expand(input: &str) -> Result<Vec<PathBuf>, InputError> {
    let path = Path::new(input);
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => walk(input),
        Ok(_) => Ok(vec![path.to_owned()]),
        Err(error) if error.kind() == io::ErrorKind::NotFound && input.contains(['*', '?', '[']) => {
            matches(input)
        }
        Err(error) => Err(InputError::io(input, &error)),
    }
}

fn walk(input: &str) -> Result<Vec<PathBuf>, InputError> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let mut files = Vec::new();
    let entries = WalkDir::new(input).follow_links(true).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(visible) {
        let entry = entry.map_err(|error| InputError::new(input, error.to_string()))?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() {
        return Err(InputError::new(input, "the directory holds no files"));
    }
    Ok(files)
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, InputError> {
    let found = glob::glob(pattern).map_err(|error| InputError::new(pattern, error.to_string()))?;
    let mut files = Vec::new();
    for path in found.filter_map(Result::ok) {
        if path.is_dir() {
            files.extend(walk(&path.to_string_lossy())?);
        } else {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(InputError::new(pattern, "the pattern matches no file"));
    }
    files.sort();
    Ok(files)
}
