//! Why a unit was rebuilt.
//!
//! Cargo prints that only when it is told to be verbose, and then for one unit of each package. But what it compares is on
//! disk: the fingerprint before and after, and the times of files. The comparison here is that of Cargo's
//! `Fingerprint::compare` and `find_stale_file` (`core/compiler/fingerprint/mod.rs`), with one difference: where a unit's
//! own files have changed and a dependency was rebuilt as well, Cargo names the dependency, and we the files, because those
//! would have been reason enough.

use std::time::SystemTime;

use brisk::model::{DirtyReason, UnitIdx};
use camino::{Utf8Path, Utf8PathBuf};

use crate::fingerprints::{Fingerprint, LocalFingerprint, UnitRecord};

/// Where the files of a unit are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roots<'a> {
    /// Root of the workspace.
    pub(super) workspace: &'a Utf8Path,
    /// Directory of the unit's package, where known.
    pub(super) package: Option<&'a Utf8Path>,
}

/// Modification times have the resolution of the kernel's clock, at most 10 ms: a file that was written when the unit was
/// started is not newer.
const TICK_S: f64 = 0.010;

/// The reason for which `now` was built although it had been built before, as `old` from `sources`; `None` if none was
/// found. `rebuilt` are the dependencies that were rebuilt as well, with what they are called.
pub(super) fn reason(
    (old, sources): (&UnitRecord, &[Utf8PathBuf]),
    now: &UnitRecord,
    roots: Roots<'_>,
    rebuilt: &[(UnitIdx, String)],
) -> Option<DirtyReason> {
    let compared = old.fingerprint.as_ref().zip(now.fingerprint.as_ref());
    let of_settings = compared.and_then(|(old, now)| changed_setting(old, now));
    of_settings
        .or_else(|| changed_file(old, sources, roots))
        .or_else(|| rebuilt.first().map(|(idx, label)| rebuilt_dependency(*idx, label)))
        .or_else(|| compared.and_then(|(old, now)| changed_dependencies(old, now)))
}

fn because(kind: &str, detail: impl Into<String>) -> Option<DirtyReason> {
    Some(DirtyReason { kind: kind.to_owned(), detail: detail.into(), because_of: None })
}

fn rebuilt_dependency(idx: UnitIdx, label: &str) -> DirtyReason {
    DirtyReason {
        kind: "dependency-rebuilt".to_owned(),
        detail: format!("the dependency `{label}` was rebuilt"),
        because_of: Some(idx),
    }
}

/// What differs between two fingerprints of the same unit, apart from dependencies and the times of files.
fn changed_setting(old: &Fingerprint, now: &Fingerprint) -> Option<DirtyReason> {
    if old.rustc != now.rustc {
        return because("rustc-changed", "the toolchain changed");
    }
    if old.features() != now.features() {
        return because(
            "features-changed",
            format!("the features changed{}", difference(&old.features(), &now.features())),
        );
    }
    if old.declared_features != now.declared_features {
        return because("declared-features-changed", "the list of features that the package declares changed");
    }
    if old.target != now.target {
        return because("target-changed", "the description of the target changed");
    }
    if old.path != now.path {
        return because("path-changed", "the path to the source changed");
    }
    if old.profile != now.profile {
        return because("profile-changed", "the profile or the lints changed");
    }
    if old.rustflags != now.rustflags {
        let flags = difference(&old.rustflags, &now.rustflags);
        return because("rustflags-changed", format!("the compiler flags changed{flags}"));
    }
    if old.config != now.config {
        return because("config-changed", "the configuration changed (a linker, for example)");
    }
    if old.compile_kind != now.compile_kind {
        return because("target-platform-changed", "the target platform changed");
    }
    changed_local(&old.local, &now.local)
}

/// `: now on a, b; now off c`
fn difference(old: &[String], now: &[String]) -> String {
    let only_in = |some: &[String], others: &[String]| {
        let of_some: Vec<&str> = some.iter().filter(|one| !others.contains(one)).map(String::as_str).collect();
        of_some.join(", ")
    };
    match (only_in(now, old), only_in(old, now)) {
        (on, off) if on.is_empty() && off.is_empty() => String::new(),
        (on, off) if off.is_empty() => format!(": now with {on}"),
        (on, off) if on.is_empty() => format!(": no more {off}"),
        (on, off) => format!(": now with {on}, no more {off}"),
    }
}

