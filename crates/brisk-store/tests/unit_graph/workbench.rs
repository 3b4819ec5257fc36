//! A workspace in a temporary directory, the Cargo that builds it, and Cargo's own word on its units.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use brisk::model::{
    Build, Edge, Mode, Package, PackageIdx, PackageSource, PackageTarget, Platform, TargetKind, Unit, Workspace,
    WorkspaceBasis,
};
use brisk_store::fingerprints::{BuildDirs, Found, LoadError, Selection, load};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

/// Age of the files of a new workspace.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// A proc macro, build scripts with `links`, a package built for host and target with different features, several
/// executables, a renamed dependency, a `cdylib`, tests, examples and a benchmark.
const FILES: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"macros\", \"native\", \"native-user\", \"plugin\", \"shared\", \"testing\"]\n\
         [profile.quick]\ninherits = \"dev\"\ndebug = false\n",
    ),
    (
        "shared/Cargo.toml",
        "[package]\nname = \"shared\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nhost = []\ntarget = []\nmore = []\n",
    ),
    ("shared/src/lib.rs", "pub fn name() -> &'static str { \"shared\" }\n"),
    (
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n\
         [dependencies]\nshared = { path = \"../shared\", features = [\"host\"] }\n",
    ),
    (
        "macros/src/lib.rs",
        "use proc_macro::TokenStream;\n#[proc_macro]\npub fn make(_: TokenStream) -> TokenStream { shared::name(); TokenStream::new() }\n",
    ),
    (
        "native/Cargo.toml",
        "[package]\nname = \"native\"\nversion = \"1.2.3\"\nedition = \"2021\"\nlinks = \"native\"\nbuild = \"make.rs\"\n",
    ),
    ("native/make.rs", "fn main() { println!(\"cargo:answer=42\"); println!(\"cargo:rerun-if-changed=make.rs\"); }\n"),
    ("native/src/lib.rs", "pub fn native() {}\n"),
    (
        "native-user/Cargo.toml",
        "[package]\nname = \"native-user\"\nversion = \"0.3.0\"\nedition = \"2021\"\n\
         [dependencies]\nnative = { path = \"../native\" }\n[build-dependencies]\nnative = { path = \"../native\" }\n",
    ),
    ("native-user/build.rs", "fn main() { native::native(); std::env::var(\"DEP_NATIVE_ANSWER\").unwrap(); }\n"),
    ("native-user/src/lib.rs", "pub fn user() { native::native() }\n"),
    (
        "plugin/Cargo.toml",
        "[package]\nname = \"plugin\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n\
         [dependencies]\nshared = { path = \"../shared\" }\n",
    ),
    ("plugin/src/lib.rs", "#[no_mangle]\npub extern \"C\" fn plugin() { shared::name(); }\n"),
    (
        "testing/Cargo.toml",
        "[package]\nname = \"testing\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nshared = { path = \"../shared\" }\n",
    ),
    ("testing/src/lib.rs", "pub fn testing() { shared::name(); }\n"),
    (
        "app/Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\ngated = []\n\
         [[bin]]\nname = \"app\"\npath = \"src/main.rs\"\n[[bin]]\nname = \"gated\"\npath = \"src/gated.rs\"\nrequired-features = [\"gated\"]\n\
         [[bench]]\nname = \"speed\"\nharness = false\n\
         [dependencies]\nrenamed = { package = \"shared\", path = \"../shared\", features = [\"target\"] }\n\
         macros = { path = \"../macros\" }\nnative-user = { path = \"../native-user\" }\nplugin = { path = \"../plugin\" }\n\
         [build-dependencies]\nrenamed = { package = \"shared\", path = \"../shared\" }\nnative-user = { path = \"../native-user\" }\n\
         [dev-dependencies]\ntesting = { path = \"../testing\" }\n",
    ),
    (
        "app/build.rs",
        "fn main() { renamed::name(); native_user::user(); println!(\"cargo:rerun-if-changed=build.rs\"); }\n",
    ),
    (
        "app/src/lib.rs",
        "macros::make!();\npub fn app() { renamed::name(); native_user::user(); plugin::plugin(); }\n#[test]\nfn unit() {}\n",
    ),
    ("app/src/main.rs", "fn main() { app::app() }\n"),
    ("app/src/gated.rs", "fn main() { app::app() }\n"),
    ("app/src/bin/two-words.rs", "fn main() { app::app() }\n"),
    ("app/examples/demo.rs", "fn main() { app::app() }\n"),
    ("app/tests/cli.rs", "#[test]\nfn cli() { testing::testing() }\n"),
    ("app/benches/speed.rs", "fn main() { testing::testing() }\n"),
];

/// Which Cargo builds, and with which layout of the build directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that runs the tests.
    Stable,
    /// The nightly, with `-Zbuild-dir-new-layout`.
    NightlyNewLayout,
}

