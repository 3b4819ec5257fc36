//! What a target directory holds, in bytes.
//!
//! [`measure`] walks the target directory (and the build directory where it is another one) and sorts what it finds by
//! what Cargo uses it for:
//!
//! 1. `walk`: entries of one directory and sums of whole trees, every file counted once.
//! 2. `layout`: what a directory is by its place and name, in both layouts of Cargo's build directory.
//! 3. `usage`, `profile`, `parts`: the parts of each directory, largest first.
//! 4. `holdings`: which bytes are of which unit or incremental session.
//! 5. `leftovers`: which of these no build needs.
//!
//! [`linked()`] tells what was linked, and how much of it is debug information (`elf`).

mod elf;
mod holdings;
mod layout;
mod leftovers;
mod linked;
mod parts;
mod profile;
mod usage;
mod walk;

pub(crate) use holdings::Holdings;
pub(crate) use leftovers::leftovers;
pub(crate) use linked::linked;
pub(crate) use usage::{Measurement, measure};
