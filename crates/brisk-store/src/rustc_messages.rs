//! What rustc says of a crate: the JSON lines on its stderr (`--error-format=json`), which Cargo also keeps beside the
//! fingerprint of each unit.
//!
//! The format is documented in the rustc book ("JSON Output"). Lines that are something else (notifications of artifacts,
//! words of a driver) are passed over.

use brisk::model::{CompilerMessage, FilePlace, MessageLevel};
use serde::Deserialize;

/// The lint by which rustc names crates that were handed over and are not used.
pub const UNUSED_CRATES: &str = "unused_crate_dependencies";

/// One message of rustc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A warning or an error.
    Message(CompilerMessage),
    /// A crate is not used: the name by which the sources would call it. (Whatever level the lint has.)
    UnusedCrate(String),
}

/// Reads one line; `None` if it is neither warning nor error, or only sums up others.
pub fn read(line: &str) -> Option<Said> {
    // Most lines of a large build announce artifacts: no need to parse these.
    if !line.starts_with('{') || !line.contains("\"level\"") {
        return None;
    }
    let diagnostic: Diagnostic = serde_json::from_str(line).ok()?;
    let code = diagnostic.code.as_ref().map(|code| code.code.clone());
    if code.as_deref() == Some(UNUSED_CRATES) {
        return quoted(&diagnostic.message).map(|name| Said::UnusedCrate(name.to_owned()));
    }
    let level = match diagnostic.level.as_str() {
        "warning" => MessageLevel::Warning,
        "error" | "error: internal compiler error" => MessageLevel::Error,
        _ => return None,
    };
    if diagnostic.is_summary() {
        return None;
    }
    let place = diagnostic.place();
    let fixable = diagnostic.is_fixable();
    let text = diagnostic.message.lines().next().unwrap_or_default().to_owned();
    Some(Said::Message(CompilerMessage { level, code, text, place, fixable }))
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    code: Option<Code>,
    level: String,
    #[serde(default)]
    spans: Vec<Span>,
    #[serde(default)]
    children: Vec<Child>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Child {
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    #[serde(default)]
    file_name: String,
    #[serde(default)]
    line_start: u32,
    #[serde(default)]
    is_primary: bool,
    suggestion_applicability: Option<String>,
}

impl Diagnostic {
    /// `aborting due to 2 previous errors`, `3 warnings emitted`: Cargo leaves them out as well (`emit_diagnostic` in
    /// `core/compiler/mod.rs` of Cargo).
    fn is_summary(&self) -> bool {
        let text = &self.message;
        let sums_up = text.starts_with("aborting due to")
            || text.ends_with("warning emitted")
            || text.ends_with("warnings emitted");
        sums_up && self.spans.is_empty()
    }

    fn place(&self) -> Option<FilePlace> {
        let span = self.spans.iter().find(|span| span.is_primary && !span.file_name.starts_with('<'))?;
        Some(FilePlace { file: span.file_name.clone(), line: (span.line_start > 0).then_some(span.line_start) })
    }

    /// As Cargo decides whether it offers `cargo fix`: a sub-message suggests what a program may apply.
    fn is_fixable(&self) -> bool {
        let mut spans = self.children.iter().flat_map(|child| &child.spans);
        spans.any(|span| span.suggestion_applicability.as_deref() == Some("MachineApplicable"))
    }
}

/// The first name in backquotes. The words around it differ between versions: `extern crate `x` is unused in crate `y``,
/// `external crate `x` unused in `y`: …`.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(line: &str) -> CompilerMessage {
        match read(line) {
            Some(Said::Message(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_warning_has_lint_place_and_whether_a_program_may_fix_it() {
        let line = r#"{"$message_type":"diagnostic","message":"unused import: `a`","code":{"code":"unused_imports","explanation":null},"level":"warning","spans":[{"file_name":"src/lib.rs","line_start":3,"is_primary":true,"suggestion_applicability":null}],"children":[{"message":"remove it","spans":[{"file_name":"src/lib.rs","line_start":3,"is_primary":true,"suggested_replacement":"","suggestion_applicability":"MachineApplicable"}]}],"rendered":""}"#;
        let warning = message(line);
        assert_eq!((warning.level, warning.fixable), (MessageLevel::Warning, true));
        assert_eq!(warning.code.as_deref(), Some("unused_imports"));
        assert_eq!(warning.place, Some(FilePlace { file: "src/lib.rs".to_owned(), line: Some(3) }));
        assert!(!message(&line.replace("MachineApplicable", "MaybeIncorrect")).fixable);
    }

    #[test]
    fn an_unused_crate_is_named_in_the_words_of_old_and_new_compilers() {
        for text in
            ["extern crate `x` is unused in crate `y`", "external crate `x` unused in `y`: remove the dependency"]
        {
            for level in ["warning", "error"] {
                let line = format!(
                    r#"{{"message":"{text}","code":{{"code":"unused_crate_dependencies"}},"level":"{level}","spans":[]}}"#
                );
                assert_eq!(read(&line), Some(Said::UnusedCrate("x".to_owned())));
            }
        }
    }

    #[test]
    fn what_sums_up_and_what_is_no_message_is_passed_over() {
        for line in [
            r#"{"message":"aborting due to 1 previous error","code":null,"level":"error","spans":[]}"#,
            r#"{"message":"2 warnings emitted","code":null,"level":"warning","spans":[]}"#,
            r#"{"message":"For more information about this error, try `rustc --explain E0308`.","code":null,"level":"failure-note","spans":[]}"#,
            r#"{"$message_type":"artifact","artifact":"/t/libx.rmeta","emit":"metadata"}"#,
            r#"{"level": broken"#,
            "error: linker `cc` not found",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_read(line: String) {
            let _ = read(&line);
            let _ = read(&format!("{{\"level\":{line}}}"));
        }
    }
}
