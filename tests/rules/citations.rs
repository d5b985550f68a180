//! Which test cites which rule, read off the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// A test that says in the comment above it that it shows a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Citation {
    pub(crate) id: String,
    /// The source, relative to the project's root.
    pub(crate) file: PathBuf,
    pub(crate) test: String,
}

impl Citation {
    pub(crate) fn place(&self) -> String {
        format!("{}: {}", self.file.display(), self.test)
    }

    /// The test as a link from `docs/`.
    pub(crate) fn link(&self) -> String {
        format!("[{}](../{})", self.test, self.file.display())
    }
}

/// All citations in the sources and tests of the project, by file, then in the order of the file.
pub(crate) fn citations(root: &Path) -> Vec<Citation> {
    let mut files = Vec::new();
    for folder in ["src", "tests"] {
        rust_files(&root.join(folder), &mut files);
    }
    files.sort();
    let mut found = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).expect("a source is readable text");
        let file = path.strip_prefix(root).expect("the file was found there").to_owned();
        for (id, test) in in_source(&source) {
            found.push(Citation { id, file: file.clone(), test });
        }
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rules that tests of a source cite, each with the test's name.
fn in_source(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut comment = String::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("//") {
            comment.push_str(words);
            comment.push('\n');
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]" || line == "#[wasm_bindgen_test]";
        } else {
            let name = line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next());
            if let (Some(name), true) = (name, is_test) {
                found.extend(ids(&comment).into_iter().map(|id| (id, name.to_owned())));
            }
            comment.clear();
            is_test = false;
        }
    }
    found
}

/// The rule ids in a text: `FSM-CMD-2`, `EVT-14 to 17`, `ASK-1 to ASK-4`.
fn ids(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let Some((family, first)) = id(word) else { continue };
        found.push(format!("{family}-{first}"));
        let last = match words.get(n + 1..n + 3) {
            Some(["to", last]) => last.parse().ok().or_else(|| id(last).map(|(_, last)| last)),
            _ => None,
        };
        found.extend((first + 1..last.map_or(0, |last: u32| last)).map(|n| format!("{family}-{n}")));
        // The last of a range that is written in full is found as a word of its own.
        if let Some(last) = words.get(n + 2).and_then(|word| word.parse::<u32>().ok())
            && words[n + 1] == "to"
        {
            found.push(format!("{family}-{last}"));
        }
    }
    found
}

/// The family and number of a rule id.
fn id(word: &str) -> Option<(&str, u32)> {
    let (family, number) = word.rsplit_once('-')?;
    let is_family = family.starts_with(|c: char| c.is_ascii_uppercase())
        && family.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
    is_family.then_some(())?;
    Some((family, number.parse().ok()?))
}

#[test]
fn citations_are_found_however_they_are_written() {
    let source = "
        //! MOD-1 is no test's.

        /// VOTE-4, FSM-CMD-2 and `TST-03-1`.
        #[test]
        fn one() {}

        // EVT-14 to 17
        // ASK-1 to ASK-3
        #[wasm_bindgen_test]
        #[allow(clippy::unwrap_used)]
        fn two() {}

        /// SEL-1
        fn helper() {}

        #[test]
        fn three() {}
    ";
    let cited = |test: &str| -> Vec<String> {
        in_source(source).into_iter().filter(|(_, by)| by == test).map(|(id, _)| id).collect()
    };
    assert_eq!(cited("one"), ["VOTE-4", "FSM-CMD-2", "TST-03-1"]);
    assert_eq!(cited("two"), ["EVT-14", "EVT-15", "EVT-16", "EVT-17", "ASK-1", "ASK-2", "ASK-3"]);
    assert_eq!(in_source(source).len(), 10);
}
