//! Remembers what Cargo said, because asking costs more than everything else that `cargo brisk` does.
//!
//! The key is a hash over all that the answer depends on: lockfile, local manifests and the names of the files in which
//! targets are found, configuration, toolchain file, environment, the Cargo executable, and Brisk's own version. An
//! entry is one file named by its key. Trouble with the cache never matters: then Cargo is asked.
//!
//! That Cargo failed is not remembered. Most failures hang on what no key can hold: what is downloaded to Cargo's home,
//! directories that are missing, toolchains that may be installed at any moment. The others (mistakes in the syntax of files
//! that are in the key) make Cargo give up within some 30 ms.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::members::LocalPackages;
use super::metadata::{Answer, Call};
use super::stored::StoredAnswer;

/// Answers that are kept. A few workspaces are worked on at a time, each with a few states to go back to.
const KEPT_ENTRIES: usize = 16;

/// Variables that change what Cargo answers, beside all that begin with `CARGO`: they choose the toolchain.
const VARIABLES: [&str; 4] = ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "RUSTC", "HOME"];

/// What an answer depends on.
pub(super) struct Inputs<'a> {
    pub(super) call: &'a Call,
    /// Root directory of the workspace.
    pub(super) root_dir: &'a Path,
    pub(super) local: &'a LocalPackages,
    /// Configuration files, present or not.
    pub(super) config_files: &'a [PathBuf],
}

/// The name of an entry.
///
/// `DefaultHasher` may change with the standard library that Brisk is built with. That is fine here: another hash is
/// another name, and Cargo is asked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    pub(super) fn of(inputs: &Inputs<'_>) -> Self {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        let call = inputs.call;
        (&call.cwd, &call.manifest_path, &call.triples).hash(&mut hasher);
        hash_program(call, &mut hasher);
        hash_environment(call, &mut hasher);
        hash_file(&inputs.root_dir.join("Cargo.lock"), &mut hasher);
        for (dir, package) in &inputs.local.packages {
            (dir, &package.manifest.text).hash(&mut hasher);
            hash_target_names(dir, &mut hasher);
        }
        for file in inputs.config_files {
            hash_file(file, &mut hasher);
        }
        for dir in call.cwd.ancestors() {
            hash_file(&dir.join("rust-toolchain.toml"), &mut hasher);
            hash_file(&dir.join("rust-toolchain"), &mut hasher);
        }
        Self(hasher.finish())
    }
}

/// The Cargo executable, by path, size and time. Behind `rustup` it stands for all toolchains, so that the default one
/// is looked at as well.
fn hash_program(call: &Call, hasher: &mut DefaultHasher) {
    let program = call.environment.find_program(&call.cargo).unwrap_or_else(|| call.cargo.clone());
    let program = program.canonicalize().unwrap_or(program);
    hash_identity(&program, hasher);
    let rustup_home = call.environment.get("RUSTUP_HOME").map(PathBuf::from);
    let rustup_home = rustup_home.or_else(|| call.environment.get("HOME").map(|home| Path::new(home).join(".rustup")));
    if let Some(home) = rustup_home {
        hash_file(&home.join("settings.toml"), hasher);
        hash_identity(&home.join("toolchains"), hasher);
    }
}

fn hash_identity(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    if let Ok(metadata) = path.metadata() {
        (metadata.len(), metadata.modified().ok()).hash(hasher);
    }
}

fn hash_environment(call: &Call, hasher: &mut DefaultHasher) {
    for (name, value) in call.environment.iter() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO") || VARIABLES.contains(&&*text) {
            (name, value).hash(hasher);
        }
    }
}

fn hash_file(path: &Path, hasher: &mut DefaultHasher) {
    (path, std::fs::read(path).ok()).hash(hasher);
}

/// Names in the places where Cargo finds targets by itself.
fn hash_target_names(dir: &Path, hasher: &mut DefaultHasher) {
    for place in ["build.rs", "src/lib.rs", "src/main.rs"] {
        dir.join(place).is_file().hash(hasher);
    }
    for place in ["src/bin", "examples", "tests", "benches"] {
        let entries = std::fs::read_dir(dir.join(place)).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<_> = entries
            .map(|entry| {
                let holds_main =
                    !entry.file_type().is_ok_and(|kind| kind.is_file()) && entry.path().join("main.rs").is_file();
                (entry.file_name(), holds_main)
            })
            .collect();
        names.sort_unstable();
        names.hash(hasher);
    }
}

/// The entry of that key, if it is there and whole.
pub(super) fn load(cache_dir: &Path, key: Key) -> Option<Answer> {
    let content = std::fs::read(entry_path(cache_dir, key)).ok()?;
    let stored: StoredAnswer = serde_json::from_slice(&content).ok()?;
    Some(stored.into())
}

/// Writes an entry, whole or not at all, and drops the oldest ones. That it cannot be written is not worth a word.
pub(super) fn store(cache_dir: &Path, key: Key, answer: &Answer) {
    if write(cache_dir, key, answer).is_ok() {
        prune(cache_dir);
    }
}

