//! What the fingerprints said before the command ran.

use std::collections::BTreeMap;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;

use crate::fingerprints::{BuildDirs, LocalFingerprint, Snapshot, UnitName, UnitRecord};

/// The units of a build directory before the command ran, and the files that those of path dependencies were made of.
#[derive(Clone, Debug, Default)]
pub struct Before {
    build_dir: Utf8PathBuf,
    /// By the directory of the fingerprint, and what it is of.
    units: BTreeMap<(Utf8PathBuf, UnitName), Unit>,
}

#[derive(Clone, Debug)]
struct Unit {
    record: UnitRecord,
    /// As rustc wrote them: absolute, or relative to the workspace.
    sources: Vec<Utf8PathBuf>,
}

impl Before {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// If the build directory cannot be listed; that it does not exist is none.
    pub fn read(dirs: &BuildDirs) -> io::Result<Self> {
        if !dirs.build_dir.exists() {
            return Ok(Self { build_dir: dirs.build_dir.clone(), units: BTreeMap::new() });
        }
        let snapshot = Snapshot::read(dirs)?;
        // Of a unit that never finished nothing is known.
        let was_built = snapshot.units.into_iter().filter(|record| record.fingerprint.is_some());
        let unit = |record: UnitRecord| {
            let sources = sources_of(&record).unwrap_or_default();
            ((record.path.clone(), record.name.clone()), Unit { record, sources })
        };
        Ok(Self { build_dir: snapshot.build_dir, units: was_built.map(unit).collect() })
    }

    /// The build directory.
    pub(super) fn build_dir(&self) -> &Utf8Path {
        &self.build_dir
    }

    /// The package of a build script that was to be run again when the environment variable changes, if there is one.
    pub fn watcher(&self, variable: &str) -> Option<&str> {
        self.units
            .values()
            .map(|unit| &unit.record)
            .find(|record| watches(record, variable))
            .map(|record| record.package.as_str())
    }

    /// The unit as it was, if it had been built, and the source files that it was made of then: absolute, or relative to
    /// the workspace.
    pub(super) fn unit(&self, now: &UnitRecord) -> Option<(&UnitRecord, &[Utf8PathBuf])> {
        let unit = self.units.get(&(now.path.clone(), now.name.clone()))?;
        Some((&unit.record, &unit.sources))
    }
}

/// Whether the unit is to be run again when the environment variable changes.
pub(super) fn watches(record: &UnitRecord, variable: &str) -> bool {
    let is_it =
        |local: &LocalFingerprint| matches!(local, LocalFingerprint::RerunIfEnvChanged { var, .. } if var == variable);
    record.fingerprint.as_ref().is_some_and(|fingerprint| fingerprint.local.iter().any(is_it))
}

/// Cargo compares the times of source files for path dependencies only (`LocalFingerprint::CheckDepInfo`).
fn sources_of(record: &UnitRecord) -> Option<Vec<Utf8PathBuf>> {
    let local = &record.fingerprint.as_ref()?.local;
    local.iter().any(|local| matches!(local, LocalFingerprint::CheckDepInfo { .. })).then_some(())?;
    let text = fs::read_to_string(record.artifacts.dep_info.as_ref()?).ok()?;
    Some(sources_in(&text))
}

/// The prerequisites of the first rule of a dep-info in the syntax of `make`: `<target>: <source> <source> …`, with spaces
/// inside of paths escaped as `\ ` (`write_out_deps` in `rustc_interface::passes`).
fn sources_in(dep_info: &str) -> Vec<Utf8PathBuf> {
    let Some((_, sources)) = dep_info.lines().find_map(|line| line.split_once(": ")) else { return Vec::new() };
    let mut paths = vec![String::new()];
    let mut chars = sources.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next_if_eq(&' ').is_some() => last(&mut paths).push(' '),
            ' ' => paths.push(String::new()),
            _ => last(&mut paths).push(c),
        }
    }
    paths.into_iter().filter(|path| !path.is_empty()).map(Utf8PathBuf::from).collect()
}

fn last(paths: &mut [String]) -> &mut String {
    paths.last_mut().expect("there is one from the start, and none is taken away")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_from_the_first_rule() {
        let text = "/t/a-1.d: src/lib.rs /my\\ home/b.rs c\\d.rs\n\n/t/liba-1.rlib: x.rs\n";
        assert_eq!(sources_in(text), ["src/lib.rs", "/my home/b.rs", "c\\d.rs"]);
        assert_eq!(sources_in(""), [""; 0]);
        assert_eq!(sources_in("/t/a.d: \n"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text: String) {
            sources_in(&text);
        }
    }
}