/// The workspace and its directory, which goes when it is dropped.
pub(crate) struct Workbench {
    dir: tempfile::TempDir,
    toolchain: Toolchain,
}

impl Workbench {
    /// Writes the workspace.
    pub(crate) fn new(toolchain: Toolchain) -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap(), toolchain };
        let then = SystemTime::now() - LONG_AGO;
        for (path, text) in FILES {
            bench.write(path, text);
            fs_err::File::open(bench.root().join(path)).unwrap().file().set_modified(then).unwrap();
        }
        bench
    }

    pub(crate) fn root(&self) -> Utf8PathBuf {
        Utf8PathBuf::try_from(self.dir.path().canonicalize().unwrap()).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    /// Runs Cargo, which must succeed.
    #[track_caller]
    pub(crate) fn cargo(&self, args: &[&str]) -> Output {
        let output = self.try_cargo(args, &[]);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Runs Cargo with nothing of this test's environment that changes builds.
    pub(crate) fn try_cargo(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let mut command = match self.toolchain {
            Toolchain::Stable => Command::new("cargo"),
            Toolchain::NightlyNewLayout => nightly(["cargo"]),
        };
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let changes_builds = name.starts_with("CARGO") && name != "CARGO_HOME"
                || name.starts_with("RUSTC")
                || name.ends_with("FLAGS");
            if changes_builds {
                command.env_remove(&*name);
            }
        }
        if self.toolchain == Toolchain::NightlyNewLayout {
            command.arg("-Zbuild-dir-new-layout");
        }
        command.args(args).arg("--offline").current_dir(self.root()).envs(env.iter().copied());
        command.env("CARGO_TARGET_DIR", self.root().join("target")).output().unwrap()
    }

    pub(crate) fn load(&self, selection: &Selection) -> Result<Found, LoadError> {
        self.load_from(&self.root().join("target"), selection)
    }

    pub(crate) fn load_from(&self, target_dir: &Utf8Path, selection: &Selection) -> Result<Found, LoadError> {
        let dirs = BuildDirs { target_dir: target_dir.to_owned(), build_dir: target_dir.to_owned() };
        load(&dirs, selection, &self.workspace())
    }

    /// The build that is loaded with nothing selected.
    #[track_caller]
    pub(crate) fn build(&self) -> Build {
        self.load(&Selection::default()).unwrap().build
    }

    /// Cargo's own units and edges of the command.
    #[track_caller]
    pub(crate) fn unit_graph(&self, args: &[&str]) -> Graph {
        let args: Vec<&str> = args.iter().copied().chain(["--unit-graph", "-Zunstable-options"]).collect();
        let output = self.try_cargo(&args, &[("RUSTC_BOOTSTRAP", "1")]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Graph::of_cargo(&serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Makes the builds and what was edited since older, as if time had passed.
    pub(crate) fn let_time_pass(&self, time: Duration) {
        let recent = SystemTime::now() - LONG_AGO / 2;
        // All times are read before the first is set: Cargo links some files, which would age twice.
        let files = files_below(&self.root()).into_iter().map(|path| {
            let modified = fs_err::metadata(&path).unwrap().modified().unwrap();
            (path, modified)
        });
        for (path, modified) in files.collect::<Vec<_>>() {
            if modified > recent {
                fs_err::File::open(path).unwrap().file().set_modified(modified - time).unwrap();
            }
        }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let metadata = cargo_metadata::MetadataCommand::new()
            .current_dir(self.root())
            .other_options(["--offline".to_owned()])
            .exec()
            .unwrap();
        let packages: Vec<Package> = metadata.packages.iter().map(package).collect();
        let members = (0..).map(PackageIdx).take(packages.len()).collect();
        Workspace {
            basis: WorkspaceBasis::CargoMetadata,
            root: self.root().into_string(),
            members,
            packages,
            inheritable: Vec::new(),
        }
    }
}

/// Whether there is a nightly toolchain to test the new layout with.
pub(crate) fn has_nightly() -> bool {
    nightly(["cargo", "--version"]).output().is_ok_and(|output| output.status.success())
}

fn nightly<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly"]).args(args);
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC"] {
        command.env_remove(name);
    }
    command
}

/// All files below `dir`, without links.
pub(crate) fn files_below(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    for entry in dir.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let file_type = entry.file_type().unwrap();
        if file_type.is_dir() {
            files.extend(files_below(entry.path()));
        } else if file_type.is_file() {
            files.push(entry.into_path());
        }
    }
    files
}

