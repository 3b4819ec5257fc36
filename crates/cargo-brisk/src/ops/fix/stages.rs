//! Tries fixes, a stage after the other.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use brisk::plan::{Fix, Health, Outcome, Stage, StageOutcome, Status, Tried, Validation};
use brisk::proof::{Proof, Start};
use brisk::stats::{Metric, Rule, Verdict};

use super::budget::Budget;
use super::cures::{Undo, carry_out};
use super::health::Checks;
use super::land::Landing;
use super::predicted::predicted;
use super::trim::searched;
use super::trim_checks::{Words, compile_alone};
use super::validator::Validator;
use super::{FixOptions, Planned, guards, joint};
use crate::apply;
use crate::error::{Error, Result};
use crate::experiment::{Enough, Preparation, Progress, Protocol, Trial, WarmUp};
use crate::ops::prove;
use crate::ops::staging::{Side, SideSpec, does_not_build};

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The workspace is looked at as it is.
    Baseline,
    /// A fix is tried.
    Trying(String),
    /// So many sets of features were tried for the fix that is tried.
    Searched(usize),
    /// The tests are run with all of a stage.
    Testing(Stage),
    /// A trial begins.
    Timing(Timed),
    /// So many pairs of its builds are done.
    Timed(usize),
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timed {
    /// What is left of a stage.
    Stage(Stage),
    /// Everything that is kept.
    AllKept,
    /// The same, built for release.
    Release,
}

/// Tries all of the plan; `seen` is told how far it is.
///
/// # Errors
///
/// If the workspace as it is cannot be looked at, or a copy cannot be made. What a fix breaks is part of the outcome.
pub(crate) fn try_out<'a>(planned: &'a Planned, options: &FixOptions, seen: &dyn Fn(Step)) -> Result<Trials<'a>> {
    let target_dir = planned.dir.path.join("v").into_std_path_buf();
    let checks = Checks { interrupt: &planned.dir.interrupt, target_dir: &target_dir };
    seen(Step::Baseline);
    let validator = Validator::of(&checks, &planned.base, &options.checks).map_err(|error| not_run(&error))?;
    let n_timed = Stage::ALL.iter().filter(|stage| stage.is_timed() && planned.has(**stage)).count();
    let mut trials = Trials::new(planned, &validator, Budget::of(options.budget, n_timed + joint::most(planned)));
    for stage in Stage::ALL.into_iter().filter(|stage| planned.has(*stage)) {
        trials.stage(stage, options, &validator, seen)?;
    }
    trials.joint(options, seen)?;
    Ok(trials)
}

fn not_run(error: &std::io::Error) -> Error {
    Error::could_not_measure("Cargo could not be run in a copy").because(error)
}

/// What was tried so far.
pub(crate) struct Trials<'a> {
    pub(super) planned: &'a Planned,
    budget: Budget,
    /// The files after each fix that is kept, in the order in which they were tried.
    pub(super) landings: Vec<Landing>,
    /// The files that differ from the workspace with everything that is kept, by where the user has them; `None` is no file.
    pub(super) files: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// What has to compile beside everything together: members by themselves, whose features were narrowed.
    further: Vec<Words>,
    /// The copy with everything that is kept; none while that is nothing.
    pub(super) last: Option<Side>,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

impl<'a> Trials<'a> {
    fn new(planned: &'a Planned, validator: &Validator<'_>, budget: Budget) -> Self {
        let nothing = Outcome::nothing(&planned.useless);
        let outcome = Outcome { health: validator.baseline.clone(), problems: validator.problems(), ..nothing };
        Self { planned, budget, landings: Vec::new(), files: BTreeMap::new(), further: Vec::new(), last: None, outcome }
    }

