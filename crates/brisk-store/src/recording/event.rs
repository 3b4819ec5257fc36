//! What a recording consists of: one [`Event`] per line of JSON.
//!
//! Several processes append to the same file at once: the recorder, one wrapper per rustc, linker shims and test runners.
//! Each event is therefore complete in itself and written by a single `write`. Times are nanoseconds of the monotonic
//! clock, which all processes of a machine share; [`Begin::anchor`] ties them to the calendar, so that they can be joined
//! with modification times of files.

use brisk::model::UnitHash;
use serde::{Deserialize, Serialize};

/// Version of the event format. A recording with a higher one is refused.
pub const FORMAT: u32 = 1;

/// A moment: nanoseconds of the monotonic clock (`CLOCK_MONOTONIC`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub u64);

impl Moment {
    /// Seconds from `earlier` to this moment, negative if it is later.
    pub fn since_s(self, earlier: Self) -> f64 {
        // Whole nanoseconds first: the difference of two uptimes is exact, their quotients are not.
        (i128::from(self.0) - i128::from(earlier.0)) as f64 / 1e9
    }
}

/// The same moment on both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// On the monotonic clock.
    pub at: Moment,
    /// Nanoseconds since the UNIX epoch.
    pub real_ns: u64,
}

impl Anchor {
    /// Seconds since the UNIX epoch at `moment`.
    pub fn real_s(self, moment: Moment) -> f64 {
        self.real_ns as f64 / 1e9 + moment.since_s(self.at)
    }

    /// The moment that lies `real_s` seconds after the UNIX epoch.
    pub fn at_real_s(self, real_s: f64) -> Moment {
        let since_ns = (real_s - self.real_ns as f64 / 1e9) * 1e9;
        // A saturating cast: no file is older than the machine's start in any way that matters.
        Moment((self.at.0 as f64 + since_ns).max(0.0) as u64)
    }
}

/// What processes used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU in user mode, nanoseconds.
    pub user_ns: u64,
    /// CPU in the kernel, nanoseconds.
    pub sys_ns: u64,
    /// Largest resident set of one of them, bytes.
    pub max_rss: u64,
}

impl Usage {
    /// CPU seconds in both modes.
    pub fn cpu_s(self) -> f64 {
        (self.user_ns + self.sys_ns) as f64 / 1e9
    }

    /// What is left of it without the CPU of `part`. The largest resident set stays: it has no parts.
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        Self {
            user_ns: self.user_ns.saturating_sub(part.user_ns),
            sys_ns: self.sys_ns.saturating_sub(part.sys_ns),
            max_rss: self.max_rss,
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            user_ns: self.user_ns.saturating_add(other.user_ns),
            sys_ns: self.sys_ns.saturating_add(other.sys_ns),
            max_rss: self.max_rss.max(other.max_rss),
        }
    }
}

/// How a process ended: one of the two is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Its exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

impl Exit {
    /// The exit code as a shell gives it: 128 + n for signal n.
    pub fn shell_code(self) -> Option<i32> {
        self.code.or(self.signal.map(|signal| 128 + signal))
    }

    /// Whether it ended with 0.
    pub fn success(self) -> bool {
        self.code == Some(0)
    }
}

/// One line of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The recorder is about to start Cargo. Always the first line.
    Begin(Box<Begin>),
    /// Cargo runs.
    Cargo(CargoProcess),
    /// Cargo started rustc for a unit.
    UnitStart(Box<UnitStart>),
    /// That rustc ended.
    UnitEnd(UnitEnd),
    /// rustc ran a linker.
    Link(Link),
    /// Cargo (or a test runner) ran a program that was built.
    Execution(Execution),
    /// What a running build script has used so far; a later one replaces an earlier one of the same process.
    Script(Script),
    /// How busy the machine was.
    Load(Load),
    /// Cargo ended. Always the last line of a complete recording.
    End(End),
    /// An event that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Start of a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of Brisk.
    pub brisk: String,
    /// The command line after `cargo`.
    pub command: Vec<String>,
    /// Directory it runs in.
    pub cwd: String,
    /// Both clocks.
    pub anchor: Anchor,
    /// Directory name of the profile that it asks for.
    #[serde(default)]
    pub profile_dir: Option<String>,
    /// Units that may run at once, where the command or the configuration says so.
    #[serde(default)]
    pub jobs: Option<u32>,
    /// The target directory that the command was expected to use.
    #[serde(default)]
    pub target_dir: Option<String>,
    /// The build directories that it was expected to use.
    #[serde(default)]
    pub build_dirs: Vec<String>,
    /// The wrapper that was configured already and is chained.
    #[serde(default)]
    pub chained_wrapper: Option<String>,
    /// Environment variables that were set or changed for Cargo and that mean something to it.
    #[serde(default)]
    pub variables: Vec<String>,
    /// The machine.
    #[serde(default)]
    pub machine: MachineFacts,
}

