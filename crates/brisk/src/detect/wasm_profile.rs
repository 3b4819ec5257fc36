//! `wasm-profile`: WebAssembly that is built for speed on a processor, and not for its size.

use super::settings::{in_profile, linked, places, size, trial};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Location, Risk, count};
use crate::model::{
    Configuration, Cure, DependencyKind, Lto, Package, Profile, ProfilePart, ProfileRoot, ProfileValue, TargetKind,
};

pub(super) const DETECTOR: Detector = Detector {
    id: "wasm-profile",
    group: Group::Settings,
    claim: "a module of WebAssembly for the web is built with a release profile that does not care for size",
    measures: "members that are a `cdylib` and depend on `wasm-bindgen`, the bytes of the `.wasm` files of release builds, and \
               whether any profile asks for small code (`opt-level` `s` or `z`, fat LTO)",
    why: "the module is downloaded and compiled by every browser, and each tool behind Cargo (`wasm-bindgen`, `wasm-opt`) reads \
          and writes all of it",
    cure: "a profile of its own, as `[profile.wasm-release]` with `inherits = \"release\"`, `opt-level = \"s\"` (try `\"z\"` too), \
           `lto = true` and `codegen-units = 1`; it takes longer to build, and `release` stays as it is for native programs",
    wrong_when: "the module computes much: smaller code may be slower; or `wasm-opt -Os` does enough",
    unpriced: None,
    thresholds: &[],
    find,
};

/// The profile that is proposed.
const OWN: &str = "wasm-release";

fn own_profile() -> Vec<Cure> {
    let text = |text: &str| ProfileValue::Text(text.to_owned());
    in_profile(
        OWN,
        &[
            (ProfilePart::Whole, "inherits", text("release")),
            (ProfilePart::Whole, "opt-level", text("s")),
            (ProfilePart::Whole, "lto", ProfileValue::Flag(true)),
            (ProfilePart::Whole, "codegen-units", ProfileValue::Number(1)),
        ],
    )
}

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    let Some(profile) = configuration.profile("release") else { return Vec::new() };
    let of_release = configuration.profiles.values().filter(|profile| profile.root == ProfileRoot::Release);
    let members = web_members(evidence);
    if members.is_empty() || of_release.into_iter().any(is_for_size) {
        return Vec::new();
    }
    vec![finding(evidence, configuration, profile, &members)]
}

/// Members that are made for a browser.
fn web_members(evidence: Evidence<'_>) -> Vec<&Package> {
    let members = evidence.workspace.members.iter().map(|&idx| evidence.workspace.package(idx));
    let is_for_web = |package: &&Package| {
        let is_cdylib = package.targets.iter().any(|target| target.kind == TargetKind::LinkedLib);
        let mut declared = package.declarations.iter().filter(|declaration| declaration.kind == DependencyKind::Normal);
        // A target-gated or optional one says that the package is also something else, and the profile is that one's.
        is_cdylib
            && declared.any(|declaration| {
                declaration.package == "wasm-bindgen" && declaration.target.is_none() && !declaration.optional
            })
    };
    members.filter(is_for_web).collect()
}

/// Any of the settings shows that somebody thought of it.
fn is_for_size(profile: &Profile) -> bool {
    let is_small = |level: &str| matches!(level, "s" | "z");
    let by_package = profile.packages.values().filter_map(|settings| settings.opt_level.as_ref());
    is_small(&profile.opt_level().value)
        || profile.lto().value == Lto::Fat
        || by_package.into_iter().any(|level| is_small(&level.value))
}

fn finding(evidence: Evidence<'_>, configuration: &Configuration, profile: &Profile, members: &[&Package]) -> Finding {
    let modules = linked(evidence, profile.dir()).filter(|file| file.path.ends_with(".wasm"));
    // The same module lies in `deps/` and, under its name for the user, above it.
    let sizes: Vec<u64> = modules.filter(|file| file.is_artifact).map(|file| file.bytes).collect();
    let bytes = sizes.iter().copied().reduce(u64::saturating_add);
    let built = bytes.map(|bytes| format!(": {} in {}", size(bytes), count(sizes.len(), "module"))).unwrap_or_default();
    let names: Vec<&str> = members.iter().take(3).map(|package| package.name.as_str()).collect();
    let title = format!("no profile builds {} for size{built}", names.join(", "));
    let level = profile.opt_level();
    let mut locations: Vec<Location> =
        members.iter().filter_map(|member| Location::of_manifest(evidence.workspace, member)).collect();
    locations.extend(places(configuration, profile, &level));
    Finding {
        cost: Cost { bytes, ..Cost::default() },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            format!("`opt-level` is {}: {}", level.value, level.origin.in_words()),
            "how much smaller it gets is not known before it is built so".to_owned(),
        ],
        locations,
        command: trial(
            " --release --target wasm32-unknown-unknown",
            &["profile.release.opt-level=\"s\"", "profile.release.lto=true"],
        ),
        cure: if configuration.profile(OWN).is_none() { own_profile() } else { Vec::new() },
        ..Finding::of(&DETECTOR, "release".to_owned(), title)
    }
}
