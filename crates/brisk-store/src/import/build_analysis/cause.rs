//! Why a unit was dirty: `DirtyReason` in Cargo's `core/compiler/fingerprint/dirty_reason.rs`, `FsStatus` and
//! `StaleItem` in its `fingerprint/mod.rs`.
//!
//! The words of kinds are those that a recording uses, and of what only Cargo can tell Cargo's own. The sentences are
//! those of Cargo's `DirtyReason::present_to`, without times.

use brisk::model::{DirtyReason, UnitIdx};
use serde_json::Value;

/// How the unit with an index of the log is known here: its place and its package's name.
pub(super) type Lookup<'a> = &'a dyn Fn(u64) -> Option<(UnitIdx, String)>;

/// Reads a `cause`. Paths below `root` are shown relative to it.
pub(super) fn parse(cause: &Value, root: Option<&str>, lookup: Lookup<'_>) -> DirtyReason {
    let cause = Cause { fields: cause, root };
    let word = cause.text("dirty_reason");
    match word {
        "fs-status-outdated" => cause.file_system(lookup),
        "unit-dependency-info-changed" => {
            cause.by_unit("dependency-changed", lookup, |name| format!("info of dependency `{name}` changed"))
        }
        "rustc-changed" => plain(word, "the toolchain changed"),
        "features-changed" => plain(word, format!("the list of features changed{}", cause.old_and_new())),
        "declared-features-changed" => plain(word, "the list of declared features changed"),
        "target-configuration-changed" => plain("target-changed", "the target configuration changed"),
        "path-to-source-changed" => plain("path-changed", "the path to the source changed"),
        "profile-configuration-changed" => plain("profile-changed", "the profile configuration changed"),
        "rustflags-changed" => plain(word, format!("the rustflags changed{}", cause.old_and_new())),
        "config-settings-changed" => plain("config-changed", "the config settings changed"),
        "compile-kind-changed" => plain("target-platform-changed", "the rustc compile kind changed"),
        "local-lengths-changed" => {
            plain("rerun-if-changed", "the build script has more or fewer `cargo::rerun-if` instructions than before")
        }
        "rerun-if-changed-output-file-changed" => {
            plain("rerun-if-changed", "the path of the build script's output changed")
        }
        "rerun-if-changed-output-paths-changed" => {
            plain("rerun-if-changed", "the rerun-if-changed instructions changed")
        }
        "precalculated-components-changed" => plain("package-changed", "the precalculated components changed"),
        "dep-info-output-changed" => plain(word, "the dependency info output changed"),
        "env-vars-changed" => plain("env-var-changed", "the environment variables changed"),
        "env-var-changed" => plain(word, format!("the env variable {} changed", cause.text("name"))),
        "local-fingerprint-type-changed" => plain(word, "the local fingerprint type changed"),
        "number-of-dependencies-changed" => {
            plain("dependencies-changed", format!("the number of dependencies changed{}", cause.old_and_new()))
        }
        "unit-dependency-name-changed" => {
            plain("dependencies-changed", format!("the name of a dependency changed{}", cause.old_and_new()))
        }
        "nothing-obvious" => plain(word, "the fingerprint comparison turned up nothing obvious"),
        "forced" => plain(word, "forced"),
        "checksum-use-changed" | "fingerprint-method-changed" => {
            plain("fingerprint-method-changed", "files are compared by checksum now and by time before, or the reverse")
        }
        "" => plain("unknown", "Cargo gave a reason that could not be read"),
        other => plain(other, other.replace('-', " ")),
    }
}

struct Cause<'a> {
    fields: &'a Value,
    root: Option<&'a str>,
}

