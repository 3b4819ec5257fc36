//! What the workspace is: members, packages, declarations; where it is built, and with how many jobs.
//!
//! [`read`] answers in one call; [`Pending`] lets the caller do something else while Cargo is asked. In order:
//!
//! 1. `locate`: the root manifest, as Cargo finds it.
//! 2. `config`, `settings`: Cargo's configuration and what it means for a build.
//! 3. `members`: the manifests of all local packages.
//! 4. `metadata`: Cargo's own description, remembered by `cache` in the form of `stored`.
//! 5. When Cargo cannot answer: `diagnosis` and `toolchain` say why and what helps, `faults` where, and `files` reads manifests
//!    (`manifest`, `declarations`, `targets`), `lockfile` and Cargo's home (`cargo_home`) instead. `complete` does so for
//!    the packages of other platforms, whose sources `cargo build` does not download.
//! 6. `lines`: on which lines dependencies are declared, whoever told of them.
//! 7. `programs`: configured programs that are not installed.
//! 8. [`sources`]: what the sources of the members name, once all of that is known.
//!
//! Beside all that, `repository` asks Git how often which sources are edited.
//! 6. `programs`: configured programs that are not installed.
//! 7. `installed`: the compilers that are there; `ignored`: what git knows of the target directory.
//! 8. `reachable`, `registry_index`: which packages this machine can need, and which newer ones there are.
//! 6. `configuration`, `profiles`: how Cargo would build, each value with its line (`setting_sources`, `key_lines`).
//! 7. `programs`: configured programs that are not installed.
//!
//! `variant` asks Cargo what it would build if manifests said something else; `project_copy` copies a whole project, to build it.
//!
//! Nothing here writes to the workspace or uses the network, and nothing asks the process for its environment: that is
//! part of [`WorkspaceOptions`].

mod cache;
mod cargo_home;
mod complete;
mod config;
mod config_edit;
mod configuration;
#[cfg(test)]
mod configuration_tests;
mod declarations;
mod diagnosis;
mod environment;
mod facts;
mod faults;
mod files;
mod ignored;
mod installed;
mod key_lines;
mod lines;
mod locate;
mod lockfile;
mod manifest;
mod members;
mod metadata;
mod paths;
mod profiles;
mod programs;
#[cfg(unix)]
mod project_copy;
mod reachable;
mod registry_index;
mod repository;
mod resolution;
mod respell;
mod setting_sources;
mod settings;
pub(crate) mod sources;
mod stored;
mod targets;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod toolchain;
mod toolchain_parts;
mod variables;
#[cfg(unix)]
pub(crate) mod variant;

pub(crate) use config_edit::with_setting;
pub(crate) use environment::Environment;
pub(crate) use facts::{Facts, Pending, WorkspaceOptions, configured, read, root, why_cargo_failed};
pub(crate) use ignored::git_target;
pub(crate) use installed::compilers;
#[cfg(unix)]
pub(crate) use project_copy::{CopyError, Project, ProjectCopy, Sources};
pub(crate) use reachable::reachable;
pub(crate) use registry_index::registry_index;
pub(crate) use repository::{RepositoryOptions, history};
pub(crate) use settings::{Directories, Settings};
pub(crate) use variables::changed;