/// Environment variables and files that a build script has named. Cargo compares the lists pair by pair; here variables are
/// matched by name, since a script that was run again may print them in another order.
fn changed_local(old: &[LocalFingerprint], now: &[LocalFingerprint]) -> Option<DirtyReason> {
    for local in old {
        let LocalFingerprint::RerunIfEnvChanged { var, val } = local else { continue };
        let value_now = now.iter().find_map(|local| match local {
            LocalFingerprint::RerunIfEnvChanged { var: name, val } if name == var => Some(val),
            _ => None,
        });
        if let Some(value_now) = value_now.filter(|value_now| *value_now != val) {
            let shown =
                |value: &Option<String>| value.as_ref().map_or("unset".to_owned(), |value| format!("`{value}`"));
            let detail =
                format!("the environment variable `{var}` changed from {} to {}", shown(val), shown(value_now));
            return because("env-var-changed", detail);
        }
    }
    let precalculated = |locals: &[LocalFingerprint]| {
        let texts = locals.iter().filter_map(|local| match local {
            LocalFingerprint::Precalculated(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect::<Vec<String>>()
    };
    if precalculated(old) != precalculated(now) {
        return because(
            "package-changed",
            "a file of the package changed, and its build script does not say which files count",
        );
    }
    None
}

/// A file that is newer than the unit, or gone.
fn changed_file(old: &UnitRecord, sources: &[Utf8PathBuf], roots: Roots<'_>) -> Option<DirtyReason> {
    let reference_s = old.started_at?;
    let sources = sources.iter().map(|path| roots.workspace.join(path));
    let named = rerun_if_changed(old).filter_map(|path| Some(roots.package?.join(path)));
    let stale = |path: Utf8PathBuf| match modified_s(&path) {
        None => because("file-missing", format!("the file `{}` is missing", shown(&path, roots))),
        Some(at) if at > reference_s + TICK_S => {
            because("file-changed", format!("the file `{}` has changed", shown(&path, roots)))
        }
        Some(_) => None,
    };
    sources.chain(named).find_map(stale)
}

/// What the build script has printed as `rerun-if-changed`, relative to the package.
fn rerun_if_changed(record: &UnitRecord) -> impl Iterator<Item = &String> {
    let locals = record.fingerprint.iter().flat_map(|fingerprint| &fingerprint.local);
    locals.flat_map(|local| match local {
        LocalFingerprint::RerunIfChanged { paths, .. } => paths.as_slice(),
        _ => &[],
    })
}

fn shown<'a>(path: &'a Utf8Path, roots: Roots<'_>) -> &'a Utf8Path {
    path.strip_prefix(roots.workspace).unwrap_or(path)
}

/// Seconds since the UNIX epoch; of a directory the newest of everything in it, as Cargo does it (`mtime_recursive` in
/// `cargo-util`). Links to directories are not followed: they may lead in a circle.
fn modified_s(path: &Utf8Path) -> Option<f64> {
    let metadata = std::fs::metadata(path).ok()?;
    let own = seconds(metadata.modified().ok()?);
    if !metadata.is_dir() {
        return Some(own);
    }
    let newest_of = |entry: camino::Utf8DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => modified_s(entry.path()),
        _ => Some(seconds(entry.metadata().ok()?.modified().ok()?)),
    };
    Some(path.read_dir_utf8().ok()?.flatten().filter_map(newest_of).fold(own, f64::max))
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// Dependencies that came, went or were exchanged, when none of those that are left was rebuilt.
fn changed_dependencies(old: &Fingerprint, now: &Fingerprint) -> Option<DirtyReason> {
    let names = |fingerprint: &Fingerprint| {
        let names = fingerprint.deps.iter().map(|dep| dep.name.clone());
        names.collect::<Vec<String>>()
    };
    if names(old) != names(now) {
        let what = difference(&names(old), &names(now));
        return because("dependencies-changed", format!("the dependencies changed{what}"));
    }
    let changed = old.deps.iter().zip(&now.deps).find(|(old, now)| old.fingerprint != now.fingerprint)?.1;
    because("dependency-changed", format!("the dependency `{}` changed", changed.name))
}
