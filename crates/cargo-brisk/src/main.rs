//! `cargo brisk`: what makes a Cargo workspace slow to build, and what each fix is worth.
//!
//! The shell around the pure library [`brisk`]: everything that touches the outside world is here. [`cli`] turns arguments
//! into options, [`ops`] has one file per verb in which the data flow can be read, and only [`console`] prints.

mod cli;
mod console;
mod error;
mod exit_code;
mod ops;
mod paths;
mod target_dir;
mod workspace;

fn main() -> std::process::ExitCode {
    cli::run(std::env::args_os()).into()
}
