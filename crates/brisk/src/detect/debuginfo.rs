//! `debuginfo`: full debug information in builds for development, where there is much of it.

use super::price::share;
use super::settings::{
    TRIAL, bytes_of_part, bytes_of_profile, debug_bytes, in_profile, is_built_in, is_for_manifest, linking, places,
    size, trial,
};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, count, seconds};
use crate::model::{Configuration, Cure, DebugInfo, DiskKind, Profile, ProfilePart, ProfileValue, Setting};

pub(super) const DETECTOR: Detector = Detector {
    id: "debuginfo",
    group: Group::Settings,
    claim: "builds for development carry full debug information, and there is much of it",
    measures: "bytes of debug information in what was linked with the `dev` profile (ELF sections `.debug_*`; what libraries \
               and incremental compilation keep of it is more, and not counted), and the linkers' time where it was recorded",
    why: "rustc generates it for every crate, dependencies included, and the linker reads all of it and copies it into every \
          executable and test program; `debug = true` (full) is the default of `dev` and `test`",
    cure: "set `debug = \"line-tables-only\"` in `[profile.dev]`: it (Cargo 1.71 or newer) keeps file names and lines in backtraces; \
           `debug = false` in `[profile.dev.package.\"*\"]` leaves out that of dependencies alone; for a debugger, a profile \
           of its own that says `inherits = \"dev\"` and `debug = true`. All units of the profile are built again once",
    wrong_when: "variables are looked at in a debugger in most sessions: that needs full debug information of the crates that \
                 are stepped through",
    unpriced: None,
    thresholds: &[LEAST_BYTES, LEAST_LINK_SHARE, LEAST_LINK_S],
    find,
};

/// Full debug information is the default and does no harm to a small workspace: below this there is nothing to win that
/// anybody would notice.
const LEAST_BYTES: Threshold = Threshold {
    name: "debuginfo.least-bytes",
    default: 1_073_741_824.0,
    about: "bytes in the directory of the `dev` profile, if it is not linking that takes long",
};

/// From this share on, linking is felt in every rebuild; the linker's work grows with debug information.
const LEAST_LINK_SHARE: Threshold = Threshold {
    name: "debuginfo.least-link-share",
    default: 0.1,
    about: "share of linkers in all unit time, if it is not bytes that are many",
};
const LEAST_LINK_S: Threshold = Threshold {
    name: "debuginfo.least-link-seconds",
    default: 2.0,
    about: "seconds of linkers, together with that share",
};

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    matter(evidence).map(|matter| finding(evidence, &matter)).into_iter().collect()
}

/// Whether it has something to say: others that would advise the same are silent then.
pub(super) fn speaks(evidence: Evidence<'_>) -> bool {
    matter(evidence).is_some()
}

struct Matter<'a> {
    configuration: &'a Configuration,
    profile: &'a Profile,
    debug: Setting<DebugInfo>,
    of_dependencies: Setting<DebugInfo>,
    profile_bytes: Option<u64>,
    link: Option<(f64, Option<f64>)>,
}

impl Matter<'_> {
    fn is_for_manifest(&self) -> bool {
        [&self.debug, &self.of_dependencies].into_iter().all(|debug| is_for_manifest(self.configuration, Some(debug)))
    }
}

fn matter(evidence: Evidence<'_>) -> Option<Matter<'_>> {
    let configuration = evidence.surroundings.configuration.as_ref()?;
    let profile = configuration.profile("dev")?;
    let (debug, of_dependencies) = (profile.debug(), profile.debug_of_dependencies());
    let by_flags = configuration.flags.as_ref().is_some_and(|flags| flags.value.has("debuginfo"));
    if of_dependencies.value != DebugInfo::Full || by_flags {
        return None;
    }
    let profile_bytes = bytes_of_profile(evidence, profile.dir());
    let link = linking(evidence).filter(|_| is_built_in(evidence.build, profile.dir()));
    let is_large = profile_bytes.is_some_and(|bytes| bytes as f64 >= evidence.limit(&LEAST_BYTES));
    let is_slow = link.is_some_and(|(link_s, _)| is_long(evidence, link_s));
    (is_large || is_slow).then_some(Matter { configuration, profile, debug, of_dependencies, profile_bytes, link })
}

fn finding(evidence: Evidence<'_>, matter: &Matter<'_>) -> Finding {
    let dir = matter.profile.dir();
    let (n_files, bytes) = debug_bytes(evidence, dir);
    let held = (n_files > 0).then(|| format!("{} of it in {}", size(bytes), count(n_files, "linked file")));
    let all = matter.profile_bytes.map(|bytes| format!("`{dir}` takes {}", size(bytes)));
    let linking = matter.link.map(|(link_s, _)| format!("linking takes {}", seconds(link_s)));
    let told: Vec<String> = [held, all, linking].into_iter().flatten().collect();
    let whose = if matter.debug.value == DebugInfo::Full { "all crates" } else { "dependencies" };
    let title = format!("the dev profile has full debug information of {whose}: {}", told.join(", "));
    let measured = n_files > 0;
    Finding {
        severity: severity(evidence, bytes, matter),
        cost: Cost { seconds: None, cpu_seconds: None, bytes: measured.then_some(bytes) },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: [
            Some(declared(matter)),
            bytes_of_part(evidence, dir, DiskKind::Incremental).map(|bytes| {
                format!("incremental compilation keeps {} beside that, debug information included", size(bytes))
            }),
            Some(TRIAL.to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        locations: places(matter.configuration, matter.profile, &matter.of_dependencies),
        command: trial("", &["profile.dev.debug=\"line-tables-only\""]),
        cure: if matter.is_for_manifest() { trimmed() } else { Vec::new() },
        ..Finding::of(&DETECTOR, "dev".to_owned(), title)
    }
}

/// Lines of the workspace's own code stay known, to back traces and debuggers; of dependencies, nothing is kept.
pub(super) fn trimmed() -> Vec<Cure> {
    let lines = ProfileValue::Text("line-tables-only".to_owned());
    let of_dependencies = ProfilePart::Package("*".to_owned());
    in_profile("dev", &[(ProfilePart::Whole, "debug", lines), (of_dependencies, "debug", ProfileValue::Flag(false))])
}

fn declared(matter: &Matter<'_>) -> String {
    match matter.debug.is_set() {
        true => format!("`debug` is full: {}", matter.debug.origin.in_words()),
        false => "no file and no variable sets `debug`: full is Cargo's default for `dev`".to_owned(),
    }
}

/// Worth doing when near, where it is a quarter of the directory, or linking takes long; else a note.
fn severity(evidence: Evidence<'_>, bytes: u64, matter: &Matter<'_>) -> Severity {
    let is_quarter = matter.profile_bytes.is_some_and(|all| bytes >= all / 4);
    let is_slow = matter.link.is_some_and(|(link_s, _)| is_long(evidence, link_s));
    if is_quarter || is_slow { Severity::Minor } else { Severity::Note }
}

fn is_long(evidence: Evidence<'_>, link_s: f64) -> bool {
    link_s >= evidence.limit(&LEAST_LINK_S) && share(evidence, link_s) >= evidence.limit(&LEAST_LINK_SHARE)
}
