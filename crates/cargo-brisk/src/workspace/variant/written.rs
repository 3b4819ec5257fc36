//! Changes to manifests as their authors would make them: everything else keeps its bytes.

use std::path::PathBuf;

use brisk::model::ManifestEdit;

use super::edit::{Draft, Inheritance};
use super::mirror::manifests;
use super::query::WhyNot;
use crate::workspace::facts::{Facts, WorkspaceOptions};
use crate::workspace::locate::locate;
use crate::workspace::respell::respelled;

/// A manifest that would be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ManifestChange {
    /// Its path.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) before: String,
    /// What it would say.
    pub(crate) after: String,
}

/// What the manifests of the workspace would say after these edits; those that stay as they are are left out.
///
/// # Errors
///
/// If the manifests are not at hand, or an edit makes no sense.
pub(crate) fn manifest_changes(
    facts: &Facts,
    options: &WorkspaceOptions,
    edits: &[ManifestEdit],
) -> Result<Vec<ManifestChange>, WhyNot> {
    let location = locate(options.manifest_path.as_deref(), &options.cwd, &options.environment)
        .map_err(|error| WhyNot::NoManifests(error.to_string()))?;
    let root_dir = location.root.dir().to_owned();
    let manifests = manifests(facts, location.root)?;
    let mut draft = Draft::of(&manifests, &root_dir, &root_dir, Inheritance::Kept);
    for edit in edits {
        match edit {
            ManifestEdit::Dependency(edit) => draft.apply(edit)?,
            ManifestEdit::Profile(edit) => draft.apply_profile(&root_dir, edit),
            ManifestEdit::Inherit(edit) => draft.inherit(edit)?,
        }
    }
    draft.settle(&root_dir);
    let changes = draft.changed().filter_map(|(dir, table)| {
        let manifest = manifests.get(dir)?;
        let unreadable = |error: toml_edit::TomlError| WhyNot::NoManifests(error.to_string());
        let after = respelled(&manifest.text, table).map_err(unreadable);
        let change = |after| ManifestChange { path: manifest.path.clone(), before: manifest.text.clone(), after };
        Some(after.map(change))
    });
    let changes: Vec<ManifestChange> = changes.collect::<Result<_, WhyNot>>()?;
    Ok(changes.into_iter().filter(|change| change.before != change.after).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use brisk::model::{
        DependencyChange, DependencyEdit, DependencyKind, Members, Narrowing, ProfileEdit, ProfilePart, ProfileValue,
    };

    use super::*;
    use crate::workspace::manifest::Manifest;

    const ROOT: &str = "\
[workspace]
members = [\"a\", \"b\"]

[workspace.dependencies]
# What members share.
log = \"0.4\"          # the old one
tokio = { version = \"1\", features = [\"full\"] }
only-a = \"1\"

[profile.release]
lto = \"thin\"
";

    const A: &str = "\
[package]
name = \"a\"
version = \"0.1.0\"

[dependencies]
log.workspace = true
only-a = { workspace = true }
old = { package = \"new-name\", version = \"1.2\" }
tokio = { workspace = true, features = [\"net\"] }

[dependencies.big]
# It is big.
version = \"3\"
default-features = false

[target.'cfg(unix)'.dependencies]
nix = \"0.29\"

[features]
default = [\"big/std\", \"dep:extra\"]
tls = [
    \"big/tls\", # needs more
    \"old/tls\",
]
";

    const B: &str = "\
[package]
name = \"b\"
version = \"0.1.0\"

[dependencies]
a = { path = \"../a\" }
log.workspace = true
";

    /// What the manifests say after the edits: root, `a`, `b`.
    fn changed(edits: &[ManifestEdit]) -> [String; 3] {
        let dir = tempfile::tempdir().unwrap();
        let texts = [("", ROOT), ("a", A), ("b", B)];
        let manifests: BTreeMap<PathBuf, Manifest> = texts
            .into_iter()
            .map(|(name, text)| {
                let own = dir.path().join(name);
                std::fs::create_dir_all(&own).unwrap();
                std::fs::write(own.join("Cargo.toml"), text).unwrap();
                (own.clone(), Manifest::read(&own.join("Cargo.toml")).unwrap())
            })
            .collect();
        let mut draft = Draft::of(&manifests, dir.path(), dir.path(), Inheritance::Kept);
        for edit in edits {
            match edit {
                ManifestEdit::Dependency(edit) => draft.apply(edit).unwrap(),
                ManifestEdit::Profile(edit) => draft.apply_profile(dir.path(), edit),
                ManifestEdit::Inherit(edit) => draft.inherit(edit).unwrap(),
            }
        }
        draft.settle(dir.path());
        let tables: BTreeMap<&PathBuf, &toml::Table> = draft.changed().collect();
        texts.map(|(name, text)| {
            let own: &Path = &dir.path().join(name);
            tables.get(&own.to_owned()).map_or_else(|| text.to_owned(), |table| respelled(text, table).unwrap())
        })
    }

    fn edit(member: &str, dependency: &str, change: DependencyChange) -> ManifestEdit {
        ManifestEdit::Dependency(DependencyEdit {
            members: Members::Named(member.to_owned()),
            kind: Some(DependencyKind::Normal),
            dependency: dependency.to_owned(),
            change,
        })
    }

    #[test]
    fn what_is_removed_leaves_features_and_what_the_workspace_offers() {
        let remove = |name| edit("a", name, DependencyChange::Remove);
        let [root, a, b] = changed(&[remove("big"), remove("only-a"), remove("nix")]);
        assert_eq!(root, ROOT.replace("only-a = \"1\"\n", ""));
        assert_eq!(b, B);
        let expected = A
            .replace("only-a = { workspace = true }\n", "")
            .replace("[dependencies.big]\n# It is big.\nversion = \"3\"\ndefault-features = false\n\n", "")
            .replace("nix = \"0.29\"\n", "")
            .replace("default = [\"big/std\", \"dep:extra\"]", "default = [\"dep:extra\"]")
            .replace("    \"big/tls\", # needs more\n", "");
        assert_eq!(a, expected);
    }

    #[test]
    fn what_only_tests_need_moves_as_it_is() {
        let [root, a, _] =
            changed(&["log", "new-name", "big"].map(|name| edit("a", name, DependencyChange::MoveToDev)));
        assert_eq!(root, ROOT);
        let table: toml::Table = a.parse().unwrap();
        let dev = table["dev-dependencies"].as_table().unwrap();
        assert_eq!(dev.keys().collect::<Vec<_>>(), ["big", "log", "old"]);
        assert_eq!(dev["log"]["workspace"].as_bool(), Some(true));
        assert_eq!(dev["big"]["version"].as_str(), Some("3"));
        assert!(a.contains("old = { package = \"new-name\", version = \"1.2\" }"), "{a}");
    }

    #[test]
    fn a_requirement_is_raised_where_it_is_written() {
        let require = |name, version: &str| edit("a", name, DependencyChange::Require(version.to_owned()));
        let [root, a, b] = changed(&[require("log", "0.5"), require("new-name", "2.0"), require("nix", "0.30")]);
        assert_eq!(root, ROOT.replace("log = \"0.4\" ", "log = \"0.5\" "));
        let expected = A.replace("version = \"1.2\"", "version = \"2.0\"").replace("nix = \"0.29\"", "nix = \"0.30\"");
        assert_eq!(a, expected);
        assert_eq!(b, B);
    }

    #[test]
    fn features_that_are_inherited_are_trimmed_on_both_sides() {
        let features = DependencyChange::Features(vec!["net".to_owned(), "rt".to_owned()]);
        let [root, a, _] = changed(&[edit("a", "tokio", features)]);
        let offered = "tokio = { version = \"1\", default-features = false }";
        assert_eq!(root, ROOT.replace("tokio = { version = \"1\", features = [\"full\"] }", offered));
        assert_eq!(a, A.replace("features = [\"net\"]", "features = [\"net\", \"rt\"]"));
    }

    fn narrow(dependency: &str, feature: &str, to: &[&str]) -> ManifestEdit {
        let texts = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect();
        let narrowing = Narrowing { feature: feature.to_owned(), to: texts(to), gone: texts(&["net", "rt", "std"]) };
        edit("a", dependency, DependencyChange::Narrow(narrowing))
    }

    #[test]
    fn a_feature_that_is_inherited_is_narrowed_where_the_workspace_asks_for_it() {
        let once = [narrow("tokio", "full", &["rt"])];
        let [root, a, b] = changed(&once);
        assert_eq!(root, ROOT.replace("features = [\"full\"]", "features = [\"rt\"]"));
        assert_eq!((a.as_str(), b.as_str()), (A, B));
        // Once for each member that inherits it.
        assert_eq!(changed(&[once[0].clone(), once[0].clone()]), [root, a, b]);
    }

    #[test]
    fn default_features_become_a_list_where_they_are_asked_for() {
        let [root, a, b] = changed(&[narrow("log", "default", &["std"]), narrow("nix", "default", &[])]);
        let offered =
            "log = { version = \"0.4\", default-features = false, features = [\"std\"] }          # the old one";
        assert_eq!(root, ROOT.replace("log = \"0.4\"          # the old one", offered));
        assert_eq!(a, A.replace("nix = \"0.29\"", "nix = { version = \"0.29\", default-features = false }"));
        assert_eq!(b, B);
        assert_eq!(changed(&[narrow("big", "default", &["std"]), narrow("nix", "full", &["std"])])[1], A);
    }

    #[test]
    fn a_setting_of_a_profile_is_put_where_the_profile_is() {
        let setting = |profile: &str, part, key: &str, value| {
            ManifestEdit::Profile(ProfileEdit { profile: profile.to_owned(), part, key: key.to_owned(), value })
        };
        let [root, ..] = changed(&[
            setting("release", ProfilePart::Whole, "codegen-units", ProfileValue::Number(16)),
            setting("dev", ProfilePart::Whole, "debug", ProfileValue::Text("line-tables-only".to_owned())),
            setting("dev", ProfilePart::Package("*".to_owned()), "debug", ProfileValue::Flag(false)),
        ]);
        let expected = format!(
            "{ROOT}codegen-units = 16\n\n[profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n"
        );
        assert_eq!(root, expected);
    }
}
