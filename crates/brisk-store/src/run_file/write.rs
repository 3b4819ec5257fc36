//! Writes run files: all of it or nothing, and never over another file.

use std::io::{self, Write};

use camino::Utf8Path;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::build::BuildFile;
use super::error::WriteError;
use super::run::{Run, RunHeader};
use crate::sieve::{Earliest, sieve};

/// Beginning of the name of a file that is still being written.
pub(crate) const TEMPORARY_PREFIX: &str = ".brisk-";

/// Writes `run` to the new file `path`: to a temporary file beside it, synchronised to the disk, then renamed. The
/// directory must exist.
///
/// # Errors
///
/// If there is a file already, or the file system refuses; nothing is left behind then.
pub fn write(path: &Utf8Path, run: &Run) -> Result<(), WriteError> {
    write_new(path, Access::Anybody, |file| encode(run, file))
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// As any other new file: a history may be shared by a team.
    Anybody,
    /// Nobody else than who wrote it.
    Owner,
}

/// Writes the new file `path` by `encode`, as [`write()`] does.
///
/// # Errors
///
/// As [`write()`].
pub(crate) fn write_new(
    path: &Utf8Path,
    access: Access,
    encode: impl FnOnce(&mut std::fs::File) -> io::Result<()>,
) -> Result<(), WriteError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => WriteError::Exists { file: path.to_owned() },
        _ => WriteError::Io { file: path.to_owned(), source },
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_str().is_empty() => parent,
        _ => Utf8Path::new("."),
    };
    let mut file = new_file(directory, access).map_err(failed)?;
    encode(file.as_file_mut()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    sync_directory(directory);
    Ok(())
}

/// The bytes of `run`'s file.
///
/// # Errors
///
/// If `created_at` is not a number.
pub fn to_bytes(run: &Run) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    encode(run, &mut bytes)?;
    Ok(bytes)
}

/// A temporary file in `directory`.
#[cfg_attr(not(unix), expect(unused_variables, reason = "only Unix has such permissions"))]
fn new_file(directory: &Utf8Path, access: Access) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if access == Access::Anybody { 0o666 } else { 0o600 };
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    builder.tempfile_in(directory)
}

/// Makes the new name survive a loss of power. Where directories cannot be synchronised (Windows, some network file
/// systems) the run is stored all the same, so failures do not count.
fn sync_directory(directory: &Utf8Path) {
    if let Ok(directory) = std::fs::File::open(directory) {
        let _ = directory.sync_all();
    }
}

/// Header and build, each a gzip member of its own.
pub(super) fn encode(run: &Run, output: &mut impl Write) -> io::Result<()> {
    if !run.created_at.is_finite() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the run's time of creation is not a number"));
    }
    // What reading would drop is not written either: JSON has no word for a NaN.
    let sieved = sieve(run.build.clone(), Earliest::AnySession);
    line(&RunHeader::of(run), output)?;
    line(&BuildFile::from(&sieved), output)?;
    output.flush()
}

fn line(value: &impl serde::Serialize, output: &mut impl Write) -> io::Result<()> {
    let mut encoder = GzEncoder::new(output, Compression::default());
    {
        let mut buffered = io::BufWriter::new(&mut encoder);
        serde_json::to_writer(&mut buffered, value)?;
        buffered.write_all(b"\n")?;
        buffered.flush()?;
    }
    encoder.finish()?;
    Ok(())
}
