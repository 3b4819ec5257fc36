//! Everything that is known of one workspace's build: the single value that views are functions of.

use crate::detect::{self, Detected, Duplicate, EditCost, Evidence, Finding, Joint, Policy, Suppressed};
use crate::model::{Build, Graph, OtherBuild, Problem, Summary, Surroundings, Workspace};
use crate::simulate::{Bound, CriticalPath, Parallelism};

/// A build with what follows from it.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The workspace.
    pub workspace: Workspace,
    /// The build.
    pub build: Build,
    /// Its graph.
    pub graph: Graph,
    /// Totals.
    pub summary: Summary,
    /// The longest chain.
    pub critical_path: CriticalPath,
    /// The lower bound, where any unit has a time.
    pub bound: Option<Bound>,
    /// Units at work over time.
    pub parallelism: Parallelism,
    /// Packages built in several versions.
    pub duplicates: Vec<Duplicate>,
    /// What an edit of each member has built anew.
    pub edit_costs: Vec<EditCost>,
    /// Findings: of the workspace's health first, then dearest first.
    pub findings: Vec<Finding>,
    /// Findings that the workspace accepts.
    pub suppressed: Vec<Suppressed>,
    /// What the findings that have a price would save together.
    pub joint: Option<Joint>,
    /// What lies around the build.
    pub surroundings: Surroundings,
    /// Builds beside this one, newest first.
    pub others: Vec<OtherBuild>,
    /// What could not be read or decided: those of the caller first, then the build's own.
    pub problems: Vec<Problem>,
}

impl Analysis {
    /// Draws all conclusions from `build`. `problems` are those met outside of the build; they come first.
    pub fn of(workspace: Workspace, build: Build, surroundings: Surroundings, mut problems: Vec<Problem>) -> Self {
        let graph = Graph::of(&build).requesting(build.requested(&workspace));
        let summary = Summary::of(&build);
        let critical_path = CriticalPath::of(&build, &graph);
        let bound = Bound::of(&build, &summary, &critical_path);
        let parallelism = Parallelism::of(&build);
        let evidence = Evidence {
            build: &build,
            graph: &graph,
            critical_path: &critical_path,
            workspace: &workspace,
            surroundings: &surroundings,
        };
        let duplicates = detect::duplicates(evidence);
        let edit_costs = detect::edit_costs(evidence);
        let Detected { findings, joint } = detect::detect(evidence);
        problems.extend(build.problems.iter().cloned());
        Self {
            workspace,
            build,
            graph,
            summary,
            critical_path,
            bound,
            parallelism,
            duplicates,
            edit_costs,
            findings,
            suppressed: Vec::new(),
            joint,
            surroundings,
            others: Vec::new(),
            problems,
        }
    }

    /// The same with those findings only that `policy` asks for and does not accept. What is wrong with the policy itself
    /// is a problem.
    #[must_use]
    pub fn under(mut self, policy: &Policy) -> Self {
        self.problems.extend(policy.expired(&self.findings));
        // Most detectors need a build to look at.
        if !self.build.units.is_empty() {
            self.problems.extend(policy.stale(&self.findings));
        }
        let findings = std::mem::take(&mut self.findings);
        let (Detected { findings, joint }, suppressed) = policy.parted(self.evidence(), findings);
        if !policy.asks_duplicates() {
            self.duplicates.clear();
        }
        Self { findings, joint, suppressed, ..self }
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            build: &self.build,
            graph: &self.graph,
            critical_path: &self.critical_path,
            workspace: &self.workspace,
            surroundings: &self.surroundings,
        }
    }

    /// The same with the builds that lie beside it, newest first.
    #[must_use]
    pub fn beside(self, others: Vec<OtherBuild>) -> Self {
        Self { others, ..self }
    }
}
