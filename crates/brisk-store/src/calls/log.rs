//! The calls of a recording while it is being made.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use camino::Utf8Path;

use super::call::RustcCall;

/// Name of the file of calls in a recording's directory.
pub const CALLS_LOG: &str = "calls.jsonl";

/// Appends `call` to the file in `dir`, as one line by one `write`: several wrappers do so at once, see
/// [`EventWriter::write`](crate::recording::EventWriter::write).
///
/// # Errors
///
/// If the file system refuses.
pub fn append(dir: &Path, call: &RustcCall) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut line = serde_json::to_vec(call)?;
    line.push(b'\n');
    options.open(dir.join(CALLS_LOG))?.write_all(&line)
}

/// The calls in `dir`, sorted by unit, of each unit the last one. A line that was cut short is left out, and a file that is
/// not there has none.
///
/// # Errors
///
/// If the file cannot be read.
pub fn read_log(dir: &Utf8Path) -> io::Result<Vec<RustcCall>> {
    let bytes = match fs_err::read(dir.join(CALLS_LOG)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        bytes => bytes?,
    };
    let calls = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<RustcCall>(line).ok());
    let by_unit: BTreeMap<_, _> = calls.map(|call| (call.unit, call)).collect();
    Ok(by_unit.into_values().collect())
}
