//! Which environment variables are otherwise than they were when a unit was built.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::environment::Environment;

/// What rustup, Cargo or we ourselves set for the programs that they start, so that it tells nothing of the shell or the
/// editor that a build was started in.
const OF_TOOLS: [&str; 14] = [
    "CARGO",
    "CARGO_HOME",
    "CARGO_MAKEFLAGS",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "MAKEFLAGS",
    "MFLAGS",
    "RUSTC_WRAPPER",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_TOOLCHAIN_SOURCE",
    "RUST_RECURSION_COUNT",
    "_",
];

/// The value of the variable `name` here and now, if it is not `then`; `None` if it is, or cannot be compared.
///
/// `set` are the names that Cargo's configuration sets (`[env]`), which Cargo puts before the environment
/// (`LocalFingerprint::from_env` in its `core/compiler/fingerprint/mod.rs`).
pub(crate) fn changed(
    environment: &Environment,
    set: &BTreeSet<String>,
    name: &str,
    then: Option<&str>,
) -> Option<Option<String>> {
    if OF_TOOLS.contains(&name) || set.contains(name) {
        return None;
    }
    let now = environment.get(name).and_then(OsStr::to_str);
    let is_same = match (name, then, now) {
        ("PATH", Some(then), Some(now)) => own_directories(then, environment) == own_directories(now, environment),
        _ => then == now,
    };
    (!is_same).then(|| now.map(str::to_owned))
}

/// The directories of a `PATH`, each once and without those that rustup and Cargo put in front of it for the programs they
/// start.
fn own_directories(path: &str, environment: &Environment) -> Vec<PathBuf> {
    let homes = [environment.cargo_home(Path::new("")), environment.get("RUSTUP_HOME").map(PathBuf::from)];
    let is_of_tools = |dir: &PathBuf| {
        homes.iter().flatten().any(|home| dir.starts_with(home))
            || dir.components().any(|part| part.as_os_str() == ".rustup")
    };
    let mut own: Vec<PathBuf> = Vec::new();
    for dir in std::env::split_paths(path).filter(|dir| !is_of_tools(dir)) {
        if !own.contains(&dir) {
            own.push(dir);
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, then: Option<&str>, now: Option<&str>, expected: Option<Option<&str>>) {
        let environment = Environment::default().with("HOME", "/home/me");
        let environment = now.map_or(environment.clone(), |now| environment.with(name, now));
        let set = BTreeSet::from(["SET".to_owned()]);
        let found = changed(&environment, &set, name, then);
        assert_eq!(found.as_ref().map(Option::as_deref), expected, "{name}");
    }

    #[test]
    fn another_value_or_none_is_a_change() {
        check("OPENSSL_DIR", Some("/a"), Some("/b"), Some(Some("/b")));
        check("OPENSSL_DIR", None, Some(""), Some(Some("")));
        check("OPENSSL_DIR", Some("/a"), None, Some(None));
        check("OPENSSL_DIR", Some("/a"), Some("/a"), None);
        check("OPENSSL_DIR", None, None, None);
    }

    #[test]
    fn what_cargo_or_its_configuration_sets_is_not_compared() {
        check("CARGO_HOME", None, Some("/b"), None);
        check("SET", None, Some("/b"), None);
    }

    #[test]
    #[cfg(unix)]
    fn rustups_directories_on_the_path_are_no_change() {
        check("PATH", Some("/usr/bin:/bin"), Some("/home/me/.cargo/bin:/usr/bin:/bin:/usr/bin"), None);
        check("PATH", Some("/usr/bin"), Some("/opt/bin:/usr/bin"), Some(Some("/opt/bin:/usr/bin")));
    }
}
