//! What of a build directory is not needed: what the fingerprints tell of units, and what their files take.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::{LeftSession, LeftUnit, Leftovers, SessionOf, StoredProfile, UnitHash, Unneeded};
use brisk_store::fingerprints::{Layout, Stored, StoredUnit};

use super::holdings::{Holder, Holdings};

/// File times come from the kernel's clock tick, the time in a session's name from the clock itself.
const TICK_S: f64 = 0.05;

/// Sessions of one crate that are there after any build: while it begins a session, rustc holds on to the one that it starts
/// from, and deletes those before it (`garbage_collect_session_directories` in `rustc_incremental/src/persist/fs.rs`).
const KEPT: usize = 2;

/// Puts together what is not needed. `installed` gives the versions of all compilers, where they are known; it is asked only
/// if several compilers built what is there.
pub(crate) fn leftovers(
    stored: &Stored,
    holdings: &Holdings,
    installed: impl FnOnce() -> Option<BTreeSet<String>>,
) -> Leftovers {
    let gone = gone(&stored.units, installed);
    let units = judged(&stored.units, &gone);
    let mut undecided = stored.undecided.clone();
    let sessions = Sessions::of(holdings, &units).left(&mut undecided);
    let mut profiles: BTreeMap<&str, StoredProfile> = BTreeMap::new();
    for unit in &units {
        let name = unit.stored.profile.as_str();
        let new = || StoredProfile { profile: name.to_owned(), n_units: 0 };
        profiles.entry(name).or_insert_with(new).n_units += 1;
    }
    let left = units.iter().filter_map(|unit| {
        let why = unit.unneeded.clone()?;
        let bytes = holdings.bytes(&unit.holder());
        let hash = unit.stored.hash;
        Some(LeftUnit { profile: unit.stored.profile.clone(), hash, package: unit.stored.package.clone(), why, bytes })
    });
    Leftovers { units: left.collect(), profiles: profiles.into_values().collect(), sessions, undecided }
}

/// Versions of compilers that built something here and are not installed. None, unless the last one is known to be
/// installed: then what is known of the others holds.
fn gone(units: &[StoredUnit], installed: impl FnOnce() -> Option<BTreeSet<String>>) -> BTreeSet<String> {
    let compilers: BTreeSet<&String> = units.iter().filter_map(|unit| unit.compiler.as_ref()).collect();
    let end = |unit: &&StoredUnit| unit.built.map_or(f64::NEG_INFINITY, |(_, end)| end);
    let newest = units.iter().filter(|unit| unit.compiler.is_some()).max_by(|a, b| end(a).total_cmp(&end(b)));
    let Some(newest) = newest.and_then(|unit| unit.compiler.as_ref()).filter(|_| compilers.len() > 1) else {
        return BTreeSet::new();
    };
    match installed().filter(|installed| installed.contains(newest)) {
        Some(installed) => compilers.into_iter().filter(|version| !installed.contains(*version)).cloned().collect(),
        None => BTreeSet::new(),
    }
}

/// A directory of fingerprints, which is one unit's, or that of several without files of their own.
struct Judged<'a> {
    /// The first of its units.
    stored: &'a StoredUnit,
    /// Absolute, without symbolic links.
    profile_dir: PathBuf,
    /// Why none of its units is needed.
    unneeded: Option<Unneeded>,
}

impl Judged<'_> {
    fn holder(&self) -> Holder {
        Holder::Unit { profile: self.profile_dir.clone(), layout: self.stored.layout, hash: self.stored.hash }
    }
}

fn judged<'a>(units: &'a [StoredUnit], gone: &BTreeSet<String>) -> Vec<Judged<'a>> {
    let mut groups: BTreeMap<(&Path, Layout, UnitHash), Vec<&StoredUnit>> = BTreeMap::new();
    for unit in units {
        groups.entry((unit.profile_dir.as_std_path(), unit.layout, unit.hash)).or_default().push(unit);
    }
    let mut real: BTreeMap<&Path, PathBuf> = BTreeMap::new();
    let mut judged = Vec::with_capacity(groups.len());
    for ((dir, ..), group) in groups {
        let Some(&stored) = group.first() else { continue };
        let dir = real.entry(dir).or_insert_with(|| dir.canonicalize().unwrap_or_else(|_| dir.to_owned()));
        let reasons: Option<Vec<Unneeded>> = group.iter().map(|unit| reason(unit, gone)).collect();
        let unneeded = reasons.and_then(|reasons| reasons.into_iter().reduce(weaker));
        judged.push(Judged { stored, profile_dir: dir.clone(), unneeded });
    }
    judged
}

fn reason(unit: &StoredUnit, gone: &BTreeSet<String>) -> Option<Unneeded> {
    let gone = unit.compiler.as_ref().filter(|version| gone.contains(*version));
    gone.map(|version| Unneeded::CompilerGone(version.clone())).or_else(|| unit.unneeded.clone())
}

