//! What Cargo prints for `--unit-graph`, as our own units.
//!
//! The form is that of version 1 (`core/compiler/unit_graph.rs` and `Profile` in `core/profiles.rs` of Cargo, documented in
//! the chapter "Unstable features" of the Cargo book). Fields that we do not know may come and go.

use std::collections::BTreeSet;

use brisk::model::{
    DebugInfo, Edge, Lto, Mode, PackageRef, PackageSource, PlannedProfile, PlannedUnit, Platform, Strip, Target,
    TargetKind, UnitGraph, UnitIdx, Workspace,
};
use serde::Deserialize;
use serde_json::Value;

/// The version of the form that is known here.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Printed {
    version: u32,
    units: Vec<PrintedUnit>,
    roots: Vec<usize>,
}

#[derive(Deserialize)]
struct PrintedUnit {
    pkg_id: String,
    target: PrintedTarget,
    profile: PrintedProfile,
    platform: Option<String>,
    mode: String,
    features: Vec<String>,
    dependencies: Vec<PrintedDependency>,
}

#[derive(Deserialize)]
struct PrintedTarget {
    kind: Vec<String>,
    crate_types: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct PrintedProfile {
    name: String,
    opt_level: String,
    lto: String,
    codegen_units: Option<u32>,
    debuginfo: Option<Value>,
    split_debuginfo: Option<String>,
    debug_assertions: bool,
    overflow_checks: bool,
    incremental: bool,
    panic: String,
    #[serde(default)]
    strip: Value,
}

#[derive(Deserialize)]
struct PrintedDependency {
    index: usize,
}

/// Reads the answer; members are told from other packages by `workspace`. The error says what is not understood.
pub(super) fn parse(json: &[u8], workspace: &Workspace) -> Result<UnitGraph, String> {
    let printed: Printed = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if printed.version != VERSION {
        return Err(format!("its unit graph has version {}, and only version {VERSION} is known", printed.version));
    }
    let members: BTreeSet<&str> = workspace.iter_members().map(|(_, member)| member.name.as_str()).collect();
    // Documentation tests are run, not built, and scraping examples is part of documenting.
    let is_left_out = |unit: &PrintedUnit| matches!(unit.mode.as_str(), "doctest" | "docscrape");
    let mut positions = Vec::with_capacity(printed.units.len());
    let mut units = Vec::with_capacity(printed.units.len());
    for unit in &printed.units {
        let position = if is_left_out(unit) { None } else { Some(position(units.len())?) };
        positions.push(position);
        if position.is_some() {
            units.push(unit.planned(&members)?);
        }
    }
    let at = |idx: usize| positions.get(idx).copied().flatten();
    let edges = printed.units.iter().zip(&positions).flat_map(|(unit, dependent)| {
        let needed = unit.dependencies.iter().filter_map(|needed| at(needed.index));
        needed.filter_map(|dependency| Some(Edge { dependent: (*dependent)?, dependency }))
    });
    let edges = edges.collect();
    let roots = printed.roots.iter().filter_map(|&root| at(root)).collect();
    Ok(UnitGraph { units, edges, roots }.checked())
}

fn position(n_units: usize) -> Result<UnitIdx, String> {
    u32::try_from(n_units).map(UnitIdx).map_err(|_| "there are more units than can be counted".to_owned())
}

impl PrintedUnit {
    fn planned(&self, members: &BTreeSet<&str>) -> Result<PlannedUnit, String> {
        let mut features = self.features.clone();
        features.sort_unstable();
        Ok(PlannedUnit {
            package: package(&self.pkg_id, members).ok_or_else(|| format!("a package called `{}`", self.pkg_id))?,
            target: self.target.target()?,
            mode: mode(&self.mode)?,
            platform: self.platform.as_deref().map_or(Platform::Host, platform),
            features,
            profile: self.profile.planned()?,
            for_host: false,
        })
    }
}

/// `registry+https://…#name@1.0.0`, `path+file:///ws/name#1.0.0`, `git+https://…/name?rev=1#1.0.0` (the page "Package ID
/// Specifications" of the Cargo book), or `name 1.0.0 (registry+https://…)` before Cargo 1.77.
fn package(id: &str, members: &BTreeSet<&str>) -> Option<PackageRef> {
    let (url, name, version) = match id.rsplit_once('#') {
        Some((url, fragment)) if !fragment.contains(' ') => {
            let (name, version) = fragment.split_once('@').unwrap_or((last_of(url), fragment));
            (url, name, version)
        }
        _ => {
            let mut parts = id.splitn(3, ' ');
            let (name, version) = (parts.next()?, parts.next()?);
            (parts.next()?.trim_start_matches('('), name, version)
        }
    };
    let source = match url.split_once('+')?.0 {
        "path" if members.contains(name) => PackageSource::Member,
        "path" => PackageSource::Path,
        "git" => PackageSource::Git,
        "registry" | "sparse" => PackageSource::Registry,
        _ => PackageSource::Unknown,
    };
    Some(PackageRef { name: name.to_owned(), version: Some(version.to_owned()), source })
}

/// The last directory of an address.
fn last_of(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or(url).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".git")
}

/// The triple, or the stem of a file that describes a target.
fn platform(printed: &str) -> Platform {
    let file = printed.rsplit('/').next().unwrap_or(printed);
    Platform::Triple(file.strip_suffix(".json").unwrap_or(file).to_owned())
}

