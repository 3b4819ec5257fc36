//! `cargo brisk serve`

use clap::Args;

use super::global::GlobalArgs;
use super::report;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops::{self, ServeOptions};

/// Show the stored runs in a browser, and what is being recorded as it goes
///
/// Answers to this machine alone, at an address that it says, until it is interrupted.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The port to listen at; 0 is any [default: 27475, or any if that is taken]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Show the list of runs with the program that the system has for addresses
    #[arg(long)]
    open: bool,
}

impl ServeArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let options = ServeOptions { workspace: global.workspace_options()?, port: self.port };
        ops::serve(&options, &report::html_page, &|url| {
            console.status("Serving", url);
            if self.open && !ops::open(url) {
                console.warn(&format!("nothing was found to open {url} with; `BROWSER` may name a program"));
            }
        })?;
        Ok(ExitCode::Success)
    }
}
