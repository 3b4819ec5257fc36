//! How Cargo would build: profiles, linker, flags, wrapper, and what decides on them, each with the place where it is set.

use std::collections::{BTreeMap, BTreeSet};

use super::{FilePlace, Profile};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it: what Cargo takes then.
    Default,
    /// A manifest or a configuration file.
    File(FilePlace),
    /// An environment variable.
    Variable(String),
}

impl Origin {
    /// The place, where it is one in a file.
    pub fn place(&self) -> Option<&FilePlace> {
        match self {
            Self::File(place) => Some(place),
            Self::Default | Self::Variable(_) => None,
        }
    }

    /// `` `Cargo.toml` sets it``, for people.
    pub fn in_words(&self) -> String {
        match self {
            Self::Default => "it is Cargo's default".to_owned(),
            Self::File(place) => format!("`{}` sets it", place.file),
            Self::Variable(name) => format!("the environment variable `{name}` sets it"),
        }
    }
}

/// A value, and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it is set.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A value that nobody set.
    pub fn default_of(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// Whether somebody set it.
    pub fn is_set(&self) -> bool {
        self.origin != Origin::Default
    }
}

/// The toolchain that built last, as Cargo noted it in the build directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// `1.95.0`, `1.99.0-nightly`.
    pub release: String,
    /// Triple of the machine that builds.
    pub host: String,
    /// Ways to split debug information that it offers for the host (`--print split-debuginfo`); `None` if not noted.
    pub split_debuginfo: Option<Vec<String>>,
}

impl Toolchain {
    /// Whether it is Rust 1.`minor` or newer; `None` if its number cannot be understood. A nightly counts as the release that
    /// it is numbered as.
    pub fn is_at_least(&self, minor: u32) -> Option<bool> {
        let mut numbers = self.release.split(['.', '-']);
        let (major, own): (u32, u32) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Some((major, own) >= (1, minor))
    }
}

/// A program that Cargo would run in place of rustc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapper {
    /// As written: a name or a path.
    pub program: String,
    /// Whether it is there.
    pub installed: bool,
}

impl Wrapper {
    /// Its name: the last part of the path, without `.exe`.
    pub fn name(&self) -> &str {
        let name = self.program.rsplit(['/', '\\']).next().unwrap_or_default();
        name.strip_suffix(".exe").unwrap_or(name)
    }
}

/// A linker that flags ask for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkerChoice {
    /// What stands after `-fuse-ld=`.
    pub name: String,
    /// Whether the compiler driver would find it.
    pub installed: bool,
}

/// What flags for rustc say of debug information and linking; the flags themselves are of no other interest here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// All of them, in their order.
    pub all: Vec<String>,
    /// `-fuse-ld=…`: the last one wins.
    pub linker: Option<LinkerChoice>,
}

impl Flags {
    /// Whether any of them holds `words`.
    pub fn has(&self, words: &str) -> bool {
        self.all.iter().any(|flag| flag.contains(words))
    }
}

/// How Cargo would build here, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The root manifest, with its last line: where a table would be added.
    pub manifest: FilePlace,
    /// All profiles by name, with those that Cargo has by itself.
    pub profiles: BTreeMap<String, Profile>,
    /// Tables of profiles in manifests of other members: Cargo ignores them.
    pub ignored_profiles: Vec<FilePlace>,
    /// The toolchain; `None` before the first build.
    pub toolchain: Option<Toolchain>,
    /// Whether what is built is for the host, because the configuration names no other platform.
    pub builds_for_host: bool,
    /// The program that links for the platform.
    pub linker: Option<Setting<String>>,
    /// Flags for rustc on the platform.
    pub flags: Option<Setting<Flags>>,
    /// `build.rustc-wrapper`.
    pub wrapper: Option<Setting<Wrapper>>,
    /// What decides on incremental compilation of all profiles: `CARGO_INCREMENTAL`, else `build.incremental`.
    pub incremental: Option<Setting<bool>>,
    /// The variable by which Cargo knows that it runs in CI (`CI`, `TF_BUILD`), where it is set.
    pub ci: Option<String>,
    /// Linkers and compiler caches that are on the `PATH`.
    pub installed: BTreeSet<String>,
}

impl Configuration {
    /// The profile of that name, where there is one.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// Whether members are compiled incrementally with `profile`, and who says so; `None` where it depends on a toolchain
    /// that is not known. In CI it is off by default since Cargo 1.99 (`Profiles::new` in Cargo's sources).
    pub fn incremental_of(&self, profile: &Profile) -> Option<Setting<bool>> {
        if let Some(global) = &self.incremental {
            return Some(global.clone());
        }
        if let Some(variable) = &self.ci
            && self.toolchain.as_ref()?.is_at_least(99)?
        {
            return Some(Setting { value: false, origin: Origin::Variable(variable.clone()) });
        }
        Some(profile.incremental())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(release: &str) -> Toolchain {
        Toolchain { release: release.to_owned(), host: "h".to_owned(), split_debuginfo: None }
    }

    #[test]
    fn a_toolchain_is_compared_by_its_number() {
        assert_eq!(toolchain("1.95.0").is_at_least(90), Some(true));
        assert_eq!(toolchain("1.89.0").is_at_least(90), Some(false));
        assert_eq!(toolchain("1.100.0-nightly").is_at_least(99), Some(true));
        assert_eq!(toolchain("2.0.0").is_at_least(99), Some(true));
        assert_eq!(toolchain("dev").is_at_least(1), None);
    }

    #[test]
    fn a_wrapper_is_named_by_the_last_part_of_its_path() {
        let name = |program: &str| Wrapper { program: program.to_owned(), installed: true }.name().to_owned();
        assert_eq!(name("/opt/bin/sccache"), "sccache");
        assert_eq!(name(r"C:\tools\sccache.exe"), "sccache");
        assert_eq!(name("kache"), "kache");
    }
}
