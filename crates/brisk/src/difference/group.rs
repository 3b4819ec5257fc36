//! The kinds of causes.

/// Why a build takes more or less than another one: every second of the difference is in one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Packages that only B builds.
    NewPackage,
    /// Packages that only A builds.
    GonePackage,
    /// Packages in another version, or from another source.
    Version,
    /// Units with other features.
    Features,
    /// Units with other settings: profile, flags, compiler, platform, or only checked.
    Settings,
    /// Targets of packages that both build: a test more, a library that is built for the host as well.
    Targets,
    /// Units that were up to date in one of the builds.
    Rebuilt,
    /// Units that are the same in both: their sources have changed, or the day was another one.
    Same,
    /// What Cargo itself did.
    Cargo,
    /// The machine was slower or faster, by what both builds compile alike.
    Machine,
    /// What is left.
    Unattributed,
}

impl Group {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::NewPackage,
        Self::GonePackage,
        Self::Version,
        Self::Features,
        Self::Settings,
        Self::Targets,
        Self::Rebuilt,
        Self::Same,
        Self::Cargo,
        Self::Machine,
        Self::Unattributed,
    ];

    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewPackage => "new-package",
            Self::GonePackage => "gone-package",
            Self::Version => "version",
            Self::Features => "features",
            Self::Settings => "settings",
            Self::Targets => "targets",
            Self::Rebuilt => "rebuilt",
            Self::Same => "same",
            Self::Cargo => "cargo",
            Self::Machine => "machine",
            Self::Unattributed => "unattributed",
        }
    }

    /// Whether it is about units, which can be named.
    pub fn is_of_units(self) -> bool {
        self < Self::Cargo
    }

    /// Whether somebody has changed what is built, or how.
    pub fn is_of_the_build(self) -> bool {
        self < Self::Same
    }
}
