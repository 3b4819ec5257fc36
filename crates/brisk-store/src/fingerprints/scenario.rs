//! Profile, platform and layout: what a build directory holds side by side.

use std::collections::BTreeSet;

use brisk::model::TargetKind;

use super::build_dirs::{Layout, ProfileDir};
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

/// A profile directory and triple in one layout, with its units.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) profile_dir: String,
    pub(super) triple: Option<String>,
    pub(super) layout: Layout,
    /// Parallel to the nodes: its own units, and for a triple the host units that they need.
    pub(super) mask: Vec<bool>,
    /// The end of its newest unit.
    newest: f64,
}

impl Place {
    /// All places that hold a build of their own, sorted by profile, triple and layout.
    pub(super) fn all(survey: &Survey<'_>) -> Vec<Self> {
        let dirs = &survey.snapshot.dirs;
        let names: BTreeSet<_> = dirs.iter().map(|dir| (dir.profile.clone(), dir.triple.clone(), dir.layout)).collect();
        let places = names.into_iter().filter_map(|(profile_dir, triple, layout)| {
            let mask = match &triple {
                Some(triple) => survey.closure(triple_units(survey, (&profile_dir, layout), triple)),
                None => host_units(survey, (&profile_dir, layout)),
            };
            Self { profile_dir, triple, layout, mask, newest: f64::NEG_INFINITY }.dated(survey)
        });
        places.collect()
    }

    /// With the end of its newest unit; `None` if it has no units.
    fn dated(self, survey: &Survey<'_>) -> Option<Self> {
        let here = survey.nodes.iter().zip(&self.mask).filter(|(_, here)| **here);
        let ends = here.filter_map(|(node, _)| node.interval).map(|interval| interval.end);
        let newest = ends.fold(f64::NEG_INFINITY, f64::max);
        self.mask.contains(&true).then_some(Self { newest, ..self })
    }

    /// With only those of its units that are in `mask`; `None` if none are.
    pub(super) fn only(self, survey: &Survey<'_>, mask: &[bool]) -> Option<Self> {
        let both = self.mask.iter().zip(mask).map(|(here, wanted)| *here && *wanted).collect();
        Self { mask: both, ..self }.dated(survey)
    }

    /// The profile as Cargo calls it.
    pub(super) fn profile(&self) -> &str {
        profile_of(&self.profile_dir)
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

/// Name of a profile directory, and its layout.
type ProfileLayout<'a> = (&'a str, Layout);

fn units_in(survey: &Survey<'_>, profile: ProfileLayout<'_>, triple: Option<&str>) -> Vec<NodeIdx> {
    let dirs = &survey.snapshot.dirs;
    let is_here = |dir: usize| is_of(&dirs[dir], profile) && dirs[dir].triple.as_deref() == triple;
    (0..survey.nodes.len()).filter(|idx| is_here(survey.nodes[*idx].dir)).collect()
}

fn is_of(dir: &ProfileDir, (profile_dir, layout): ProfileLayout<'_>) -> bool {
    dir.profile == profile_dir && dir.layout == layout
}

/// Cargo builds `dev` in the directory `debug` (`dir_name` in its `core/profiles.rs`), all others in one of their own name.
pub(super) fn profile_of(profile_dir: &str) -> &str {
    if profile_dir == "debug" { "dev" } else { profile_dir }
}

/// Units of the triple's directory, and the members' proc macros: those are built and tested for the host.
fn triple_units(survey: &Survey<'_>, profile: ProfileLayout<'_>, triple: &str) -> Vec<NodeIdx> {
    let mut units = units_in(survey, profile, Some(triple));
    let is_macro = |idx: &NodeIdx| {
        let node = &survey.nodes[*idx];
        node.is_member() && node.target.kind == TargetKind::ProcMacro
    };
    if !units.is_empty() {
        units.extend(units_in(survey, profile, None).into_iter().filter(is_macro));
    }
    units
}

/// Units of the host directory that are not there only for some triple's sake. A build with `--target` leaves proc macros
/// and build scripts in it, and what they need; a build for the host also something that a member is built for.
fn host_units(survey: &Survey<'_>, profile: ProfileLayout<'_>) -> Vec<bool> {
    let dirs = &survey.snapshot.dirs;
    let triples: BTreeSet<&str> =
        dirs.iter().filter(|dir| is_of(dir, profile)).filter_map(|dir| dir.triple.as_deref()).collect();
    let of_triples = triples.into_iter().flat_map(|triple| triple_units(survey, profile, triple));
    let for_triples = survey.closure(of_triples.collect::<Vec<_>>());
    let own: Vec<NodeIdx> = units_in(survey, profile, None).into_iter().filter(|idx| !for_triples[*idx]).collect();
    let is_program = |idx: &NodeIdx| {
        let node = &survey.nodes[*idx];
        node.is_member() && !matches!(node.target.kind, TargetKind::ProcMacro | TargetKind::BuildScript)
    };
    if for_triples.contains(&true) && !own.iter().any(is_program) {
        return vec![false; survey.nodes.len()];
    }
    survey.closure(own)
}
