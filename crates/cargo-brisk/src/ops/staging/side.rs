//! One side of a trial: its copy, and how it is built there.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use brisk::proof::Start;
use camino::Utf8Path;

use super::spec::{Setting, SideSpec, Source};
use crate::error::{Error, Result};
use crate::experiment::{Arm, Preparation};
use crate::workspace::{self, CopyError, Project, ProjectCopy, Sources, WorkspaceOptions};

/// The files that choose a toolchain (rustup book, "Overrides").
const TOOLCHAIN_FILES: [&str; 2] = ["rust-toolchain.toml", "rust-toolchain"];

/// A side that can be built.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// How.
    pub(crate) arm: Arm,
    /// Its sources.
    pub(crate) copy: ProjectCopy,
    /// Whether Cargo's configuration names a compiler wrapper.
    pub(crate) has_wrapper: bool,
    /// The root of its workspace, where the user has it.
    pub(crate) root: PathBuf,
    /// Where its sources were looked for.
    options: WorkspaceOptions,
    /// The root of the workspace that the command was given in.
    root_here: PathBuf,
}

impl Side {
    /// Copies what `spec` names below `dir`; `cargo command` is run in it.
    ///
    /// # Errors
    ///
    /// If there is no such thing, or it cannot be copied.
    pub(crate) fn stage(
        spec: &SideSpec,
        options: &WorkspaceOptions,
        command: &[OsString],
        dir: &Utf8Path,
    ) -> Result<Self> {
        let own = of_source(&spec.source, options);
        let unusable = |error: &dyn std::error::Error| Error::usage(error.to_string()).because(error);
        let root = workspace::root(&own).map_err(|error| unusable(&error))?.into_std_path_buf();
        let root_here = workspace::root(options).map_err(|error| unusable(&error))?.into_std_path_buf();
        let settings = workspace::configured(&own);
        let directories = &settings.directories;
        let left_out = [directories.target_dir.clone(), directories.build_dir.clone()];
        let project = Project { root: &root, left_out: &left_out, environment: &own.environment };
        let sources = match &spec.source {
            Source::Here | Source::Directory(_) => Sources::AsTheyAre,
            Source::Revision(revision) => Sources::Revision(revision.clone()),
        };
        let top = dir.join("m");
        let not_copied = |error: &dyn std::error::Error| {
            Error::could_not_measure(format!("cannot copy `{}`", spec.text)).because(error)
        };
        fs_err::create_dir_all(&top).map_err(|error| not_copied(&error))?;
        let copy = ProjectCopy::make(top.as_std_path(), project, &sources).map_err(|error| match error {
            CopyError::NoRevision(_) => Error::usage(error.to_string()),
            CopyError::Io(_) | CopyError::Git(_) => not_copied(&error),
        })?;
        let cwd = copy.place_of(&started_in(&own, &root));
        let cwd = if cwd.is_dir() { cwd } else { copy.place_of(&root) };
        let mut arm = Arm {
            cwd,
            cargo: own.cargo.clone(),
            command: command.to_vec(),
            environment: environment(&own),
            target_dir: dir.join("t").into_std_path_buf(),
        };
        if own_toolchain(&root_here, &copy.place_of(&root)) {
            let found = own.environment.find_program(Path::new("cargo"));
            arm.cargo = found.unwrap_or(arm.cargo);
            arm.environment.retain(|(name, _)| name != "RUSTUP_TOOLCHAIN");
        }
        for setting in &spec.settings {
            set(&mut arm, setting, &own);
        }
        let has_wrapper = settings.rustc_wrapper.is_some();
        Ok(Self { arm, copy, has_wrapper, root, root_here, options: own })
    }

    /// The root of its workspace in the copy.
    pub(crate) fn root_in_copy(&self) -> PathBuf {
        self.copy.place_of(&self.root)
    }

