//! Real Cargo on small workspaces without a network.

mod draft;
mod generated;
mod written;

use std::path::{Path, PathBuf};

use brisk::model::{
    Build, DependencyChange, DependencyEdit, DependencyKind, ManifestEdit, Members, PlannedUnit, ProfileEdit,
    ProfilePart, ProfileValue, UnitGraph, Workspace,
};
use brisk::simulate::Asking;

use super::{Mirror, WhyNot};
use crate::workspace::testing::Tree;
use crate::workspace::{Environment, Facts, WorkspaceOptions, read};

/// A workspace with all that a copy could lose: a member within another one and one behind a link, a path dependency outside
/// that has one of its own, dependencies that are inherited, a configuration above, a target in a directory of tests.
const FILES: &[(&str, &str)] = &[
    (".cargo/config.toml", "[profile.dev]\nopt-level = 1\n[build]\ntarget-dir = 'elsewhere'\n"),
    (
        "far/Cargo.toml",
        "[package]\nname = 'far'\nversion = '0.3.0'\n[dependencies]\nfarther = { path = '../farther' }\n",
    ),
    ("far/src/lib.rs", ""),
    ("farther/Cargo.toml", "[package]\nname = 'farther'\nversion = '0.1.0'\n"),
    ("farther/src/lib.rs", ""),
    (
        "linked/Cargo.toml",
        "[package]\nname = 'linked'\nversion = '0.1.0'\n[features]\ndefault = ['a']\na = []\nb = []\n",
    ),
    ("linked/src/lib.rs", ""),
    (
        "ws/Cargo.toml",
        "[workspace]\nresolver = '2'\nmembers = ['app', 'app/tests/inner', 'crates/*']\n\
         [workspace.dependencies]\nfar = { path = '../far' }\nlinked = { path = 'crates/linked', features = ['b'] }\n",
    ),
    (
        "ws/app/Cargo.toml",
        "[package]\nname = 'app'\nversion = '0.1.0'\nedition = '2021'\n\
         [features]\ndefault = ['extra']\nextra = ['dep:far', 'linked/b', 'inner']\n\
         [dependencies]\nfar = { workspace = true, optional = true }\nlinked.workspace = true\n\
         inner = { path = 'tests/inner', optional = true }\n\
         [dev-dependencies]\nlinked.workspace = true\n\
         [build-dependencies]\nnew-name = { package = 'tool', path = '../crates/tool' }\n\
         [[bin]]\nname = 'gated'\npath = 'src/gated.rs'\nrequired-features = ['extra', 'inner']\n",
    ),
    ("ws/app/build.rs", "fn main() {}\n"),
    ("ws/app/src/lib.rs", ""),
    ("ws/app/src/gated.rs", "fn main() {}\n"),
    ("ws/app/tests/single.rs", ""),
    ("ws/app/tests/whole/main.rs", ""),
    ("ws/app/tests/inner/Cargo.toml", "[package]\nname = 'inner'\nversion = '0.1.0'\n"),
    ("ws/app/tests/inner/src/lib.rs", ""),
    ("ws/crates/tool/Cargo.toml", "[package]\nname = 'tool'\nversion = '0.1.0'\n"),
    ("ws/crates/tool/src/lib.rs", ""),
    ("ws/target/left-over", ""),
];

struct Bench {
    tree: Tree,
    private: tempfile::TempDir,
    options: WorkspaceOptions,
    facts: Facts,
}

impl Bench {
    fn new() -> Self {
        let tree = Tree::new(FILES);
        std::os::unix::fs::symlink("../../linked", tree.path("ws/crates/linked")).unwrap();
        Self::of(tree, "ws/app/src")
    }

    /// A workspace in `ws`, asked about from `cwd`.
    fn of(tree: Tree, cwd: &str) -> Self {
        let process = Environment::of_process();
        let kept = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];
        let kept = kept.into_iter().filter_map(|name| Some((name, process.get(name)?)));
        let environment = kept.fold(Environment::default(), |all, (name, value)| all.with(name, value));
        let options = WorkspaceOptions {
            manifest_path: None,
            target_dir: None,
            cwd: tree.path(cwd),
            cargo: PathBuf::from("cargo"),
            cache_dir: None,
            environment,
        };
        let lock = |dir: &str| {
            let lock = ["generate-lockfile", "--offline"];
            let done = std::process::Command::new("cargo").args(lock).current_dir(tree.path(dir)).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        lock("ws");
        let facts = read(&options).unwrap();
        Self { tree, private: tempfile::tempdir().unwrap(), options, facts }
    }