impl Cause<'_> {
    fn file_system(&self, lookup: Lookup<'_>) -> DirtyReason {
        match self.text("fs_status") {
            "stale-item" => self.item(),
            "stale-dependency" | "stale-dep-fingerprint" => {
                self.by_unit("dependency-rebuilt", lookup, |name| format!("the dependency `{name}` was rebuilt"))
            }
            _ => plain("stale", "stale, unknown reason"),
        }
    }

    fn item(&self) -> DirtyReason {
        match self.text("stale_item") {
            "changed-file" => plain("file-changed", format!("the file `{}` has changed", self.path("stale"))),
            "changed-checksum" => plain("file-changed", format!("the file `{}` has changed", self.path("source"))),
            "file-size-changed" => {
                plain("file-changed", format!("the size of the file `{}` has changed", self.path("path")))
            }
            "missing-file" => plain("file-missing", format!("the file `{}` is missing", self.path("path"))),
            "unable-to-read-file" | "failed-to-read-metadata" => {
                plain("file-unreadable", format!("the file `{}` could not be read", self.path("path")))
            }
            "missing-checksum" => {
                plain("checksum-missing", format!("the checksum of the file `{}` is missing", self.path("path")))
            }
            "changed-env" => plain("env-var-changed", format!("the environment variable {} changed", self.text("var"))),
            _ => plain("stale", "stale, unknown reason"),
        }
    }

    fn by_unit(&self, kind: &str, lookup: Lookup<'_>, sentence: impl Fn(&str) -> String) -> DirtyReason {
        let unit = self.fields.get("unit").and_then(Value::as_u64).and_then(lookup);
        let (because_of, name) = unit.unzip();
        DirtyReason { because_of, ..plain(kind, sentence(name.as_deref().unwrap_or("?"))) }
    }

    fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    fn path(&self, field: &str) -> &str {
        let path = self.text(field);
        let below = self.root.and_then(|root| path.strip_prefix(root)).filter(|below| below.starts_with(['/', '\\']));
        below.map_or(path, |below| below.trim_start_matches(['/', '\\']))
    }

    /// ` (old => new)`, where both are told.
    fn old_and_new(&self) -> String {
        let side = |field: &str| match self.fields.get(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        side("old").zip(side("new")).map_or_else(String::new, |(old, new)| format!(" (`{old}` => `{new}`)"))
    }
}

fn plain(kind: &str, detail: impl Into<String>) -> DirtyReason {
    DirtyReason { kind: kind.to_owned(), detail: detail.into(), because_of: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cause: &str) -> String {
        let lookup = |index| (index == 5).then(|| (UnitIdx(2), "tiny".to_owned()));
        let reason = parse(&serde_json::from_str(cause).unwrap(), Some("/ws"), &lookup);
        let because_of = reason.because_of.map_or_else(String::new, |idx| format!(" <- {}", idx.0));
        format!("{}: {}{because_of}", reason.kind, reason.detail)
    }

    /// Causes as Cargo 1.95 writes them.
    #[test]
    fn causes_of_cargo_become_kinds_and_sentences() {
        insta::assert_snapshot!(told(r#"{"dirty_reason":"fs-status-outdated","fs_status":"stale-item","stale_item":"changed-file","reference":"/ws/target/x","reference_mtime":1795249884064.6663,"stale":"/ws/tiny/src/lib.rs","stale_mtime":1795249885380.6663}"#), @"file-changed: the file `tiny/src/lib.rs` has changed");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"fs-status-outdated","fs_status":"stale-dep-fingerprint","unit":5}"#), @"dependency-rebuilt: the dependency `tiny` was rebuilt <- 2");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"unit-dependency-info-changed","unit":9}"#), @"dependency-changed: info of dependency `?` changed");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"env-var-changed","name":"FLAVOUR","old_value":null,"new_value":"x"}"#), @"env-var-changed: the env variable FLAVOUR changed");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"rustflags-changed","old":[],"new":["--cfg","x"]}"#), @"rustflags-changed: the rustflags changed (`` => `--cfg x`)");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"fs-status-outdated","fs_status":"stale-item","stale_item":"missing-file","path":"/wsx/a"}"#), @"file-missing: the file `/wsx/a` is missing");
    }

    #[test]
    fn causes_of_a_later_cargo_keep_their_word() {
        insta::assert_snapshot!(told(r#"{"dirty_reason":"moon-changed"}"#), @"moon-changed: moon changed");
        insta::assert_snapshot!(told("[]"), @"unknown: Cargo gave a reason that could not be read");
        insta::assert_snapshot!(told(r#"{"dirty_reason":"fs-status-outdated"}"#), @"stale: stale, unknown reason");
    }
}
