//! What a target directory holds, in bytes.
//!
//! [`measure`] walks the target directory (and the build directory where it is another one) and sorts what it finds by
//! what Cargo uses it for:
//!
//! 1. `walk`: entries of one directory and sums of whole trees, every file counted once.
//! 2. `layout`: what a directory is by its place and name, in both layouts of Cargo's build directory.
//! 3. `usage`: the parts of each directory, largest first.
//!
//! [`linked`] tells what was linked, and how much of it is debug information (`elf`).

mod elf;
mod layout;
mod linked;
mod usage;
mod walk;

pub(crate) use linked::linked;
pub(crate) use usage::measure;
