//! The file of calls beside a run.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::call::RustcCall;
use crate::run_file::{Access, WriteError, write_new};

/// Ending of the file's name; before it stands the id of the run.
pub const EXTENSION: &str = ".calls.json.gz";

/// The `format` of the head.
const FORMAT_NAME: &str = "brisk-calls";

/// Version of the format. It rises when an older Brisk would misread what a newer one writes.
const FORMAT_VERSION: u32 = 1;

/// Most that the decompressed file may take: 1 GiB. A call takes some 10 KiB, and the largest builds have 10 000 units.
const MAX_BYTES: u64 = 1 << 30;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    format_version: u32,
}

/// The calls of a run could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CallsError {
    /// The file system said no.
    #[error("could not read `{file}`")]
    Io {
        /// The file.
        file: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no such file, or a damaged one.
    #[error("`{file}` does not hold the rustc calls of a run, or is damaged: {cause}")]
    Damaged {
        /// The file.
        file: Utf8PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A newer Brisk wrote it.
    #[error("`{file}` has format {version}, and this Brisk reads formats up to {FORMAT_VERSION}: use a newer Brisk")]
    TooNew {
        /// The file.
        file: Utf8PathBuf,
        /// Its format.
        version: u32,
    },
}

/// Writes `calls` to the new file `path`, all of it or nothing.
///
/// # Errors
///
/// If there is a file already, or the file system refuses; nothing is left behind then.
pub(crate) fn write(path: &Utf8Path, calls: &[RustcCall]) -> Result<(), WriteError> {
    write_new(path, Access::Owner, |file| {
        let mut output = io::BufWriter::new(GzEncoder::new(file, Compression::default()));
        let head = Head { format: FORMAT_NAME.to_owned(), format_version: FORMAT_VERSION };
        serde_json::to_writer(&mut output, &head)?;
        output.write_all(b"\n")?;
        for call in calls {
            serde_json::to_writer(&mut output, call)?;
            output.write_all(b"\n")?;
        }
        output.into_inner().map_err(io::IntoInnerError::into_error)?.finish().map(drop)
    })
}

/// Reads the file; `None` if it is not there.
///
/// # Errors
///
/// See [`CallsError`].
pub(crate) fn read(path: &Utf8Path) -> Result<Option<Vec<RustcCall>>, CallsError> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CallsError::Io { file: path.to_owned(), source }),
    };
    let damaged = |cause: String| CallsError::Damaged { file: path.to_owned(), cause };
    let mut text = BufReader::new(GzDecoder::new(BufReader::new(file)).take(MAX_BYTES));
    let mut line = String::new();
    text.read_line(&mut line).map_err(|error| damaged(error.to_string()))?;
    let head: Head = serde_json::from_str(&line).map_err(|error| damaged(format!("its head is not valid: {error}")))?;
    if head.format != FORMAT_NAME {
        return Err(damaged(format!("its head names the format `{}`", head.format)));
    }
    if head.format_version > FORMAT_VERSION {
        return Err(CallsError::TooNew { file: path.to_owned(), version: head.format_version });
    }
    let calls = text.lines().map(|line| -> Result<RustcCall, String> {
        let line = line.map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|error| format!("a call in it is not valid: {error}"))
    });
    calls.collect::<Result<_, _>>().map(Some).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Hash;

    fn path() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().join("x.calls.json.gz")).unwrap();
        (guard, path)
    }

    fn calls() -> Vec<RustcCall> {
        let unit = |hash: &str| hash.parse().map(Hash).unwrap();
        let call = |hash: &str| RustcCall {
            unit: unit(hash),
            command: ["rustc", "--cfg", "feature=\"é\""].map(str::to_owned).to_vec(),
            cwd: "/src".to_owned(),
            environment: [("A".to_owned(), Some("x\ny".to_owned())), ("B".to_owned(), None)].into(),
        };
        vec![call("0123456789abcdef"), call("1123456789abcdef")]
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn calls_come_back_as_written() {
        let (_guard, path) = path();
        assert_eq!(read(&path).unwrap(), None);
        write(&path, &calls()).unwrap();
        assert_eq!(read(&path).unwrap(), Some(calls()));
        assert!(matches!(write(&path, &[]), Err(WriteError::Exists { .. })));
    }

    #[test]
    #[cfg(unix)]
    fn only_the_owner_may_read_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_guard, path) = path();
        write(&path, &calls()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_damaged_or_newer_is_one_clear_error() {
        let (_guard, path) = path();
        let said = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read(&path).unwrap_err().to_string().replace(path.as_str(), "FILE")
        };
        let head = |version: u32| format!("{{\"format\":\"brisk-calls\",\"format_version\":{version}}}\n");
        assert!(said(b"no gzip").contains("`FILE` does not hold the rustc calls of a run, or is damaged"));
        assert!(said(&packed("")).contains("its head is not valid"));
        assert!(said(&packed("{\"format\":\"brisk-run\",\"format_version\":1}\n")).contains("`brisk-run`"));
        assert!(said(&packed(&(head(1) + "{\"unit\"\n"))).contains("a call in it is not valid"));
        let whole = packed(&head(1));
        assert!(said(&whole[..whole.len() - 4]).contains("damaged"));
        let newer = "`FILE` has format 2, and this Brisk reads formats up to 1: use a newer Brisk";
        assert_eq!(said(&packed(&head(2))), newer);
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_are_never_a_panic(bytes: Vec<u8>, text: String) {
            let (_guard, path) = path();
            for bytes in [bytes, packed(&text)] {
                std::fs::write(&path, &bytes).unwrap();
                proptest::prop_assert!(read(&path).is_err());
            }
        }
    }
}
