//! Build directories as Cargo leaves them, and what happens to them afterwards.

use std::process::Command;
use std::time::{Duration, SystemTime};

use brisk::model::{Build, Confidence, Problem, Workspace};
use brisk_test_support::gantt::{self, STARTED_AT};
use brisk_test_support::{Layout, TargetDir, workspace_of};
use camino::{Utf8Path, Utf8PathBuf};

use super::{BuildDirs, Found, LoadError, Selection, load};

/// A workspace with a dependency.
const OURS: &str = "
    serde v1.0.0              |FFFBB
    a          <- serde       |...FFFFBB
    app (bin)  <- a           |.........FFBL
";

/// Another one, with a dependency of its own.
const THEIRS: &str = "
    syn v2.0.0                |FFFFFFFFFFFFFBBBBBBBB
    other      <- syn         |.............FFFFFFBB
    tool (bin) <- other       |.....................FFFBBBBBBBBBBBBL
";

pub(super) struct Place {
    _directory: tempfile::TempDir,
    target: Utf8PathBuf,
}

impl Place {
    pub(super) fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let target = Utf8PathBuf::from_path_buf(directory.path().join("target")).unwrap();
        Self { _directory: directory, target }
    }

    /// After `OURS` was built.
    fn built() -> Self {
        let place = Self::empty();
        place.build(OURS, Layout::V1, 0.0);
        place
    }

    /// Builds `picture`, beginning so many seconds after the start of all pictures.
    pub(super) fn build(&self, picture: &str, layout: Layout, after_s: f64) {
        let build = Build { started_at: Some(STARTED_AT + after_s), ..gantt::parse(picture) };
        TargetDir::new(layout).write(&build, &self.target);
    }

    pub(super) fn load(&self) -> Result<Found, LoadError> {
        let dirs = BuildDirs { target_dir: self.target.clone(), build_dir: self.target.clone() };
        load(&dirs, &Selection::default(), &ours())
    }

    fn loaded(&self) -> Build {
        self.load().unwrap().build
    }

    /// The only file below the directory whose path contains `part` and ends with `end`.
    pub(super) fn file(&self, part: &str, end: &str) -> Utf8PathBuf {
        let mut found = files_below(&self.target);
        found.retain(|path| path.as_str().contains(part) && path.as_str().ends_with(end));
        let [only] = found.as_slice() else { panic!("{part} {end}: {found:?}") };
        only.clone()
    }
}

fn ours() -> Workspace {
    workspace_of(&gantt::parse(OURS))
}

fn files_below(directory: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    let mut stack = vec![directory.to_owned()];
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(path.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path()));
        } else {
            files.push(path);
        }
    }
    files
}

/// Sets the time of a file to so many seconds after the start of all pictures.
fn touch(path: &Utf8Path, after_s: f64) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs_f64(STARTED_AT + after_s);
    fs_err::OpenOptions::new().write(true).open(path).unwrap().file().set_modified(at).unwrap();
}

fn pipe(path: &Utf8Path) {
    fs_err::remove_file(path).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Labels of the units with a time to rely on.
fn timed(build: &Build) -> Vec<String> {
    let timed = build.units.iter().filter(|unit| unit.trusted_duration_s().is_some());
    timed.map(|unit| unit.label()).collect()
}

fn labels(build: &Build) -> Vec<String> {
    build.units.iter().map(|unit| unit.label()).collect()
}

fn whats(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.what.as_str()).collect()
}

#[track_caller]
fn only_problem(build: &Build, what: &str) {
    let whats = whats(&build.problems);
    assert!(whats.len() == 1 && whats[0].contains(what), "{whats:?}");
}

#[test]
fn a_whole_build_is_without_problems() {
    let build = Place::built().loaded();
    assert_eq!(whats(&build.problems), [""; 0]);
    assert_eq!(timed(&build), ["a", "app (bin app)", "serde"]);
}

#[test]
fn in_a_shared_directory_the_workspaces_own_build_is_told() {
    let place = Place::built();
    place.build(THEIRS, Layout::V1, 60.0);
    let found = place.load().unwrap();
    assert_eq!(labels(&found.build), ["a", "app (bin app)", "serde"]);
    assert_eq!((found.build.started_at, found.build.sessions.len()), (Some(STARTED_AT), 1));
    only_problem(&found.build, "is of packages that this workspace does not have: `other`, `tool`");
    assert_eq!(found.others, []);
}

