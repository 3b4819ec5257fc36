//! Builds that somebody else recorded.
//!
//! 1. [`detect`] tells by its content what a file is,
//! 2. [`timings_html`] reads what `cargo build --timings` writes (Cargo 1.60 to 1.100),
//! 3. [`build_analysis`] reads Cargo's own build log (`-Zbuild-analysis`),
//! 4. [`crate::run_file`] reads runs of another machine,
//! 5. [`read()`] does all of it, with one error that names the file and the cause.
//!
//! The parsers are total: whatever the bytes, they give a build or an error. What of a file is not valid is dropped
//! with a [`Problem`](brisk::model::Problem); the rest is kept.

pub mod build_analysis;
#[cfg(test)]
mod drawing;
mod error;
mod kind;
mod library_kind;
mod session;
#[cfg(test)]
mod tests;
pub mod timings_html;

pub use error::{ImportError, ParseError};
pub use kind::{Imported, Kind, detect, read};
