//! What a file is, by its content, and reading it as that.

use std::borrow::Cow;

use brisk::model::{Build, Problem};
use camino::{Utf8Path, Utf8PathBuf};

use super::error::ImportError;
use super::{build_analysis, timings_html};
use crate::run_file::{self, Run};

/// What can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `cargo-timing*.html`.
    TimingsHtml,
    /// A log of Cargo's `-Zbuild-analysis` (`$CARGO_HOME/log/*.jsonl`).
    BuildAnalysis,
    /// A run file of Brisk.
    RunFile,
}

/// What was imported.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// A build that Cargo recorded.
    Build {
        /// The build.
        build: Box<Build>,
        /// Root of its workspace, where the file tells.
        workspace_root: Option<Utf8PathBuf>,
        /// Its target directory, where the file tells.
        target_dir: Option<Utf8PathBuf>,
    },
    /// A run that Brisk recorded.
    Run(Box<Run>),
}

/// The first two bytes of every gzip file (RFC 1952, 2.3.1).
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// How far into a file its kind must show. A report's data come after its unit table, which takes some 100 bytes per
/// unit, so the title is looked for instead.
const HEAD_BYTES: usize = 64 << 10;

/// Tells what `bytes` are; `None` if they are nothing that can be imported.
pub fn detect(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(GZIP_MAGIC) {
        return Some(Kind::RunFile);
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let first_line = head.lines().next().unwrap_or_default();
    if first_line.starts_with('{') && first_line.contains("\"reason\":") && first_line.contains("\"run_id\":") {
        return Some(Kind::BuildAnalysis);
    }
    let is_report = ["<title>Cargo Build Timings", "<h1>Cargo Build Timings</h1>", "const UNIT_DATA"];
    is_report.iter().any(|mark| head.contains(mark)).then_some(Kind::TimingsHtml)
}

/// Reads `bytes` as whatever they are; `name` stands for the file in errors and problems.
///
/// # Errors
///
/// One that names the file and the cause.
pub fn read(bytes: &[u8], name: &str) -> Result<Imported, ImportError> {
    let file = || name.to_owned();
    match detect(bytes) {
        Some(Kind::RunFile) => Ok(Imported::Run(Box::new(run_file::from_bytes(bytes, Utf8Path::new(name))?))),
        Some(Kind::TimingsHtml) => {
            let text = Text::of(bytes);
            let build = timings_html::parse(&text.text);
            let build = build.map_err(|cause| ImportError::TimingsHtml { file: file(), cause })?;
            Ok(Imported::Build { build: text.told_in(build, name), workspace_root: None, target_dir: None })
        }
        Some(Kind::BuildAnalysis) => {
            let text = Text::of(bytes);
            let build = build_analysis::parse(&text.text);
            let build = build.map_err(|cause| ImportError::BuildAnalysis { file: file(), cause })?;
            let (workspace_root, target_dir) = build_analysis::places(&text.text);
            Ok(Imported::Build { build: text.told_in(build, name), workspace_root, target_dir })
        }
        None => Err(ImportError::Unrecognised { file: file() }),
    }
}

/// A file as text. Bytes that are not UTF-8 become replacement characters: a log may end within a character.
struct Text<'a> {
    text: Cow<'a, str>,
}

impl<'a> Text<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { text: String::from_utf8_lossy(bytes) }
    }

    /// `build`, with a problem if the text was changed.
    fn told_in(&self, mut build: Build, name: &str) -> Box<Build> {
        if matches!(self.text, Cow::Owned(_)) {
            build.problems.push(Problem::new(
                format!("`{name}` is not valid UTF-8"),
                "it is truncated or damaged",
                "names in it may be misspelt",
            ));
        }
        Box::new(build)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_shows_in_the_content_not_in_the_name() {
        assert_eq!(detect(b"\x1f\x8b\x08..."), Some(Kind::RunFile));
        assert_eq!(detect(b"\n<html><head><title>Cargo Build Timings \xe2\x80\x94 app"), Some(Kind::TimingsHtml));
        assert_eq!(detect(b"\n<html>\n<h1>Cargo Build Timings</h1>"), Some(Kind::TimingsHtml));
        assert_eq!(detect(br#"{"run_id":"x","timestamp":"y","reason":"build-started"}"#), Some(Kind::BuildAnalysis));
    }

    #[test]
    fn anything_else_is_not_recognised() {
        let json_messages = br#"{"reason":"compiler-artifact","package_id":"x"}"#;
        for other in [b"".as_slice(), b"{}", b"hello", b"\xff\xfe", json_messages, b"<html><title>mine</title>"] {
            assert_eq!(detect(other), None, "{other:?}");
            let error = read(other, "x.html").unwrap_err();
            assert!(error.to_string().starts_with("`x.html` is neither"), "{error}");
        }
    }

    #[test]
    fn a_failure_names_the_file_and_the_cause() {
        let error = |bytes: &[u8]| read(bytes, "some.file").unwrap_err().to_string();
        insta::assert_snapshot!(error(b"<title>Cargo Build Timings"), @"could not read `some.file` as a report of `cargo build --timings`: there is no `const UNIT_DATA` in it, which every report of `cargo build --timings` has");
        insta::assert_snapshot!(error(b"const UNIT_DATA = [1,"), @"could not read `some.file` as a report of `cargo build --timings`: its `UNIT_DATA` is not valid: EOF while parsing a value at line 1 column 4");
        insta::assert_snapshot!(error(br#"{"run_id":"x","reason":"new-thing"}"#), @"could not read `some.file` as a build log of Cargo: none of its lines is a message of Cargo's build log that starts a build or registers a unit");
        insta::assert_snapshot!(error(b"\x1f\x8b"), @"`some.file` is not a run file of Brisk, or is damaged: it ends too early");
    }
}
