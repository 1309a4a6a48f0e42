//! The files of `src` → which file uses which names of which other: `use` lists with their braces, paths in the code,
//! and names that a `mod.rs` passes on, followed to the file that defines them. An import that is only passed on
//! (`pub use`) is not a use.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::tokens::{Token, tokens};

/// A path of names, such as `crate::calls::Outcome`.
type Path = Vec<String>;

/// One name that a file imports.
#[derive(Debug)]
struct Import {
    /// Where it is imported: the module of the file, and the inline modules around it.
    module: Rc<Path>,
    path: Path,
    /// What it is called here; `*` for everything.
    name: String,
    /// It is passed on to others.
    is_public: bool,
    in_test: bool,
}

/// A file of `src`.
struct File {
    /// Its path below `src`.
    name: String,
    /// Its module: `calls/mod.rs` is `calls`.
    module: Path,
    imports: Vec<Import>,
    /// All tokens that are not part of an import, each with the module around it.
    code: Vec<(Token, Rc<Path>)>,
}

/// A name that one file takes from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) name: String,
    pub(crate) in_test: bool,
}

/// All files, by their modules.
pub(crate) struct Tree {
    files: Vec<File>,
    by_module: HashMap<Path, usize>,
}

impl Tree {
    /// Reads files, each a path below `src` and a text.
    pub(crate) fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let files: Vec<File> = texts.into_iter().map(|(name, text)| read(name, text)).collect();
        let by_module = files.iter().enumerate().map(|(index, file)| (file.module.clone(), index)).collect();
        Self { files, by_module }
    }

    /// Every use of a name of another file.
    pub(crate) fn uses(&self) -> BTreeSet<Use> {
        let mut uses = BTreeSet::new();
        for file in &self.files {
            for (module, path, in_test) in self.paths_of(file) {
                if let Some((to, name)) = self.resolve(&module, &path, 0)
                    && to.name != file.name
                {
                    uses.insert(Use { from: file.name.clone(), to: to.name.clone(), name, in_test });
                }
            }
        }
        uses
    }

    /// The paths of each file that lead out of the crate, such as `std::fs::File`; and each single name in its code.
    pub(crate) fn outside(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut outside: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for file in &self.files {
            let names = outside.entry(&file.name).or_default();
            names.extend(self.paths_of(file).map(|(_, path, _)| path.join("::")));
            names.extend(
                file.code.iter().filter(|(token, _)| token.is_name()).map(|(token, _)| token.text.clone()),
            );
        }
        outside
    }

    /// The paths that a file uses, each with the module that it is read in.
    fn paths_of<'f>(&self, file: &'f File) -> impl Iterator<Item = (Rc<Path>, Path, bool)> + use<'f> {
        let imported = file.imports.iter().filter(|import| !import.is_public || occurs(file, &import.name));
        let imported =
            imported.map(|import| (Rc::clone(&import.module), import.path.clone(), import.in_test));
        imported.chain(inline_paths(file))
    }

    /// The file that defines what a path names, and the name; none for what is not of this crate, and for modules.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<(&File, String)> {
        let (mut here, mut rest) = (module.to_vec(), path);
        if depth > 20 || path.is_empty() {
            return None;
        }
        match rest[0].as_str() {
            "crate" => (here, rest) = (Path::new(), &rest[1..]),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    here.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [here.as_slice(), &[first.to_owned()]].concat();
                let is_import = self.import(&here, first, path).is_some();
                if !is_import && !self.by_module.contains_key(&child) {
                    return None;
                }
            }
        }
        while let Some((first, after)) = rest.split_first() {
            let child = [here.as_slice(), std::slice::from_ref(first)].concat();
            if self.by_module.contains_key(&child) {
                (here, rest) = (child, after);
            } else if let Some(import) = self.import(&here, first, path) {
                let longer = [import.path.as_slice(), after].concat();
                return self.resolve(&import.module, &longer, depth + 1);
            } else {
                let file = self.file_around(&here)?;
                let passed_on = file.imports.iter().filter(|import| import.name == "*" && !import.in_test);
                for glob in passed_on.filter(|glob| *glob.module == file.module) {
                    let longer = [glob.path.as_slice(), rest].concat();
                    if let Some((found, name)) = self.resolve(&glob.module, &longer, depth + 1)
                        && defines(found, &name)
                    {
                        return Some((found, name));
                    }
                }
                return Some((file, first.clone()));
            }
        }
        None
    }

    /// What a module imports under a name; not the import that is just being followed.
    fn import(&self, module: &[String], name: &str, followed: &[String]) -> Option<&Import> {
        let imports = &self.file_around(module)?.imports;
        imports
            .iter()
            .find(|import| *import.module == module && import.name == name && import.path != followed)
    }

    /// The file that a module is in, which can be inline.
    fn file_around(&self, module: &[String]) -> Option<&File> {
        (0..=module.len())
            .rev()
            .find_map(|length| self.by_module.get(&module[..length]))
            .map(|at| &self.files[*at])
    }
}