#[test]
fn after_our_own_build_the_other_workspace_is_no_problem() {
    let place = Place::empty();
    place.build(THEIRS, Layout::V1, 0.0);
    place.build(OURS, Layout::V1, 60.0);
    let build = place.loaded();
    assert_eq!(whats(&build.problems), [""; 0]);
    assert_eq!(build.started_at, Some(STARTED_AT + 60.0));
}

#[test]
fn a_dependency_that_the_other_workspace_built_is_of_another_session() {
    let place = Place::built();
    // The same unit is there already when our own build begins. Hashes are of names and lines.
    let later = "\nserde v1.0.0 |\na <- serde |...FFFFBB\napp (bin) <- a |.........FFBL";
    let theirs = "\nserde v1.0.0 |FFFBB\nother <- serde |...FFFFFFFFFFFFFFFFFFFFFFFFF";
    place.build(later, Layout::V1, 60.0);
    place.build(theirs, Layout::V1, 0.0);
    let build = place.loaded();
    assert_eq!(timed(&build), ["a", "app (bin app)", "serde"]);
    assert!(build.started_at.is_some_and(|at| at > STARTED_AT + 59.0), "{:?}", build.started_at);
    assert_eq!((build.sessions.len(), whats(&build.problems)), (2, Vec::new()));
}

#[test]
fn where_only_another_workspace_was_built_nothing_is_told() {
    let place = Place::empty();
    place.build(THEIRS, Layout::V1, 0.0);
    let error = place.load().unwrap_err();
    assert!(matches!(&error, LoadError::NotOwn { names, .. } if names == "`other`, `tool`"), "{error}");
}

#[test]
fn a_fingerprint_that_was_cut_short_gives_no_time() {
    let place = Place::built();
    let json = place.file(".fingerprint/a-", "lib-a.json");
    let text = fs_err::read(&json).unwrap();
    fs_err::write(&json, &text[..text.len() / 2]).unwrap();
    touch(&json, 5000.0);
    let build = place.loaded();
    assert_eq!(timed(&build), ["app (bin app)", "serde"]);
    assert!(build.wall_s.is_some_and(|wall_s| wall_s < 2.0), "{:?}", build.wall_s);
    only_problem(&build, "1 file of Cargo's fingerprints could not be understood");
}

#[test]
fn a_fingerprint_that_was_padded_gives_no_time() {
    for seconds in [5000.0, 0.9] {
        let place = Place::built();
        let json = place.file(".fingerprint/a-", "lib-a.json");
        let text = fs_err::read_to_string(&json).unwrap();
        fs_err::write(&json, format!("{text}\n\n")).unwrap();
        touch(&json, seconds);
        let build = place.loaded();
        assert_eq!((timed(&build), build.edges.len()), (vec!["app (bin app)".to_owned(), "serde".to_owned()], 2));
        only_problem(&build, "the fingerprints of 1 of 3 units were changed after Cargo wrote them");
    }
}

#[test]
fn a_fingerprint_newer_than_its_hash_gives_no_time() {
    let place = Place::built();
    touch(&place.file(".fingerprint/app-", "bin-app.json"), 5000.0);
    let build = place.loaded();
    assert_eq!(timed(&build), ["a", "serde"]);
    only_problem(&build, "the fingerprints of 1 of 3 units were changed");
}

#[test]
fn a_unit_that_ended_after_what_links_it_began_has_no_time() {
    let place = Place::built();
    touch(&place.file(".fingerprint/serde-", "/lib-serde"), 1.2);
    touch(&place.file(".fingerprint/serde-", "/lib-serde.json"), 1.2);
    let build = place.loaded();
    assert_eq!(timed(&build), ["a", "app (bin app)"]);
    only_problem(&build, "the file times of 1 of 3 units contradict each other");
}

#[test]
fn a_dependency_that_was_rebuilt_alone_keeps_its_time() {
    let place = Place::built();
    place.build("\nserde v1.0.0 |FFB", Layout::V1, 60.0);
    let build = place.loaded();
    assert_eq!(timed(&build), ["a", "app (bin app)", "serde"]);
    assert_eq!(whats(&build.problems), [""; 0]);
}

