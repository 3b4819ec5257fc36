//! Directories and files, listed once each, and small files read.

use std::io::{self, Read};
use std::time::UNIX_EPOCH;

use camino::{Utf8Path, Utf8PathBuf};

/// A file of a listed directory.
#[derive(Clone, Debug)]
pub(super) struct FileEntry {
    pub(super) name: String,
    pub(super) modified: Option<f64>,
    pub(super) bytes: u64,
}

/// Names of the subdirectories of `dir`, sorted; none if it does not exist. Names that are not UTF-8 are not Cargo's.
pub(super) fn subdirectories(dir: &Utf8Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in entries(dir)? {
        let entry = entry?;
        let file_type = entry.file_type()?;
        if !file_type.is_file()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The files of `dir`, sorted by name; none if it does not exist. A file that vanishes meanwhile is left out.
pub(super) fn files(dir: &Utf8Path) -> io::Result<Vec<FileEntry>> {
    Ok(files_and_others(dir)?.0)
}

/// The files of `dir`, and the names of what is neither a file nor a directory (pipes, devices, symbolic links: Cargo
/// makes none of them); both sorted.
pub(super) fn files_and_others(dir: &Utf8Path) -> io::Result<(Vec<FileEntry>, Vec<String>)> {
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for entry in entries(dir)? {
        let entry = entry?;
        let (Ok(name), Ok(metadata)) = (entry.file_name().into_string(), entry.metadata()) else { continue };
        if metadata.is_file() {
            files.push(FileEntry { name, modified: seconds(&metadata), bytes: metadata.len() });
        } else if !metadata.is_dir() {
            others.push(name);
        }
    }
    files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    others.sort_unstable();
    Ok((files, others))
}

/// All of the file at `path`.
///
/// # Errors
///
/// If it cannot be read, is no regular file (to open a pipe would wait for its writer) or has more than `most_bytes`.
pub(super) fn read(path: &Utf8Path, most_bytes: u64) -> io::Result<Vec<u8>> {
    if !fs_err::metadata(path)?.is_file() {
        return Err(not_a_file());
    }
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(most_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// At most `bytes` from the start of the file at `path`.
///
/// # Errors
///
/// If it cannot be read or is no regular file.
pub(super) fn read_start(path: &Utf8Path, bytes: u64) -> io::Result<Vec<u8>> {
    if !fs_err::metadata(path)?.is_file() {
        return Err(not_a_file());
    }
    let mut start = Vec::new();
    fs_err::File::open(path)?.take(bytes).read_to_end(&mut start)?;
    Ok(start)
}

/// The error of what is no regular file.
pub(super) fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe, a device or a link, and no file that Cargo wrote")
}

/// When the file was last modified, in seconds since the UNIX epoch; `None` if it is not there.
pub(super) fn modified(path: &Utf8PathBuf) -> Option<f64> {
    fs_err::metadata(path).ok().as_ref().and_then(seconds)
}

/// When the directory was created, in seconds since the UNIX epoch; `None` where the file system does not keep that.
pub(super) fn created(dir: &Utf8Path) -> Option<f64> {
    let created = fs_err::metadata(dir).ok()?.created().ok()?;
    Some(created.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())
}

fn entries(dir: &Utf8Path) -> io::Result<impl Iterator<Item = io::Result<fs_err::DirEntry>>> {
    let entries = match fs_err::read_dir(dir) {
        Ok(entries) => Some(entries),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Err(error) => return Err(error),
    };
    Ok(entries.into_iter().flatten())
}

fn seconds(metadata: &std::fs::Metadata) -> Option<f64> {
    let modified = metadata.modified().ok()?;
    Some(match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(error) => -error.duration().as_secs_f64(),
    })
}
