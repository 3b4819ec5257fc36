//! Completes an answer of Cargo that lists only the packages of some platforms with what the lockfile has beside.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Package, PackageIdx, PackageSource, Workspace};

/// Adds the packages and dependencies of `from_files` that `workspace` lacks. What both have stays as Cargo told it.
pub(super) fn completed(mut workspace: Workspace, from_files: Workspace) -> Workspace {
    let mut positions: BTreeMap<(String, String, PackageSource), PackageIdx> =
        workspace.iter_packages().map(|(index, package)| (identity(package), index)).collect();
    let mut next = (0..).map(PackageIdx).skip(workspace.packages.len());
    let mut here = Vec::with_capacity(from_files.packages.len());
    for package in &from_files.packages {
        let index = *positions.entry(identity(package)).or_insert_with(|| {
            workspace.packages.push(Package { dependencies: Vec::new(), ..package.clone() });
            next.next().expect("an open range does not end")
        });
        here.push(index);
    }
    for (package, index) in from_files.packages.iter().zip(&here) {
        let known = &mut workspace.packages[index.0 as usize].dependencies;
        let more = package.dependencies.iter().map(|dependency| here[dependency.0 as usize]);
        let all: BTreeSet<PackageIdx> = known.iter().copied().chain(more).collect();
        *known = all.into_iter().collect();
    }
    workspace
}

fn identity(package: &Package) -> (String, String, PackageSource) {
    (package.name.clone(), package.version.clone(), package.source.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use brisk::model::WorkspaceBasis;

    fn workspace(packages: &[(&str, &[u32])]) -> Workspace {
        let package = |(name, dependencies): &(&str, &[u32])| Package {
            name: (*name).to_owned(),
            version: "1.0.0".to_owned(),
            source: PackageSource::Registry,
            manifest_path: None,
            targets: Vec::new(),
            features: BTreeMap::new(),
            declarations: Vec::new(),
            dependencies: dependencies.iter().copied().map(PackageIdx).collect(),
            links: None,
        };
        Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: "/ws".to_owned(),
            members: vec![PackageIdx(0)],
            packages: packages.iter().map(package).collect(),
            inheritable: Vec::new(),
        }
    }

    #[test]
    fn packages_of_other_platforms_are_added_with_their_dependencies() {
        let of_cargo = workspace(&[("app", &[1]), ("unix", &[])]);
        let of_files = workspace(&[("app", &[2, 3]), ("link", &[]), ("unix", &[]), ("windows", &[1])]);
        let expected = workspace(&[("app", &[1, 3]), ("unix", &[]), ("link", &[]), ("windows", &[2])]);
        assert_eq!(completed(of_cargo, of_files), expected);
    }
}
