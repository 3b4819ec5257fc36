//! What a directory of a target directory is, by its place and name.
//!
//! The layouts are those of Cargo's `core/compiler/layout.rs`: the one with `deps/` and `.fingerprint/`, and the newer one
//! with a directory per unit, `build/<package>/<hash>/{fingerprint,out,run}`. Both may stand side by side.

use std::path::Path;

use brisk::model::DiskKind;

/// Whether the directory is that of a profile (`debug`, `release`, …), by what Cargo puts into every one.
pub(super) fn is_profile(dir: &Path) -> bool {
    [".fingerprint", ".cargo-lock", ".cargo-build-lock", "deps", "incremental"]
        .iter()
        .any(|name| dir.join(name).exists())
}

/// Whether the directory is that of a `--target` triple: one that is no profile but has some. A whole target directory of
/// another tool (`rust-analyzer`, `llvm-cov-target`) has them too, but also what Cargo writes to the top of each.
pub(super) fn is_triple(dir: &Path) -> bool {
    if dir.join(".rustc_info.json").exists() {
        return false;
    }
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path()).any(|path| path.is_dir() && is_profile(&path))
}

/// What a directory with a fixed name at the top is.
pub(super) fn top_kind(name: &str) -> DiskKind {
    match name {
        "doc" => DiskKind::Doc,
        "package" => DiskKind::Package,
        "cargo-timings" => DiskKind::Timings,
        _ => DiskKind::Other,
    }
}

/// What a directory of a profile is.
pub(super) fn profile_part(name: &str) -> DiskKind {
    match name {
        ".fingerprint" => DiskKind::Fingerprints,
        "deps" => DiskKind::Deps,
        "build" => DiskKind::BuildScripts,
        "incremental" => DiskKind::Incremental,
        "examples" => DiskKind::Examples,
        _ => DiskKind::Other,
    }
}

/// Whether the name is a unit's hash: the directory of a unit in the newer layout.
pub(super) fn is_unit(name: &str) -> bool {
    name.parse::<brisk::model::UnitHash>().is_ok()
}

/// What the `out` directory of a unit of the newer layout holds, by the names of its fingerprint files.
pub(super) fn unit_kind(unit_dir: &Path) -> DiskKind {
    let entries = std::fs::read_dir(unit_dir.join("fingerprint")).into_iter().flatten().filter_map(Result::ok);
    let kinds = entries.map(|entry| fingerprint_kind(&entry.file_name().to_string_lossy()));
    kinds.into_iter().find(|kind| *kind != DiskKind::Deps).unwrap_or(DiskKind::Deps)
}

fn fingerprint_kind(file_name: &str) -> DiskKind {
    if file_name.starts_with("build-script-") || file_name.starts_with("run-build-script-") {
        DiskKind::BuildScripts
    } else if file_name.starts_with("example-") {
        DiskKind::Examples
    } else {
        DiskKind::Deps
    }
}
