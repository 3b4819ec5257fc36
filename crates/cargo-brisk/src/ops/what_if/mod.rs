//! `cargo brisk what-if`: what a change is worth before anyone makes it.
//!
//! 1. A recorded build of the workspace, and the workspace as it is.
//! 2. Where manifests change, Cargo itself: which units it would build then (`plans`).
//! 3. Where flags change, rustc itself: what a sample of the units takes with them (`replays`).
//! 4. The recorded build, played out as it is: the baseline; and the same with what is supposed, or, if nothing is, with the
//!    cure of each finding.

#[cfg(unix)]
mod flags;
#[cfg(unix)]
mod learned;
#[cfg(not(unix))]
#[path = "learned_unsupported.rs"]
mod learned;
#[cfg(unix)]
mod plans;
#[cfg(unix)]
mod replays;

use std::collections::BTreeMap;
use std::time::Duration;

use brisk::detect::Policy;
use brisk::model::{Graph, Problem, profile_dir};
use brisk::outlook::{self, Outlook};
use brisk::simulate::what_if::{
    Base, Baseline, Factors, Hypothesis, Impossible, Planned, RecordedEdit, Supposition, Variant,
};
use brisk_store::fingerprints::Selection;
use camino::Utf8Path;

use super::diagnose::{Compiler, DiagnoseOptions, Seen, diagnose};
use super::runs::{self, Recorded};
use crate::error::{Error, Result};
use crate::workspace::{self, WorkspaceOptions};

/// What is to be predicted.
#[derive(Debug)]
pub(crate) struct WhatIfOptions {
    /// Which workspace.
    pub(crate) workspace: WorkspaceOptions,
    /// Which of its recorded builds: by profile,
    pub(crate) profile: Option<String>,
    /// or by id.
    pub(crate) run: Option<String>,
    /// The changes; none asks for the cures of all findings.
    pub(crate) hypotheses: Vec<Hypothesis>,
    /// Which findings are told.
    pub(crate) policy: Policy,
    /// Numbers for detectors, by the name of the threshold.
    pub(crate) thresholds: BTreeMap<String, f64>,
    /// Wall time that may be spent on calling rustc again; none is spent where it is zero.
    pub(crate) budget: Duration,
}

/// What Cargo and rustc say of changes, when they are asked.
#[derive(Default)]
struct Learned {
    /// What Cargo would build.
    planned: Vec<Planned>,
    /// What rustc takes with other flags.
    factors: Vec<(Hypothesis, Factors)>,
    /// Where there was no answer.
    problems: Vec<Problem>,
}

/// Predicts; `seen` is told how far it is.
pub(crate) fn what_if(options: &WhatIfOptions, seen: &(dyn Fn(Seen) + Sync)) -> Result<Outlook> {
    let root = workspace::root(&options.workspace).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let recorded = runs::to_predict_from(&root, options.run.as_deref(), profile_of(options)?)?;
    if options.hypotheses.is_empty() { of_findings(options, recorded, seen) } else { asked(options, recorded, seen) }
}

/// The profile that is named, or whose settings change.
fn profile_of(options: &WhatIfOptions) -> Result<Option<&str>> {
    let changed = options.hypotheses.iter().filter_map(|hypothesis| match hypothesis {
        Hypothesis::Profile(setting) => Some(setting.profile.as_str()),
        _ => None,
    });
    let mut named: Vec<&str> = options.profile.as_deref().into_iter().chain(changed).collect();
    named.dedup_by_key(|name| profile_dir(name));
    match named.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        [a, b, ..] => {
            Err(Error::usage(format!("one build has one profile: `{a}` and `{b}` cannot be changed together")))
        }
    }
}

fn asked(options: &WhatIfOptions, recorded: Recorded, seen: &(dyn Fn(Seen) + Sync)) -> Result<Outlook> {
    let facts = workspace::read(&options.workspace).map_err(|error| Error::usage(error.to_string()).because(&error))?;
    let build = &recorded.run.build;
    let graph = Graph::of(build).requesting(build.requested(&facts.workspace));
    let base = Base { build, graph: &graph, workspace: &facts.workspace };
    let baseline = baseline(base, &recorded);
    // What makes no sense is told before anything is run for it.
    let alone = Supposition {
        edits: edits(base, &options.hypotheses, &recorded),
        ..Supposition::of(options.hypotheses.clone())
    };
    Variant::of(base, &baseline.workload, baseline.host, &alone).map_err(|error| impossible(&error))?;
    let learned = learned::learned(options, &facts, base, &recorded, seen)?;
    let supposition = Supposition { planned: learned.planned, factors: learned.factors, ..alone };
    let scenarios = outlook::asked(base, &baseline, &supposition).map_err(|error| impossible(&error))?;
    let problems = recorded.problem().into_iter().chain(learned.problems).collect();
    Ok(Outlook::of(recorded.run.id.to_string(), recorded.run.build, baseline, scenarios, problems))
}

/// The recorded rebuilds after the edits that are asked about.
fn edits(base: Base<'_>, hypotheses: &[Hypothesis], recorded: &Recorded) -> Vec<RecordedEdit> {
    let touched = hypotheses.iter().filter_map(|hypothesis| match hypothesis {
        Hypothesis::Touch(package) => Some(package),
        _ => None,
    });
    touched.filter_map(|package| RecordedEdit::find(base, package, &recorded.others)).collect()
}

/// The recorded build, played out, with what else is on record of the workspace.
pub(super) fn baseline(base: Base<'_>, recorded: &Recorded) -> Baseline {
    let baseline = Baseline::of(base).knowing(recorded.most_processors(), recorded.contention());
    baseline.calibrated(recorded.nine_tenths(Utf8Path::new(&base.workspace.root)))
}

fn impossible(error: &Impossible) -> Error {
    Error::usage(error.to_string())
}

fn of_findings(options: &WhatIfOptions, recorded: Recorded, seen: &(dyn Fn(Seen) + Sync)) -> Result<Outlook> {
    let diagnose_options = DiagnoseOptions {
        workspace: options.workspace.clone(),
        selection: Selection::default(),
        policy: options.policy.clone(),
        thresholds: options.thresholds.clone(),
        compiler: Compiler::NotAsked,
        no_op: None,
        build: Some(recorded.run.build.clone()),
    };
    let analysis = diagnose(&diagnose_options, seen)?;
    let base = Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace };
    let baseline = baseline(base, &recorded);
    let scenarios = outlook::of_findings(&analysis, base, &baseline);
    let problems: Vec<Problem> = recorded.problem().into_iter().chain(analysis.problems.clone()).collect();
    Ok(Outlook::of(recorded.run.id.to_string(), analysis.build, baseline, scenarios, problems))
}