/// Of two reasons the one that says less.
fn weaker(one: Unneeded, other: Unneeded) -> Unneeded {
    match (&one, &other) {
        (Unneeded::Replaced { after_s: a }, Unneeded::Replaced { after_s: b }) if a <= b => one,
        (Unneeded::Replaced { .. }, Unneeded::CompilerGone(_) | Unneeded::LeftResolution) => one,
        _ => other,
    }
}

/// An incremental session.
struct Session<'a> {
    /// In seconds since the UNIX epoch.
    started_at: f64,
    name: &'a str,
    bytes: u64,
}

/// The incremental sessions of one crate's directory.
struct CrateSessions<'a> {
    profile_dir: &'a Path,
    directory: &'a str,
    crate_name: &'a str,
    /// Oldest first.
    sessions: Vec<Session<'a>>,
    /// Units that were being compiled when the newest session began.
    owners: Vec<&'a Judged<'a>>,
}

/// All incremental sessions, and the units that they may be of.
struct Sessions<'a> {
    units: &'a [Judged<'a>],
    crates: Vec<CrateSessions<'a>>,
}

impl<'a> Sessions<'a> {
    fn of(holdings: &'a Holdings, units: &'a [Judged<'a>]) -> Self {
        let mut crates: BTreeMap<(&Path, &str), Vec<Session<'_>>> = BTreeMap::new();
        for (holder, bytes) in holdings.iter() {
            if let Holder::Session { profile, directory, session } = holder
                && let Some(started_at) = started_at(session)
            {
                let session = Session { started_at, name: session, bytes };
                crates.entry((profile, directory)).or_default().push(session);
            }
        }
        let of_crate = |((profile_dir, directory), mut sessions): ((&'a Path, &'a str), Vec<Session<'a>>)| {
            sessions.sort_by(|a, b| a.started_at.total_cmp(&b.started_at));
            let crate_name = directory.rsplit_once('-')?.0;
            let newest = sessions.last()?.started_at;
            let owners = compiled(units, profile_dir, crate_name).filter(|unit| was_at_work(unit, newest)).collect();
            Some(CrateSessions { profile_dir, directory, crate_name, sessions, owners })
        };
        Self { units, crates: crates.into_iter().filter_map(of_crate).collect() }
    }

    /// Those that no build reads again.
    fn left(&self, undecided: &mut Vec<String>) -> Vec<LeftSession> {
        let is_known = |of_crate: &&CrateSessions<'_>| !of_crate.owners.is_empty() || self.all_have_sessions(of_crate);
        let (known, unknown): (Vec<_>, Vec<_>) = self.crates.iter().partition(is_known);
        if !unknown.is_empty() {
            let n_unknown = unknown.len();
            undecided.push(format!("file times do not tell which units {n_unknown} incremental directories are of"));
        }
        known.into_iter().flat_map(|of_crate| self.left_of(of_crate)).collect()
    }

    fn left_of(&self, of_crate: &CrateSessions<'_>) -> Vec<LeftSession> {
        let Some(profile) = self.profile(of_crate.profile_dir) else { return Vec::new() };
        let n_older = of_crate.sessions.len().saturating_sub(KEPT);
        let left = of_crate.sessions.iter().enumerate().filter_map(|(position, session)| {
            let is_older = || (position < n_older).then_some(SessionOf::Older);
            let of = self.left_as(of_crate, session.started_at).or_else(is_older)?;
            Some(LeftSession {
                profile: profile.to_owned(),
                crate_name: of_crate.crate_name.to_owned(),
                path: format!("incremental/{}/{}", of_crate.directory, session.name),
                of,
                bytes: session.bytes,
            })
        });
        left.collect()
    }

    fn left_as(&self, of_crate: &CrateSessions<'_>, start: f64) -> Option<SessionOf> {
        if of_crate.owners.is_empty() {
            let here = self.units.iter().filter(|unit| unit.profile_dir == of_crate.profile_dir);
            let newest = here.filter_map(|unit| unit.stored.built).map(|(_, end)| end).fold(start, f64::max);
            return Some(SessionOf::NoUnit { after_s: newest - start });
        }
        let reasons: Option<Vec<Unneeded>> = of_crate.owners.iter().map(|unit| unit.unneeded.clone()).collect();
        reasons?.into_iter().reduce(weaker).map(SessionOf::LeftUnit)
    }

    /// Whether each unit of the crate is known to have another directory, so that this one is of none of them.
    fn all_have_sessions(&self, of_crate: &CrateSessions<'_>) -> bool {
        let mut units = compiled(self.units, of_crate.profile_dir, of_crate.crate_name);
        units.all(|unit| {
            self.crates.iter().any(|other| matches!(other.owners.as_slice(), [only] if std::ptr::eq(*only, unit)))
        })
    }

    fn profile(&self, profile_dir: &Path) -> Option<&'a str> {
        self.units.iter().find(|unit| unit.profile_dir == profile_dir).map(|unit| unit.stored.profile.as_str())
    }
}

