//! From a snapshot to a [`Build`].

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use brisk::model::{
    Build, Confidence, Edge, Machine, Mode, OtherBuild, Outputs, PhaseCpu, Problem, Session, SessionIdx, Source,
    Status, TargetMessages, Timing, Unit, UnitHash, UnitIdx, Variants, Workspace,
};
use camino::Utf8PathBuf;

use super::activity::Activity;
use super::build_dirs::{self, BuildDirs, Layout, ProfileDir};
use super::node::{Node, NodeIdx};
use super::record::UnitRecord;
use super::scenario::{Place, Selection, profile_of};
use super::snapshot::{Snapshot, Stage};
use super::stored::Stored;
use super::survey::Survey;
use super::times::Interval;
use super::unit_name::Flavor;
use super::view::{self, View};
use super::{messages, ownership, problems, variants};

/// Why there is no build to load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing was ever built there.
    #[error("nothing was built in `{build_dir}` yet")]
    NoBuild {
        /// The directory that was looked at.
        build_dir: Utf8PathBuf,
    },
    /// A first build is running, and no unit is done.
    #[error("the first build in `{dir}` is running, and no unit of it is done")]
    FirstBuild {
        /// The profile directory.
        dir: Utf8PathBuf,
    },
    /// Something was built, but Cargo's record of it is not there.
    #[error("there are no fingerprints beside what was built in `{dir}`")]
    NoFingerprints {
        /// The profile directory.
        dir: Utf8PathBuf,
    },
    /// Only other workspaces were built there.
    #[error(
        "nothing of this workspace was built in `{build_dir}`: what is there is of packages that it does not have ({names})"
    )]
    NotOwn {
        /// The directory that was looked at.
        build_dir: Utf8PathBuf,
        /// Names of those packages.
        names: String,
    },
    /// Something was built, but not what was asked for.
    #[error("no build of {} in `{build_dir}`", wanted(selection))]
    NotSelected {
        /// The directory that was looked at.
        build_dir: Utf8PathBuf,
        /// What was asked for.
        selection: Selection,
        /// What is there, newest first.
        others: Vec<OtherBuild>,
    },
    /// The build directory could not be listed.
    #[error("could not read `{path}`")]
    Io {
        /// The directory.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn wanted(selection: &Selection) -> String {
    let profile_dir = selection.profile_dir.as_deref();
    let profile = profile_dir.map(|dir| format!("profile `{}`", profile_of(dir)));
    let triple = selection.triple.as_ref().map(|triple| format!("target `{triple}`"));
    profile.into_iter().chain(triple).collect::<Vec<_>>().join(" and ")
}

/// What was found in a build directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The build.
    pub build: Build,
    /// Other builds that were seen, newest first: one for each profile, triple and set of modes.
    pub others: Vec<OtherBuild>,
    /// All units on disk, and which of them are still needed; `None` where nobody looked.
    pub stored: Option<Stored>,
    /// The units of the build as they lie on disk, parallel to them.
    pub records: Vec<UnitRecord>,
    /// Units of the same place and compiler with other settings.
    pub variants: Variants,
    /// What the compiler said of the members' targets when it compiled them last, in whatever profile.
    pub messages: Vec<TargetMessages>,
    /// Runs of build scripts that did not finish, in any profile: the package, and when the run began (seconds since the
    /// UNIX epoch). They failed, were interrupted, or are still at work.
    pub unfinished_scripts: Vec<(String, f64)>,
}

impl Found {
    /// Nothing but a build of which nothing lies on disk.
    pub fn only(build: Build) -> Self {
        Self {
            build,
            others: Vec::new(),
            stored: None,
            records: Vec::new(),
            variants: Variants::default(),
            messages: Vec::new(),
            unfinished_scripts: Vec::new(),
        }
    }
}

