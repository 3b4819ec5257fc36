//! `always-rerun`: what is built again in every build.

use std::collections::BTreeMap;

use super::price::Price;
use super::rebuilt::{consequences, is_own, locations, with_dependents};
use super::{Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, seconds};
use crate::model::{
    NoOp, PackageRef, PathPlace, PathState, Rebuilt, SourceLine, Unit, UnitIdx, Watch, WatchScope, WatchedPath,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "always-rerun",
    group: Group::Rebuilds,
    claim: "a build script or another unit is never fresh: every build builds it again, and all that needs it",
    measures: "the unit time of the unit and of everything that needs it, as of its last build; seen in a second build with \
               nothing to do (`--record` makes one), or told from the fingerprint: a `rerun-if-changed` path that does not \
               exist, that the script itself writes, or that holds the build directory",
    why: "what counts for Cargo are times: it compares those of files with the start of the unit's last build: one that is missing counts as changed, \
          and so does one that was written after that start, be it by the script itself; whatever needs a dirty unit is \
          dirty as well",
    cure: "name only files that exist and that the script reads (`cargo::rerun-if-changed=build.rs` if it reads none); print \
           the line for an optional file only if it is there; write nothing but into `OUT_DIR`; name the files rather than a \
           directory that holds `target`. For a dependency: a newer version, or an issue upstream",
    wrong_when: "the script has to run each time, as one that asks Git or the clock; or the file was removed just now and the \
                 script names what it finds",
    unpriced: None,
    thresholds: &[MAJOR_S],
    find,
};

/// A build with nothing to do takes some 0.1 s; one that takes a second more is felt each time.
const MAJOR_S: Threshold = Threshold {
    name: "always-rerun.major-seconds",
    default: 1.0,
    about: "seconds of unit time in every build from which on it is major",
};

/// Why a unit is never fresh.
#[derive(Default)]
struct Causes<'a> {
    units: Vec<UnitIdx>,
    paths: Vec<(WatchScope, &'a WatchedPath)>,
    seen: Option<&'a Rebuilt>,
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let no_op = evidence.surroundings.rebuilds.no_op.as_ref();
    let mut causes: BTreeMap<&PackageRef, Causes<'_>> = BTreeMap::new();
    for rebuilt in no_op.into_iter().flat_map(|no_op| seen(evidence, no_op)) {
        let unit = evidence.build.unit(rebuilt.unit);
        let of_package = causes.entry(&unit.package).or_default();
        of_package.units.push(rebuilt.unit);
        of_package.seen.get_or_insert(rebuilt);
    }
    for watch in predicted(evidence) {
        if no_op.is_some_and(|no_op| was_fresh(evidence, no_op, watch.unit)) {
            continue;
        }
        let of_package = causes.entry(&evidence.build.unit(watch.unit).package).or_default();
        if !of_package.units.contains(&watch.unit) {
            of_package.units.push(watch.unit);
        }
        for path in watch.paths.iter().filter(|path| is_never_fresh(watch, path)) {
            if !of_package.paths.contains(&(watch.scope, path)) {
                of_package.paths.push((watch.scope, path));
            }
        }
    }
    causes.into_iter().map(|(package, causes)| finding(evidence, package, &causes)).collect()
}

/// What a build with nothing to do built for its own sake, and nobody has built since: a script may have been mended by then.
fn seen<'a>(evidence: Evidence<'a>, no_op: &'a NoOp) -> impl Iterator<Item = &'a Rebuilt> {
    let until = no_op.started_at + no_op.wall_s.unwrap_or(0.0);
    let is_last = move |idx: UnitIdx| {
        let timing = evidence.build.units.get(idx.index()).and_then(|unit| unit.timing);
        evidence.build.started_at.zip(timing).is_some_and(|(zero, timing)| zero + timing.start_s <= until)
    };
    no_op.rebuilt.iter().filter(move |rebuilt| is_root(rebuilt) && is_last(rebuilt.unit))
}

/// Whether it was not built only for another unit's sake.
fn is_root(rebuilt: &Rebuilt) -> bool {
    rebuilt
        .reason
        .as_ref()
        .is_some_and(|reason| reason.kind != "dependency-rebuilt" && reason.kind != "dependency-changed")
}

/// The runs of build scripts that are due in every build, as far as fingerprints tell.
pub(super) fn predicted(evidence: Evidence<'_>) -> impl Iterator<Item = &Watch> {
    let n_units = evidence.build.units.len();
    let watches = evidence.surroundings.rebuilds.watches.iter().filter(move |watch| watch.unit.index() < n_units);
    watches.filter(|watch| watch.paths.iter().any(|path| is_never_fresh(watch, path)))
}

