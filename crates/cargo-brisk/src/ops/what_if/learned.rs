//! What Cargo and rustc say of changes, when they are asked.

use brisk::model::Problem;
use brisk::simulate::what_if::{Base, Factors, Hypothesis};

use super::flags;
use super::plans::plans;
use super::replays::{Asked, Replays};
use super::{Learned, Seen, WhatIfOptions};
use crate::error::{Error, Result};
use crate::ops::runs::{self, Recorded};
use crate::ops::variants::{Baseline, Variants};
use crate::workspace::Facts;

/// Asks, as far as the hypotheses need it.
pub(super) fn learned(
    options: &WhatIfOptions,
    facts: &Facts,
    base: Base<'_>,
    recorded: &Recorded,
    seen: &(dyn Fn(Seen) + Sync),
) -> Result<Learned> {
    let hypotheses = &options.hypotheses;
    let needs_cargo = |it: &Hypothesis| it.is_of_manifests() || matches!(it, Hypothesis::Profile(_));
    let mut learned = Learned::default();
    let variants = match hypotheses.iter().any(needs_cargo).then(|| Variants::prepare(facts, &options.workspace)) {
        None => None,
        Some(Ok(variants)) => Some(variants),
        Some(Err(why)) => {
            learned.problems.push(own_resolution(why.to_string()));
            None
        }
    };
    let now = variants.as_ref().and_then(|variants| sound(variants, base, &mut learned.problems));
    let cargo = variants.as_ref().zip(now.as_ref());
    if let Some((variants, now)) = cargo {
        let plans = plans(base, variants, now, hypotheses);
        learned.problems.extend(plans.why_not.map(own_resolution));
        learned.planned = plans.planned;
    }
    for hypothesis in hypotheses {
        if let Hypothesis::Require(..) = hypothesis
            && !learned.planned.iter().any(|plan| plan.hypotheses.contains(hypothesis))
        {
            let why = learned.problems.first().map(|problem| problem.why.clone()).unwrap_or_default();
            let error = Error::could_not_measure(format!("what `{hypothesis}` would build is not known: {why}"));
            return Err(error.hint("let Cargo download it, for example with `cargo update --dry-run` or `cargo fetch` in a copy that asks for it"));
        }
    }
    let cargo = Asked { planned: &learned.planned, cargo };
    learned.factors = replayed(options, base, recorded, cargo, seen)?;
    Ok(learned)
}

/// What Cargo plans as things are, if that is the recorded build.
fn sound(variants: &Variants<'_>, base: Base<'_>, problems: &mut Vec<Problem>) -> Option<Baseline> {
    match variants.baseline(base.build) {
        Ok(now) if now.transfer.is_identity() => Some(now),
        Ok(now) => {
            let n_apart = now.n_apart();
            problems.push(own_resolution(format!(
                "Cargo would not build the same now as in the recorded build: {n_apart} units differ, so that manifests, features or the lockfile may have changed"
            )));
            None
        }
        Err(why) => {
            problems.push(own_resolution(why.to_string()));
            None
        }
    }
}

fn own_resolution(why: String) -> Problem {
    Problem::new(
        "Cargo did not tell what it would build after the change",
        why,
        "the units that go are found by the edges of the recorded build: features that are on for others' sake stay on",
    )
}

fn replayed(
    options: &WhatIfOptions,
    base: Base<'_>,
    recorded: &Recorded,
    asked: Asked<'_>,
    seen: &(dyn Fn(Seen) + Sync),
) -> Result<Vec<(Hypothesis, Factors)>> {
    for hypothesis in &options.hypotheses {
        if let Hypothesis::Profile(setting) = hypothesis {
            flags::edit_of(setting)?;
        }
    }
    let is_flag = |it: &&Hypothesis| matches!(it, Hypothesis::Profile(_) | Hypothesis::Linker(_));
    let flag = options.hypotheses.iter().find(is_flag);
    if options.budget.is_zero() {
        return match flag {
            None => Ok(Vec::new()),
            Some(flag) => Err(Error::could_not_measure(format!(
                "`{flag}` can only be predicted by calling rustc again, and the budget for that is zero"
            ))),
        };
    }
    let cache_dir = options.workspace.cache_dir.as_deref();
    let cache_dir = cache_dir.ok_or_else(|| Error::could_not_measure("Brisk has no cache directory"))?;
    let store = runs::open()?;
    let replays = Replays { base, store: &store, run: &recorded.run, cache_dir, budget: options.budget };
    let told = replays.factors(&options.hypotheses, asked, &|progress| {
        seen(Seen::Replayed { done: progress.done, planned: progress.planned });
    });
    match (told, flag) {
        // Features can be predicted without, if less well.
        (Err(_), None) => Ok(Vec::new()),
        (told, _) => told,
    }
}
