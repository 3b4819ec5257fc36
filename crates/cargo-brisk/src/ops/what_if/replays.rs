//! What rustc itself says of other flags.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use brisk::model::{Mode, Phase, TargetKind, Unit, UnitIdx};
use brisk::simulate::what_if::{Base, Factor, Factors, Hypothesis, PackageSpec, Planned, ProfileSetting, Scope};
use brisk::simulate::{Match, PhaseFactors, Transfer};
use brisk_store::run_file::Run;
use brisk_store::store::RunStore;

use super::flags;
use crate::capture::replay::{Edit, FlagChange};
use crate::error::Result;
use crate::ops::replay::{ReplayProgress, ReplayRequest, Replayed, replay};
use crate::ops::variants::{Baseline, Variants};

/// Standard error of a change where the sample is too small to tell it, as a share of the change.
const UNTOLD_ERROR: f64 = 0.25;
/// How far crates answer to the same flag apart, as a share of their CPU time: code generation in 16 parts instead of one made
/// the back ends of large crates 1.3 times and those of small ones 1.6 times as dear (`docs/measurements.md`, "Predictions").
const SCATTER: f64 = 0.15;
/// Less than this share of the affected CPU time replayed is worth a word.
const LITTLE: f64 = 0.25;

/// What is needed to replay.
pub(super) struct Replays<'a> {
    pub(super) base: Base<'a>,
    pub(super) store: &'a RunStore,
    pub(super) run: &'a Run,
    pub(super) cache_dir: &'a Path,
    /// For all changes together.
    pub(super) budget: Duration,
}

/// What Cargo has said and can be asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// What it would build.
    pub(super) planned: &'a [Planned],
    /// Whom to ask, and what it builds as things are.
    pub(super) cargo: Option<(&'a Variants<'a>, &'a Baseline)>,
}

/// A change of flags, and the units it is about.
struct Wanted {
    hypothesis: Hypothesis,
    units: Vec<UnitIdx>,
    change: FlagChange,
}

