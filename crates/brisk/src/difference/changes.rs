//! Compares the units of two builds one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::compared::is_built;
use super::join::UnitPair;
use super::packages::{Kinship, Paired};
use super::total::Speed;
use super::{Compared, Group, Joined, Micros, SettingChange, State, UnitChange};
use crate::model::{Mode, Platform, Unit, UnitIdx};
use crate::simulate::WorkBasis;

/// What the units are compared in.
pub(super) struct Scene<'a> {
    pub(super) a: &'a Compared,
    pub(super) b: &'a Compared,
    pub(super) packages: &'a Paired,
    pub(super) joined: &'a [UnitPair],
    /// In what work is counted; `None` where it cannot be.
    pub(super) basis: Option<WorkBasis>,
    pub(super) speed: Speed,
    /// Whether seconds of the one build are seconds of the other.
    pub(super) is_work_told: bool,
    /// Whether the change of wall time is attributed.
    pub(super) is_wall_told: bool,
}

impl<'a> Scene<'a> {
    /// The builds with the times that they took, before anything is known of the machine.
    pub(super) fn as_they_were(
        a: &'a Compared,
        b: &'a Compared,
        (packages, joined): (&'a Paired, &'a [UnitPair]),
        basis: Option<WorkBasis>,
    ) -> Self {
        Self { a, b, packages, joined, basis, speed: Speed::of(None), is_work_told: false, is_wall_told: false }
    }

    /// All units of both builds, each once: those of A in their order, then those that only B has.
    pub(super) fn changes(&self) -> Vec<UnitChange> {
        let pairs: BTreeMap<UnitIdx, UnitPair> = self.joined.iter().map(|pair| (pair.0, *pair)).collect();
        let twins: BTreeSet<UnitIdx> = self.joined.iter().map(|pair| pair.1).collect();
        let same: BTreeMap<UnitIdx, UnitIdx> =
            self.joined.iter().filter(|pair| pair.2 == Joined::Hash).map(|pair| (pair.0, pair.1)).collect();
        let of_a = self.a.build.iter_units().map(|(idx, _)| match pairs.get(&idx) {
            Some(pair) => self.pair(*pair, &same),
            None => self.alone(Some(idx), None, self.packages.of_units_a[idx.index()]),
        });
        let only_b = self.b.build.iter_units().filter(|(idx, _)| !twins.contains(idx));
        let only_b = only_b.map(|(idx, _)| self.alone(None, Some(idx), self.packages.of_units_b[idx.index()]));
        of_a.chain(only_b).collect()
    }

    /// A unit that only one of the builds has, of this pair of packages.
    fn alone(&self, a: Option<UnitIdx>, b: Option<UnitIdx>, package: usize) -> UnitChange {
        let group = match self.packages.kinships[package] {
            Kinship::Same => Group::Targets,
            Kinship::Changed => Group::Version,
            Kinship::OnlyA => Group::GonePackage,
            Kinship::OnlyB => Group::NewPackage,
        };
        let state = if a.is_some() { State::Gone } else { State::New };
        self.measured(UnitChange::of(a, b, state, group))
    }

    fn pair(&self, (a, b, joined): UnitPair, same: &BTreeMap<UnitIdx, UnitIdx>) -> UnitChange {
        let (one, other) = (self.a.build.unit(a), self.b.build.unit(b));
        let only = |of: &[String], other: &[String]| -> Vec<String> {
            of.iter().filter(|feature| other.binary_search(feature).is_err()).cloned().collect()
        };
        let (features_on, features_off) = (only(&other.features, &one.features), only(&one.features, &other.features));
        let settings = self.settings(a, b);
        let is_set_otherwise = !settings.is_empty() || self.is_set_otherwise((a, b, joined), same);
        let group = match self.packages.kinships[self.packages.of_units_a[a.index()]] {
            Kinship::Changed => Group::Version,
            _ if !features_on.is_empty() || !features_off.is_empty() => Group::Features,
            _ if is_set_otherwise => Group::Settings,
            _ if is_built(one) != is_built(other) => Group::Rebuilt,
            _ => Group::Same,
        };
        let change = UnitChange::of(Some(a), Some(b), State::Same, group);
        let change = self.measured(UnitChange { joined: Some(joined), features_on, features_off, settings, ..change });
        let state = match (is_built(one), is_built(other)) {
            (false, false) => State::Unbuilt,
            (false, true) => State::Built,
            (true, false) => State::UpToDate,
            (true, true) => self.slower_or_faster(&change),
        };
        UnitChange { state, ..change }
    }

    fn slower_or_faster(&self, change: &UnitChange) -> State {
        let scaled = |work: Micros, speed: f64| Micros::of_s(work.seconds() * speed);
        match change.work_a.zip(change.work_b).filter(|_| self.is_work_told) {
            Some((a, b)) => State::of(scaled(a, self.speed.a), scaled(b, self.speed.b)),
            None => State::Unknown,
        }
    }

