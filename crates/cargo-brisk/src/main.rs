//! `cargo brisk`: what makes a Cargo workspace slow to build, and what each fix is worth.
//!
//! The shell around the pure library [`brisk`]: everything that touches the outside world is here. [`cli`] turns arguments
//! into options, [`ops`] has one file per verb in which the data flow can be read, and only [`console`] prints.

mod apply;
#[cfg(unix)]
mod capture;
mod cli;
mod config;
mod console;
mod error;
mod exit_code;
#[cfg(unix)]
mod experiment;
mod ops;
mod paths;
#[cfg(unix)]
mod process;
mod target_dir;
mod workspace;

fn main() -> std::process::ExitCode {
    // As a tool that Cargo was given, this process is started once per rustc: nothing may come before.
    #[cfg(unix)]
    if let Some(role) = capture::role() {
        return role.run();
    }
    cli::run(std::env::args_os()).into()
}
