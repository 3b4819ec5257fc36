//! The same units with other settings, side by side in one place.
//!
//! What another compiler left is not among them, and not what is of packages or targets that the workspace does not have any
//! more: that is not built again.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Mode, TargetKind, UnitIdx, UnitSettings, Variant, Variants};

use super::load::{Sessions, unit};
use super::node::{Node, NodeIdx};
use super::scenario::Place;
use super::survey::Survey;
use super::view::View;

/// The settings of `shown`, and what else was built in `place` by the compiler of these.
pub(super) fn variants(survey: &Survey<'_>, place: &Place, shown: &[NodeIdx], view: &View) -> Variants {
    let end = |idx: &NodeIdx| survey.nodes[*idx].interval.map_or(f64::NEG_INFINITY, |interval| interval.end);
    let compiled = shown.iter().filter(|idx| survey.nodes[**idx].rustc != 0);
    let newest = compiled.max_by(|a, b| end(a).total_cmp(&end(b)));
    let Some(rustc) = newest.map(|idx| survey.nodes[*idx].rustc) else { return Variants::default() };
    let roles = Roles::of(survey, place);
    let beside: Vec<(NodeIdx, UnitSettings)> = (0..survey.nodes.len())
        .filter(|idx| place.mask[*idx] && !view.mask[*idx])
        .filter(|idx| survey.nodes[*idx].rustc == rustc && is_current(&survey.nodes[*idx]))
        .filter_map(|idx| Some((idx, roles.settings(survey, idx)?)))
        .collect();
    let indices: Vec<NodeIdx> = beside.iter().map(|(idx, _)| *idx).collect();
    let sessions = Sessions::of(survey, view.main, &indices);
    let places: BTreeMap<NodeIdx, UnitIdx> = shown.iter().copied().zip((0..).map(UnitIdx)).collect();
    let needed = |idx: NodeIdx| survey.edges.dependencies[idx].iter();
    let variant = |(idx, settings): (NodeIdx, UnitSettings)| Variant {
        unit: unit(survey, idx, &sessions),
        settings,
        only_for_tests: roles.only_for_tests(idx),
        needs_beside: needed(idx).filter_map(|idx| indices.binary_search(idx).ok()).collect(),
        needs_built: needed(idx)
            .filter_map(|idx| places.get(idx).copied())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    };
    Variants {
        built: shown.iter().map(|idx| roles.settings(survey, *idx)).collect(),
        beside: beside.into_iter().map(variant).collect(),
    }
}

/// Whether the workspace still has the package, in this version.
fn is_current(node: &Node) -> bool {
    node.identity.idx.is_some() && !node.is_foreign
}

/// What units are built for; parallel to the nodes.
struct Roles {
    for_host: Vec<bool>,
    for_tests: Vec<bool>,
    for_others: Vec<bool>,
}

impl Roles {
    fn of(survey: &Survey<'_>, place: &Place) -> Self {
        let is_of_host = |node: &Node| {
            matches!(node.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript)
                && node.mode != Mode::RunBuildScript
        };
        let is_of_tests =
            |node: &Node| node.mode.is_test() || matches!(node.target.kind, TargetKind::Example | TargetKind::Bench);
        let mut is_needed = vec![false; survey.nodes.len()];
        for needed in survey.edges.dependencies.iter().flatten() {
            is_needed[*needed] = true;
        }
        let here = || (0..survey.nodes.len()).filter(|idx| place.mask[*idx]);
        let roots = || here().filter(|idx| !is_needed[*idx]);
        Self {
            for_host: survey.closure(here().filter(|idx| is_of_host(&survey.nodes[*idx]))),
            for_tests: survey.closure(roots().filter(|idx| is_of_tests(&survey.nodes[*idx]))),
            for_others: survey.closure(roots().filter(|idx| !is_of_tests(&survey.nodes[*idx]))),
        }
    }

    fn only_for_tests(&self, idx: NodeIdx) -> bool {
        self.for_tests[idx] && !self.for_others[idx]
    }

    /// `None` if the fingerprint could not be read, or the last build of the unit did not finish.
    fn settings(&self, survey: &Survey<'_>, idx: NodeIdx) -> Option<UnitSettings> {
        let record = &survey.snapshot.units[idx];
        record.fingerprint_hash?;
        let fingerprint = record.fingerprint.as_ref()?;
        let measured = survey.nodes[idx].interval.filter(|interval| interval.is_consistent());
        Some(UnitSettings {
            rustflags: fingerprint.rustflags.clone(),
            profile: fingerprint.profile,
            config: fingerprint.config,
            for_host: self.for_host[idx],
            started_at: measured.map(|interval| interval.start),
        })
    }
}