/// Loads the build that `selection` means from what Cargo left in `dirs`.
///
/// # Errors
///
/// If nothing was built there, or not what was selected, or the directory cannot be listed.
pub fn load(dirs: &BuildDirs, selection: &Selection, workspace: &Workspace) -> Result<Found, LoadError> {
    let snapshot = Snapshot::read(dirs).map_err(|source| LoadError::Io { path: dirs.build_dir.clone(), source })?;
    let survey = Survey::of(&snapshot, workspace);
    let all_places = Place::all(&survey);
    if all_places.is_empty() {
        return Err(nothing_in(&snapshot));
    }
    let places = ownership::own_places(&survey, all_places);
    if places.is_empty() {
        let names = ownership::foreign_names(&survey, 0..survey.nodes.len());
        return Err(LoadError::NotOwn { build_dir: dirs.build_dir.clone(), names });
    }
    let Some(place) = Place::select(&places, selection) else {
        let nothing = vec![false; survey.nodes.len()];
        let others = others(&survey, &places, &nothing);
        let selection = selection.clone();
        return Err(LoadError::NotSelected { build_dir: dirs.build_dir.clone(), selection, others });
    };
    let view = view::choose(&survey, place, workspace);
    let mut build = assemble(&survey, &view, Some(&place.profile_dir), &BTreeSet::new());
    build.problems.extend(ownership::foreign_is_newest(&survey, place));
    build.problems.extend(other_layout(&survey, place, &places));
    let others = others(&survey, &places, &view.mask);
    let shown = shown(&survey, &view);
    let records = shown.iter().map(|idx| snapshot.units[*idx].clone()).collect();
    let variants = variants::variants(&survey, place, &shown, &view);
    let masks: Vec<&[bool]> = places.iter().map(|place| place.mask.as_slice()).collect();
    let messages = messages::messages(&survey, &masks, workspace);
    let stored = Some(Stored::of(&survey, workspace));
    let unfinished_scripts = unfinished_scripts(&snapshot);
    Ok(Found { build, others, stored, records, variants, messages, unfinished_scripts })
}

fn unfinished_scripts(snapshot: &Snapshot) -> Vec<(String, f64)> {
    let first_runs = snapshot.unfinished.iter().filter_map(|unit| match unit.stage {
        Stage::Ran(at) => Some((unit.package.clone(), at)),
        Stage::Started(_) | Stage::Planned => None,
    });
    let is_emptied = |record: &&UnitRecord| record.name.flavor == Flavor::Run && record.fingerprint_hash.is_none();
    let later_runs = snapshot.units.iter().filter(is_emptied);
    first_runs.chain(later_runs.filter_map(|record| Some((record.package.clone(), record.started_at?)))).collect()
}

/// Why there are no units.
fn nothing_in(snapshot: &Snapshot) -> LoadError {
    let is_built_in = |(_, activity): &(&ProfileDir, &Activity)| **activity == Activity::Building;
    if let Some((dir, _)) = snapshot.dirs.iter().zip(&snapshot.activity).find(is_built_in) {
        return LoadError::FirstBuild { dir: dir.path.clone() };
    }
    match build_dirs::without_fingerprints(&snapshot.build_dir) {
        Some(dir) => LoadError::NoFingerprints { dir },
        None => LoadError::NoBuild { build_dir: snapshot.build_dir.clone() },
    }
}

/// That the same was built in the other layout as well.
fn other_layout(survey: &Survey<'_>, place: &Place, places: &[Place]) -> Option<Problem> {
    let is_twin = |other: &&Place| {
        (&other.profile_dir, &other.triple) == (&place.profile_dir, &place.triple) && other.layout != place.layout
    };
    let twin = places.iter().find(is_twin)?;
    let n_units = twin.mask.iter().filter(|here| **here).count();
    let (shown, other) = match place.layout {
        Layout::V1 => ("older", "newer"),
        Layout::V2 => ("newer", "older"),
    };
    Some(Problem::new(
        format!(
            "the {} profile was built in both layouts of Cargo's build directory in `{}`",
            place.profile(),
            survey.snapshot.build_dir
        ),
        "two versions of Cargo, or one with and without `-Zbuild-dir-new-layout`, share the directory; each builds everything again",
        format!(
            "the build in the {shown} layout is told, which is the last one; {n_units} units in the {other} layout are not in it"
        ),
    ))
}

