//! How a side of a trial is named: `SOURCE[,SETTING]…`.
//!
//! A source is `.` (the sources as they are), a directory, or a revision that Git knows. A setting is a toolchain
//! (`+nightly`), a variable (`RUSTFLAGS=-Ctarget-cpu=native`), a setting of a profile (`profile.release.lto=thin`) or any
//! other of Cargo's configuration (`build.incremental=false`), or an option of the command (`--features=x`). A side that
//! begins with a setting is of the sources as they are.

use std::path::{Path, PathBuf};

/// One side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SideSpec {
    /// As the user wrote it.
    pub(crate) text: String,
    /// Where its sources are.
    pub(crate) source: Source,
    /// How it is built differently.
    pub(crate) settings: Vec<Setting>,
}

/// Where sources are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the workspace, as they are.
    Here,
    /// In another directory, as they are.
    Directory(PathBuf),
    /// In Git.
    Revision(String),
}

/// How a side is built differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// By another toolchain.
    Toolchain(String),
    /// With a variable of the environment.
    Variable(String, String),
    /// With a setting for `--config`.
    Config(String),
    /// With an option of the command.
    Option(String),
}

/// Why a side makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadSpec {
    /// There is nothing.
    #[error("a side of a trial is a directory, a revision, or a setting")]
    Empty,
}

impl SideSpec {
    /// The workspace as it is.
    pub(crate) fn here() -> Self {
        Self { text: ".".to_owned(), source: Source::Here, settings: Vec::new() }
    }

    /// Reads it; directories are looked for from `cwd`.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub(crate) fn parse(text: &str, cwd: &Path) -> Result<Self, BadSpec> {
        let mut words = words(text).into_iter().peekable();
        let is_first_setting = words.peek().is_some_and(|word| is_setting(word));
        let source = match if is_first_setting { Some("") } else { words.next() } {
            None => return Err(BadSpec::Empty),
            Some("" | ".") if is_first_setting || text.starts_with('.') => Source::Here,
            Some("") => return Err(BadSpec::Empty),
            Some(word) if cwd.join(word).is_dir() => Source::Directory(cwd.join(word)),
            Some(word) => Source::Revision(word.to_owned()),
        };
        Ok(Self { text: text.to_owned(), source, settings: words.map(setting).collect() })
    }
}

/// The words between commas. A comma that no setting follows is part of the word before it, as in
/// `RUSTFLAGS=-Clink-arg=-Wl,-z,now`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(',') {
        if is_setting(&text[at + 1..]) {
            words.push(&text[start..at]);
            start = at + 1;
        }
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Whether a setting begins here.
fn is_setting(text: &str) -> bool {
    text.starts_with('+') || text.starts_with("--") || is_named(text, is_variable) || is_named(text, is_key)
}

/// Whether the text before the first `=` is a name.
fn is_named(text: &str, is_name: fn(&str) -> bool) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// `RUSTFLAGS`, `CARGO_PROFILE_DEV_DEBUG`.
fn is_variable(name: &str) -> bool {
    let is_upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && name.chars().all(is_upper)
}

/// `profile.release.lto`, `profile.dev.package."*".debug`.
fn is_key(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | '*' | '@');
    name.contains('.') && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_part)
}

fn setting(word: &str) -> Setting {
    if let Some(toolchain) = word.strip_prefix('+') {
        return Setting::Toolchain(toolchain.to_owned());
    }
    match word.split_once('=').filter(|_| !word.starts_with("--")) {
        Some((name, value)) if is_variable(name) => Setting::Variable(name.to_owned(), value.to_owned()),
        Some((key, value)) => Setting::Config(format!("{key}={}", toml_value(value))),
        None => Setting::Option(word.to_owned()),
    }
}

/// The value as TOML has it; what is no value is a text: `thin` is meant as `"thin"`.
fn toml_value(value: &str) -> String {
    let is_value = format!("value = {value}").parse::<toml::Table>().is_ok();
    if is_value { value.to_owned() } else { toml::Value::from(value).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SideSpec {
        SideSpec::parse(text, Path::new("/")).unwrap()
    }

    #[test]
    fn sources_are_here_a_directory_or_a_revision() {
        assert_eq!(parsed(".").source, Source::Here);
        assert_eq!(parsed("+nightly").source, Source::Here);
        assert_eq!(parsed("HEAD~1").source, Source::Revision("HEAD~1".to_owned()));
        assert_eq!(parsed("feature/x").source, Source::Revision("feature/x".to_owned()));
        assert_eq!(parsed("proc,+beta").source, Source::Directory("/proc".into()));
        assert_eq!(SideSpec::parse("", Path::new("/")), Err(BadSpec::Empty));
    }

    #[test]
    fn settings_follow_after_commas() {
        let spec = parsed(".,+1.90,RUSTFLAGS=-Clink-arg=-Wl,-z,now,profile.release.lto=thin,--features=a,b");
        let expected = [
            Setting::Toolchain("1.90".to_owned()),
            Setting::Variable("RUSTFLAGS".to_owned(), "-Clink-arg=-Wl,-z,now".to_owned()),
            Setting::Config("profile.release.lto=\"thin\"".to_owned()),
            Setting::Option("--features=a,b".to_owned()),
        ];
        assert_eq!(spec.settings, expected);
        assert_eq!(parsed("build.incremental=false").settings, [Setting::Config("build.incremental=false".to_owned())]);
    }

    #[test]
    fn values_are_written_as_toml_wants_them() {
        assert_eq!(
            ["thin", "16", "true", "\"s\"", "[\"a\"]"].map(toml_value),
            ["\"thin\"", "16", "true", "\"s\"", "[\"a\"]"]
        );
    }
}