    /// Tries all fixes of a stage on top of what is kept, and keeps them if together they are faster.
    fn stage(
        &mut self,
        stage: Stage,
        options: &FixOptions,
        validator: &Validator<'_>,
        seen: &dyn Fn(Step),
    ) -> Result<()> {
        let fixes: Vec<&Fix> = self.planned.fixes.iter().filter(|fix| fix.stage == stage).collect();
        let (mut tried, mut landings) = (Vec::new(), Vec::new());
        let mut next = self.staged(stage, options)?;
        let mut changed = Undo::default();
        for &fix in &fixes {
            let attempt = Attempt { fix, side: &next, validator, seen };
            tried.push(attempt.made(&mut changed, &mut self.further)?);
            landings.push(Landing::of(fix, &next, &changed));
        }
        if tried.iter().any(|tried| tried.is_kept()) {
            seen(Step::Testing(stage));
            let (health, validation) = self.health(&next, validator)?;
            if health.worse_than(&self.outcome.health).is_some() {
                // Somebody is to blame: everything once more, with the tests after each.
                next = self.staged(stage, options)?;
                (changed, landings) = (Undo::default(), Vec::new());
                for tried in tried.iter_mut().filter(|tried| tried.is_kept()) {
                    seen(Step::Trying(tried.fix.key.clone()));
                    self.try_with_tests(tried, &next, validator, &mut changed)?;
                    landings.push(Landing::of(&tried.fix, &next, &changed));
                }
            } else {
                for tried in tried.iter_mut().filter(|tried| tried.is_kept()) {
                    tried.validation.extend(validation.iter().cloned());
                }
            }
        }
        let is_any_left = tried.iter().any(|tried| tried.is_kept());
        let left: Vec<&Fix> = tried.iter().filter(|tried| tried.is_kept()).map(|tried| &tried.fix).collect();
        let is_timed = is_any_left && stage.is_timed();
        let proof = if is_timed { Some(self.timed(&left, &next, options, seen)?) } else { None };
        let is_kept = is_any_left && proof.as_ref().is_none_or(Proof::pays);
        settle(&mut tried, proof.as_ref());
        let is_kept_now = |landing: &Landing| tried.iter().any(|tried| tried.fix.key == landing.key && tried.is_kept());
        self.landings.extend(landings.into_iter().filter(is_kept_now));
        self.outcome.tried.extend(tried);
        self.outcome.stages.push(StageOutcome { stage, proof });
        if is_kept {
            self.keep(&next, &changed);
            self.last = Some(next);
        }
        Ok(())
    }

    /// A copy with everything that is kept.
    fn staged(&self, stage: Stage, options: &FixOptions) -> Result<Side> {
        // Names of one length: paths are part of what rustc writes.
        let number = Stage::ALL.iter().position(|known| *known == stage).unwrap_or(0);
        let name = ["b", "c", "d", "e", "f"][number];
        let dir = self.planned.dir.path.join(name);
        if dir.exists() {
            fs_err::remove_dir_all(&dir).map_err(|error| not_run(&error))?;
        }
        let side = Side::stage(&SideSpec::here(), &options.workspace, &options.command, &dir)?;
        for (path, bytes) in &self.files {
            let place = side.copy.place_of(path);
            let written = match bytes {
                Some(bytes) => {
                    fs_err::create_dir_all(place.parent().unwrap_or(&place)).and_then(|()| fs_err::write(&place, bytes))
                }
                None => fs_err::remove_file(place),
            };
            written.map_err(|error| not_run(&error))?;
        }
        Ok(side)
    }

    /// What fails with everything together, and whether members by themselves compile that did before.
    fn health(&self, side: &Side, validator: &Validator<'_>) -> Result<(Health, Vec<Validation>)> {
        let (mut health, mut validation) = validator.health(side).map_err(|error| not_run(&error))?;
        if health.compiles {
            let alone = compile_alone(validator.checks, side, &self.further).map_err(|error| not_run(&error))?;
            health.compiles = alone.iter().all(|validation| validation.is_fine);
            validation.extend(alone);
        }
        Ok((health, validation))
    }

