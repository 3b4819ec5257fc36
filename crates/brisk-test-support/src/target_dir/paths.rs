//! Where the files of a unit lie, relative to the target directory.

use brisk::model::{Mode, Platform, TargetKind, Unit};

use super::Layout;

pub(super) struct Paths {
    /// `debug`, or `<triple>/debug`.
    pub(super) profile: String,
    /// Fingerprint files.
    pub(super) fingerprint: String,
    /// What rustc wrote, or the build script's `OUT_DIR`.
    pub(super) out: String,
    /// What Cargo keeps of a build script's run.
    pub(super) run: String,
}

impl Paths {
    pub(super) fn of(unit: &Unit, layout: Layout) -> Self {
        let profile = unit.profile_dir.as_deref().unwrap_or("debug");
        let profile = match &unit.platform {
            Platform::Host => profile.to_owned(),
            Platform::Triple(triple) => format!("{triple}/{profile}"),
        };
        let (package, hash) = (&unit.package.name, hash_of(unit));
        match layout {
            Layout::V1 => {
                let script = format!("{profile}/build/{package}-{hash}");
                Self {
                    fingerprint: format!("{profile}/.fingerprint/{package}-{hash}"),
                    out: match (unit.target.kind, unit.mode == Mode::RunBuildScript) {
                        (TargetKind::BuildScript, true) => format!("{script}/out"),
                        (TargetKind::BuildScript, false) => script.clone(),
                        (TargetKind::Example, _) => format!("{profile}/examples"),
                        _ => format!("{profile}/deps"),
                    },
                    run: script,
                    profile,
                }
            }
            Layout::V2 => {
                let directory = format!("{profile}/build/{package}/{hash}");
                Self {
                    fingerprint: format!("{directory}/fingerprint"),
                    out: format!("{directory}/out"),
                    run: format!("{directory}/run"),
                    profile,
                }
            }
        }
    }
}

/// The unit's hash as text.
///
/// # Panics
///
/// When it has none: Cargo's files are named after it.
pub(super) fn hash_of(unit: &Unit) -> String {
    let hash = unit.hash.unwrap_or_else(|| panic!("`{}` has no hash to name its files after", unit.label()));
    hash.to_string()
}
