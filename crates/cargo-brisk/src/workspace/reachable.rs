//! Which packages of the lockfile a build on this machine can need.
//!
//! A lockfile is for all platforms. What only others need is found by evaluating the `cfg(…)` of each declaration for the
//! machine that Brisk runs on, which is the one that Cargo builds for unless it is told otherwise.

use std::collections::BTreeSet;
use std::env::consts;

use brisk::model::{Declaration, DependencyKind, PackageIdx, PackageSource, Reachable, ReachablePlatform, Workspace};
use cargo_metadata::cargo_platform::{Cfg, CfgExpr, Platform};

/// Everything that the members reach. `triples` are those that the configuration builds for; none means the host.
pub(crate) fn reachable(workspace: &Workspace, triples: &[String]) -> Reachable {
    let platform = if triples.is_empty() { ReachablePlatform::Host } else { ReachablePlatform::Any };
    let host = host_cfgs();
    let holds = |declaration: &&Declaration| match (&declaration.target, platform) {
        (Some(target), ReachablePlatform::Host) => may_hold(target, &host),
        (None, _) | (_, ReachablePlatform::Any) => true,
    };
    let mut packages: BTreeSet<PackageIdx> = BTreeSet::new();
    let mut stack: Vec<PackageIdx> = workspace.members.clone();
    while let Some(idx) = stack.pop() {
        if !packages.insert(idx) {
            continue;
        }
        let package = workspace.package(idx);
        let is_member = package.source == PackageSource::Member;
        stack.extend(package.dependencies.iter().filter(|&&dependency| {
            let requests: Vec<&Declaration> = workspace.requests(idx, dependency).collect();
            let asked = |request: &&Declaration| is_member || request.kind != DependencyKind::Dev;
            // Without its manifest nobody knows for which platform it asks.
            requests.is_empty() || requests.into_iter().filter(asked).any(|request| holds(&request))
        }));
    }
    Reachable { packages, platform }
}

/// What `rustc --print cfg` says of this machine, as far as the standard library tells without asking it.
fn host_cfgs() -> Vec<Cfg> {
    let environment = if cfg!(target_env = "gnu") {
        "gnu"
    } else if cfg!(target_env = "musl") {
        "musl"
    } else if cfg!(target_env = "msvc") {
        "msvc"
    } else {
        ""
    };
    let endian = if cfg!(target_endian = "little") { "little" } else { "big" };
    let vendor = match consts::OS {
        "macos" => "apple",
        "windows" => "pc",
        _ => "unknown",
    };
    let pairs = [
        ("target_os", consts::OS),
        ("target_family", consts::FAMILY),
        ("target_arch", consts::ARCH),
        ("target_env", environment),
        ("target_endian", endian),
        ("target_vendor", vendor),
        ("target_pointer_width", if cfg!(target_pointer_width = "64") { "64" } else { "32" }),
        ("panic", "unwind"),
    ];
    let written = pairs.into_iter().map(|(key, value)| format!("{key}=\"{value}\"")).chain([consts::FAMILY.to_owned()]);
    written.filter_map(|written| written.parse().ok()).collect()
}

/// Whether a `cfg(…)` or triple may be that of this machine.
fn may_hold(target: &str, host: &[Cfg]) -> bool {
    match target.parse::<Platform>() {
        Ok(Platform::Cfg(expression)) => can_be(&expression, host, true),
        Ok(Platform::Name(triple)) => {
            let os = if consts::OS == "macos" { "darwin" } else { consts::OS };
            triple.starts_with(consts::ARCH) && triple.contains(os)
        }
        Err(_) => true,
    }
}

/// Whether the expression can have the value `wanted` here. What is not known (flags, target features) can have either.
fn can_be(expression: &CfgExpr, host: &[Cfg], wanted: bool) -> bool {
    match (expression, wanted) {
        (CfgExpr::Not(inner), _) => can_be(inner, host, !wanted),
        (CfgExpr::All(all), true) | (CfgExpr::Any(all), false) => all.iter().all(|inner| can_be(inner, host, wanted)),
        (CfgExpr::Any(any), true) | (CfgExpr::All(any), false) => any.iter().any(|inner| can_be(inner, host, wanted)),
        (CfgExpr::Value(value), _) => !is_known(value) || host.contains(value) == wanted,
        (CfgExpr::True, _) => wanted,
        (CfgExpr::False, _) => !wanted,
    }
}

/// Whether [`host_cfgs`] would have it if it were so.
fn is_known(cfg: &Cfg) -> bool {
    match cfg {
        Cfg::Name(name) => ["unix", "windows"].contains(&name.as_str()),
        Cfg::KeyPair(key, _) => {
            let known = ["os", "family", "arch", "env", "endian", "vendor", "pointer_width"];
            key.as_str() == "panic" || key.as_str().strip_prefix("target_").is_some_and(|rest| known.contains(&rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux() -> Vec<Cfg> {
        let written = ["unix", "target_os=\"linux\"", "target_family=\"unix\"", "target_arch=\"x86_64\""];
        written.into_iter().map(|written| written.parse().unwrap()).collect()
    }

    #[test]
    fn what_is_for_other_platforms_does_not_hold() {
        let holds = |target: &str| may_hold(target, &linux());
        for target in [
            "cfg(unix)",
            "cfg(not(windows))",
            "cfg(any(windows, target_os = \"linux\"))",
            "cfg(all(unix, not(target_os = \"macos\")))",
            "cfg(tokio_unstable)",
            "cfg(not(tokio_unstable))",
            "cfg(target_has_atomic = \"64\")",
            "cfg(all(unix, target_feature = \"crt-static\"))",
        ] {
            assert!(holds(target), "{target}");
        }
        for target in [
            "cfg(windows)",
            "cfg(not(unix))",
            "cfg(all(unix, target_os = \"macos\"))",
            "cfg(all(windows, tokio_unstable))",
            "cfg(target_arch = \"wasm32\")",
            "cfg(any())",
        ] {
            assert!(!holds(target), "{target}");
        }
    }

    #[test]
    fn this_machine_is_of_its_own_family() {
        let host = host_cfgs();
        assert!(may_hold(&format!("cfg({})", consts::FAMILY), &host));
        assert!(may_hold(&format!("cfg(target_os = \"{}\")", consts::OS), &host));
        assert!(!may_hold("cfg(target_os = \"fuchsia\")", &host));
        assert!(!may_hold("thumbv6m-none-eabi", &host));
    }
}
