//! `spurious-rebuild`.

use brisk::analysis::Analysis;
use brisk::model::{PathPlace, PathState, Rebuilds, UnitIdx, Watch, WatchScope, WatchedPath};

use super::Case;
use super::always_rerun::with;

pub(super) const CASE: Case = Case {
    id: "spurious-rebuild",
    positive: || scope(WatchScope::Package, None),
    // It names a directory of its package.
    silent: || scope(WatchScope::Named, Some(PathPlace::Elsewhere)),
};

fn scope(scope: WatchScope, place: Option<PathPlace>) -> Analysis {
    let path = |place| WatchedPath { path: "data".to_owned(), state: PathState::Unremarkable, place, named_at: None };
    let paths = place.map(path).into_iter().collect();
    with(Rebuilds {
        watches: vec![Watch { unit: UnitIdx(1), scope, paths, variables: Vec::new() }],
        ..Rebuilds::default()
    })
}
