//! Where a build script names something.

use brisk::model::SourceLine;
use camino::{Utf8Path, Utf8PathBuf};

use crate::fingerprints::listing;

/// Larger scripts are not searched.
const MOST_BYTES: u64 = 1 << 20;

/// The text of a build script, read when it is first needed.
#[derive(Debug)]
pub(super) struct ScriptText {
    path: Option<Utf8PathBuf>,
    shown: String,
    text: Option<String>,
}

impl ScriptText {
    /// The script at `path`, called `shown`.
    pub(super) fn new(path: Option<Utf8PathBuf>, shown: String) -> Self {
        Self { path, shown, text: None }
    }

    /// The first line of it that holds one of `words`, the first word first; `None` also if the script cannot be read.
    /// Comments do not count.
    pub(super) fn find(&mut self, words: &[&str]) -> Option<SourceLine> {
        let text = match &self.text {
            Some(text) => text,
            None => {
                let text = self.path.take().and_then(|path| read(&path)).unwrap_or_default();
                self.text.insert(text)
            }
        };
        let line_of = |word: &&str| {
            let holds = |line: &str| !line.trim_start().starts_with("//") && line.contains(word);
            (!word.is_empty()).then(|| text.lines().position(holds)).flatten()
        };
        let position = words.iter().find_map(line_of)?;
        Some(SourceLine { file: self.shown.clone(), line: u32::try_from(position).ok()?.saturating_add(1) })
    }
}

fn read(path: &Utf8Path) -> Option<String> {
    String::from_utf8(listing::read(path, MOST_BYTES).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_it_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(directory.path().join("build.rs")).unwrap();
        fs_err::write(&path, "// a.txt\nfn main() {\n    println!(\"cargo:rerun-if-changed=a.txt\");\n}\n").unwrap();
        let mut script = ScriptText::new(Some(path), "build.rs".to_owned());
        assert_eq!(script.find(&["data/a.txt", "a.txt"]), Some(SourceLine { file: "build.rs".to_owned(), line: 3 }));
        assert_eq!(script.find(&["", "b.txt"]), None);
        assert_eq!(ScriptText::new(None, String::new()).find(&["a"]), None);
    }
}
