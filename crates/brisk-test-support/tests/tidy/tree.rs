//! The files of the repository, and Rust text without comments and strings.

use camino::{Utf8Path, Utf8PathBuf};

/// Directories that are not part of the repository.
const FOREIGN: [&str; 4] = ["target", ".git", "corpus", "artifacts"];

/// Root of the repository.
pub(crate) fn root() -> &'static Utf8Path {
    Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A text file of the repository.
pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files with one of these endings (any file for none), sorted by path. Binary files are left out.
pub(crate) fn files(endings: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    walk(root(), &mut paths);
    paths.sort();
    let wanted =
        paths.into_iter().filter(|path| endings.is_empty() || endings.iter().any(|end| path.as_str().ends_with(end)));
    let files: Vec<File> = wanted.filter_map(|path| read(&path)).collect();
    assert!(!files.is_empty(), "no file ends with any of {endings:?}: the walk is broken");
    files
}

fn walk(directory: &Utf8Path, paths: &mut Vec<Utf8PathBuf>) {
    for entry in directory.read_dir_utf8().expect("the repository can be listed") {
        let path = entry.expect("the entry can be read").into_path();
        let foreign = path.file_name().is_some_and(|name| FOREIGN.contains(&name));
        match path.is_dir() {
            true if !foreign => walk(&path, paths),
            false if !foreign => paths.push(path),
            _ => {}
        }
    }
}

fn read(path: &Utf8Path) -> Option<File> {
    let below = path.strip_prefix(root()).expect("it is below the root").as_str().to_owned();
    let text = String::from_utf8(fs_err::read(path).expect("the file can be read")).ok()?;
    Some(File { path: below, text })
}

/// The Rust files of the crates, with tests.
pub(crate) fn rust_files() -> Vec<File> {
    files(&[".rs"]).into_iter().filter(|file| file.path.starts_with("crates/")).collect()
}

/// The Rust files that are shipped, each without its test module.
pub(crate) fn shipped_files() -> Vec<File> {
    let files = rust_files().into_iter().filter(|file| is_shipped(&file.path));
    files.map(|file| File { text: before_tests(&file.text).to_owned(), ..file }).collect()
}

/// Whether a path is of code that users run: not a test, a benchmark or test support.
fn is_shipped(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let support = ["tests", "benches", "testing", "testing.rs", "tests.rs", "arbitrary.rs", "brisk-test-support"];
    parts.get(2) == Some(&"src") && !parts.iter().any(|part| support.contains(part))
}

fn before_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// `text` with everything in comments, strings and character literals replaced by spaces; lines stay.
pub(crate) fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = opaque_length(rest, code.chars().next_back()).min(rest.len());
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// Bytes of the comment, string or character literal at the start of `text`; 0 for code.
fn opaque_length(text: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if text.starts_with("/*") {
        text.find("*/").map_or(text.len(), |at| at + 2)
    } else if text.starts_with('"') {
        quoted_length(text, '"')
    } else if text.starts_with('r') && !in_word {
        raw_string_length(text)
    } else if text.starts_with('\'') {
        char_length(text)
    } else {
        0
    }
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string_length(text: &str) -> usize {
    let hashes: String = text[1..].chars().take_while(|&c| c == '#').collect();
    let open = 1 + hashes.len();
    if !text[open..].starts_with('"') {
        return 0;
    }
    text[open + 1..].find(&format!("\"{hashes}")).map_or(text.len(), |at| open + 1 + at + 1 + hashes.len())
}

/// A character literal, told from a lifetime by its closing quote.
fn char_length(text: &str) -> usize {
    let mut chars = text.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => quoted_length(text, '\''),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// Fails with all complaints at once.
pub(crate) fn no_complaints(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n  {}", complaints.join("\n  "));
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = "a(\"{\\\"\", '{', '\\'', r#\"}\"}\"#, 'b); // {\nlet r = x;/* { */ }";
    let code = code_of(text);
    assert_eq!(code.split_whitespace().collect::<String>(), "a(,,,,'b);letr=x;}");
    assert_eq!(code.lines().count(), 2);
}
