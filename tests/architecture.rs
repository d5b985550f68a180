//! Which layer may name which: the arrows of ARCHITECTURE.md, held by reading the sources.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from left to right, once as the page is built of them and once as the command line is. Each
/// may use those to its left in one of the two rows; those that share a place never use each other.
const ROWS: [&[&[&str]]; 2] = [
    &[
        &["sim"],
        &["protocol"],
        &["redis", "sentinel", "client"],
        &["cluster"],
        &["scenario"],
        &["i18n"],
        &["view"],
        &["ui"],
        &["main"],
    ],
    &[
        &["sim"],
        &["protocol"],
        &["redis", "sentinel", "client"],
        &["cluster"],
        &["scenario"],
        &["cli"],
        &["main"],
    ],
];

/// The crate by its own name, as `main.rs` says it.
const CRATE: &str = "sentinel_lab";

#[test]
fn every_arrow_points_to_the_left() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut layers = BTreeSet::new();
    let mut arrows = BTreeSet::new();
    let mut faults = Vec::new();

    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).expect("the file was found there");
        let modules = modules_of(relative);
        // lib.rs is the root: it declares the layers and belongs to none.
        let Some(layer) = modules.first() else { continue };
        layers.insert(layer.clone());
        let source = fs::read_to_string(&file).expect("a source is readable text");
        for reference in references(&modules, &source) {
            arrows.insert((layer.clone(), reference.to.clone()));
            faults.extend(fault(&Path::new("src").join(relative), layer, &reference));
        }
    }
    assert!(faults.is_empty(), "arrows that point back:\n{}", faults.join("\n"));

    // Having seen nothing would pass, too.
    let mut unseen: BTreeSet<&str> = ROWS.iter().copied().flatten().copied().flatten().copied().collect();
    unseen.retain(|&layer| !layers.contains(layer));
    assert!(unseen.is_empty(), "layers without a file: {unseen:?}");
    assert!(arrows.contains(&("main".into(), "ui".into())), "main mounts the page; seen: {arrows:?}");
}

#[test]
fn a_reference_is_found_however_it_is_written() {
    let found = |modules: &[&str], source: &str| -> Vec<String> {
        let modules: Vec<String> = modules.iter().map(ToString::to_string).collect();
        references(&modules, source).iter().map(ToString::to_string).collect()
    };
    let in_file = |source: &str| found(&["cluster", "history"], source);

    assert_eq!(in_file("use crate::sim::Time;"), ["1: sim"]);
    assert_eq!(in_file("fn f() -> crate :: sim\n::Time {}"), ["1: sim"]);
    assert_eq!(in_file("\nuse crate::{sim::{Time, Rng}, ui};"), ["2: sim", "2: ui"]);
    assert_eq!(in_file("use crate::{\n  redis as r,\n  view::*,\n};"), ["2: redis", "3: view"]);
    assert_eq!(in_file("sentinel_lab::ui::mount()"), ["1: ui"]);
    assert_eq!(in_file("use ::sentinel_lab::ui;"), ["1: ui"]);
    assert_eq!(in_file("$crate::ui::mount!()"), ["1: ui"]);
    assert_eq!(in_file("use super::super::ui;"), ["1: ui"]);
    assert_eq!(in_file("use super::{super::ui, fault};"), ["1: ui"]);
    assert_eq!(found(&["cluster"], "use super::ui;"), ["1: ui"]);
    assert_eq!(
        in_file("mod tests {\n use super::super::super::ui;\n}\nuse super::super::view;"),
        ["2: ui", "4: view"]
    );
    assert_eq!(in_file("use crate::*;"), ["1: *"]);
    assert_eq!(in_file("use crate as lab;"), ["1: as"]);
    assert_eq!(in_file("let c = '\"'; crate::ui::mount(); let d = \"\";"), ["1: ui"]);
    assert_eq!(in_file("fn f<'a>(x: &'a crate::ui::Page) {}"), ["1: ui"]);

    assert!(in_file("// crate::ui\n/* crate::ui /* */ crate::ui */ /// [`crate::ui`]").is_empty());
    assert!(in_file(r##"("crate::ui", "\"crate::ui", r#"" crate::ui "#, b"crate::ui")"##).is_empty());
    assert!(in_file("pub(crate) fn f() { super::fault::apply(); self::g(); my_crate::ui(); }").is_empty());
    assert!(in_file("mod tests { use super::super::fault; }").is_empty());
}

#[test]
fn an_arrow_that_points_back_is_named_with_file_line_and_arrow() {
    let faults = |layer: &str, source: &str| -> Vec<String> {
        let file = format!("src/{layer}/mod.rs");
        let found = references(&[layer.to_owned()], source);
        found.iter().filter_map(|reference| fault(Path::new(&file), layer, reference)).collect()
    };
    assert_eq!(
        faults("sim", "\n\nuse crate::{sim::Time, cluster::Cluster};"),
        ["src/sim/mod.rs:3: sim -> cluster"]
    );
    assert_eq!(faults("sentinel", "use crate::redis::Role;"), ["src/sentinel/mod.rs:1: sentinel -> redis"]);
    assert_eq!(faults("view", "use crate::cli::run;"), ["src/view/mod.rs:1: view -> cli"]);
    for right in ["i18n", "view", "ui"] {
        assert_eq!(
            faults("cli", &format!("use crate::{right}::X;")),
            [format!("src/cli/mod.rs:1: cli -> {right}")]
        );
    }
    assert_eq!(faults("ui", "use crate::main::x;").len(), 1);
    // What is not a layer cannot be judged, and so is refused.
    assert_eq!(faults("ui", "use crate::Helper;"), ["src/ui/mod.rs:1: ui -> Helper"]);
    assert_eq!(faults("helpers", "use crate::sim::Time;").len(), 1);

    assert!(faults("cluster", "use crate::{client, protocol, redis, sentinel, sim};").is_empty());
    assert!(faults("cli", "use crate::{cluster, scenario};").is_empty());
    assert!(faults("ui", "use crate::{view, ui::player};").is_empty());
    assert!(faults("main", "use sentinel_lab::{cli, ui};").is_empty());
}

/// A place where a source names what stands at the root of the crate.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    line: usize,
    /// A layer; or whatever else stands there, such as `*`.
    to: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.to)
    }
}

