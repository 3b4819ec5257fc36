//! A hypothesis, applied to a build.

use crate::model::{Cut, Edge, Replacements, UnitIdx, Wait};
use crate::simulate::{Host, Task, Workload};

use super::base::{Base, Impossible};
use super::cuts::Cuts;
use super::planned::PlannedWork;
use super::reshaped::{self, DRAWS, INCREMENTAL, Parts};
use super::{Factors, Hypothesis, PackageSpec, Planned, Range, RecordedEdit};

/// Share of a front or back end that a feature's code may be, where nobody ran rustc without it: anything from nothing to
/// what all features together are.
const UNSEEN_FEATURES: f64 = 0.5;

/// Everything that is supposed at once, with what was learned of it beside the build.
#[derive(Clone, Debug, Default)]
pub struct Supposition {
    /// The changes.
    pub hypotheses: Vec<Hypothesis>,
    /// Edges that go, as the cure of a finding takes them out.
    pub cuts: Vec<Cut>,
    /// What Cargo plans after changes of manifests, where it was asked: for all of them together, and for some alone.
    pub planned: Vec<Planned>,
    /// Rebuilds after an edit that are on record.
    pub edits: Vec<RecordedEdit>,
    /// What replays told of changes that edges do not tell, and of which of them.
    pub factors: Vec<(Hypothesis, Factors)>,
}

impl Supposition {
    /// These changes alone.
    pub fn of(hypotheses: Vec<Hypothesis>) -> Self {
        Self { hypotheses, ..Self::default() }
    }

    /// The same with this one of its changes alone, in the same setting.
    #[must_use]
    pub fn only(&self, hypothesis: &Hypothesis) -> Self {
        let factors = self.factors.iter().filter(|(of, _)| of == hypothesis).cloned().collect();
        let belongs =
            |it: &&Hypothesis| it.is_setting() || it.is_of_host() && hypothesis.is_of_host() || *it == hypothesis;
        let hypotheses = self.hypotheses.iter().filter(belongs).cloned().collect();
        Self { hypotheses, cuts: Vec::new(), planned: self.planned.clone(), edits: self.edits.clone(), factors }
    }

    /// What Cargo plans after exactly those of its changes that are about manifests.
    fn plan(&self) -> Option<&Planned> {
        let of_manifests: Vec<&Hypothesis> = self.hypotheses.iter().filter(|it| it.is_of_manifests()).collect();
        let is_of = |plan: &&Planned| plan.hypotheses.iter().collect::<Vec<_>>() == of_manifests;
        self.planned.iter().find(|plan| !of_manifests.is_empty() && is_of(plan))
    }

    /// Those of its changes that a rebuild is about, not what is built: the same holds without the others.
    pub(super) fn setting(&self) -> Self {
        let hypotheses = self.hypotheses.iter().filter(|it| it.is_setting()).cloned().collect();
        Self { hypotheses, edits: self.edits.clone(), ..Self::default() }
    }

    /// Whether it is about a rebuild.
    pub(super) fn has_setting(&self) -> bool {
        self.hypotheses.iter().any(Hypothesis::is_setting)
    }

    /// Whether nothing else changes.
    pub(super) fn is_setting_only(&self) -> bool {
        self.hypotheses.iter().all(Hypothesis::is_setting) && self.cuts.is_empty() && self.factors.is_empty()
    }
}

/// A build as it would be.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The work: as it most likely would be, and as it might be otherwise. Never empty.
    pub workloads: Vec<Workload>,
    /// Where it runs.
    pub host: Host,
    /// Units that are no longer built, ascending.
    pub removed: Vec<UnitIdx>,
    /// What is built beside the units of the build, in the order of the tasks behind theirs.
    pub added: Vec<String>,
    /// CPU seconds by which the change may be off, as half of an interval that nine of ten measurements lie in.
    pub doubt_s: f64,
    /// Whether rustc was run again for it.
    pub replayed: bool,
    /// What has to be said of it.
    pub caveats: Vec<String>,
}

impl Variant {
    /// `base`, whose work is `workload` on `host`, under `supposition`.
    ///
    /// # Errors
    ///
    /// If a name is not known, or there is nothing to change.
    pub fn of(base: Base<'_>, workload: &Workload, host: Host, supposition: &Supposition) -> Result<Self, Impossible> {
        let mut variant = Self::with_cuts(base, workload, host, supposition)?;
        // Settings first: each of their ways then comes in all ways of the rest.
        let (settings, rest): (Vec<_>, Vec<_>) = supposition.hypotheses.iter().partition(|it| it.is_setting());
        for hypothesis in settings.into_iter().chain(rest) {
            variant.reshape(base, hypothesis, supposition)?;
        }
        for (_, factors) in &supposition.factors {
            variant.take(factors);
        }
        Ok(variant)
    }

