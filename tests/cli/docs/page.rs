//! Pages of the documentation, and the pieces that they consist of.
//!
//! Comes in: Markdown files. Goes out: their text line by line, with the `console` blocks and the generated parts as
//! pieces of their own. Must not: run a command, or judge.

use std::fs;
use std::path::{Path, PathBuf};

use super::session::Session;

/// How a generated part begins and ends.
const GENERATED: (&str, &str) = ("<!-- generated: ", " -->");
const END: &str = "<!-- end -->";

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the documentation.
pub(crate) struct Page {
    /// Its path from the root, with `/`.
    pub name: String,
    pub text: String,
}

/// A piece of a page.
pub(crate) enum Piece<'p> {
    /// A line of text.
    Text(&'p str),
    /// The lines between the fences of a `console` block.
    Console(Vec<Session<'p>>),
    /// The lines between the marks of a generated part.
    Generated { line: usize, name: &'p str, lines: Vec<&'p str> },
}

/// README.md, CONTRIBUTING.md and all of `docs/`, sorted.
pub(crate) fn pages() -> Vec<Page> {
    let mut files = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("a file can be listed").path();
            let is_page = path.extension().is_some_and(|extension| extension == "md");
            if path.is_dir() {
                folders.push(path);
            } else if is_page {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| Page::read(file)).collect()
}

pub(crate) fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

impl Page {
    fn read(file: &Path) -> Self {
        let name = file.strip_prefix(root()).expect("pages are in the project").to_string_lossy();
        let text = fs::read_to_string(file).expect("a page can be read");
        Self { name: name.replace('\\', "/"), text }
    }

    /// The folder that its links start from.
    pub(crate) fn folder(&self) -> PathBuf {
        root().join(&self.name).parent().expect("a file is in a folder").to_path_buf()
    }

    /// True if it is printed in terminals as well.
    pub(crate) fn is_topic(&self) -> bool {
        let folder = self.name.starts_with("docs/reference/") || self.name.starts_with("docs/guides/");
        folder && self.name != "docs/reference/commands.md"
    }

    /// The columns that its generated parts may take up.
    pub(crate) fn width(&self) -> usize {
        if self.is_topic() { super::TERMINAL } else { 120 }
    }

    pub(crate) fn pieces(&self) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        let mut lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        while let Some((number, line)) = lines.next() {
            pieces.push(Piece::Text(line));
            let name = line.strip_prefix(GENERATED.0).and_then(|rest| rest.strip_suffix(GENERATED.1));
            let end = match name {
                Some(_) => END,
                None if line == "```console" => "```",
                None => continue,
            };
            let mut inner = Vec::new();
            let last = loop {
                match lines.next() {
                    Some((_, line)) if line == end => break line,
                    Some(line) => inner.push(line),
                    None => panic!("{}:{number}: no `{end}` follows", self.name),
                }
            };
            pieces.push(match name {
                Some(name) => {
                    let lines = inner.into_iter().map(|(_, line)| line).collect();
                    Piece::Generated { line: number, name, lines }
                }
                None => Piece::Console(Session::all(&self.name, &inner)),
            });
            pieces.push(Piece::Text(last));
        }
        pieces
    }
}
