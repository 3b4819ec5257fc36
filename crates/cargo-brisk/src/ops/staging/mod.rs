//! Copies of a project in which something is tried.
//!
//! 1. `spec`: how one is named on the command line.
//! 2. `own_dir`: where it is made, for as long as the command runs.
//! 3. `side`: the copy itself, and how Cargo is run in it.
//! 4. `broken`: what is told when that does not build.

mod broken;
mod own_dir;
mod side;
mod spec;

pub(crate) use broken::does_not_build;
pub(crate) use own_dir::OwnDir;
pub(crate) use side::Side;
pub(crate) use spec::SideSpec;
