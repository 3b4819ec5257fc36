//! What a manifest declares: dependencies with what they inherit from the workspace, and features.

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{Declaration, DependencyKind, Inheritable};
use cargo_metadata::cargo_platform::Platform;
use cargo_metadata::semver::VersionReq;
use toml::{Table, Value};

use super::manifest::{Manifest, dependency_tables, flag, table, text, texts};

/// All dependencies of a manifest; `root` is where `workspace = true` looks.
pub(super) fn declarations(manifest: &Manifest, root: &Manifest) -> Vec<Declaration> {
    dependency_tables(manifest.root())
        .flat_map(|(kind, target, table)| table.iter().map(move |(name, value)| (kind, target, name, value)))
        .map(|(kind, target, name, value)| declaration((kind, target), name, value, root.workspace_dependency(name)))
        .collect()
}

fn declaration(
    (kind, target): (DependencyKind, Option<&str>),
    name: &str,
    value: &Value,
    of_workspace: Option<&Value>,
) -> Declaration {
    let own = Detail::of(value);
    let detail = if own.inherits { own.inheriting(of_workspace.map(Detail::of).unwrap_or_default()) } else { own };
    let package = detail.package.unwrap_or_else(|| name.to_owned());
    Declaration {
        rename: (package != name).then(|| name.to_owned()),
        package,
        requirement: detail.version.map_or_else(|| "*".to_owned(), |version| requirement(&version)),
        kind,
        target: target.map(platform),
        optional: detail.optional,
        default_features: detail.default_features.unwrap_or(true),
        features: detail.features,
        inherited: false,
        line: None,
    }
}

/// What `[workspace.dependencies]` of the root manifest offers, sorted by key; without lines.
pub(super) fn inheritable(root: &Manifest) -> Vec<Inheritable> {
    let workspace = root.table(&["workspace"]).and_then(|workspace| table(workspace, &["dependencies"]));
    let mut offered: Vec<Inheritable> =
        workspace.into_iter().flatten().map(|(key, value)| offer(key, Detail::of(value))).collect();
    offered.sort_by(|a, b| a.key.cmp(&b.key));
    offered
}

fn offer(key: &str, detail: Detail) -> Inheritable {
    Inheritable {
        key: key.to_owned(),
        package: detail.package.unwrap_or_else(|| key.to_owned()),
        requirement: detail.version.map_or_else(|| "*".to_owned(), |version| requirement(&version)),
        default_features: detail.default_features.unwrap_or(true),
        features: detail.features,
        line: None,
    }
}

/// The requirement the way `cargo metadata` prints it (`1.2` is `^1.2`), so that both sources agree.
fn requirement(written: &str) -> String {
    VersionReq::parse(written).map_or_else(|_| written.to_owned(), |requirement| requirement.to_string())
}

/// The platform the way `cargo metadata` prints it: `cfg(target_os="x")` gets spaces around `=`.
pub(super) fn platform(written: &str) -> String {
    written.parse::<Platform>().map_or_else(|_| written.to_owned(), |platform| platform.to_string())
}

/// The value of a dependency key: `"1.2"` or a table.
#[derive(Default)]
struct Detail {
    version: Option<String>,
    package: Option<String>,
    features: Vec<String>,
    default_features: Option<bool>,
    optional: bool,
    inherits: bool,
}

impl Detail {
    fn of(value: &Value) -> Self {
        let Some(table) = value.as_table() else {
            return Self { version: value.as_str().map(str::to_owned), ..Self::default() };
        };
        Self {
            version: text(table, &["version"]).map(str::to_owned),
            package: text(table, &["package"]).map(str::to_owned),
            features: texts(table, &["features"]),
            default_features: flag(table, &["default-features", "default_features"]),
            optional: flag(table, &["optional"]) == Some(true),
            inherits: flag(table, &["workspace"]) == Some(true),
        }
    }

