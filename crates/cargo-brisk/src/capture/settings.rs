//! Which wrapper and which runner the user has configured already, and by which variable ours go before them.
//!
//! Build scripts may ask to be run again when a variable changes (`rerun-if-env-changed`), and Cargo compares what it finds
//! in its own environment: a variable that one of them watches cannot be set without building again what nobody has
//! changed. The wrapper has two variables to choose from, of which `RUSTC_WRAPPER` is the one that scripts do watch. Where
//! none is left, the build is worth more than its recording. (`--config` is no way out: Cargo prefers `RUSTC_WRAPPER` to it,
//! and not every subcommand passes it on.)

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::command::CargoCommand;
use super::process::find_program;
use super::role::{chained_wrapper, is_own_wrapper};

/// The strongest variable for a wrapper: above `--config` arguments.
const STRONG_VARIABLE: &str = "RUSTC_WRAPPER";
/// The configuration key as a variable: above all files (`GlobalContext::maybe_get_tool`, `util/context/mod.rs`).
const CONFIG_VARIABLE: &str = "CARGO_BUILD_RUSTC_WRAPPER";

/// What the configuration says already, apart from the arguments of the command.
#[derive(Clone, Copy)]
pub(crate) struct Configured<'a> {
    /// The wrapper of rustc, by environment or files: a name to be looked up in `PATH`, or a path.
    pub(crate) wrapper: Option<&'a Path>,
    /// The triples, `cfg(…)` and, of environment variables, triples in upper case that a runner is set for.
    pub(crate) runner_platforms: &'a [&'a str],
    /// The environment.
    pub(crate) environment: &'a dyn Fn(&str) -> Option<OsString>,
    /// The package whose build script watches a variable, if there is one.
    pub(crate) watcher: &'a dyn Fn(&str) -> Option<String>,
    /// The working directory.
    pub(crate) cwd: &'a Path,
}

/// How our wrapper is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrapperSetting {
    /// The variable that does it.
    pub(crate) variable: &'static str,
    /// The wrapper that was there before.
    pub(crate) chained: Option<ChainedWrapper>,
}

/// A wrapper that was configured before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChainedWrapper {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How Cargo shows it.
    pub(crate) shown: String,
}

impl WrapperSetting {
    /// The setting for `command`.
    ///
    /// # Errors
    ///
    /// Says why there is none: a wrapper is configured that cannot be found, or every variable that would do is watched.
    pub(crate) fn of(command: &CargoCommand, configured: Configured<'_>) -> Result<Self, String> {
        let of_arguments = config_arguments(command, configured.cwd);
        let of_arguments = of_arguments.iter().rev().find_map(|table| wrapper_in(table, configured.cwd));
        let in_environment = (configured.environment)(STRONG_VARIABLE).is_some();
        let (variables, wrapper): (&[_], _) = match of_arguments {
            Some(wrapper) if !in_environment => (&[STRONG_VARIABLE], Some(wrapper)),
            _ if in_environment => (&[STRONG_VARIABLE], configured.wrapper.map(Path::to_owned)),
            _ => (&[CONFIG_VARIABLE, STRONG_VARIABLE], configured.wrapper.map(Path::to_owned)),
        };
        let variable = unwatched(variables, configured.watcher)?;
        let path = (configured.environment)("PATH").unwrap_or_default();
        let chained = wrapper.map(|wrapper| chained(wrapper, &path)).transpose()?.flatten();
        Ok(Self { variable, chained })
    }
}

