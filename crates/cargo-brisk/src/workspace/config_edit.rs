//! Cargo's configuration beside the root manifest, with another setting. All else keeps its bytes.

use std::path::{Path, PathBuf};

use brisk::model::{ConfigEdit, ConfigValue};
use toml::{Table, Value};

use super::respell::respelled;

/// Why a setting cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigEditError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML.
    #[error("`{}` is not valid TOML", .0.display())]
    Toml(PathBuf),
    /// Something else is where the setting belongs.
    #[error("`{}` has something else than a table or a list at `{key}`", path.display())]
    Occupied {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
    },
}

/// The file that is to be written, and what it shall say. It is the one that Cargo reads: `.cargo/config` where there is one,
/// which is older and goes before `.cargo/config.toml` (The Cargo Book, "Configuration").
///
/// # Errors
///
/// If it cannot be read, or the setting has no place in it.
pub(crate) fn with_setting(root_dir: &Path, edit: &ConfigEdit) -> Result<(PathBuf, String), ConfigEditError> {
    let dir = root_dir.join(".cargo");
    let old = dir.join("config");
    let path = if old.is_file() { old } else { dir.join("config.toml") };
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(ConfigEditError::Read { path, source }),
    };
    match changed(&before, edit) {
        Ok(Some(after)) => Ok((path, after)),
        Ok(None) => Err(ConfigEditError::Occupied { path, key: edit.keys.join(".") }),
        Err(_) => Err(ConfigEditError::Toml(path)),
    }
}

/// The text with the setting; `None` if something else has its place.
fn changed(text: &str, edit: &ConfigEdit) -> Result<Option<String>, toml_edit::TomlError> {
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(mut table) = plain.parse::<Table>() else {
        // The parser that keeps bytes says what is wrong, as it would have to read it next.
        return respelled(text, &Table::new()).map(|_| None);
    };
    match set(&mut table, edit) {
        Some(()) => respelled(text, &table).map(Some),
        None => Ok(None),
    }
}

fn set(table: &mut Table, edit: &ConfigEdit) -> Option<()> {
    let (last, above) = edit.keys.split_last()?;
    let place = above.iter().try_fold(table, |table, key| {
        table.entry(key.as_str()).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
    })?;
    let value = match &edit.value {
        ConfigValue::Flag(flag) => (*flag).into(),
        ConfigValue::Text(text) => text.as_str().into(),
        ConfigValue::With(words) => with_words(place.get(last), words)?,
    };
    place.insert(last.clone(), value);
    Some(())
}

/// A list of words that has these too, in either form that Cargo takes: a list, or one text with blanks between the words.
fn with_words(before: Option<&Value>, words: &[String]) -> Option<Value> {
    match before {
        None => Some(words.iter().cloned().map(Value::from).collect::<Vec<_>>().into()),
        Some(Value::Array(list)) => {
            let missing = words.iter().filter(|word| !list.iter().any(|known| known.as_str() == Some(word.as_str())));
            let all: Vec<Value> = list.iter().cloned().chain(missing.cloned().map(Value::from)).collect();
            Some(all.into())
        }
        Some(Value::String(text)) => {
            let missing =
                words.iter().map(String::as_str).filter(|word| !text.split_whitespace().any(|known| known == *word));
            let all: Vec<&str> =
                std::iter::once(text.trim_end()).filter(|text| !text.is_empty()).chain(missing).collect();
            Some(all.join(" ").into())
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn linker() -> ConfigEdit {
        let keys = ["target", "x86_64-unknown-linux-gnu", "rustflags"].map(str::to_owned).to_vec();
        ConfigEdit { keys, value: ConfigValue::With(vec!["-Clink-arg=-fuse-ld=mold".to_owned()]) }
    }

    #[track_caller]
    fn check(before: &str, edit: &ConfigEdit, expected: &str) {
        let after = changed(before, edit).unwrap().unwrap();
        assert_eq!(after, expected);
        assert_eq!(changed(&after, edit).unwrap().unwrap(), after, "twice is once");
    }

    #[test]
    fn a_new_file_has_the_setting_alone() {
        let expected = "[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-Clink-arg=-fuse-ld=mold\"]\n";
        check("", &linker(), expected);
        let flag =
            ConfigEdit { keys: vec!["build".to_owned(), "incremental".to_owned()], value: ConfigValue::Flag(false) };
        check("", &flag, "[build]\nincremental = false\n");
    }

    #[test]
    fn words_are_added_to_those_that_are_there_in_the_form_that_they_have() {
        check(
            "# ours\n[target.x86_64-unknown-linux-gnu]\nrustflags = ['-Cforce-frame-pointers'] # for perf\n\n[alias]\nb = 'build'\n",
            &linker(),
            "# ours\n[target.x86_64-unknown-linux-gnu]\nrustflags = ['-Cforce-frame-pointers', \"-Clink-arg=-fuse-ld=mold\"] # for perf\n\n[alias]\nb = 'build'\n",
        );
        check(
            "target.x86_64-unknown-linux-gnu.rustflags = \"-Cforce-frame-pointers\"\n",
            &linker(),
            "target.x86_64-unknown-linux-gnu.rustflags = \"-Cforce-frame-pointers -Clink-arg=-fuse-ld=mold\"\n",
        );
    }

    #[test]
    fn ends_of_lines_stay_and_a_last_line_without_one_gets_it_only_to_be_followed() {
        check(
            "[alias]\r\nb = 'build'",
            &linker(),
            "[alias]\r\nb = 'build'\r\n\r\n[target.x86_64-unknown-linux-gnu]\r\nrustflags = [\"-Clink-arg=-fuse-ld=mold\"]\r\n",
        );
        let wrapper =
            ConfigEdit { keys: vec!["build".to_owned(), "jobs".to_owned()], value: ConfigValue::Text("1".to_owned()) };
        check("[build]\njobs = 'default'", &wrapper, "[build]\njobs = \"1\"");
    }

    #[test]
    fn the_file_that_cargo_reads_is_the_one_that_is_changed() {
        let tree = Tree::new(&[
            ("new/.cargo/config.toml", "a = 1\n"),
            ("both/.cargo/config", ""),
            ("both/.cargo/config.toml", ""),
        ]);
        let path = |dir: &str| with_setting(&tree.path(dir), &linker()).unwrap().0;
        assert_eq!(path("none"), tree.path("none/.cargo/config.toml"));
        assert_eq!(path("new"), tree.path("new/.cargo/config.toml"));
        assert_eq!(path("both"), tree.path("both/.cargo/config"));
    }

    #[test]
    fn what_has_no_place_for_it_is_left_alone() {
        let tree = Tree::new(&[("a/.cargo/config.toml", "target = 1\n"), ("b/.cargo/config.toml", "[")]);
        let why = |dir: &str| tree.redact(&with_setting(&tree.path(dir), &linker()).unwrap_err().to_string());
        insta::assert_snapshot!(why("a"), @"`[ROOT]/a/.cargo/config.toml` has something else than a table or a list at `target.x86_64-unknown-linux-gnu.rustflags`");
        insta::assert_snapshot!(why("b"), @"`[ROOT]/b/.cargo/config.toml` is not valid TOML");
    }
}
