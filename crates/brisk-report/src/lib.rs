//! Views of one analysed build: what people read, and what machines read.
//!
//! Every view is a plain function of an [`brisk::analysis::Analysis`] and a few options; nothing here prints, reads the
//! clock, or asks for the size of a terminal.
//!
//! 1. [`mod@format`]: how numbers are written for people, in one place.
//! 2. [`text`]: the report for the terminal, brief by default, in Cargo's own look.
//! 3. [`history`]: the list of stored runs.
//! 4. [`accuracy`]: how far predictions were off.
//! 5. [`markdown`]: what goes into pull requests and commits.
//! 6. [`json`]: the machine contract, in structs of its own that carry a schema version.
//! 7. [`mod@trace`]: the same object as a trace that Perfetto and Chrome open.
//! 8. [`html`]: the report as one file to look at and to send around.

pub mod accuracy;
mod before_after;
mod compared;
pub mod detectors;
mod differences;
pub mod format;
pub mod history;
pub mod html;
pub mod json;
pub mod markdown;
mod price;
pub mod text;
pub mod trace;

#[cfg(test)]
mod testing;
