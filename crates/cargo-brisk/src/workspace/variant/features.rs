//! What `[features]` says of a dependency that is no more, or that is optional now.
//!
//! The forms are those of the page "Features" of the Cargo book: `dep:x`, `x/feature`, `x?/feature`, and `x` for the feature
//! that an optional dependency is by itself.

use brisk::model::DependencyKind;
use toml::{Table, Value};

use super::edit::for_each_dependency_table;
use crate::workspace::manifest::flag;

/// Takes out of the manifest what speaks of the dependency `key`, which was removed from some of its tables, in so far as
/// it is nowhere else. Gives the feature that the dependency was, if it was one and is none any more.
pub(super) fn forget(manifest: &mut Table, key: &str) -> Option<String> {
    let (mut is_declared, mut is_optional) = (false, false);
    for_each_dependency_table(manifest, |kind, table| {
        let declaration = table.get(key).filter(|_| kind != DependencyKind::Dev);
        is_declared |= declaration.is_some();
        is_optional |= declaration.and_then(Value::as_table).and_then(|table| flag(table, &["optional"])) == Some(true);
    });
    let named_by_itself = is_feature(manifest, key);
    let explicit = format!("dep:{key}");
    let had_explicit = strip(manifest, |_, value| value == explicit && !is_optional);
    strip(manifest, |_, value| {
        value == key && !named_by_itself && !is_optional || is_of(value, key).is_some() && !is_declared
    });
    (!is_optional && !named_by_itself && !had_explicit).then(|| key.to_owned())
}

/// Sees to it that nothing that is on by default turns on the dependency `key`, which has become optional.
pub(super) fn make_weak(manifest: &mut Table, key: &str) {
    let is_explicit = |value: &str| value.strip_prefix("dep:") == Some(key);
    strip(manifest, |feature, value| feature == Some("default") && (is_explicit(value) || value == key));
    let features = manifest.entry("features").or_insert_with(|| Value::Table(Table::new()));
    let Some(features) = features.as_table_mut() else { return };
    let values = || features.values().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let needs_explicit = features.contains_key(key) && !values().any(is_explicit);
    for value in features.iter_mut().filter_map(|(_, values)| values.as_array_mut()).flatten() {
        if let Some(feature) = value.as_str().and_then(|value| is_of(value, key)).map(str::to_owned) {
            *value = Value::from(format!("{key}?/{feature}"));
        }
    }
    // A feature and an optional dependency may have one name only if the dependency is named `dep:` somewhere.
    if needs_explicit {
        features.insert(format!("{key}-dependency"), Value::Array(vec![format!("dep:{key}").into()]));
    }
}

/// Takes values out of `[features]` (named with their feature) and of the `required-features` of targets (with none); says
/// whether there were any.
pub(super) fn strip(manifest: &mut Table, is_out: impl Fn(Option<&str>, &str) -> bool) -> bool {
    let mut n_stripped = 0;
    let mut retain = |feature: Option<&str>, values: &mut Vec<Value>| {
        let n_before = values.len();
        values.retain(|value| !value.as_str().is_some_and(|value| is_out(feature, value)));
        n_stripped += n_before - values.len();
    };
    let features = manifest.get_mut("features").and_then(Value::as_table_mut);
    for (feature, values) in features.into_iter().flatten() {
        if let Some(values) = values.as_array_mut() {
            retain(Some(feature), values);
        }
    }
    for kind in ["bin", "example", "test", "bench"] {
        let targets = manifest.get_mut(kind).and_then(Value::as_array_mut);
        for target in targets.into_iter().flatten().filter_map(Value::as_table_mut) {
            if let Some(values) = target.get_mut("required-features").and_then(Value::as_array_mut) {
                retain(None, values);
            }
        }
    }
    n_stripped > 0
}

/// The feature of the dependency `key` that the value turns on.
fn is_of<'a>(value: &'a str, key: &str) -> Option<&'a str> {
    let rest = value.strip_prefix(key)?;
    rest.strip_prefix("?/").or_else(|| rest.strip_prefix('/'))
}

fn is_feature(manifest: &Table, name: &str) -> bool {
    manifest.get("features").and_then(Value::as_table).is_some_and(|features| features.contains_key(name))
}