    /// One fix with all tests after it.
    fn try_with_tests(
        &self,
        tried: &mut Tried,
        side: &Side,
        validator: &Validator<'_>,
        changed: &mut Undo,
    ) -> Result<()> {
        let mut undo = Undo::default();
        if let Err(why) = carry_out(side, &tried.fix.cure, validator.checks, &mut undo) {
            (tried.status, tried.reason) = (Status::Skipped, Some(why));
            return undo.put_back().map_err(|error| not_run(&error));
        }
        let (health, validation) = self.health(side, validator)?;
        tried.validation = validation;
        match health.worse_than(&self.outcome.health) {
            None => changed.also(undo),
            Some(why) => {
                let is_compiled = health.compiles || !self.outcome.health.compiles;
                tried.status = if is_compiled { Status::DroppedBrokeTests } else { Status::DroppedBrokeBuild };
                tried.reason = Some(why);
                undo.put_back().map_err(|error| not_run(&error))?;
            }
        }
        Ok(())
    }

    /// What is left of a stage against what was there before.
    fn timed(&self, fixes: &[&Fix], next: &Side, options: &FixOptions, seen: &dyn Fn(Step)) -> Result<Proof> {
        let timed = fixes.first().map_or(Timed::AllKept, |fix| Timed::Stage(fix.stage));
        let before = self.last.as_ref().unwrap_or(&self.planned.base);
        let kept: Vec<&Fix> = self.kept_in_build().collect();
        let predicted = predicted(self.planned, &options.workspace, &kept, fixes);
        let proof = self.compared(before, next, timed, seen)?;
        Ok(Proof { predicted, ..proof })
    }

    /// What is kept so far and may change builds.
    pub(super) fn kept_in_build(&self) -> impl Iterator<Item = &Fix> {
        self.outcome.kept().map(|tried| &tried.fix).filter(|fix| fix.stage.is_timed())
    }

    /// Builds of both from nothing, by turns.
    pub(super) fn compared(&self, a: &Side, b: &Side, timed: Timed, seen: &dyn Fn(Step)) -> Result<Proof> {
        seen(Step::Timing(timed));
        // What all that is kept brings is to be told as well as the budget allows.
        let enough = if matches!(timed, Timed::Stage(_)) { Enough::FewerUnits } else { Enough::Rule };
        let started = Instant::now();
        let rule = Rule::default();
        let trial = Trial {
            a: &a.arm,
            b: &b.arm,
            prepare_a: Preparation::Clean,
            prepare_b: Preparation::Clean,
            recorder: prove::recorder(&self.planned.dir, [a, b]),
            // All of it was compiled before, to record it or to see that it compiles.
            warm_up: WarmUp::No,
            interrupt: &self.planned.dir.interrupt,
        };
        let budget = self.budget.next();
        let protocol = Protocol { rule: rule.clone(), metric: Metric::Cpu, budget, enough };
        let progress = |progress: Progress| match progress {
            Progress::WarmUp(_) => {}
            Progress::Pairs(n) => seen(Step::Timed(n)),
        };
        let timings = trial.run(&protocol, &progress).map_err(|broken| does_not_build(&broken, [a, b]))?;
        let took = started.elapsed();
        self.budget.took(took);
        Ok(Proof {
            a: prove::contestant("before", a, timings.n_units[0]),
            b: prove::contestant("after", b, timings.n_units[1]),
            start: Start::Clean,
            comparison: timings.comparison,
            predicted: None,
            fewer_units: timings.fewer_units,
            rule,
            budget_s: budget.as_secs_f64(),
            took_s: took.as_secs_f64(),
            problems: Vec::new(),
        })
    }

    /// Takes over what was changed in a copy.
    fn keep(&mut self, side: &Side, changed: &Undo) {
        for path in changed.changed() {
            let own = side.copy.original_of(path);
            self.files.insert(own, std::fs::read(path).ok());
        }
    }
}