    /// The same with all its times.
    fn measured(&self, change: UnitChange) -> UnitChange {
        let UnitChange { a, b, .. } = change;
        let work_s = |of: &Compared, idx: Option<UnitIdx>| match (idx, self.basis) {
            (Some(idx), Some(basis)) => of.work_s(idx, basis),
            (None, Some(_)) => Some(0.0),
            (_, None) => None,
        };
        let (a_s, b_s) = (work_s(self.a, a), work_s(self.b, b));
        let share_s = |of: &Compared, idx: Option<UnitIdx>| match idx {
            Some(idx) => of.wall_shares.as_ref().map(|shares| shares.of_units[idx.index()]),
            None => Some(0.0),
        };
        let shares = share_s(self.a, a).zip(share_s(self.b, b)).filter(|_| self.is_wall_told);
        let on_path = |of: &Compared, idx: Option<UnitIdx>| of.on_path_s(idx?).map(Micros::of_s);
        UnitChange {
            work_a: a_s.filter(|_| a.is_some()).map(Micros::of_s),
            work_b: b_s.filter(|_| b.is_some()).map(Micros::of_s),
            work: a_s.zip(b_s).map_or(Micros::ZERO, |(a_s, b_s)| self.speed.change(a_s, b_s)),
            wall: shares.map(|(a_s, b_s)| self.speed.change(a_s, b_s)),
            on_path_a: on_path(self.a, a),
            on_path_b: on_path(self.b, b),
            ..change
        }
    }

    /// In what the calls of rustc for a unit are known to differ, and the place that it is built for, and the profile.
    fn settings(&self, a: UnitIdx, b: UnitIdx) -> Vec<SettingChange> {
        let (one, other) = (self.a.build.unit(a), self.b.build.unit(b));
        let mut settings = Vec::new();
        let mut add = |name: &str, a: Option<&str>, b: Option<&str>| {
            if a != b {
                let [a, b] = [a, b].map(|value| value.map(str::to_owned));
                settings.push(SettingChange { name: name.to_owned(), a, b });
            }
        };
        if let (Some(a), Some(b)) = (&one.profile_dir, &other.profile_dir) {
            add("profile", Some(a), Some(b));
        }
        add("target", triple(one), triple(other));
        add("mode", Some(one.mode.as_str()), Some(other.mode.as_str()));
        let compilers = self.a.build.machine.rustc.as_deref().zip(self.b.build.machine.rustc.as_deref());
        if let Some((a, b)) = compilers.filter(|_| one.mode != Mode::RunBuildScript) {
            add("rustc", Some(a), Some(b));
        }
        let flags = |of: &Compared, unit: &Unit| unit.hash.and_then(|hash| of.flags.get(&hash).cloned());
        if let Some((a, b)) = flags(self.a, one).zip(flags(self.b, other)) {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                add(name, a.get(name).map(String::as_str), b.get(name).map(String::as_str));
            }
        }
        settings
    }

    /// Whether a unit must have other settings, though nobody knows which: Cargo's hash is another one, and all that it
    /// needs is the same (`compute_metadata` in Cargo's `core/compiler/build_runner/compilation_files.rs`).
    fn is_set_otherwise(&self, (a, b, joined): UnitPair, same: &BTreeMap<UnitIdx, UnitIdx>) -> bool {
        let (one, other) = (self.a.build.unit(a), self.b.build.unit(b));
        let are_told = [self.a, self.b].into_iter().all(|it| it.build.source.tells_all_edges());
        let is_another = one.hash.zip(other.hash).is_some_and(|(one, other)| one != other);
        let (needed_a, needed_b) = (self.a.graph.dependencies(a), self.b.graph.dependencies(b));
        let twins: Option<BTreeSet<UnitIdx>> = needed_a.iter().map(|needed| same.get(needed).copied()).collect();
        joined == Joined::Key
            && are_told
            && is_another
            && twins.is_some_and(|twins| twins.into_iter().eq(needed_b.iter().copied()))
            && !self.knows_flags(one, other)
    }

    /// Whether it is known how rustc was called for both.
    fn knows_flags(&self, one: &Unit, other: &Unit) -> bool {
        let is_known = |of: &Compared, unit: &Unit| unit.hash.is_some_and(|hash| of.flags.contains_key(&hash));
        is_known(self.a, one) && is_known(self.b, other)
    }
}

fn triple(unit: &Unit) -> Option<&str> {
    match &unit.platform {
        Platform::Host => None,
        Platform::Triple(triple) => Some(triple),
    }
}

impl UnitChange {
    /// One of which no more is known yet.
    fn of(a: Option<UnitIdx>, b: Option<UnitIdx>, state: State, group: Group) -> Self {
        Self {
            a,
            b,
            joined: None,
            state,
            group,
            work_a: None,
            work_b: None,
            work: Micros::ZERO,
            wall: None,
            on_path_a: None,
            on_path_b: None,
            features_on: Vec::new(),
            features_off: Vec::new(),
            settings: Vec::new(),
        }
    }
}
