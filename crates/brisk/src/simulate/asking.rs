//! Who turns on the features of a package.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageIdx, PackageRef, UnitGraph, Workspace};

/// A package that asks for another one, and for which features of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asking {
    /// Who asks.
    pub by: PackageRef,
    /// Features asked for by name.
    pub features: BTreeSet<String>,
    /// Whether the default features are asked for.
    pub default_features: bool,
}

impl Asking {
    /// Everybody in `planned` who needs a unit of a package called `name` and is not that package, sorted, with what the
    /// manifests in `workspace` ask for. Features add up: one that anybody here asks for is on, whoever is trimmed.
    ///
    /// Where features are turned on by features of the one who asks (`x/feature`), that is not seen.
    pub fn of(workspace: &Workspace, planned: &UnitGraph, name: &str) -> Vec<Self> {
        let known: BTreeMap<(&str, &str), PackageIdx> =
            workspace.iter_packages().map(|(idx, package)| ((&*package.name, &*package.version), idx)).collect();
        let find = |package: &PackageRef| known.get(&(&*package.name, package.version.as_deref()?)).copied();
        let pairs = planned
            .edges
            .iter()
            .map(|edge| (&planned.unit(edge.dependent).package, &planned.unit(edge.dependency).package));
        let pairs: BTreeSet<_> = pairs.filter(|(by, needed)| needed.name == name && by.name != name).collect();
        let mut asking: BTreeMap<&PackageRef, Self> = BTreeMap::new();
        for (by, needed) in pairs {
            let Some((from, to)) = find(by).zip(find(needed)) else { continue };
            let entry = asking.entry(by).or_insert_with(|| Self {
                by: by.clone(),
                features: BTreeSet::new(),
                default_features: false,
            });
            for request in workspace.requests(from, to) {
                entry.features.extend(request.features.iter().cloned());
                entry.default_features |= request.default_features;
            }
        }
        asking.into_values().collect()
    }
}
