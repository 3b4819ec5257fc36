//! The profiles that Cargo would build with: root manifest, configuration files and environment, with what each inherits.
//!
//! Cargo merges key by key, the configuration over the manifest, and then the child over its parent
//! (`merge_config_profiles` and `process_chain` in its `core/profiles.rs`).

use std::collections::{BTreeMap, BTreeSet};

use brisk::model::{DebugInfo, Lto, Profile, ProfileRoot, ProfileSettings, Setting, Strip};
use toml::Value;

use super::setting_sources::Sources;

/// Profiles that are there without anybody declaring them, and what they inherit from.
const BUILT_IN: [(&str, &str); 4] = [("dev", ""), ("release", ""), ("test", "dev"), ("bench", "release")];

/// How many profiles may inherit from each other in a chain; Cargo refuses one that comes back to itself.
const LONGEST_CHAIN: usize = 16;

/// All profiles that are declared or built in. One whose parent cannot be found is left out: Cargo refuses it.
pub(super) fn profiles(sources: &Sources<'_>) -> BTreeMap<String, Profile> {
    let declared = sources.names(&["profile"]);
    let names: BTreeSet<&str> = BUILT_IN.iter().map(|(name, _)| *name).chain(declared).collect();
    names.into_iter().filter_map(|name| Some((name.to_owned(), profile(sources, name, 0)?))).collect()
}

fn profile(sources: &Sources<'_>, name: &str, depth: usize) -> Option<Profile> {
    let own = own(sources, name);
    let root = match name {
        "dev" => ProfileRoot::Dev,
        "release" => ProfileRoot::Release,
        _ => {
            let parent = profile(sources, &parent(sources, name).filter(|_| depth < LONGEST_CHAIN)?, depth + 1)?;
            return Some(inherited(own, &parent));
        }
    };
    Some(Profile { root, ..own })
}

fn parent(sources: &Sources<'_>, name: &str) -> Option<String> {
    let stated = sources.of_profile(&["profile", name, "inherits"]);
    let built_in = || BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, parent)| (*parent).to_owned());
    stated.and_then(|setting| Some(setting.value.as_str()?.to_owned())).or_else(built_in)
}

fn inherited(own: Profile, parent: &Profile) -> Profile {
    let mut packages = parent.packages.clone();
    for (name, settings) in own.packages {
        let of_parent = packages.remove(&name).unwrap_or_default();
        packages.insert(name, settings.or(&of_parent));
    }
    Profile {
        name: own.name,
        root: parent.root,
        table: own.table,
        own: own.own.or(&parent.own),
        build_override: own.build_override.or(&parent.build_override),
        all_packages: own.all_packages.or(&parent.all_packages),
        packages,
    }
}

/// What is declared for this profile itself.
fn own(sources: &Sources<'_>, name: &str) -> Profile {
    let place = sources.place_in_manifest(&["profile", name]);
    let packages = sources.names(&["profile", name, "package"]).into_iter().filter(|package| *package != "*");
    let packages =
        packages.map(|package| (package.to_owned(), settings(sources, &["profile", name, "package", package])));
    Profile {
        table: place.line.is_some().then_some(place),
        own: settings(sources, &["profile", name]),
        build_override: settings(sources, &["profile", name, "build-override"]),
        all_packages: settings(sources, &["profile", name, "package", "*"]),
        packages: packages.collect(),
        ..Profile::unset(name, ProfileRoot::Dev)
    }
}

fn settings(sources: &Sources<'_>, table: &[&str]) -> ProfileSettings {
    let value = |key: &str| sources.of_profile(&[table, &[key]].concat());
    ProfileSettings {
        opt_level: read(value("opt-level"), |value| Some(word(value))),
        debug: read(value("debug"), debug_info),
        split_debuginfo: read(value("split-debuginfo"), |value| Some(word(value))),
        strip: read(value("strip"), strip),
        lto: read(value("lto"), lto),
        codegen_units: read(value("codegen-units"), |value| word(value).parse().ok()),
        incremental: read(value("incremental"), |value| word(value).parse().ok()),
    }
}

/// What the value means; a value that cannot be understood is as good as none, and Cargo refuses it.
pub(super) fn read<T>(setting: Option<Setting<Value>>, meaning: fn(&Value) -> Option<T>) -> Option<Setting<T>> {
    let Setting { value, origin } = setting?;
    Some(Setting { value: meaning(&value)?, origin })
}

/// The value as it would be written in an environment variable.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}

/// `TomlDebugInfo` in Cargo's `cargo-util-schemas`.
fn debug_info(value: &Value) -> Option<DebugInfo> {
    match word(value).as_str() {
        "false" | "0" | "none" => Some(DebugInfo::None),
        "line-directives-only" => Some(DebugInfo::LineDirectives),
        "line-tables-only" => Some(DebugInfo::LineTables),
        "1" | "limited" => Some(DebugInfo::Limited),
        "true" | "2" | "full" => Some(DebugInfo::Full),
        _ => None,
    }
}

/// `merge_profile` in Cargo's `core/profiles.rs`.
fn lto(value: &Value) -> Option<Lto> {
    match word(value).as_str() {
        "off" | "n" | "no" => Some(Lto::Off),
        "false" => Some(Lto::Local),
        "thin" => Some(Lto::Thin),
        "true" | "fat" => Some(Lto::Fat),
        _ => None,
    }
}

fn strip(value: &Value) -> Option<Strip> {
    match word(value).as_str() {
        "false" | "none" => Some(Strip::Nothing),
        "debuginfo" => Some(Strip::DebugInfo),
        "true" | "symbols" => Some(Strip::Symbols),
        _ => None,
    }
}
