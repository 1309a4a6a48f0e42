//! Inputs as the command line names them → the sources they stand for.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use walkdir::{DirEntry, WalkDir};

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
                _ => self.errors.push(InputError::io(source_name(Path::new(input)), &error)),
            },
        }
    }

    fn add_file(&mut self, path: PathBuf) {
        self.sources.push(Source::new(source_name(&path), Origin::File(path)));
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
                    let name = source_name(entry.path());
                    self.errors.push(InputError::new(
                        name,
                        "not a file or directory; name it explicitly to read it",
                    ));
                }
                Ok(entry) => self.add_found(entry.into_path(), &source_name(Path::new(input))),
                Err(error) => self.add_error(&error, input),
            }
        }
        if self.sources.len() + self.errors.len() == before {
            self.errors
                .push(InputError::new(source_name(Path::new(input)), "the directory contains no files"));
        }
    }

    /// Adds the files that a pattern matches, also those whose names are not UTF-8.
    fn add_pattern(&mut self, pattern: &str) {
        // Up to the last folder that is named in full, nothing has to be looked for.
        let special = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
        let (folder, rest) = pattern.split_at(pattern[..special].rfind('/').map_or(0, |slash| slash + 1));
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        // What folders on the way match, at each depth, and what is looked for.
        let matching: Result<Vec<_>, _> =
            (1..=parts.len()).map(|depth| Pattern::new(&parts[..depth].join("/"))).collect();
        let matching = match matching {
            Ok(matching) => matching,
            Err(error) => return self.errors.push(InputError::new(pattern, error.to_string())),
        };
        // As a shell does.
        let options = MatchOptions {
            require_literal_separator: true,
            require_literal_leading_dot: true,
            ..MatchOptions::new()
        };
        let any_depth = parts.iter().position(|part| *part == "**").unwrap_or(parts.len());
        let deepest = if any_depth < parts.len() { usize::MAX } else { parts.len() };
        let root = if folder.is_empty() { "." } else { folder };
        let inside = |entry: &DirEntry| entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf();
        let matches = |pattern: &Pattern, path: &Path| pattern.matches_with(&path.to_string_lossy(), options);
        // Nothing else is opened, so that it can neither fail nor take time.
        let leads_on = |entry: &DirEntry| {
            let depth = entry.depth();
            depth == 0 || depth > any_depth || matches(&matching[depth - 1], &inside(entry))
        };
        let mut paths = Vec::new();
        let walk = WalkDir::new(root).follow_links(true).min_depth(1).max_depth(deepest);
        for entry in walk.into_iter().filter_entry(leads_on) {
            match entry {
                Ok(entry) => {
                    let path = inside(&entry);
                    if matching.last().is_some_and(|whole| matches(whole, &path)) {
                        paths.push(Path::new(folder).join(path));
                    }
                }
                Err(error) if error.depth() == 0 => {}
                Err(error) => self.add_error(&error, pattern),
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

    /// Adds an error of a walk that began there.
    fn add_error(&mut self, error: &walkdir::Error, start: impl AsRef<Path>) {
        let name = source_name(error.path().unwrap_or(start.as_ref()));
        self.errors.push(match error.io_error() {
            Some(cause) => InputError::io(name, cause),
            None => InputError::new(name, "a link that leads back to a directory above it"),
        });
    }
}

/// What a file is called in findings and tables. Of a name that is not UTF-8 the other bytes are written `\xff` and its
/// backslashes doubled, as in a shell's `$'…'`, so that two names never look the same.
fn source_name(path: &Path) -> String {
    let name = path.as_os_str();
    if let Some(name) = name.to_str() {
        return name.to_owned();
    }
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        shown.push_str(&chunk.valid().replace('\\', "\\\\"));
        shown.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    shown
}
