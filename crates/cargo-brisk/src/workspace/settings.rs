//! What the configuration means for a build: directories, platforms, jobs, programs.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use brisk::model::Problem;
use rustc_stable_hash::StableSipHasher128;
use toml::Value;

use super::config::{Config, Setting};
use super::paths::normalize;

/// The settings that Brisk asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where Cargo builds.
    pub(crate) directories: Directories,
    /// `build.target`: the triples that are built for when no `--target` is given; none means the host.
    pub(crate) default_triples: Vec<String>,
    /// How many jobs Cargo would use without `-j`, at least 1.
    pub(crate) jobs: u32,
    /// `build.rustc`.
    pub(crate) rustc: Option<Program>,
    /// `build.rustc-wrapper`.
    pub(crate) rustc_wrapper: Option<Program>,
    /// `build.rustc-workspace-wrapper`.
    pub(crate) rustc_workspace_wrapper: Option<Program>,
    /// `target.….linker`, strongest first.
    pub(crate) linkers: Vec<ForPlatform>,
    /// `target.….runner`, strongest first.
    pub(crate) runners: Vec<ForPlatform>,
    /// Names of the variables that `[env]` sets.
    pub(crate) set_variables: BTreeSet<String>,
}

/// Where Cargo puts what it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directories {
    /// For the user: programs, documentation, packages.
    pub(crate) target_dir: PathBuf,
    /// For Cargo: everything between; mostly the same directory.
    pub(crate) build_dir: PathBuf,
}

/// A program that the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// A bare name to be looked up on `$PATH`, or an absolute path.
    pub(crate) path: PathBuf,
    /// Its first arguments.
    pub(crate) arguments: Vec<String>,
    /// The environment variable or the file that names it, for people.
    pub(crate) origin: String,
}

/// A program that is used for some platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForPlatform {
    /// A triple, a `cfg(…)`, or of an environment variable the triple in its spelling (`X86_64_UNKNOWN_LINUX_GNU`).
    pub(crate) platform: String,
    /// The program.
    pub(crate) program: Program,
}

/// Where the workspace and the caller are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    /// The root manifest.
    pub(super) root_manifest: &'a Path,
    /// `--target-dir`.
    pub(super) target_dir: Option<&'a Path>,
    /// The working directory.
    pub(super) cwd: &'a Path,
}

/// Reads the settings; what cannot be understood is a problem, and Cargo's default stands in.
pub(super) fn settings(config: &Config, places: Places<'_>) -> (Settings, Vec<Problem>) {
    let mut problems = Vec::new();
    let settings = Settings {
        directories: directories(config, places, &mut problems),
        default_triples: default_triples(config),
        jobs: jobs(config, &mut problems),
        rustc: program(config, &["RUSTC", "CARGO_BUILD_RUSTC"], "rustc"),
        rustc_wrapper: program(config, &["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"], "rustc-wrapper"),
        rustc_workspace_wrapper: program(
            config,
            &["RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"],
            "rustc-workspace-wrapper",
        ),
        linkers: for_platforms(config, "linker", "_LINKER"),
        runners: for_platforms(config, "runner", "_RUNNER"),
        set_variables: config.set_variables(),
    };
    (settings, problems)
}

fn directories(config: &Config, places: Places<'_>, problems: &mut Vec<Problem>) -> Directories {
    let root_dir = places.root_manifest.parent().unwrap_or(Path::new(""));
    let target_dir = match places.target_dir {
        Some(dir) => places.cwd.join(dir),
        None => config
            .text(&["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"], &["build", "target-dir"])
            .map_or_else(|| root_dir.join("target"), |setting| setting.base.join(&setting.value)),
    };
    let target_dir = normalize(&target_dir);
    let build_dir = config.text(&["CARGO_BUILD_BUILD_DIR"], &["build", "build-dir"]);
    let build_dir = build_dir.and_then(|setting| match expand_template(&setting, config, places) {
        Ok(dir) => Some(normalize(&dir)),
        Err(problem) => {
            problems.push(problem);
            None
        }
    });
    Directories { build_dir: build_dir.unwrap_or_else(|| target_dir.clone()), target_dir }
}

