//! Target directories from pictures, compared with what Cargo itself leaves.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use brisk_store::fingerprints::{BuildDirs, Selection, load};
use brisk_test_support::fixture::{self, TempWorkspace};
use brisk_test_support::{Layout, Redactions, TargetDir, gantt, workspace_of};
use camino::{Utf8Path, Utf8PathBuf};

/// What `cargo build` of the fixture `toy` compiles and runs.
const TOY: &str = "
    b (proc-macro)                                     |FFL
    a                      <- b                        |...FFB
    app (build-script)                                 |FBL
    app (build-script run) <- app (build-script)       |...S
    app                    <- a, app (build-script run)|.....FFB
    app (bin)              <- a, app, app (build-script run) |........FL
";

fn written(picture: &str, layout: Layout) -> (TempWorkspace, Utf8PathBuf) {
    let place = TempWorkspace::empty();
    let target = place.root().join("target");
    TargetDir::new(layout).write(&gantt::parse(picture), &target);
    (place, target)
}

/// Paths of all files below `directory`, hashes redacted.
fn files(directory: &Utf8Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut stack = vec![directory.to_owned()];
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(path.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path()));
        } else {
            let below = path.strip_prefix(directory).unwrap().as_str();
            files.insert(Redactions::new().hashes().apply(below));
        }
    }
    files
}

fn modified_s(path: &Utf8Path) -> f64 {
    let modified = path.metadata().unwrap_or_else(|error| panic!("{path}: {error}")).modified().unwrap();
    let since = modified.duration_since(SystemTime::UNIX_EPOCH + Duration::from_secs_f64(gantt::STARTED_AT)).unwrap();
    (since.as_secs_f64() * 1000.0).round() / 1000.0
}

/// The only file below `directory` with this name, its hash left out.
fn find(directory: &Utf8Path, start: &str, end: &str) -> Utf8PathBuf {
    let entries = directory.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
    let mut hits = entries.filter(|path| {
        let name = path.file_name().unwrap();
        name.len() == start.len() + 16 + end.len() && name.starts_with(start) && name.ends_with(end)
    });
    hits.next().unwrap_or_else(|| panic!("no {start}…{end} in {directory}"))
}

#[test]
fn the_files_are_those_that_cargo_leaves() {
    let (_place, target) = written(TOY, Layout::V1);
    let workspace = fixture::copy("toy");
    assert!(workspace.cargo().args(["build", "--quiet"]).status().expect("cargo is installed").success());
    let of_a_unit = |path: &String| {
        let parts = [".fingerprint/", "deps/", "build/"];
        parts.iter().any(|part| path.contains(part)) && ![".o", ".dwo", "/output"].iter().any(|end| path.ends_with(end))
    };
    let expected: BTreeSet<String> = files(&workspace.root().join("target")).into_iter().filter(of_a_unit).collect();
    let ours: BTreeSet<String> = files(&target).into_iter().filter(of_a_unit).collect();
    assert_eq!(ours, expected);
}

#[test]
fn the_fingerprints_have_the_fields_that_cargo_writes() {
    let (_place, target) = written(TOY, Layout::V1);
    let workspace = fixture::copy("toy");
    assert!(workspace.cargo().args(["build", "--quiet"]).status().expect("cargo is installed").success());
    let fields = |target: &Utf8Path, package: &str, name: &str| -> Vec<String> {
        let unit = target.join("debug/.fingerprint").read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
        let mut json = unit.filter(|path| path.file_name().unwrap().starts_with(package)).map(|path| path.join(name));
        let json = json.find(|path| path.is_file()).expect("the unit has a fingerprint");
        let value: serde_json::Value = serde_json::from_slice(&fs_err::read(json).unwrap()).unwrap();
        value.as_object().unwrap().iter().map(|(name, value)| format!("{name} {}", kind(value))).collect()
    };
    for (package, name) in [("a-", "lib-a.json"), ("app-", "run-build-script-build-script-build.json")] {
        let ours = fields(&target, package, name);
        assert_eq!(ours, fields(&workspace.root().join("target"), package, name));
    }
}