impl Replays<'_> {
    /// What each hypothesis that changes flags or features does to the costs of units.
    pub(super) fn factors(
        &self,
        hypotheses: &[Hypothesis],
        asked: Asked<'_>,
        progress: &dyn Fn(ReplayProgress),
    ) -> Result<Vec<(Hypothesis, Factors)>> {
        let mut wanted = Vec::new();
        for hypothesis in hypotheses {
            wanted.extend(self.wanted(hypothesis, asked)?);
        }
        let n_changes = u32::try_from(wanted.len().max(1)).unwrap_or(u32::MAX);
        let budget = self.budget / n_changes;
        let factors = wanted.into_iter().map(|wanted| {
            let request = ReplayRequest {
                store: self.store,
                run: self.run,
                units: &wanted.units,
                change: &wanted.change,
                budget,
                cache_dir: self.cache_dir,
            };
            let replayed = replay(&request, progress)?;
            Ok((wanted.hypothesis, self.factors_of(&replayed, &wanted.change)))
        });
        factors.collect()
    }

    fn wanted(&self, hypothesis: &Hypothesis, asked: Asked<'_>) -> Result<Vec<Wanted>> {
        let one = |units: Vec<UnitIdx>, edit: Edit| {
            let change = FlagChange { edits: vec![edit] };
            vec![Wanted { hypothesis: hypothesis.clone(), units, change }]
        };
        Ok(match hypothesis {
            Hypothesis::Profile(setting) => {
                let edit = flags::edit_of(setting)?;
                // Where Cargo would set nothing else than now, what was recorded may still be otherwise: the manifest may
                // have been changed since.
                let by_cargo = asked.cargo.and_then(|cargo| self.set_by_cargo(setting, cargo));
                let units = by_cargo.filter(|units| !units.is_empty()).unwrap_or_else(|| self.units_of(setting));
                one(units, edit)
            }
            Hypothesis::Linker(linker) => {
                let links = |unit: &Unit| unit.links();
                one(self.units_that(links), linker_edit(linker))
            }
            Hypothesis::Features(dependency, _) => self.trimmed(hypothesis, &dependency.package, asked.planned),
            _ => Vec::new(),
        })
    }

    /// The units whose profile Cargo itself would change.
    fn set_by_cargo(&self, setting: &ProfileSetting, cargo: (&Variants<'_>, &Baseline)) -> Option<Vec<UnitIdx>> {
        let (variants, now) = cargo;
        let then = variants.unit_graph(&now.command, &[flags::manifest_edit(setting)]).ok()?;
        let transfer = Transfer::of(self.base.build, &then);
        let mut profiles_now = vec![None; self.base.build.units.len()];
        for (found, unit) in now.transfer.matches.iter().zip(&now.graph.units) {
            if let Match::Same(idx) = found {
                profiles_now[idx.index()] = Some(&unit.profile);
            }
        }
        let changed = transfer.matches.iter().zip(&then.units).filter_map(|(found, unit)| match found {
            Match::Same(idx) if profiles_now[idx.index()] != Some(&unit.profile) => Some(*idx),
            _ => None,
        });
        Some(changed.collect::<BTreeSet<UnitIdx>>().into_iter().collect())
    }

    /// The same by the rules of Cargo's `core/profiles.rs`, where Cargo could not be asked.
    fn units_of(&self, setting: &ProfileSetting) -> Vec<UnitIdx> {
        let of_host = |idx: UnitIdx| {
            let unit = self.base.build.unit(idx);
            unit.target.kind == TargetKind::ProcMacro
                || unit.target.kind == TargetKind::BuildScript && unit.mode != Mode::RunBuildScript
        };
        let for_host = self.base.graph.for_host(&self.base.graph.roots(), of_host);
        let is_meant = |(idx, unit): &(UnitIdx, &Unit)| match &setting.scope {
            Scope::All => !for_host[idx.index()],
            Scope::BuildOverride => for_host[idx.index()],
            Scope::Dependencies => unit.package.source != brisk::model::PackageSource::Member,
            Scope::Package(package) => package.matches(&unit.package.name, unit.package.version.as_deref()),
        };
        self.base.build.iter_units().filter(is_meant).map(|(idx, _)| idx).collect()
    }

    fn units_that(&self, is_meant: impl Fn(&Unit) -> bool) -> Vec<UnitIdx> {
        self.base.build.iter_units().filter(|(_, unit)| is_meant(unit)).map(|(idx, _)| idx).collect()
    }

    /// The library units of the package, each with the features that Cargo plans for it.
    fn trimmed(&self, hypothesis: &Hypothesis, package: &PackageSpec, planned: &[Planned]) -> Vec<Wanted> {
        let Some(plan) = planned.iter().find(|plan| plan.hypotheses.contains(hypothesis)) else { return Vec::new() };
        let transfer = Transfer::of(self.base.build, &plan.graph);
        let mut wanted: Vec<Wanted> = Vec::new();
        for (found, unit) in transfer.matches.iter().zip(&plan.graph.units) {
            if let Match::OtherFeatures(idx) = found
                && package.matches(&unit.package.name, unit.package.version.as_deref())
                && unit.mode != Mode::RunBuildScript
                && unit.target.kind != TargetKind::BuildScript
            {
                let change = FlagChange { edits: vec![Edit::Features(unit.features.clone())] };
                wanted.push(Wanted { hypothesis: hypothesis.clone(), units: vec![*idx], change });
            }
        }
        wanted
    }

    fn factors_of(&self, replayed: &Replayed, change: &FlagChange) -> Factors {
        let Some(extrapolation) = &replayed.extrapolation else { return self.untried(replayed, change) };
        let codegen_units = change.edits.iter().find_map(|edit| match edit {
            Edit::CodegenUnits(n) => Some(*n),
            _ => None,
        });
        let factor = |(unit, factors): &(UnitIdx, PhaseFactors)| self.factor(*unit, factors, codegen_units);
        let untold_s = UNTOLD_ERROR * extrapolation.change_cpu_s.abs();
        let mut caveats = Vec::new();
        if extrapolation.replayed_share < LITTLE {
            let percent = (extrapolation.replayed_share * 100.0).round();
            caveats.push(format!(
                "only {percent} % of the CPU time that it changes was compiled again; a larger `--budget` narrows the range"
            ));
        }
        caveats.extend(skipped(replayed));
        Factors {
            of_units: extrapolation.factors.iter().map(factor).collect(),
            standard_error_s: extrapolation.standard_error_s.unwrap_or(untold_s).hypot(self.unseen_s(replayed, change)),
            share_replayed: extrapolation.replayed_share,
            caveats,
        }
    }

    /// What is known where nothing was compiled again: that nothing changes, or nothing at all.
    fn untried(&self, replayed: &Replayed, change: &FlagChange) -> Factors {
        let caveat = match replayed.affected.is_empty() {
            true => "no unit is compiled with other flags than now",
            false => {
                "nothing that it changes was compiled again: what it is worth is not known; a larger `--budget` may tell"
            }
        };
        let caveats = [caveat.to_owned()].into_iter().chain(skipped(replayed)).collect();
        Factors { standard_error_s: self.unseen_s(replayed, change), caveats, ..Factors::default() }
    }

    /// Standard error of what was not compiled again, CPU seconds: as crates answer to a flag by [`SCATTER`], the fewer were
    /// tried, the less is known of the others.
    fn unseen_s(&self, replayed: &Replayed, change: &FlagChange) -> f64 {
        let tried: BTreeSet<UnitIdx> = replayed.units.iter().map(|unit| unit.unit).collect();
        let unseen = replayed.affected.iter().filter(|unit| !tried.contains(unit));
        let unseen_s: f64 = unseen.map(|&unit| cpu_in(self.base.build.unit(unit), change.phases())).sum();
        SCATTER * unseen_s / (tried.len().max(1) as f64).sqrt()
    }

    /// By phase where the recording knows the unit's phases, else the same for all.
    fn factor(&self, unit: UnitIdx, factors: &PhaseFactors, codegen_units: Option<u32>) -> Factor {
        let phases = self.base.build.unit(unit).phase_cpu;
        match phases.front_s.is_some() && phases.back_s.is_some() {
            true => Factor {
                unit,
                front: factors.front,
                back: factors.back,
                link: factors.link.unwrap_or(factors.whole),
                codegen_units,
            },
            false => Factor { unit, front: factors.whole, back: factors.whole, link: factors.whole, codegen_units },
        }
    }
}

