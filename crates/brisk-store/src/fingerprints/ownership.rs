//! Whose units are in a build directory that several workspaces share (`CARGO_TARGET_DIR`, `build.target-dir`).
//!
//! A unit is *foreign* if its crate root is in a workspace, and that is not the one at hand. What only foreign units need is
//! foreign as well. Units of fetched packages are shared if they are built alike: those belong to everyone who needs them,
//! and the session in which they were built may have been the other workspace's.
//!
//! Cargo itself does not tell two checkouts of the same workspace apart: they overwrite each other's units, and so these are
//! ours.

use std::collections::BTreeSet;

use brisk::model::{PackageSource, Problem, Workspace};
use camino::Utf8Path;

use super::node::{Node, NodeIdx};
use super::packages::Identity;
use super::record::UnitRecord;
use super::scenario::Place;
use super::sessions::Cluster;
use super::survey::Survey;

/// Names that are told.
const SHOWN: usize = 3;

/// Whether the unit is of a package in another workspace, or of one that has left this one.
pub(super) fn is_foreign(record: &UnitRecord, identity: &Identity, workspace: &Workspace) -> bool {
    let is_local = || record.crate_root.as_ref().is_some_and(|root| Utf8Path::new(root).is_relative());
    let is_path = || identity.package.source == PackageSource::Path;
    !workspace.members.is_empty() && identity.idx.is_none() && (is_local() || is_path())
}

/// The sessions that built foreign units and nothing of the workspace's own members.
pub(super) fn foreign_sessions(nodes: &[Node], clusters: &[Cluster]) -> BTreeSet<usize> {
    let is_foreign = |cluster: &Cluster| {
        let built = || cluster.units.iter().map(|unit| &nodes[*unit]);
        built().any(|node| node.is_foreign) && !built().any(Node::is_member)
    };
    clusters.iter().enumerate().filter(|(_, cluster)| is_foreign(cluster)).map(|(idx, _)| idx).collect()
}

/// The places without what only other workspaces need. One with foreign units and none of a member holds nothing of ours.
pub(super) fn own_places(survey: &Survey<'_>, places: Vec<Place>) -> Vec<Place> {
    let members = (0..survey.nodes.len()).filter(|idx| survey.nodes[*idx].is_member());
    let own = survey.closure(members);
    let own_part = |place: Place| {
        let has_foreign = survey.nodes.iter().zip(&place.mask).any(|(node, here)| *here && node.is_foreign);
        if has_foreign { place.only(survey, &own) } else { Some(place) }
    };
    places.into_iter().filter_map(own_part).collect()
}

/// The names of the packages of foreign units among these: `` `a`, `b` and 2 more``.
pub(super) fn foreign_names(survey: &Survey<'_>, units: impl Iterator<Item = NodeIdx>) -> String {
    let foreign = units.map(|idx| &survey.nodes[idx]).filter(|node| node.is_foreign);
    let names: BTreeSet<String> = foreign.map(|node| format!("`{}`", node.identity.package.name)).collect();
    let n_more = names.len().saturating_sub(SHOWN);
    let shown = names.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ");
    if n_more > 0 { format!("{shown} and {n_more} more") } else { shown }
}

/// That the last command which built there was another workspace's.
pub(super) fn foreign_is_newest(survey: &Survey<'_>, place: &Place) -> Option<Problem> {
    let dirs = &survey.snapshot.dirs;
    let is_here = |cluster: &Cluster| {
        let dir = cluster.units.first().map(|unit| &dirs[survey.nodes[*unit].dir]);
        dir.is_some_and(|dir| dir.profile == place.profile_dir && dir.layout == place.layout)
    };
    let measured = survey.clusters.iter().enumerate().filter(|(_, cluster)| survey.is_measured(cluster));
    let mut here = measured.filter(|(_, cluster)| is_here(cluster));
    let (_, cluster) = here.next_back().filter(|(idx, _)| survey.foreign.contains(idx))?;
    let names = foreign_names(survey, cluster.units.iter().copied());
    Some(Problem::new(
        format!(
            "the newest {} build in `{}` is of packages that this workspace does not have: {names}",
            place.profile(),
            survey.snapshot.build_dir
        ),
        "another workspace uses the same target directory (`CARGO_TARGET_DIR`, `build.target-dir`), or a package was renamed or removed and not built since",
        "what is told is an earlier build, that of the workspace's own packages and what they need",
    ))
}
