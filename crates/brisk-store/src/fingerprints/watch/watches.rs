//! From fingerprints and the times of files to what is remarkable of them.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use brisk::model::{
    PackageRef, PackageSource, PathPlace, PathState, SourceTimes, TargetKind, Unit, UnitIdx, Watch, WatchScope,
    WatchedPath, WatchedVariable, Workspace,
};
use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Files, Walk, Written, normalized};
use super::script_text::ScriptText;
use super::tracked::{self, Base, Tracked};
use crate::fingerprints::damage::MOST_BYTES;
use crate::fingerprints::listing;
use crate::fingerprints::times::CLOCK_SKEW_S;
use crate::fingerprints::{Flavor, Found, LocalFingerprint, UnitRecord};

/// What beside the build directory decides.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// The build directory that the build was found in.
    pub build_dir: &'a Utf8Path,
    /// The workspace.
    pub workspace: &'a Workspace,
    /// Cargo's home, whose packages Cargo takes for immutable.
    pub cargo_home: Option<&'a Utf8Path>,
    /// The variable's value here and now, if it is not the given one. `None` also where that cannot be told.
    pub changed: &'a dyn Fn(&str, Option<&str>) -> Option<Changed>,
    /// Whether Git ignores the file, so that Cargo does not count it to its package.
    pub is_ignored: &'a dyn Fn(&Utf8Path) -> bool,
}

/// The value of a variable that is not what it was; `None` if it is not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed(pub Option<String>);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// By unit, in their order; only units of which there is something to say.
    pub watches: Vec<Watch>,
    /// When the workspace's own sources were written; `None` if no unit of them was built.
    pub source_times: Option<SourceTimes>,
}

/// A longer run may coincide with an edit: a file that was written meanwhile counts as the script's only if the script
/// names it.
const LONG_RUN_S: f64 = 2.0;

/// Paths of one unit that are kept, so that a script that names thousands of missing files stays one finding.
const MOST_PATHS: usize = 50;

/// What Cargo looks at for the units of `found`, which [`crate::fingerprints::load()`] gave just now.
pub fn watches(found: &Found, circumstances: Circumstances<'_>) -> Watched {
    let mut reader = Reader::of(found, circumstances);
    let units = found.build.iter_units().zip(&found.records);
    let watches = units.filter_map(|((idx, unit), record)| reader.watch(idx, unit, record)).collect();
    Watched { watches, source_times: reader.sources.times() }
}

/// The run of a build script of the workspace's own.
struct ScriptRun {
    unit: UnitIdx,
    start: f64,
    end: f64,
    package_dir: Utf8PathBuf,
    text: ScriptText,
}

impl ScriptRun {
    /// Whether `file`, last written at `at`, was written by it.
    fn wrote(&mut self, file: &Utf8Path, at: f64) -> bool {
        let is_meanwhile = at > self.start && at <= self.end;
        let is_own = || self.end - self.start <= LONG_RUN_S && file.starts_with(&self.package_dir);
        is_meanwhile && (is_own() || self.text.find(&[file.file_name().unwrap_or_default()]).is_some())
    }
}

struct Reader<'a> {
    circumstances: Circumstances<'a>,
    now: f64,
    files: Files,
    package_dirs: BTreeMap<(&'a str, &'a str, &'a PackageSource), &'a Utf8Path>,
    runs: Vec<ScriptRun>,
    sources: Sources,
}

/// Where a unit and what it looks at are.
struct Place<'a> {
    unit: UnitIdx,
    package_dir: Option<&'a Utf8Path>,
    /// Start of its last build, which Cargo compares with.
    reference: f64,
}

impl<'a> Reader<'a> {
    fn of(found: &'a Found, circumstances: Circumstances<'a>) -> Self {
        let workspace = circumstances.workspace;
        let package_dirs = workspace.packages.iter().filter_map(|package| {
            let dir = Utf8Path::new(package.manifest_path.as_deref()?).parent()?;
            Some(((package.name.as_str(), package.version.as_str(), &package.source), dir))
        });
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(f64::INFINITY, |since| since.as_secs_f64());
        let mut reader = Self {
            circumstances,
            now,
            files: Files::default(),
            package_dirs: package_dirs.collect(),
            runs: Vec::new(),
            sources: Sources::default(),
        };
        let units = found.build.iter_units().zip(&found.records);
        reader.runs = units.filter_map(|((idx, unit), record)| reader.run(idx, unit, record)).collect();
        reader
    }

