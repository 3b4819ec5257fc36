//! How Cargo would build here: profiles, linker, flags, wrapper, incremental compilation, and the programs that are there.
//!
//! No process is started: the toolchain is the one that Cargo noted when it last built (`.rustc_info.json`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use brisk::model::{Configuration, FilePlace, Flags, LinkerChoice, Setting, Toolchain, Wrapper};
use serde::Deserialize;
use toml::Value;

use super::config::Config;
use super::environment::Environment;
use super::key_lines::Lines;
use super::manifest::Manifest;
use super::members::{LocalPackages, Membership};
use super::profiles::{profiles, read as read_value};
use super::programs::{holds_on_this_machine, names_triple};
use super::setting_sources::Sources;
use super::settings::Settings;

/// Linkers and compiler caches that are looked for.
const PROGRAMS: [&str; 6] = ["mold", "wild", "ld.lld", "clang", "sccache", "kache"];

/// Cargo's answers of rustc are read up to this size.
const MOST_BYTES: u64 = 1 << 20;

/// Reads everything; `settings` are those that were read from the same configuration.
pub(super) fn configuration(
    config: &Config,
    settings: &Settings,
    root: &Manifest,
    local: &LocalPackages,
) -> Configuration {
    let sources = Sources::new(config, root);
    let environment = config.environment();
    let toolchain = toolchain(&settings.directories.build_dir.join(".rustc_info.json"));
    let builds_for_host = match settings.default_triples.as_slice() {
        [] => true,
        triples => triples.iter().all(|triple| toolchain.as_ref().is_some_and(|toolchain| toolchain.host == *triple)),
    };
    let platform = Platform {
        triple: settings.default_triples.first().or(toolchain.as_ref().map(|toolchain| &toolchain.host)).cloned(),
        is_this_machine: builds_for_host,
    };
    let wrapper = sources.of_configuration(&["RUSTC_WRAPPER"], &["build", "rustc-wrapper"]);
    Configuration {
        manifest: sources.end_of_manifest(),
        profiles: profiles(&sources),
        ignored_profiles: ignored_profiles(&sources, root, local),
        linker: platform.linker(&sources),
        flags: platform.flags(&sources),
        wrapper: wrapper.and_then(|program| installed_wrapper(program, settings, environment)),
        incremental: incremental(&sources),
        // `is_ci` in Cargo's `cargo-util`.
        ci: ["CI", "TF_BUILD"].into_iter().find(|name| environment.get(name).is_some()).map(str::to_owned),
        installed: PROGRAMS.into_iter().filter(|name| is_installed(environment, name)).map(str::to_owned).collect(),
        toolchain,
        builds_for_host,
    }
}

fn is_installed(environment: &Environment, program: &str) -> bool {
    environment.find_program(Path::new(program)).is_some()
}

/// `Profiles::new` in Cargo's `core/profiles.rs`: any value of the variable but `1` switches it off.
fn incremental(sources: &Sources<'_>) -> Option<Setting<bool>> {
    let of_variable = sources.of_variable("CARGO_INCREMENTAL");
    read_value(of_variable, |value| Some(value.as_str() == Some("1"))).or_else(|| {
        let setting = sources.of_configuration(&[], &["build", "incremental"]);
        read_value(setting, |value| value.as_bool().or_else(|| value.as_str()?.parse().ok()))
    })
}

/// An empty variable switches the wrapper off, as `settings` know; otherwise both name the same one.
fn installed_wrapper(
    program: Setting<Value>,
    settings: &Settings,
    environment: &Environment,
) -> Option<Setting<Wrapper>> {
    let installed = environment.find_program(&settings.rustc_wrapper.as_ref()?.path).is_some();
    let Setting { value, origin } = program;
    Some(Setting { value: Wrapper { program: value.as_str()?.to_owned(), installed }, origin })
}

/// Manifests of members with profiles: Cargo warns of them and goes on without.
fn ignored_profiles(sources: &Sources<'_>, root: &Manifest, local: &LocalPackages) -> Vec<FilePlace> {
    let members = local.packages.values().filter(|package| package.membership == Membership::Member);
    let others = members.map(|package| &package.manifest).filter(|manifest| manifest.path != root.path);
    let with_profiles = others.filter(|manifest| manifest.table(&["profile"]).is_some());
    let place = |manifest: &Manifest| {
        let (lines, table) = (Lines::of(&manifest.text), manifest.table(&["profile"]));
        let first = table.into_iter().flatten().filter_map(|(name, _)| lines.of_key(&["profile", name])).min();
        sources.place(&manifest.path, first)
    };
    with_profiles.map(place).collect()
}

/// What is built for when nothing is said on the command line.
struct Platform {
    triple: Option<String>,
    /// Only then it is known which `cfg(…)` hold.
    is_this_machine: bool,
}

