//! What was linked, and what it holds beside code.

/// An executable, a shared library or a WebAssembly module in the target directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Linked {
    /// Path below the target directory, with `/`.
    pub path: String,
    /// Directory of its profile: `debug`, `release`, ….
    pub profile_dir: String,
    /// The `--target` triple, where it is in a directory of its own.
    pub triple: Option<String>,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of its sections of debug information; `None` where the format is not one that is understood here.
    pub debug_bytes: Option<u64>,
    /// Whether Cargo put it where the user looks for it: not a test, nor an example, nor something between.
    pub is_artifact: bool,
}
