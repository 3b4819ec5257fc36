//! What could become of a build: the answer of `cargo brisk what-if`, the single value that its views are functions of.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::detect::Finding;
use crate::model::{Build, PackageRef, Problem, Unit};
use crate::simulate::what_if::{Base, Baseline, Hypothesis, Impossible, PackageSpec, Prediction, Supposition};

/// How many packages are listed that would be worth most if they took no time.
const N_FREE: usize = 10;

/// Why a scenario is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioKind {
    /// It is what was asked for, all of it together.
    Asked,
    /// It is one of several things that were asked for.
    Part,
    /// It is the cure of the finding with this key.
    Finding(String),
    /// It is the cure of the finding with this key on top of all that come before it.
    Cumulative(String),
    /// It is this package taking no time.
    Free(String),
}

/// A prediction, and why it is there.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Why.
    pub kind: ScenarioKind,
    /// What is predicted.
    pub prediction: Prediction,
}

/// A baseline and what could become of it.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The build that is predicted from.
    pub build: Build,
    /// Id of its run.
    pub run: String,
    /// That build, played out as it is.
    pub baseline: Baseline,
    /// What could become of it. What was asked for comes first; else findings by worth, the same on top of each other in the
    /// best order, and packages.
    pub scenarios: Vec<Scenario>,
    /// What could not be read or decided.
    pub problems: Vec<Problem>,
}

impl Outlook {
    /// That of `build`, of the run with this id.
    pub fn of(run: String, build: Build, baseline: Baseline, scenarios: Vec<Scenario>, problems: Vec<Problem>) -> Self {
        Self { build, run, baseline, scenarios, problems }
    }
}

/// What is asked at once, and its parts where there are several.
///
/// # Errors
///
/// If a name is not known, or there is nothing to change.
pub fn asked(base: Base<'_>, baseline: &Baseline, supposition: &Supposition) -> Result<Vec<Scenario>, Impossible> {
    let name =
        |hypotheses: &[Hypothesis]| hypotheses.iter().map(ToString::to_string).collect::<Vec<String>>().join(" + ");
    let all = baseline.predict(base, name(&supposition.hypotheses), supposition)?;
    let mut scenarios = vec![Scenario { kind: ScenarioKind::Asked, prediction: all }];
    // What an edit has built again is no change by itself: it says when the others count.
    let mut changes: Vec<&Hypothesis> = supposition.hypotheses.iter().filter(|it| !it.is_setting()).collect();
    // Jobs and processors are one machine.
    let mut has_host = false;
    changes.retain(|it| !it.is_of_host() || !std::mem::replace(&mut has_host, true));
    if changes.len() > 1 {
        for hypothesis in changes {
            let alone = supposition.only(hypothesis);
            let prediction = baseline.predict(base, name(&alone.hypotheses), &alone)?;
            scenarios.push(Scenario { kind: ScenarioKind::Part, prediction });
        }
    }
    Ok(scenarios)
}

/// The cures of all findings that take units out, one by one and on top of each other, and what packages would be worth.
pub fn of_findings(analysis: &Analysis, base: Base<'_>, baseline: &Baseline) -> Vec<Scenario> {
    let alone = by_worth(one_by_one(&analysis.findings, base, baseline));
    let cumulative = cumulative(&analysis.findings, &alone, base, baseline);
    alone.into_iter().chain(cumulative).chain(free(base, baseline)).collect()
}

fn one_by_one(findings: &[Finding], base: Base<'_>, baseline: &Baseline) -> Vec<Scenario> {
    let scenario = |finding: &Finding| {
        let supposition = Supposition { cuts: finding.cuts.clone(), ..Supposition::default() };
        let prediction = baseline.predict(base, finding.title.clone(), &supposition).ok()?;
        Some(Scenario { kind: ScenarioKind::Finding(finding.key.clone()), prediction })
    };
    findings.iter().filter(|finding| !finding.cuts.is_empty()).filter_map(scenario).collect()
}

/// Most wall time saved first, then most CPU time.
fn by_worth(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios.sort_by(|a, b| {
        let (a, b) = (&a.prediction, &b.prediction);
        a.wall_s
            .mid
            .total_cmp(&b.wall_s.mid)
            .then(a.cpu_s.mid.total_cmp(&b.cpu_s.mid))
            .then_with(|| a.name.cmp(&b.name))
    });
    scenarios
}

/// Greedily: in each step the cure that saves most on top of those before it. What one alone saves is the most that it
/// saves on top of others but for what only several together take out, so that only those that could still win are played
/// out again.
fn cumulative(findings: &[Finding], alone: &[Scenario], base: Base<'_>, baseline: &Baseline) -> Vec<Scenario> {
    let by_key: BTreeMap<&str, &Finding> = findings.iter().map(|finding| (finding.key.as_str(), finding)).collect();
    let order = alone.iter().filter_map(|scenario| match &scenario.kind {
        ScenarioKind::Finding(key) => by_key.get(key.as_str()).copied(),
        _ => None,
    });
    let mut left: Vec<&Finding> = order.collect();
    let mut supposition = Supposition::default();
    let mut scenarios = Vec::new();
    while !left.is_empty() {
        let best = best_next(&left, &supposition, base, baseline);
        let Some((position, prediction)) = best else { break };
        let finding = left.remove(position);
        // What an earlier one takes out already is worth nothing any more.
        if scenarios.last().is_some_and(|before: &Scenario| before.prediction.removed == prediction.removed) {
            continue;
        }
        supposition.cuts.extend(finding.cuts.iter().copied());
        scenarios.push(Scenario { kind: ScenarioKind::Cumulative(finding.key.clone()), prediction });
    }
    scenarios
}

/// How many of those that are left are played out in each step: they come in the order of what each saves alone.
const N_CANDIDATES: usize = 4;

fn best_next(
    left: &[&Finding],
    before: &Supposition,
    base: Base<'_>,
    baseline: &Baseline,
) -> Option<(usize, Prediction)> {
    let candidates = left.iter().enumerate().take(N_CANDIDATES).filter_map(|(position, finding)| {
        let mut supposition = before.clone();
        supposition.cuts.extend(finding.cuts.iter().copied());
        let prediction = baseline.predict(base, finding.title.clone(), &supposition).ok()?;
        Some((position, prediction))
    });
    candidates.min_by(|(a, first), (b, second)| first.cpu_s.mid.total_cmp(&second.cpu_s.mid).then(a.cmp(b)))
}

/// The packages that take most, each taking no time.
fn free(base: Base<'_>, baseline: &Baseline) -> Vec<Scenario> {
    let mut cpu_s: BTreeMap<&PackageRef, f64> = BTreeMap::new();
    for (task, unit) in baseline.workload.tasks.iter().zip(&base.build.units) {
        let unit: &Unit = unit;
        *cpu_s.entry(&unit.package).or_default() += task.cpu_s();
    }
    let mut dearest: Vec<(&PackageRef, f64)> = cpu_s.into_iter().collect();
    dearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    // On the critical path a package may be worth more than others that take more.
    let scenario = |(package, _): &(&PackageRef, f64)| {
        let spec = PackageSpec { name: package.name.clone(), version: package.version.clone() };
        let supposition = Supposition::of(vec![Hypothesis::Free(spec)]);
        let prediction = baseline.predict(base, package.to_string(), &supposition).ok()?;
        Some(Scenario { kind: ScenarioKind::Free(package.to_string()), prediction })
    };
    let mut scenarios = by_worth(dearest.iter().take(3 * N_FREE).filter_map(scenario).collect());
    scenarios.truncate(N_FREE);
    scenarios
}