/// Units of the crate in the profile that rustc compiled.
fn compiled<'a>(units: &'a [Judged<'a>], profile_dir: &Path, crate_name: &str) -> impl Iterator<Item = &'a Judged<'a>> {
    units.iter().filter(move |unit| {
        unit.stored.is_compiled && unit.profile_dir == profile_dir && unit.stored.crate_name == crate_name
    })
}

/// Whether the unit's last build was going on at `moment`.
fn was_at_work(unit: &Judged<'_>, moment: f64) -> bool {
    unit.stored.built.is_some_and(|(start, end)| (start - TICK_S..=end + TICK_S).contains(&moment))
}

/// When a session began: its name has the microseconds since the UNIX epoch in base 36 (`generate_session_dir_path` in
/// `rustc_incremental/src/persist/fs.rs`).
#[expect(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
fn started_at(session: &str) -> Option<f64> {
    let time = session.split('-').nth(1)?;
    Some(u64::from_str_radix(time, 36).ok()? as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use brisk::model::{Build, DiskUsage};
    use brisk_store::fingerprints::{self, BuildDirs, Selection};
    use brisk_test_support::gantt::{self, STARTED_AT};
    use brisk_test_support::{Layout as Written, TargetDir, workspace_of};
    use camino::Utf8PathBuf;

    use super::super::measure;
    use super::*;

    const OURS: &str = "
        serde v1.0.0              |FFFBB
        app        <- serde       |...FFFFBB
        app (bin)  <- app         |.........FFBL
    ";

    const MONTH_S: f64 = 30.0 * 86_400.0;

    struct Place {
        _directory: tempfile::TempDir,
        target: Utf8PathBuf,
    }

    impl Place {
        /// Built, and a month later with other hashes.
        fn built_twice(layout: Written) -> Self {
            let directory = tempfile::tempdir().unwrap();
            let target = Utf8PathBuf::from_path_buf(directory.path().join("target")).unwrap();
            for (picture, after_s) in [(OURS.to_owned(), 0.0), (format!("\n\n\n{OURS}"), MONTH_S)] {
                let mut build = Build { started_at: Some(STARTED_AT + after_s), ..gantt::parse(&picture) };
                for unit in &mut build.units {
                    unit.outputs.bytes = Some(100_000);
                }
                TargetDir::new(layout).write(&build, &target);
            }
            Self { _directory: directory, target }
        }

        /// Adds an incremental session that began so many seconds after the start of all pictures.
        fn session(&self, of_crate: &str, after_s: f64) {
            let name = format!("s-{}-1abc", base_36(STARTED_AT + after_s));
            let directory = self.target.join("debug/incremental").join(of_crate).join(format!("{name}-2def"));
            fs_err::create_dir_all(&directory).unwrap();
            fs_err::write(directory.join("dep-graph.bin"), vec![b'x'; 50_000]).unwrap();
            fs_err::write(self.target.join("debug/incremental").join(of_crate).join(format!("{name}.lock")), "")
                .unwrap();
        }

        fn leftovers(&self) -> Leftovers {
            let dirs = BuildDirs { target_dir: self.target.clone(), build_dir: self.target.clone() };
            let workspace = workspace_of(&gantt::parse(OURS));
            let stored = fingerprints::load(&dirs, &Selection::default(), &workspace).unwrap().stored.unwrap();
            leftovers(&stored, &self.measured().1, || None)
        }

        fn measured(&self) -> (DiskUsage, Holdings) {
            let measurement = measure(&[self.target.as_std_path()], &mut |_| {});
            (DiskUsage::joined(measurement.usages).unwrap(), measurement.holdings)
        }

        /// Deletes all files and directories with the hash.
        fn delete(&self, hash: UnitHash) {
            let mut stack = vec![self.target.clone()];
            while let Some(directory) = stack.pop() {
                for entry in directory.read_dir_utf8().unwrap().map(Result::unwrap) {
                    let is_of_hash = entry.file_name().contains(&hash.to_string());
                    match entry.file_type().unwrap().is_dir() {
                        true if is_of_hash => fs_err::remove_dir_all(entry.path()).unwrap(),
                        true => stack.push(entry.into_path()),
                        false if is_of_hash => fs_err::remove_file(entry.path()).unwrap(),
                        false => {}
                    }
                }
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
    fn base_36(seconds: f64) -> String {
        let mut rest = (seconds * 1e6) as u64;
        let mut digits = Vec::new();
        while rest > 0 {
            digits.push(char::from_digit((rest % 36) as u32, 36).unwrap());
            rest /= 36;
        }
        digits.into_iter().rev().collect()
    }

    /// `directory: what it is of`.
    fn sessions(place: &Place) -> Vec<String> {
        let told = |session: &LeftSession| match &session.of {
            SessionOf::LeftUnit(_) => format!("{}: unit", session.path),
            SessionOf::NoUnit { after_s } => format!("{}: no unit for {:.0} months", session.path, after_s / MONTH_S),
            SessionOf::Older => format!("{}: older", session.path),
        };
        let told: Vec<String> = place.leftovers().sessions.iter().map(told).collect();
        told.into_iter().map(|path| path.trim_start_matches("incremental/").to_owned()).collect()
    }

    #[test]
    #[cfg(unix)]
    fn what_is_told_is_what_deleting_the_files_frees() {
        for layout in [Written::V1, Written::V2] {
            let place = Place::built_twice(layout);
            let left = place.leftovers().units;
            let told: u64 = left.iter().map(|unit| unit.bytes.unwrap()).sum();
            let before = place.measured().0.bytes;
            left.iter().for_each(|unit| place.delete(unit.hash));
            // Directories that are now shorter keep their blocks.
            assert_eq!(before - place.measured().0.bytes, told, "{layout:?}");
            assert_eq!((left.len(), told > 300_000), (3, true), "{layout:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_with_a_name_elsewhere_does_not_count() {
        let place = Place::built_twice(Written::V1);
        let before: u64 = place.leftovers().units.iter().filter_map(|unit| unit.bytes).sum();
        let left = place.leftovers().units;
        let hash = left.iter().find(|unit| unit.package.name == "serde").unwrap().hash;
        let file = place.target.join(format!("debug/deps/libserde-{hash}.rlib"));
        fs_err::hard_link(&file, place.target.join("kept")).unwrap();
        let after: u64 = place.leftovers().units.iter().filter_map(|unit| unit.bytes).sum();
        assert!(before - after >= 100_000, "{before} {after}");
    }

    #[test]
    fn sessions_are_of_the_unit_that_was_compiled_when_they_began() {
        let place = Place::built_twice(Written::V1);
        // Of the replaced and of the present library; the executable has none yet.
        place.session("app-1", 0.35);
        place.session("app-2", MONTH_S + 0.35);
        assert_eq!(sessions(&place), [format!("app-1/s-{}-1abc: unit", base_36(STARTED_AT + 0.35))]);
    }

    #[test]
    fn a_session_of_no_unit_is_told_when_each_unit_has_another() {
        let place = Place::built_twice(Written::V1);
        for after_s in [0.35, 1.1, MONTH_S + 0.35] {
            place.session(&format!("app-{after_s}"), after_s);
        }
        place.session("app-none", 20.0);
        assert_eq!(sessions(&place).len(), 2);
        assert_eq!(place.leftovers().undecided.len(), 1);
        place.session("app-last", MONTH_S + 1.1);
        let told = sessions(&place);
        assert_eq!(
            (told.len(), told.iter().any(|session| session.ends_with(": no unit for 1 months"))),
            (3, true),
            "{told:?}"
        );
        assert_eq!(place.leftovers().undecided, [""; 0]);
    }

    #[test]
    fn the_session_before_the_last_is_kept_as_rustc_keeps_it() {
        let place = Place::built_twice(Written::V1);
        for after_s in [MONTH_S - 200.0, MONTH_S - 100.0, MONTH_S + 0.35] {
            place.session("app-1", after_s);
        }
        assert_eq!(sessions(&place), [format!("app-1/s-{}-1abc: older", base_36(STARTED_AT + MONTH_S - 200.0))]);
    }

    #[test]
    fn a_compiler_is_gone_if_the_last_one_is_known_to_be_installed() {
        let unit = |compiler: &str, end: f64| StoredUnit {
            profile_dir: "/ws/target/debug".into(),
            profile: "debug".to_owned(),
            layout: Layout::V1,
            hash: "00b07be5f55f0da9".parse().unwrap(),
            package: gantt::parse("app |F").units[0].package.clone(),
            crate_name: "app".to_owned(),
            is_compiled: true,
            built: Some((end - 1.0, end)),
            compiler: Some(compiler.to_owned()),
            unneeded: None,
        };
        let units = [unit("1.94.0", 10.0), unit("1.95.0", 20.0), unit("1.96.0-nightly", 15.0)];
        let installed = |versions: &[&str]| Some(versions.iter().map(|version| (*version).to_owned()).collect());
        let gone = |versions: &[&str]| gone(&units, || installed(versions)).into_iter().collect::<Vec<_>>();
        assert_eq!(gone(&["1.95.0", "1.96.0-nightly"]), ["1.94.0"]);
        assert_eq!(gone(&["1.94.0", "1.96.0-nightly"]), [""; 0]);
    }
}
