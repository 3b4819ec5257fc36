//! Units as columns: a number or the place of a text for each.

use std::collections::{BTreeMap, BTreeSet};

use brisk::analysis::Analysis;
use brisk::model::{Build, Mode, PackageSource, Status, TargetKind, Unit, UnitIdx};
use serde::Serialize;

use super::digits;
use super::number::ticks;
use super::strings::{Strings, Text};
use crate::json::UnitView;
use crate::text::repeats;

/// A number for each unit, `None` for those of which it is not known; `None` as a whole where it is known of none.
type Column<T> = Option<Vec<Option<T>>>;

/// All units of the build, in its order. Times are in ticks of 0.1 ms since the build's start.
#[derive(Debug, Serialize)]
pub(super) struct UnitsData {
    n: usize,
    package: Vec<Text>,
    version: Column<Text>,
    /// What comes behind the package's name to tell which of its units it is, such as `build script (run)`.
    what: Vec<Text>,
    target: Vec<Text>,
    /// All of them in one text.
    features: Vec<Text>,
    kind: Coded,
    mode: Coded,
    platform: Coded,
    profile: Coded,
    source: Coded,
    status: Coded,
    confidence: Coded,
    /// Bits: see [`flags`].
    flags: Vec<u8>,
    start: Column<i64>,
    duration: Column<i64>,
    front: Column<i64>,
    back: Column<i64>,
    link: Column<i64>,
    cpu: Column<i64>,
    rss: Column<u64>,
    bytes: Column<u64>,
    /// Of each unit what it depends on, ascending, each but the first as the step from the one before.
    dependencies: Vec<Vec<u32>>,
    /// For units that bear the name of one that started before them, how many have it up to them.
    repeat: BTreeMap<u32, usize>,
    /// Exit codes.
    failed: BTreeMap<u32, i32>,
    /// Why a unit was rebuilt: the kind of reason, the reason, and the unit that it is a consequence of.
    why: BTreeMap<u32, (Text, Text, Option<u32>)>,
    /// When units started that nobody saw end.
    unfinished: BTreeMap<u32, i64>,
}

/// A word for each unit, of few different ones.
#[derive(Debug, Serialize)]
struct Coded {
    /// The words.
    of: Vec<Option<Text>>,
    /// For each unit the place of its word, in as many digits as the last place has; nothing where there is only one word.
    codes: String,
}

impl UnitsData {
    pub(super) fn of(analysis: &Analysis, strings: &mut Strings) -> Self {
        let build = &analysis.build;
        let views: Vec<UnitView<'_>> = build.units.iter().map(UnitView::of).collect();
        let members = Members::of(analysis);
        let mut coded = |word: fn(&UnitView<'_>) -> Option<String>| Coded::of(views.iter().map(word), strings);
        let kind = coded(|unit| Some(unit.kind.to_owned()));
        let mode = coded(|unit| Some(unit.mode.to_owned()));
        let platform = coded(|unit| Some(unit.platform.to_owned()));
        let profile = coded(|unit| unit.profile_dir.map(str::to_owned));
        let source = coded(|unit| Some(unit.source.to_owned()));
        let status = coded(|unit| Some(unit.status.to_owned()));
        let confidence = coded(|unit| unit.confidence.map(str::to_owned));
        let times =
            |seconds: fn(&UnitView<'_>) -> Option<f64>| column(views.iter().map(|unit| seconds(unit).and_then(ticks)));
        Self {
            n: views.len(),
            package: views.iter().map(|unit| strings.of(unit.package)).collect(),
            version: column(views.iter().map(|unit| unit.version.map(|version| strings.of(version)))),
            what: build.units.iter().map(|unit| strings.of(what(unit).trim_start())).collect(),
            target: views.iter().map(|unit| strings.of(unit.target)).collect(),
            features: views.iter().map(|unit| strings.of(&unit.features.join(", "))).collect(),
            kind,
            mode,
            platform,
            profile,
            source,
            status,
            confidence,
            flags: build.units.iter().map(|unit| flags(build, unit, &members)).collect(),
            start: times(|unit| unit.start_s),
            duration: times(|unit| unit.duration_s),
            front: times(|unit| unit.front_s),
            back: times(|unit| unit.back_s),
            link: times(|unit| unit.link_s),
            cpu: times(|unit| unit.cpu_s),
            rss: column(views.iter().map(|unit| unit.max_rss_bytes)),
            bytes: column(views.iter().map(|unit| unit.bytes)),
            dependencies: steps(analysis),
            repeat: repeats(build).into_iter().map(|(idx, n)| (idx.0, n)).collect(),
            failed: some(build, |unit| unit.failed),
            why: some(build, |unit| why(unit, strings)),
            unfinished: some(build, |unit| unit.unfinished_since_s.and_then(ticks)),
        }
    }
}

/// Who is a member of the workspace. Where the source of the build does not say, names decide.
pub(super) struct Members<'a>(BTreeSet<&'a str>);

impl<'a> Members<'a> {
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        Self(analysis.workspace.iter_members().map(|(_, package)| package.name.as_str()).collect())
    }

