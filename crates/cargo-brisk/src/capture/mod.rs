//! Records a Cargo command while it runs: everything that stands between Cargo and its tools.
//!
//! [`role()`] is asked first by `main`: this executable also serves, by links with telling names, as the wrapper of rustc
//! (`wrapper`), as linkers (`linker`), as the runner of test binaries (`runner`), and as a filter of Cargo's stderr
//! (`stderr_pipe`). Each of them runs the real program and appends what it saw to the file of events. None of them ever makes a build fail or differ: on any trouble of their
//! own they become the real program.
//!
//! [`Recorder`] is the other side: it starts Cargo with these tools in its environment ([`CaptureEnv`], [`Tools`]), looks
//! at the machine meanwhile (`sampler`), and writes the first and the last event.
//! [`LintCheck`] records nothing: it runs a `cargo check` of its own, in which another wrapper (`lint_wrapper`) has rustc say
//! which dependencies a crate does not use.

mod calls;
mod command;
mod environment;
mod identify;
mod linker;
mod lint_check;
mod lint_record;
mod lint_wrapper;
mod machine;
mod nesting;
mod phases;
mod process;
mod progress;
mod recorder;
pub(crate) mod replay;
mod role;
mod runner;
mod sampler;
mod script_failures;
mod settings;
mod stderr_filter;
mod stderr_pipe;
mod tools;
mod wrapper;

pub(crate) use command::CargoCommand;
pub(crate) use environment::CaptureEnv;
pub(crate) use lint_check::{CHECK, CheckError, Checked, LintCheck, behind};
pub(crate) use lint_record::LintRecord;
pub(crate) use machine::facts as machine_facts;
pub(crate) use process::{anchor, find_program, shell_code};
pub(crate) use progress::{Progress, When};
pub(crate) use recorder::{Recorded, Recorder, plain_cargo};
pub(crate) use role::role;
pub(crate) use script_failures::{ScriptFailure, script_failures};
pub(crate) use settings::{Configured, RunnerSetting, WrapperSetting};
pub(crate) use tools::{Tools, prepare_lint_wrapper};
