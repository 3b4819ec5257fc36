//! Everything there is to know about the workspace before looking at any build of it.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use brisk::model::{Configuration, Problem, Workspace};
use camino::Utf8PathBuf;

use super::cache::{self, Inputs, Key};
use super::complete::completed;
use super::config;
use super::configuration::configuration;
use super::diagnosis::{Circumstances, UNKNOWN, diagnose};
use super::environment::Environment;
use super::faults::declared_in;
use super::files;
use super::lines::annotated;
use super::locate::{WorkspaceError, locate};
use super::manifest::Manifest;
use super::members::{LocalPackages, local_packages};
use super::metadata::{self, Answer, Call, Failure, Platforms};
use super::programs::{self, missing_programs};
use super::settings::{Directories, Places, Settings, settings};
use super::toolchain_parts::{Asked, missing_parts};

/// Where to look, and with what.
#[derive(Clone, Debug)]
pub(crate) struct WorkspaceOptions {
    /// `--manifest-path`.
    pub(crate) manifest_path: Option<PathBuf>,
    /// `--target-dir`.
    pub(crate) target_dir: Option<PathBuf>,
    /// The working directory, absolute.
    pub(crate) cwd: PathBuf,
    /// The Cargo to ask: `$CARGO`, or `cargo`.
    pub(crate) cargo: PathBuf,
    /// Where answers of Cargo are kept; `None` keeps none.
    pub(crate) cache_dir: Option<PathBuf>,
    /// The environment.
    pub(crate) environment: Environment,
}

/// What is known.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// Members, packages, and how they depend on each other.
    pub(crate) workspace: Workspace,
    /// Directories, platforms, jobs, programs.
    pub(crate) settings: Settings,
    /// Profiles and what else decides how Cargo builds.
    pub(crate) configuration: Configuration,
    /// What could not be read or decided; what keeps Cargo from working comes first.
    pub(crate) problems: Vec<Problem>,
}

/// Reads the configuration alone, without asking Cargo. Where there is no workspace, its directories are those that one in
/// the working directory would have; what cannot be read is left out, as Cargo will say itself.
pub(crate) fn configured(options: &WorkspaceOptions) -> Settings {
    let location = locate(options.manifest_path.as_deref(), &options.cwd, &options.environment);
    let root_manifest = location.map_or_else(|_| options.cwd.join("Cargo.toml"), |location| location.root.path);
    let (config, ..) = config::read(&options.cwd, &options.environment);
    let target_dir = options.target_dir.as_deref();
    settings(&config, Places { root_manifest: &root_manifest, target_dir, cwd: &options.cwd }).0
}

/// Reads everything and waits for it.
///
/// # Errors
///
/// When there is no manifest, or the one that decides what the workspace is cannot be read.
pub(crate) fn read(options: &WorkspaceOptions) -> Result<Facts, WorkspaceError> {
    Pending::start(options).map(Pending::finish)
}

/// The facts while Cargo is still being asked: the settings are known, so that the target directory can be read meanwhile.
#[derive(Debug)]
pub(crate) struct Pending {
    call: Call,
    root: Manifest,
    local: LocalPackages,
    settings: Settings,
    configuration: Configuration,
    problems: Vec<Problem>,
    answer: PendingAnswer,
}

#[derive(Debug)]
enum PendingAnswer {
    /// From the cache.
    Known(Box<Answer>),
    /// A thread waits for Cargo.
    Asked(JoinHandle<Result<Answer, Failure>>),
}

impl Pending {
    /// Finds the workspace, reads manifests and configuration, and asks Cargo unless its answer is in the cache:
    ///
    /// 1. the root manifest;
    /// 2. Cargo's configuration;
    /// 3. the manifests of members and path dependencies;
    /// 4. the cache, or a thread that runs `cargo metadata`.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(crate) fn start(options: &WorkspaceOptions) -> Result<Self, WorkspaceError> {
        let location = locate(options.manifest_path.as_deref(), &options.cwd, &options.environment)?;
        let (config, config_files, mut problems) = config::read(&options.cwd, &options.environment);
        let places =
            Places { root_manifest: &location.root.path, target_dir: options.target_dir.as_deref(), cwd: &options.cwd };
        let (settings, of_settings) = settings(&config, places);
        problems.extend(of_settings);
        let (cwd, root_dir) = (options.cwd.as_path(), location.root.dir());
        let asked = Asked { config: &config, settings: &settings, config_files: &config_files, root_dir, cwd };
        problems.extend(missing_parts(asked));
        let local = local_packages(&location.root);
        let configuration = configuration(&config, &settings, &location.root, &local);
        let call = Call {
            cargo: options.cargo.clone(),
            cwd: options.cwd.clone(),
            manifest_path: location.manifest_path,
            environment: options.environment.clone(),
            triples: settings.default_triples.clone(),
            missing_wrapper: programs::is_wrapper_missing(&settings, &options.environment),
            target_dir: settings.directories.target_dir.clone(),
        };
        let inputs = Inputs { call: &call, root_dir: location.root.dir(), local: &local, config_files: &config_files };
        let answer = known_or_asked(&inputs, options.cache_dir.clone());
        Ok(Self { call, root: location.root, local, settings, configuration, problems, answer })
    }

    /// Where the workspace is built. (The build directory may be corrected by Cargo's answer if its path holds a hash.)
    pub(crate) fn directories(&self) -> &Directories {
        &self.settings.directories
    }

    /// Directory of the workspace's root manifest.
    pub(crate) fn root_dir(&self) -> &Path {
        self.root.dir()
    }

    /// Waits for Cargo, and puts everything together.
    pub(crate) fn finish(self) -> Facts {
        let Self { call, root, local, mut settings, configuration, problems: of_configuration, answer } = self;
        let environment = &call.environment;
        let host = || metadata::host_triple(&call.cargo, &call.cwd, environment);
        let mut problems = missing_programs(&settings, environment, root.dir(), host);
        let from_files = || files::read(&root, &local, environment.cargo_home(&call.cwd).as_deref());
        let workspace = match answer.wait() {
            Ok(answer) => {
                correct_build_dir(&mut settings.directories, &answer);
                match answer.platforms {
                    Platforms::All => answer.workspace,
                    Platforms::BuiltFor => completed(answer.workspace, from_files().workspace),
                }
            }
            Err(failure) => {
                let told = diagnose(&failure, Circumstances { call: &call, root_dir: root.dir(), settings: &settings });
                // The everyday case: a build downloads neither dev-dependencies nor what other platforms need.
                let told = if failure.is_not_downloaded() { told.as_note() } else { told };
                let from_files = from_files();
                let told = with_declaration(told, &from_files.workspace);
                problems = with_failure(told, problems, from_files.problems, from_files.lockfile_problem);
                from_files.workspace
            }
        };
        problems.extend(of_configuration);
        Facts { workspace: annotated(workspace, &root, &local), settings, configuration, problems }
    }
}

