//! A change that nobody has made yet.

use std::fmt;

/// A package by name, and by version where there may be several: `dashmap`, `dashmap@5.5.3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageSpec {
    /// Its name.
    pub name: String,
    /// Its version, whole or the first numbers of it (`5`, `5.5`).
    pub version: Option<String>,
}

impl PackageSpec {
    /// Reads `name` or `name@1.2.3`.
    pub fn parse(text: &str) -> Self {
        let (name, version) = text.split_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        Self { name: name.trim().to_owned(), version: version.map(|version| version.trim().to_owned()) }
    }

    /// Whether it means this package.
    pub fn matches(&self, name: &str, version: Option<&str>) -> bool {
        let starts = |asked: &str| {
            version.is_some_and(|version| {
                version.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '+']))
            })
        };
        // As Cargo does, `-` and `_` are told apart: both may be packages.
        self.name == name && self.version.as_deref().is_none_or(starts)
    }
}

impl fmt::Display for PackageSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.version.as_ref().map_or(Ok(()), |version| write!(f, "@{version}"))
    }
}

/// What packages declare of a dependency: `statrs`, or only what one of them does: `aimds-analysis:statrs`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencySpec {
    /// Who declares it; `None` for all members.
    pub from: Option<String>,
    /// What is declared.
    pub package: PackageSpec,
}

impl DependencySpec {
    /// Reads `[DEPENDENT:]DEPENDENCY`.
    pub fn parse(text: &str) -> Self {
        let (from, package) = text.split_once(':').map_or((None, text), |(from, package)| (Some(from), package));
        Self { from: from.map(|from| from.trim().to_owned()), package: PackageSpec::parse(package) }
    }
}

impl fmt::Display for DependencySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.from.as_ref().map_or(Ok(()), |from| write!(f, "{from}:"))?;
        self.package.fmt(f)
    }
}

/// A setting of a profile: `release.codegen-units=16`, `dev.package."*".debug=0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProfileSetting {
    /// The profile.
    pub profile: String,
    /// What of it.
    pub scope: Scope,
    /// The key, as in a manifest.
    pub key: String,
    /// The value, without quotation marks.
    pub value: String,
}

/// Which units a setting of a profile is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// All that are built with it, for the target.
    All,
    /// `package."*"`: all but members.
    Dependencies,
    /// `package.name`.
    Package(PackageSpec),
    /// `build-override`: build scripts, procedural macros and what they need.
    BuildOverride,
}

/// A text that is no hypothesis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
pub struct BadHypothesis {
    text: String,
    wanted: &'static str,
}

impl BadHypothesis {
    pub(super) fn new(text: &str, wanted: &'static str) -> Self {
        Self { text: text.to_owned(), wanted }
    }
}

impl ProfileSetting {
    /// Reads `PROFILE[.package.NAME | .build-override].KEY=VALUE`.
    ///
    /// # Errors
    ///
    /// If it has another form.
    pub fn parse(text: &str) -> Result<Self, BadHypothesis> {
        let bad = || BadHypothesis::new(text, "a setting of a profile, such as `release.codegen-units=16`");
        let (path, value) = text.split_once('=').ok_or_else(bad)?;
        let (path, key) = path.trim().rsplit_once('.').ok_or_else(bad)?;
        let (profile, scope) = match path.split_once('.') {
            None => (path, Scope::All),
            Some((profile, "build-override")) => (profile, Scope::BuildOverride),
            Some((profile, scope)) => {
                let name = scope.strip_prefix("package.").ok_or_else(bad)?.trim_matches(['"', '\'']);
                let all = if name == "*" { Scope::Dependencies } else { Scope::Package(PackageSpec::parse(name)) };
                (profile, all)
            }
        };
        let value = value.trim().trim_matches(['"', '\'']);
        if profile.is_empty() || key.is_empty() || value.is_empty() {
            return Err(bad());
        }
        let profile = if profile == "debug" { "dev" } else { profile };
        Ok(Self { profile: profile.to_owned(), scope, key: key.to_owned(), value: value.to_owned() })
    }
}

