//! `cargo brisk prove A B`: which of two ways to build is faster, timed fairly.
//!
//! 1. Each side as a copy of its own, with a target directory of its own (`staging`).
//! 2. Builds of both by turns, until a verdict can be given or the time is up (`experiment`).
//! 3. What they took, and what their target directories hold.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use brisk::model::{PackageTarget, Problem, TargetKind, Workspace};
use brisk::proof::{Contestant, Proof, Start};
use brisk::stats::{Metric, Rule};

use super::staging::{OwnDir, Side, SideSpec, does_not_build};
use crate::error::{Error, Result};
use crate::experiment::{Enough, Progress, Protocol, Recorder, Trial, WarmUp};
use crate::target_dir;
use crate::workspace::{self, WorkspaceOptions};

/// What is to be compared.
#[derive(Debug)]
pub(crate) struct ProveOptions {
    /// The workspace that the command was given in.
    pub(crate) workspace: WorkspaceOptions,
    /// What there is.
    pub(crate) a: SideSpec,
    /// What it is compared with.
    pub(crate) b: SideSpec,
    /// The command that is timed, after `cargo`.
    pub(crate) command: Vec<OsString>,
    /// What each build starts from.
    pub(crate) start: Start,
    /// What the verdict is about.
    pub(crate) metric: Metric,
    /// The time that it may take.
    pub(crate) budget: Duration,
    /// The most pairs that are timed.
    pub(crate) most_pairs: Option<usize>,
}

/// Compares; `seen` is told how far it is.
pub(crate) fn prove(options: &ProveOptions, seen: &dyn Fn(Progress)) -> Result<Proof> {
    let started = Instant::now();
    let facts = workspace::read(&options.workspace).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let touched = touched(&options.start, &facts.workspace)?;
    let dir = OwnDir::prepare("prove", &options.workspace, &facts.workspace.root)?;
    let a = Side::stage(&options.a, &options.workspace, &options.command, &dir.path.join("a"))?;
    let b = Side::stage(&options.b, &options.workspace, &options.command, &dir.path.join("b"))?;
    let rule = rule(options.most_pairs);
    let trial = Trial {
        prepare_a: a.preparation(&options.start, touched.as_deref())?,
        prepare_b: b.preparation(&options.start, touched.as_deref())?,
        a: &a.arm,
        b: &b.arm,
        recorder: recorder(&dir, [&a, &b]),
        warm_up: WarmUp::Each,
        interrupt: &dir.interrupt,
    };
    let protocol =
        Protocol { rule: rule.clone(), metric: options.metric, budget: options.budget, enough: Enough::Rule };
    let timings = trial.run(&protocol, seen).map_err(|broken| does_not_build(&broken, [&a, &b]))?;
    Ok(Proof {
        a: contestant(&options.a.text, &a, timings.n_units[0]),
        b: contestant(&options.b.text, &b, timings.n_units[1]),
        start: options.start.clone(),
        comparison: timings.comparison,
        predicted: None,
        fewer_units: timings.fewer_units,
        rule,
        budget_s: options.budget.as_secs_f64(),
        took_s: started.elapsed().as_secs_f64(),
        problems: problems(&a, &b),
    })
}

/// The usual rule, with no more pairs than asked for.
fn rule(most_pairs: Option<usize>) -> Rule {
    let mut rule = Rule::default();
    if let Some(most) = most_pairs {
        rule.looks.retain(|look| *look < most);
        rule.looks.push(most);
    }
    rule
}

/// The source that is edited before each build, where the user has it.
fn touched(start: &Start, workspace: &Workspace) -> Result<Option<PathBuf>> {
    let Start::Edited(name) = start else { return Ok(None) };
    let members = || workspace.iter_members().map(|(_, package)| package);
    let Some(member) = members().find(|package| package.name == *name) else {
        let names: Vec<String> = members().map(|package| format!("`{}`", package.name)).collect();
        let hint = format!("members are {}", brisk_report::format::list(&names));
        return Err(Error::usage(format!("the workspace has no member `{name}`")).hint(hint));
    };
    // An edit of the library is what all others wait for.
    let rank = |target: &&PackageTarget| match target.kind {
        TargetKind::Lib => 0,
        TargetKind::ProcMacro => 1,
        TargetKind::Bin => 2,
        _ => 3,
    };
    let target = member.targets.iter().min_by_key(rank).filter(|target| rank(target) < 3);
    let target = target.ok_or_else(|| Error::usage(format!("`{name}` has neither a library nor a program to edit")))?;
    Ok(Some(PathBuf::from(&target.src_path)))
}

/// One side of a proof, as the trial has left it.
pub(super) fn contestant(name: &str, side: &Side, n_units: Option<usize>) -> Contestant {
    let measured = target_dir::measure(&[&side.arm.target_dir], &mut |_| {});
    Contestant {
        name: name.to_owned(),
        command: side.arm.command.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        n_units,
        target_bytes: measured.usages.first().map(|usage| usage.bytes),
    }
}

/// What records the builds of a trial; nothing where a compiler wrapper is configured: what a cache takes for a unit does not
/// tell how fast the machine is.
pub(super) fn recorder(dir: &OwnDir, sides: [&Side; 2]) -> Option<Recorder> {
    let is_wrapped = sides.into_iter().any(is_wrapped);
    Recorder::new(dir.path.join("recorded")).ok().filter(|_| !is_wrapped)
}

fn is_wrapped(side: &Side) -> bool {
    side.has_wrapper || side.arm.variable("RUSTC_WRAPPER").is_some_and(|value| !value.is_empty())
}

/// What has to be known about the trial.
fn problems(a: &Side, b: &Side) -> Vec<Problem> {
    let mut problems = Vec::new();
    if is_wrapped(a) || is_wrapped(b) {
        problems.push(Problem::new(
            "a compiler wrapper is configured",
            "a cache may answer in place of rustc, and what its server takes belongs to no build",
            "the trial times the cache; `RUSTC_WRAPPER=` as a setting of both sides times rustc",
        ));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_no_more_pairs_than_asked_for() {
        assert_eq!(rule(Some(5)).looks, [2, 4, 5]);
        assert_eq!(rule(Some(4)).looks, [2, 4]);
        assert_eq!(rule(None), Rule::default());
    }
}
