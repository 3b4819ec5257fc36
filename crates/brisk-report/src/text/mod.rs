//! The report for the terminal: sections in the order in which people need them, each a function that writes to a page.
//!
//! 1. Problems first: what could not be read and what disturbed the measurement.
//! 2. The headline: wall, CPU, lower bound, where the time went, and which builds lie beside.
//! 3. The slowest units, with their phases.
//! 4. The time line of the main session, with units and processors at work.
//! 5. The critical path.
//! 6. Packages built in several versions, and whatever else was found.
//! 7. Disk use.
//! 8. The next useful command.
//!
//! [`what_if()`] is a page of its own: what could become of a build; and so are [`prove()`]: which of two ways to build is
//! faster, and [`diff()`]: what two builds differ in.
//!
//! The page keeps every line within the width; a line replaces control characters, so that no name from
//! a build log can reach the terminal as an escape sequence.

mod bar;
mod critical_path;
mod diff;
mod disk;
mod duplicates;
mod findings;
mod fix;
mod headline;
mod labels;
mod line;
mod next;
mod options;
mod other_builds;
mod page;
mod plan;
mod problems;
mod prove;
mod report;
mod slowest;
mod sparkline;
mod style;
mod timeline;
mod together;
mod view;
mod what_if;

pub use diff::diff;
pub(crate) use fix::in_words as cure_in_words;
pub use fix::{fix, fix_more, fix_plan};
pub(crate) use headline::subject;
pub(crate) use labels::repeats;
pub use options::{Color, TextOptions, Verbosity};
pub use other_builds::selectable;
pub use page::prose;
pub use prove::prove;
pub(crate) use report::figures;
pub use report::render;
pub(crate) use view::record_command;
pub use what_if::what_if;

#[cfg(test)]
mod tests;
