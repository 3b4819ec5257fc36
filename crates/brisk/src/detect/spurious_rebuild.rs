//! `spurious-rebuild`: what is built again although nothing that it is made of has changed.

use std::collections::BTreeMap;

use super::price::{Price, severity, share};
use super::rebuilt::{consequences, is_own, locations, with_dependents};
use super::{Detector, Effort, Evidence, Finding, Group, Location, Risk, Severity, Threshold, always_rerun, count};
use crate::model::{
    Mode, PackageRef, PathPlace, PathState, SourceLine, UnitIdx, Watch, WatchScope, WatchedPath, WatchedVariable,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "spurious-rebuild",
    group: Group::Rebuilds,
    claim: "units are built again although nothing that they are made of has changed",
    measures: "the unit time of what is built again then: for a build script that watches its whole package, all of `.git` or \
               the like; for a file that a build script writes into the sources; for a variable that is otherwise here than \
               when the unit was built; for source files with a time in the future, or all newer than the build",
    why: "contents do not count for Cargo: the times of the files that count, and the values of the variables that count, \
          decide; a script that prints neither `rerun-if-changed` nor `rerun-if-env-changed` makes every file of its package \
          count",
    cure: "let the script name the files and variables it reads (`cargo::rerun-if-changed=build.rs` if there are none), \
           `.git/HEAD` rather than `.git`; generate into `OUT_DIR`; give editor and terminal the same environment (`[env]` in \
           `.cargo/config.toml` sets a variable for both); after a checkout restore the times of files, or keep only \
           dependencies in a cache; `touch` files that lie in the future",
    wrong_when: "the script does read all those files; or the variable was changed on purpose, once and for all: then the next \
                 build is the last of its kind",
    unpriced: None,
    thresholds: &[LEAST_FILES, MOST_SPAN_S],
    find,
};

/// Fewer files may well have been edited all.
const LEAST_FILES: Threshold = Threshold {
    name: "spurious-rebuild.least-files",
    default: 10.0,
    about: "source files of a workspace from which on it counts that all of them are newer than the build",
};

/// Nobody edits all files in a minute; Git and archives write them in seconds.
const MOST_SPAN_S: Threshold = Threshold {
    name: "spurious-rebuild.most-seconds-between-files",
    default: 60.0,
    about: "seconds from the oldest to the newest of them",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let findings = in_future(evidence).into_iter().chain(checked_out(evidence)).chain(variables(evidence));
    findings.chain(watched_too_much(evidence)).chain(written_into_sources(evidence)).collect()
}

fn watches(evidence: Evidence<'_>) -> impl Iterator<Item = &Watch> {
    let n_units = evidence.build.units.len();
    evidence.surroundings.rebuilds.watches.iter().filter(move |watch| watch.unit.index() < n_units)
}

/// Sorted, each once.
fn sorted(mut units: Vec<UnitIdx>) -> Vec<UnitIdx> {
    units.sort_unstable();
    units.dedup();
    units
}

/// Files that are newer than any build can be.
fn in_future(evidence: Evidence<'_>) -> Option<Finding> {
    let mut files: BTreeMap<&str, u64> = BTreeMap::new();
    let mut units = Vec::new();
    for watch in watches(evidence) {
        for path in &watch.paths {
            if let PathState::InFuture { file, ahead_s } = &path.state {
                files.insert(file, *ahead_s);
                units.push(watch.unit);
            }
        }
    }
    let (first, ahead_s) = files.first_key_value()?;
    let units = sorted(units);
    let price = Price::of(evidence, with_dependents(evidence, &units));
    let (n_files, are) =
        (count(files.len(), "source file"), if files.len() == 1 { "has a time" } else { "have times" });
    let title = format!("{n_files} {are} in the future, and {} in every build until then", rebuilt(&price));
    let named = files.keys().take(NAMED).map(|file| Location { file: (*file).to_owned(), line: None });
    Some(Finding {
        severity: Severity::Major,
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![format!("`{first}` is {} ahead of this machine's clock", duration(*ahead_s))],
        locations: named.collect(),
        command: Some(format!("touch {first}")),
        ..Finding::of(&DETECTOR, "times:future".to_owned(), title)
    })
}

/// Places that are named.
const NAMED: usize = 10;

fn rebuilt(price: &Price) -> String {
    let are = if price.units.len() == 1 { "is" } else { "are" };
    format!("{} {are} built again", count(price.units.len(), "unit"))
}

