//! A file that somebody asked for: written as a whole or not at all, and shown by the program that the system has for it.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

use super::build_dirs::build_dirs;
use crate::error::{Error, Result};
use crate::paths;
use crate::workspace::{self, WorkspaceOptions};

/// Where a document of this name goes if nobody says where: into `brisk` in the target directory, as Cargo's own reports go
/// into `cargo-timings` there; where there is no target directory yet, or no workspace, into Brisk's own. (A target
/// directory that Cargo has not made itself lacks the mark that keeps it out of backups.)
pub(crate) fn default_place(options: &WorkspaceOptions, name: &str) -> Result<Utf8PathBuf> {
    let target_dir = workspace::root(options).ok().and_then(|_| {
        let dirs = build_dirs(&workspace::configured(options).directories).ok()?;
        dirs.target_dir.is_dir().then_some(dirs.target_dir)
    });
    match target_dir {
        Some(target_dir) => Ok(target_dir.join("brisk").join(name)),
        None => Ok(paths::data_dir()?.join("reports").join(name)),
    }
}

/// Writes `text` to `path`: to a file beside it, which is then renamed, so that nobody sees half of it. What is no ordinary
/// file, such as `/dev/stderr` or a named pipe, is written to as it is.
///
/// # Errors
///
/// If the file system refuses.
pub(crate) fn write(path: &Utf8Path, text: &str) -> Result<()> {
    let written = match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => std::fs::write(path, text),
        _ => replace(path, text),
    };
    written.map_err(|error| Error::usage(format!("cannot write `{path}`")).because(&error))
}

fn replace(path: &Utf8Path, text: &str) -> io::Result<()> {
    // Through a link, the file that it leads to is the one that is meant.
    let path = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."));
    let mut file = new_file(directory)?;
    file.write_all(text.as_bytes())?;
    file.persist(&path).map_err(|error| error.error).map(drop)
}

/// A temporary file that others may read as any other new file: reports are made to be sent around.
fn new_file(directory: &Utf8Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".brisk-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// Makes the directory in which the document goes that nobody said a place for.
///
/// # Errors
///
/// If the file system refuses.
pub(crate) fn make_directory_of(path: &Utf8Path) -> Result<()> {
    let Some(directory) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(directory)
        .map_err(|error| Error::could_not_measure(format!("cannot make the directory `{directory}`")).because(&error))
}

/// Has the system show a file or an address: with `$BROWSER` if it is set, as `cargo doc --open` does. Whether something was
/// started; nobody waits for it.
pub(crate) fn open(what: &str) -> bool {
    let browser = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty());
    let mut programs = browser.into_iter().chain(OPENERS.iter().map(Into::into));
    programs.any(|program| {
        let mut opener = Command::new(program);
        opener.arg(Path::new(what)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        opener.spawn().is_ok()
    })
}

/// Programs that open a file or an address with what the user has chosen for it.
const OPENERS: &[&str] = if cfg!(target_os = "macos") {
    &["open"]
} else if cfg!(windows) {
    &["explorer"]
} else {
    &["xdg-open", "wslview"]
};

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
        (guard, path)
    }

    fn names(directory: &Utf8Path) -> Vec<String> {
        directory.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned()).collect()
    }

    #[test]
    fn a_document_is_replaced_as_a_whole_and_nothing_else_is_left() {
        let (_guard, directory) = directory();
        let path = directory.join("report.md");
        write(&path, "first").unwrap();
        write(&path, "second").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(names(&directory), ["report.md"]);
    }

    #[test]
    #[cfg(unix)]
    fn through_a_link_the_file_behind_it_is_written() {
        let (_guard, directory) = directory();
        let (file, link) = (directory.join("file"), directory.join("link"));
        std::fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "after").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "after");
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_file_stays_what_it_is() {
        write(Utf8Path::new("/dev/null"), "text").unwrap();
        assert!(!Utf8Path::new("/dev/null").metadata().unwrap().is_file());
    }

    #[test]
    fn where_nothing_can_be_written_the_error_names_the_file() {
        let (_guard, directory) = directory();
        for path in [directory.clone(), directory.join("nowhere").join("report.md")] {
            let error = write(&path, "text").unwrap_err();
            assert!(error.text().contains(path.as_str()), "{}", error.text());
            assert_eq!(names(&directory), [] as [&str; 0]);
        }
    }
}
