//! One unit of a build.

use brisk::model::{Confidence, CpuTime, DirtyReason, Mode, PackageSource, Platform, Status, Timing, Unit};
use serde::Serialize;

use super::number::seconds;

/// One unit of a build.
#[derive(Clone, Debug, Serialize)]
pub struct UnitView<'a> {
    /// Cargo's 16 hexadecimal digits.
    pub hash: Option<String>,
    /// Name of its package.
    pub package: &'a str,
    /// Version of its package.
    pub version: Option<&'a str>,
    /// `member`, `path`, `registry`, `git`, `unknown`.
    pub source: &'static str,
    /// Kind of its target, in Cargo's words: `lib`, `proc-macro`, `bin`, `custom-build`, …
    pub kind: &'static str,
    /// Name of its target.
    pub target: &'a str,
    /// Cargo's word for what is done: `build`, `check`, `test`, `run-custom-build`, …
    pub mode: &'static str,
    /// `host`, or the `--target` triple.
    pub platform: &'a str,
    /// Directory name of the profile.
    pub profile_dir: Option<&'a str>,
    /// Features that are on.
    pub features: &'a [String],
    /// `fresh`, `dirty`, `new`, `unknown`.
    pub status: &'static str,
    /// Why it was rebuilt.
    pub dirty_reason: Option<DirtyReasonView<'a>>,
    /// Start, in seconds since the build's start (negative: before it). `null` like all that follows from times if those
    /// are `doubtful`.
    pub start_s: Option<f64>,
    /// Start of a unit that nobody saw end, in the same seconds: it was at work when the build was stopped, or failed where
    /// the source does not tell. It has no other time.
    pub unfinished_since_s: Option<f64>,
    /// Metadata is written. `null` for checks from fingerprints, whose file times do not tell.
    pub rmeta_s: Option<f64>,
    /// End.
    pub end_s: Option<f64>,
    /// From start to end.
    pub duration_s: Option<f64>,
    /// How far the times may be off: `exact`, `file-times`, `rounded`, `doubtful`.
    pub confidence: Option<&'static str>,
    /// Position of its session in `build.sessions`.
    pub session: Option<u32>,
    /// Wall seconds of the front end: all of a check.
    pub front_s: Option<f64>,
    /// Wall seconds of code generation.
    pub back_s: Option<f64>,
    /// Wall seconds of the linker.
    pub link_s: Option<f64>,
    /// CPU seconds, whole.
    pub cpu_s: Option<f64>,
    /// CPU seconds of the front end.
    pub front_cpu_s: Option<f64>,
    /// CPU seconds of code generation.
    pub back_cpu_s: Option<f64>,
    /// CPU seconds of the linker.
    pub link_cpu_s: Option<f64>,
    /// Largest resident set.
    pub max_rss_bytes: Option<u64>,
    /// What it left on disk beside metadata.
    pub bytes: Option<u64>,
    /// Its metadata.
    pub rmeta_bytes: Option<u64>,
    /// Exit code, if it failed; 128 + n for signal n.
    pub failed: Option<i32>,
}

/// Why a unit was rebuilt.
#[derive(Clone, Debug, Serialize)]
pub struct DirtyReasonView<'a> {
    /// A stable word, such as `file-changed`.
    pub kind: &'a str,
    /// One sentence.
    pub detail: &'a str,
    /// The unit whose rebuild caused this one.
    pub because_of: Option<u32>,
}

/// Wall seconds of front end, code generation and linker.
type Phases = (Option<f64>, Option<f64>, Option<f64>);

impl<'a> UnitView<'a> {
    /// The view of `unit`.
    pub fn of(unit: &'a Unit) -> Self {
        let timing = unit.timing.as_ref();
        let trusted = timing.filter(|timing| timing.confidence != Confidence::Doubtful);
        let (front_s, back_s, link_s) = trusted.map(|timing| phases(unit, timing)).unwrap_or_default();
        let (status, dirty_reason) = status(&unit.status);
        Self {
            hash: unit.hash.map(|hash| hash.to_string()),
            package: &unit.package.name,
            version: unit.package.version.as_deref(),
            source: source(&unit.package.source),
            kind: unit.target.kind.as_str(),
            target: &unit.target.name,
            mode: unit.mode.as_str(),
            platform: match &unit.platform {
                Platform::Host => "host",
                Platform::Triple(triple) => triple,
            },
            profile_dir: unit.profile_dir.as_deref(),
            features: &unit.features,
            status,
            dirty_reason,
            start_s: trusted.and_then(|timing| seconds(timing.start_s)),
            unfinished_since_s: unit.unfinished_since_s.and_then(seconds),
            rmeta_s: trusted.and_then(|timing| timing.rmeta_s).and_then(seconds),
            end_s: trusted.and_then(|timing| seconds(timing.end_s)),
            duration_s: trusted.and_then(|timing| seconds(timing.duration_s())),
            confidence: timing.map(|timing| timing.confidence.as_str()),
            session: trusted.map(|timing| timing.session.0),
            front_s,
            back_s,
            link_s,
            cpu_s: unit.cpu.map(CpuTime::total_s).and_then(seconds),
            front_cpu_s: unit.phase_cpu.front_s.and_then(seconds),
            back_cpu_s: unit.phase_cpu.back_s.and_then(seconds),
            link_cpu_s: unit.phase_cpu.link_s.and_then(seconds),
            max_rss_bytes: unit.max_rss_bytes,
            bytes: unit.outputs.bytes,
            rmeta_bytes: unit.outputs.rmeta_bytes,
            failed: unit.failed,
        }
    }
}

/// The phases that were observed. Where nobody watched the linker, its time is part of code generation and `link_s` is
/// `None`; a build script's run has no phases.
fn phases(unit: &Unit, timing: &Timing) -> Phases {
    if unit.mode == Mode::RunBuildScript {
        return (None, None, None);
    }
    let link_s = timing.link_s.and_then(|(from_s, to_s)| seconds((to_s - from_s).max(0.0)));
    match unit.split_s() {
        Some((front_s, back_s, within_s)) => {
            (seconds(front_s), seconds(back_s), link_s.and_then(|_| seconds(within_s)))
        }
        None => (None, None, link_s),
    }
}

fn status(status: &Status) -> (&'static str, Option<DirtyReasonView<'_>>) {
    match status {
        Status::Fresh => ("fresh", None),
        Status::Dirty(reason) => ("dirty", reason.as_ref().map(DirtyReasonView::of)),
        Status::New => ("new", None),
        Status::Unknown => ("unknown", None),
    }
}

fn source(source: &PackageSource) -> &'static str {
    match source {
        PackageSource::Member => "member",
        PackageSource::Path => "path",
        PackageSource::Registry => "registry",
        PackageSource::Git => "git",
        PackageSource::Unknown => "unknown",
    }
}

impl<'a> DirtyReasonView<'a> {
    fn of(reason: &'a DirtyReason) -> Self {
        Self { kind: &reason.kind, detail: &reason.detail, because_of: reason.because_of.map(|idx| idx.0) }
    }
}
