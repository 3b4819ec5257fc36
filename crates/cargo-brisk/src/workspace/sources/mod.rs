//! What the sources of the members name, read as text.
//!
//! [`read()`] answers in one call, with as many threads as there are processors. In order:
//!
//! 1. `walk`: the files in the directories where Cargo looks for targets.
//! 2. `scan`: each file as tokens (`lexer`), with what they stand in (`scope`, `attribute`): which crates it names, and
//!    which files it includes; `docs` finds the examples of its documentation.
//! 3. `tree`: which target reaches which file, and which modules have no file.
//! 4. `kept`: what manifests say for other tools of unused dependencies.
//!
//! No macro is expanded, no `#[cfg]` decided, and no path resolved: a module that has the name of a crate looks like it.

mod attribute;
mod docs;
mod kept;
mod lexer;
mod read;
mod scan;
mod scope;
mod tree;
mod walk;

pub(crate) use read::read;
