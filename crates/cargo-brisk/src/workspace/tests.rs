//! The whole way with the real Cargo: what is said of workspaces that are broken in one way each.
//!
//! Every workspace has the members `a` (which depends on `b`) and `b`, and is read offline with a Cargo home of its own,
//! so that what the machine has downloaded does not matter.

use std::path::PathBuf;

use brisk::analysis::Analysis;
use brisk::model::{Build, PackageSource, Problem, Source, Surroundings, Weight, WorkspaceBasis};

use super::testing::Tree;
use super::{Environment, Facts, Pending, WorkspaceOptions, reachable, read, registry_index, sources};

const ROOT: &str = "[workspace]\nresolver = '2'\nmembers = ['a', 'b']\n";
const A: &str = "[package]\nname = 'a'\nversion = '0.1.0'\nedition = '2021'\n[dependencies]\nb = { path = '../b' }\n";
const B: &str = "[package]\nname = 'b'\nversion = '0.1.0'\nedition = '2021'\n";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\ndependencies = [\n \"b\",\n]\n\n\
                    [[package]]\nname = \"b\"\nversion = \"0.1.0\"\n";

/// The lockfile of a workspace whose `a` also depends on a package of crates.io.
const LOCK_WITH_REGISTRY: &str = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\ndependencies = [\n \"b\",\n \"far\",\n]\n\n\
     [[package]]\nname = \"b\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"far\"\nversion = \"1.0.0\"\n\
     source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
     checksum = \"0123456789012345678901234567890123456789012345678901234567890123\"\n";

fn workspace() -> Tree {
    Tree::new(&[
        ("ws/Cargo.toml", ROOT),
        ("ws/Cargo.lock", LOCK),
        ("ws/a/Cargo.toml", A),
        ("ws/a/src/lib.rs", ""),
        ("ws/b/Cargo.toml", B),
        ("ws/b/src/lib.rs", ""),
    ])
}

/// The environment of this process, less everything that the Cargo of this test run set in it.
fn environment(tree: &Tree) -> Environment {
    let inherited = ["PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "SystemRoot", "USERPROFILE"];
    let process = Environment::of_process();
    let kept = inherited.iter().filter_map(|name| Some((name, process.get(name)?)));
    let environment = kept.fold(Environment::default(), |all, (name, value)| all.with(name, value));
    environment.with("CARGO_HOME", tree.path("home"))
}

fn options(tree: &Tree, environment: Environment) -> WorkspaceOptions {
    WorkspaceOptions {
        manifest_path: None,
        target_dir: None,
        cwd: tree.path("ws"),
        cargo: PathBuf::from("cargo"),
        cache_dir: None,
        environment,
    }
}

fn facts(tree: &Tree) -> Facts {
    read(&options(tree, environment(tree))).unwrap()
}

/// Asserts that Cargo failed, and that the packages are known all the same; gives the first problem.
fn first_problem(tree: &Tree, facts: &Facts, packages: &[&str]) -> String {
    assert_eq!(facts.workspace.basis, WorkspaceBasis::Files, "{:?}", facts.problems);
    assert_eq!(names(facts), packages, "{:?}", facts.problems);
    told(tree, &facts.problems[0])
}

fn names(facts: &Facts) -> Vec<&str> {
    let mut names: Vec<&str> = facts.workspace.packages.iter().map(|package| package.name.as_str()).collect();
    names.sort_unstable();
    names
}

fn member_names(facts: &Facts) -> Vec<&str> {
    facts.workspace.members.iter().map(|&idx| facts.workspace.package(idx).name.as_str()).collect()
}

fn told(tree: &Tree, problem: &Problem) -> String {
    tree.redact(&format!("{}\n{}", problem.what, problem.why))
}

#[test]
fn a_whole_workspace_is_described_by_cargo_without_a_problem() {
    let tree = workspace();
    let facts = facts(&tree);
    assert_eq!(facts.problems, []);
    assert_eq!(facts.workspace.basis, WorkspaceBasis::CargoMetadata);
    assert_eq!(names(&facts), ["a", "b"]);
    assert_eq!(facts.workspace.members.len(), 2);
    assert!(!tree.path("ws/target").exists(), "nothing is written to the workspace");
}

#[test]
fn files_and_cargo_agree_on_a_workspace_with_everything() {
    let tree = workspace();
    tree.write(
        "ws/Cargo.toml",
        &format!("{ROOT}[workspace.dependencies]\nb = {{ path = 'b', default-features = false }}\n"),
    );
    tree.write(
        "ws/a/Cargo.toml",
        "[package]\nname = 'a'\nversion = '0.1.0'\nedition = '2021'\nlinks = 'z'\n[lib]\ncrate-type = ['cdylib', 'lib']\n\
         [[example]]\nname = 'demo'\nrequired-features = ['extra']\n[features]\nextra = ['b/one']\n\
         [dependencies]\nb = { workspace = true, features = ['two'] }\n[target.'cfg(unix)'.dev-dependencies]\nagain = { package = 'c', path = '../../c', version = '0.1' }\n",
    );
    tree.write("c/Cargo.toml", &B.replace("'b'", "'c'"));
    tree.write("c/src/lib.rs", "");
    let lock = LOCK.replace(" \"b\",\n", " \"b\",\n \"c\",\n");
    tree.write("ws/Cargo.lock", &format!("{lock}\n[[package]]\nname = \"c\"\nversion = \"0.1.0\"\n"));
    tree.write(
        "ws/b/Cargo.toml",
        &format!("{B}[lib]\nproc-macro = true\n[features]\ndefault = ['one']\none = []\ntwo = []\n"),
    );
    for file in ["build.rs", "src/bin/tool.rs", "tests/it/main.rs", "examples/demo.rs", "benches/speed.rs"] {
        tree.write(&format!("ws/a/{file}"), "");
    }
    let of_cargo = facts(&tree);
    assert_eq!(of_cargo.problems, []);
    assert_eq!(of_cargo.workspace.basis, WorkspaceBasis::CargoMetadata);
    let without_cargo = environment(&tree).with("PATH", tree.path("nothing"));
    let mut of_files = read(&options(&tree, without_cargo)).unwrap().workspace;
    assert_eq!(of_files.basis, WorkspaceBasis::Files);
    of_files.basis = WorkspaceBasis::CargoMetadata;
    // The order in which declarations are listed is nobody's promise.
    let sorted = |mut workspace: brisk::model::Workspace| {
        for package in &mut workspace.packages {
            package.declarations.sort_by_key(|declaration| (declaration.kind, declaration.rename.clone()));
        }
        workspace
    };
    let of_cargo = sorted(of_cargo.workspace);
    assert_eq!(sorted(of_files), of_cargo);
    let a = of_cargo.packages.iter().find(|package| package.name == "a").unwrap();
    let places: Vec<_> = a.declarations.iter().map(|it| (it.key(), it.line, it.inherited)).collect();
    assert_eq!(places, [("b", Some(14), true), ("again", Some(16), false)]);
    assert_eq!(of_cargo.inheritable("b").map(|entry| (entry.line, entry.default_features)), Some((Some(5), false)));
}

/// A Cargo that says this, and fails.
#[cfg(unix)]
fn saying(tree: &Tree, message: &str) -> PathBuf {
    script(tree, &format!("cat >&2 <<'END'\n{message}\nEND\nexit 1"))
}

/// A program that stands in for Cargo: the shell, which takes the subcommand for a script in the working directory.
/// (A script that is made executable here might still be open for writing in a process that another test starts.)
#[cfg(unix)]
fn script(tree: &Tree, lines: &str) -> PathBuf {
    tree.write("ws/metadata", lines);
    PathBuf::from("sh")
}

#[cfg(unix)]
#[test]
fn a_toolchain_that_is_not_installed_is_told_with_its_cure() {
    let tree = workspace();
    tree.write("ws/rust-toolchain.toml", "[toolchain]\nchannel = '1.2.3'\n");
    let said = |name: &str, environment: Environment| {
        let message = format!(
            "error: toolchain '{name}' is not installed\nhelp: run `rustup toolchain install` to install it\n\nStack backtrace:\n   0: x"
        );
        let options = WorkspaceOptions { cargo: saying(&tree, &message), ..options(&tree, environment) };
        first_problem(&tree, &read(&options).unwrap(), &["a", "b"])
    };
    let environment = environment(&tree).with("RUSTUP_TOOLCHAIN", "");
    insta::assert_snapshot!(said("1.2.3-x86_64-unknown-linux-gnu", environment.clone()), @"
    the toolchain `1.2.3-x86_64-unknown-linux-gnu` is not installed
    `[ROOT]/ws/rust-toolchain.toml` asks for it; `rustup toolchain install 1.2.3` installs it; `cargo +stable brisk` uses another one
    ");
    insta::assert_snapshot!(said("1.0.0-x86_64-unknown-linux-gnu", environment.clone().with("RUSTUP_TOOLCHAIN", "1.0.0")), @"
    the toolchain `1.0.0-x86_64-unknown-linux-gnu` is not installed
    the environment variable `RUSTUP_TOOLCHAIN` asks for it; `rustup toolchain install 1.0.0` installs it; `cargo +stable brisk` uses another one
    ");
    insta::assert_snapshot!(said("mine", environment.with("RUSTUP_TOOLCHAIN", "mine")), @"
    the toolchain `mine` is not installed
    the environment variable `RUSTUP_TOOLCHAIN` asks for it; it is not one that rustup can download; `rustup toolchain link mine PATH` adds it; `cargo +stable brisk` uses another one
    ");
}

#[cfg(unix)]
#[test]
fn a_broken_toolchain_file_and_a_missing_default_are_told_with_their_cures() {
    let tree = workspace();
    let said = |message: &str| {
        let options = WorkspaceOptions { cargo: saying(&tree, message), ..options(&tree, environment(&tree)) };
        first_problem(&tree, &read(&options).unwrap(), &["a", "b"])
    };
    insta::assert_snapshot!(said("error: could not parse override file: '/ws/rust-toolchain.toml'\n\nCaused by:\n    0: error parsing override file"), @"
    the toolchain file `/ws/rust-toolchain.toml` is broken
    rustup cannot tell which toolchain to use; mend it, or remove it
    ");
    insta::assert_snapshot!(said("error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly, and no default is configured."), @"
    no Rust toolchain is chosen
    rustup has no default toolchain; `rustup default stable` installs and chooses one
    ");
}

#[cfg(unix)]
#[test]
fn cargo_is_asked_for_the_platforms_that_are_built_for_when_other_sources_are_missing() {
    let tree = workspace();
    let lines = [
        "case \"$*\" in",
        "  *--filter-platform*) exec cargo metadata \"$@\" ;;",
        "  *) echo 'error: failed to download `windows v1.0.0`' >&2; exit 101 ;;",
        "esac",
    ];
    let options = WorkspaceOptions { cargo: script(&tree, &lines.join("\n")), ..options(&tree, environment(&tree)) };
    let facts = read(&options).unwrap();
    assert_eq!(facts.problems, []);
    assert_eq!(facts.workspace, self::facts(&tree).workspace);
}

#[test]
fn cargo_itself_may_be_missing() {
    let tree = workspace();
    let facts = read(&options(&tree, environment(&tree).with("PATH", tree.path("nothing")))).unwrap();
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    Cargo itself was not found: `cargo`
    it is not on the PATH; install Rust with `rustup`, or set the variable `CARGO` to where Cargo is
    ");
}

#[test]
fn a_missing_compiler_wrapper_is_told_although_cargo_answers() {
    let tree = workspace();
    tree.write("ws/.cargo/config.toml", "[build]\nrustc-wrapper = 'no-such-cache'\n");
    let of_file = facts(&tree);
    assert_eq!(of_file.workspace.basis, WorkspaceBasis::CargoMetadata);
    insta::assert_snapshot!(told(&tree, &of_file.problems[0]), @"
    the compiler wrapper `no-such-cache` is not installed
    `[ROOT]/ws/.cargo/config.toml` names it, and it is not on the PATH; install it, or take it out of the configuration
    ");
    let of_variable = read(&options(&tree, environment(&tree).with("RUSTC_WRAPPER", "/no/such/cache"))).unwrap();
    insta::assert_snapshot!(told(&tree, &of_variable.problems[0]), @"
    the compiler wrapper `/no/such/cache` is not installed
    the environment variable `RUSTC_WRAPPER` names it, and it is not there; install it, or take it out of the configuration
    ");
}

#[test]
fn a_missing_compiler_is_told_once() {
    let tree = workspace();
    tree.write("ws/.cargo/config.toml", "[build]\nrustc = 'no-such-rustc'\n");
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    the compiler `no-such-rustc` is not installed
    `[ROOT]/ws/.cargo/config.toml` names it; No such file or directory (os error 2); install it, or take it out of the configuration
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
}

#[test]
fn a_missing_linker_is_told_if_it_is_the_one_of_this_machine() {
    let tree = workspace();
    let host = super::metadata::host_triple("cargo".as_ref(), &tree.path("ws"), &environment(&tree)).unwrap();
    let of_host = format!("[target.{host}]\nlinker = 'no-such-linker'\n");
    tree.write("ws/.cargo/config.toml", &of_host);
    let of_this_machine = facts(&tree);
    assert_eq!(of_this_machine.workspace.basis, WorkspaceBasis::CargoMetadata);
    insta::assert_snapshot!(told(&tree, &of_this_machine.problems[0]), @"
    the linker `no-such-linker` is not installed
    `[ROOT]/ws/.cargo/config.toml` names it, and it is not on the PATH; install it, or take it out of the configuration
    ");

    let family = format!("[target.'cfg(target_os = \"{}\")']\nlinker = 'no-such-linker'\n", std::env::consts::OS);
    tree.write("ws/.cargo/config.toml", &family);
    assert_eq!(facts(&tree).problems.len(), 1);

    let others =
        "[target.'cfg(target_os = \"none\")']\nlinker = 'none'\n[target.thumbv6m-none-eabi]\nlinker = 'flip-link'\n";
    tree.write("ws/.cargo/config.toml", others);
    assert_eq!(facts(&tree).problems, []);
}

#[test]
fn a_missing_path_dependency_is_told_and_a_submodule_is_recognised() {
    let tree = workspace();
    tree.write("ws/Cargo.toml", "[workspace]\nmembers = ['a']\n");
    fs_err::remove_dir_all(tree.path("ws/b")).unwrap();
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the path dependency `b` is missing: there is no `[ROOT]/ws/b/Cargo.toml`
    the directory was moved, removed, or never checked out; restore it, or correct the path in the manifest
    ");
    tree.write("ws/.gitmodules", "[submodule \"b\"]\n\tpath = b\n\turl = https://example.org/b\n");
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the path dependency `b` is missing: there is no `[ROOT]/ws/b/Cargo.toml`
    `b` is a git submodule that is not checked out; `git submodule update --init` does that
    ");
    assert_eq!(facts(&tree).problems.len(), 1, "it is told once");
}

#[test]
fn a_missing_member_is_told() {
    let tree = workspace();
    tree.write("ws/Cargo.toml", "[workspace]\nmembers = ['gone', 'a', 'b']\n");
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    a workspace member is missing: there is no `[ROOT]/ws/gone/Cargo.toml`
    the directory was moved, removed, or never checked out; restore it, or correct the path in the manifest
    ");
    assert_eq!(facts.workspace.members.len(), 2);
}

#[test]
fn a_lockfile_that_is_out_of_date_is_told_and_left_alone() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far = '1'\n");
    let facts = facts(&tree);
    let said = first_problem(&tree, &facts, &["a", "b"]);
    insta::assert_snapshot!(said, @"
    the lockfile `Cargo.lock` is out of date: the manifests ask for something that it does not have
    Brisk did not change it; `cargo update --workspace` does, or any build without `--locked`
    ");
    assert_eq!(fs_err::read_to_string(tree.path("ws/Cargo.lock")).unwrap(), LOCK);
    let a = facts.workspace.packages.iter().find(|package| package.name == "a").unwrap();
    assert_eq!(a.declarations.len(), 2);

    tree.write("ws/a/Cargo.toml", &A.replace("0.1.0", "0.2.0"));
    assert_eq!(first_problem(&tree, &self::facts(&tree), &["a", "b"]), said);
}

#[test]
fn a_missing_lockfile_is_told_once_and_not_created() {
    let tree = workspace();
    fs_err::remove_file(tree.path("ws/Cargo.lock")).unwrap();
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    there is no lockfile `[ROOT]/ws/Cargo.lock`
    Brisk does not create it; `cargo generate-lockfile` does
    ");
    insta::assert_snapshot!(facts.problems[0].effect, @"only the members and what they declare are known, not the packages that these resolve to");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
    assert!(!tree.path("ws/Cargo.lock").exists());
}

#[test]
fn sources_that_were_not_downloaded_are_told_with_their_cure() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far = '1'\n");
    tree.write("ws/Cargo.lock", LOCK_WITH_REGISTRY);
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b", "far"]), @"
    the sources of `far` are not on this machine
    Brisk uses no network; `cargo fetch` downloads what `Cargo.lock` names
    ");
    assert_eq!(facts.problems[0].weight, Weight::Warning, "not even the index knows it");
    let far = facts.workspace.packages.iter().find(|package| package.name == "far").unwrap();
    assert_eq!((far.source.clone(), far.manifest_path.as_deref()), (PackageSource::Registry, None));
}

#[test]
fn a_git_dependency_that_was_not_fetched_is_told_with_its_cure() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far = { git = 'https://example.org/far' }\n");
    let source = "git+https://example.org/far#0123456789012345678901234567890123456789\"\n";
    let lock = LOCK_WITH_REGISTRY.replace("registry+https://github.com/rust-lang/crates.io-index\"\n", source);
    tree.write("ws/Cargo.lock", lock.split("checksum").next().unwrap());
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b", "far"]), @"
    the sources of `far` are not on this machine
    Brisk uses no network; `cargo fetch` downloads what `Cargo.lock` names
    ");
}

#[test]
fn a_manifest_that_is_not_toml_is_told_with_its_line() {
    let tree = workspace();
    tree.append("ws/b/Cargo.toml", "name = = 'x'\n");
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    the manifest `b/Cargo.toml` is broken at line 5
    extra `=`, expected nothing
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
    assert_eq!(member_names(&facts), ["a", "b"]);

    // Whatever is broken, the package is in the lockfile under the version that it had.
    tree.write("ws/b/Cargo.toml", "[package\nname = = 'b'\nversion = '0.1.0'\n");
    let facts = self::facts(&tree);
    assert!(first_problem(&tree, &facts, &["a", "b"]).starts_with("the manifest `b/Cargo.toml` is broken at line 1"));
    assert_eq!(member_names(&facts), ["a", "b"]);
    assert!(facts.workspace.packages.iter().all(|package| package.version == "0.1.0"), "{:?}", facts.workspace);
}

#[test]
fn a_manifest_with_a_wrong_value_is_told_with_its_line() {
    let tree = workspace();
    tree.write("ws/b/Cargo.toml", "[package]\nname = 'b'\nversion = 'zero'\n");
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the manifest `b/Cargo.toml` is broken at line 3
    unexpected character 'z' while parsing major version number
    ");
}

#[test]
fn a_manifest_that_cargo_cannot_make_sense_of_is_told() {
    let tree = workspace();
    fs_err::remove_file(tree.path("ws/b/src/lib.rs")).unwrap();
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the manifest `[ROOT]/ws/b/Cargo.toml` is broken
    no targets specified in the manifest, either src/lib.rs, src/main.rs, a [lib] section, or [[bin]] section must be present
    ");
    tree.append("ws/a/Cargo.toml", "c = { workspace = true }\n");
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the manifest `[ROOT]/ws/a/Cargo.toml` is broken
    `workspace.dependencies` was not defined
    ");
}

#[test]
fn an_edition_or_feature_of_a_newer_cargo_is_told_with_its_cure() {
    let tree = workspace();
    tree.write("ws/b/Cargo.toml", &B.replace("2021", "2042"));
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    `[ROOT]/ws/b/Cargo.toml` needs another Cargo than the one in use
    this version of Cargo is older than the `2042` edition, and only supports `2015`, `2018`, `2021`, and `2024` editions; update Cargo (`rustup update`), or use a newer toolchain
    ");
    tree.write("ws/b/Cargo.toml", &format!("cargo-features = ['no-such-feature']\n{B}"));
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    `[ROOT]/ws/b/Cargo.toml` needs another Cargo than the one in use
    unknown Cargo.toml feature `no-such-feature`; update Cargo (`rustup update`), or use a newer toolchain
    ");
}

#[test]
fn a_lockfile_that_cannot_be_parsed_is_told_with_its_line() {
    let tree = workspace();
    tree.append("ws/Cargo.lock", "version = = 4\n");
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    the lockfile `[ROOT]/ws/Cargo.lock` could not be read
    line 13: extra `=`, expected nothing; restore it (`git checkout -- Cargo.lock`), or let `cargo generate-lockfile` write a new one
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
}

#[test]
fn a_lockfile_with_a_merge_conflict_is_told_with_its_cure_and_read_by_one_side() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far = '1'\n");
    let (before, far) = LOCK_WITH_REGISTRY.split_once("\n[[package]]\nname = \"far\"").unwrap();
    let ours = format!("\n[[package]]\nname = \"far\"{far}");
    let theirs = ours.replace("1.0.0", "1.1.0");
    tree.write("ws/Cargo.lock", &format!("{before}<<<<<<< HEAD{ours}=======\n{theirs}>>>>>>> other\n"));
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b", "far"]), @"
    the lockfile `[ROOT]/ws/Cargo.lock` has a merge conflict at line 14
    resolve the manifests first; then `git checkout --ours Cargo.lock` takes one side of it, and `cargo check` adds what that side lacks
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
    assert_eq!(facts.problems[0].effect, "only the side of the current branch is read");
}

#[test]
fn a_lockfile_that_is_a_directory_is_told_with_its_cure() {
    let tree = workspace();
    fs_err::remove_file(tree.path("ws/Cargo.lock")).unwrap();
    fs_err::create_dir(tree.path("ws/Cargo.lock")).unwrap();
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    the lockfile `[ROOT]/ws/Cargo.lock` is a directory
    Cargo can neither read nor write it; move it away, and `cargo generate-lockfile` writes a file
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
}

#[test]
fn a_manifest_with_a_merge_conflict_is_told_with_its_line() {
    let tree = workspace();
    let conflict = "<<<<<<< HEAD\nversion = '0.1.0'\n=======\nversion = '0.2.0'\n>>>>>>> other";
    tree.write("ws/b/Cargo.toml", &B.replace("version = '0.1.0'", conflict));
    let facts = facts(&tree);
    insta::assert_snapshot!(first_problem(&tree, &facts, &["a", "b"]), @"
    the manifest `b/Cargo.toml` has a merge conflict at line 3
    no Cargo command works before it is resolved; `git status` lists all files with conflicts
    ");
    assert_eq!(facts.problems.len(), 1, "{:?}", facts.problems);
    assert_eq!(member_names(&facts), ["a", "b"]);

    tree.append("ws/Cargo.toml", "<<<<<<< HEAD\n");
    let error = read(&options(&tree, environment(&tree))).unwrap_err();
    insta::assert_snapshot!(tree.redact(&error.to_string()), @"`[ROOT]/ws/Cargo.toml` has a merge conflict at line 4: no Cargo command works before it is resolved");
}

#[test]
fn a_lockfile_of_a_newer_cargo_is_told_with_its_cure() {
    let tree = workspace();
    tree.write("ws/Cargo.lock", &LOCK.replace("version = 4", "version = 99"));
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the lockfile was written by a newer Cargo than the one in use
    lock file version `99` was found, but this version of Cargo does not understand this lock file, perhaps Cargo needs to be updated; update Cargo (`rustup update`)
    ");
}

#[test]
fn a_broken_configuration_is_told_with_its_line() {
    let tree = workspace();
    tree.write("ws/.cargo/config.toml", "[build]\njobs = = 2\n");
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the Cargo configuration `[ROOT]/ws/.cargo/config.toml` is broken at line 2
    extra `=`, expected nothing; mend the file: no Cargo command works until then
    ");
    tree.write("ws/.cargo/config.toml", "build = 3\n");
    insta::assert_snapshot!(first_problem(&tree, &facts(&tree), &["a", "b"]), @"
    the Cargo configuration is broken
    invalid configuration for key `build`, expected a table, but found a integer for `build` in [ROOT]/ws/.cargo/config.toml; mend the file: no Cargo command works until then
    ");
}

#[test]
fn a_package_that_is_not_a_member_of_the_workspace_around_it_is_told() {
    let tree = workspace();
    tree.write("ws/Cargo.toml", "[workspace]\nmembers = ['b']\n");
    let options = WorkspaceOptions { cwd: tree.path("ws/a"), ..options(&tree, environment(&tree)) };
    let facts = read(&options).unwrap();
    insta::assert_snapshot!(told(&tree, &facts.problems[0]), @"
    `[ROOT]/ws/a/Cargo.toml` is below the workspace `[ROOT]/ws/Cargo.toml` but not a member of it
    add it to `workspace.members` or to `workspace.exclude` there, or give it an empty `[workspace]` table
    ");
}

/// The first problem and its fault.
fn first_fault(tree: &Tree) -> String {
    let facts = facts(tree);
    let problem = &facts.problems[0];
    let fault = problem.fault.as_ref().expect("it is a fault");
    let places = fault.places.iter().map(|place| format!("\n{}:{:?}", place.file, place.line)).collect::<String>();
    format!("{}\n{}{places}", told(tree, problem), fault.subject)
}

#[test]
fn packages_that_depend_on_each_other_are_told_with_their_cycle() {
    let tree = workspace();
    tree.append("ws/b/Cargo.toml", "[dependencies]\na = { path = '../a' }\n");
    insta::assert_snapshot!(first_fault(&tree), @r#"
    cyclic package dependency: package `a v0.1.0 ([ROOT]/ws/a)` depends on itself
    package `a v0.1.0 ([ROOT]/ws/a)`; ... which satisfies path dependency `a` (locked to 0.1.0) of package `b v0.1.0 ([ROOT]/ws/b)`; ... which satisfies path dependency `b` (locked to 0.1.0) of package `a v0.1.0 ([ROOT]/ws/a)`
    a
    b/Cargo.toml:None
    "#);
}

#[test]
fn a_feature_that_a_package_does_not_have_is_told() {
    let tree = workspace();
    tree.write(
        "ws/a/Cargo.toml",
        &A.replace("[dependencies]\n", "[dependencies]\nb = { path = '../b', features = ['nope'] }\n#"),
    );
    insta::assert_snapshot!(first_fault(&tree), @r#"
    failed to select a version for `b`
    ... required by package `a v0.1.0 ([ROOT]/ws/a)`; versions that meet the requirements `*` (locked to 0.1.0) are: 0.1.0; package `a` depends on `b` with feature `nope` but `b` does not have that feature
    a
    a/Cargo.toml:Some(6)
    "#);
}

#[test]
fn a_requirement_that_no_version_meets_is_told_as_such() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "[dependencies.c]\npath = '../c'\nversion = '99'\n");
    tree.write("ws/c/Cargo.toml", "[package]\nname = 'c'\nversion = '0.1.0'\n");
    tree.write("ws/c/src/lib.rs", "");
    insta::assert_snapshot!(first_fault(&tree), @r#"
    failed to select a version for the requirement `c = "^99"`
    candidate versions found which didn't match: 0.1.0; location searched: [ROOT]/ws/c; required by package `a v0.1.0 ([ROOT]/ws/a)`; correct the requirement; if such a version is new, `cargo update` looks for it
    a
    a/Cargo.toml:Some(7)
    "#);
    tree.write("ws/c/Cargo.toml", "[package]\nname = 'd'\nversion = '0.1.0'\n");
    insta::assert_snapshot!(first_fault(&tree), @r#"
    no matching package found
    searched package name: `c`; perhaps you meant:      d; location searched: [ROOT]/ws/c; required by package `a v0.1.0 ([ROOT]/ws/a)`
    a
    a/Cargo.toml:Some(7)
    "#);
}

#[cfg(unix)]
#[test]
fn a_requirement_is_told_from_sources_that_are_missing() {
    let tree = workspace();
    let message = |locked: &str| {
        format!(
            "error: failed to select a version for the requirement `far = \"^99\"`{locked}\ncandidate versions found which \
             didn't match: 2.8.3, 2.8.0\nlocation searched: crates.io index\nrequired by package `a v0.1.0 \
             ({})`\nAs a reminder, you're using offline mode (--offline)",
            tree.path("ws/a").display()
        )
    };
    let problem = |message: &str| {
        let options = WorkspaceOptions { cargo: saying(&tree, message), ..options(&tree, environment(&tree)) };
        read(&options).unwrap().problems.remove(0)
    };
    let unmet = problem(&message(""));
    insta::assert_snapshot!(told(&tree, &unmet), @r#"
    failed to select a version for the requirement `far = "^99"`
    candidate versions found which didn't match: 2.8.3, 2.8.0; location searched: crates.io index; required by package `a v0.1.0 ([ROOT]/ws/a)`; correct the requirement; if such a version is new, `cargo update` looks for it
    "#);
    assert!(unmet.fault.is_some_and(|fault| fault.subject == "a"));
    let locked = problem(&message(" (locked to 99.0.0)"));
    insta::assert_snapshot!(told(&tree, &locked), @r#"
    the sources of `far` are not on this machine
    Brisk uses no network; `cargo fetch` downloads what `Cargo.lock` names
    "#);
    assert_eq!(locked.fault, None);
}

#[test]
fn two_members_of_one_name_are_told_with_their_manifests() {
    let tree = workspace();
    tree.write("ws/b/Cargo.toml", &A.replace("b = ", "# "));
    insta::assert_snapshot!(first_fault(&tree), @r#"
    two packages named `a` in this workspace
    [ROOT]/ws/a/Cargo.toml; [ROOT]/ws/b/Cargo.toml
    a
    a/Cargo.toml:None
    b/Cargo.toml:None
    "#);
}

#[test]
fn a_workspace_without_members_is_told() {
    let tree = workspace();
    tree.write("ws/Cargo.toml", "[workspace]\nmembers = []\n");
    let options = WorkspaceOptions { cwd: tree.path("ws"), ..options(&tree, environment(&tree)) };
    let problem = read(&options).unwrap().problems.remove(0);
    insta::assert_snapshot!(told(&tree, &problem), @r#"
    manifest path `[ROOT]/ws` contains no package: The manifest is virtual, and the workspace has no members
    list packages in `workspace.members`
    "#);
    assert!(problem.fault.is_some());
}

#[cfg(unix)]
#[test]
fn an_unknown_failure_is_told_in_cargos_words_and_is_a_fault() {
    let tree = workspace();
    let problem = |message: &str| {
        let options = WorkspaceOptions { cargo: saying(&tree, message), ..options(&tree, environment(&tree)) };
        read(&options).unwrap().problems.remove(0)
    };
    let odd = problem("error: it is odd\nfor once\n");
    insta::assert_snapshot!(told(&tree, &odd), @r#"
    `cargo metadata` failed
    it is odd; for once
    "#);
    assert!(odd.fault.is_some());
    assert_eq!(problem("killed").fault, None, "Cargo itself has not told of an error");
}

#[test]
fn the_answer_is_remembered_until_something_changes() {
    let tree = workspace();
    let with_cache =
        |environment| WorkspaceOptions { cache_dir: Some(tree.path("cache")), ..options(&tree, environment) };
    let first = read(&with_cache(environment(&tree))).unwrap();
    assert_eq!(first.workspace.basis, WorkspaceBasis::CargoMetadata);
    let entries =
        || fs_err::read_dir(tree.path("cache")).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let [entry] = &entries()[..] else { panic!("one entry") };

    // What the entry says is believed: Cargo is not asked again.
    let content = fs_err::read_to_string(entry).unwrap();
    fs_err::write(entry, content.replace("\"0.1.0\"", "\"9.9.9\"")).unwrap();
    let second = read(&with_cache(environment(&tree))).unwrap();
    assert_eq!(second.workspace.packages[0].version, "9.9.9");

    tree.write("ws/a/src/bin/new.rs", "");
    let third = read(&with_cache(environment(&tree))).unwrap();
    assert_eq!(third.workspace, facts(&tree).workspace);
    assert_eq!(entries().len(), 2);
}

#[test]
fn the_build_directory_is_known_before_cargo_answers_and_is_the_same_after() {
    let tree = workspace();
    tree.write("ws/.cargo/config.toml", "[build]\nbuild-dir = '{cargo-cache-home}/b/{workspace-path-hash}'\n");
    let pending = Pending::start(&options(&tree, environment(&tree))).unwrap();
    let before = pending.directories().clone();
    assert!(before.build_dir.starts_with(tree.path("home/b")), "{before:?}");
    assert_eq!(before.target_dir, tree.path("ws/target"));
    let facts = pending.finish();
    assert_eq!(facts.workspace.basis, WorkspaceBasis::CargoMetadata);
    assert_eq!(facts.settings.directories, before);
}

/// A line of the registry's index for a package that asks for `far`.
fn index_line(requirement: &str) -> String {
    format!(r#"{{"name":"user","deps":[{{"name":"far","req":"{requirement}","kind":"normal"}}],"yanked":false}}"#)
}

#[test]
fn a_release_that_would_end_a_duplicate_is_found_in_the_index_of_cargos_home() {
    let tree = workspace();
    let registry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let far = |version| format!("\n[[package]]\nname = \"far\"\nversion = \"{version}\"\n{registry}\n");
    let user = "\n[[package]]\nname = \"user\"\nversion = \"1.0.0\"\n";
    let needs = |list: &str| format!("dependencies = [\n{list}]\n");
    let lock = LOCK.replace(" \"b\",\n", " \"b\",\n \"far 2.0.0\",\n \"user\",\n");
    tree.write(
        "ws/Cargo.lock",
        &format!("{lock}{}{}{user}{registry}\n{}", far("1.0.0"), far("2.0.0"), needs(" \"far 1.0.0\",\n")),
    );
    tree.append("ws/a/Cargo.toml", "far = '2'\nuser = '1'\n");
    let sources = "home/registry/src/index.crates.io-00";
    tree.write(&format!("{sources}/user-1.0.0/Cargo.toml"), "[package]\nname = 'user'\n[dependencies]\nfar = '1'\n");
    let mut cached = b"\x03\x02\0\0\0etag\0".to_vec();
    for (version, requirement) in [("1.0.0", "^1"), ("1.1.0", "^2")] {
        cached.extend(format!("{version}\0{}\0", index_line(requirement)).bytes());
    }
    tree.write("home/registry/index/index.crates.io-00/.cache/us/er/user", &String::from_utf8(cached).unwrap());

    let facts = facts(&tree);
    let surroundings = Surroundings {
        reachable: Some(reachable(&facts.workspace, &[])),
        index: registry_index(&facts.workspace, &options(&tree, environment(&tree))),
        ..Surroundings::default()
    };
    let build = Build::empty(Source::Fingerprints);
    let findings = Analysis::of(facts.workspace, build, surroundings, Vec::new()).findings;
    let far = findings.iter().find(|finding| finding.key == "duplicate-version:far").unwrap();
    insta::assert_snapshot!(format!("{}\n{}", far.title, far.evidence.join("\n")), @"
    far is locked in 2 versions (1.0.0, 2.0.0)
    there is no build that tells what it costs
    a -> user v1.0.0 -> far v1.0.0, by a/Cargo.toml:8
    user v1.1.0 asks for far ^2, which v2.0.0 satisfies; all requirements on user allow it
    ");
    assert_eq!(far.locations.iter().map(|place| place.in_words()).collect::<Vec<_>>(), ["a/Cargo.toml:8"]);
    assert_eq!(far.command.as_deref(), Some("cargo update -p user@1.0.0 --precise 1.1.0"));
}

/// What is unused in `ws`, by its sources alone.
fn unused(tree: &Tree) -> Vec<String> {
    let facts = facts(tree);
    let surroundings = Surroundings { sources: Some(sources::read(&facts.workspace)), ..Surroundings::default() };
    let mut findings =
        Analysis::of(facts.workspace, Build::empty(Source::Fingerprints), surroundings, Vec::new()).findings;
    findings.retain(|finding| finding.id == "unused-dependency");
    findings.into_iter().map(|finding| finding.subject).collect()
}

#[test]
fn unused_dependencies_are_told_without_a_lockfile_or_with_an_old_one() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far-off = '1'\nnear-by = '1'\n");
    tree.write("ws/a/src/lib.rs", "use near_by::x; use b as _;");
    assert_eq!(unused(&tree), ["a:far-off"]);
    tree.write("ws/Cargo.lock", "<<<");
    assert_eq!(unused(&tree), ["a:far-off"]);
    fs_err::remove_file(tree.path("ws/Cargo.lock")).unwrap();
    assert_eq!(unused(&tree), ["a:far-off"]);
}

#[test]
fn a_crate_that_a_macro_of_another_member_names_is_not_told() {
    let tree = workspace();
    tree.append("ws/a/Cargo.toml", "far-off = '1'\n");
    tree.write("ws/a/src/lib.rs", "pub fn f() { b::m!() }");
    tree.write("ws/b/src/lib.rs", "#[macro_export] macro_rules! m { () => { ::far_off::f() } }");
    assert_eq!(unused(&tree), [] as [&str; 0]);
    tree.write("ws/b/src/lib.rs", "#[macro_export] macro_rules! m { () => { far_off } }");
    assert_eq!(unused(&tree), ["a:far-off"]);
}