/// The shape of a value, one level deep.
fn kind(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => format!("[{}]", items.first().map_or(String::new(), kind)),
        serde_json::Value::Object(fields) => format!("{:?}", fields.keys().collect::<Vec<_>>()),
        serde_json::Value::Number(_) => "number".to_owned(),
        serde_json::Value::String(_) => "string".to_owned(),
        serde_json::Value::Bool(_) => "bool".to_owned(),
        serde_json::Value::Null => "null".to_owned(),
    }
}

#[test]
fn a_dependency_is_named_by_the_number_in_its_own_fingerprint_file() {
    let (_place, target) = written("a |F\nb <- a |.F", Layout::V1);
    let fingerprints = target.join("debug/.fingerprint");
    let text = fs_err::read_to_string(find(&fingerprints, "a-", "").join("lib-a")).unwrap();
    let bytes: Vec<u8> = (0..16).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    let json = fs_err::read(find(&fingerprints, "b-", "").join("lib-b.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["deps"][0][1], "a");
    assert_eq!(json["deps"][0][3], u64::from_le_bytes(bytes.try_into().unwrap()));
}

#[test]
fn times_of_a_library_are_those_of_the_picture() {
    let (_place, target) = written("a |..FFFBB", Layout::V1);
    let (deps, fingerprint) = (target.join("debug/deps"), find(&target.join("debug/.fingerprint"), "a-", ""));
    let times = [
        fingerprint.join("invoked.timestamp"),
        find(&deps, "a-", ".d"),
        find(&deps, "liba-", ".rmeta"),
        find(&deps, "liba-", ".rlib"),
        fingerprint.join("lib-a.json"),
    ];
    assert_eq!(times.map(|path| modified_s(&path)), [0.2, 0.2, 0.5, 0.7, 0.7]);
}

#[test]
fn times_of_a_script_are_those_of_the_picture() {
    for (layout, run) in [(Layout::V1, "debug/build"), (Layout::V2, "debug/build/a")] {
        let (_place, target) = written("a (build-script run) |.SSSS", layout);
        let unit = match layout {
            Layout::V1 => find(&target.join(run), "a-", ""),
            Layout::V2 => find(&target.join(run), "", "").join("run"),
        };
        assert_eq!(modified_s(&unit.join("invoked.timestamp")), 0.1, "{layout:?}");
        assert_eq!(modified_s(&unit.join("root-output")), 0.5, "{layout:?}");
    }
}

#[test]
fn the_new_layout_has_one_directory_per_unit() {
    let (_place, target) = written(TOY, Layout::V2);
    let files: Vec<String> = files(&target).into_iter().collect();
    insta::assert_snapshot!(files.join("\n"), @"
    CACHEDIR.TAG
    debug/.cargo-lock
    debug/build/a/[HASH]/fingerprint/dep-lib-a
    debug/build/a/[HASH]/fingerprint/invoked.timestamp
    debug/build/a/[HASH]/fingerprint/lib-a
    debug/build/a/[HASH]/fingerprint/lib-a.json
    debug/build/a/[HASH]/out/a-[HASH].d
    debug/build/a/[HASH]/out/liba-[HASH].rlib
    debug/build/a/[HASH]/out/liba-[HASH].rmeta
    debug/build/app/[HASH]/fingerprint/bin-app
    debug/build/app/[HASH]/fingerprint/bin-app.json
    debug/build/app/[HASH]/fingerprint/build-script-build-script-build
    debug/build/app/[HASH]/fingerprint/build-script-build-script-build.json
    debug/build/app/[HASH]/fingerprint/dep-bin-app
    debug/build/app/[HASH]/fingerprint/dep-build-script-build-script-build
    debug/build/app/[HASH]/fingerprint/dep-lib-app
    debug/build/app/[HASH]/fingerprint/invoked.timestamp
    debug/build/app/[HASH]/fingerprint/lib-app
    debug/build/app/[HASH]/fingerprint/lib-app.json
    debug/build/app/[HASH]/fingerprint/run-build-script-build-script-build
    debug/build/app/[HASH]/fingerprint/run-build-script-build-script-build.json
    debug/build/app/[HASH]/out/app
    debug/build/app/[HASH]/out/app-[HASH].d
    debug/build/app/[HASH]/out/app.d
    debug/build/app/[HASH]/out/build_script_build
    debug/build/app/[HASH]/out/build_script_build.d
    debug/build/app/[HASH]/out/libapp-[HASH].rlib
    debug/build/app/[HASH]/out/libapp-[HASH].rmeta
    debug/build/app/[HASH]/run/invoked.timestamp
    debug/build/app/[HASH]/run/root-output
    debug/build/app/[HASH]/run/stderr
    debug/build/app/[HASH]/run/stdout
    debug/build/b/[HASH]/fingerprint/dep-lib-b
    debug/build/b/[HASH]/fingerprint/invoked.timestamp
    debug/build/b/[HASH]/fingerprint/lib-b
    debug/build/b/[HASH]/fingerprint/lib-b.json
    debug/build/b/[HASH]/out/b-[HASH].d
    debug/build/b/[HASH]/out/libb-[HASH].so
    ");
}

#[test]
fn sizes_are_those_of_the_outputs() {
    let mut build = gantt::parse("a v1.0.0 |FB");
    build.units[0].outputs = brisk::model::Outputs { bytes: Some(300), rmeta_bytes: Some(20) };
    let place = TempWorkspace::empty();
    TargetDir::new(Layout::V1).write(&build, place.root());
    let deps = place.root().join("debug/deps");
    let sizes = [".rlib", ".rmeta"].map(|end| find(&deps, "liba-", end).metadata().unwrap().len());
    assert_eq!(sizes, [300, 20]);
}

#[test]
fn sources_of_registry_packages_lie_below_cargo_home() {
    let place = TempWorkspace::empty();
    TargetDir::new(Layout::V1).cargo_home("/c").write(&gantt::parse("serde v1.0.229 |F"), place.root());
    let dep_info = fs_err::read_to_string(find(&place.root().join("debug/deps"), "serde-", ".d")).unwrap();
    assert!(
        dep_info.contains(": /c/registry/src/index.crates.io-1949cf8c6b5b557f/serde-1.0.229/src/lib.rs\n"),
        "{dep_info}"
    );
}

/// What the loader of target directories makes of the one written for `picture`.
fn loaded(picture: &str, layout: Layout) -> String {
    let (_place, target) = written(picture, layout);
    let dirs = BuildDirs { target_dir: target.clone(), build_dir: target };
    let found = load(&dirs, &Selection::default(), &workspace_of(&gantt::parse(picture))).expect("there is a build");
    assert_eq!(found.build.problems, []);
    gantt::render(&found.build)
}

#[test]
fn the_loader_sees_the_picture_that_was_written() {
    let picture = "
        dep v1.2.3 (build-script)                                |FFBL
        dep v1.2.3 (build-script run) <- dep (build-script)      |....SS
        dep v1.2.3 <- dep (build-script run)                     |......FFBB
        m v2.0.0 (proc-macro)                                    |FFFF
        lib <- dep, m                                            |........FFFB
        app (bin) <- lib                                         |............FFL
    ";
    insta::assert_snapshot!(loaded(picture, Layout::V1), @"
    app (bin)                     <- lib                    |............UUU
    dep v1.2.3                    <- dep (build-script run) |......FFBB
    dep v1.2.3 (build-script)                               |UUUU
    dep v1.2.3 (build-script run) <- dep (build-script)     |....SS
    lib                           <- dep, m                 |........FFFB
    m v2.0.0 (proc-macro)                                   |UUUU
    ");
    assert_eq!(loaded(picture, Layout::V1), loaded(picture, Layout::V2));
}