/// `3 days`, `2 hours`, `7 minutes`
fn duration(seconds: u64) -> String {
    let whole = |n: u64, unit: &str| count(usize::try_from(n).unwrap_or(usize::MAX), unit);
    match seconds {
        s if s >= 86_400 => whole(s / 86_400, "day"),
        s if s >= 3600 => whole(s / 3600, "hour"),
        s => whole((s / 60).max(1), "minute"),
    }
}

/// All sources are newer than what was built from them, and as old as each other.
fn checked_out(evidence: Evidence<'_>) -> Option<Finding> {
    let times = evidence.surroundings.rebuilds.source_times?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of files are far below 2^52")]
    let is_enough = times.n_files as f64 >= evidence.limit(&LEAST_FILES);
    if !is_enough || times.n_newer < times.n_files || times.span_s > evidence.limit(&MOST_SPAN_S) {
        return None;
    }
    let compiled = evidence.build.iter_units().filter(|(_, unit)| {
        is_own(&unit.package) && matches!(unit.mode, Mode::Build | Mode::Check | Mode::Test | Mode::CheckTest)
    });
    let units: Vec<UnitIdx> = compiled.map(|(idx, _)| idx).collect();
    let price = Price::of(evidence, with_dependents(evidence, &units));
    let title =
        format!("all {} source files are newer than what was built from them: {}", times.n_files, rebuilt(&price));
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Medium,
        risk: Risk::Medium,
        evidence: vec![format!(
            "all of them were written within {:.0} s, as by a clone, a checkout, an archive or a copy into an image, after the \
             build directory had been filled",
            times.span_s.ceil().max(1.0)
        )],
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, "times:checkout".to_owned(), title)
    })
}

/// One finding for each variable that is otherwise here.
fn variables(evidence: Evidence<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, (Vec<UnitIdx>, &WatchedVariable, Vec<&SourceLine>)> = BTreeMap::new();
    for watch in watches(evidence) {
        for variable in &watch.variables {
            let entry = by_name.entry(&variable.name).or_insert_with(|| (Vec::new(), variable, Vec::new()));
            entry.0.push(watch.unit);
            entry.2.extend(&variable.named_at);
        }
    }
    by_name
        .into_values()
        .map(|(units, variable, lines)| of_variable(evidence, &sorted(units), variable, &lines))
        .collect()
}

fn of_variable(
    evidence: Evidence<'_>,
    units: &[UnitIdx],
    variable: &WatchedVariable,
    lines: &[&SourceLine],
) -> Finding {
    let price = Price::of(evidence, with_dependents(evidence, units));
    let name = &variable.name;
    let title = format!("`{name}` is not what it was when {} built: {}", were(evidence, units), rebuilt(&price));
    let package = &evidence.build.unit(units[0]).package;
    let values =
        format!("it was {}, and here it is {}", shown(variable.then.as_deref()), shown(variable.now.as_deref()));
    Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: std::iter::once(values).chain(consequences(evidence, units, &price)).collect(),
        locations: locations(evidence, lines.iter().copied(), package),
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, format!("env:{name}"), title)
    }
}

/// `openssl-sys v0.9.1 was`, `openssl-sys v0.9.1 and 2 other packages were`
fn were(evidence: Evidence<'_>, units: &[UnitIdx]) -> String {
    let mut packages: Vec<&PackageRef> = units.iter().map(|idx| &evidence.build.unit(*idx).package).collect();
    packages.sort();
    packages.dedup();
    match packages.len() {
        1 => format!("{} was", packages[0]),
        n => format!("{} and {} were", packages[0], count(n - 1, "other package")),
    }
}

/// Longer values are cut: a `PATH` fills lines.
const MOST_CHARS: usize = 60;

fn shown(value: Option<&str>) -> String {
    match value {
        None => "not set".to_owned(),
        Some(value) if value.chars().count() > MOST_CHARS => {
            format!("`{}…`", value.chars().take(MOST_CHARS).collect::<String>())
        }
        Some(value) => format!("`{value}`"),
    }
}

/// Build scripts for which more counts than they read.
fn watched_too_much(evidence: Evidence<'_>) -> Vec<Finding> {
    let never_fresh: Vec<UnitIdx> = always_rerun::predicted(evidence).map(|watch| watch.unit).collect();
    let mut by_package: BTreeMap<&PackageRef, (Vec<UnitIdx>, &Watch, Option<&WatchedPath>)> = BTreeMap::new();
    for watch in watches(evidence).filter(|watch| !never_fresh.contains(&watch.unit)) {
        let wide = watch.paths.iter().find(|path| {
            watch.scope == WatchScope::Named && matches!(path.place, PathPlace::Repository | PathPlace::PackageRoot)
        });
        if wide.is_some() || watch.scope == WatchScope::Package {
            let package = &evidence.build.unit(watch.unit).package;
            by_package.entry(package).or_insert_with(|| (Vec::new(), watch, wide)).0.push(watch.unit);
        }
    }
    let findings = by_package.into_iter();
    findings.map(|(package, (units, _, wide))| too_much(evidence, package, &sorted(units), wide)).collect()
}