impl fmt::Display for ProfileSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, scope, key, value } = self;
        match scope {
            Scope::All => write!(f, "{profile}.{key}={value}"),
            Scope::Dependencies => write!(f, "{profile}.package.\"*\".{key}={value}"),
            Scope::Package(package) => write!(f, "{profile}.package.{package}.{key}={value}"),
            Scope::BuildOverride => write!(f, "{profile}.build-override.{key}={value}"),
        }
    }
}

/// A change that nobody has made yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Hypothesis {
    /// Members no longer depend on the package; where no member does, nobody does.
    Remove(DependencySpec),
    /// The dependency becomes optional, and nothing turns it on by default.
    Optional(DependencySpec),
    /// Members ask for another version of the package.
    Require(PackageSpec, String),
    /// One version of the package serves everybody: the one that is named, else the newest that is built.
    Unify(PackageSpec),
    /// Everybody who asks for broad features of the package asks for these, and what they turn on, only.
    Features(DependencySpec, Vec<String>),
    /// What the first package needs of the second one is needed no more.
    Cut(PackageSpec, PackageSpec),
    /// The package's library is split into so many of equal work.
    Split(PackageSpec, u32),
    /// Building the package takes no time.
    Free(PackageSpec),
    /// A setting of a profile.
    Profile(ProfileSetting),
    /// This linker links.
    Linker(String),
    /// So many jobs, on as many processors if the machine has fewer.
    Jobs(u32),
    /// So many processors.
    Processors(u32),
    /// A compiler cache has so much of what is asked of it, 0 to 1.
    CacheHit(f64),
    /// All but members is built already, as in an image with a layer of dependencies.
    WarmDependencies,
    /// Only what an edit of the package has built again is built.
    Touch(PackageSpec),
}

impl Hypothesis {
    /// Reads `PACKAGE=FEATURE,FEATURE…`; no feature at all may be named.
    ///
    /// # Errors
    ///
    /// If it has another form.
    pub fn features(text: &str) -> Result<Self, BadHypothesis> {
        let bad = || BadHypothesis::new(text, "a package with the features to keep, such as `tokio=rt,macros`");
        let (package, features) = text.split_once('=').filter(|(package, _)| !package.is_empty()).ok_or_else(bad)?;
        let features = features.split([',', ' ']).filter(|feature| !feature.is_empty()).map(str::to_owned);
        Ok(Self::Features(DependencySpec::parse(package), features.collect()))
    }

    /// Reads `PACKAGE=REQUIREMENT`, or `PACKAGE@REQUIREMENT`.
    ///
    /// # Errors
    ///
    /// If it has another form, or the requirement is none.
    pub fn require(text: &str) -> Result<Self, BadHypothesis> {
        let bad = || BadHypothesis::new(text, "a package and the version to ask for, such as `statrs=0.18`");
        let (package, requirement) = text.split_once(['=', '@']).ok_or_else(bad)?;
        let is_known = !package.trim().is_empty() && semver::VersionReq::parse(requirement).is_ok();
        let package = PackageSpec { name: package.trim().to_owned(), version: None };
        if is_known { Ok(Self::Require(package, requirement.trim().to_owned())) } else { Err(bad()) }
    }

    /// Whether it says what is built and changes nothing of it, so that other changes are compared within it.
    pub fn is_setting(&self) -> bool {
        matches!(self, Self::Touch(_))
    }

    /// Whether it is about the machine: jobs and processors belong together.
    pub fn is_of_host(&self) -> bool {
        matches!(self, Self::Jobs(_) | Self::Processors(_))
    }

    /// Whether it is about manifests, so that Cargo can be asked what it would build.
    pub fn is_of_manifests(&self) -> bool {
        matches!(self, Self::Remove(_) | Self::Optional(_) | Self::Require(..) | Self::Unify(_) | Self::Features(..))
    }