/// Fills in the variables of `build.build-dir` (`custom_build_dir` in Cargo's `util/context/mod.rs`).
fn expand_template(setting: &Setting<String>, config: &Config, places: Places<'_>) -> Result<PathBuf, Problem> {
    let root_dir = places.root_manifest.parent().unwrap_or(Path::new(""));
    let cargo_home = config.environment().cargo_home(places.cwd).unwrap_or_default();
    let expanded = setting
        .value
        .replace("{workspace-root}", &root_dir.to_string_lossy())
        .replace("{cargo-cache-home}", &cargo_home.to_string_lossy())
        .replace("{workspace-path-hash}", &workspace_path_hash(places.root_manifest));
    if expanded.contains(['{', '}']) {
        return Err(Problem::new(
            format!("the build directory `{}` could not be understood", setting.value),
            format!("{} uses a variable that is not known here", setting.origin),
            "the target directory is taken for it",
        ));
    }
    Ok(setting.base.join(expanded))
}

/// Cargo's `util::hex::short_hash` of the real path of the root manifest: two digits, a separator, fourteen more.
///
/// It hashes a path as the standard library does, which has been the same for years but is not promised. Where Cargo
/// answers, its own `build_directory` is preferred.
fn workspace_path_hash(root_manifest: &Path) -> String {
    let real_path = root_manifest.canonicalize().unwrap_or_else(|_| root_manifest.to_owned());
    let mut hasher = StableSipHasher128::new();
    real_path.hash(&mut hasher);
    let digits: String = Hasher::finish(&hasher).to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}{}{}", &digits[..2], std::path::MAIN_SEPARATOR, &digits[2..])
}

fn default_triples(config: &Config) -> Vec<String> {
    let keys = ["build", "target"];
    if let Some(triple) = config.text(&["CARGO_BUILD_TARGET"], &keys) {
        return vec![triple.value];
    }
    let listed = config.value(&keys).and_then(|setting| setting.value.as_array());
    listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn jobs(config: &Config, problems: &mut Vec<Problem>) -> u32 {
    let parallelism = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(u32::MAX));
    let keys = ["build", "jobs"];
    let of_file = || {
        let setting = config.value(&keys)?;
        let value =
            setting.value.as_integer().map_or_else(|| setting.value.type_str().to_owned(), |jobs| jobs.to_string());
        Some(Setting { value, origin: setting.origin, base: setting.base })
    };
    let Some(setting) = config.text(&["CARGO_BUILD_JOBS"], &keys).or_else(of_file) else { return parallelism };
    parse_jobs(&setting.value, parallelism).unwrap_or_else(|| {
        problems.push(Problem::new(
            format!("the number of jobs `{}` could not be understood", setting.value),
            format!("{} sets it; it is `default` or a number other than 0", setting.origin),
            format!("{parallelism} jobs are assumed, one for each processor"),
        ));
        parallelism
    })
}

/// `default`, a number, or a negative number that is added to the number of processors (Cargo's `BuildConfig::new`).
fn parse_jobs(written: &str, parallelism: u32) -> Option<u32> {
    if written == "default" {
        return Some(parallelism);
    }
    match written.parse::<i32>().ok()? {
        0 => None,
        jobs if jobs < 0 => Some(u32::try_from(i64::from(parallelism) + i64::from(jobs)).unwrap_or(0).max(1)),
        jobs => u32::try_from(jobs).ok(),
    }
}

/// A program of `[build]`. A variable that is set to nothing switches it off.
fn program(config: &Config, variables: &[&str], key: &str) -> Option<Program> {
    let set = variables.iter().find_map(|name| config.environment().get(name));
    if set.is_some_and(std::ffi::OsStr::is_empty) {
        return None;
    }
    let setting = config.text(variables, &["build", key])?;
    Some(resolve_program(&setting.value, Vec::new(), &setting.origin, &setting.base))
        .filter(|_| !setting.value.is_empty())
}

/// A value without a separator is looked up on `$PATH`; another is a path (`ConfigRelativePath::resolve_program`).
fn resolve_program(written: &str, arguments: Vec<String>, origin: &str, base: &Path) -> Program {
    let is_path = written.contains('/') || (cfg!(windows) && written.contains('\\'));
    let path = if is_path { normalize(&base.join(written)) } else { PathBuf::from(written) };
    Program { path, arguments, origin: origin.to_owned() }
}

/// `target.….<key>`, and `CARGO_TARGET_…<suffix>` before them.
fn for_platforms(config: &Config, key: &str, suffix: &str) -> Vec<ForPlatform> {
    let of_environment = config.environment().iter().filter_map(|(name, value)| {
        let platform = name.to_str()?.strip_prefix("CARGO_TARGET_")?.strip_suffix(suffix)?;
        let origin = format!("the environment variable `{}`", name.to_str()?);
        let program = command_line(value.to_str()?, &origin, config.cwd())?;
        Some(ForPlatform { platform: platform.to_owned(), program })
    });
    let tables = config.targets();
    let of_files = tables.iter().filter_map(|(platform, setting)| {
        let value = setting.value.get(key)?;
        let program = match value.as_array() {
            Some(words) => {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                words_to_program(&words, &setting.origin, &setting.base)?
            }
            None => command_line(value.as_str()?, &setting.origin, &setting.base)?,
        };
        Some(ForPlatform { platform: (*platform).to_owned(), program })
    });
    of_environment.chain(of_files).collect()
}

