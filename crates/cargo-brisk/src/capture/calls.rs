//! Keeps how rustc was called, so that it can be called again.
//!
//! Of rustc's environment only what Cargo added, changed or removed is kept: the user's own variables, of which some are
//! secrets, are there anyway whenever Brisk runs. To tell them apart, the recorder leaves a hash of each of them in the
//! directory of the recording, which is gone when the run is stored.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use brisk_store::calls::{RustcCall, append};
use brisk_store::recording::UnitStart;
use camino::Utf8Path;

use super::identify::expanded;
use super::role::CAPTURE_DIR;

/// Name of the file of hashes in a recording's directory.
const BASELINE: &str = "environment.json";

/// Variables that tell of this build alone: the pipe of its job server is gone when it is over (GNU make, "POSIX Jobserver").
const OF_ONE_BUILD: [&str; 3] = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];
/// What Cargo sets to what it may have been already, when Brisk was started by Cargo.
const ALWAYS: &str = "CARGO";

/// A hash of each variable, by name.
type Hashes = BTreeMap<String, u64>;

/// Leaves hashes of `variables`, the environment in which Cargo is started, in `dir`.
pub(super) fn leave_baseline(dir: &Utf8Path, variables: impl Iterator<Item = (OsString, OsString)>) -> io::Result<()> {
    let text = serde_json::to_vec(&hashes(variables))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(dir.join(BASELINE))?.write_all(&text)
}

fn hashes(variables: impl Iterator<Item = (OsString, OsString)>) -> Hashes {
    let hashed = |(name, value): (OsString, OsString)| (name.to_string_lossy().into_owned(), hash(&value));
    variables.map(hashed).collect()
}

fn hash(value: &OsStr) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A call that is to be kept if it succeeds.
pub(super) struct KeptCall {
    dir: PathBuf,
    call: RustcCall,
}

impl KeptCall {
    /// The call by which this wrapper runs rustc for `unit`. `None` where nobody wants it kept, or where it cannot be
    /// written down: without a hash, or with what is not UTF-8.
    pub(super) fn of(args: &[OsString], unit: &UnitStart) -> Option<Self> {
        let unit_hash = unit.hash.filter(|_| !unit.nested)?;
        let dir = PathBuf::from(std::env::var_os(CAPTURE_DIR)?);
        let baseline = read_baseline(&dir)?;
        if args.iter().any(|arg| arg.to_str().is_none()) {
            return None;
        }
        let call = RustcCall {
            unit: unit_hash,
            command: expanded(args),
            cwd: std::env::current_dir().ok()?.into_os_string().into_string().ok()?,
            environment: changes(&baseline, std::env::vars_os())?,
        };
        Some(Self { dir, call })
    }

    /// Keeps it. A full disk must not fail the build.
    pub(super) fn keep(&self) {
        let _ = append(&self.dir, &self.call);
    }
}

fn read_baseline(dir: &Path) -> Option<Hashes> {
    serde_json::from_slice(&std::fs::read(dir.join(BASELINE)).ok()?).ok()
}

/// What differs from the baseline in `variables`; `None` if a value that does is not UTF-8.
fn changes(
    baseline: &Hashes,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Option<BTreeMap<String, Option<String>>> {
    let is_kept = |name: &str| !name.starts_with("BRISK_") && !OF_ONE_BUILD.contains(&name);
    let mut changes = BTreeMap::new();
    let mut gone: BTreeMap<&str, u64> = baseline.iter().map(|(name, hash)| (name.as_str(), *hash)).collect();
    for (name, value) in variables {
        let name = name.into_string().ok()?;
        let is_same = gone.remove(name.as_str()) == Some(hash(&value));
        if is_kept(&name) && (!is_same || name == ALWAYS) {
            changes.insert(name, Some(value.into_string().ok()?));
        }
    }
    changes.extend(gone.into_keys().filter(|name| is_kept(name)).map(|name| (name.to_owned(), None)));
    Some(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> std::vec::IntoIter<(OsString, OsString)> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn only_what_cargo_changed_is_kept() {
        let baseline = hashes(variables(&[("TOKEN", "s3cret"), ("PATH", "/bin"), ("LANG", "C"), ("CARGO", "/cargo")]));
        let now = variables(&[
            ("TOKEN", "s3cret"),
            ("PATH", "/bin:/more"),
            ("CARGO", "/cargo"),
            ("CARGO_PKG_NAME", "a"),
            ("CARGO_MAKEFLAGS", "-j"),
            ("BRISK_CAPTURE_DIR", "/d"),
        ]);
        let kept = changes(&baseline, now).unwrap();
        let expected =
            [("CARGO", Some("/cargo")), ("CARGO_PKG_NAME", Some("a")), ("LANG", None), ("PATH", Some("/bin:/more"))];
        assert_eq!(kept.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_baseline_tells_no_values_and_only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(dir.path()).unwrap();
        leave_baseline(path, variables(&[("TOKEN", "s3cret")])).unwrap();
        let file = dir.path().join(BASELINE);
        assert!(!fs_err::read_to_string(&file).unwrap().contains("s3cret"));
        assert_eq!(fs_err::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read_baseline(dir.path()), Some(hashes(variables(&[("TOKEN", "s3cret")]))));
    }

    #[test]
    fn what_is_not_utf_8_cannot_be_kept() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = || [("ODD".into(), OsString::from_vec(vec![0xff]))].into_iter();
        assert_eq!(changes(&Hashes::new(), odd()), None);
        assert_eq!(changes(&hashes(odd()), odd()), Some(BTreeMap::new()), "the user's own is not looked at");
    }
}