    /// Reads `DEPENDENT->DEPENDENCY`.
    ///
    /// # Errors
    ///
    /// If it has another form.
    pub fn cut(text: &str) -> Result<Self, BadHypothesis> {
        let sides = text.split_once("->").filter(|(from, to)| !from.trim().is_empty() && !to.trim().is_empty());
        let (from, to) = sides.ok_or_else(|| BadHypothesis::new(text, "two packages, such as `app->serde`"))?;
        Ok(Self::Cut(PackageSpec::parse(from.trim()), PackageSpec::parse(to.trim())))
    }

    /// Reads `PACKAGE=PARTS`.
    ///
    /// # Errors
    ///
    /// If it has another form, or less than two parts or more than 64 are asked for.
    pub fn split(text: &str) -> Result<Self, BadHypothesis> {
        let bad =
            || BadHypothesis::new(text, "a package and into how many parts it is split (2 to 64), such as `app=3`");
        let (package, parts) = text.split_once('=').filter(|(package, _)| !package.is_empty()).ok_or_else(bad)?;
        let parts = parts.trim().parse().ok().filter(|parts| (2..=64).contains(parts)).ok_or_else(bad)?;
        Ok(Self::Split(PackageSpec::parse(package), parts))
    }

    /// Reads a share: `0.9` or `90%`.
    ///
    /// # Errors
    ///
    /// If it is no number from 0 to 1.
    pub fn cache_hit(text: &str) -> Result<Self, BadHypothesis> {
        let share = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse().map(|percent: f64| percent / 100.0),
            None => text.parse(),
        };
        let share = share.ok().filter(|share| (0.0..=1.0).contains(share));
        share.map(Self::CacheHit).ok_or_else(|| BadHypothesis::new(text, "a share of hits, such as `0.9` or `90%`"))
    }
}

impl fmt::Display for Hypothesis {
    /// As on the command line, without the dashes: `remove statrs`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remove(dependency) => write!(f, "remove {dependency}"),
            Self::Optional(dependency) => write!(f, "optional {dependency}"),
            Self::Require(package, requirement) => write!(f, "require {package}={requirement}"),
            Self::Unify(package) => write!(f, "unify {package}"),
            Self::Features(dependency, features) => write!(f, "features {dependency}={}", features.join(",")),
            Self::Cut(from, to) => write!(f, "cut {from}->{to}"),
            Self::Split(package, parts) => write!(f, "split {package}={parts}"),
            Self::Free(package) => write!(f, "{package} for free"),
            Self::Profile(setting) => write!(f, "profile {setting}"),
            Self::Linker(linker) => write!(f, "linker {linker}"),
            Self::Jobs(n) => write!(f, "jobs {n}"),
            Self::Processors(n) => write!(f, "processors {n}"),
            Self::CacheHit(share) => write!(f, "cache-hit {share}"),
            Self::WarmDependencies => f.write_str("warm dependencies"),
            Self::Touch(package) => write!(f, "touch {package}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "release.codegen-units=16",
            "dev.package.\"*\".debug=0",
            "dev.package.serde@1.0.0.opt-level=3",
            "dev.build-override.opt-level=0",
        ] {
            assert_eq!(ProfileSetting::parse(text).map(|setting| setting.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "release", "release.lto", "=", ".x=1", "release.x=", "a.b.c=1"] {
            assert!(ProfileSetting::parse(text).is_err(), "{text}");
        }
        assert!(Hypothesis::cut("a").is_err() && Hypothesis::cut("->b").is_err());
        assert!(Hypothesis::split("a=1").is_err() && Hypothesis::split("a").is_err());
        assert!(Hypothesis::cache_hit("1.1").is_err() && Hypothesis::cache_hit("NaN").is_err());
        assert!(Hypothesis::features("=a").is_err());
    }

    #[test]
    fn a_version_may_be_cut_short_at_a_dot() {
        let spec = PackageSpec::parse("dashmap@5.5");
        assert!(spec.matches("dashmap", Some("5.5.3")));
        assert!(!spec.matches("dashmap", Some("5.50.0")) && !spec.matches("dashmap", None));
    }
}
