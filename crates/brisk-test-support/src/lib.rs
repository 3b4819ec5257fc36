//! What Brisk's own tests are made of. Test code may panic, and does, with the cause.
//!
//! * [`gantt`]: builds as pictures, and [`workspace_of`] the workspace around one.
//! * [`TargetDir`]: a target directory as Cargo would have left it after the build of a picture.
//! * [`ScriptedTool`]: a `cargo` or `rustc` that answers from a script, with file times of your choice.
//! * [`fixture`]: small workspaces for the real Cargo, kept disarmed in `fixtures/` and copied before use.
//! * [`Redactions`]: takes out of a text what differs between runs and machines.

pub mod fixture;
pub mod gantt;
mod redactions;
mod scripted_tool;
mod stable_hash;
mod target_dir;
mod workspace;

pub use redactions::Redactions;
pub use scripted_tool::{InstalledTool, Reply, ScriptedTool};
pub use target_dir::{Layout, TargetDir};
pub use workspace::{ROOT, workspace_of};