    /// The program of that name, where Cargo looks for its subcommands: on the path, and beside what Cargo has installed.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let environment = &self.options.environment;
        let installed = || environment.cargo_home(&self.arm.cwd).map(|home| home.join("bin").join(name));
        environment.find_program(Path::new(name)).or_else(|| environment.find_program(&installed()?))
    }

    /// The same copy, built by another command.
    pub(crate) fn with_command(&self, command: Vec<OsString>) -> Self {
        Self { arm: Arm { command, ..self.arm.clone() }, ..self.clone() }
    }

    /// How to read the workspace of the copy. Nothing of it is worth remembering.
    pub(crate) fn options_in_copy(&self) -> WorkspaceOptions {
        let cwd = self.arm.cwd.clone();
        WorkspaceOptions { cwd, manifest_path: None, cache_dir: None, ..self.options.clone() }
    }

    /// What is done before each build. `touched` is the source to edit, in the workspace that the command was given in.
    ///
    /// # Errors
    ///
    /// If this side does not have it.
    pub(crate) fn preparation(&self, start: &Start, touched: Option<&Path>) -> Result<Preparation> {
        let edited = match start {
            Start::Clean => return Ok(Preparation::Clean),
            Start::UpToDate => return Ok(Preparation::UpToDate),
            Start::Edited(_) => touched.unwrap_or_else(|| Path::new("")),
        };
        let below = edited.strip_prefix(&self.root_here).unwrap_or(edited);
        let place = self.copy.place_of(&self.root.join(below));
        if !place.is_file() {
            return Err(Error::usage(format!("`{}` is not there on both sides", below.display())));
        }
        Ok(Preparation::Edited(place))
    }
}

/// Where the sources are looked for.
fn of_source(source: &Source, options: &WorkspaceOptions) -> WorkspaceOptions {
    match source {
        Source::Here | Source::Revision(_) => options.clone(),
        Source::Directory(dir) => WorkspaceOptions { cwd: dir.clone(), manifest_path: None, ..options.clone() },
    }
}

/// Where the user starts Cargo, if that is within the workspace.
fn started_in(options: &WorkspaceOptions, root: &Path) -> PathBuf {
    let of_manifest = options.manifest_path.as_ref().and_then(|path| Some(options.cwd.join(path).parent()?.to_owned()));
    Some(of_manifest.unwrap_or_else(|| options.cwd.clone()))
        .filter(|dir| dir.starts_with(root))
        .unwrap_or_else(|| root.to_owned())
}

fn environment(options: &WorkspaceOptions) -> Vec<(OsString, OsString)> {
    let all = options.environment.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let home = options.environment.cargo_home(&options.cwd).map(|home| ("CARGO_HOME".into(), home.into_os_string()));
    all.chain(home).collect()
}

/// Whether a side chooses its toolchain by a file that says something else than the one here. rustup has then chosen for us
/// what is not meant for that side.
fn own_toolchain(here: &Path, there: &Path) -> bool {
    let file = |dir: &Path| TOOLCHAIN_FILES.iter().find_map(|name| std::fs::read(dir.join(name)).ok());
    file(here) != file(there)
}

fn set(arm: &mut Arm, setting: &Setting, options: &WorkspaceOptions) {
    match setting {
        Setting::Toolchain(name) => {
            let found = options.environment.find_program(Path::new("cargo"));
            arm.cargo = found.unwrap_or_else(|| arm.cargo.clone());
            set_variable(arm, "RUSTUP_TOOLCHAIN", name);
        }
        Setting::Variable(name, value) => set_variable(arm, name, value),
        Setting::Config(setting) => {
            arm.command.splice(0..0, ["--config".into(), OsString::from(setting)]);
        }
        Setting::Option(option) => {
            // What follows after `--` is not Cargo's.
            let at = arm.command.iter().position(|word| word == OsStr::new("--")).unwrap_or(arm.command.len());
            arm.command.insert(at, option.into());
        }
    }
}

fn set_variable(arm: &mut Arm, name: &str, value: &str) {
    arm.environment.retain(|(known, _)| known != name);
    arm.environment.push((name.into(), value.into()));
}