fn write(cache_dir: &Path, key: Key, answer: &Answer) -> std::io::Result<()> {
    std::fs::create_dir_all(cache_dir)?;
    let mut file = tempfile::NamedTempFile::new_in(cache_dir)?;
    let mut writer = std::io::BufWriter::new(file.as_file_mut());
    serde_json::to_writer(&mut writer, &StoredAnswer::from(answer))?;
    std::io::Write::flush(&mut writer)?;
    drop(writer);
    file.persist(entry_path(cache_dir, key))?;
    Ok(())
}

fn prune(cache_dir: &Path) {
    let entries = std::fs::read_dir(cache_dir).into_iter().flatten().filter_map(Result::ok);
    let dated = entries.filter_map(|entry| {
        let path = entry.path();
        let is_entry = path.file_name()?.to_str()?.starts_with(PREFIX);
        let modified = entry.metadata().ok()?.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        is_entry.then_some((modified, path))
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_unstable();
    let n_surplus = dated.len().saturating_sub(KEPT_ENTRIES);
    for (_, path) in dated.into_iter().take(n_surplus) {
        // Another Brisk may have dropped it meanwhile.
        std::fs::remove_file(path).ok();
    }
}

/// Beginning of the name of every entry.
const PREFIX: &str = "workspace-";

fn entry_path(cache_dir: &Path, key: Key) -> PathBuf {
    cache_dir.join(format!("{PREFIX}{:016x}.json", key.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::environment::Environment;
    use crate::workspace::manifest::Manifest;
    use crate::workspace::members::local_packages;
    use crate::workspace::metadata::Platforms;
    use crate::workspace::testing::Tree;
    use brisk::model::{Workspace, WorkspaceBasis};

    fn answer(root: &str) -> Answer {
        let workspace = Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: root.to_owned(),
            members: Vec::new(),
            packages: Vec::new(),
            inheritable: Vec::new(),
        };
        Answer { workspace, platforms: Platforms::All, build_dir: None }
    }

    fn key(tree: &Tree) -> Key {
        let call = Call {
            cargo: tree.path("bin/cargo"),
            cwd: tree.path("ws"),
            manifest_path: tree.path("ws/Cargo.toml"),
            environment: Environment::default(),
            triples: Vec::new(),
            missing_wrapper: false,
            target_dir: tree.path("ws/target"),
        };
        let local = local_packages(&Manifest::read(&call.manifest_path).unwrap());
        let config_files = [tree.path("ws/.cargo/config.toml")];
        Key::of(&Inputs { call: &call, root_dir: &tree.path("ws"), local: &local, config_files: &config_files })
    }

    #[test]
    fn everything_that_an_answer_depends_on_is_in_the_key() {
        let tree = Tree::new(&[
            ("ws/Cargo.toml", "[workspace]\nmembers = ['crates/*']"),
            ("ws/crates/a/Cargo.toml", "[package]\nname = 'a'\n[dependencies]\nout = { path = '../../../out' }"),
            ("out/Cargo.toml", "[package]\nname = 'out'"),
        ]);
        let mut last = key(&tree);
        assert_eq!(key(&tree), last);
        for changed in [
            "ws/Cargo.lock",
            "ws/crates/b/Cargo.toml",
            "ws/crates/a/src/bin/new.rs",
            "ws/crates/a/tests/it/main.rs",
            "ws/.cargo/config.toml",
            "ws/rust-toolchain.toml",
            "bin/cargo",
            "out/Cargo.toml",
        ] {
            tree.write(changed, "[package]\nname = 'changed'");
            let now = key(&tree);
            assert_ne!(now, last, "{changed}");
            last = now;
        }
        tree.write("ws/crates/a/src/util.rs", "");
        assert_eq!(key(&tree), last, "a module is not a target");
    }

    #[test]
    fn an_entry_is_read_as_it_was_written_and_a_broken_one_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let cache_dir = dir.path().join("made/when/needed");
        assert_eq!(load(&cache_dir, Key(1)), None);
        store(&cache_dir, Key(1), &answer("/ws"));
        assert_eq!(load(&cache_dir, Key(1)), Some(answer("/ws")));
        assert_eq!(load(&cache_dir, Key(2)), None);
        std::fs::write(entry_path(&cache_dir, Key(1)), "{\"half").unwrap();
        assert_eq!(load(&cache_dir, Key(1)), None);
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_not_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        store(&file.join("below-a-file"), Key(1), &answer("/ws"));
        assert_eq!(load(&file.join("below-a-file"), Key(1)), None);
    }

    #[test]
    fn only_a_handful_of_entries_is_kept_and_nothing_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("other.json"), "").unwrap();
        for n in 0..KEPT_ENTRIES as u64 + 5 {
            store(dir.path(), Key(n), &answer("/ws"));
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), KEPT_ENTRIES + 1);
        assert!(dir.path().join("other.json").exists());
    }
}