fn command_line(written: &str, origin: &str, base: &Path) -> Option<Program> {
    words_to_program(&written.split_ascii_whitespace().collect::<Vec<_>>(), origin, base)
}

fn words_to_program(words: &[&str], origin: &str, base: &Path) -> Option<Program> {
    let (program, arguments) = words.split_first()?;
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    Some(resolve_program(program, arguments, origin, base))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::config;
    use crate::workspace::environment::Environment;
    use crate::workspace::testing::Tree;

    const MANIFEST: (&str, &str) = ("ws/Cargo.toml", "[workspace]");

    fn read(tree: &Tree, environment: Environment) -> (Settings, Vec<Problem>) {
        let (cwd, root_manifest) = (tree.path("ws/sub"), tree.path("ws/Cargo.toml"));
        let environment = match environment.get("CARGO_HOME") {
            Some(_) => environment,
            None => environment.with("CARGO_HOME", tree.path("home")),
        };
        let (config, _, mut problems) = config::read(&cwd, &environment);
        let places = Places { root_manifest: &root_manifest, target_dir: None, cwd: &cwd };
        let (settings, more) = settings(&config, places);
        problems.extend(more);
        (settings, problems)
    }

    #[test]
    fn nearer_files_and_the_environment_win() {
        let tree = Tree::new(&[
            MANIFEST,
            ("home/config.toml", "[build]\ntarget-dir = 'far'\njobs = 3\ntarget = 'x86_64-unknown-linux-musl'"),
            ("ws/.cargo/config.toml", "[build]\ntarget-dir = 'near'"),
        ]);
        let (found, problems) = read(&tree, Environment::default());
        assert_eq!(problems, []);
        assert_eq!(found.directories.target_dir, tree.path("ws/near"));
        assert_eq!(found.directories.build_dir, tree.path("ws/near"));
        assert_eq!(found.jobs, 3);
        assert_eq!(found.default_triples, ["x86_64-unknown-linux-musl"]);

        let environment = Environment::default().with("CARGO_BUILD_TARGET_DIR", "b").with("CARGO_BUILD_JOBS", "7");
        let (found, _) = read(&tree, environment.clone());
        assert_eq!(found.directories.target_dir, tree.path("ws/sub/b"));
        assert_eq!(found.jobs, 7);
        let (found, _) = read(&tree, environment.with("CARGO_TARGET_DIR", "/c"));
        assert_eq!(found.directories.target_dir, Path::new("/c"));
    }

    #[test]
    fn the_flag_for_the_target_directory_wins_over_all() {
        let environment = Environment::default().with("CARGO_TARGET_DIR", "/c");
        let (config, _, _) = config::read(Path::new("/ws/sub"), &environment);
        let places = Places {
            root_manifest: Path::new("/ws/Cargo.toml"),
            target_dir: Some(Path::new("../flag")),
            cwd: Path::new("/ws/sub"),
        };
        assert_eq!(settings(&config, places).0.directories.target_dir, Path::new("/ws/flag"));
    }

    #[test]
    fn without_any_configuration_the_defaults_are_cargos() {
        let tree = Tree::new(&[MANIFEST]);
        let (found, problems) = read(&tree, Environment::default());
        assert_eq!(problems, []);
        assert_eq!(found.directories.target_dir, tree.path("ws/target"));
        assert!(found.jobs >= 1);
        assert_eq!((found.rustc_wrapper, found.default_triples.len(), found.runners.len()), (None, 0, 0));
    }

    #[test]
    fn a_broken_file_is_a_problem_and_the_others_still_count() {
        let tree = Tree::new(&[
            MANIFEST,
            ("ws/sub/.cargo/config.toml", "[build\n"),
            ("ws/.cargo/config.toml", "[build]\ntarget-dir = 'near'\njobs = 'many'\nunknown-key = {}"),
        ]);
        let (found, problems) = read(&tree, Environment::default());
        assert_eq!(found.directories.target_dir, tree.path("ws/near"));
        let said: Vec<_> = problems.iter().map(|problem| tree.redact(&problem.what)).collect();
        assert_eq!(
            said,
            [
                "the Cargo configuration `[ROOT]/ws/sub/.cargo/config.toml` could not be read",
                "the number of jobs `many` could not be understood",
            ]
        );
    }

    #[test]
    fn included_files_are_weaker_than_the_file_and_the_last_is_the_strongest_of_them() {
        let tree = Tree::new(&[
            MANIFEST,
            (
                "ws/.cargo/config.toml",
                "include = ['a.toml', { path = 'b.toml' }, { path = 'no.toml', optional = true }]\n[build]\njobs = 2",
            ),
            ("ws/.cargo/a.toml", "[build]\njobs = 5\ntarget-dir = 'a'\nrustc = 'rustc-a'"),
            ("ws/.cargo/b.toml", "include = ['config.toml']\n[build]\ntarget-dir = 'b'"),
        ]);
        let (found, problems) = read(&tree, Environment::default());
        assert_eq!(found.jobs, 2);
        assert_eq!(found.directories.target_dir, tree.path("ws/b"));
        assert_eq!(found.rustc.unwrap().path, Path::new("rustc-a"));
        assert!(problems[0].why.starts_with("its `include` leads back to itself"), "{problems:?}");
    }

    #[test]
    fn jobs_may_be_negative_or_the_word_default() {
        assert_eq!(parse_jobs("default", 8), Some(8));
        assert_eq!(parse_jobs("-2", 8), Some(6));
        assert_eq!(parse_jobs("-20", 8), Some(1));
        assert_eq!(parse_jobs("12", 8), Some(12));
        assert_eq!(parse_jobs("0", 8), None);
        assert_eq!(parse_jobs("1.5", 8), None);
    }

    #[test]
    fn programs_are_bare_names_or_paths_relative_to_their_file() {
        let tree = Tree::new(&[
            MANIFEST,
            (
                "ws/.cargo/config.toml",
                "[build]\nrustc-wrapper = 'tools/wrap'\nrustc-workspace-wrapper = 'bare'\n\
                 [target.x86_64-unknown-linux-gnu]\nlinker = 'clang'\nrunner = ['qemu', '-L', '/sys']\n[target.'cfg(unix)']\nrunner = 'env A=1'",
            ),
        ]);
        let (found, _) = read(&tree, Environment::default().with("CARGO_TARGET_WASM32_WASIP1_RUNNER", "wasmtime run"));
        assert_eq!(found.rustc_wrapper.unwrap().path, tree.path("ws/tools/wrap"));
        assert_eq!(found.rustc_workspace_wrapper.unwrap().path, Path::new("bare"));
        assert_eq!(found.linkers[0].program.path, Path::new("clang"));
        let line = |runner: &ForPlatform| {
            format!("{} {} {:?}", runner.platform, runner.program.path.display(), runner.program.arguments)
        };
        let runners: Vec<_> = found.runners.iter().map(line).collect();
        assert_eq!(
            runners,
            [
                r#"WASM32_WASIP1 wasmtime ["run"]"#,
                r#"cfg(unix) env ["A=1"]"#,
                r#"x86_64-unknown-linux-gnu qemu ["-L", "/sys"]"#,
            ]
        );
    }

    #[test]
    fn an_empty_variable_switches_the_wrapper_off() {
        let tree = Tree::new(&[MANIFEST, ("ws/.cargo/config.toml", "[build]\nrustc-wrapper = 'sccache'")]);
        assert_eq!(read(&tree, Environment::default()).0.rustc_wrapper.unwrap().path, Path::new("sccache"));
        assert_eq!(read(&tree, Environment::default().with("RUSTC_WRAPPER", "")).0.rustc_wrapper, None);
    }

    #[test]
    fn the_variables_of_the_build_directory_are_filled_in() {
        let tree = Tree::new(&[MANIFEST, ("ws/.cargo/config.toml", "[build]\nbuild-dir = '{workspace-root}/../out'")]);
        assert_eq!(read(&tree, Environment::default()).0.directories.build_dir, tree.path("out"));
        let environment = Environment::default().with("CARGO_BUILD_BUILD_DIR", "{cargo-cache-home}/b");
        assert_eq!(read(&tree, environment).0.directories.build_dir, tree.path("home/b"));
        let (found, problems) = read(&tree, Environment::default().with("CARGO_BUILD_BUILD_DIR", "{nope}"));
        assert_eq!(found.directories.build_dir, found.directories.target_dir);
        assert_eq!(problems[0].what, "the build directory `{nope}` could not be understood");
    }
}