/// The first of `variables` that no build script watches.
fn unwatched(variables: &[&'static str], watcher: &dyn Fn(&str) -> Option<String>) -> Result<&'static str, String> {
    let mut watched = None;
    for variable in variables {
        match watcher(variable) {
            None => return Ok(variable),
            Some(package) => watched = Some(watched_by(&package, variable)),
        }
    }
    let why = watched.unwrap_or_default();
    Err(format!("{why}; a wrapper that is set by `build.rustc-wrapper` in a configuration file leaves it alone"))
}

fn watched_by(package: &str, variable: &str) -> String {
    format!(
        "the build script of `{package}` would run again, because it watches {variable}, which recording has to set"
    )
}

/// Where `wrapper` is. One of ours, from a recording around this one, is replaced by what is behind it.
fn chained(wrapper: PathBuf, path: &OsStr) -> Result<Option<ChainedWrapper>, String> {
    if is_own_wrapper(&wrapper) {
        let behind = chained_wrapper(&wrapper);
        return Ok(behind.map(|path| ChainedWrapper { shown: path.to_string_lossy().into_owned(), path }));
    }
    let shown = wrapper.to_string_lossy().into_owned();
    let found = match wrapper.components().count() {
        1 => find_program(&wrapper, path, None),
        _ => Some(wrapper).filter(|wrapper| wrapper.is_file()),
    };
    let path = found.ok_or_else(|| format!("the rustc wrapper `{shown}` was not found"))?;
    Ok(Some(ChainedWrapper { path, shown }))
}

/// The `--config` arguments that can be read: `key = value`, or the path of a file (`GlobalContext::cli_config_context`).
fn config_arguments(command: &CargoCommand, cwd: &Path) -> Vec<Table> {
    let table = |argument: &&str| {
        let file = cwd.join(argument);
        let text = std::fs::read_to_string(file).unwrap_or_else(|_| (*argument).to_owned());
        toml::from_str(&text).ok()
    };
    command.values("--config", None).iter().filter_map(table).collect()
}

fn wrapper_in(table: &Table, cwd: &Path) -> Option<PathBuf> {
    let written = table.get("build")?.get("rustc-wrapper")?.as_str()?;
    Some(if written.contains('/') { cwd.join(written) } else { written.into() })
}

/// How our runner is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RunnerSetting {
    /// Not at all: a configuration file has one, and a variable of ours would replace it.
    Theirs,
    /// Not at all, because a build script would run again, as this says.
    Watched(String),
    /// By these variables, before a runner that one of them held.
    Ours {
        /// `CARGO_TARGET_<TRIPLE>_RUNNER`.
        variables: Vec<String>,
        /// The words of the command line that was there before; none if there was none.
        chained: Vec<String>,
    },
}

impl RunnerSetting {
    /// The setting for `command`.
    pub(crate) fn of(command: &CargoCommand, configured: Configured<'_>) -> Self {
        // In the environment, triples have no dashes; in files they do, and so does every `cfg(…)` have a parenthesis.
        let in_files = configured.runner_platforms.iter().any(|platform| platform.contains(['-', '(']));
        let in_arguments = config_arguments(command, configured.cwd).iter().any(has_runner);
        if in_files || in_arguments {
            return Self::Theirs;
        }
        let text = |name: &str| (configured.environment)(name)?.into_string().ok().filter(|text| !text.is_empty());
        let variables: Vec<String> =
            host_triples(text("RUSTUP_TOOLCHAIN").as_deref()).iter().map(|triple| variable(triple)).collect();
        let set = variables.iter().find_map(|name| Some((name.clone(), text(name)?)));
        let watcher = |name: &String| Some(watched_by(&(configured.watcher)(name)?, name));
        if let Some(why) = variables.iter().find_map(watcher) {
            return Self::Watched(why);
        }
        match set {
            None => Self::Ours { variables, chained: Vec::new() },
            Some((name, chained)) => {
                Self::Ours { variables: vec![name], chained: runner_words(&chained, configured.cwd) }
            }
        }
    }
}

/// A runner as Cargo reads it from the environment: split at white space (`PathAndArgs`, `util/context/path.rs`), the
/// program in the working directory where it is a path (`ConfigRelativePath::resolve_program`). Tests run elsewhere.
fn runner_words(line: &str, cwd: &Path) -> Vec<String> {
    let mut words: Vec<String> = line.split_ascii_whitespace().map(str::to_owned).collect();
    if let Some(program) = words.first_mut().filter(|program| program.contains('/'))
        && let Some(path) = cwd.join(&*program).to_str()
    {
        *program = path.to_owned();
    }
    words
}

fn has_runner(table: &Table) -> bool {
    let targets = table.get("target").and_then(Value::as_table);
    targets.into_iter().flatten().any(|(_, target)| target.get("runner").is_some())
}

fn variable(triple: &str) -> String {
    format!("CARGO_TARGET_{}_RUNNER", triple.to_uppercase().replace(['-', '.'], "_"))
}

/// Triples that this machine may be called by. To set the variable of one that it is not called by has no effect, and to ask
/// rustc would cost more than all of them.
fn host_triples(toolchain: Option<&str>) -> Vec<String> {
    let arch = std::env::consts::ARCH;
    let of_toolchain = toolchain.and_then(|name| name.find(arch).map(|at| name[at..].to_owned()));
    let guessed = match std::env::consts::OS {
        "linux" => vec![format!("{arch}-unknown-linux-gnu"), format!("{arch}-unknown-linux-musl")],
        "macos" => vec![format!("{arch}-apple-darwin")],
        os => vec![format!("{arch}-unknown-{os}")],
    };
    let mut triples: Vec<String> = of_toolchain.into_iter().chain(guessed).collect();
    triples.sort_unstable();
    triples.dedup();
    triples
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn command(line: &str) -> CargoCommand {
        CargoCommand::new(line.split_whitespace().map(OsString::from).collect())
    }

    /// A directory with an executable `cache`.
    fn installed() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let tool = dir.path().join("cache");
        fs_err::write(&tool, "").unwrap();
        fs_err::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
        (dir, tool)
    }

    /// The setting of the wrapper for a command, where the configuration has `wrapper`, in an environment.
    fn wrapper(line: &str, wrapper: Option<&Path>, environment: &[(&str, &Path)]) -> Result<WrapperSetting, String> {
        let get = |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        let watcher = |_: &str| None;
        let cwd = Path::new("/");
        let configured = Configured { wrapper, runner_platforms: &[], environment: &get, watcher: &watcher, cwd };
        WrapperSetting::of(&command(line), configured)
    }

    #[test]
    fn the_variable_that_build_scripts_may_watch_is_left_alone_if_it_can_be() {
        let (dir, _) = installed();
        let path = ("PATH", dir.path());
        let of = |line: &str, configured: Option<&str>, environment: &[(&str, &Path)]| {
            let setting = wrapper(line, configured.map(Path::new), environment).unwrap();
            (setting.variable, setting.chained.map(|chained| chained.shown))
        };
        let cache = Some("cache".to_owned());
        assert_eq!(of("build", None, &[path]), (CONFIG_VARIABLE, None));
        assert_eq!(of("build", Some("cache"), &[path]), (CONFIG_VARIABLE, cache.clone()));
        let line = "build --config build.rustc-wrapper='cache'";
        assert_eq!(of(line, None, &[path]), (STRONG_VARIABLE, cache.clone()));
        let strong = (STRONG_VARIABLE, Path::new("cache"));
        assert_eq!(of(line, Some("cache"), &[path, strong]), (STRONG_VARIABLE, cache));
        assert_eq!(of("build", None, &[path, (STRONG_VARIABLE, Path::new(""))]), (STRONG_VARIABLE, None));
    }

    #[test]
    fn a_variable_that_a_build_script_watches_is_not_set() {
        let of = |watched: &[&str], in_environment: bool| {
            let get = |name: &str| (in_environment && name == STRONG_VARIABLE).then(OsString::new);
            let watcher = |name: &str| watched.contains(&name).then(|| "x".to_owned());
            let cwd = Path::new("/");
            let configured =
                Configured { wrapper: None, runner_platforms: &[], environment: &get, watcher: &watcher, cwd };
            WrapperSetting::of(&command("build"), configured).map(|setting| setting.variable)
        };
        assert_eq!(of(&[STRONG_VARIABLE], false), Ok(CONFIG_VARIABLE));
        assert_eq!(of(&[CONFIG_VARIABLE], false), Ok(STRONG_VARIABLE));
        assert_eq!(of(&[CONFIG_VARIABLE], true), Ok(STRONG_VARIABLE));
        assert!(of(&[STRONG_VARIABLE], true).unwrap_err().contains("`x` would run again"));
        assert!(of(&[CONFIG_VARIABLE, STRONG_VARIABLE], false).is_err());
    }

    #[test]
    fn a_wrapper_that_is_not_there_is_an_error() {
        let setting = wrapper("build", Some(Path::new("nowhere")), &[]);
        assert_eq!(setting, Err("the rustc wrapper `nowhere` was not found".to_owned()));
    }

    #[test]
    fn a_recording_within_a_recording_does_not_chain_the_outer_one() {
        let (dir, tool) = installed();
        let wrappers = dir.path().join("brisk-wrapper");
        fs_err::create_dir(&wrappers).unwrap();
        let outer = wrappers.join("brisk-rustc");
        let of = || wrapper("build", Some(&outer), &[]).unwrap().chained;
        assert_eq!(of(), None);
        std::os::unix::fs::symlink(&tool, dir.path().join("brisk-chained")).unwrap();
        assert_eq!(of().map(|chained| chained.path), Some(tool));
    }

    #[test]
    fn a_runner_in_a_file_is_left_alone_and_one_in_the_environment_is_chained() {
        let host = host_triples(None).remove(0);
        let of = |line: &str, platforms: &[&str], value: Option<&str>| {
            let get = |name: &str| value.filter(|_| name == variable(&host)).map(OsString::from);
            let watcher = |_: &str| None;
            let cwd = Path::new("/");
            let configured =
                Configured { wrapper: None, runner_platforms: platforms, environment: &get, watcher: &watcher, cwd };
            RunnerSetting::of(&command(line), configured)
        };
        for platform in [host.as_str(), "cfg(unix)"] {
            assert_eq!(of("test", &[platform], None), RunnerSetting::Theirs);
        }
        assert_eq!(of("test --config target.'cfg(all())'.runner='x'", &[], None), RunnerSetting::Theirs);
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
        let chained = RunnerSetting::Ours { variables: vec![variable(&host)], chained: words(&["qemu", "-L", "x/y"]) };
        let upper = host.to_uppercase().replace('-', "_");
        assert_eq!(of("test", &[&upper], Some("qemu -L x/y")), chained);
        let by_path = RunnerSetting::Ours { variables: vec![variable(&host)], chained: words(&["/./run", "x"]) };
        assert_eq!(of("test", &[], Some(" ./run  x ")), by_path);
        assert!(matches!(of("test", &[], None), RunnerSetting::Ours { chained, .. } if chained.is_empty()));
    }
}
