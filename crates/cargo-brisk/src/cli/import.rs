//! `cargo brisk import`

use camino::Utf8PathBuf;
use clap::Args;

use super::global::GlobalArgs;
use super::show;
use crate::console::Console;
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::ops;

/// Read a build from a `cargo-timing*.html`, a Cargo build-analysis log or a run file of another machine
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file; its content tells which of these it is
    #[arg(value_name = "FILE")]
    file: Utf8PathBuf,
}

impl ImportArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let (stored, analysis) = ops::import(&self.file)?;
        match &stored {
            Ok(stored) => console.status("Imported", &format!("{} as {}", self.file, stored.id)),
            Err(error) => console.warn(&format!("the run is not kept: {}", error.text())),
        }
        show::run(&analysis, stored.ok().as_ref(), "import", global, console)
    }
}