fn mode(printed: &str) -> Result<Mode, String> {
    match printed {
        "build" => Ok(Mode::Build),
        "check" => Ok(Mode::Check),
        "test" => Ok(Mode::Test),
        "doc" => Ok(Mode::Doc),
        "run-custom-build" => Ok(Mode::RunBuildScript),
        other => Err(format!("a unit of mode `{other}`")),
    }
}

impl PrintedTarget {
    fn target(&self) -> Result<Target, String> {
        let is_plain = || self.crate_types.iter().all(|kind| kind == "lib" || kind == "rlib");
        let kind = match self.kind.first().map_or("", String::as_str) {
            "bin" => TargetKind::Bin,
            "example" => TargetKind::Example,
            "test" => TargetKind::Test,
            "bench" => TargetKind::Bench,
            "custom-build" => TargetKind::BuildScript,
            "proc-macro" => TargetKind::ProcMacro,
            "lib" | "rlib" | "dylib" | "cdylib" | "staticlib" if is_plain() => TargetKind::Lib,
            "lib" | "rlib" | "dylib" | "cdylib" | "staticlib" => TargetKind::LinkedLib,
            other => return Err(format!("a target of kind `{other}`")),
        };
        Ok(Target { kind, name: self.name.clone() })
    }
}

impl PrintedProfile {
    fn planned(&self) -> Result<PlannedProfile, String> {
        Ok(PlannedProfile {
            name: self.name.clone(),
            opt_level: self.opt_level.clone(),
            debug: debug(self.debuginfo.as_ref())?,
            split_debuginfo: self.split_debuginfo.clone(),
            codegen_units: self.codegen_units,
            lto: lto(&self.lto)?,
            incremental: self.incremental,
            debug_assertions: self.debug_assertions,
            overflow_checks: self.overflow_checks,
            panic: self.panic.clone(),
            strip: strip(&self.strip),
        })
    }
}

fn debug(printed: Option<&Value>) -> Result<DebugInfo, String> {
    let number = printed.and_then(Value::as_u64);
    match (printed.and_then(Value::as_str), number) {
        (_, Some(0)) | (Some("none"), _) => Ok(DebugInfo::None),
        (_, Some(1)) | (Some("limited"), _) => Ok(DebugInfo::Limited),
        (_, Some(2)) | (Some("full"), _) => Ok(DebugInfo::Full),
        (Some("line-directives-only"), _) => Ok(DebugInfo::LineDirectives),
        (Some("line-tables-only"), _) => Ok(DebugInfo::LineTables),
        // Before Cargo 1.70 nothing said none.
        (None, None) if printed.is_none_or(Value::is_null) => Ok(DebugInfo::None),
        _ => Err(format!("debug information `{}`", printed.unwrap_or(&Value::Null))),
    }
}

fn lto(printed: &str) -> Result<Lto, String> {
    match printed {
        "off" => Ok(Lto::Off),
        "false" => Ok(Lto::Local),
        "thin" => Ok(Lto::Thin),
        "true" | "fat" => Ok(Lto::Fat),
        other => Err(format!("`lto = {other}`")),
    }
}

/// `{"deferred": "None"}`, `{"resolved": {"Named": "debuginfo"}}`, or in older versions the plain word.
fn strip(printed: &Value) -> Strip {
    match printed {
        Value::String(word) => match word.as_str() {
            "debuginfo" => Strip::DebugInfo,
            "symbols" | "true" => Strip::Symbols,
            _ => Strip::Nothing,
        },
        Value::Object(parts) => parts.values().map(strip).max().unwrap_or(Strip::Nothing),
        _ => Strip::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_in_all_forms_that_cargo_ever_had() {
        let members = BTreeSet::from(["app"]);
        let said = |id: &str| {
            let package = package(id, &members).unwrap();
            format!("{package} {:?}", package.source)
        };
        for (id, expected) in [
            ("registry+https://github.com/rust-lang/crates.io-index#a@1.0.0+x", "a v1.0.0+x Registry"),
            ("path+file:///ws/app#0.1.0", "app v0.1.0 Member"),
            ("path+file:///ws/dir#app@0.1.0", "app v0.1.0 Member"),
            ("path+file:///far/b#0.1.0", "b v0.1.0 Path"),
            ("git+https://example.org/me/tool.git?branch=main#2.0.0", "tool v2.0.0 Git"),
            ("git+ssh://git@example.org/me/tools#tool@2.0.0", "tool v2.0.0 Git"),
            ("a 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)", "a v1.0.0 Registry"),
            ("app 0.1.0 (path+file:///ws/app)", "app v0.1.0 Member"),
        ] {
            assert_eq!(said(id), expected);
        }
    }

    #[test]
    fn stripping_is_read_in_all_its_forms() {
        let read = |text: &str| strip(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"deferred":"None"}"#), Strip::Nothing);
        assert_eq!(read(r#"{"resolved":{"Named":"debuginfo"}}"#), Strip::DebugInfo);
        assert_eq!(read(r#""symbols""#), Strip::Symbols);
    }

    #[test]
    fn another_form_is_refused_in_words() {
        let workspace = Workspace::of_build("", &brisk_test_support::gantt::parse(""));
        let said = |json: &str| parse(json.as_bytes(), &workspace).unwrap_err();
        let newer = said(r#"{"version":2,"units":[],"roots":[]}"#);
        assert_eq!(newer, "its unit graph has version 2, and only version 1 is known");
        assert!(said("{").contains("EOF"));
    }
}
