//! Which package a declaration resolves to, and by which name sources use it.

use semver::{Version, VersionReq};

use super::{Declaration, Package, PackageIdx, TargetKind, Workspace};

impl Workspace {
    /// The package that `declaration` of the package at `of` resolves to; `None` where the resolution does not have it.
    ///
    /// Of several packages of that name, the newest one that the requirement accepts.
    pub fn resolved(&self, of: PackageIdx, declaration: &Declaration) -> Option<PackageIdx> {
        let dependencies = self.package(of).dependencies.iter().copied();
        let named: Vec<PackageIdx> =
            dependencies.filter(|&idx| self.package(idx).name == declaration.package).collect();
        if let [only] = named[..] {
            return Some(only);
        }
        let requirement = VersionReq::parse(&declaration.requirement).ok()?;
        let version = |idx: PackageIdx| Version::parse(&self.package(idx).version).ok();
        let accepted =
            named.into_iter().filter(|&idx| version(idx).is_some_and(|version| requirement.matches(&version)));
        accepted.max_by_key(|&idx| version(idx))
    }

    /// The name by which the sources of the package at `of` use the crate: its new name, or that of the library. `None` if
    /// the package has no library, or its manifest is not known.
    ///
    /// Where the resolution does not have it (there is no lockfile, or it is older than the declaration), the library is
    /// taken to be that of any package of this name, or to have the name of the package, as it has unless its manifest
    /// says otherwise.
    pub fn crate_name(&self, of: PackageIdx, declaration: &Declaration) -> Option<String> {
        let named = || self.packages.iter().find(|package| package.name == declaration.package);
        let package = self.resolved(of, declaration).map(|idx| self.package(idx)).or_else(named);
        let library = package.map_or(Some(declaration.package.as_str()), Package::library_name)?;
        Some(declaration.rename.as_deref().unwrap_or(library).replace('-', "_"))
    }
}

/// What two versions have in common when a caret requirement can accept both: the left-most number that is not zero and all
/// before it (The Cargo Book, "Specifying Dependencies", caret requirements).
pub(crate) fn compatibility(version: &Version) -> [u64; 3] {
    match (version.major, version.minor, version.patch) {
        (0, 0, patch) => [0, 0, patch],
        (0, minor, _) => [0, minor, 0],
        (major, ..) => [major, 0, 0],
    }
}

impl Package {
    /// The name of its library target.
    pub fn library_name(&self) -> Option<&str> {
        let is_library = |kind| matches!(kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro);
        self.targets.iter().find(|target| is_library(target.kind)).map(|target| target.name.as_str())
    }
}