    /// With the units that are left: as Cargo plans it where it was asked, else by the edges that go.
    fn with_cuts(
        base: Base<'_>,
        workload: &Workload,
        host: Host,
        supposition: &Supposition,
    ) -> Result<Self, Impossible> {
        let plan = supposition.plan();
        let mut all = Cuts { cuts: supposition.cuts.clone(), ..Cuts::default() };
        for hypothesis in &supposition.hypotheses {
            let more = Cuts::of(base, hypothesis)?;
            // Where there is a plan, the units that go are in it.
            if plan.is_none() || !hypothesis.is_of_manifests() {
                all.cuts.extend(more.cuts);
            }
            all.caveats.extend(more.caveats);
            all.trimmed.extend(more.trimmed);
        }
        let work = plan.map_or_else(|| PlannedWork::unchanged(workload), |plan| plan.work(base, workload));
        let PlannedWork { workload, removed, added, doubt_s, caveats } = work;
        let mut variant = Self { workloads: vec![workload], host, removed, added, doubt_s, replayed: false, caveats };
        if !all.cuts.is_empty() {
            let (workload, removed) = without(base, &variant.workloads[0], &all.cuts);
            variant.workloads = vec![workload];
            variant.removed.extend(removed);
            variant.removed.sort_unstable();
            variant.removed.dedup();
        }
        variant.caveats.splice(0..0, all.caveats);
        let replayed =
            |unit: UnitIdx| supposition.factors.iter().any(|(_, it)| it.of_units.iter().any(|of| of.unit == unit));
        for trimmed in all.trimmed.iter().filter(|trimmed| !replayed(trimmed.unit)) {
            variant.trim(trimmed.unit, trimmed.kept);
        }
        Ok(variant)
    }

    /// Less features, and rustc was not asked: their code may be anything from nothing to their share.
    fn trim(&mut self, unit: UnitIdx, kept: f64) {
        let most = (1.0 - kept) * UNSEEN_FEATURES;
        for workload in &mut self.workloads {
            let task = &mut workload.tasks[unit.index()];
            self.doubt_s = self.doubt_s.hypot(task.cpu_s() * most);
            *task =
                Task { front: task.front.times(1.0 - most / 2.0), back: task.back.times(1.0 - most / 2.0), ..*task };
        }
        let caveat = "what the package itself takes with less features was not tried";
        if !self.caveats.iter().any(|known| known == caveat) {
            self.caveats.push(caveat.to_owned());
        }
    }

    fn reshape(
        &mut self,
        base: Base<'_>,
        hypothesis: &Hypothesis,
        supposition: &Supposition,
    ) -> Result<(), Impossible> {
        match hypothesis {
            Hypothesis::Free(package) => self.each(|workload| reshaped::free(base, workload, package))?,
            Hypothesis::WarmDependencies => self.each(|workload| {
                reshaped::warm_dependencies(base, workload);
                Ok(())
            })?,
            Hypothesis::Split(package, n_parts) => {
                self.branch(&[Parts::Apart, Parts::Chained], |workload, parts| {
                    reshaped::split(base, workload, package, *n_parts, *parts)
                })?;
                let n_places = base.build.units.len() + self.added.len();
                let n_parts = self.workloads[0].tasks.len().saturating_sub(n_places);
                self.added.extend((0..n_parts).map(|n| format!("{package}, part {}", n + 2)));
                self.caveats.push(
                    "the parts are taken to be equal, and each to take at least what the smallest crates take; nobody knows \
                     how they would need each other: the range goes from not at all to one after the other"
                        .to_owned(),
                );
            }
            Hypothesis::Touch(package) => {
                let recorded = supposition.edits.iter().find(|edit| edit.package == *package);
                self.touch(base, package, recorded)?;
            }
            Hypothesis::CacheHit(share) => {
                let draws: Vec<u32> = (0..DRAWS).collect();
                self.branch(&draws, |workload, draw| {
                    reshaped::cache_hits(base, workload, *share, *draw);
                    Ok(())
                })?;
                self.caveats.push("a hit is taken to cost what rustc takes up to macro expansion, and fetching nothing; only libraries are cached, and incremental compilation must be off".to_owned());
            }
            // Where both are named, both are as they are named.
            Hypothesis::Jobs(n) => {
                let named = supposition.hypotheses.iter().any(|it| matches!(it, Hypothesis::Processors(_)));
                let processors = if named { self.host.processors } else { self.host.processors.max(*n) };
                self.host = Host { jobs: *n, processors, ..self.host };
            }
            Hypothesis::Processors(n) => {
                let named = supposition.hypotheses.iter().any(|it| matches!(it, Hypothesis::Jobs(_)));
                let jobs = if named { self.host.jobs } else { self.host.jobs.max(*n) };
                self.host = Host { processors: *n, jobs, ..self.host };
            }
            Hypothesis::Remove(_)
            | Hypothesis::Optional(_)
            | Hypothesis::Require(..)
            | Hypothesis::Unify(_)
            | Hypothesis::Features(..)
            | Hypothesis::Cut(..) => {}
            // What flags do is known by replays only.
            Hypothesis::Profile(_) | Hypothesis::Linker(_) => {}
        }
        Ok(())
    }