#[test]
fn where_all_times_are_lost_there_is_no_session_and_no_start() {
    let place = Place::built();
    for file in files_below(&place.target) {
        touch(&file, 77.7);
    }
    let build = place.loaded();
    assert_eq!((build.started_at, build.wall_s, build.sessions.len()), (None, None, 0));
    assert!(build.units.iter().all(|unit| unit.timing.unwrap().confidence == Confidence::Doubtful));
    only_problem(&build, "the file times of 3 of 3 units contradict each other");
}

#[test]
fn what_lies_among_the_units_of_a_copy_is_copied_too() {
    let place = Place::built();
    for (position, file) in (0..).map(f64::from).zip(files_below(&place.target)) {
        touch(&file, 60.0 + position / 1000.0);
    }
    // Slow enough for rustc.
    touch(&place.file(".fingerprint/a-", "dep-lib-a"), 60.0);
    touch(&place.file("deps/a-", ".d"), 60.005);
    touch(&place.file("deps/liba-", ".rmeta"), 60.006);
    touch(&place.file(".fingerprint/a-", "/lib-a"), 60.02);
    touch(&place.file(".fingerprint/a-", "/lib-a.json"), 60.02);
    touch(&place.file(".fingerprint/serde-", "dep-lib-serde"), 60.03);
    touch(&place.file(".fingerprint/serde-", "/lib-serde.json"), 60.01);
    let build = place.loaded();
    assert_eq!((timed(&build).len(), build.started_at), (0, None));
    place.build("\n\na |FFFFBB\napp (bin) <- a |.........FFBL", Layout::V1, 61.0);
    assert_eq!(timed(&place.loaded()), ["a", "app (bin app)"]);
}

#[test]
fn times_that_no_build_can_have_are_not_told() {
    // In 1970, and a hundred years from the time of the pictures.
    for after_s in [86_400.0 - STARTED_AT, 3.2e9] {
        let place = Place::empty();
        place.build(OURS, Layout::V1, after_s);
        let build = place.loaded();
        assert_eq!((build.started_at, build.wall_s, build.sessions.len(), timed(&build).len()), (None, None, 0, 0));
        only_problem(&build, "the file times of 3 of 3 units lie in the future or before there was a Cargo");
    }
}

#[test]
fn builds_in_both_layouts_are_told_apart() {
    let place = Place::built();
    place.build(OURS, Layout::V2, 1.4);
    let found = place.load().unwrap();
    assert_eq!(labels(&found.build), ["a", "app (bin app)", "serde"]);
    assert_eq!((found.build.edges.len(), found.build.sessions.len()), (2, 1));
    assert!(found.build.started_at.is_some_and(|at| at > STARTED_AT + 1.0), "{:?}", found.build.started_at);
    only_problem(&found.build, "the dev profile was built in both layouts");
    assert_eq!(found.others.iter().map(|other| other.n_units).collect::<Vec<_>>(), [3]);
}

#[test]
fn an_unfinished_unit_failed_unless_cargo_has_locked_the_directory() {
    let place = Place::built();
    fs_err::write(place.file(".fingerprint/app-", "/bin-app"), "").unwrap();
    let lock = fs_err::File::open(place.target.join("debug/.cargo-lock")).unwrap().into_file();
    only_problem(&place.loaded(), "the last build of a unit did not finish: the bin `app`");
    assert!(place.loaded().problems[0].why.starts_with("it failed or was interrupted; "));
    lock.lock().unwrap();
    only_problem(&place.loaded(), "/debug`: 1 unit is not done");
    lock.unlock().unwrap();
}

#[test]
fn a_unit_that_is_being_documented_again_has_no_doubtful_time() {
    let place = Place::empty();
    place.build("a (lib doc) |FFF", Layout::V1, 0.0);
    fs_err::write(place.file(".fingerprint/a-", "/doc-lib-a"), "").unwrap();
    fs_err::remove_file(place.file(".fingerprint/a-", "/dep-doc-lib-a")).unwrap();
    touch(&place.file(".fingerprint/a-", "invoked.timestamp"), 60.0);
    only_problem(&place.loaded(), "the last build of a unit did not finish");
}

