//! What was replayed before.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, SystemTime};

use brisk::model::PhaseCost;
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

/// Results that nobody asked for within this time are removed.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);
/// Goes up when results mean something else.
const FORMAT: u32 = 1;

/// A directory of results: one file each.
#[derive(Debug)]
pub(super) struct Cache(Utf8PathBuf);

/// What a result is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Key {
    /// The unit's hash.
    pub(super) unit: String,
    /// `rustc -vV`.
    pub(super) compiler: String,
    /// The command line without the change, and with it.
    pub(super) args: [Vec<String>; 2],
    /// Processors that rustc may use.
    pub(super) jobs: u32,
}

/// A result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    /// Without the change.
    pub(super) control: PhaseCost,
    /// With it.
    pub(super) changed: PhaseCost,
    /// Wall seconds that it took to find out.
    pub(super) took_s: f64,
}

/// A file.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    key: Key,
    control: StoredCost,
    changed: StoredCost,
    took_s: f64,
}

/// [`PhaseCost`], as it is written.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct StoredCost {
    cpu_s: f64,
    front_s: Option<f64>,
    back_s: Option<f64>,
    link_s: Option<f64>,
    wall_s: f64,
}

impl From<PhaseCost> for StoredCost {
    fn from(PhaseCost { cpu_s, front_s, back_s, link_s, wall_s }: PhaseCost) -> Self {
        Self { cpu_s, front_s, back_s, link_s, wall_s }
    }
}

impl From<StoredCost> for PhaseCost {
    fn from(StoredCost { cpu_s, front_s, back_s, link_s, wall_s }: StoredCost) -> Self {
        Self { cpu_s, front_s, back_s, link_s, wall_s }
    }
}

impl Cache {
    /// The cache in `dir`, which is there. Old results are removed.
    pub(super) fn open(dir: Utf8PathBuf) -> Self {
        let now = SystemTime::now();
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            if age.and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age > KEPT_FOR) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Self(dir)
    }

    /// The result for `key`; none if there is none, or what is there cannot be read.
    pub(super) fn get(&self, key: &Key) -> Option<Entry> {
        let stored: Stored = serde_json::from_slice(&fs::read(self.path_of(key)).ok()?).ok()?;
        (stored.format == FORMAT && stored.key == *key).then(|| Entry {
            control: stored.control.into(),
            changed: stored.changed.into(),
            took_s: stored.took_s,
        })
    }

    /// Keeps a result. Where that fails it is measured again the next time.
    pub(super) fn put(&self, key: Key, entry: Entry) {
        let path = self.path_of(&key);
        let (control, changed) = (entry.control.into(), entry.changed.into());
        let stored = Stored { format: FORMAT, key, control, changed, took_s: entry.took_s };
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
            serde_json::to_writer(file.as_file_mut(), &stored)?;
            file.persist(&path).map_err(|error| error.error).map(drop)
        };
        let _ = write();
    }

    fn path_of(&self, key: &Key) -> Utf8PathBuf {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.0.join(format!("{:016x}.json", hasher.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(unit: &str) -> Key {
        Key { unit: unit.to_owned(), compiler: "1.95.0".to_owned(), args: [Vec::new(), Vec::new()], jobs: 2 }
    }

    #[test]
    fn a_result_comes_back_for_its_key_alone_and_damage_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap());
        let cost = PhaseCost { cpu_s: 2.0, front_s: Some(1.0), back_s: None, link_s: Some(0.0), wall_s: 1.5 };
        let entry = Entry { control: cost, changed: PhaseCost { cpu_s: 3.0, ..cost }, took_s: 4.0 };
        cache.put(key("a"), entry);
        assert_eq!((cache.get(&key("a")), cache.get(&key("b"))), (Some(entry), None));
        fs::write(cache.path_of(&key("a")), "{").unwrap();
        assert_eq!(cache.get(&key("a")), None);
    }

    #[test]
    fn old_results_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Cache::open(Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap());
        let (old, new) = (dir.path().join("old.json"), dir.path().join("new.json"));
        fs::write(&new, "").unwrap();
        let file = fs::File::create(&old).unwrap();
        file.set_modified(SystemTime::now() - 2 * KEPT_FOR).unwrap();
        open();
        assert!(!old.exists() && new.exists());
    }
}