fn too_much(evidence: Evidence<'_>, package: &PackageRef, runs: &[UnitIdx], wide: Option<&WatchedPath>) -> Finding {
    let price = Price::of(evidence, with_dependents(evidence, runs));
    let (watched, when) = match wide {
        Some(path) if path.place == PathPlace::Repository => {
            (format!("`{}`", path.path), "a commit, a fetch and often `git status` run it again")
        }
        Some(_) => ("all of its package's directory".to_owned(), "a file that comes or goes there runs it again"),
        None => ("its whole package".to_owned(), "an edit of a test or the README runs it again"),
    };
    let title = format!("the build script of {package} watches {watched}: {when}");
    let named = match wide {
        Some(_) => "what it names with `rerun-if-changed` counts with everything in it, whatever it reads of that",
        None => "it prints neither `rerun-if-changed` nor `rerun-if-env-changed`",
    };
    let lines = wide.and_then(|path| path.named_at.as_ref());
    Finding {
        severity: of_too_much(evidence, runs, &price, wide),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Medium,
        evidence: std::iter::once(named.to_owned()).chain(consequences(evidence, runs, &price)).collect(),
        locations: locations(evidence, lines.into_iter(), package),
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, super::subject(evidence, runs[0]), title)
    }
}

/// Who edits the package's sources waits for most of it anyway. Only a script that is dear itself is more than minor then.
fn of_too_much(evidence: Evidence<'_>, runs: &[UnitIdx], price: &Price, wide: Option<&WatchedPath>) -> Severity {
    let whole = severity(evidence, price.known_s());
    let runs_s = Price::of(evidence, runs.to_vec()).known_s();
    let is_outside = wide.is_some_and(|path| path.place == PathPlace::Repository);
    if is_outside || share(evidence, runs_s) >= 0.05 { whole } else { whole.min(Severity::Minor) }
}

/// Build scripts that write files which rustc then reads as sources.
fn written_into_sources(evidence: Evidence<'_>) -> Vec<Finding> {
    let never_fresh: Vec<UnitIdx> = always_rerun::predicted(evidence).map(|watch| watch.unit).collect();
    let mut by_script: BTreeMap<&PackageRef, Generated<'_>> = BTreeMap::new();
    for watch in watches(evidence).filter(|watch| watch.scope == WatchScope::Sources) {
        for path in &watch.paths {
            let PathState::WrittenBy { script, file } = &path.state else { continue };
            if script.index() < evidence.build.units.len() && !never_fresh.contains(script) {
                let generated = by_script.entry(&evidence.build.unit(*script).package).or_default();
                generated.units.push(watch.unit);
                generated.files.insert(file, path.named_at.as_ref());
            }
        }
    }
    let findings = by_script.into_iter();
    findings.map(|(package, generated)| of_generated(evidence, package, generated)).collect()
}

/// What a build script writes into the sources.
#[derive(Default)]
struct Generated<'a> {
    /// The units that are made of it.
    units: Vec<UnitIdx>,
    /// The files, with the line of the script that names each.
    files: BTreeMap<&'a str, Option<&'a SourceLine>>,
}

fn of_generated(evidence: Evidence<'_>, package: &PackageRef, Generated { units, files }: Generated<'_>) -> Finding {
    let price = Price::of(evidence, with_dependents(evidence, &sorted(units)));
    let first = files.keys().next().copied().unwrap_or_default();
    let more = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
    let title = format!("the build script of {package} writes `{first}`{more} into the sources");
    let sentence = "what is compiled from it in another profile or mode is older then: a release build or a check, in which \
                    the script runs as well, makes the next build here compile it again";
    let evidence_of = std::iter::once(sentence.to_owned()).chain(consequences(evidence, &[], &price));
    Finding {
        severity: severity(evidence, price.known_s()).min(Severity::Minor),
        cost: price.cost(),
        effort: Effort::Medium,
        risk: Risk::Medium,
        evidence: evidence_of.collect(),
        locations: locations(evidence, files.values().filter_map(|line| *line), package),
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, format!("{}:sources", package.name), title)
    }
}