#[test]
fn a_first_build_is_told_of_before_any_unit_is_done() {
    let place = Place::empty();
    for path in ["debug/.fingerprint/a-0123456789abcdef/invoked.timestamp", "debug/.cargo-lock"] {
        let path = place.target.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, "").unwrap();
    }
    assert!(matches!(place.load(), Err(LoadError::NoBuild { .. })));
    let lock = fs_err::File::open(place.target.join("debug/.cargo-lock")).unwrap().into_file();
    lock.lock().unwrap();
    assert!(matches!(place.load(), Err(LoadError::FirstBuild { dir }) if dir.ends_with("target/debug")));
}

#[test]
fn outputs_without_fingerprints_are_not_nothing() {
    let place = Place::built();
    fs_err::remove_dir_all(place.target.join("debug/.fingerprint")).unwrap();
    assert!(matches!(place.load(), Err(LoadError::NoFingerprints { dir }) if dir.ends_with("target/debug")));
    let place = Place::empty();
    place.build(OURS, Layout::V2, 0.0);
    for path in ["a", "app", "serde"] {
        let unit = place.target.join("debug/build").join(path).read_dir_utf8().unwrap().next().unwrap().unwrap();
        fs_err::remove_dir_all(unit.path().join("fingerprint")).unwrap();
    }
    assert!(matches!(place.load(), Err(LoadError::NoFingerprints { dir }) if dir.ends_with("target/debug")));
    fs_err::remove_dir_all(place.target.join("debug")).unwrap();
    assert!(matches!(place.load(), Err(LoadError::NoBuild { .. })));
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let place = Place::built();
    let json = place.file(".fingerprint/a-", "lib-a.json");
    // Without blocks on disk.
    fs_err::OpenOptions::new().write(true).open(&json).unwrap().file().set_len(1 << 42).unwrap();
    let build = place.loaded();
    assert_eq!(timed(&build), ["app (bin app)", "serde"]);
    only_problem(
        &build,
        &format!("1 file of the build directory is larger than any that Cargo writes, first `{json}`"),
    );
}

#[test]
#[cfg(unix)]
fn pipes_are_told_of_and_not_opened() {
    let place = Place::built();
    let json = place.file(".fingerprint/a-", "lib-a.json");
    pipe(&json);
    pipe(&place.file(".fingerprint/serde-", "/lib-serde"));
    fs_err::write(place.target.join(".rustc_info.json"), "").unwrap();
    pipe(&place.target.join(".rustc_info.json"));
    let build = place.loaded();
    assert_eq!(timed(&build), ["app (bin app)", "serde"]);
    let whats = whats(&build.problems);
    assert!(whats[0].starts_with("2 files of the build directory could not be read, first"), "{whats:?}");
}

#[test]
fn units_without_their_fingerprint_are_counted() {
    let place = Place::built();
    fs_err::remove_file(place.file(".fingerprint/a-", "lib-a.json")).unwrap();
    fs_err::remove_file(place.file(".fingerprint/serde-", "lib-serde.json")).unwrap();
    let build = place.loaded();
    assert_eq!(build.units.len(), 3);
    assert!(whats(&build.problems)[0].starts_with("2 units that Cargo built have no readable fingerprint, first in `"));
}

#[test]
fn a_unit_that_never_finished_brings_no_dependencies_with_it() {
    let place = Place::built();
    place.build("\n\n\n\n\nserde v1.0.0 +old |FF", Layout::V1, -600.0);
    assert_eq!(place.loaded().units.len(), 3);
    let failed = place.target.join("debug/.fingerprint/app-0123456789abcdef/output-bin-app");
    fs_err::create_dir_all(failed.parent().unwrap()).unwrap();
    fs_err::write(&failed, "error").unwrap();
    let build = place.loaded();
    assert_eq!(timed(&build), ["a", "app (bin app)", "serde"]);
}

#[test]
fn a_unit_that_was_started_and_left_nothing_is_told_while_it_is_news() {
    let place = Place::built();
    let invoked = place.target.join("debug/.fingerprint/late-0123456789abcdef/invoked.timestamp");
    fs_err::create_dir_all(invoked.parent().unwrap()).unwrap();
    fs_err::write(&invoked, "").unwrap();
    touch(&invoked, 1.5);
    only_problem(&place.loaded(), "the last build of a unit did not finish: a unit of `late`");
    touch(&invoked, -60.0);
    assert_eq!(whats(&place.loaded().problems), [""; 0]);
}
