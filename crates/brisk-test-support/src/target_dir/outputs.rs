//! What rustc leaves of a unit, and from which source.

use brisk::model::{Mode, PackageSource, Target, TargetKind, Unit};
use camino::Utf8Path;

use super::{Layout, paths::hash_of};

/// Whether a file is the crate's metadata, with the time and size of that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifact {
    Metadata,
    Linked,
}

pub(super) struct Outputs {
    /// Name of the dep-info file.
    pub(super) dep_info: String,
    /// The other files.
    pub(super) files: Vec<(String, Artifact)>,
}

/// Files of a unit that rustc compiled; `None` for documentation, which lies elsewhere.
pub(super) fn of(unit: &Unit, layout: Layout) -> Option<Outputs> {
    let Target { kind, name } = &unit.target;
    let krate = name.replace('-', "_");
    let hashed = format!("{krate}-{}", hash_of(unit));
    let program = |name: &str| vec![(name.to_owned(), Artifact::Linked)];
    let (stem, files) = match (unit.mode, kind) {
        (Mode::Doc | Mode::Doctest | Mode::RunBuildScript, _) => return None,
        (Mode::Check | Mode::CheckTest, _) => {
            (hashed.clone(), vec![(format!("lib{hashed}.rmeta"), Artifact::Metadata)])
        }
        (Mode::Build, TargetKind::Lib) => {
            let metadata = (format!("lib{hashed}.rmeta"), Artifact::Metadata);
            (hashed.clone(), vec![metadata, (format!("lib{hashed}.rlib"), Artifact::Linked)])
        }
        (Mode::Build, TargetKind::ProcMacro) => (hashed.clone(), program(&format!("lib{hashed}.so"))),
        // The loader of the system finds it by name, so there is no hash in it.
        (Mode::Build, TargetKind::LinkedLib) => (krate.clone(), program(&format!("lib{krate}.so"))),
        (Mode::Build, TargetKind::Bin | TargetKind::BuildScript) if layout == Layout::V2 => {
            (krate.clone(), program(&krate))
        }
        // The second name is a hard link, by which Cargo runs it.
        (Mode::Build, TargetKind::BuildScript) => {
            (hashed.clone(), [program(&hashed), program("build-script-build")].concat())
        }
        (Mode::Build | Mode::Test, _) => (hashed.clone(), program(&hashed)),
    };
    Some(Outputs { dep_info: format!("{stem}.d"), files })
}

/// The dep-info that rustc writes: every output depends on the source.
pub(super) fn dep_info(outputs: &Outputs, directory: &Utf8Path, source: &str) -> String {
    let names = std::iter::once(&outputs.dep_info).chain(outputs.files.iter().map(|(name, _)| name));
    let rules: String = names.map(|name| format!("{}: {source}\n\n", directory.join(name))).collect();
    format!("{rules}{source}:\n")
}

/// Root source file of a unit: relative for members, as Cargo runs rustc in the workspace's root.
pub(super) fn source_file(unit: &Unit, cargo_home: &Utf8Path) -> String {
    let name = &unit.package.name;
    let version = unit.package.version.as_deref().unwrap_or("0.0.0");
    let package = match unit.package.source {
        PackageSource::Member => name.clone(),
        PackageSource::Path => format!("/elsewhere/{name}"),
        PackageSource::Git => format!("{cargo_home}/git/checkouts/{name}-0123456789abcdef/89abcde"),
        PackageSource::Registry | PackageSource::Unknown => {
            format!("{cargo_home}/registry/src/index.crates.io-1949cf8c6b5b557f/{name}-{version}")
        }
    };
    format!("{package}/{}", root_file(name, &unit.target))
}

/// Root source file of a target, relative to its package: where Cargo looks for it.
pub(crate) fn root_file(package: &str, target: &Target) -> String {
    let name = &target.name;
    match target.kind {
        TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro => "src/lib.rs".to_owned(),
        TargetKind::Bin if name == package => "src/main.rs".to_owned(),
        TargetKind::Bin => format!("src/bin/{name}.rs"),
        TargetKind::Example => format!("examples/{name}.rs"),
        TargetKind::Test => format!("tests/{name}.rs"),
        TargetKind::Bench => format!("benches/{name}.rs"),
        TargetKind::BuildScript => "build.rs".to_owned(),
    }
}
