//! House rules that a machine can check. STYLE.md gives the reason of each.
//!
//! The checks read text, not syntax trees: strings and comments are blanked out, then words and braces are counted. That
//! is exact enough for code that rustfmt has formatted, and says nothing about what macros expand to.

mod documents;
mod files;
mod functions;
mod imports;
mod manifests;
mod tree;
