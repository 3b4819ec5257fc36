//! The object of `diagnose`.

use brisk::analysis::Analysis;
use brisk::model::{PackageIdx, Problem, Workspace, WorkspaceBasis};
use serde::Serialize;

use super::{
    BuildView, ConfirmationView, CpuSampleView, DiskView, DuplicateView, EditCostView, ExecutionView, FindingView,
    JointView, OtherBuildView, StepView, SuppressedView, UnitView,
};

/// The version of the contract.
pub const SCHEMA_VERSION: u32 = 1;

/// What the object says of its origin.
#[derive(Clone, Copy, Debug)]
pub struct JsonContext<'a> {
    /// Version of Brisk.
    pub brisk_version: &'a str,
    /// The verb that was asked: `diagnose`, `import`, `report`.
    pub command: &'a str,
}

/// Everything that is known of one build.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnose<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: &'a str,
    /// The verb that wrote it.
    pub command: &'a str,
    /// The workspace.
    pub workspace: WorkspaceView<'a>,
    /// Totals of the build.
    pub build: BuildView<'a>,
    /// Builds beside it in the same target directory, newest first.
    pub other_builds: Vec<OtherBuildView<'a>>,
    /// What makes it slow: by gain where that is known, else by cost; dearest first.
    pub findings: Vec<FindingView<'a>>,
    /// What the findings that take units out of the build would take out together; `null` unless there are two of them.
    pub joint: Option<JointView<'a>>,
    /// Findings that the workspace accepts, by its `brisk.toml`.
    pub suppressed: Vec<SuppressedView<'a>>,
    /// What rustc said of the members; `null` if it was not asked (`--confirm`), or could not be.
    pub confirmation: Option<ConfirmationView<'a>>,
    /// What could not be read or decided.
    pub problems: Vec<ProblemView<'a>>,
    /// All units. Everything else refers to them by their position here.
    pub units_list: Vec<UnitView<'a>>,
    /// `[dependent, dependency]`, ascending.
    pub edges_list: Vec<[u32; 2]>,
    /// From the first unit to the last; empty if no unit has a time.
    pub critical_path: Vec<StepView>,
    /// Packages built in several versions, dearest first.
    pub duplicates: Vec<DuplicateView<'a>>,
    /// What an edit of each member has built anew: the most often paid first, then the dearest. Empty where the members or
    /// the edges of the build are not known.
    pub edit_costs: Vec<EditCostView<'a>>,
    /// Disk use of the target directory; `null` if it was not measured.
    pub disk: Option<DiskView<'a>>,
    /// What was run after building, in time order.
    pub executions: Vec<ExecutionView<'a>>,
    /// Load of the whole machine during the main session, in time order.
    pub cpu_samples: Vec<CpuSampleView>,
}

/// The workspace.
#[derive(Clone, Debug, Serialize)]
pub struct WorkspaceView<'a> {
    /// Directory of the root manifest, absolute; `null` if it is not known.
    pub root: Option<&'a str>,
    /// Number of members; `null` if the build does not tell members from dependencies.
    pub members: Option<usize>,
    /// Number of packages of the resolution, members included; those of the build if that is all that is known.
    pub packages: usize,
    /// Names of the members; `null` as their number.
    pub members_list: Option<Vec<&'a str>>,
    /// `cargo-metadata`, `files` if Cargo could not be asked, or `build` if the workspace is not at hand.
    pub basis: &'static str,
}

/// Something that could not be read or decided.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemView<'a> {
    /// What happened.
    pub what: &'a str,
    /// The cause, and the cure where there is one.
    pub why: &'a str,
    /// What is missing or less certain because of it.
    pub effect: &'a str,
}

/// The object of `diagnose` in one line, without a line feed.
pub fn diagnose(analysis: &Analysis, context: JsonContext<'_>) -> String {
    serde_json::to_string(&Diagnose::of(analysis, context))
        .expect("the structs have string keys and finite numbers only")
}

impl<'a> Diagnose<'a> {
    /// The views of all parts of `analysis`.
    pub fn of(analysis: &'a Analysis, context: JsonContext<'a>) -> Self {
        let build = &analysis.build;
        Self {
            schema_version: SCHEMA_VERSION,
            brisk_version: context.brisk_version,
            command: context.command,
            workspace: WorkspaceView::of(&analysis.workspace),
            build: BuildView::of(analysis),
            other_builds: analysis.others.iter().map(OtherBuildView::of).collect(),
            findings: analysis.findings.iter().map(FindingView::of).collect(),
            suppressed: analysis.suppressed.iter().map(SuppressedView::of).collect(),
            joint: analysis.joint.as_ref().map(JointView::of),
            confirmation: analysis
                .surroundings
                .confirmation
                .as_ref()
                .map(|confirmation| ConfirmationView::of(&analysis.workspace, confirmation)),
            problems: analysis.problems.iter().map(ProblemView::of).collect(),
            units_list: build.units.iter().map(UnitView::of).collect(),
            edges_list: build.edges.iter().map(|edge| [edge.dependent.0, edge.dependency.0]).collect(),
            critical_path: analysis.critical_path.steps.iter().map(|step| StepView::of(build, step)).collect(),
            duplicates: analysis.duplicates.iter().map(|duplicate| DuplicateView::of(build, duplicate)).collect(),
            edit_costs: analysis.edit_costs.iter().map(EditCostView::of).collect(),
            disk: analysis.surroundings.disk.as_ref().map(DiskView::of),
            executions: build.executions.iter().map(ExecutionView::of).collect(),
            cpu_samples: build.cpu_samples.iter().map(CpuSampleView::of).collect(),
        }
    }
}

impl<'a> WorkspaceView<'a> {
    fn of(workspace: &'a Workspace) -> Self {
        let members = workspace.known_members();
        let names = |members: &[PackageIdx]| members.iter().map(|&idx| workspace.package(idx).name.as_str()).collect();
        Self {
            root: workspace.known_root(),
            members: members.map(<[PackageIdx]>::len),
            packages: workspace.packages.len(),
            members_list: members.map(names),
            basis: match workspace.basis {
                WorkspaceBasis::CargoMetadata => "cargo-metadata",
                WorkspaceBasis::Files => "files",
                WorkspaceBasis::Build => "build",
            },
        }
    }
}

impl<'a> ProblemView<'a> {
    pub(super) fn of(problem: &'a Problem) -> Self {
        Self { what: &problem.what, why: &problem.why, effect: &problem.effect }
    }
}