    /// As the rebuild was recorded, else as a share of what a build from scratch takes.
    fn touch(
        &mut self,
        base: Base<'_>,
        package: &PackageSpec,
        recorded: Option<&RecordedEdit>,
    ) -> Result<(), Impossible> {
        if let Some(recorded) = recorded {
            self.caveats.push("the rebuild after such an edit is taken from one that was recorded".to_owned());
            return self.each(|workload| {
                reshaped::touch_as_recorded(workload, recorded);
                Ok(())
            });
        }
        let Range { low, mid, high } = INCREMENTAL;
        let caveat = format!(
            "no rebuild after such an edit was recorded: taken from a build from scratch, of which incremental compilation was \
             seen to take {low} to {high}"
        );
        self.caveats.push(caveat);
        self.branch(&[mid, low, high], |workload, share| reshaped::touch(base, workload, package, *share))
    }

    fn take(&mut self, factors: &Factors) {
        for workload in &mut self.workloads {
            for factor in &factors.of_units {
                if let Some(task) = workload.tasks.get_mut(factor.unit.index()) {
                    *task = factor.applied(*task);
                }
            }
        }
        // 1.645: nine of ten of a normal distribution.
        self.doubt_s = self.doubt_s.hypot(1.645 * factors.standard_error_s);
        self.replayed = true;
        self.caveats.extend(factors.caveats.iter().cloned());
    }

    fn each(&mut self, change: impl Fn(&mut Workload) -> Result<(), Impossible>) -> Result<(), Impossible> {
        self.workloads.iter_mut().try_for_each(change)
    }

    /// Every workload in each of these ways.
    fn branch<W>(
        &mut self,
        ways: &[W],
        change: impl Fn(&mut Workload, &W) -> Result<(), Impossible>,
    ) -> Result<(), Impossible> {
        let mut branched = Vec::with_capacity(self.workloads.len() * ways.len());
        for workload in &self.workloads {
            for way in ways {
                let mut workload = workload.clone();
                change(&mut workload, way)?;
                branched.push(workload);
            }
        }
        self.workloads = branched;
        Ok(())
    }
}

/// The work without these edges, and the units that are no longer built.
fn without(base: Base<'_>, workload: &Workload, cuts: &[Cut]) -> (Workload, Vec<UnitIdx>) {
    let removed = base.graph.vanishing(cuts);
    let mut tasks = workload.tasks.clone();
    let mut gone = vec![false; tasks.len()];
    for unit in &removed {
        gone[unit.index()] = true;
        tasks[unit.index()] = Task { needs: tasks[unit.index()].needs, ..Task::default() };
    }
    let replacements = Replacements::of(cuts);
    let mut waits = Vec::with_capacity(workload.waits.len());
    for &(edge, wait) in workload.waits.iter().filter(|(edge, _)| !gone[edge.dependent.index()]) {
        match replacements.instead_of(edge) {
            None => waits.push((edge, wait)),
            Some(Some(instead)) if instead != edge.dependent => {
                let wait = Wait::of(base.unit(edge.dependent), base.unit(instead));
                waits.push((Edge { dependency: instead, ..edge }, wait));
            }
            Some(_) => {}
        }
    }
    (Workload { tasks, waits, dispatch: workload.dispatch }, removed)
}
