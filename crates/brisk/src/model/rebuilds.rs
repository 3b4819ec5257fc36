//! What decides how much of the next build is built again.

use std::collections::BTreeMap;

use super::{Build, NoOp, PathState, SourceTimes, UnitHash, UnitIdx, Variants, Watch, WatchedPath};

/// What is known of that, beside the build. Empty where nobody looked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rebuilds {
    /// What Cargo looks at, by unit.
    pub watches: Vec<Watch>,
    /// When the workspace's own sources were written.
    pub source_times: Option<SourceTimes>,
    /// The same units with other settings.
    pub variants: Variants,
    /// The last build with nothing to do.
    pub no_op: Option<NoOp>,
}

impl Rebuilds {
    /// The same in terms of `build`, where it was found out of `of`, another build of the workspace. Units are joined by
    /// hash; what is told of others is left out.
    #[must_use]
    pub fn in_terms_of(self, of: &Build, build: &Build) -> Self {
        let hashed = build.iter_units().filter_map(|(idx, unit)| Some((unit.hash?, idx)));
        let places: BTreeMap<UnitHash, UnitIdx> = hashed.collect();
        let place = |idx: UnitIdx| places.get(&of.units.get(idx.index())?.hash?).copied();
        let watches = self.watches.into_iter().filter_map(|watch| {
            let paths = watch.paths.into_iter().filter_map(|path| moved(path, place)).collect();
            Some(Watch { unit: place(watch.unit)?, paths, ..watch })
        });
        let mut watches: Vec<Watch> = watches.collect();
        watches.sort_by_key(|watch| watch.unit);
        // Variants are told from the units of the build: of another build, each is a variant of the other's.
        let is_same = of.units.iter().map(|unit| unit.hash).eq(build.units.iter().map(|unit| unit.hash));
        let variants = if is_same { self.variants } else { Variants::default() };
        Self { watches, variants, ..self }
    }
}

/// The path with the script that wrote it, if one did, in other terms; `None` where that is no unit there.
fn moved(path: WatchedPath, place: impl Fn(UnitIdx) -> Option<UnitIdx>) -> Option<WatchedPath> {
    let state = match path.state {
        PathState::WrittenBy { script, file } => PathState::WrittenBy { script: place(script)?, file },
        state => state,
    };
    Some(WatchedPath { state, ..path })
}

#[cfg(test)]
mod tests {
    use super::super::{
        Mode, Outputs, PackageRef, PackageSource, PathPlace, PhaseCpu, Platform, Source, Status, Target, TargetKind,
        Unit, WatchScope,
    };
    use super::*;

    fn unit(hash: &str) -> Unit {
        Unit {
            hash: Some(hash.repeat(16).parse().unwrap()),
            package: PackageRef { name: "app".to_owned(), version: None, source: PackageSource::Member },
            target: Target { kind: TargetKind::BuildScript, name: "build-script-build".to_owned() },
            mode: Mode::RunBuildScript,
            platform: Platform::Host,
            profile_dir: None,
            features: Vec::new(),
            status: Status::Fresh,
            timing: None,
            unfinished_since_s: None,
            cpu: None,
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            failed: None,
            outputs: Outputs::default(),
        }
    }

    fn build(hashes: &[&str]) -> Build {
        Build { units: hashes.iter().map(|hash| unit(hash)).collect(), ..Build::empty(Source::Capture) }
    }

    fn watch(unit: u32, script: u32) -> Watch {
        let state = PathState::WrittenBy { script: UnitIdx(script), file: "a".to_owned() };
        let path = WatchedPath { path: "a".to_owned(), state, place: PathPlace::Elsewhere, named_at: None };
        Watch { unit: UnitIdx(unit), scope: WatchScope::Named, paths: vec![path], variables: Vec::new() }
    }

    #[test]
    fn units_of_another_build_are_found_by_their_hash_or_left_out() {
        let rebuilds = Rebuilds { watches: vec![watch(0, 2), watch(1, 1), watch(2, 1)], ..Rebuilds::default() };
        let moved = rebuilds.clone().in_terms_of(&build(&["a", "b", "c"]), &build(&["c", "d", "a"]));
        let [first, second] = moved.watches.as_slice() else { panic!("{moved:?}") };
        assert_eq!((first.unit, first.paths.len()), (UnitIdx(0), 0), "who wrote it is not there");
        assert_eq!((second, second.paths.len()), (&watch(2, 0), 1));
        let same = rebuilds.clone().in_terms_of(&build(&["a", "b", "c"]), &build(&["a", "b", "c"]));
        assert_eq!(same, rebuilds);
    }
}