fn is_never_fresh(watch: &Watch, path: &WatchedPath) -> bool {
    if watch.scope == WatchScope::Sources {
        return false;
    }
    match path.state {
        PathState::Missing { .. } | PathState::NewerOutput => true,
        PathState::WrittenBy { script, .. } => script == watch.unit,
        PathState::Unremarkable => path.place == PathPlace::HoldsBuildDir,
        PathState::InFuture { .. } => false,
    }
}

/// Whether the build with nothing to do came after the unit's last run and left it alone.
fn was_fresh(evidence: Evidence<'_>, no_op: &NoOp, idx: UnitIdx) -> bool {
    let timing = evidence.build.unit(idx).timing;
    let ended_at = evidence.build.started_at.zip(timing).map(|(zero, timing)| zero + timing.end_s);
    let was_rebuilt = no_op.rebuilt.iter().any(|rebuilt| rebuilt.unit == idx);
    !was_rebuilt && ended_at.is_some_and(|ended_at| ended_at <= no_op.started_at)
}

fn finding(evidence: Evidence<'_>, package: &PackageRef, causes: &Causes<'_>) -> Finding {
    let first = causes.units[0];
    let price = Price::of(evidence, with_dependents(evidence, &causes.units));
    let unit = evidence.build.unit(first);
    let n_after = price.units.len() - causes.units.len();
    let after = match n_after {
        0 => String::new(),
        1 => ", and 1 unit is built again after it".to_owned(),
        n => format!(", and {n} units are built again after it"),
    };
    let title = format!("{} {} in every build{after}", what(unit), does(unit));
    let lines = causes.paths.iter().filter_map(|(_, path)| path.named_at.as_ref());
    let severity = if price.known_s() >= evidence.limit(&MAJOR_S) { Severity::Major } else { Severity::Minor };
    let own = is_own(package);
    Finding {
        severity,
        cost: price.cost(),
        effort: if own { Effort::Small } else { Effort::Medium },
        risk: if own { Risk::Low } else { Risk::Medium },
        evidence: sentences(evidence, causes).chain(consequences(evidence, &causes.units, &price)).collect(),
        locations: locations(evidence, lines, package),
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, super::subject(evidence, first), title)
    }
}

fn what(unit: &Unit) -> String {
    let package = &unit.package;
    if unit.mode == crate::model::Mode::RunBuildScript {
        format!("the build script of {package}")
    } else {
        format!("{} of {package}", unit.target.in_words())
    }
}

fn does(unit: &Unit) -> &'static str {
    if unit.mode == crate::model::Mode::RunBuildScript { "runs" } else { "is compiled" }
}

/// Sentences on one cause after the other, what was seen first.
fn sentences<'a>(evidence: Evidence<'a>, causes: &'a Causes<'_>) -> impl Iterator<Item = String> + 'a {
    let no_op = evidence.surroundings.rebuilds.no_op.as_ref();
    let seen = no_op.zip(causes.seen).map(|(no_op, rebuilt)| {
        let wall = no_op.wall_s.map(|s| format!(" and took {}", seconds(s))).unwrap_or_default();
        let why = rebuilt.reason.as_ref().map(|reason| format!(": {}", reason.detail)).unwrap_or_default();
        format!("`cargo {}`, run again with nothing changed, built it{wall}{why}", no_op.command.join(" "))
    });
    seen.into_iter().chain(causes.paths.iter().map(|(scope, path)| sentence(*scope, path)))
}

fn sentence(scope: WatchScope, path: &WatchedPath) -> String {
    let WatchedPath { path: name, state, named_at, .. } = path;
    let at = named_at.as_ref().map(|SourceLine { file, line }| format!(" ({file}:{line})")).unwrap_or_default();
    match state {
        PathState::Missing { may_be_new: false } => {
            format!("it watches `{name}`{at}, which does not exist: Cargo takes that for changed")
        }
        PathState::Missing { may_be_new: true } => format!(
            "it watches `{name}`{at}, which does not exist: Cargo takes that for changed (its directory has changed since \
             the script ran, so it may have been there then)"
        ),
        PathState::WrittenBy { file, .. } if scope == WatchScope::Package => {
            format!("it names no file to watch, so that all of its package count, and wrote `{file}`{at} while it ran")
        }
        PathState::WrittenBy { file, .. } if file != name => {
            format!("it watches the directory `{name}`{at}, and `{file}` in it was written while it ran")
        }
        PathState::WrittenBy { .. } => format!("it watches `{name}`{at}, which was written while it ran"),
        PathState::NewerOutput => {
            format!("it watches `{name}`{at} in the build directory, which was written after it ran")
        }
        PathState::Unremarkable | PathState::InFuture { .. } => {
            format!("it watches `{name}`{at}, which holds the build directory: Cargo writes there in every build")
        }
    }
}