impl Planned {
    fn has(&self, stage: Stage) -> bool {
        self.fixes.iter().any(|fix| fix.stage == stage)
    }
}

/// A fix that is to be tried in a copy.
struct Attempt<'a> {
    fix: &'a Fix,
    side: &'a Side,
    validator: &'a Validator<'a>,
    seen: &'a dyn Fn(Step),
}

impl Attempt<'_> {
    /// It is searched for if need be, carried out, and everything compiled. What has to compile from now on is added to
    /// `further`.
    fn made(&self, changed: &mut Undo, further: &mut Vec<Words>) -> Result<Tried> {
        let &Self { fix, side, validator, seen } = self;
        seen(Step::Trying(fix.key.clone()));
        let mut undo = Undo::default();
        let mut tried = Tried::begun(fix);
        let found = searched(&fix.cure, side, validator.checks, &|n| seen(Step::Searched(n)));
        match found.map_err(|error| not_run(&error))? {
            Ok(searched) => {
                (tried.fix.cure, tried.told) = (searched.cure, searched.told);
                further.extend(searched.commands);
            }
            Err(dropped) => {
                (tried.status, tried.reason) = (dropped.status, Some(dropped.why));
                return Ok(tried);
            }
        }
        let guard = guards::Guard::before(fix, side, validator.checks);
        if let Err(why) = carry_out(side, &tried.fix.cure, validator.checks, &mut undo) {
            (tried.status, tried.reason) = (Status::Skipped, Some(why));
            undo.put_back().map_err(|error| not_run(&error))?;
            return Ok(tried);
        }
        let root = side.root_in_copy();
        let below = |path: &std::path::Path| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
        tried.files = undo.changed().into_iter().map(below).collect();
        if tried.files.is_empty() {
            let why = "nothing is left to do: other changes have done it";
            (tried.status, tried.reason) = (Status::Skipped, Some(why.to_owned()));
            return Ok(tried);
        }
        if let Some(name) = read_only(&undo, side) {
            (tried.status, tried.reason) = (Status::Skipped, Some(format!("`{name}` is read-only")));
            undo.put_back().map_err(|error| not_run(&error))?;
            return Ok(tried);
        }
        let checked = validator.check(side).map_err(|error| not_run(&error))?;
        tried.validation.extend(checked.validation);
        let refusal = match checked.error {
            Some(why) => Some((Status::DroppedBrokeBuild, why)),
            None => guard.objection(side, validator.checks, &mut tried.caveats).map(|why| (Status::Skipped, why)),
        };
        match refusal {
            None => changed.also(undo),
            Some((status, why)) => {
                (tried.status, tried.reason) = (status, Some(why));
                undo.put_back().map_err(|error| not_run(&error))?;
            }
        }
        Ok(tried)
    }
}

/// The first of the changed files that `apply` would refuse to write.
fn read_only(changed: &Undo, side: &Side) -> Option<String> {
    let own = changed.changed().into_iter().map(|path| side.copy.original_of(path));
    let mut refused = own.filter(|path| apply::is_read_only(path));
    refused.next().map(|path| path.strip_prefix(&side.root).unwrap_or(&path).display().to_string())
}

/// What the trial says of all that were still in it.
fn settle(tried: &mut [Tried], proof: Option<&Proof>) {
    let Some(proof) = proof.filter(|proof| !proof.pays()) else { return };
    let (status, reason) = match proof.comparison.verdict() {
        Verdict::Faster => return,
        Verdict::NoChange => (Status::DroppedNoGain, "no faster with all of its kind"),
        Verdict::Slower => (Status::DroppedNoGain, "slower with all of its kind"),
        Verdict::Inconclusive => (Status::NotProven, "the trial of all of its kind could not tell"),
    };
    for tried in tried.iter_mut().filter(|tried| tried.is_kept()) {
        (tried.status, tried.reason) = (status, Some(reason.to_owned()));
    }
}