    /// Features add up, and a member can turn default features on but not off (`inner_dependency_inherit_with` in
    /// Cargo's `util/toml/mod.rs`; the latter is a warning before edition 2024 and an error since).
    fn inheriting(self, of_workspace: Self) -> Self {
        let mut features = of_workspace.features;
        features.extend(self.features);
        let default_features =
            if self.default_features == Some(true) { Some(true) } else { of_workspace.default_features };
        Self { features, default_features, optional: self.optional, ..of_workspace }
    }
}

/// `[features]` with the implicit feature of every optional dependency that no `dep:` names.
pub(super) fn features(manifest: &Manifest, declarations: &[Declaration]) -> BTreeMap<String, Vec<String>> {
    let empty = Table::new();
    let listed = table(manifest.root(), &["features"]).unwrap_or(&empty);
    let mut features: BTreeMap<String, Vec<String>> =
        listed.keys().map(|name| (name.clone(), texts(listed, &[name]))).collect();
    let explicit: BTreeSet<String> =
        features.values().flatten().filter_map(|on| on.strip_prefix("dep:")).map(str::to_owned).collect();
    for declaration in declarations.iter().filter(|declaration| declaration.optional) {
        let name = declaration.rename.as_ref().unwrap_or(&declaration.package);
        if !explicit.contains(name) {
            features.entry(name.clone()).or_insert_with(|| vec![format!("dep:{name}")]);
        }
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn read(package: &str, root: &str) -> (Vec<Declaration>, BTreeMap<String, Vec<String>>) {
        let tree = Tree::new(&[("a/Cargo.toml", package), ("Cargo.toml", root)]);
        let manifest = Manifest::read(&tree.path("a/Cargo.toml")).unwrap();
        let declarations = declarations(&manifest, &Manifest::read(&tree.path("Cargo.toml")).unwrap());
        let features = features(&manifest, &declarations);
        (declarations, features)
    }

    #[test]
    fn a_declaration_is_read_with_all_that_it_says() {
        let (declarations, _) = read(
            "[target.'cfg(target_os=\"linux\")'.dev-dependencies]\nnew = { version = '1.2', package = 'old', features = ['x'], default-features = false }",
            "",
        );
        assert_eq!(
            declarations,
            [Declaration {
                package: "old".to_owned(),
                rename: Some("new".to_owned()),
                requirement: "^1.2".to_owned(),
                kind: DependencyKind::Dev,
                target: Some("cfg(target_os = \"linux\")".to_owned()),
                optional: false,
                default_features: false,
                features: vec!["x".to_owned()],
                inherited: false,
                line: None,
            }]
        );
    }

    #[test]
    fn features_and_defaults_are_inherited_from_the_workspace() {
        let (declarations, _) = read(
            "[dependencies]\na.workspace = true\nb = { workspace = true, default-features = true, optional = true }\nc = { workspace = true, features = ['y'] }",
            "[workspace.dependencies]\na = '1'\nb = { version = '=2.0.1', default-features = false }\nc = { package = 'see', features = ['x'], default-features = false }",
        );
        let short = |d: &Declaration| {
            format!("{} {} {} {} {:?}", d.package, d.requirement, d.optional, d.default_features, d.features)
        };
        assert_eq!(
            declarations.iter().map(short).collect::<Vec<_>>(),
            ["a ^1 false true []", "b =2.0.1 true true []", "see * false false [\"x\", \"y\"]"]
        );
        assert_eq!(declarations[2].rename.as_deref(), Some("c"));
    }

    #[test]
    fn an_optional_dependency_is_a_feature_unless_dep_names_it() {
        let (_, features) = read(
            "[dependencies]\na = { version = '1', optional = true }\nb = { version = '1', optional = true }\n[features]\ndefault = ['x']\nx = ['dep:b']",
            "",
        );
        let lines: Vec<_> = features.iter().map(|(name, on)| format!("{name} {on:?}")).collect();
        assert_eq!(lines, ["a [\"dep:a\"]", "default [\"x\"]", "x [\"dep:b\"]"]);
    }
}
