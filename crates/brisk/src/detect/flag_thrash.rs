//! `flag-thrash`: commands with different settings that take turns in one build directory.

use std::collections::{BTreeMap, BTreeSet};

use super::price::{Price, severity};
use super::rebuilt::with_dependents;
use super::turns::{Entry, Units, took_turns, turns};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, count, seconds};
use crate::model::{Platform, Unit, UnitIdx, UnitSettings};

pub(super) const DETECTOR: Detector = Detector {
    id: "flag-thrash",
    group: Group::Rebuilds,
    claim: "commands with different settings take turns in one build directory, and each builds for itself",
    measures: "the unit time and the bytes of the units that lie beside those of the build and differ from them only in \
               `RUSTFLAGS`, features or profile settings, where the times of both show that the commands took turns more than \
               once; for another linker setting the unit time of what both share",
    why: "there is a unit for each set of features, flags and profile settings (for flags since 1.85): each set is built \
          once, and after an edit once more for each set in use. The linker is not part of a unit's name: another one makes \
          the same units dirty, back and forth",
    cure: "put flags, linker and profile settings into `.cargo/config.toml` and `Cargo.toml`, where terminal, editor and \
           scripts find them alike; build with `--workspace`, or always with the same `--package`; where two sets are meant, \
           give one of them its own `--target-dir` (in rust-analyzer: `rust-analyzer.cargo.targetDir`)",
    wrong_when: "both sets are wanted and the disk has room: but for the linker each stays fresh beside the other",
    unpriced: None,
    thresholds: &[],
    find,
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let units = Units::of(evidence);
    let compiled: Vec<Entry<'_>> = units.all.iter().copied().filter(Entry::is_compiled).collect();
    let flags = of_flags(evidence, &compiled).into_iter().chain(of_linker(evidence, &compiled));
    flags.chain(of_features(evidence, &units)).chain(of_profile(evidence, &units)).collect()
}

/// What most of the units of the build have.
fn usual<T: Ord + Copy>(of_built: impl Iterator<Item = T>) -> Option<T> {
    let mut counted: BTreeMap<T, usize> = BTreeMap::new();
    for value in of_built {
        *counted.entry(value).or_default() += 1;
    }
    counted.into_iter().max_by_key(|(_, n)| *n).map(|(value, _)| value)
}

/// What those have of a setting that took turns with the units of the build, which have `ours`.
fn turning<'a, T: Ord>(
    all: &[Entry<'a>],
    (class, ours): ((bool, &Platform), &'a T),
    setting: fn(&'a UnitSettings) -> &'a T,
) -> Vec<&'a T> {
    let mut by_setting: BTreeMap<&T, Vec<&UnitSettings>> = BTreeMap::new();
    for entry in all.iter().filter(|entry| entry.class() == class) {
        by_setting.entry(setting(entry.settings)).or_default().push(entry.settings);
    }
    let of_ours = by_setting.remove(ours).unwrap_or_default();
    by_setting.retain(|_, theirs| took_turns(&of_ours, theirs));
    by_setting.into_keys().collect()
}

/// What units beside the build cost.
fn cost(units: &[&Unit]) -> Cost {
    let timed: Vec<f64> = units.iter().filter_map(|unit| unit.trusted_duration_s()).collect();
    Cost {
        seconds: (!timed.is_empty()).then(|| timed.iter().sum()),
        cpu_seconds: None,
        bytes: units
            .iter()
            .map(|unit| unit.outputs.bytes)
            .try_fold(0_u64, |sum, bytes| Some(sum.saturating_add(bytes?))),
    }
}

fn twice(evidence: Evidence<'_>, key: &str, title: String, units: &[&Unit]) -> Finding {
    let cost = cost(units);
    let severity = cost.seconds.map_or(Severity::Note, |unit_s| severity(evidence, unit_s));
    Finding {
        severity,
        cost,
        effort: Effort::Small,
        risk: Risk::Low,
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, key.to_owned(), title)
    }
}

/// The same units with other `RUSTFLAGS`.
fn of_flags(evidence: Evidence<'_>, all: &[Entry<'_>]) -> Option<Finding> {
    let is_built = |entry: &&Entry<'_>| entry.built.is_some();
    let (class, ours) = usual(all.iter().filter(is_built).map(|entry| (entry.class(), &entry.settings.rustflags)))?;
    let turning = turning(all, (class, ours), |settings| &settings.rustflags);
    let with_ours = all.iter().filter(|entry| entry.settings.rustflags == *ours);
    let keys: BTreeSet<_> = with_ours.map(|entry| (entry.base(), &entry.unit.features)).collect();
    let with_theirs = all.iter().filter(|entry| turning.contains(&&entry.settings.rustflags));
    let twins = with_theirs.filter(|entry| keys.contains(&(entry.base(), &entry.unit.features)));
    let twins: Vec<&Unit> = twins.map(|entry| entry.unit).collect();
    if twins.is_empty() {
        return None;
    }
    let title = format!(
        "commands with other `RUSTFLAGS` take turns with the build: they keep {} of their own",
        count(twins.len(), "unit")
    );
    let theirs: Vec<String> = turning.iter().map(|flags| words(flags)).collect();
    let evidence_of = format!("the build has {}, the others {}", words(ours), theirs.join("; "));
    Some(Finding { evidence: vec![evidence_of], ..twice(evidence, "rustflags", title, &twins) })
}

