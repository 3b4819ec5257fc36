//! What the lint wrapper writes down: one file for each unit of a member, named by the unit's hash.
//!
//! Cargo does not start the wrapper again for a unit that is fresh, so the files stay beside the target directory that
//! they are of. One is only valid as long as its unit is: whoever reads asks Cargo which units there are.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use brisk::model::{CompilerMessage, FilePlace, MessageLevel, UnitHash};
use serde::{Deserialize, Serialize};

/// Goes up when the fields change their meaning; a file of another format is passed over.
const FORMAT: u32 = 1;

/// One unit of a member, and what rustc said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LintRecord {
    pub(crate) format: u32,
    /// Which check it is of.
    pub(crate) run: String,
    /// `CARGO_MANIFEST_DIR`.
    pub(crate) manifest_dir: PathBuf,
    /// Root of the crate, absolute.
    pub(crate) source: PathBuf,
    /// Name of the crate.
    pub(crate) krate: String,
    /// `--crate-type`, if given: not for tests.
    pub(crate) crate_types: Vec<String>,
    /// Whether it is compiled as a test.
    pub(crate) test: bool,
    /// Whether code is generated, and not only metadata.
    pub(crate) links: bool,
    /// Names of `--extern`, sorted.
    pub(crate) externs: Vec<String>,
    /// Those that are not used, sorted. Empty as well if rustc did not get that far.
    pub(crate) unused: Vec<String>,
    /// Whether it compiled.
    pub(crate) succeeded: bool,
    /// Whether rustc knows the lint and was asked.
    pub(crate) asked: bool,
    /// What rustc said besides.
    pub(crate) messages: Vec<StoredMessage>,
}

/// A [`CompilerMessage`] as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    error: bool,
    code: Option<String>,
    text: String,
    file: Option<String>,
    line: Option<u32>,
    fixable: bool,
}

impl LintRecord {
    /// A record of the present format with nothing in it yet.
    pub(crate) fn new(run: String, krate: String) -> Self {
        Self {
            format: FORMAT,
            run,
            manifest_dir: PathBuf::new(),
            source: PathBuf::new(),
            krate,
            crate_types: Vec::new(),
            test: false,
            links: false,
            externs: Vec::new(),
            unused: Vec::new(),
            succeeded: false,
            asked: false,
            messages: Vec::new(),
        }
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, dir: &Path, hash: UnitHash) -> io::Result<()> {
        let file = tempfile::NamedTempFile::new_in(dir)?;
        serde_json::to_writer(&file, self)?;
        file.persist(dir.join(format!("{hash}.json")))?;
        Ok(())
    }

    /// All records of a directory, by the hash of their unit. A file that cannot be understood is none.
    pub(crate) fn read_all(dir: &Path) -> BTreeMap<UnitHash, Self> {
        let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
        entries
            .filter_map(|entry| {
                let path = entry.path();
                let hash = path.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok()?;
                let record: Self = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
                (record.format == FORMAT).then_some((hash, record))
            })
            .collect()
    }
}

impl From<CompilerMessage> for StoredMessage {
    fn from(message: CompilerMessage) -> Self {
        let CompilerMessage { level, code, text, place, fixable } = message;
        let (file, line) = place.map_or((None, None), |place| (Some(place.file), place.line));
        Self { error: level == MessageLevel::Error, code, text, file, line, fixable }
    }
}

impl From<StoredMessage> for CompilerMessage {
    fn from(message: StoredMessage) -> Self {
        let StoredMessage { error, code, text, file, line, fixable } = message;
        let level = if error { MessageLevel::Error } else { MessageLevel::Warning };
        Self { level, code, text, place: file.map(|file| FilePlace { file, line }), fixable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_as_it_was_written_and_others_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let hash: UnitHash = "9ae1b3d3d5d0c9a1".parse().unwrap();
        let message = CompilerMessage {
            level: MessageLevel::Error,
            code: Some("E0308".to_owned()),
            text: "mismatched types".to_owned(),
            place: Some(FilePlace { file: "src/lib.rs".to_owned(), line: Some(3) }),
            fixable: false,
        };
        let messages = vec![message.clone().into()];
        let record = LintRecord { messages, ..LintRecord::new("1".to_owned(), "x".to_owned()) };
        record.write(dir.path(), hash).unwrap();
        fs_err::write(dir.path().join("0000000000000001.json"), "{\"half").unwrap();
        fs_err::write(dir.path().join("other"), "").unwrap();
        assert_eq!(LintRecord::read_all(dir.path()), BTreeMap::from([(hash, record.clone())]));
        assert_eq!(CompilerMessage::from(record.messages[0].clone()), message);
        let newer = LintRecord { format: FORMAT + 1, ..record };
        newer.write(dir.path(), hash).unwrap();
        assert_eq!(LintRecord::read_all(dir.path()), BTreeMap::new());
        assert_eq!(LintRecord::read_all(Path::new("/nowhere")), BTreeMap::new());
    }
}