/// The units of `snapshot` with one of `hashes`, of which the caller knows how their last build ended, and everything they
/// need. The main session is the latest one among them.
pub fn build_of(snapshot: &Snapshot, hashes: &BTreeSet<UnitHash>, workspace: &Workspace) -> Build {
    let survey = Survey::of(snapshot, workspace);
    let given: Vec<NodeIdx> = (0..survey.nodes.len()).filter(|idx| hashes.contains(&survey.nodes[*idx].hash)).collect();
    let main = given.iter().filter_map(|idx| survey.cluster_of[*idx]).max();
    let profiles: BTreeSet<&str> =
        given.iter().map(|idx| snapshot.dirs[survey.nodes[*idx].dir].profile.as_str()).collect();
    let profile = profiles.first().copied().filter(|_| profiles.len() == 1);
    let mask = survey.closure(given);
    assemble(&survey, &View { mask, main }, profile, hashes)
}

fn assemble(survey: &Survey<'_>, view: &View, profile_dir: Option<&str>, told: &BTreeSet<UnitHash>) -> Build {
    let shown = shown(survey, view);
    let sessions = Sessions::of(survey, view.main, &shown);
    let unit_idx: BTreeMap<NodeIdx, UnitIdx> = shown.iter().copied().zip((0..).map(UnitIdx)).collect();
    let edge = |dependent: &NodeIdx| {
        let needed = survey.edges.dependencies[*dependent].iter().map(|dependency| unit_idx[dependency]);
        let dependent = unit_idx[dependent];
        needed.map(move |dependency| Edge { dependent, dependency }).collect::<Vec<_>>()
    };
    let toolchain = &survey.snapshot.toolchain;
    Build {
        profile: profile_dir.map(|dir| profile_of(dir).to_owned()),
        started_at: sessions.started_at,
        wall_s: sessions.wall_s,
        machine: Machine { host: toolchain.host.clone(), rustc: toolchain.rustc.clone(), ..Machine::default() },
        units: shown.iter().map(|idx| unit(survey, *idx, &sessions)).collect(),
        edges: shown.iter().flat_map(edge).collect(),
        problems: problems::problems(survey, &view.mask, told),
        sessions: sessions.all,
        ..Build::empty(Source::Fingerprints)
    }
    .checked()
}

/// The units of the view, in the order of the build.
fn shown(survey: &Survey<'_>, view: &View) -> Vec<NodeIdx> {
    let mut shown: Vec<NodeIdx> = (0..survey.nodes.len()).filter(|idx| view.mask[*idx]).collect();
    shown.sort_by_key(|idx| {
        let node = &survey.nodes[*idx];
        (&node.identity.package, &node.target, node.mode, &node.platform, node.hash, *idx)
    });
    shown
}

pub(super) fn unit(survey: &Survey<'_>, idx: NodeIdx, sessions: &Sessions) -> Unit {
    let Node { hash, dir, identity, target, mode, platform, features, interval, .. } = &survey.nodes[idx];
    let artifacts = &survey.snapshot.units[idx].artifacts;
    Unit {
        hash: Some(*hash),
        package: identity.package.clone(),
        target: target.clone(),
        mode: *mode,
        platform: platform.clone(),
        profile_dir: Some(survey.snapshot.dirs[*dir].profile.clone()),
        features: features.clone(),
        status: Status::Unknown,
        timing: interval.and_then(|interval| sessions.timing(interval, survey.cluster_of[idx]?)),
        cpu: None,
        phase_cpu: PhaseCpu::default(),
        max_rss_bytes: None,
        unfinished_since_s: None,
        failed: None,
        outputs: Outputs { bytes: artifacts.bytes, rmeta_bytes: artifacts.metadata_bytes },
    }
}

/// The sessions that the shown units are of, without those that nobody measured.
pub(super) struct Sessions {
    /// The zero of all times; none to tell people where the main session was not measured.
    zero: Option<f64>,
    started_at: Option<f64>,
    wall_s: Option<f64>,
    all: Vec<Session>,
    /// Position in `all` by cluster.
    positions: BTreeMap<usize, SessionIdx>,
}

