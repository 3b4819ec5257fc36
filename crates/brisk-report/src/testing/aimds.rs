//! A real build: 234 units of a four-member workspace (AIMDS), as `cargo build` with two jobs left them in `target/debug`.
//!
//! One unit a line in `aimds.tsv`: package, version, target kind, mode, hash, start, metadata, end (seconds since the first
//! start), bytes, features, and the line numbers (from 0) of what it depends on.

use std::collections::BTreeMap;

use brisk::analysis::Analysis;
use brisk::model::{
    Build, Confidence, DiskEntry, DiskKind, DiskUsage, Edge, Jobs, JobsBasis, Mode, Outputs, Package, PackageIdx,
    PackageRef, PackageSource, PhaseCpu, Platform, Session, SessionIdx, Source, Status, Surroundings, Target,
    TargetKind, Timing, Unit, UnitIdx, Workspace, WorkspaceBasis,
};

/// When the build began: 2026-11-21 08:09 UTC.
pub(crate) const STARTED_AT: f64 = 1_795_248_559.8;

/// The build with all that follows from it.
pub(crate) fn aimds() -> Analysis {
    let rows: Vec<Vec<&str>> = include_str!("aimds.tsv").lines().map(|line| line.split('\t').collect()).collect();
    let units: Vec<Unit> = rows.iter().map(|row| unit(row)).collect();
    let edges = rows.iter().zip(0..).flat_map(|(row, dependent)| {
        let dependencies = row[10].split(',').filter(|text| !text.is_empty());
        dependencies.map(move |dependency| Edge {
            dependent: UnitIdx(dependent),
            dependency: UnitIdx(dependency.parse().expect("a line number")),
        })
    });
    let wall_s = units.iter().filter_map(|unit| Some(unit.timing?.end_s)).max_by(f64::total_cmp);
    let session = Session {
        started_at: STARTED_AT,
        wall_s: wall_s.expect("units have times"),
        n_units: u32::try_from(units.len()).expect("few units"),
    };
    let build = Build {
        command: Some(vec!["build".to_owned()]),
        profile: Some("dev".to_owned()),
        started_at: Some(STARTED_AT),
        wall_s,
        jobs: Some(Jobs { n: 2, basis: JobsBasis::Assumed }),
        edges: edges.collect(),
        sessions: vec![session],
        units,
        ..Build::empty(Source::Fingerprints)
    };
    Analysis::of(workspace(&rows), build.checked(), Surroundings::of_disk(Some(disk())), Vec::new())
}

fn unit(row: &[&str]) -> Unit {
    let number = |text: &str| text.parse::<f64>().ok();
    let kind = match row[2] {
        "custom-build" => TargetKind::BuildScript,
        "proc-macro" => TargetKind::ProcMacro,
        _ => TargetKind::Lib,
    };
    let timing = Timing {
        start_s: number(row[5]).expect("a start"),
        expanded_s: None,
        rmeta_s: number(row[6]),
        codegen_s: None,
        link_s: None,
        end_s: number(row[7]).expect("an end"),
        confidence: Confidence::FileTimes,
        session: SessionIdx(0),
    };
    Unit {
        hash: row[4].parse().ok(),
        package: PackageRef { name: row[0].to_owned(), version: Some(row[1].to_owned()), source: source(row[0]) },
        target: Target { kind, name: row[0].replace('-', "_") },
        mode: if row[3] == "build" { Mode::Build } else { Mode::RunBuildScript },
        platform: Platform::Host,
        profile_dir: Some("debug".to_owned()),
        features: row[9].split(',').filter(|text| !text.is_empty()).map(str::to_owned).collect(),
        status: Status::Unknown,
        timing: Some(timing),
        cpu: None,
        phase_cpu: PhaseCpu::default(),
        max_rss_bytes: None,
        unfinished_since_s: None,
        failed: None,
        outputs: Outputs { bytes: row[8].parse().ok(), rmeta_bytes: None },
    }
}

fn source(package: &str) -> PackageSource {
    if package.starts_with("aimds-") { PackageSource::Member } else { PackageSource::Registry }
}

fn workspace(rows: &[Vec<&str>]) -> Workspace {
    let versions: BTreeMap<(&str, &str), ()> = rows.iter().map(|row| ((row[0], row[1]), ())).collect();
    let package = |(name, version): &(&str, &str)| Package {
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        source: source(name),
        manifest_path: None,
        targets: Vec::new(),
        features: BTreeMap::new(),
        declarations: Vec::new(),
        dependencies: Vec::new(),
        links: None,
    };
    let packages: Vec<Package> = versions.keys().map(package).collect();
    let members = packages.iter().zip(0..).filter(|(package, _)| package.source == PackageSource::Member);
    Workspace {
        basis: WorkspaceBasis::CargoMetadata,
        root: "/src/aimds".to_owned(),
        members: members.map(|(_, idx)| PackageIdx(idx)).collect(),
        packages,
        inheritable: Vec::new(),
    }
}

/// The disk use that the workspace's authors complained of: most of it below `target/package`.
fn disk() -> DiskUsage {
    const MIB: u64 = 1024 * 1024;
    let entry = |path: &str, kind: DiskKind, mib: u64, children: Vec<DiskEntry>| DiskEntry {
        path: path.to_owned(),
        kind,
        bytes: mib * MIB,
        files: mib * 2,
        children,
    };
    let debug = vec![
        entry("debug/deps", DiskKind::Deps, 800, Vec::new()),
        entry("debug/incremental", DiskKind::Incremental, 493, Vec::new()),
        entry("debug/build", DiskKind::BuildScripts, 407, Vec::new()),
        entry("debug/.fingerprint", DiskKind::Fingerprints, 4, Vec::new()),
        entry("debug/examples", DiskKind::Examples, 1, Vec::new()),
    ];
    let package = vec![
        entry("package/aimds-response-0.1.1", DiskKind::Package, 764, Vec::new()),
        entry("package/aimds-analysis-0.1.1", DiskKind::Package, 634, Vec::new()),
        entry("package/aimds-detection-0.1.1", DiskKind::Package, 479, Vec::new()),
        entry("package/*.crate", DiskKind::CrateFiles, 1, Vec::new()),
    ];
    let entries = vec![
        entry("package", DiskKind::Package, 1878, package),
        entry("debug", DiskKind::Profile, 1705, debug),
        entry("release", DiskKind::Profile, 359, Vec::new()),
        entry("wasm32-unknown-unknown", DiskKind::Triple, 148, Vec::new()),
    ];
    DiskUsage { path: "target".to_owned(), bytes: 4090 * MIB, files: 8180, entries }
}
