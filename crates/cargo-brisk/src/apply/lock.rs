//! One writer at a time.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::ApplyError;

/// Held until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the journal in `dir`.
    pub(super) fn take(dir: &Path) -> Result<Self, ApplyError> {
        let path = dir.join("lock");
        let failed = |source: std::io::Error| ApplyError::Journal { path: path.clone(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ApplyError::Locked),
            // File systems without locks are rare, and two at once on them rarer.
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                Ok(Self { _file: file })
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
