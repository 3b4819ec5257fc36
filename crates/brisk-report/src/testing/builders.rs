//! Small builders of model values.

use std::collections::BTreeMap;

use brisk::analysis::Analysis;
use brisk::model::{
    Build, Confidence, DirtyReason, Edge, Mode, Outputs, Package, PackageIdx, PackageRef, PackageSource, PhaseCpu,
    Platform, Session, SessionIdx, Source, Status, Surroundings, Target, TargetKind, Timing, Unit, UnitIdx, Workspace,
    WorkspaceBasis,
};

/// Exact times in the main session.
pub(crate) fn timing(start_s: f64, rmeta_s: Option<f64>, end_s: f64) -> Timing {
    Timing {
        start_s,
        expanded_s: None,
        rmeta_s,
        codegen_s: None,
        link_s: None,
        end_s,
        confidence: Confidence::Exact,
        session: SessionIdx(0),
    }
}

pub(crate) fn unit(name: &str, version: &str, kind: TargetKind, mode: Mode) -> Unit {
    Unit {
        hash: None,
        package: PackageRef { name: name.into(), version: Some(version.into()), source: PackageSource::Registry },
        target: Target { kind, name: name.replace('-', "_") },
        mode,
        platform: Platform::Host,
        profile_dir: Some("debug".into()),
        features: Vec::new(),
        status: Status::Unknown,
        timing: None,
        cpu: None,
        phase_cpu: PhaseCpu::default(),
        max_rss_bytes: None,
        unfinished_since_s: None,
        failed: None,
        outputs: Outputs::default(),
    }
}

pub(crate) fn lib(name: &str, version: &str, timing: Timing) -> Unit {
    Unit { timing: Some(timing), ..unit(name, version, TargetKind::Lib, Mode::Build) }
}

pub(crate) fn run_script(name: &str, version: &str, timing: Timing) -> Unit {
    Unit { timing: Some(timing), ..unit(name, version, TargetKind::BuildScript, Mode::RunBuildScript) }
}

pub(crate) fn dirty(kind: &str, detail: &str, because_of: Option<u32>) -> Status {
    let because_of = because_of.map(UnitIdx);
    Status::Dirty(Some(DirtyReason { kind: kind.into(), detail: detail.into(), because_of }))
}

pub(crate) fn main_session(started_at: f64, wall_s: f64, n_units: usize) -> Session {
    Session { started_at, wall_s, n_units: u32::try_from(n_units).unwrap() }
}

/// A build of `units`; `edges` are `(dependent, dependency)`.
pub(crate) fn build(units: Vec<Unit>, edges: &[(u32, u32)]) -> Build {
    let edge =
        |&(dependent, dependency): &(u32, u32)| Edge { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency) };
    let ends = units.iter().filter_map(|unit| Some(unit.timing?.end_s));
    let wall_s = ends.max_by(f64::total_cmp);
    Build { units, edges: edges.iter().map(edge).collect(), wall_s, ..Build::empty(Source::Fingerprints) }.checked()
}

/// A workspace in `/src/demo` with these members.
pub(crate) fn workspace(members: &[&str]) -> Workspace {
    let package = |name: &&str| Package {
        name: (*name).into(),
        version: "0.1.0".into(),
        source: PackageSource::Member,
        manifest_path: Some(format!("/src/demo/{name}/Cargo.toml")),
        targets: Vec::new(),
        features: BTreeMap::new(),
        declarations: Vec::new(),
        dependencies: Vec::new(),
        links: None,
    };
    Workspace {
        basis: WorkspaceBasis::CargoMetadata,
        root: "/src/demo".into(),
        members: (0..u32::try_from(members.len()).unwrap()).map(PackageIdx).collect(),
        packages: members.iter().map(package).collect(),
        inheritable: Vec::new(),
    }
}

pub(crate) fn analysis(build: Build) -> Analysis {
    Analysis::of(workspace(&["app"]), build, Surroundings::default(), Vec::new())
}
