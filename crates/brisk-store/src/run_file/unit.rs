//! A unit as the run file writes it: mirrors of the model's unit and its parts.

use brisk::model::{
    Confidence, CpuTime, DirtyReason, Mode, Outputs, PackageRef, PackageSource, PhaseCpu, Platform, SessionIdx, Status,
    Target, TargetKind, Timing, Unit, UnitHash, UnitIdx,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "PackageSource", rename_all = "kebab-case")]
enum PackageSourceFile {
    Member,
    Path,
    Registry,
    Git,
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TargetKind", rename_all = "kebab-case")]
enum TargetKindFile {
    Lib,
    LinkedLib,
    ProcMacro,
    Bin,
    Example,
    Test,
    Bench,
    BuildScript,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mode", rename_all = "kebab-case")]
enum ModeFile {
    Build,
    Check,
    Test,
    CheckTest,
    Doc,
    Doctest,
    RunBuildScript,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Platform", rename_all = "kebab-case")]
enum PlatformFile {
    Host,
    Triple(String),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Confidence", rename_all = "kebab-case")]
enum ConfidenceFile {
    Exact,
    FileTimes,
    Rounded,
    Doubtful,
}

/// A unit, flat: nothing in it is written that is not known.
#[derive(Serialize, Deserialize)]
pub(super) struct UnitFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    package: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(with = "PackageSourceFile")]
    source: PackageSource,
    #[serde(with = "TargetKindFile")]
    kind: TargetKind,
    target: String,
    #[serde(with = "ModeFile")]
    mode: Mode,
    #[serde(with = "PlatformFile")]
    platform: Platform,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile_dir: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    features: Vec<String>,
    status: StatusFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timing: Option<TimingFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unfinished_since_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpu: Option<CpuTimeFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phase_cpu: Option<PhaseCpuFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_rss_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    output_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rmeta_bytes: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StatusFile {
    Fresh,
    Dirty(Option<DirtyReasonFile>),
    New,
    Unknown,
}

#[derive(Serialize, Deserialize)]
struct DirtyReasonFile {
    kind: String,
    detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    because_of: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct TimingFile {
    start_s: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expanded_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rmeta_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codegen_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link_s: Option<(f64, f64)>,
    end_s: f64,
    #[serde(with = "ConfidenceFile")]
    confidence: Confidence,
    session: u32,
}

#[derive(Serialize, Deserialize)]
struct PhaseCpuFile {
    front_s: Option<f64>,
    back_s: Option<f64>,
    link_s: Option<f64>,
}

/// CPU seconds.
#[derive(Serialize, Deserialize)]
pub(super) struct CpuTimeFile {
    user_s: f64,
    sys_s: f64,
}

impl From<CpuTime> for CpuTimeFile {
    fn from(CpuTime { user_s, sys_s }: CpuTime) -> Self {
        Self { user_s, sys_s }
    }
}

impl From<CpuTimeFile> for CpuTime {
    fn from(CpuTimeFile { user_s, sys_s }: CpuTimeFile) -> Self {
        Self { user_s, sys_s }
    }
}

impl From<&Unit> for UnitFile {
    fn from(unit: &Unit) -> Self {
        Self {
            hash: unit.hash.map(|hash| hash.to_string()),
            package: unit.package.name.clone(),
            version: unit.package.version.clone(),
            source: unit.package.source.clone(),
            kind: unit.target.kind,
            target: unit.target.name.clone(),
            mode: unit.mode,
            platform: unit.platform.clone(),
            profile_dir: unit.profile_dir.clone(),
            features: unit.features.clone(),
            status: (&unit.status).into(),
            timing: unit.timing.map(TimingFile::from),
            unfinished_since_s: unit.unfinished_since_s,
            cpu: unit.cpu.map(CpuTimeFile::from),
            phase_cpu: PhaseCpuFile::of(unit.phase_cpu),
            max_rss_bytes: unit.max_rss_bytes,
            failed: unit.failed,
            output_bytes: unit.outputs.bytes,
            rmeta_bytes: unit.outputs.rmeta_bytes,
        }
    }
}

impl UnitFile {
    /// The unit; the error says what of it is not valid.
    pub(super) fn into_unit(self) -> Result<Unit, String> {
        let hash = self.hash.map(|text| text.parse::<UnitHash>().map_err(|e| format!("`{text}`: {e}"))).transpose()?;
        Ok(Unit {
            hash,
            package: PackageRef { name: self.package, version: self.version, source: self.source },
            target: Target { kind: self.kind, name: self.target },
            mode: self.mode,
            platform: self.platform,
            profile_dir: self.profile_dir,
            features: self.features,
            status: self.status.into(),
            timing: self.timing.map(Timing::from),
            unfinished_since_s: self.unfinished_since_s,
            cpu: self.cpu.map(CpuTime::from),
            phase_cpu: self.phase_cpu.map(PhaseCpu::from).unwrap_or_default(),
            max_rss_bytes: self.max_rss_bytes,
            failed: self.failed,
            outputs: Outputs { bytes: self.output_bytes, rmeta_bytes: self.rmeta_bytes },
        })
    }
}

impl From<&Status> for StatusFile {
    fn from(status: &Status) -> Self {
        match status {
            Status::Fresh => Self::Fresh,
            Status::Dirty(reason) => Self::Dirty(reason.as_ref().map(|reason| DirtyReasonFile {
                kind: reason.kind.clone(),
                detail: reason.detail.clone(),
                because_of: reason.because_of.map(|idx| idx.0),
            })),
            Status::New => Self::New,
            Status::Unknown => Self::Unknown,
        }
    }
}

impl From<StatusFile> for Status {
    fn from(status: StatusFile) -> Self {
        match status {
            StatusFile::Fresh => Self::Fresh,
            StatusFile::Dirty(reason) => Self::Dirty(reason.map(|reason| DirtyReason {
                kind: reason.kind,
                detail: reason.detail,
                because_of: reason.because_of.map(UnitIdx),
            })),
            StatusFile::New => Self::New,
            StatusFile::Unknown => Self::Unknown,
        }
    }
}

impl From<Timing> for TimingFile {
    fn from(timing: Timing) -> Self {
        let Timing { start_s, expanded_s, rmeta_s, codegen_s, link_s, end_s, confidence, session } = timing;
        Self { start_s, expanded_s, rmeta_s, codegen_s, link_s, end_s, confidence, session: session.0 }
    }
}

impl From<TimingFile> for Timing {
    fn from(timing: TimingFile) -> Self {
        let TimingFile { start_s, expanded_s, rmeta_s, codegen_s, link_s, end_s, confidence, session } = timing;
        Self { start_s, expanded_s, rmeta_s, codegen_s, link_s, end_s, confidence, session: SessionIdx(session) }
    }
}

impl PhaseCpuFile {
    fn of(cpu: PhaseCpu) -> Option<Self> {
        let PhaseCpu { front_s, back_s, link_s } = cpu;
        (cpu != PhaseCpu::default()).then_some(Self { front_s, back_s, link_s })
    }
}

impl From<PhaseCpuFile> for PhaseCpu {
    fn from(PhaseCpuFile { front_s, back_s, link_s }: PhaseCpuFile) -> Self {
        Self { front_s, back_s, link_s }
    }
}