    fn run(&self, idx: UnitIdx, unit: &Unit, record: &UnitRecord) -> Option<ScriptRun> {
        let is_run = record.name.flavor == Flavor::Run && is_local(unit);
        let (start, end) = record.started_at.zip(record.ended_at).filter(|_| is_run)?;
        let package_dir = self.package_dir(&unit.package)?.to_owned();
        Some(ScriptRun { unit: idx, start, end, package_dir, text: self.script(unit) })
    }

    fn package_dir(&self, package: &PackageRef) -> Option<&'a Utf8Path> {
        let version = package.version.as_deref()?;
        self.package_dirs.get(&(package.name.as_str(), version, &package.source)).copied()
    }

    fn script(&self, unit: &Unit) -> ScriptText {
        let packages = &self.circumstances.workspace.packages;
        let is_it = |package: &&brisk::model::Package| {
            package.name == unit.package.name && Some(&package.version) == unit.package.version.as_ref()
        };
        let targets = packages.iter().find(is_it).into_iter().flat_map(|package| &package.targets);
        let path = targets
            .filter(|target| target.kind == TargetKind::BuildScript)
            .map(|target| Utf8PathBuf::from(&target.src_path))
            .next();
        let shown = path.as_deref().map(|path| self.shown(path)).unwrap_or_default();
        ScriptText::new(path, shown)
    }

    /// Relative to the workspace where it lies below it.
    fn shown(&self, path: &Utf8Path) -> String {
        let root = Utf8Path::new(&self.circumstances.workspace.root);
        match path.strip_prefix(root) {
            Ok(below) if below.as_str().is_empty() => ".".to_owned(),
            Ok(below) => below.to_string(),
            Err(_) => path.to_string(),
        }
    }

    fn watch(&mut self, idx: UnitIdx, unit: &Unit, record: &UnitRecord) -> Option<Watch> {
        // Of a unit that did not finish nothing is known that counts for the next build.
        record.fingerprint_hash?;
        let local = &record.fingerprint.as_ref()?.local;
        let package_dir = self.package_dir(&unit.package);
        let watch = match record.name.flavor {
            Flavor::Run => self.of_run(idx, unit, record, local)?,
            Flavor::Plain | Flavor::Test => {
                let LocalFingerprint::CheckDepInfo { dep_info } = local.first()? else { return None };
                let dep_info = self.circumstances.build_dir.join(dep_info);
                let tracked = tracked::parse(&listing::read(&dep_info, MOST_BYTES).ok()?)?;
                let place = Place { unit: idx, package_dir, reference: self.files.modified(&dep_info)? };
                self.of_sources(&place, is_local(unit), &tracked)
            }
            Flavor::Doc => return None,
        };
        let is_remarkable =
            watch.scope == WatchScope::Package || !watch.paths.is_empty() || !watch.variables.is_empty();
        is_remarkable.then_some(watch)
    }

    fn of_run(&mut self, idx: UnitIdx, unit: &Unit, record: &UnitRecord, local: &[LocalFingerprint]) -> Option<Watch> {
        let package_dir = self.package_dir(&unit.package);
        let mut script = self.script(unit);
        let mut watch = Watch { unit: idx, scope: WatchScope::Named, paths: Vec::new(), variables: Vec::new() };
        for local in local {
            match local {
                LocalFingerprint::RerunIfChanged { output, paths } => {
                    let reference = self.files.modified(&self.circumstances.build_dir.join(output))?;
                    let place = Place { unit: idx, package_dir, reference };
                    let named = paths.iter().filter_map(|path| self.named_path(&place, path, &mut script));
                    watch.paths = named.take(MOST_PATHS).collect();
                }
                LocalFingerprint::RerunIfEnvChanged { var, val } => {
                    if let Some(Changed(now)) = (self.circumstances.changed)(var, val.as_deref()) {
                        let named_at = script.find(&[&format!("={var}"), var]);
                        watch.variables.push(WatchedVariable { name: var.clone(), then: val.clone(), now, named_at });
                    }
                }
                // Of other packages it is the version or the revision.
                LocalFingerprint::Precalculated(_) if is_local(unit) => {
                    watch.scope = WatchScope::Package;
                    watch.paths.extend(self.written_into_package(idx, record, package_dir?));
                }
                LocalFingerprint::Precalculated(_)
                | LocalFingerprint::CheckDepInfo { .. }
                | LocalFingerprint::Other(_) => {}
            }
        }
        Some(watch)
    }

    /// A path that a build script named.
    fn named_path(&mut self, place: &Place<'_>, named: &str, script: &mut ScriptText) -> Option<WatchedPath> {
        let path = match place.package_dir {
            Some(dir) => dir.join(named),
            None => Some(Utf8PathBuf::from(named)).filter(|path| path.is_absolute())?,
        };
        if self.is_immutable(&path) {
            return None;
        }
        let path = normalized(&path);
        let lies = self.place_of(&path, place.package_dir);
        let state = match self.files.modified(&path) {
            None => PathState::Missing { may_be_new: self.may_be_new(&path, place.reference) },
            Some(_) if lies == PathPlace::HoldsBuildDir => PathState::Unremarkable,
            Some(at) => self.state_of(place, &path, at, lies),
        };
        let is_worth_telling =
            state != PathState::Unremarkable || !matches!(lies, PathPlace::Elsewhere | PathPlace::BuildDir);
        is_worth_telling.then(|| {
            let named_at = script.find(&[&format!("={named}"), named, path.file_name().unwrap_or_default()]);
            WatchedPath { path: self.shown(&path), state, place: lies, named_at }
        })
    }

    /// `path` is there, last written at `at`.
    fn state_of(&mut self, place: &Place<'_>, path: &Utf8Path, at: f64, lies: PathPlace) -> PathState {
        let all = match path.is_dir() && lies != PathPlace::Repository {
            true => self.files.below(path, Walk::Named, self.circumstances.build_dir).to_vec(),
            false => vec![Written { path: path.to_owned(), at, is_dir: false }],
        };
        let newest = all.iter().max_by(|a, b| a.at.total_cmp(&b.at));
        if let Some(newest) = newest.filter(|newest| newest.at > self.now + CLOCK_SKEW_S) {
            return PathState::InFuture { file: self.shown(&newest.path), ahead_s: ahead_s(newest.at, self.now) };
        }
        let mut newer: Vec<&Written> = all.iter().filter(|written| written.at > place.reference).collect();
        // A file says more than the directory that it came into.
        newer.sort_by_key(|written| written.is_dir);
        let own = self.runs.iter_mut().find(|run| run.unit == place.unit);
        let in_build_dir = lies == PathPlace::BuildDir;
        let by_script = own.and_then(|run| {
            let is_its = |written: &&&Written| match in_build_dir {
                true => written.at <= run.end,
                false => run.wrote(&written.path, written.at),
            };
            newer.iter().find(is_its).map(|written| (run.unit, written.path.clone()))
        });
        match by_script {
            Some((script, file)) => PathState::WrittenBy { script, file: self.shown(&file) },
            None if in_build_dir && !newer.is_empty() => PathState::NewerOutput,
            None => PathState::Unremarkable,
        }
    }

    /// Cargo skips these (`skippable_dirs` in its `find_stale_file`).
    fn is_immutable(&self, path: &Utf8Path) -> bool {
        let home = self.circumstances.cargo_home;
        home.is_some_and(|home| ["git", "registry"].iter().any(|name| path.starts_with(home.join(name))))
    }

    fn place_of(&self, path: &Utf8Path, package_dir: Option<&Utf8Path>) -> PathPlace {
        let is_index =
            || path.file_name() == Some("index") && path.parent().is_some_and(|dir| dir.file_name() == Some(".git"));
        if self.circumstances.build_dir.starts_with(path) {
            PathPlace::HoldsBuildDir
        } else if path.starts_with(self.circumstances.build_dir) {
            PathPlace::BuildDir
        } else if path.file_name() == Some(".git") || is_index() {
            PathPlace::Repository
        } else if Some(path) == package_dir {
            PathPlace::PackageRoot
        } else {
            PathPlace::Elsewhere
        }
    }

    /// Whether the nearest directory that is there has changed since.
    fn may_be_new(&mut self, missing: &Utf8Path, reference: f64) -> bool {
        let mut above = missing.ancestors().skip(1);
        above.find_map(|dir| self.files.modified(dir)).is_none_or(|at| at > reference)
    }

    /// What the script, which named no files, has written into its package: each run makes the next one due.
    fn written_into_package(&mut self, idx: UnitIdx, record: &UnitRecord, dir: &Utf8Path) -> Option<WatchedPath> {
        let start = record.started_at?;
        let below = self.files.below(dir, Walk::Package, self.circumstances.build_dir).iter();
        let newer: Vec<Written> = below.filter(|written| written.at > start).cloned().collect();
        let run = self.runs.iter_mut().find(|run| run.unit == idx)?;
        let written = newer.iter().filter(|written| run.wrote(&written.path, written.at)).map(|written| &written.path);
        let path = written.into_iter().find(|path| !(self.circumstances.is_ignored)(path))?;
        let named_at = run.text.find(&[path.file_name().unwrap_or_default()]);
        let file = self.shown(path);
        let state = PathState::WrittenBy { script: idx, file: file.clone() };
        Some(WatchedPath { path: file, state, place: PathPlace::Elsewhere, named_at })
    }

    fn of_sources(&mut self, place: &Place<'_>, is_local: bool, tracked: &Tracked) -> Watch {
        let mut watch =
            Watch { unit: place.unit, scope: WatchScope::Sources, paths: Vec::new(), variables: Vec::new() };
        for (name, then) in tracked.variables.iter().filter(|(name, _)| !is_cargos(name)) {
            if let Some(Changed(now)) = (self.circumstances.changed)(name, then.as_deref()) {
                watch.variables.push(WatchedVariable { name: name.clone(), then: then.clone(), now, named_at: None });
            }
        }
        if !is_local {
            return watch;
        }
        for file in &tracked.files {
            let base = match file.base {
                Base::Package => place.package_dir,
                Base::BuildDir => Some(self.circumstances.build_dir),
            };
            let Some(path) = base.map(|base| normalized(&base.join(&file.path))) else { continue };
            if watch.paths.len() < MOST_PATHS {
                watch.paths.extend(self.source(place, &path));
            }
        }
        watch
    }

    /// A source of one of the workspace's own units.
    fn source(&mut self, place: &Place<'_>, path: &Utf8Path) -> Option<WatchedPath> {
        let at = self.files.modified(path)?;
        if path.starts_with(self.circumstances.build_dir) || self.is_immutable(path) {
            return None;
        }
        self.sources.add(path, at, at > place.reference);
        let shown = self.shown(path);
        let watched =
            |state, named_at| WatchedPath { path: shown.clone(), state, place: PathPlace::Elsewhere, named_at };
        if at > self.now + CLOCK_SKEW_S {
            let state = PathState::InFuture { file: shown.clone(), ahead_s: ahead_s(at, self.now) };
            return Some(watched(state, None));
        }
        let position = self.runs.iter_mut().position(|run| run.wrote(path, at))?;
        let run = &mut self.runs[position];
        let named_at = run.text.find(&[path.file_name().unwrap_or_default()]);
        Some(watched(PathState::WrittenBy { script: run.unit, file: shown.clone() }, named_at))
    }
}