fn known_or_asked(inputs: &Inputs<'_>, cache_dir: Option<PathBuf>) -> PendingAnswer {
    let key = Key::of(inputs);
    if let Some(answer) = cache_dir.as_deref().and_then(|dir| cache::load(dir, key)) {
        return PendingAnswer::Known(Box::new(answer));
    }
    let call = inputs.call.clone();
    PendingAnswer::Asked(std::thread::spawn(move || {
        let answer = metadata::ask(&call)?;
        if let Some(dir) = cache_dir {
            cache::store(&dir, key, &answer);
        }
        Ok(answer)
    }))
}

impl PendingAnswer {
    fn wait(self) -> Result<Answer, Failure> {
        match self {
            Self::Known(answer) => Ok(*answer),
            Self::Asked(thread) => {
                let panicked = |_| Err(Failure::Unreadable("reading the answer of Cargo panicked".to_owned()));
                thread.join().unwrap_or_else(panicked)
            }
        }
    }
}

/// Cargo knows best where a build directory is whose path holds a hash. Where it is the target directory, Cargo was not
/// told of `--target-dir`, and is not believed.
fn correct_build_dir(directories: &mut Directories, answer: &Answer) {
    if let Some(build_dir) = &answer.build_dir
        && directories.build_dir != directories.target_dir
    {
        directories.build_dir.clone_from(build_dir);
    }
}

/// A path dependency that is missing, with the line that declares it.
fn with_declaration(mut told: Problem, workspace: &Workspace) -> Problem {
    if let Some(fault) = told.fault.as_mut().filter(|fault| fault.places.is_empty()) {
        fault.places.extend(declared_in(workspace, &fault.subject));
    }
    told
}

/// All problems when Cargo failed: its failure first, and nothing twice.
fn with_failure(
    mut told: Problem,
    missing_programs: Vec<Problem>,
    of_manifests: Vec<Problem>,
    of_lockfile: Option<Problem>,
) -> Vec<Problem> {
    let of_programs = missing_programs.into_iter().filter(|program| program.what != told.what);
    let mut problems: Vec<Problem> = of_programs.collect();
    // A program that is missing fails every build; a plain one writes the lockfile anew.
    let place = if told.what.contains("lockfile") { problems.len() } else { 0 };
    problems.extend(of_manifests.into_iter().filter(|manifest| !names_the_same(&told, manifest)));
    match of_lockfile {
        // Cargo told the same; what follows from it is known better here.
        Some(lockfile) if told.what.contains("lockfile") => told.effect = lockfile.effect,
        Some(lockfile) => problems.push(lockfile),
        None => {}
    }
    problems.insert(place, told);
    problems
}

/// Whether both are about the same file. Cargo's words may have its path from the working directory.
fn names_the_same(told: &Problem, other: &Problem) -> bool {
    let named = |problem: &Problem| problem.what.split('`').skip(1).step_by(2).map(PathBuf::from).collect::<Vec<_>>();
    let told = named(told);
    named(other).first().is_some_and(|file| told.iter().any(|told| file.ends_with(told)))
}

/// Why `command`, another one than `cargo metadata`, could not begin: what it printed, told as a problem with this effect.
pub(crate) fn why_cargo_failed(
    command: &str,
    printed: &str,
    effect: &str,
    facts: &Facts,
    options: &WorkspaceOptions,
) -> Problem {
    let root_dir = PathBuf::from(&facts.workspace.root);
    let call = Call {
        cargo: options.cargo.clone(),
        cwd: options.cwd.clone(),
        manifest_path: options.manifest_path.clone().unwrap_or_else(|| root_dir.join("Cargo.toml")),
        environment: options.environment.clone(),
        triples: facts.settings.default_triples.clone(),
        missing_wrapper: false,
        target_dir: facts.settings.directories.target_dir.clone(),
    };
    let failure = Failure::Failed(printed.to_owned());
    let told = diagnose(&failure, Circumstances { call: &call, root_dir: &root_dir, settings: &facts.settings });
    if told.what == UNKNOWN {
        // Nor is it known whether any other command fails.
        return Problem::new(format!("`{command}` failed"), told.why, effect);
    }
    Problem { effect: effect.to_owned(), ..told }
}

/// The directory of the workspace's root manifest, without reading anything else.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn root(options: &WorkspaceOptions) -> Result<Utf8PathBuf, WorkspaceError> {
    let location = locate(options.manifest_path.as_deref(), &options.cwd, &options.environment)?;
    Ok(Utf8PathBuf::from(location.root.dir().to_string_lossy().into_owned()))
}
