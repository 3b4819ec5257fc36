//! What would cure a finding, as values that can be carried out.

use super::{
    Consent, DependencyChange, DependencyEdit, DependencyKind, InheritEdit, ManifestEdit, Members, ProfileEdit, Trim,
};

/// One thing to do. A cure of several does all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cure {
    /// A manifest says something else.
    Manifest(ManifestEdit),
    /// The lockfile has another version of a package, which all requirements allow.
    Lock(LockMove),
    /// Git ignores what this line matches, from the root of the workspace.
    Ignore(String),
    /// Cargo's configuration beside the root manifest says something else.
    Config(ConfigEdit),
    /// `cargo fix` applies what the compiler suggests for the targets of this member.
    CargoFix(String),
    /// A dependency is asked for with the parts of a feature that are used. Which ones these are, only trying tells.
    Trim(Trim),
}

/// `cargo update -p PACKAGE@FROM --precise TO`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockMove {
    /// The package.
    pub package: String,
    /// The version that is locked.
    pub from: String,
    /// The version that shall be.
    pub to: String,
}

/// A setting of `.cargo/config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigEdit {
    /// The keys that lead to it (`target`, `x86_64-unknown-linux-gnu`, `rustflags`); at least one.
    pub keys: Vec<String>,
    /// What it shall be.
    pub value: ConfigValue,
}

/// What a setting of the configuration shall be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigValue {
    /// `true` or `false`.
    Flag(bool),
    /// A text.
    Text(String),
    /// A list that has these words behind those that it has already.
    With(Vec<String>),
}

impl Cure {
    /// A change to what one member declares of a dependency, in the tables of one kind.
    pub fn of_declaration(member: &str, kind: DependencyKind, dependency: &str, change: DependencyChange) -> Self {
        Self::Manifest(ManifestEdit::Dependency(DependencyEdit {
            members: Members::Named(member.to_owned()),
            kind: Some(kind),
            dependency: dependency.to_owned(),
            change,
        }))
    }

    /// Whether somebody has to ask for it by name.
    pub fn needs_consent(&self) -> bool {
        match self {
            Self::Trim(trim) => trim.consent == Consent::Needed,
            Self::Manifest(_) | Self::Lock(_) | Self::Ignore(_) | Self::Config(_) | Self::CargoFix(_) => false,
        }
    }

    /// What members declare under `key` is declared once, in `[workspace.dependencies]`, with this requirement.
    pub fn of_inheritance(key: &str, requirement: &str) -> Self {
        let (key, requirement) = (key.to_owned(), requirement.to_owned());
        Self::Manifest(ManifestEdit::Inherit(InheritEdit { key, requirement }))
    }

    /// A setting of a profile.
    pub fn of_profile(edit: ProfileEdit) -> Self {
        Self::Manifest(ManifestEdit::Profile(edit))
    }
}
