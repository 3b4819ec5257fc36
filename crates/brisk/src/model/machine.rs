//! The machine and toolchain of a build.

/// What is known of the machine and the toolchain. Comparisons across runs look here first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Logical processors that the build could use.
    pub cores: Option<u32>,
    /// Model name of the processor.
    pub cpu_model: Option<String>,
    /// Main memory in bytes.
    pub memory_bytes: Option<u64>,
    /// `linux`, `macos`, `windows`.
    pub os: Option<String>,
    /// Host triple of rustc.
    pub host: Option<String>,
    /// `rustc 1.95.0 (59807616e 2026-04-14)`.
    pub rustc: Option<String>,
    /// `cargo 1.95.0 (…)`.
    pub cargo: Option<String>,
}
