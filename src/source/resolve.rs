//! Inputs as the command line names them → the sources they stand for.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::InputError;
use super::sources::Source;
use super::stream::Origin;

/// The sources that inputs stand for, in order: `-` is standard input, a directory all files in it that are not
/// hidden (sorted by path), a pattern that the shell left alone the files it matches. One bad input, or one bad
/// entry of a directory, does not affect the others.
pub fn resolve(inputs: &[OsString]) -> (Vec<Source>, Vec<InputError>) {
    let mut found = Resolved::default();
    for input in inputs {
        match input.to_str() {
            Some("-") if found.sources.iter().any(Source::is_stdin) => {
                found.errors.push(InputError::new("-", "standard input can be read only once"));
            }
            Some("-") => found.sources.push(Source::new("-".to_owned(), Origin::Stdin)),
            _ => found.add(input),
        }
    }
    (found.sources, found.errors)
}

#[derive(Default)]
struct Resolved {
    sources: Vec<Source>,
    errors: Vec<InputError>,
}

impl Resolved {
    fn add(&mut self, input: &OsStr) {
        match Path::new(input).metadata() {
            Ok(metadata) if metadata.is_dir() => self.add_directory(input),
            Ok(_) => self.add_file(PathBuf::from(input)),
            Err(error) => match input.to_str().filter(|input| input.contains(['*', '?', '['])) {
                Some(pattern) if error.kind() == io::ErrorKind::NotFound => self.add_pattern(pattern),
                _ => self.errors.push(InputError::io(input.to_string_lossy(), &error)),
            },
        }
    }

    fn add_file(&mut self, path: PathBuf) {
        self.sources.push(Source::new(path.to_string_lossy().into_owned(), Origin::File(path)));
    }

    fn add_found(&mut self, path: PathBuf, folder: &str) {
        self.add_file(path);
        if let Some(source) = self.sources.last_mut() {
            source.folder = Some(folder.to_owned());
        }
    }

    fn add_directory(&mut self, input: &OsStr) {
        let visible = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
        };
        let before = self.sources.len() + self.errors.len();
        let entries = WalkDir::new(input).follow_links(true).sort_by_file_name();
        for entry in entries.into_iter().filter_entry(visible) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                // What is not a file (a pipe, a device) is not read by accident, but reported.
                Ok(entry) if !entry.file_type().is_file() => {
                    let name = entry.path().to_string_lossy();
                    self.errors.push(InputError::new(
                        name,
                        "not a file or directory; name it explicitly to read it",
                    ));
                }
                Ok(entry) => self.add_found(entry.into_path(), &input.to_string_lossy()),
                Err(error) => {
                    let name = error.path().unwrap_or(Path::new(input)).to_string_lossy().into_owned();
                    self.errors.push(match error.io_error() {
                        Some(cause) => InputError::io(name, cause),
                        None => InputError::new(name, "a link that leads back to a directory above it"),
                    });
                }
            }
        }
        if self.sources.len() + self.errors.len() == before {
            self.errors.push(InputError::new(input.to_string_lossy(), "the directory contains no files"));
        }
    }

    fn add_pattern(&mut self, pattern: &str) {
        let found = match glob::glob(pattern) {
            Ok(found) => found,
            Err(error) => return self.errors.push(InputError::new(pattern, error.to_string())),
        };
        let mut paths = Vec::new();
        for path in found {
            match path {
                Ok(path) => paths.push(path),
                Err(error) => {
                    self.errors.push(InputError::io(error.path().to_string_lossy(), error.error()));
                }
            }
        }
        if paths.is_empty() {
            self.errors.push(InputError::new(pattern, "the pattern matches no files"));
        }
        paths.sort();
        for path in paths {
            if path.is_dir() { self.add_directory(path.as_os_str()) } else { self.add_file(path) }
        }
    }
}
