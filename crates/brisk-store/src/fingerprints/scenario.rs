//! Profile and platform: what a build directory holds side by side.

use std::collections::BTreeSet;

use brisk::model::TargetKind;

use super::node::NodeIdx;
use super::survey::Survey;

/// Which of the builds in a build directory is wanted; `None` leaves the choice to the loader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// `debug`, `release` or the name of a custom profile. Chosen: `debug` if anything was built there, else the profile
    /// built last.
    pub profile_dir: Option<String>,
    /// A `--target` triple. Chosen: builds for the host if there are any, else the triple built last.
    pub triple: Option<String>,
}

/// A profile directory and triple, with its units.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) profile_dir: String,
    pub(super) triple: Option<String>,
    /// Parallel to the nodes: its own units, and for a triple the host units that they need.
    pub(super) mask: Vec<bool>,
    /// The end of its newest unit.
    newest: f64,
}

impl Place {
    /// All places that hold a build of their own, sorted by profile and triple.
    pub(super) fn all(survey: &Survey<'_>) -> Vec<Self> {
        let dirs = &survey.snapshot.dirs;
        let names: BTreeSet<_> = dirs.iter().map(|dir| (dir.profile.clone(), dir.triple.clone())).collect();
        let places = names.into_iter().map(|(profile_dir, triple)| {
            let mask = match &triple {
                Some(triple) => survey.closure(triple_units(survey, &profile_dir, triple)),
                None => host_units(survey, &profile_dir),
            };
            let ends = survey.nodes.iter().zip(&mask).filter(|(_, here)| **here).filter_map(|(node, _)| node.interval);
            let newest = ends.map(|interval| interval.end).fold(f64::NEG_INFINITY, f64::max);
            Self { profile_dir, triple, mask, newest }
        });
        places.filter(|place| place.mask.contains(&true)).collect()
    }

    /// The place that `selection` means.
    pub(super) fn select<'p>(places: &'p [Self], selection: &Selection) -> Option<&'p Self> {
        let wanted = |place: &&Self| {
            selection.profile_dir.as_ref().is_none_or(|profile| *profile == place.profile_dir)
                && (selection.triple.is_none() || selection.triple == place.triple)
        };
        places.iter().filter(wanted).max_by(|a, b| {
            let is_debug = |place: &Self| place.profile_dir == "debug";
            let same_profile = a.profile_dir == b.profile_dir;
            let is_host = |place: &Self| same_profile && place.triple.is_none();
            is_debug(a).cmp(&is_debug(b)).then(is_host(a).cmp(&is_host(b))).then(a.newest.total_cmp(&b.newest))
        })
    }
}

fn units_in(survey: &Survey<'_>, profile_dir: &str, triple: Option<&str>) -> Vec<NodeIdx> {
    let dirs = &survey.snapshot.dirs;
    let is_here = |dir: usize| dirs[dir].profile == profile_dir && dirs[dir].triple.as_deref() == triple;
    (0..survey.nodes.len()).filter(|idx| is_here(survey.nodes[*idx].dir)).collect()
}

/// Units of the triple's directory, and the members' proc macros: those are built and tested for the host.
fn triple_units(survey: &Survey<'_>, profile_dir: &str, triple: &str) -> Vec<NodeIdx> {
    let mut units = units_in(survey, profile_dir, Some(triple));
    let is_macro = |idx: &NodeIdx| {
        let node = &survey.nodes[*idx];
        node.is_member() && node.target.kind == TargetKind::ProcMacro
    };
    if !units.is_empty() {
        units.extend(units_in(survey, profile_dir, None).into_iter().filter(is_macro));
    }
    units
}

/// Units of the host directory that are not there only for some triple's sake. A build with `--target` leaves proc macros
/// and build scripts in it, and what they need; a build for the host also something that a member is built for.
fn host_units(survey: &Survey<'_>, profile_dir: &str) -> Vec<bool> {
    let dirs = &survey.snapshot.dirs;
    let triples: BTreeSet<&str> =
        dirs.iter().filter(|dir| dir.profile == profile_dir).filter_map(|dir| dir.triple.as_deref()).collect();
    let of_triples = triples.into_iter().flat_map(|triple| triple_units(survey, profile_dir, triple));
    let for_triples = survey.closure(of_triples.collect::<Vec<_>>());
    let own: Vec<NodeIdx> = units_in(survey, profile_dir, None).into_iter().filter(|idx| !for_triples[*idx]).collect();
    let is_program = |idx: &NodeIdx| {
        let node = &survey.nodes[*idx];
        node.is_member() && !matches!(node.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript)
    };
    if for_triples.contains(&true) && !own.iter().any(is_program) {
        return vec![false; survey.nodes.len()];
    }
    survey.closure(own)
}