/// The machine, as [`brisk::model::Machine`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of brisk::model::Machine")]
pub struct MachineFacts {
    pub cores: Option<u32>,
    pub cpu_model: Option<String>,
    pub memory_bytes: Option<u64>,
    pub os: Option<String>,
}

/// The Cargo process: as long as it lives, the recording is not complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CargoProcess {
    /// Process id.
    pub pid: u32,
    /// When the kernel started it, in its own ticks (`starttime` of `proc_pid_stat(5)`): tells it from a later process
    /// with the same id.
    #[serde(default)]
    pub start_ticks: Option<u64>,
}

/// A unit, as Cargo's command line for rustc tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitStart {
    /// When the wrapper was started.
    pub at: Moment,
    /// Process id of the wrapper, by which later events refer to this one.
    pub pid: u32,
    /// Cargo's 16 digits of the unit, from `-C extra-filename`. Dynamic libraries of members have none in the layout
    /// before Cargo 1.100 (`CompilationFiles`, `use_extra_filename`).
    #[serde(default)]
    pub hash: Option<Hash>,
    /// `--crate-name`.
    pub krate: String,
    /// `CARGO_PKG_NAME`.
    #[serde(default)]
    pub package: Option<String>,
    /// `CARGO_PKG_VERSION`.
    #[serde(default)]
    pub version: Option<String>,
    /// `--crate-type`, all of them.
    #[serde(default)]
    pub crate_types: Vec<String>,
    /// `--emit`.
    #[serde(default)]
    pub emit: Vec<String>,
    /// `--out-dir`.
    #[serde(default)]
    pub out_dir: String,
    /// `--cfg feature="…"`.
    #[serde(default)]
    pub features: Vec<String>,
    /// `--test`.
    #[serde(default)]
    pub test: bool,
    /// `--target`.
    #[serde(default)]
    pub target: Option<String>,
    /// The root source file.
    #[serde(default)]
    pub source: Option<String>,
    /// The unit that runs the package's build script, from `OUT_DIR`.
    #[serde(default)]
    pub script: Option<Hash>,
    /// Units that are passed by `--extern`.
    #[serde(default)]
    pub externs: Vec<Hash>,
    /// `-C linker`.
    #[serde(default)]
    pub linker: Option<String>,
    /// Cargo was started by a build script of the recorded command: not part of it.
    #[serde(default)]
    pub nested: bool,
}

/// The end of a unit, with the moments between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitEnd {
    /// See [`UnitStart::pid`].
    pub pid: u32,
    /// When rustc had ended.
    pub at: Moment,
    /// rustc wrote its dep-info.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expanded: Option<Moment>,
    /// rustc wrote the metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rmeta: Option<Moment>,
    /// Code generation was seen to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codegen: Option<Moment>,
    /// CPU of rustc up to the metadata, or up to the first sign of code generation; nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front_cpu_ns: Option<u64>,
    /// rustc and its children; `None` where the work was not done in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What the tool of Brisk itself used up to here, without its children; `None` where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Usage>,
    /// How rustc ended.
    #[serde(flatten)]
    pub exit: Exit,
}

/// A linker's run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// [`UnitStart::pid`] of the unit whose rustc asked for it.
    pub pid: u32,
    /// The linker's name.
    pub program: String,
    /// When it was started.
    pub from: Moment,
    /// When it had ended.
    pub to: Moment,
    /// It and its children.
    pub usage: Usage,
    /// What the tool of Brisk itself used up to here, without its children; `None` where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Usage>,
}

/// A run of a test binary, benchmark or program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Path of the executable.
    pub program: String,
    /// When it was started.
    pub from: Moment,
    /// When it had ended.
    pub to: Moment,
    /// It and its children.
    pub usage: Usage,
    /// What the tool of Brisk itself used up to here, without its children; `None` where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Usage>,
    /// How it ended.
    #[serde(flatten)]
    pub exit: Exit,
}

/// A build script at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The unit that runs it, from its `OUT_DIR`.
    pub hash: Hash,
    /// Process id.
    pub pid: u32,
    /// What it and the children it waited for have used up to the last look.
    pub usage: Usage,
}

/// Load of the whole machine in an interval that ends at `at`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// End of the interval.
    pub at: Moment,
    /// Busy processors, all programs together.
    pub busy: f64,
}

/// End of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// When Cargo had ended.
    pub at: Moment,
    /// Cargo and everything it ran, the tools of Brisk included.
    pub usage: Usage,
    /// What the recorder itself used since the first event, without Cargo; `None` where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Usage>,
    /// Busy time of all processors while Cargo ran, all programs together, and what there was to have; nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_busy_ns: Option<(u64, u64)>,
    /// How Cargo ended.
    #[serde(flatten)]
    pub exit: Exit,
}

/// A unit's hash, written as its 16 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub UnitHash);

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}
