//! Replays of a real build, recorded by the program that Cargo has built beside this test.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use brisk::model::{DebugInfo, UnitIdx};
use brisk_store::run_file::Run;
use brisk_store::store::{Filter, RunStore};
use brisk_test_support::fixture::{TempWorkspace, copy};
use camino::{Utf8Path, Utf8PathBuf};

use super::{ReplayRequest, Replayed, replay};
use crate::capture::replay::{Edit, FlagChange};
use crate::error::Result;

/// A recorded workspace.
struct Lab {
    workspace: TempWorkspace,
    home: TempWorkspace,
}

impl Lab {
    /// The fixture `toy`, with `changes` made to it, recorded.
    fn recorded(changes: impl FnOnce(&TempWorkspace)) -> Self {
        let lab = Self { workspace: copy("toy"), home: TempWorkspace::empty() };
        changes(&lab.workspace);
        let test = std::env::current_exe().unwrap();
        let program: PathBuf = test.ancestors().nth(2).unwrap().join("cargo-brisk");
        let mut command = lab.workspace.command(program);
        command.args(["brisk", "record", "--message-format", "json", "--", "build"]);
        command.env("BRISK_DATA_DIR", lab.home.root().join("data")).env("BRISK_CACHE_DIR", lab.cache());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        lab
    }

    fn cache(&self) -> Utf8PathBuf {
        self.home.root().join("cache")
    }

    fn store(&self) -> RunStore {
        RunStore::open(self.home.root().join("data/runs")).unwrap()
    }

    fn run(&self) -> Run {
        self.store().get("last", Filter::All).unwrap()
    }

    /// Replays all units with `edits`.
    fn replay(&self, edits: &[Edit]) -> Result<Replayed> {
        let (store, run, cache) = (self.store(), self.run(), self.cache());
        let units: Vec<UnitIdx> = run.build.iter_units().map(|(idx, _)| idx).collect();
        let request = ReplayRequest {
            store: &store,
            run: &run,
            units: &units,
            change: &FlagChange { edits: edits.to_vec() },
            // What is replayed depends on the machine, as little as can be.
            budget: Duration::from_hours(1),
            cache_dir: cache.as_std_path(),
        };
        replay(&request, &|progress| {
            assert!(progress.done <= progress.planned, "{progress:?}");
        })
    }

    fn error(&self, edits: &[Edit]) -> String {
        let text = self.replay(edits).unwrap_err().text();
        text.replace(self.workspace.root().as_str(), "ROOT").replace(self.run().id.as_str(), "RUN")
    }

    /// The file names in the directory of replays called `name`.
    fn private(&self, name: &str) -> Vec<String> {
        let all: Vec<Utf8PathBuf> = below(&self.cache().join("replay"));
        let has_name = |path: &&Utf8PathBuf| path.parent().and_then(Utf8Path::file_name) == Some(name);
        all.iter().filter(has_name).map(|path| path.file_name().unwrap().to_owned()).collect()
    }
}

/// All files and directories below `dir`; links are not followed.
fn below(dir: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    for entry in dir.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        found.push(entry.path().to_owned());
        if entry.file_type().unwrap().is_dir() {
            found.extend(below(entry.path()));
        }
    }
    found
}

/// Bytes and modification time of everything in `dir`.
fn state(dir: &Utf8Path) -> BTreeMap<Utf8PathBuf, (SystemTime, Vec<u8>)> {
    let of = |path: Utf8PathBuf| {
        let modified = fs_err::metadata(&path).unwrap().modified().unwrap();
        let bytes = if path.is_dir() { Vec::new() } else { fs_err::read(&path).unwrap() };
        (path, (modified, bytes))
    };
    below(dir).into_iter().map(of).collect()
}

#[test]
fn a_replay_measures_each_unit_twice_and_leaves_the_workspace_as_it_was() {
    let lab = Lab::recorded(|_| {});
    let before = state(lab.workspace.root());
    let replayed = lab.replay(&[Edit::Debug(DebugInfo::None)]).unwrap();
    assert!(before == state(lab.workspace.root()), "nothing below the workspace may change");
    assert_eq!(lab.private("target"), Vec::<String>::new(), "outputs are removed");

    let run = lab.run();
    let mut labels: Vec<String> = replayed.units.iter().map(|unit| run.build.unit(unit.unit).label()).collect();
    labels.sort();
    assert_eq!(labels, ["a", "app", "app (bin app)", "app build script", "b"], "but not the run of the script");
    for unit in &replayed.units {
        assert!(unit.control.cpu_s > 0.0 && unit.changed.cpu_s > 0.0 && !unit.from_cache, "{unit:?}");
        assert_eq!(run.build.unit(unit.unit).links(), unit.control.link_s != Some(0.0), "{unit:?}");
    }
    assert_eq!(replayed.skipped, []);
    let extrapolation = replayed.extrapolation.unwrap();
    assert_eq!((extrapolation.factors.len(), extrapolation.standard_error_s), (5, Some(0.0)));
    assert!((extrapolation.replayed_share - 1.0).abs() < 1e-9);
}

