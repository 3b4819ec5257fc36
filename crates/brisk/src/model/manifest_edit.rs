//! Changes to manifests, as values: what somebody might do, not what was done.

use super::DependencyKind;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ManifestEdit {
    /// To what members declare of a dependency.
    Dependency(DependencyEdit),
    /// To a setting of a profile.
    Profile(ProfileEdit),
    /// To where the version of a dependency is written.
    Inherit(InheritEdit),
}

/// A dependency that several members declare is declared in `[workspace.dependencies]`, and they inherit it. What is built
/// stays the same: what a member takes of the dependency (features, whether it is optional) goes on standing in its manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InheritEdit {
    /// The key that members declare it under.
    pub key: String,
    /// The version requirement of all of them, as the manifests are now; `*` where none has one (a git repository). If they
    /// have changed when it is done, it is the strictest that they have then.
    pub requirement: String,
}

/// A change to the declarations of one dependency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DependencyEdit {
    /// In whose manifests.
    pub members: Members,
    /// In which tables; `None` for all of them. Those of single platforms are always included.
    pub kind: Option<DependencyKind>,
    /// The dependency, by the name of its package or the name that it is used by.
    pub dependency: String,
    /// What is done.
    pub change: DependencyChange,
}

/// Whose manifests are changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Members {
    /// All that declare the dependency.
    All,
    /// That of the member of this name.
    Named(String),
    /// All that declare the dependency, and those of these packages of crates.io as well, by name, to see what it would be
    /// worth if their authors did the same. They are planned as [`super::PackageSource::Path`] then.
    AllAnd(Vec<String>),
}

/// What is done to a declaration. What it inherits from the workspace is written out first, so that nobody else's changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyChange {
    /// It is taken out, and so are features that turn it on.
    Remove,
    /// It is a dev-dependency from now on, of the package alone.
    MoveToDev,
    /// Its version requirement becomes this.
    Require(String),
    /// It asks for these features and no default ones.
    Features(Vec<String>),
    /// It asks for parts of a feature instead of all of it.
    Narrow(Narrowing),
    /// It becomes optional, and no feature that is on by default turns it on. Dev-dependencies stay as they are: Cargo
    /// knows no optional ones.
    MakeOptional,
}

/// Parts of a feature in its place. A declaration that does not ask for the feature stays as it is; where what a member
/// inherits from the workspace asks for it, it is narrowed there, for all who inherit it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Narrowing {
    /// The feature; `default` is what is asked for where nothing is said.
    pub feature: String,
    /// What is asked for instead, in this order.
    pub to: Vec<String>,
    /// Parts of the feature that are not asked for beside it any more either, if they were.
    pub gone: Vec<String>,
}

/// A setting of a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProfileEdit {
    /// The profile (`dev`, `release`, …).
    pub profile: String,
    /// Which part of it.
    pub part: ProfilePart,
    /// The setting, by the name that it has in manifests (`codegen-units`).
    pub key: String,
    /// Its value.
    pub value: ProfileValue,
}

/// A part of a profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfilePart {
    /// `[profile.NAME]`
    Whole,
    /// `[profile.NAME.build-override]`
    BuildOverride,
    /// `[profile.NAME.package.SPEC]`; `*` for all but members.
    Package(String),
}

/// A value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileValue {
    /// A text (`"thin"`).
    Text(String),
    /// A number (`16`).
    Number(i64),
    /// `true` or `false`.
    Flag(bool),
}

impl ManifestEdit {
    /// `dependency` is taken out of what all members declare.
    pub fn remove_everywhere(dependency: &str) -> Self {
        Self::of_all(dependency, DependencyChange::Remove)
    }

    /// A change to `dependency` wherever a member declares it.
    pub fn of_all(dependency: &str, change: DependencyChange) -> Self {
        Self::Dependency(DependencyEdit {
            members: Members::All,
            kind: None,
            dependency: dependency.to_owned(),
            change,
        })
    }

    /// A change to what `member` declares of `dependency`, in all its tables.
    pub fn of_member(member: &str, dependency: &str, change: DependencyChange) -> Self {
        let members = Members::Named(member.to_owned());
        Self::Dependency(DependencyEdit { members, kind: None, dependency: dependency.to_owned(), change })
    }
}

impl ProfileEdit {
    /// As `--config` of Cargo takes it: `profile.release.package."*".debug=false`. It is stronger than any file there.
    pub fn as_config(&self) -> String {
        let part = match &self.part {
            ProfilePart::Whole => String::new(),
            ProfilePart::BuildOverride => ".build-override".to_owned(),
            ProfilePart::Package(spec) => format!(".package.{}", quoted(spec)),
        };
        let value = match &self.value {
            ProfileValue::Text(text) => quoted(text),
            ProfileValue::Number(number) => number.to_string(),
            ProfileValue::Flag(flag) => flag.to_string(),
        };
        format!("profile.{}{part}.{}={value}", self.profile, self.key)
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| match c {
        '"' | '\\' => vec!['\\', c],
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)).chars().collect(),
        c => vec![c],
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_of_a_profile_is_one_key_of_cargos_configuration() {
        let said = |part, key: &str, value| {
            ProfileEdit { profile: "release".to_owned(), part, key: key.to_owned(), value }.as_config()
        };
        let whole = said(ProfilePart::Whole, "codegen-units", ProfileValue::Number(16));
        assert_eq!(whole, "profile.release.codegen-units=16");
        let host = said(ProfilePart::BuildOverride, "opt-level", ProfileValue::Text("s".to_owned()));
        assert_eq!(host, "profile.release.build-override.opt-level=\"s\"");
        let package = said(ProfilePart::Package("a\"b".to_owned()), "debug", ProfileValue::Flag(false));
        assert_eq!(package, r#"profile.release.package."a\"b".debug=false"#);
    }
}
