//! Reads run files. Nothing in a file is believed before it was checked.

use std::io::{self, BufRead, Read};

use camino::Utf8Path;
use flate2::bufread::GzDecoder;

use super::build::BuildFile;
use super::error::ReadError;
use super::format::{FORMAT_NAME, Probe};
use super::run::{Run, RunHeader};
use crate::sieve::{Earliest, sieve};

/// Most that the decompressed build may take: 1 GiB. The largest builds known (some 10 000 units) take a few MiB; a
/// file that expands beyond this is meant to exhaust memory.
const MAX_BUILD_BYTES: u64 = 1 << 30;

/// Most that the decompressed header may take: 1 MiB, thousands of times its usual size.
const MAX_HEADER_BYTES: u64 = 1 << 20;

/// Reads the run in `path`.
///
/// # Errors
///
/// If it cannot be opened, is not a run file, is damaged, or has a newer format.
pub fn read(path: &Utf8Path) -> Result<Run, ReadError> {
    let mut file = open(path)?;
    run_from(&mut file).map_err(|fault| fault.at(path))
}

/// Reads only the header of the run in `path`; of the build nothing is even decompressed.
///
/// # Errors
///
/// As [`read`], except that damage to the build is not noticed.
pub fn read_header(path: &Utf8Path) -> Result<RunHeader, ReadError> {
    let mut file = open(path)?;
    header_from(&mut file).map_err(|fault| fault.at(path))
}

/// Reads a run from the bytes of a run file; `name` stands for the file in errors.
///
/// # Errors
///
/// As [`read`].
pub fn from_bytes(mut bytes: &[u8], name: &Utf8Path) -> Result<Run, ReadError> {
    run_from(&mut bytes).map_err(|fault| fault.at(name))
}

/// Reads the header from the bytes of a run file; `name` stands for the file in errors.
///
/// # Errors
///
/// As [`read_header`].
pub fn header_from_bytes(mut bytes: &[u8], name: &Utf8Path) -> Result<RunHeader, ReadError> {
    header_from(&mut bytes).map_err(|fault| fault.at(name))
}

/// An error whose file is not named yet.
enum Fault {
    Io(io::Error),
    Damaged(String),
    TooNew(Probe),
}

impl Fault {
    fn at(self, file: &Utf8Path) -> ReadError {
        let file = file.to_owned();
        match self {
            Self::Io(source) => ReadError::Io { file, source },
            Self::Damaged(cause) => ReadError::Damaged { file, cause },
            Self::TooNew(probe) => {
                ReadError::TooNew { file, version: probe.format_version, written_by: probe.brisk_version }
            }
        }
    }
}

fn open(path: &Utf8Path) -> Result<io::BufReader<std::fs::File>, ReadError> {
    let file = std::fs::File::open(path).map_err(|source| ReadError::Io { file: path.to_owned(), source })?;
    Ok(io::BufReader::new(file))
}

fn run_from(input: &mut impl BufRead) -> Result<Run, Fault> {
    let header = header_from(input)?;
    let text = member(input, MAX_BUILD_BYTES)?;
    let file: BuildFile =
        serde_json::from_slice(&text).map_err(|error| Fault::Damaged(format!("its build is not valid: {error}")))?;
    let build = file.into_build().map_err(|cause| Fault::Damaged(format!("its build is not valid: {cause}")))?;
    Ok(header.with_build(sieve(build, Earliest::AnySession)))
}

fn header_from(input: &mut impl BufRead) -> Result<RunHeader, Fault> {
    let text = member(input, MAX_HEADER_BYTES)?;
    let not_valid = |error: serde_json::Error| Fault::Damaged(format!("its header is not valid: {error}"));
    let probe: Probe = serde_json::from_slice(&text).map_err(not_valid)?;
    if probe.format != FORMAT_NAME {
        return Err(Fault::Damaged(format!("its header names the format `{}`", probe.format)));
    }
    if !probe.format_version.is_readable() {
        return Err(Fault::TooNew(probe));
    }
    let header: RunHeader = serde_json::from_slice(&text).map_err(not_valid)?;
    if !header.created_at.is_finite() {
        return Err(Fault::Damaged("its header has no valid time of creation".to_owned()));
    }
    Ok(header)
}

/// Decompresses the next gzip member of `input`, at most `limit_bytes` of it.
fn member(input: &mut impl BufRead, limit_bytes: u64) -> Result<Vec<u8>, Fault> {
    let mut text = Vec::new();
    let n_bytes = GzDecoder::new(input).take(limit_bytes + 1).read_to_end(&mut text).map_err(fault_of_gzip)?;
    if n_bytes as u64 > limit_bytes {
        return Err(Fault::Damaged(format!("it expands to more than {limit_bytes} bytes")));
    }
    Ok(text)
}

fn fault_of_gzip(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Damaged("it ends too early".to_owned()),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Fault::Damaged(error.to_string()),
        _ => Fault::Io(error),
    }
}