    fn mirror(&self) -> Mirror<'_> {
        Mirror::prepare(self.private.path(), "run", &self.facts, &self.options).unwrap()
    }

    fn ask(&self, command: &str, edits: &[ManifestEdit]) -> Result<UnitGraph, WhyNot> {
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        self.mirror().unit_graph(&words, edits)
    }

    /// What Cargo says in the workspace itself.
    fn original(&self, command: &str) -> UnitGraph {
        let mut cargo = std::process::Command::new("cargo");
        cargo.args(command.split(' ')).args(["--unit-graph", "-Zunstable-options", "--offline"]);
        cargo.env_clear().envs(self.options.environment.iter()).env("RUSTC_BOOTSTRAP", "1");
        let output = cargo.current_dir(&self.options.cwd).output().unwrap();
        super::answer::parse(&output.stdout, &self.facts.workspace).unwrap()
    }

    #[track_caller]
    fn units(&self, command: &str, edits: &[ManifestEdit]) -> String {
        let units = self.ask(command, edits).unwrap().units;
        let mut lines: Vec<String> = units.iter().map(line).collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    #[track_caller]
    fn refusal(&self, edits: &[ManifestEdit]) -> String {
        self.tree.redact(&self.ask("build", edits).unwrap_err().to_string())
    }
}

fn line(unit: &PlannedUnit) -> String {
    let host = if unit.for_host { " (host)" } else { "" };
    let (package, target, mode) = (&unit.package.name, unit.target.in_words(), unit.mode.as_str());
    format!("{package} {target} {mode}{host} {}", unit.features.join(",")).trim_end().to_owned()
}