#[test]
fn what_was_replayed_once_is_known() {
    let lab = Lab::recorded(|_| {});
    let edits = [Edit::Debug(DebugInfo::LineTables)];
    let first = lab.replay(&edits).unwrap();
    let second = lab.replay(&edits).unwrap();
    assert!(second.units.iter().all(|unit| unit.from_cache));
    assert_eq!(second.extrapolation, first.extrapolation);
    let other = lab.replay(&[Edit::OptLevel("1".to_owned())]).unwrap();
    assert!(other.units.iter().all(|unit| !unit.from_cache), "another change is another question");
}

#[test]
fn a_changed_flag_reaches_rustc() {
    let flagged = "#[cfg(from_a_replay)]\ncompile_error!(\"the flag is there\");\n";
    let lab = Lab::recorded(|workspace| {
        let library = workspace.read("a/src/lib.rs").replace("b::answer!();", &format!("{flagged}b::answer!();"));
        workspace.write("a/src/lib.rs", library);
    });
    let flags = Edit::Rustflags(vec!["--cfg".to_owned(), "from_a_replay".to_owned()]);
    let replayed = lab.replay(&[flags]).unwrap();
    let whys: Vec<&str> = replayed.skipped.iter().map(|skipped| skipped.why.as_str()).collect();
    assert_eq!(whys, ["rustc failed with the change: the flag is there"]);
    assert_eq!((replayed.units.len(), replayed.affected.len()), (4, 5), "of the others all is known");
}

#[test]
fn a_change_that_changes_nothing_is_not_measured() {
    let lab = Lab::recorded(|_| {});
    let replayed = lab.replay(&[Edit::OptLevel("0".to_owned())]).unwrap();
    assert_eq!((replayed.units.len(), replayed.unchanged.len(), replayed.extrapolation), (0, 5, None));
}

#[test]
fn without_its_inputs_a_build_cannot_be_replayed() {
    let lab = Lab::recorded(|_| {});
    fs_err::remove_dir_all(lab.workspace.root().join("a")).unwrap();
    fs_err::remove_dir_all(lab.workspace.root().join("b")).unwrap();
    fs_err::remove_dir_all(lab.workspace.root().join("app")).unwrap();
    insta::assert_snapshot!(lab.error(&[Edit::CodegenUnits(1)]), @r"
    what was compiled in the run RUN cannot be compiled again

    Caused by:
      `a/src/lib.rs` is gone

    help: record a clean build again: `cargo clean` and `cargo brisk record -- build`
    ");
}

#[test]
fn after_a_clean_what_depends_on_nothing_can_be_replayed_still() {
    let lab = Lab::recorded(|_| {});
    fs_err::remove_dir_all(lab.workspace.root().join("target")).unwrap();
    let replayed = lab.replay(&[Edit::CodegenUnits(1)]).unwrap();
    let run = lab.run();
    assert!(replayed.skipped.iter().all(|skipped| skipped.why.ends_with("is gone")), "{:?}", replayed.skipped);
    let label = |unit: UnitIdx| run.build.unit(unit).label();
    let mut skipped: Vec<String> = replayed.skipped.iter().map(|skipped| label(skipped.unit)).collect();
    skipped.sort();
    assert_eq!(skipped, ["a", "app", "app (bin app)"]);
    assert_eq!((replayed.units.len(), replayed.affected.len()), (2, 5));
}

#[test]
fn a_run_without_calls_says_how_to_get_them() {
    let lab = Lab::recorded(|_| {});
    let calls = lab.home.root().join(format!("data/runs/{}.calls.json.gz", lab.run().id));
    fs_err::write(&calls, "broken").unwrap();
    assert!(lab.error(&[Edit::CodegenUnits(1)]).contains("is damaged"));
    fs_err::remove_file(&calls).unwrap();
    insta::assert_snapshot!(lab.error(&[Edit::CodegenUnits(1)]), @r"
    how rustc was called in the run RUN is not known

    help: record a clean build again: `cargo clean` and `cargo brisk record -- build`
    ");
}

#[test]
fn a_linker_that_is_not_installed_is_named() {
    let lab = Lab::recorded(|_| {});
    insta::assert_snapshot!(lab.error(&[Edit::FuseLd("nowhere".to_owned())]), @r"
    the linker `ld.nowhere` is not installed

    help: install it, or name one that is on the PATH
    ");
}