    pub(super) fn has(&self, unit: &Unit) -> bool {
        match unit.package.source {
            PackageSource::Member => true,
            PackageSource::Unknown => self.0.contains(unit.package.name.as_str()),
            PackageSource::Path | PackageSource::Registry | PackageSource::Git => false,
        }
    }
}

/// 1: of a member; 2: on the main time line; 4: a library's compilation, whose dependents of the same kind may start at its
/// metadata; 8: a linker runs in it; 16: the run of a build script.
fn flags(build: &Build, unit: &Unit, members: &Members<'_>) -> u8 {
    let is_main = build.in_main_session(unit) && unit.trusted_duration_s().is_some();
    let is_library = unit.mode == Mode::Build && unit.target.kind == TargetKind::Lib;
    let is_script = unit.mode == Mode::RunBuildScript;
    let bits = [members.has(unit), is_main, is_library, unit.links(), is_script];
    bits.iter().enumerate().fold(0, |flags, (bit, is_set)| flags | u8::from(*is_set) << bit)
}

/// What people call the unit, without the name of its package.
fn what(unit: &Unit) -> String {
    let label = unit.label();
    label.strip_prefix(unit.package.name.as_str()).unwrap_or_default().to_owned()
}

fn why(unit: &Unit, strings: &mut Strings) -> Option<(Text, Text, Option<u32>)> {
    let Status::Dirty(Some(reason)) = &unit.status else { return None };
    Some((strings.of(&reason.kind), strings.of(&reason.detail), reason.because_of.map(|idx| idx.0)))
}

fn some<T>(build: &Build, mut of: impl FnMut(&Unit) -> Option<T>) -> BTreeMap<u32, T> {
    build.iter_units().filter_map(|(idx, unit)| Some((idx.0, of(unit)?))).collect()
}

fn steps(analysis: &Analysis) -> Vec<Vec<u32>> {
    let of_unit = |(idx, _): (UnitIdx, &Unit)| {
        let mut before = 0;
        let dependencies = analysis.graph.dependencies(idx).iter();
        dependencies.map(|dependency| dependency.0 - std::mem::replace(&mut before, dependency.0)).collect()
    };
    analysis.build.iter_units().map(of_unit).collect()
}

fn column<T>(values: impl Iterator<Item = Option<T>>) -> Column<T> {
    let values: Vec<Option<T>> = values.collect();
    values.iter().any(Option::is_some).then_some(values)
}

impl Coded {
    fn of(words: impl Iterator<Item = Option<String>>, strings: &mut Strings) -> Self {
        let words: Vec<Option<Text>> = words.map(|word| word.map(|word| strings.of(&word))).collect();
        let of: Vec<Option<Text>> = words.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let width = digits::width(of.len());
        let mut codes = String::new();
        for word in &words {
            // The list is sorted and has all of them.
            let place = of.binary_search(word).unwrap_or(0);
            digits::push(&mut codes, place, width);
        }
        Self { of, codes }
    }
}