/// Cargo compares these with what it would set itself, and knows that better.
fn is_cargos(variable: &str) -> bool {
    variable.starts_with("CARGO") || variable == "OUT_DIR"
}

/// Cargo compares the times of their files.
fn is_local(unit: &Unit) -> bool {
    matches!(unit.package.source, PackageSource::Member | PackageSource::Path)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and this is for people"
)]
fn ahead_s(at: f64, now: f64) -> u64 {
    (at - now) as u64
}

/// The sources of the workspace's own units.
#[derive(Debug, Default)]
struct Sources {
    /// When each was written, and whether it is newer than a unit that was built from it.
    files: BTreeMap<Utf8PathBuf, (f64, bool)>,
}

impl Sources {
    fn add(&mut self, path: &Utf8Path, at: f64, is_newer: bool) {
        let (_, newer) = self.files.entry(path.to_owned()).or_insert((at, false));
        *newer |= is_newer;
    }

    fn times(&self) -> Option<SourceTimes> {
        let newer = || self.files.values().filter(|(_, is_newer)| *is_newer).map(|(at, _)| *at);
        let (oldest, newest) = (newer().fold(f64::INFINITY, f64::min), newer().fold(f64::NEG_INFINITY, f64::max));
        let (n_files, n_newer) = (self.files.len(), newer().count());
        let span_s = if n_newer == 0 { 0.0 } else { newest - oldest };
        (n_files > 0).then_some(SourceTimes { n_files, n_newer, span_s })
    }
}
