//! What is done with the file system, one operation at a time, so that tests can die at each of them.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Operations of which each is done or not done, but for [`Disk::write_new`], which may leave a part of the file.
pub(crate) trait Disk {
    /// Makes a file that is not there yet, with these permissions where they are given, and waits until it is on the disk.
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()>;
    /// Gives a file another name, in place of what has that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory, and those above it.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a directory are on the disk.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// The file system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn write_new(&self, path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let mut file = fs_err::OpenOptions::from_options(options(mode)).open(path)?;
        file.write_all(bytes)?;
        // The process's mask has a say in the mode of a new file, and the file shall be as the one that it replaces.
        #[cfg(unix)]
        if let Some(mode) = mode {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(mode))?;
        }
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs_err::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs_err::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs_err::remove_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs_err::create_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Where directories cannot be synchronised (some network file systems), the rename is all that can be had.
        File::open(path).and_then(|dir| dir.sync_all()).or(Ok(()))
    }
}

fn options(mode: Option<u32>) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(mode.unwrap_or(0o600));
    }
    options
}