/// How many units could not be compiled again, and why the first of them.
fn skipped(replayed: &Replayed) -> Option<String> {
    let why = replayed.skipped.iter().map(|skipped| skipped.why.as_str()).min()?;
    let n = replayed.skipped.len();
    let units = if n == 1 { "1 unit was".to_owned() } else { format!("{n} units were") };
    Some(format!("{units} not compiled again: {why}"))
}

/// CPU seconds of the unit in these phases; in all of them where they are not known.
fn cpu_in(unit: &Unit, phases: &[Phase]) -> f64 {
    let all_s = unit.cpu.map_or(0.0, |cpu| cpu.total_s());
    let of_phase = |phase: &Phase| match phase {
        Phase::Front => unit.phase_cpu.front_s,
        Phase::Back => unit.phase_cpu.back_s,
        Phase::Link => unit.phase_cpu.link_s.or(Some(0.0)),
        Phase::Script => Some(0.0),
    };
    phases.iter().map(of_phase).sum::<Option<f64>>().unwrap_or(all_s).min(all_s)
}

/// What `-C link-arg=-fuse-ld` names, or the program that links.
fn linker_edit(name: &str) -> Edit {
    let program = Path::new(name).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_driver = ["cc", "gcc", "clang", "c++", "g++"]
        .iter()
        .any(|driver| program == *driver || program.starts_with(&format!("{driver}-")));
    if is_driver { Edit::Linker(name.to_owned()) } else { Edit::FuseLd(name.trim_start_matches("ld.").to_owned()) }
}
