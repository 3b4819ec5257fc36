//! Profiles: the settings by which Cargo has rustc build, as they are declared.
//!
//! Rules and defaults are those of Cargo's `core/profiles.rs` and of the page "Profiles" of the Cargo book.

use std::collections::BTreeMap;

use super::{FilePlace, Origin, Setting};

/// `debug`: how much debug information. Ordered by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DebugInfo {
    /// `false`, `0`, `"none"`.
    None,
    /// `"line-directives-only"`.
    LineDirectives,
    /// `"line-tables-only"`: what a backtrace needs for file names and lines.
    LineTables,
    /// `1`, `"limited"`.
    Limited,
    /// `true`, `2`, `"full"`: what a debugger needs for variables and types.
    Full,
}

/// `lto`: optimisation across crates when linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lto {
    /// `"off"`.
    Off,
    /// `false`: within each crate, across its code generation units.
    Local,
    /// `"thin"`.
    Thin,
    /// `true`, `"fat"`: all crates as one.
    Fat,
}

/// `strip`: what is taken out of what was linked. Ordered by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strip {
    /// `false`, `"none"`.
    Nothing,
    /// `"debuginfo"`.
    DebugInfo,
    /// `true`, `"symbols"`.
    Symbols,
}

/// Settings of a profile, or of one of its overrides. `None`: not set there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileSettings {
    /// `opt-level`: `0` to `3`, `s` or `z`.
    pub opt_level: Option<Setting<String>>,
    /// `debug`.
    pub debug: Option<Setting<DebugInfo>>,
    /// `split-debuginfo`: `off`, `packed` or `unpacked`.
    pub split_debuginfo: Option<Setting<String>>,
    /// `strip`.
    pub strip: Option<Setting<Strip>>,
    /// `lto`.
    pub lto: Option<Setting<Lto>>,
    /// `codegen-units`.
    pub codegen_units: Option<Setting<u32>>,
    /// `incremental`.
    pub incremental: Option<Setting<bool>>,
}

impl ProfileSettings {
    /// What is set here, and for the rest what is set in `parent`.
    #[must_use]
    pub fn or(self, parent: &Self) -> Self {
        Self {
            opt_level: self.opt_level.or_else(|| parent.opt_level.clone()),
            debug: self.debug.or_else(|| parent.debug.clone()),
            split_debuginfo: self.split_debuginfo.or_else(|| parent.split_debuginfo.clone()),
            strip: self.strip.or_else(|| parent.strip.clone()),
            lto: self.lto.or_else(|| parent.lto.clone()),
            codegen_units: self.codegen_units.or_else(|| parent.codegen_units.clone()),
            incremental: self.incremental.or_else(|| parent.incremental.clone()),
        }
    }
}

/// The profile that another one inherits from in the end, which decides what holds where nothing is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileRoot {
    /// `dev`
    Dev,
    /// `release`
    Release,
}

/// A profile with everything that it inherits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it inherits from in the end.
    pub root: ProfileRoot,
    /// Where its own table is, if it has one in the root manifest.
    pub table: Option<FilePlace>,
    /// Its own settings.
    pub own: ProfileSettings,
    /// `build-override`: build scripts, proc macros, and their dependencies.
    pub build_override: ProfileSettings,
    /// `package."*"`: everything but members. Cargo applies it after `build-override`.
    pub all_packages: ProfileSettings,
    /// `package.NAME`, by the name as written.
    pub packages: BTreeMap<String, ProfileSettings>,
}

impl Profile {
    /// A profile of which nothing is set anywhere.
    pub fn unset(name: &str, root: ProfileRoot) -> Self {
        Self {
            name: name.to_owned(),
            root,
            table: None,
            own: ProfileSettings::default(),
            build_override: ProfileSettings::default(),
            all_packages: ProfileSettings::default(),
            packages: BTreeMap::new(),
        }
    }

    /// Whether nobody has set anything, in any file or variable.
    pub fn is_unset(&self) -> bool {
        let parts = [&self.own, &self.build_override, &self.all_packages];
        self.table.is_none()
            && self.packages.is_empty()
            && parts.into_iter().all(|part| *part == ProfileSettings::default())
    }

    /// The directory of what is built with it.
    pub fn dir(&self) -> &str {
        profile_dir(&self.name)
    }

    /// The optimisation level of members: `0` for `dev`, `3` for `release` by default.
    pub fn opt_level(&self) -> Setting<String> {
        let default = if self.root == ProfileRoot::Dev { "0" } else { "3" };
        self.own.opt_level.clone().unwrap_or_else(|| Setting::default_of(default.to_owned()))
    }

    /// Debug information of members: full for `dev`, none for `release` by default.
    pub fn debug(&self) -> Setting<DebugInfo> {
        let default = if self.root == ProfileRoot::Dev { DebugInfo::Full } else { DebugInfo::None };
        self.own.debug.clone().unwrap_or(Setting::default_of(default))
    }

    /// Debug information of dependencies: as that of members, unless `package."*"` says otherwise.
    pub fn debug_of_dependencies(&self) -> Setting<DebugInfo> {
        self.all_packages.debug.clone().unwrap_or_else(|| self.debug())
    }

    /// Incremental compilation of members, as far as the profile decides: on for `dev`, off for `release` by default.
    pub fn incremental(&self) -> Setting<bool> {
        self.own.incremental.clone().unwrap_or(Setting::default_of(self.root == ProfileRoot::Dev))
    }

    /// Optimisation across crates.
    pub fn lto(&self) -> Setting<Lto> {
        self.own.lto.clone().unwrap_or(Setting::default_of(Lto::Local))
    }

    /// The optimisation level of build scripts, proc macros and what only they need: `0` by default, whatever that of the
    /// profile is. `package."*"` is stronger than `build-override`.
    pub fn opt_level_of_host_dependencies(&self) -> Setting<String> {
        let set = self.all_packages.opt_level.clone().or_else(|| self.build_override.opt_level.clone());
        set.unwrap_or_else(|| Setting { value: "0".to_owned(), origin: Origin::Default })
    }
}

/// Name of the directory that Cargo builds in with the profile `name` (`Profiles::new` in Cargo's `core/profiles.rs`): `dev` and
/// `test` go to `debug`, `bench` to `release`, every other profile to a directory of its own name.
pub fn profile_dir(name: &str) -> &str {
    match name {
        "dev" | "test" => "debug",
        "bench" => "release",
        other => other,
    }
}
