//! The lines of the log; `LogMessage` in Cargo's `util/log_message.rs`.

use serde::Deserialize;
use serde_json::Value;

/// What Brisk uses of a line. Reasons and fields that are not known are ignored: Cargo promises no stability.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub(super) enum Message {
    BuildStarted(Box<BuildStarted>),
    UnitRegistered(Registration),
    UnitFingerprint {
        index: u64,
        status: String,
        cause: Option<Value>,
    },
    UnitStarted {
        index: u64,
        elapsed: f64,
    },
    UnitRmetaFinished {
        index: u64,
        elapsed: f64,
    },
    UnitSectionStarted {
        index: u64,
        elapsed: f64,
        section: String,
    },
    UnitSectionFinished {
        index: u64,
        elapsed: f64,
        section: String,
    },
    UnitFinished {
        index: u64,
        elapsed: f64,
    },
    #[serde(other)]
    Other,
}

/// The command and the machine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BuildStarted {
    /// With the path of Cargo itself as the first word.
    pub(super) command: Option<Vec<String>>,
    pub(super) host: Option<String>,
    pub(super) jobs: Option<u32>,
    pub(super) num_cpus: Option<u32>,
    pub(super) profile: Option<String>,
    pub(super) rustc_version: Option<String>,
    pub(super) rustc_version_verbose: Option<String>,
    pub(super) target_dir: Option<String>,
    pub(super) workspace_root: Option<String>,
}

/// A unit of the graph.
#[derive(Debug, Deserialize)]
pub(super) struct Registration {
    pub(super) package_id: String,
    pub(super) target: Target,
    pub(super) mode: String,
    #[serde(default)]
    pub(super) platform: Option<String>,
    pub(super) index: u64,
    #[serde(default)]
    pub(super) features: Vec<String>,
    #[serde(default)]
    pub(super) requested: bool,
    #[serde(default)]
    pub(super) dependencies: Vec<u64>,
}

/// Name and kind (`lib`, `bin`, `test`, `bench`, `example`, `build-script`).
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: String,
}

/// What every line begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Stamp {
    pub(super) run_id: Option<String>,
    /// RFC 3339.
    pub(super) timestamp: Option<String>,
    /// Seconds since Cargo's start; not in every line.
    pub(super) elapsed: Option<f64>,
}