/// All files below a directory that are no links, with their texts.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(dir).unwrap() {
        let (path, kind) = entry.map(|entry| (entry.path(), entry.file_type().unwrap())).unwrap();
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_file() {
            found.push((path.clone(), fs_err::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn unchanged_manifests_give_the_units_of_the_workspace_itself() {
    let bench = Bench::new();
    for command in ["build", "test --no-run --workspace", "check --all-targets", "build --release -p linked"] {
        let found = bench.ask(command, &[]).unwrap();
        assert_eq!(found, bench.original(command), "{command}");
        assert!(!found.units.is_empty() && found.units[0].profile.opt_level != "0", "{command}");
    }
}

#[test]
fn nothing_of_the_users_is_changed_and_nothing_is_left() {
    let bench = Bench::new();
    let before = files(&bench.tree.path(""));
    let remove = ManifestEdit::remove_everywhere("far");
    bench.ask("build", &[remove]).unwrap();
    assert_eq!(files(&bench.tree.path("")), before);
    let left: Vec<PathBuf> = files(bench.private.path()).into_iter().map(|(path, _)| path).collect();
    assert!(!bench.private.path().join("run").exists(), "{left:?}");
}

#[test]
fn a_removed_dependency_goes_with_what_only_it_needs_and_with_features_that_name_it() {
    let bench = Bench::new();
    insta::assert_snapshot!(bench.units("build", &[ManifestEdit::remove_everywhere("far")]), @"
    app bin `gated` build default,extra,inner
    app build script build (host) default,extra,inner
    app build script run-custom-build default,extra,inner
    app lib `app` build default,extra,inner
    inner lib `inner` build
    linked lib `linked` build a,b,default
    tool lib `tool` build (host)
    ");
    insta::assert_snapshot!(bench.units("build", &[ManifestEdit::of_member("app", "inner", DependencyChange::Remove)]), @"
    app bin `gated` build default,extra
    app build script build (host) default,extra
    app build script run-custom-build default,extra
    app lib `app` build default,extra
    far lib `far` build
    farther lib `farther` build
    linked lib `linked` build a,b,default
    tool lib `tool` build (host)
    ");
}

#[test]
fn a_dependency_is_removed_by_the_name_of_its_package_and_from_one_table_if_asked() {
    let bench = Bench::new();
    insta::assert_snapshot!(bench.units("test", &[ManifestEdit::remove_everywhere("tool")]), @"
    app bin `gated` build default,extra,inner
    app bin `gated` test default,extra,inner
    app build script build (host) default,extra,inner
    app build script run-custom-build default,extra,inner
    app lib `app` build default,extra,inner
    app lib `app` test default,extra,inner
    app test `single` test default,extra,inner
    app test `whole` test default,extra,inner
    far lib `far` build
    farther lib `farther` build
    inner lib `inner` build
    linked lib `linked` build a,b,default
    ");
    let of_tests = ManifestEdit::Dependency(DependencyEdit {
        members: Members::Named("app".to_owned()),
        kind: Some(DependencyKind::Dev),
        dependency: "linked".to_owned(),
        change: DependencyChange::Remove,
    });
    insta::assert_snapshot!(bench.units("build --lib", &[of_tests]), @"
    app build script build (host) default,extra,inner
    app build script run-custom-build default,extra,inner
    app lib `app` build default,extra,inner
    far lib `far` build
    farther lib `farther` build
    inner lib `inner` build
    linked lib `linked` build a,b,default
    tool lib `tool` build (host)
    ");
}

#[test]
fn features_are_trimmed_and_dependencies_become_optional() {
    let bench = Bench::new();
    let trimmed = ManifestEdit::of_all("linked", DependencyChange::Features(Vec::new()));
    insta::assert_snapshot!(bench.units("build --lib --no-default-features", &[trimmed]), @"
    app build script build (host)
    app build script run-custom-build
    app lib `app` build
    linked lib `linked` build
    tool lib `tool` build (host)
    ");
    let optional = ManifestEdit::of_all("linked", DependencyChange::MakeOptional);
    insta::assert_snapshot!(bench.units("build --lib", &[optional]), @"
    app build script build (host) default,extra,inner
    app build script run-custom-build default,extra,inner
    app lib `app` build default,extra,inner
    far lib `far` build
    farther lib `farther` build
    inner lib `inner` build
    tool lib `tool` build (host)
    ");
}

/// A virtual workspace with another one in it that is none of its members, and one around it.
const NESTED: &[(&str, &str)] = &[
    ("Cargo.toml", "[workspace]\nexclude = ['ws']\n[workspace.dependencies]\nlib = '9'\n"),
    ("ws/Cargo.toml", "[workspace]\nresolver = '2'\nmembers = ['app', 'lib']\n"),
    ("ws/app/Cargo.toml", "[package]\nname = 'app'\nversion = '0.1.0'\n[dependencies]\nlib = { path = '../lib' }\n"),
    ("ws/app/src/lib.rs", ""),
    ("ws/lib/Cargo.toml", "[package]\nname = 'lib'\nversion = '0.1.0'\n"),
    ("ws/lib/src/lib.rs", ""),
    (
        "ws/app/fuzz/Cargo.toml",
        "[package]\nname = 'fuzz'\nversion = '0.1.0'\n[workspace]\n[dependencies]\nlib = { path = '../../lib' }\n",
    ),
    ("ws/app/fuzz/src/lib.rs", ""),
];

#[test]
fn manifests_of_a_workspace_within_or_around_are_not_touched() {
    let bench = Bench::of(Tree::new(NESTED), "ws/app/src");
    let setting = ProfileEdit {
        profile: "dev".to_owned(),
        part: ProfilePart::Whole,
        key: "debug".to_owned(),
        value: ProfileValue::Number(1),
    };
    let edits = [ManifestEdit::remove_everywhere("lib"), ManifestEdit::Profile(setting)];
    let changes = super::manifest_changes(&bench.facts, &bench.options, &edits).unwrap();
    let told = changes.iter().map(|change| format!("{}\n{}", change.path.display(), change.after));
    insta::assert_snapshot!(bench.tree.redact(&told.collect::<Vec<_>>().join("\n")), @"
    [ROOT]/ws/Cargo.toml
    [workspace]
    resolver = '2'
    members = ['app', 'lib']

    [profile.dev]
    debug = 1

    [ROOT]/ws/app/Cargo.toml
    [package]
    name = 'app'
    version = '0.1.0'
    [dependencies]
    ");
}

#[test]
fn a_profile_is_changed_in_all_its_parts() {
    let bench = Bench::new();
    let edit = |part, key: &str, value| {
        ManifestEdit::Profile(ProfileEdit { profile: "dev".to_owned(), part, key: key.to_owned(), value })
    };
    let edits = [
        edit(ProfilePart::Whole, "codegen-units", ProfileValue::Number(7)),
        edit(ProfilePart::Package("*".to_owned()), "debug", ProfileValue::Flag(false)),
        edit(ProfilePart::BuildOverride, "opt-level", ProfileValue::Text("s".to_owned())),
        edit(ProfilePart::Whole, "lto", ProfileValue::Text("thin".to_owned())),
    ];
    let graph = bench.ask("build --lib", &edits).unwrap();
    let said = |unit: &PlannedUnit| {
        let profile = &unit.profile;
        let (units, debug, level) = (profile.codegen_units, profile.debug, &profile.opt_level);
        format!("{}: {units:?} {debug:?} {level} {:?}\n", line(unit), profile.lto)
    };
    insta::assert_snapshot!(graph.units.iter().map(said).collect::<String>(), @"
    app lib `app` build default,extra,inner: Some(7) Full 1 Thin
    app build script run-custom-build default,extra,inner: None Full 1 Local
    app build script build (host) default,extra,inner: None None s Thin
    far lib `far` build: Some(7) None 1 Thin
    farther lib `farther` build: Some(7) None 1 Thin
    inner lib `inner` build: Some(7) Full 1 Thin
    linked lib `linked` build a,b,default: Some(7) Full 1 Thin
    tool lib `tool` build (host): None None s Thin
    ");
}

#[test]
fn what_cannot_be_done_is_told_in_words() {
    let bench = Bench::new();
    insta::assert_snapshot!(bench.refusal(&[ManifestEdit::remove_everywhere("nobody")]), @"no member declares a dependency on `nobody`");
    insta::assert_snapshot!(bench.refusal(&[ManifestEdit::of_member("ap", "far", DependencyChange::Remove)]), @"the workspace has no member `ap`");
    insta::assert_snapshot!(bench.refusal(&[ManifestEdit::of_member("inner", "far", DependencyChange::Remove)]), @"`inner` does not declare a dependency on `far`");
    let newer = ManifestEdit::of_all("far", DependencyChange::Require("9".to_owned()));
    insta::assert_snapshot!(bench.refusal(&[newer]), @r#"without a network Cargo has no answer: failed to select a version for the requirement `far = "^9"`; candidate versions found which didn't match: 0.3.0; location searched: [ROOT]/far; required by package `app v0.1.0 ([ROOT]/ws/app)`"#);
    let unknown = ManifestEdit::of_all("linked", DependencyChange::Features(vec!["none".to_owned()]));
    insta::assert_snapshot!(bench.refusal(&[unknown]), @"`cargo build` failed: failed to select a version for `linked`.; ... required by package `app v0.1.0 ([ROOT]/ws/app)`; versions that meet the requirements `*` (locked to 0.1.0) are: 0.1.0; package `app` depends on `linked` with feature `none` but `linked` does not have that feature.; available features: a, b, default; failed to select a version for `linked` which could resolve this conflict");
}

#[test]
fn a_workspace_that_nobody_but_a_build_tells_of_has_no_manifests() {
    let mut bench = Bench::new();
    let build: Build = brisk_test_support::gantt::parse("app |F\n");
    bench.facts.workspace = Workspace::of_build("/ws", &build);
    let why = Mirror::prepare(bench.private.path(), "run", &bench.facts, &bench.options).unwrap_err();
    assert_eq!(why.to_string(), "the manifests cannot be had: nobody knows where the manifest of `app` is");
}

/// A package of a registry that asks for another one with its default features, both vendored.
const VENDORED: &[(&str, &str)] = &[
    (
        "ws/.cargo/config.toml",
        "[source.crates-io]\nreplace-with = 'vendored'\n[source.vendored]\ndirectory = 'vendor'\n",
    ),
    ("ws/Cargo.toml", "[package]\nname = 'app'\nversion = '0.1.0'\n[dependencies]\nfar = '1'\nheavy = '1'\n"),
    ("ws/src/lib.rs", ""),
    ("ws/vendor/far/Cargo.toml", "[package]\nname = 'far'\nversion = '1.0.0'\n[dependencies.heavy]\nversion = '1'\n"),
    ("ws/vendor/far/src/lib.rs", ""),
    ("ws/vendor/far/.cargo-checksum.json", "{\"files\":{}}"),
    (
        "ws/vendor/heavy/Cargo.toml",
        "[package]\nname = 'heavy'\nversion = '1.0.0'\n[features]\ndefault = ['full']\nfull = []\nslim = []\n",
    ),
    ("ws/vendor/heavy/src/lib.rs", ""),
    ("ws/vendor/heavy/.cargo-checksum.json", "{\"files\":{}}"),
];

#[test]
fn what_others_ask_for_stays_on_unless_they_are_changed_as_well() {
    let bench = Bench::of(Tree::new(VENDORED), "ws");
    let change = DependencyChange::Features(vec!["slim".to_owned()]);
    let here = ManifestEdit::of_all("heavy", change.clone());
    insta::assert_snapshot!(bench.units("build", std::slice::from_ref(&here)), @"
    app lib `app` build
    far lib `far` build
    heavy lib `heavy` build default,full,slim
    ");
    let asking = Asking::of(&bench.facts.workspace, &bench.ask("build", &[here]).unwrap(), "heavy");
    let asking: Vec<String> =
        asking.iter().map(|it| format!("{} {:?} default: {}", it.by, it.features, it.default_features)).collect();
    insta::assert_snapshot!(asking.join("\n"), @"
    app v0.1.0 {} default: true
    far v1.0.0 {} default: true
    ");
    let as_well = |other: &str| {
        let (members, dependency) = (Members::AllAnd(vec![other.to_owned()]), "heavy".to_owned());
        ManifestEdit::Dependency(DependencyEdit { members, kind: None, dependency, change: change.clone() })
    };
    insta::assert_snapshot!(bench.units("build", &[as_well("far")]), @"
    app lib `app` build
    far lib `far` build
    heavy lib `heavy` build slim
    ");
    assert_eq!(bench.refusal(&[as_well("heavy")]), "`heavy` does not declare a dependency on `heavy`");
}
