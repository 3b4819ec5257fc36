//! Where copies are made and built.

use camino::Utf8PathBuf;

use crate::error::{Error, Result};
use crate::ops::private_dir::PrivateDir;
use crate::process::Interrupt;
use crate::workspace::WorkspaceOptions;

/// A directory for one command alone. It goes with the value, and when somebody stops us.
pub(crate) struct OwnDir {
    /// Where it is.
    pub(crate) path: Utf8PathBuf,
    /// Stops what is at work when somebody stops us.
    pub(crate) interrupt: Interrupt,
    /// Tells others that we are at work in it.
    _held: PrivateDir,
}

impl OwnDir {
    /// Makes one for `purpose` and the workspace at `root`.
    ///
    /// # Errors
    ///
    /// If there is no cache directory, or it cannot be written to.
    pub(crate) fn prepare(purpose: &str, options: &WorkspaceOptions, root: &str) -> Result<Self> {
        let no_dir = |why: String| Error::could_not_measure(format!("there is no directory to build in: {why}"));
        let cache_dir = options.cache_dir.as_deref();
        let cache_dir = cache_dir.ok_or_else(|| no_dir("Brisk has no cache directory".to_owned()))?;
        let dir = PrivateDir::prepare(cache_dir, purpose, root).map_err(|error| no_dir(error.to_string()))?;
        let path = dir.path().join(dir.run());
        fs_err::create_dir_all(&path).map_err(|error| no_dir(error.to_string()))?;
        Ok(Self { interrupt: Interrupt::new(path.clone()), path, _held: dir })
    }
}

impl Drop for OwnDir {
    /// What cannot be removed now is removed by the next one.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