/// True if a file defines something of that name.
fn defines(file: &File, name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "macro_rules"];
    file.code.windows(2).any(|pair| WORDS.contains(&&*pair[0].0.text) && pair[1].0.text == name)
}

/// True if the code of a file itself uses a name that it passes on.
fn occurs(file: &File, name: &str) -> bool {
    let is_type = name.starts_with(char::is_uppercase);
    (0..file.code.len()).any(|at| {
        let text =
            |at: Option<usize>| at.and_then(|at| file.code.get(at)).map_or("", |(token, _)| &token.text);
        let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
        let is_used = is_type || matches!(after, "(" | "::" | "!");
        file.code[at].0.text == name
            && is_used
            && !matches!(before, "." | "::" | "fn" | "mod")
            && after != ":"
    })
}

fn read(name: &str, text: &str) -> File {
    let stem = name.trim_end_matches(".rs").trim_end_matches("/mod").split('/').map(str::to_owned);
    let module: Path = stem.filter(|part| part != "lib" && part != "main").collect();
    let all = tokens(text);
    let (mut imports, mut code) = (Vec::new(), Vec::new());
    // The modules around a token: the depth of braces at which each was opened.
    let (mut around, mut depth, mut opened, mut at) = (Rc::new(module.clone()), 0, Vec::new(), 0);
    while at < all.len() {
        let next = all.get(at + 1);
        match all[at].text.as_str() {
            "use" if next.is_some_and(|next| next.text != "<") => {
                let is_public =
                    all[..at].last().is_some_and(|before| before.text == "pub" || before.text == ")");
                let end = at + all[at..].iter().position(|token| token.text == ";").unwrap_or(all.len() - at);
                leaves(&all[at + 1..end], &mut Vec::new(), &mut |path, name| {
                    let (module, in_test) = (Rc::clone(&around), all[at].in_test);
                    imports.push(Import { module, path, name, is_public, in_test });
                });
                at = end + 1;
                continue;
            }
            "mod" if all.get(at + 2).is_some_and(|mark| mark.text == "{") => {
                opened.push(depth);
                Rc::make_mut(&mut around).extend(next.map(|name| name.text.clone()));
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if opened.last() == Some(&depth) {
                    opened.pop();
                    Rc::make_mut(&mut around).pop();
                }
            }
            _ => {}
        }
        code.push((all[at].clone(), Rc::clone(&around)));
        at += 1;
    }
    File { name: name.to_owned(), module, imports, code }
}

/// Every name of a list of imports, such as `a::{b, c::{self, d as e}}`: its path, and what it is called.
fn leaves(tokens: &[Token], prefix: &mut Path, found: &mut impl FnMut(Path, String)) {
    let start = prefix.len();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" => {
                for entry in entries(&tokens[at + 1..]) {
                    leaves(entry, prefix, found);
                }
                prefix.truncate(start);
                return;
            }
            "as" => {
                let name = tokens.get(at + 1).map(|token| token.text.clone()).unwrap_or_default();
                prefix.pop_if(|last| last == "self");
                found(prefix.clone(), name);
                prefix.truncate(start);
                return;
            }
            "*" => {
                found(prefix.clone(), "*".to_owned());
                prefix.truncate(start);
                return;
            }
            "::" => {}
            name => prefix.push(name.to_owned()),
        }
        at += 1;
    }
    prefix.pop_if(|last| last == "self");
    if let Some(name) = prefix.last().cloned() {
        found(prefix.clone(), name);
    }
    prefix.truncate(start);
}

/// The entries of a braced list, whose opening brace is gone.
fn entries(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut depth, mut start, mut entries) = (0, 0, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth > 0 => depth -= 1,
            "}" | "," if depth == 0 => {
                entries.push(&tokens[start..at]);
                start = at + 1;
                if token.text == "}" {
                    break;
                }
            }
            _ => {}
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// The paths in the code of a file, such as `lanes::draw` and `crate::spec::Level::Error`.
fn inline_paths(file: &File) -> impl Iterator<Item = (Rc<Path>, Path, bool)> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < file.code.len() {
        let (first, module) = &file.code[at];
        let begin = at;
        at += 1;
        if !first.is_name() || begin > 0 && file.code[begin - 1].0.text == "::" {
            continue;
        }
        let mut path = vec![first.text.clone()];
        while let [(mark, _), (name, _), ..] = &file.code[at..]
            && mark.text == "::"
            && name.is_name()
        {
            path.push(name.text.clone());
            at += 2;
        }
        if path.len() > 1 {
            paths.push((Rc::clone(module), path, first.in_test));
        }
    }
    paths.into_iter()
}
