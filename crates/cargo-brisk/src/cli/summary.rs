//! `--summary[=FILE]`: the result in Markdown, for a pull request.

use std::path::PathBuf;

use super::global::{GlobalArgs, MessageFormat};
use crate::console::Console;
use crate::error::{Error, Result};

/// Where the summary goes.
#[derive(Debug)]
pub(super) enum Summary {
    Stdout,
    File(PathBuf),
}

impl Summary {
    /// That of `--summary`, if it can be written: better now than when everything was tried.
    pub(super) fn to(file: PathBuf, global: &GlobalArgs) -> Result<Self> {
        if file.as_os_str() == "-" {
            return match global.message_format {
                MessageFormat::Human => Ok(Self::Stdout),
                MessageFormat::Json => {
                    Err(Error::usage("stdout cannot have both JSON and the summary")
                        .hint("`--summary=FILE` writes a file"))
                }
            };
        }
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
        match dir {
            Some(dir) if !dir.is_dir() => Err(Error::usage(format!("there is no directory `{}`", dir.display()))),
            _ => Ok(Self::File(file)),
        }
    }

    /// Writes `text`, which is Markdown.
    pub(super) fn write(&self, text: &str, console: Console) -> Result<()> {
        match self {
            Self::Stdout => console.data(text),
            Self::File(file) => fs_err::write(file, text)
                .map_err(|error| Error::could_not_measure("the summary could not be written").because(&error)),
        }
    }
}
