//! Arguments that every verb takes: Cargo's own selectors, and how to talk.

use std::ffi::OsString;

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use brisk::model::profile_dir;
use brisk_store::fingerprints::Selection;

use crate::console::{Console, Verbosity};
use crate::error::{Error, Result};
use crate::ops::{Environment, WorkspaceOptions};
use crate::paths;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// Text for people, on stderr
    #[default]
    Human,
    /// One JSON object with a `schema_version`, on stdout
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// What the arguments that say which build is meant stand under in the help.
pub(super) const SELECTORS: &str = "Workspace";

#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// How results are written
    #[arg(long, global = true, value_name = "FMT", default_value = "human")]
    pub(crate) message_format: MessageFormat,
    /// Say only what matters most
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// When to use colours [possible values: auto, always, never]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        env = "CARGO_TERM_COLOR",
        hide_env = true,
        hide_possible_values = true
    )]
    color: Option<Color>,
    /// Path to Cargo.toml
    #[arg(long, global = true, value_name = "PATH", help_heading = SELECTORS)]
    pub(crate) manifest_path: Option<Utf8PathBuf>,
    /// Directory of the build's output, where it is not Cargo's own choice
    #[arg(long, global = true, value_name = "DIR", help_heading = SELECTORS)]
    pub(crate) target_dir: Option<Utf8PathBuf>,
    /// Look at the build with this profile
    #[arg(long, global = true, value_name = "NAME", help_heading = SELECTORS, action = clap::ArgAction::Append)]
    profile: Vec<String>,
    /// Look at the release build
    #[arg(short, long, global = true, conflicts_with = "profile", help_heading = SELECTORS)]
    release: bool,
    /// Look at the build for this target triple
    #[arg(long, global = true, value_name = "TRIPLE", help_heading = SELECTORS)]
    pub(crate) target: Option<String>,
}

impl GlobalArgs {
    /// The console that these arguments ask for.
    pub(crate) fn console(&self) -> Console {
        let choice = match self.color {
            None | Some(Color::Auto) => anstream::ColorChoice::Auto,
            Some(Color::Always) => anstream::ColorChoice::AlwaysAnsi,
            Some(Color::Never) => anstream::ColorChoice::Never,
        };
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, 0) => Verbosity::Normal,
            (false, _) => Verbosity::Verbose,
        };
        Console::new(choice, verbosity)
    }

    /// Where the workspace is, and with what it is read. The paths are checked here, so that a wrong one is told as such.
    pub(crate) fn workspace_options(&self) -> Result<WorkspaceOptions> {
        let cwd = std::env::current_dir()
            .map_err(|error| Error::usage("cannot find out the working directory").because(&error))?;
        Ok(WorkspaceOptions {
            manifest_path: self.manifest_path.clone().map(Into::into),
            target_dir: self.target_dir.clone().map(Into::into),
            cwd,
            cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into(),
            cache_dir: paths::cache_dir().ok().map(Into::into),
            environment: Environment::of_process(),
        })
    }

    /// Which of the builds in the target directory is meant.
    pub(crate) fn selection(&self) -> Selection {
        Selection { profile_dir: self.profile_dir(), triple: self.target.as_deref().map(triple_dir) }
    }

    /// What `--profile` says: the name of one profile, and settings of profiles (`release.lto=thin`), which only some verbs
    /// take.
    fn profile_words(&self) -> (Vec<&str>, Vec<&str>) {
        self.profile.iter().map(String::as_str).partition(|word| !word.contains('='))
    }

    /// The profile that is asked for by name.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        if self.release { Some("release") } else { self.profile_words().0.first().copied() }
    }

    /// Settings of profiles, in their order.
    pub(super) fn profile_settings(&self) -> Vec<&str> {
        self.profile_words().1
    }

    /// Refuses several profiles, and settings of profiles where the verb takes none.
    pub(super) fn check_profiles(&self, takes_settings: bool) -> Result<()> {
        let (names, settings) = self.profile_words();
        if let [first, second, ..] = names.as_slice() {
            return Err(Error::usage(format!("`--profile` names two profiles, `{first}` and `{second}`")));
        }
        match settings.first().filter(|_| !takes_settings) {
            None => Ok(()),
            Some(setting) => Err(Error::usage(format!("`{setting}` is no name of a profile"))
                .hint(format!("`cargo brisk what-if --profile {setting}` tells what such a setting would change"))),
        }
    }

    /// The selectors as arguments of a Cargo command that builds what they mean.
    pub(super) fn as_cargo_args(&self) -> Vec<OsString> {
        let places = [("--manifest-path", &self.manifest_path), ("--target-dir", &self.target_dir)];
        let places =
            places.into_iter().filter_map(|(name, value)| Some([name.into(), value.as_ref()?.as_str().into()]));
        places.flatten().chain(self.build_selectors()).collect()
    }

    /// The selectors that say what is built, as arguments of a Cargo command: all but those that say where.
    pub(super) fn build_selectors(&self) -> Vec<OsString> {
        let named = [("--profile", self.profile_words().0.first().copied()), ("--target", self.target.as_deref())];
        let named = named.into_iter().filter_map(|(name, value)| Some([name.into(), value?.into()]));
        named.flatten().chain(self.release.then(|| "--release".into())).collect()
    }

    /// Directory name of the profile that is asked for.
    fn profile_dir(&self) -> Option<String> {
        self.profile_name().map(|name| profile_dir(name).to_owned())
    }
}

/// Name of the directory that Cargo builds for `--target` in: the triple, or the stem of a target file
/// (`CompileTarget::short_name` in Cargo's `core/compiler/compile_kind.rs`).
fn triple_dir(target: &str) -> String {
    let stem = target.strip_suffix(".json").map(|path| path.rsplit(['/', '\\']).next().unwrap_or(path));
    stem.unwrap_or(target).to_owned()
}
