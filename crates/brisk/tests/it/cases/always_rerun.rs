//! `always-rerun`.

use brisk::analysis::Analysis;
use brisk::model::{
    NoOp, PathPlace, PathState, Rebuilds, Rebuilt, Surroundings, UnitIdx, Watch, WatchScope, WatchedPath,
};
use brisk_test_support::{gantt, workspace_of};

use super::Case;

pub(super) const CASE: Case = Case {
    id: "always-rerun",
    positive: || watching(PathState::Missing { may_be_new: false }, None),
    // The same prediction, but a build with nothing to do after it left the script alone.
    silent: || watching(PathState::Missing { may_be_new: true }, Some(vec![])),
};

/// The run of the script is the unit 1.
const BUILD: &str = "
    app (build-script)                            |FBL
    app (build-script run) <- app (build-script)  |...S
    app <- app (build-script run)                 |....FFB
    app (bin) <- app                              |.......FBL
";

/// A script whose watched path is in this state; and what a second build built, if there was one.
pub(crate) fn watching(state: PathState, rebuilt: Option<Vec<Rebuilt>>) -> Analysis {
    let path = WatchedPath { path: "none.txt".to_owned(), state, place: PathPlace::Elsewhere, named_at: None };
    let watch = Watch { unit: UnitIdx(1), scope: WatchScope::Named, paths: vec![path], variables: Vec::new() };
    let no_op = rebuilt.map(no_op);
    with(Rebuilds { watches: vec![watch], no_op, ..Rebuilds::default() })
}

/// The build with this knowledge of what is built again.
pub(crate) fn with(rebuilds: Rebuilds) -> Analysis {
    of(BUILD, rebuilds)
}

/// The same of another build.
pub(crate) fn of(drawn: &str, rebuilds: Rebuilds) -> Analysis {
    let build = gantt::parse(drawn);
    let surroundings = Surroundings { rebuilds, ..Surroundings::default() };
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}

/// A build with nothing to do, a minute after the start of all pictures, that built this.
pub(crate) fn no_op(rebuilt: Vec<Rebuilt>) -> NoOp {
    NoOp { command: vec!["build".to_owned()], started_at: gantt::STARTED_AT + 60.0, wall_s: Some(0.1), rebuilt }
}
