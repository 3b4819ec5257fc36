//! Words shared by the tests.

use std::collections::{BTreeMap, BTreeSet};

use brisk::analysis::Analysis;
use brisk::model::{
    Build, CpuTime, DebugInfo, Graph, Jobs, JobsBasis, Lto, MemberSources, Mention, Mode, Place, PlannedProfile,
    PlannedUnit, Reached, SourceFile, Sources, Strip, Surroundings, Target, TargetKind, Timing, Unit, UnitGraph,
    UnitIdx, When, Workspace,
};
use brisk_test_support::{gantt, workspace_of};

/// The analysis of `build` in the workspace that it could be of.
pub(crate) fn analyse(build: Build) -> Analysis {
    Analysis::of(workspace_of(&build), build, Surroundings::default(), Vec::new())
}

/// Labels of `units`, with the version where it is not the workspace's own.
pub(crate) fn labels(build: &Build, units: impl IntoIterator<Item = UnitIdx>) -> Vec<String> {
    let name = |unit: UnitIdx| {
        let unit = build.unit(unit);
        match unit.package.version.as_deref() {
            None | Some("0.1.0") => unit.label(),
            Some(version) => format!("{} v{version}", unit.label()),
        }
    };
    units.into_iter().map(name).collect()
}

/// `build` with this much CPU time for each unit in turn.
pub(crate) fn with_cpu(mut build: Build, cpu_s: &[f64]) -> Build {
    for (unit, &user_s) in build.units.iter_mut().zip(cpu_s) {
        unit.cpu = Some(CpuTime { user_s, sys_s: 0.0 });
    }
    build
}

/// Whether two numbers of seconds are the same but for rounding.
pub(crate) fn near(a_s: f64, b_s: f64) -> bool {
    (a_s - b_s).abs() < 1e-6
}

/// `build` on so many jobs, all of it `factor` times slower.
pub(crate) fn slowed(mut build: Build, factor: f64, jobs: u32) -> Build {
    for timing in build.units.iter_mut().filter_map(|unit| unit.timing.as_mut()) {
        let slow = |at_s: f64| at_s * factor;
        *timing = Timing {
            start_s: slow(timing.start_s),
            rmeta_s: timing.rmeta_s.map(slow),
            codegen_s: timing.codegen_s.map(slow),
            link_s: timing.link_s.map(|(from_s, to_s)| (slow(from_s), slow(to_s))),
            end_s: slow(timing.end_s),
            ..*timing
        };
    }
    let jobs = Some(Jobs { n: jobs, basis: JobsBasis::Recorded });
    Build { wall_s: build.wall_s.map(|wall_s| wall_s * factor), jobs, ..build }
}

/// A file of the first member that names a crate.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The crate.
    pub(crate) name: &'static str,
    /// The file; it has its own for each kind of target unless said otherwise.
    pub(crate) file: String,
    /// How.
    pub(crate) place: Place,
    /// Which target reaches the file.
    pub(crate) target: Option<Target>,
    /// When.
    pub(crate) when: When,
}

impl Named {
    /// In a path in the root of the member's target of this kind.
    pub(crate) fn in_target(kind: TargetKind) -> Self {
        let target = Some(Target { kind, name: "app".to_owned() });
        let file = format!("app/{}.rs", kind.as_str());
        Self { name: "", file, place: Place::Path, target, when: When::ALWAYS }
    }
}

/// What the first member names, and nothing else.
pub(crate) fn sources(workspace: &Workspace, named: &[Named]) -> Sources {
    let mut files: BTreeMap<&str, SourceFile> = BTreeMap::new();
    for named in named {
        let reached_by = named.target.iter().map(|target| Reached { target: target.clone(), when: When::ALWAYS });
        let file = files.entry(&named.file).or_insert_with(|| SourceFile {
            path: named.file.clone(),
            reached_by: reached_by.collect(),
            mentions: BTreeMap::new(),
        });
        let mention = Mention { place: named.place, when: named.when, line: 3, segments: BTreeSet::new() };
        file.mentions.entry(named.name.to_owned()).or_default().push(mention);
    }
    let member = MemberSources {
        package: workspace.members[0],
        files: files.into_values().collect(),
        unread: Vec::new(),
        includes_generated: false,
        kept: BTreeSet::new(),
    };
    Sources { members: vec![member], missing_modules: Vec::new() }
}

/// The analysis of a build that is drawn, when its first member names this.
pub(crate) fn analyse_named(drawn: &str, named: &[Named]) -> Analysis {
    let build = gantt::parse(drawn);
    let workspace = workspace_of(&build);
    let surroundings = Surroundings { sources: Some(sources(&workspace, named)), ..Surroundings::default() };
    Analysis::of(workspace, build, surroundings, Vec::new())
}

/// What Cargo would plan to get this build.
pub(crate) fn plan_of(build: &Build) -> UnitGraph {
    let profile = PlannedProfile {
        name: "dev".to_owned(),
        opt_level: "0".to_owned(),
        debug: DebugInfo::Full,
        split_debuginfo: None,
        codegen_units: None,
        lto: Lto::Local,
        incremental: false,
        debug_assertions: true,
        overflow_checks: true,
        panic: "unwind".to_owned(),
        strip: Strip::Nothing,
    };
    let planned = |unit: &Unit| PlannedUnit {
        package: unit.package.clone(),
        target: unit.target.clone(),
        mode: if unit.mode == Mode::CheckTest { Mode::Check } else { unit.mode },
        platform: unit.platform.clone(),
        features: unit.features.clone(),
        profile: profile.clone(),
        for_host: false,
    };
    let roots = Graph::of(build).roots();
    UnitGraph { units: build.units.iter().map(planned).collect(), edges: build.edges.clone(), roots }.checked()
}