impl Platform {
    /// The triple's own entry goes before a `cfg(…)` (`TargetConfig` and `target_linker` in Cargo's sources).
    fn linker(&self, sources: &Sources<'_>) -> Option<Setting<String>> {
        let of_variable = self.triple.as_ref().and_then(|triple| sources.of_variable(&variable(triple, "LINKER")));
        let found = of_variable.or_else(|| {
            let entries = self.entries(sources);
            entries.into_iter().find_map(|platform| sources.of_files(&["target", platform, "linker"]))
        });
        read_value(found, |value| value.as_str().map(str::to_owned))
    }

    /// The first of four sources that there is, and no other (`rustflags_from_env`, `rustflags_from_target` and
    /// `rustflags_from_build` in Cargo's `build_context/target_info.rs`).
    fn flags(&self, sources: &Sources<'_>) -> Option<Setting<Flags>> {
        let parts = self.flag_lists(sources);
        let origin = parts.first()?.origin.clone();
        // What is stronger is put behind what is weaker.
        let all: Vec<String> = parts.iter().rev().flat_map(|part| words(&part.value)).collect();
        let name = all.iter().rev().find_map(|flag| Some(flag.split_once("fuse-ld=")?.1.split(' ').next()?.to_owned()));
        let linker = name.map(|name| LinkerChoice { installed: is_linker_installed(sources.environment, &name), name });
        Some(Setting { value: Flags { all, linker }, origin })
    }

    fn flag_lists(&self, sources: &Sources<'_>) -> Vec<Setting<Value>> {
        if sources.environment.get("CARGO_ENCODED_RUSTFLAGS").is_some() {
            return sources.of_variable("CARGO_ENCODED_RUSTFLAGS").into_iter().collect();
        }
        if sources.environment.get("RUSTFLAGS").is_some() {
            return sources.of_variable("RUSTFLAGS").into_iter().collect();
        }
        let of_variable = self.triple.as_ref().and_then(|triple| sources.of_variable(&variable(triple, "RUSTFLAGS")));
        let of_files = self.entries(sources).into_iter();
        let of_files = of_files.flat_map(|platform| sources.all_of_files(&["target", platform, "rustflags"]));
        let of_target: Vec<_> = of_variable.into_iter().chain(of_files).collect();
        if !of_target.is_empty() {
            return of_target;
        }
        let keys = ["build", "rustflags"];
        let of_variable = sources.of_variable("CARGO_BUILD_RUSTFLAGS");
        of_variable.into_iter().chain(sources.all_of_files(&keys)).collect()
    }

    /// Keys of `[target]` that hold, the triple's own first.
    fn entries<'a>(&self, sources: &Sources<'a>) -> Vec<&'a str> {
        let is_own = |key: &str| self.triple.as_ref().is_some_and(|triple| names_triple(key, triple));
        let mut keys = sources.platforms();
        keys.retain(|key| is_own(key) || (self.is_this_machine && holds_on_this_machine(key)));
        keys.sort_by_key(|key| !is_own(key));
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(*key));
        keys
    }
}

/// `CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER`
fn variable(triple: &str, key: &str) -> String {
    format!("CARGO_TARGET_{}_{key}", triple.replace(['-', '.'], "_").to_ascii_uppercase())
}

/// Flags as a list, or as words of a text; those of `CARGO_ENCODED_RUSTFLAGS` are separated by a character of their own.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) if text.contains('\x1f') => text.split('\x1f').map(str::to_owned).collect(),
        Value::String(text) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// `gcc` and `clang` look for `ld.NAME` on the `PATH`, and Clang takes a path as well.
fn is_linker_installed(environment: &Environment, name: &str) -> bool {
    let file = if name.contains('/') { name.to_owned() } else { format!("ld.{name}") };
    is_installed(environment, &file)
}

/// What Cargo keeps of its questions to rustc (`Cache` in its `util/rustc.rs`).
#[derive(Deserialize)]
struct RustcInfo {
    outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    stdout: String,
}

fn toolchain(file: &Path) -> Option<Toolchain> {
    // Nothing but a plain file of some kilobytes is Cargo's.
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return None;
    }
    let info: RustcInfo = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    let answers = || info.outputs.values().map(|output| output.stdout.as_str());
    let version = answers().find(|answer| answer.starts_with("rustc "))?;
    let field =
        |name: &str| version.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
    Some(Toolchain {
        release: field("release:")?,
        host: field("host:")?,
        split_debuginfo: answers().find_map(split_debuginfo),
    })
}

/// The answer to `--print=split-debuginfo`, which stands before the line `___` that Cargo asks for after it
/// (`TargetInfo::new` in its `build_context/target_info.rs`).
fn split_debuginfo(answer: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = answer.lines().collect();
    let first = lines.iter().position(|line| *line == "off")?;
    let offered = lines[first..].iter().take_while(|line| matches!(**line, "off" | "packed" | "unpacked"));
    Some(offered.map(|line| (*line).to_owned()).collect())
}
