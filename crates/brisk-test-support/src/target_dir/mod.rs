//! Target directories as Cargo would have left it, made from a [`brisk::model::Build`] without running Cargo.
//!
//! The names, fields and times are those of Cargo 1.95 (`core/compiler/fingerprint/mod.rs`, `compilation_files.rs`,
//! `layout.rs`); the new layout is that of `-Zbuild-dir-new-layout`. The contents of libraries and executables are
//! not: they are as long as the unit's outputs say, and empty where it says nothing.

mod fingerprint;
mod outputs;
mod paths;
mod write;

pub(crate) use outputs::root_file;
pub use write::{Layout, TargetDir};
