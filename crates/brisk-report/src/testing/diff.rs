//! Pairs of builds.

use brisk::difference::{Compared, Difference, Label, UnitFlags};
use brisk::model::{Build, CpuTime, Jobs, JobsBasis, Workspace};
use brisk_test_support::{gantt, workspace_of};

const BEFORE: &str = "
    serde v1.0.1            |FFFFBB
    log v0.4.1              |FFFB
    net          <- serde   |....FFFBB
    app (bin)    <- net,log |.........FFFFBBLL
";

/// `net` needs `reqwest` now, which needs all the others, and `serde` is a newer one.
const AFTER: &str = "
    serde v1.0.2                                                    |FFFFBB
    log v0.4.1                                                      |FFFB
    aws-lc-sys v0.22.0 (build-script)                               |....FFFFFF
    aws-lc-sys v0.22.0 (build-script run) <- aws-lc-sys (build-script) |..........SSSSSSSSSSSSSSSSSSSSSSSS
    aws-lc-sys v0.22.0 <- aws-lc-sys (build-script run)             |..................................FFB
    rustls v0.23.1 +std <- aws-lc-sys                               |....................................FFFFBBBB
    reqwest v0.12.1 <- rustls                                       |........................................FFFFFFBB
    net          <- serde, reqwest                                  |..............................................FFFBB
    app (bin)    <- net, log                                        |...................................................FFFFBBLL
";

/// A picture as it was recorded: each unit takes as much CPU time as it runs, and Cargo a tenth of a second.
pub(crate) fn recorded(picture: &str) -> Build {
    let mut build = gantt::parse(picture);
    for unit in &mut build.units {
        // The hashes of pictures are of their lines.
        unit.hash = None;
        unit.cpu = unit.duration_s().map(|user_s| CpuTime { user_s, sys_s: 0.0 });
    }
    let all_s: f64 = build.units.iter().filter_map(|unit| unit.cpu).map(CpuTime::total_s).sum();
    Build {
        command: Some(vec!["build".to_owned()]),
        cpu: Some(CpuTime { user_s: all_s, sys_s: 0.1 }),
        jobs: Some(Jobs { n: 2, basis: JobsBasis::Recorded }),
        foreign_cpu: Some(0.01),
        ..build
    }
}

/// A run of `build`, which was made at its beginning.
pub(crate) fn compared(name: &str, build: Build) -> Compared {
    let label = Label { name: name.to_owned(), run: Some(name.to_owned()), revision: None, at: build.started_at };
    Compared::of(label, build, UnitFlags::new())
}

/// The workspace of `build`, in which everything is asked for on line 12.
fn workspace(build: &Build) -> Workspace {
    let mut workspace = workspace_of(build);
    for declaration in workspace.packages.iter_mut().flat_map(|package| &mut package.declarations) {
        declaration.line = Some(12);
    }
    workspace
}

/// What two recorded builds differ in.
pub(crate) fn difference(a: Build, b: Build) -> Difference {
    let workspace = workspace(&b);
    let (a, b) = (compared("20260101T000000Z-0000aa", a), compared("20260101T010000Z-0000bb", b));
    Difference::of(a, b, &workspace, Vec::new())
}

/// A dependency more, and an update.
pub(crate) fn with_a_new_dependency() -> Difference {
    difference(recorded(BEFORE), recorded(AFTER))
}

/// The same built twice, the second time on a machine that is 5 % slower.
pub(crate) fn identical() -> Difference {
    let hashed = |factor: f64| {
        let mut build = recorded(AFTER);
        for (unit, at) in build.units.iter_mut().zip(0..) {
            unit.hash = format!("{at:016x}").parse().ok();
            unit.cpu = unit.cpu.map(|cpu| CpuTime { user_s: cpu.user_s * factor, ..cpu });
        }
        let cpu = build.cpu.map(|cpu| CpuTime { user_s: cpu.user_s * factor, ..cpu });
        Build { cpu, ..build }
    };
    difference(hashed(1.0), hashed(1.05))
}

/// Names that mean to be something else.
pub(crate) fn hostile() -> Difference {
    let mut build = recorded(AFTER);
    let names =
        ["<script>alert(1)</script>", "a|b", "x`y|z`", "\u{202e}gnp.exe", &"n".repeat(300), "a\nb\u{1b}[31m", "📦"];
    for (unit, name) in build.units.iter_mut().zip(names) {
        unit.package.name = name.to_owned();
        unit.target.name = name.to_owned();
        unit.features = vec![format!("+{name}")];
    }
    build.command = Some(vec!["build".to_owned(), "--features=`<b>|".to_owned()]);
    difference(recorded(BEFORE), build)
}