fn package(package: &cargo_metadata::Package) -> Package {
    let target = |target: &cargo_metadata::Target| PackageTarget {
        kind: target_kind(target.kind.iter().map(ToString::to_string)),
        name: target.name.clone(),
        src_path: target.src_path.to_string(),
        required_features: target.required_features.clone(),
    };
    Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        source: PackageSource::Member,
        manifest_path: Some(package.manifest_path.to_string()),
        targets: package.targets.iter().map(target).collect(),
        features: BTreeMap::new(),
        declarations: Vec::new(),
        dependencies: Vec::new(),
        links: package.links.clone(),
    }
}

fn target_kind(kinds: impl Iterator<Item = impl AsRef<OsStr>>) -> TargetKind {
    let kinds: Vec<String> = kinds.map(|kind| kind.as_ref().to_string_lossy().into_owned()).collect();
    match kinds[0].as_str() {
        "bin" => TargetKind::Bin,
        "example" => TargetKind::Example,
        "test" => TargetKind::Test,
        "bench" => TargetKind::Bench,
        "custom-build" => TargetKind::BuildScript,
        "proc-macro" => TargetKind::ProcMacro,
        _ if kinds.iter().all(|kind| kind == "lib" || kind == "rlib") => TargetKind::Lib,
        _ => TargetKind::LinkedLib,
    }
}

/// Units by package, version, target, mode, platform and features, and the edges between them.
///
/// Units that differ in none of these (profile variants) count, so both are multisets; but an edge that Cargo has twice
/// under two names is one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Graph {
    pub(crate) units: Vec<String>,
    pub(crate) edges: Vec<(String, String)>,
}

impl Graph {
    pub(crate) fn of(build: &Build) -> Self {
        let edges = build.edges.iter().map(|Edge { dependent, dependency }| (dependent.index(), dependency.index()));
        Self::new(&build.units.iter().map(unit_text).collect::<Vec<_>>(), edges.collect())
    }

    fn of_cargo(graph: &Value) -> Self {
        let all = graph["units"].as_array().unwrap();
        // Doctests are run, not built.
        let is_built = |idx: usize| all[idx]["mode"] != "doctest";
        let texts: Vec<String> = all.iter().map(cargo_unit_text).collect();
        let mut edges = BTreeSet::new();
        for (dependent, unit) in all.iter().enumerate().filter(|(idx, _)| is_built(*idx)) {
            for dependency in unit["dependencies"].as_array().unwrap() {
                edges.insert((dependent, usize::try_from(dependency["index"].as_u64().unwrap()).unwrap()));
            }
        }
        let mut graph = Self::new(&texts, edges);
        graph.units = texts.into_iter().enumerate().filter(|(idx, _)| is_built(*idx)).map(|(_, text)| text).collect();
        graph.units.sort_unstable();
        graph
    }

    fn new(texts: &[String], edges: BTreeSet<(usize, usize)>) -> Self {
        let mut units = texts.to_vec();
        units.sort_unstable();
        let mut edges: Vec<_> = edges.into_iter().map(|(a, b)| (texts[a].clone(), texts[b].clone())).collect();
        edges.sort_unstable();
        Self { units, edges }
    }
}

fn unit_text(unit: &Unit) -> String {
    let Unit { package, target, mode, platform, features, .. } = unit;
    let platform = match platform {
        Platform::Host => "host",
        Platform::Triple(triple) => triple,
    };
    // Cargo's unit graph prints checks with and without the test harness alike.
    let mode = if *mode == Mode::CheckTest { Mode::Check } else { *mode };
    text(&package.to_string(), (target.kind, &target.name), mode, platform, features)
}

fn cargo_unit_text(unit: &Value) -> String {
    let list = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    let kind = target_kind(list(&unit["target"]["kind"]).into_iter());
    // `path+file:///ws/app#0.1.0` or `path+file:///ws/x#app@0.1.0`.
    let (path, fragment) = unit["pkg_id"].as_str().unwrap().rsplit_once('#').unwrap();
    let (name, version) = fragment.split_once('@').unwrap_or((path.rsplit('/').next().unwrap(), fragment));
    let mode = match unit["mode"].as_str().unwrap() {
        "build" => Mode::Build,
        "check" => Mode::Check,
        "test" => Mode::Test,
        "doc" => Mode::Doc,
        "doctest" => Mode::Doctest,
        "run-custom-build" => Mode::RunBuildScript,
        other => panic!("unknown mode {other}"),
    };
    let platform = unit["platform"].as_str().unwrap_or("host");
    let mut features = list(&unit["features"]);
    features.sort_unstable();
    text(&format!("{name} v{version}"), (kind, unit["target"]["name"].as_str().unwrap()), mode, platform, &features)
}

fn text(package: &str, target: (TargetKind, &str), mode: Mode, platform: &str, features: &[String]) -> String {
    format!("{package} {} `{}` {} for {platform} {features:?}", target.0.as_str(), target.1, mode.as_str())
}
