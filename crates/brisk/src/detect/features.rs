//! What features turn on.

use std::collections::BTreeSet;

use crate::model::{Declaration, Package, PackageIdx, Workspace};

/// What a set of features of one package turns on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Turned {
    /// Features of the package itself, those asked for included.
    pub(super) features: BTreeSet<String>,
    /// Keys of optional dependencies that become part of it: `dep:x`, or `x/feature`.
    pub(super) dependencies: BTreeSet<String>,
    /// Features of dependencies, by key: `x/feature`, and `x?/feature`, which counts only where `x` is there anyway.
    pub(super) of_dependencies: BTreeSet<(String, String)>,
}

/// Everything that `asked` turns on, by the rules of The Cargo Book, "Features". A name that is no feature turns on nothing.
pub(super) fn turned_on<'a>(package: &Package, asked: impl IntoIterator<Item = &'a str>) -> Turned {
    let mut turned = Turned::default();
    let mut stack: Vec<String> = asked.into_iter().map(str::to_owned).collect();
    while let Some(feature) = stack.pop() {
        let Some(values) = package.features.get(&feature) else { continue };
        if !turned.features.insert(feature) {
            continue;
        }
        for value in values {
            match (value.strip_prefix("dep:"), value.split_once('/')) {
                (Some(dependency), _) => {
                    turned.dependencies.insert(dependency.to_owned());
                }
                (None, Some((dependency, feature))) => {
                    let key = dependency.strip_suffix('?').unwrap_or(dependency).to_owned();
                    if key == dependency && is_optional(package, &key) {
                        turned.dependencies.insert(key.clone());
                        // `x/feature` turns on the implicit feature `x` as well, where there is one.
                        stack.push(key.clone());
                    }
                    turned.of_dependencies.insert((key, feature.to_owned()));
                }
                (None, None) => stack.push(value.clone()),
            }
        }
    }
    turned
}

fn is_optional(package: &Package, key: &str) -> bool {
    let mut named = package.declarations.iter().filter(|declaration| declaration.key() == key);
    named.any(|declaration| declaration.optional)
}

/// The features that a declaration asks for, `default` included.
pub(super) fn asked(declaration: &Declaration) -> impl Iterator<Item = &str> {
    let default = declaration.default_features.then_some("default");
    declaration.features.iter().map(String::as_str).chain(default)
}

/// A feature that a package asks of one of its dependencies.
pub(super) struct Request<'a> {
    /// The feature.
    pub(super) feature: &'a str,
    /// By which declaration.
    pub(super) declaration: &'a Declaration,
    /// The asking package's own feature that asks for it (`own = ["dependency/feature"]`); `None` if the declaration does.
    pub(super) because: Option<&'a str>,
}

/// The features of `of` that `by` asks for: in its declarations, and by its own features that are `on`.
pub(super) fn requested<'a>(
    workspace: &'a Workspace,
    by: PackageIdx,
    of: PackageIdx,
    on: &'a [String],
) -> Vec<Request<'a>> {
    let mut requested = Vec::new();
    for declaration in workspace.requests(by, of) {
        requested.extend(asked(declaration).map(|feature| Request { feature, declaration, because: None }));
        for own in on {
            let values = workspace.package(by).features.get(own).into_iter().flatten();
            let passed = values.filter_map(|value| value.split_once('/'));
            let passed = passed.filter(|(key, _)| key.strip_suffix('?').unwrap_or(key) == declaration.key());
            requested.extend(passed.map(|(_, feature)| Request { feature, declaration, because: Some(own) }));
        }
    }
    requested
}
