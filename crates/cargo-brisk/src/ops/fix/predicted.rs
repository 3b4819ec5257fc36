//! What fixes are predicted to bring together, before any of them is timed.

use brisk::model::{Cure, DependencyChange, DependencyEdit, ManifestEdit, Members};
use brisk::plan::Fix;
use brisk::simulate::what_if::{
    Base, Baseline, DependencySpec, Hypothesis, PackageSpec, Planned as PlannedBuild, Range, Supposition, Variant,
};
use brisk::stats::Relative;

use super::Planned;
use crate::ops::variants::Variants;
use crate::workspace::WorkspaceOptions;

/// The change of CPU time that `fixes` bring on top of `kept`; `None` where Cargo does not tell what it would build with
/// them, or where it would build the same in another way.
pub(super) fn predicted(
    planned: &Planned,
    workspace: &WorkspaceOptions,
    kept: &[&Fix],
    fixes: &[&Fix],
) -> Option<Relative> {
    let analysis = &planned.analysis;
    let base = Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace };
    let baseline = Baseline::of(base);
    let variants = Variants::prepare(&planned.facts, workspace).ok()?;
    let cpu_s = |fixes: &[&Fix]| cpu_s(base, &baseline, &variants, fixes);
    let before = if kept.is_empty() { baseline.cpu_s } else { cpu_s(kept)?.mid };
    let after = cpu_s(&[kept, fixes].concat())?;
    let change = |cpu_s: f64| cpu_s / before - 1.0;
    (before > 0.0).then(|| Relative { low: change(after.low), mid: change(after.mid), high: change(after.high) })
}

fn cpu_s(base: Base<'_>, baseline: &Baseline, variants: &Variants<'_>, fixes: &[&Fix]) -> Option<Range> {
    let edits: Option<Vec<ManifestEdit>> = fixes.iter().flat_map(|fix| &fix.cure).map(edit_of).collect();
    let edits = edits?;
    let mut hypotheses: Vec<Hypothesis> = edits.iter().map(hypothesis).collect::<Option<_>>()?;
    // A dependency that only tests have is not in the build, so that nothing can be said of it there; what Cargo plans is
    // planned without it.
    let alone = |it: &Hypothesis| Supposition::of(vec![it.clone()]);
    hypotheses.retain(|it| Variant::of(base, &baseline.workload, baseline.host, &alone(it)).is_ok());
    if hypotheses.is_empty() {
        return None;
    }
    let now = variants.baseline(base.build).ok().filter(|now| now.transfer.is_identity())?;
    let graph = variants.unit_graph(&now.command, &edits).ok()?;
    let planned = vec![PlannedBuild { hypotheses: hypotheses.clone(), graph }];
    let supposition = Supposition { planned, ..Supposition::of(hypotheses) };
    Some(baseline.predict(base, String::new(), &supposition).ok()?.cpu_s)
}

/// The edit of a cure, if that is one.
fn edit_of(cure: &Cure) -> Option<ManifestEdit> {
    match cure {
        Cure::Manifest(edit) => Some(edit.clone()),
        _ => None,
    }
}

/// What it is in terms of what can be asked: that says what else than Cargo's plan has to be thought of.
fn hypothesis(edit: &ManifestEdit) -> Option<Hypothesis> {
    // How much cheaper the same units become tell only replays.
    let ManifestEdit::Dependency(DependencyEdit { members, dependency, change, .. }) = edit else { return None };
    let from = match members {
        Members::Named(member) => Some(member.clone()),
        Members::All | Members::AllAnd(_) => None,
    };
    let package = PackageSpec { name: dependency.clone(), version: None };
    let of_members = || DependencySpec { from: from.clone(), package: package.clone() };
    Some(match change {
        DependencyChange::Remove | DependencyChange::MoveToDev => Hypothesis::Remove(of_members()),
        DependencyChange::MakeOptional => Hypothesis::Optional(of_members()),
        DependencyChange::Require(requirement) => Hypothesis::Require(package, requirement.clone()),
        DependencyChange::Features(features) => Hypothesis::Features(of_members(), features.clone()),
        DependencyChange::Narrow(narrowing) => Hypothesis::Features(of_members(), narrowing.to.clone()),
    })
}
