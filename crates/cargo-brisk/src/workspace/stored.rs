//! The form in which the cache keeps an answer: JSON arrays without names, for they are read at every start.
//!
//! It needs no version number of its own, since Brisk's version is part of the key of an entry.

use std::collections::BTreeMap;
use std::path::PathBuf;

use brisk::model::{
    Declaration, DependencyKind, Package, PackageIdx, PackageSource, PackageTarget, TargetKind, Workspace,
    WorkspaceBasis,
};
use serde::{Deserialize, Serialize};

use super::metadata::{Answer, Platforms};

/// An [`Answer`].
#[derive(Serialize, Deserialize)]
pub(super) struct StoredAnswer {
    root: String,
    members: Vec<u32>,
    packages: Vec<StoredPackage>,
    #[serde(with = "PlatformsDef")]
    platforms: Platforms,
    build_dir: Option<PathBuf>,
}

/// Name, version, source, manifest, targets, features, declarations, dependencies, links.
#[derive(Serialize, Deserialize)]
struct StoredPackage(
    String,
    String,
    #[serde(with = "PackageSourceDef")] PackageSource,
    Option<String>,
    Vec<StoredTarget>,
    BTreeMap<String, Vec<String>>,
    Vec<StoredDeclaration>,
    Vec<u32>,
    Option<String>,
);

/// Kind, name, source path, required features.
#[derive(Serialize, Deserialize)]
struct StoredTarget(#[serde(with = "TargetKindDef")] TargetKind, String, String, Vec<String>);

/// Package, rename, requirement, kind, target, optional, default features, features.
#[derive(Serialize, Deserialize)]
struct StoredDeclaration(
    String,
    Option<String>,
    String,
    #[serde(with = "DependencyKindDef")] DependencyKind,
    Option<String>,
    bool,
    bool,
    Vec<String>,
);

#[derive(Serialize, Deserialize)]
#[serde(remote = "Platforms")]
enum PlatformsDef {
    All,
    BuiltFor,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PackageSource")]
enum PackageSourceDef {
    Member,
    Path,
    Registry,
    Git,
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TargetKind")]
enum TargetKindDef {
    Lib,
    LinkedLib,
    ProcMacro,
    Bin,
    Example,
    Test,
    Bench,
    BuildScript,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DependencyKind")]
enum DependencyKindDef {
    Normal,
    Dev,
    Build,
}

impl From<&Answer> for StoredAnswer {
    fn from(answer: &Answer) -> Self {
        Self {
            root: answer.workspace.root.clone(),
            members: answer.workspace.members.iter().map(|index| index.0).collect(),
            packages: answer.workspace.packages.iter().cloned().map(StoredPackage::from).collect(),
            platforms: answer.platforms,
            build_dir: answer.build_dir.clone(),
        }
    }
}

impl From<StoredAnswer> for Answer {
    fn from(stored: StoredAnswer) -> Self {
        let workspace = Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: stored.root,
            members: stored.members.into_iter().map(PackageIdx).collect(),
            packages: stored.packages.into_iter().map(Package::from).collect(),
            inheritable: Vec::new(),
        };
        Self { workspace, platforms: stored.platforms, build_dir: stored.build_dir }
    }
}

impl From<Package> for StoredPackage {
    fn from(package: Package) -> Self {
        Self(
            package.name,
            package.version,
            package.source,
            package.manifest_path,
            package.targets.into_iter().map(StoredTarget::from).collect(),
            package.features,
            package.declarations.into_iter().map(StoredDeclaration::from).collect(),
            package.dependencies.into_iter().map(|index| index.0).collect(),
            package.links,
        )
    }
}

impl From<StoredPackage> for Package {
    fn from(stored: StoredPackage) -> Self {
        let StoredPackage(name, version, source, manifest_path, targets, features, declarations, dependencies, links) =
            stored;
        Self {
            name,
            version,
            source,
            manifest_path,
            targets: targets.into_iter().map(PackageTarget::from).collect(),
            features,
            declarations: declarations.into_iter().map(Declaration::from).collect(),
            dependencies: dependencies.into_iter().map(PackageIdx).collect(),
            links,
        }
    }
}

impl From<PackageTarget> for StoredTarget {
    fn from(target: PackageTarget) -> Self {
        Self(target.kind, target.name, target.src_path, target.required_features)
    }
}

impl From<StoredTarget> for PackageTarget {
    fn from(StoredTarget(kind, name, src_path, required_features): StoredTarget) -> Self {
        Self { kind, name, src_path, required_features }
    }
}

impl From<Declaration> for StoredDeclaration {
    fn from(declaration: Declaration) -> Self {
        Self(
            declaration.package,
            declaration.rename,
            declaration.requirement,
            declaration.kind,
            declaration.target,
            declaration.optional,
            declaration.default_features,
            declaration.features,
        )
    }
}

impl From<StoredDeclaration> for Declaration {
    fn from(stored: StoredDeclaration) -> Self {
        let StoredDeclaration(package, rename, requirement, kind, target, optional, default_features, features) =
            stored;
        Self {
            package,
            rename,
            requirement,
            kind,
            target,
            optional,
            default_features,
            features,
            inherited: false,
            line: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_survives_the_way_to_json_and_back() {
        let package = Package {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            source: PackageSource::Git,
            manifest_path: Some("/a/Cargo.toml".to_owned()),
            targets: vec![PackageTarget {
                kind: TargetKind::BuildScript,
                name: "build-script-build".to_owned(),
                src_path: "/a/build.rs".to_owned(),
                required_features: vec!["x".to_owned()],
            }],
            features: BTreeMap::from([("x".to_owned(), vec!["dep:b".to_owned()])]),
            declarations: vec![Declaration {
                package: "b".to_owned(),
                rename: Some("c".to_owned()),
                requirement: "^1".to_owned(),
                kind: DependencyKind::Dev,
                target: Some("cfg(unix)".to_owned()),
                optional: true,
                default_features: false,
                features: vec!["y".to_owned()],
                inherited: false,
                line: None,
            }],
            dependencies: vec![PackageIdx(0)],
            links: Some("z".to_owned()),
        };
        let workspace = Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: "/ws".to_owned(),
            members: vec![PackageIdx(0)],
            packages: vec![package],
            inheritable: Vec::new(),
        };
        let answer = Answer { workspace, platforms: Platforms::BuiltFor, build_dir: Some("/b".into()) };
        let json = serde_json::to_string(&StoredAnswer::from(&answer)).unwrap();
        assert_eq!(Answer::from(serde_json::from_str::<StoredAnswer>(&json).unwrap()), answer);
    }
}