fn words(flags: &[String]) -> String {
    if flags.is_empty() { "none".to_owned() } else { format!("`{}`", flags.join(" ")) }
}

/// Another linker setting makes the units dirty that both share: build scripts and proc macros, and what needs them.
fn of_linker(evidence: Evidence<'_>, all: &[Entry<'_>]) -> Option<Finding> {
    let is_built = |entry: &&Entry<'_>| entry.built.is_some();
    let (class, ours) = usual(all.iter().filter(is_built).map(|entry| (entry.class(), &entry.settings.config)))?;
    let theirs = turning(all, (class, ours), |settings| &settings.config).into_iter().next()?;
    let n_with = |config: &u64| count(all.iter().filter(|entry| entry.settings.config == *config).count(), "unit");
    let shared: Vec<UnitIdx> =
        all.iter().filter(|entry| entry.settings.for_host).filter_map(|entry| entry.built).collect();
    if shared.is_empty() {
        return None;
    }
    let price = Price::of(evidence, with_dependents(evidence, &shared));
    let title = format!(
        "commands with another linker setting take turns with the build: each turn builds {} again",
        count(price.units.len(), "unit")
    );
    let sentence = format!(
        "Cargo's hash of the linker setting is one in {} and another one in {} of the same build directory; build scripts and \
         proc macros, which all commands share, and what needs them are built again each time",
        n_with(ours),
        n_with(theirs)
    );
    Some(Finding {
        severity: severity(evidence, price.known_s()),
        cost: price.cost(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![sentence],
        command: Some("cargo build --verbose".to_owned()),
        ..Finding::of(&DETECTOR, "linker".to_owned(), title)
    })
}

/// The same units with other features, as with and without `--package`.
fn of_features(evidence: Evidence<'_>, units: &Units<'_>) -> Option<Finding> {
    let turn = turns(units, |theirs, ours| {
        theirs.unit.features != ours.unit.features && theirs.settings.rustflags == ours.settings.rustflags
    })?;
    let title = format!(
        "commands with other features take turns with the build: they keep {} of their own",
        count(turn.theirs.len(), "unit")
    );
    let sentences = turn.differing.iter().take(NAMED).map(|(theirs, ours)| features(theirs, ours));
    let roots = format!("both are built for {}", names(&turn.roots));
    Some(Finding { evidence: sentences.chain([roots]).collect(), ..twice(evidence, "features", title, &turn.theirs) })
}

/// Units and targets that are named.
const NAMED: usize = 3;

fn names(targets: &BTreeSet<&str>) -> String {
    let shown: Vec<String> = targets.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match targets.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        n => format!("{} and {n} more", shown.join(", ")),
    }
}

/// `syn v2.0.1 is built with full for one of them, and with visit for the other`
fn features(theirs: &Unit, ours: &Unit) -> String {
    let only = |some: &[String], others: &[String]| {
        some.iter().filter(|feature| !others.contains(feature)).cloned().collect::<Vec<_>>().join(", ")
    };
    let (here, there) = (only(&ours.features, &theirs.features), only(&theirs.features, &ours.features));
    let package = &ours.package;
    match (here.is_empty(), there.is_empty()) {
        (false, false) => format!("{package} is built with {here} for one of them, and with {there} for the other"),
        _ => format!("{package} is built with {here}{there} for one of them, and without for the other"),
    }
}

/// The same units with other settings of the profile.
fn of_profile(evidence: Evidence<'_>, units: &Units<'_>) -> Option<Finding> {
    let turn = turns(units, |theirs, ours| {
        theirs.settings.profile != ours.settings.profile
            && theirs.unit.features == ours.unit.features
            && theirs.settings.rustflags == ours.settings.rustflags
            && !theirs.settings.for_host
            && !ours.settings.for_host
    })?;
    let title = format!(
        "commands with other settings of the profile take turns with the build: they keep {} of their own",
        count(turn.theirs.len(), "unit")
    );
    let own_s: f64 = turn.theirs.iter().filter_map(|unit| unit.trusted_duration_s()).sum();
    let sentence = format!(
        "profile settings or lints differ for {} ({} of unit time beside the build): `CARGO_PROFILE_…` variables, `--config`, \
         or lints in `RUSTFLAGS` of one side",
        count(turn.differing.len(), "unit"),
        seconds(own_s)
    );
    let roots = format!("both are built for {}", names(&turn.roots));
    Some(Finding { evidence: vec![sentence, roots], ..twice(evidence, "profile", title, &turn.theirs) })
}
