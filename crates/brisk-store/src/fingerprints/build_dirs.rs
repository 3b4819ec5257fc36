//! Where Cargo keeps the units: the profile directories of a build directory.

use std::io;

use brisk::model::UnitHash;
use camino::{Utf8Path, Utf8PathBuf};

use super::listing;

/// The directories of a workspace's builds; equal unless `build.build-dir` is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildDirs {
    /// Where the final artifacts are.
    pub target_dir: Utf8PathBuf,
    /// Where fingerprints and intermediate files are.
    pub build_dir: Utf8PathBuf,
}

/// How a profile directory is laid out (module docs of `core/compiler/layout.rs` in Cargo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// `.fingerprint/<package>-<hash>/`, `deps/`, `build/<package>-<hash>/`, `examples/`.
    V1,
    /// `build/<package>/<hash>/{fingerprint,out,run}/`.
    V2,
}

/// One profile's directory, of one platform, in one layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileDir {
    /// The directory.
    pub path: Utf8PathBuf,
    /// `debug`, `release` or the name of a custom profile.
    pub profile: String,
    /// The `--target` triple; `None` for the host.
    pub triple: Option<String>,
    /// Its layout. A directory that holds both is listed twice.
    pub layout: Layout,
}

/// Directories beside the profiles' own that are not Cargo's units, and may be large.
const NOT_UNITS: [&str; 5] = ["doc", "package", "cargo-timings", "tmp", ".metabuild"];

/// Finds the profile directories below `build_dir`, sorted by path.
///
/// A directory with its own `.rustc_info.json` is a target directory of its own (rust-analyzer and cargo-llvm-cov nest
/// theirs), not a triple.
pub(super) fn profile_dirs(build_dir: &Utf8Path) -> io::Result<Vec<ProfileDir>> {
    let mut found = Vec::new();
    for name in listing::subdirectories(build_dir)? {
        if NOT_UNITS.contains(&name.as_str()) {
            continue;
        }
        let path = build_dir.join(&name);
        let here = layouts(&path);
        if here.is_empty() && !path.join(".rustc_info.json").exists() {
            for profile in listing::subdirectories(&path).unwrap_or_default() {
                let path = path.join(&profile);
                found.extend(layouts(&path).into_iter().map(|layout| ProfileDir {
                    path: path.clone(),
                    profile: profile.clone(),
                    triple: Some(name.clone()),
                    layout,
                }));
            }
        }
        found.extend(here.into_iter().map(|layout| ProfileDir {
            path: path.clone(),
            profile: name.clone(),
            triple: None,
            layout,
        }));
    }
    Ok(found)
}

/// The first directory of a profile that holds what rustc wrote, although there are no fingerprints that are known here.
/// Cargo makes the directories of a profile empty where it only builds for a `--target`.
pub(super) fn without_fingerprints(build_dir: &Utf8Path) -> Option<Utf8PathBuf> {
    let has_files = |dir: &Utf8Path| listing::files(dir).is_ok_and(|files| !files.is_empty());
    let below = |dir: &Utf8Path| {
        let names = listing::subdirectories(dir).unwrap_or_default();
        let names = names.into_iter().filter(|name| !NOT_UNITS.contains(&name.as_str()));
        names.map(|name| dir.join(name)).collect::<Vec<_>>()
    };
    let holds_outputs = |profile: &Utf8Path| {
        let packages = below(&profile.join("build"));
        let holds_unit = |package: &Utf8Path| below(package).iter().any(|unit| has_files(&unit.join("out")));
        has_files(&profile.join("deps")) || packages.iter().any(|package| has_files(package) || holds_unit(package))
    };
    let profiles = below(build_dir);
    let is_triple = |dir: &&Utf8PathBuf| !dir.join(".rustc_info.json").exists();
    let of_triples = profiles.iter().filter(is_triple).flat_map(|dir| below(dir)).collect::<Vec<_>>();
    profiles.into_iter().chain(of_triples).find(|dir| holds_outputs(dir))
}

/// Cargo makes `.fingerprint` only in the old layout, and `build` and `incremental` in both
/// (`BuildDirLayout::prepare`). Below `build`, the old layout's directories end in a hash.
fn layouts(dir: &Utf8Path) -> Vec<Layout> {
    let build = dir.join("build");
    if dir.join(".fingerprint").is_dir() {
        let packages = listing::subdirectories(&build).unwrap_or_default();
        let has_v2 = packages.iter().any(|name| split_v1(name).is_none());
        return if has_v2 { vec![Layout::V1, Layout::V2] } else { vec![Layout::V1] };
    }
    let is_v2 = build.is_dir() && (dir.join("incremental").is_dir() || dir.join(".cargo-lock").is_file());
    if is_v2 { vec![Layout::V2] } else { Vec::new() }
}

/// `<package>-<hash>`, the name of a unit's directories in the old layout.
pub(super) fn split_v1(name: &str) -> Option<(&str, UnitHash)> {
    let (package, hash) = name.rsplit_once('-')?;
    Some((package, hash.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_name_may_end_like_a_hash() {
        let (package, hash) = split_v1("a-00b07be5f55f0da9-10b07be5f55f0da9").unwrap();
        assert_eq!((package, hash.to_string().as_str()), ("a-00b07be5f55f0da9", "10b07be5f55f0da9"));
    }
}
