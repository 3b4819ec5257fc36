//! What a change must not bring though everything compiles with it: a newer Rust than members promise, and packages in more
//! versions; and what authors of libraries have to know of it. Cargo tells what the workspace resolves to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use brisk::plan::{Fix, LockSize, PublishedLibrary, Resolution, ResolvedPackage, Stage};
use brisk_store::lockfile::Lockfile;
use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};

use super::health::Checks;
use crate::ops::staging::Side;
use crate::workspace;

/// Looks at what the workspace resolves to before and after a change.
pub(super) struct Guard {
    /// Before, if the change may make it another, and Cargo tells.
    before: Option<Resolution>,
}

impl Guard {
    /// To be called before `fix` is carried out in the copy.
    pub(super) fn before(fix: &Fix, side: &Side, checks: &Checks<'_>) -> Self {
        let is_resolved_anew = matches!(fix.stage, Stage::Declarations | Stage::Features | Stage::Versions);
        Self { before: is_resolved_anew.then(|| resolution(side, checks)).flatten() }
    }

    /// Why the change is not to be made though everything compiles, if there is anything; what has to be known of it, into
    /// `caveats`.
    pub(super) fn objection(self, side: &Side, checks: &Checks<'_>, caveats: &mut Vec<String>) -> Option<String> {
        let before = self.before?;
        let Some(after) = resolution(side, checks) else {
            caveats.push("whether it needs a newer Rust or more packages in several versions is not known".to_owned());
            return None;
        };
        caveats.extend(after.public_changes(&before));
        after.objection(&before)
    }
}

/// What the workspace of the copy resolves to; `None` where Cargo does not tell.
fn resolution(side: &Side, checks: &Checks<'_>) -> Option<Resolution> {
    let triples = workspace::configured(&side.options_in_copy()).default_triples;
    let triples = if triples.is_empty() { vec!["host-tuple".to_owned()] } else { triples };
    let platforms = triples.iter().flat_map(|triple| ["--filter-platform", triple]);
    let ask = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let filtered: Vec<&str> = ask.into_iter().chain(platforms).collect();
    // Before 1.91, Cargo does not know `host-tuple`; for all platforms, what was not downloaded is missing.
    let answers = [&filtered[..], &ask[..]].into_iter().find_map(|words| {
        let ran = checks.cargo(side, words).ok().filter(|ran| ran.status.success())?;
        serde_json::from_str::<Metadata>(&ran.stdout).ok()
    });
    answers.as_ref().map(of_metadata)
}

fn of_metadata(metadata: &Metadata) -> Resolution {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let built: BTreeSet<&PackageId> = nodes.map(|node| &node.id).collect();
    let packages = metadata.packages.iter().filter(|package| built.contains(&package.id));
    let members = || metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id));
    Resolution {
        packages: packages.map(resolved).collect(),
        rust_version: members().filter_map(|member| member.rust_version.clone()).min(),
        libraries: members()
            .filter(|member| is_published_library(member))
            .map(|member| library(member, metadata))
            .collect(),
    }
}

fn resolved(package: &Package) -> ResolvedPackage {
    ResolvedPackage {
        name: package.name.to_string(),
        version: package.version.clone(),
        rust_version: package.rust_version.clone(),
    }
}

/// A list of registries without any is `publish = false`.
fn is_published_library(member: &Package) -> bool {
    let is_library = member.targets.iter().any(|target| target.is_lib() || target.is_rlib());
    is_library && member.publish.as_ref().is_none_or(|registries| !registries.is_empty())
}

fn library(member: &Package, metadata: &Metadata) -> PublishedLibrary {
    let packages: BTreeMap<&PackageId, &Package> =
        metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let dependencies = nodes.filter(|node| node.id == member.id).flat_map(|node| &node.deps);
    let normal =
        dependencies.filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
    let named = normal.filter_map(|dependency| packages.get(&dependency.pkg));
    PublishedLibrary {
        name: member.name.to_string(),
        dependencies: named.map(|package| (package.name.to_string(), package.version.clone())).collect(),
    }
}

/// How large the lockfile in a directory is; `None` if there is none that can be read.
pub(super) fn lock_size(dir: &Path) -> Option<LockSize> {
    let text = std::fs::read_to_string(dir.join("Cargo.lock")).ok()?;
    let lockfile = Lockfile::parse(&text).ok()?;
    Some(LockSize::of(lockfile.packages.iter().map(|package| (package.name.as_str(), package.version.as_str()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(publish: &str) -> Metadata {
        let package = |name: &str, version: &str, publish: &str| {
            let id = format!("{name} {version}");
            let target = format!(
                r#"{{"name":"{name}","kind":["lib"],"crate_types":["lib"],"src_path":"/a/{name}/src/lib.rs","edition":"2021"}}"#
            );
            format!(
                r#"{{"name":"{name}","version":"{version}","id":"{id}","dependencies":[],"targets":[{target}],"features":{{}},
                    "manifest_path":"/a/{name}/Cargo.toml","publish":{publish},"rust_version":"1.70"}}"#
            )
        };
        let dependency = |name: &str, kind: &str| {
            format!(r#"{{"name":"{name}","pkg":"{name} 1.2.3","dep_kinds":[{{"kind":{kind},"target":null}}]}}"#)
        };
        let packages =
            [package("app", "0.1.0", publish), package("log", "1.2.3", "null"), package("dev", "1.2.3", "null")];
        let deps = [dependency("log", "null"), dependency("dev", "\"dev\"")].join(",");
        let nodes = format!(
            r#"{{"id":"app 0.1.0","dependencies":["log 1.2.3","dev 1.2.3"],"features":[],"deps":[{deps}]}},
               {{"id":"log 1.2.3","dependencies":[],"features":[],"deps":[]}}"#
        );
        serde_json::from_str(&format!(
            r#"{{"packages":[{}],"workspace_members":["app 0.1.0"],"resolve":{{"nodes":[{nodes}],"root":null}},
                "target_directory":"/a/target","version":1,"workspace_root":"/a"}}"#,
            packages.join(",")
        ))
        .unwrap()
    }

    #[test]
    fn what_is_built_is_told_with_what_libraries_show_of_it() {
        let resolution = of_metadata(&metadata("null"));
        let names: Vec<&str> = resolution.packages.iter().map(|package| package.name.as_str()).collect();
        // The other one is for another platform.
        assert_eq!(names, ["app", "log"]);
        assert_eq!(resolution.rust_version, Some("1.70.0".parse().unwrap()));
        let [library] = &resolution.libraries[..] else { panic!("{resolution:?}") };
        assert_eq!(library.dependencies, [("log".to_owned(), "1.2.3".parse().unwrap())]);
    }

    #[test]
    fn a_library_that_is_not_published_has_no_users() {
        assert_eq!(of_metadata(&metadata("[]")).libraries, []);
        assert_eq!(of_metadata(&metadata("[\"own\"]")).libraries.len(), 1);
    }

    #[test]
    fn without_a_lockfile_its_size_is_not_known() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(lock_size(dir.path()), None);
        fs_err::write(dir.path().join("Cargo.lock"), "version = 4\n[[package]]\nname = 'a'\nversion = '1.0.0'\n")
            .unwrap();
        assert_eq!(lock_size(dir.path()).map(|size| size.n_packages), Some(1));
    }
}