impl Sessions {
    pub(super) fn of(survey: &Survey<'_>, main: Option<usize>, shown: &[NodeIdx]) -> Self {
        let mut n_units: BTreeMap<usize, u32> = BTreeMap::new();
        for cluster in shown.iter().filter_map(|idx| survey.cluster_of[*idx]) {
            *n_units.entry(cluster).or_default() += 1;
        }
        let is_measured = |cluster: &usize| survey.is_measured(&survey.clusters[*cluster]);
        let others = n_units.keys().copied().filter(|cluster| Some(*cluster) != main);
        let order: Vec<usize> = main.into_iter().chain(others).filter(is_measured).collect();
        let session = |cluster: &usize| {
            let of = &survey.clusters[*cluster];
            let n_units = n_units.get(cluster).copied().unwrap_or(0);
            Session { started_at: of.start, wall_s: of.end - of.start, n_units }
        };
        let all: Vec<Session> = order.iter().map(session).collect();
        let measured_main = main.filter(is_measured).and(all.first());
        Self {
            zero: main.map(|main| survey.clusters[main].start),
            started_at: measured_main.map(|main| main.started_at),
            wall_s: measured_main.map(|main| main.wall_s),
            all: all.clone(),
            positions: order.into_iter().zip((0..).map(SessionIdx)).collect(),
        }
    }

    fn timing(&self, interval: Interval, cluster: usize) -> Option<Timing> {
        let zero = self.zero?;
        Some(Timing {
            start_s: interval.start - zero,
            expanded_s: interval.expanded.map(|at| at - zero),
            rmeta_s: interval.metadata.map(|at| at - zero),
            codegen_s: None,
            link_s: None,
            end_s: interval.end - zero,
            confidence: if interval.is_consistent() { Confidence::FileTimes } else { Confidence::Doubtful },
            session: self.positions.get(&cluster).copied().unwrap_or(SessionIdx(0)),
        })
    }
}

/// What the build does not show, by profile, triple and the modes of the command; newest first, then in that order.
fn others(survey: &Survey<'_>, places: &[Place], shown: &[bool]) -> Vec<OtherBuild> {
    let mut counted = shown.to_vec();
    let mut others: BTreeMap<(String, Option<String>, Vec<Mode>), OtherBuild> = BTreeMap::new();
    for place in places {
        let mut by_cluster: BTreeMap<Option<usize>, Vec<NodeIdx>> = BTreeMap::new();
        for idx in (0..survey.nodes.len()).filter(|idx| place.mask[*idx]) {
            if !std::mem::replace(&mut counted[idx], true) {
                by_cluster.entry(survey.cluster_of[idx]).or_default().push(idx);
            }
        }
        for (cluster, units) in by_cluster {
            let other = other_build(survey, place, cluster, &units);
            let key = (other.profile_dir.clone(), other.triple.clone(), other.modes.clone());
            others.entry(key).and_modify(|earlier| merge(earlier, &other)).or_insert(other);
        }
    }
    let mut others: Vec<OtherBuild> = others.into_values().collect();
    let newest = |other: &OtherBuild| other.started_at.unwrap_or(f64::NEG_INFINITY);
    others.sort_by(|a, b| newest(b).total_cmp(&newest(a)));
    others
}

/// The later of both gives start and wall time.
fn merge(one: &mut OtherBuild, other: &OtherBuild) {
    one.n_units += other.n_units;
    if other.started_at >= one.started_at {
        one.started_at = other.started_at;
        one.wall_s = other.wall_s;
    }
}

fn other_build(survey: &Survey<'_>, place: &Place, cluster: Option<usize>, units: &[NodeIdx]) -> OtherBuild {
    let nodes = || units.iter().map(|idx| &survey.nodes[*idx]);
    let modes: BTreeSet<Mode> = nodes().map(|node| node.mode).filter(|mode| *mode != Mode::RunBuildScript).collect();
    let cluster = cluster.map(|cluster| &survey.clusters[cluster]).filter(|cluster| survey.is_measured(cluster));
    OtherBuild {
        profile_dir: place.profile_dir.clone(),
        triple: place.triple.clone(),
        modes: modes.into_iter().collect(),
        n_units: units.len(),
        started_at: cluster.map(|cluster| cluster.start),
        wall_s: cluster.map(|cluster| cluster.end - cluster.start),
    }
}
