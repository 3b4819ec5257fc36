//! The report as one self-contained file that people send to each other: no network, no fonts, no second file.
//!
//! 1. `data`: an [`Overview`](brisk::overview::Overview) becomes one JSON object, small enough for thousands of units.
//! 2. `assets`: style sheet and scripts, as they lie in `assets/`. There is no build step.
//! 3. `policy`: the page allows itself its own scripts, by their hashes, and nothing else.
//! 4. [`page()`]: all of it in `templates/page.html`.
//!
//! Names in the data may be anything, also markup: in the object they are escaped so that no browser sees the end of a script
//! in them, and the scripts only ever make text nodes of them.

mod assets;
mod data;
mod page;
mod policy;

#[cfg(test)]
mod tests;

pub use page::{HtmlOptions, page};