/// What is wrong with a reference, if anything is.
fn fault(file: &Path, from: &str, reference: &Reference) -> Option<String> {
    let Reference { line, to } = reference;
    let place = |row: &[&[&str]], layer: &str| row.iter().position(|layers| layers.contains(&layer));
    let allowed = ROWS.iter().any(|row| match (place(row, from), place(row, to)) {
        (Some(from_place), Some(to_place)) => from == to || to_place < from_place,
        _ => false,
    });
    (!allowed).then(|| format!("{}:{line}: {from} -> {to}", file.display()))
}

/// `sentinel/link.rs` is the module `sentinel::link`, `sentinel/mod.rs` is `sentinel`, `lib.rs` the root.
/// `main.rs`, a crate of its own, counts as a module.
fn modules_of(relative: &Path) -> Vec<String> {
    let path = relative.with_extension("");
    let mut modules: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| last == "mod") || modules == ["lib"] {
        modules.pop();
    }
    modules
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources are readable") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every reference in a source whose module is given, in the order in which they stand there.
fn references(modules: &[String], source: &str) -> Vec<Reference> {
    let tokens = tokens(source);
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    // The modules that stand inside the file, each with the depth of braces at which it ends.
    let mut inner: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        match word(at) {
            "{" => {
                // `mod name {`
                if at >= 2 && word(at - 2) == "mod" {
                    inner.push(depth);
                }
                depth += 1;
            }
            "}" => {
                depth = depth.saturating_sub(1);
                inner.pop_if(|ends| *ends == depth);
            }
            // How far above this place the path begins: the root is as far up as there are modules.
            "crate" | CRATE if word(at + 1) == "::" => {
                at = follow(&tokens, at + 2, 0, &mut found);
                continue;
            }
            // Renaming the root would hide what follows from this test.
            "crate" if word(at + 1) == "as" => {
                found.push(Reference { line: tokens[at].line, to: "as".into() });
            }
            "super" if word(at + 1) == "::" => {
                at = follow(&tokens, at, modules.len() + inner.len(), &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Follows a path, or a group of them, that begins `above` modules below the root; takes down what it names
/// at the root, and returns where to read on.
fn follow(tokens: &[Token], mut at: usize, mut above: usize, found: &mut Vec<Reference>) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    while matches!(word(at), "super" | "self") {
        if word(at) == "super" {
            above = above.saturating_sub(1);
        }
        at += 1;
        if word(at) != "::" {
            // `self` or `super` itself, in a group.
            return at;
        }
        at += 1;
    }
    if word(at) == "{" {
        at += 1;
        while !matches!(word(at), "" | "}") {
            at = follow(tokens, at, above, found);
            // What is left of this member: `as name`, or the rest of its path with groups of its own.
            let mut groups = 0;
            while !word(at).is_empty() && (groups > 0 || !matches!(word(at), "," | "}")) {
                match word(at) {
                    "{" => groups += 1,
                    "}" => groups -= 1,
                    _ => {}
                }
                at += 1;
            }
            if word(at) == "," {
                at += 1;
            }
        }
        return at + 1;
    }
    if above == 0
        && let Some(token) = tokens.get(at)
    {
        found.push(Reference { line: token.line, to: token.text.clone() });
    }
    at + 1
}

#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

/// Words, `::` and single signs; comments and the insides of literals are left out.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let starts = |at: usize, text: &str| text.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let mut text = None;
        if starts(at, "//") {
            at += chars[at..].iter().take_while(|&&c| c != '\n').count();
        } else if starts(at, "/*") {
            let mut depth = 0;
            loop {
                let step = if starts(at, "/*") {
                    depth += 1;
                    2
                } else if starts(at, "*/") {
                    depth -= 1;
                    2
                } else {
                    1
                };
                at += step;
                if depth == 0 || at >= chars.len() {
                    break;
                }
            }
        } else if chars[at] == '"' {
            at = end_of_quoted(&chars, at, '"');
        } else if chars[at] == '\'' {
            // A character, or else a lifetime, whose name then follows as a word.
            let is_char = starts(at + 1, "\\") || chars.get(at + 2) == Some(&'\'');
            at = if is_char { end_of_quoted(&chars, at, '\'') } else { at + 1 };
        } else if is_word(&chars[at]) {
            at += chars[at..].iter().take_while(|c| is_word(c)).count();
            let word: String = chars[start..at].iter().collect();
            let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
            if matches!(word.as_str(), "r" | "br" | "cr") && chars.get(at + hashes) == Some(&'"') {
                let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                at += hashes + 1;
                while at < chars.len() && !starts(at, &close) {
                    at += 1;
                }
                at += close.len();
            } else {
                text = Some(word);
            }
        } else if starts(at, "::") {
            at += 2;
            text = Some("::".to_owned());
        } else {
            at += 1;
            text = (!chars[start].is_whitespace()).then(|| chars[start].to_string());
        }
        tokens.extend(text.map(|text| Token { line, text }));
        line += chars[start..at.min(chars.len())].iter().filter(|&&c| c == '\n').count();
    }
    tokens
}

/// Where a literal that opens at `at` has ended; a backslash takes the next character with it.
fn end_of_quoted(chars: &[char], mut at: usize, quote: char) -> usize {
    at += 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}
