//! `--confirm`: asks rustc which of their dependencies the members do not use.
//!
//! 1. A directory below Brisk's cache for this workspace, so that the user's own target directory stays as it is, and
//!    asking again is fast. Those of workspaces that nobody asks about any more are removed.
//! 2. `cargo check` of all members with all targets, under a wrapper that forces rustc's lint on.
//! 3. What the wrapper wrote down of the units that Cargo named, and what Cargo and rustc said of those that failed.

use std::collections::BTreeMap;
use std::path::Path;

use brisk::model::{
    CheckedTarget, CompilerMessage, Confirmation, FilePlace, MessageLevel, MessageSource, Mode, Package, PackageIdx,
    PackageRef, PackageSource, PackageTarget, Problem, Target, TargetKind, TargetMessages, UnitHash, Workspace,
};
use camino::Utf8Path;

use super::private_dir::PrivateDir;
use crate::capture::{
    CHECK, CheckError, Checked, LintCheck, LintRecord, ScriptFailure, behind, prepare_lint_wrapper, script_failures,
};
use crate::target_dir;
use crate::workspace::{self, Facts, Settings, WorkspaceOptions};

/// The effect of everything that goes wrong here.
const EFFECT: &str = "rustc has not been asked: what it alone could confirm is a guess or missing";

/// What is known afterwards.
#[derive(Debug, Default)]
pub(crate) struct Confirmed {
    /// The answers.
    pub(crate) confirmation: Option<Confirmation>,
    /// What rustc said besides.
    pub(crate) messages: Vec<TargetMessages>,
    /// What went wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Asks; `seen` is told how many units are done. Whatever goes wrong is a problem: everything else can be told without.
pub(crate) fn confirm(
    options: &WorkspaceOptions,
    facts: &Facts,
    triple: Option<&str>,
    seen: &dyn Fn(u64),
) -> Confirmed {
    let prepared = options.cache_dir.as_deref().ok_or_else(|| "Brisk has no cache directory".to_owned());
    let prepared = prepared.and_then(|cache_dir| {
        PrivateDir::prepare(cache_dir, "confirm", &facts.workspace.root).map_err(|error| error.to_string())
    });
    let dir = match prepared {
        Ok(dir) => dir,
        Err(why) => return without_answers(Problem::new("the workspace could not be checked", why, EFFECT)),
    };
    let checked = match check(options, facts, triple, &dir, seen) {
        Ok(checked) => checked,
        Err(error) => {
            let what = format!("`{}` could not be run", command_line(triple));
            return without_answers(Problem::new(what, error.to_string(), EFFECT));
        }
    };
    if !checked.finished && !checked.succeeded {
        let told = workspace::why_cargo_failed(&command_line(triple), &checked.stderr, EFFECT, facts, options);
        let is_known = facts.problems.iter().any(|problem| problem.what == told.what);
        let again = || Problem::new("rustc could not be asked", told.what.clone(), EFFECT);
        return without_answers(if is_known { again() } else { told });
    }
    let answers = Answers { workspace: &facts.workspace, records: LintRecord::read_all(dir.records().as_std_path()) };
    let confirmation = Confirmation {
        command: command_line(triple),
        succeeded: checked.succeeded,
        bytes: bytes_of(dir.path()),
        directory: dir.path().to_string(),
        targets: answers.targets(&checked, dir.run()),
    };
    let messages = answers.messages(&checked, dir.run());
    Confirmed { confirmation: Some(confirmation), messages, problems: Vec::new() }
}

fn without_answers(problem: Problem) -> Confirmed {
    Confirmed { problems: vec![problem], ..Confirmed::default() }
}

/// The command as people would write it.
fn command_line(triple: Option<&str>) -> String {
    let target = triple.map(|triple| format!(" --target {triple}")).unwrap_or_default();
    format!("cargo {}{target}", CHECK.join(" "))
}

fn check(
    options: &WorkspaceOptions,
    facts: &Facts,
    triple: Option<&str>,
    dir: &PrivateDir,
    seen: &dyn Fn(u64),
) -> std::io::Result<Checked> {
    let Settings { rustc_wrapper, rustc_workspace_wrapper, .. } = &facts.settings;
    let find = |path: &Path| options.environment.find_program(path);
    let chained = rustc_wrapper.as_ref().and_then(|program| behind(&program.path, find(&program.path)));
    let wrapper = prepare_lint_wrapper(&dir.path().join("tools"), chained.as_deref())?;
    let check = LintCheck {
        cargo: &options.cargo,
        manifest_path: options.manifest_path.as_deref(),
        triple,
        cwd: &options.cwd,
        environment: options.environment.iter().collect(),
        wrapper: &wrapper,
        without_workspace_wrapper: rustc_workspace_wrapper
            .as_ref()
            .is_some_and(|program| find(&program.path).is_none()),
        target_dir: &dir.target(),
        records: &dir.records(),
        run: dir.run(),
    };
    check.run(seen)
}

fn bytes_of(dir: &Utf8Path) -> Option<u64> {
    let measured = target_dir::measure(&[dir.as_std_path()], &mut |_| {});
    measured.usages.first().map(|usage| usage.bytes)
}

/// What the wrapper wrote down, and what it is of.
struct Answers<'a> {
    workspace: &'a Workspace,
    records: BTreeMap<UnitHash, LintRecord>,
}

impl Answers<'_> {
    /// The records that are of this check: of units that Cargo named, and of those that failed in it.
    fn current<'a>(&'a self, checked: &'a Checked, run: &'a str) -> impl Iterator<Item = &'a LintRecord> + 'a {
        let is_current = move |hash: &UnitHash, record: &LintRecord| {
            checked.units.contains(hash) || record.run == run && !record.succeeded
        };
        self.records.iter().filter(move |(hash, record)| is_current(hash, record)).map(|(_, record)| record)
    }

    fn targets(&self, checked: &Checked, run: &str) -> Vec<CheckedTarget> {
        let target = |record: &LintRecord| {
            let (package, target) = self.target_of(record)?;
            Some(CheckedTarget {
                package,
                target: Target { kind: target.kind, name: target.name.clone() },
                mode: mode_of(record),
                externs: record.externs.clone(),
                unused: (record.succeeded && record.asked).then(|| record.unused.clone()),
            })
        };
        let mut targets: Vec<CheckedTarget> = self.current(checked, run).filter_map(target).collect();
        targets.sort_unstable();
        targets
    }

    /// What was said of members, by their records; and errors of everybody else, by Cargo's messages.
    fn messages(&self, checked: &Checked, run: &str) -> Vec<TargetMessages> {
        let of_record = |record: &LintRecord| {
            let (package, target) = self.target_of(record)?;
            Some(TargetMessages {
                package: self.workspace.package(package).package_ref(),
                target: Target { kind: target.kind, name: target.name.clone() },
                mode: mode_of(record),
                source: MessageSource::Check,
                failed: !record.succeeded,
                messages: record.messages.iter().cloned().map(CompilerMessage::from).collect(),
            })
        };
        let mut messages: Vec<TargetMessages> = self.current(checked, run).filter_map(of_record).collect();
        messages.extend(self.foreign_errors(&checked.errors));
        messages.extend(script_failures(&checked.stderr).into_iter().map(|failure| self.of_script(failure)));
        messages.sort_unstable();
        messages.dedup();
        messages
    }

    /// The member and its target that a record is of.
    fn target_of(&self, record: &LintRecord) -> Option<(PackageIdx, &PackageTarget)> {
        let has_manifest = |idx: &&PackageIdx| {
            let path = self.workspace.package(**idx).manifest_path.as_deref();
            path.and_then(|path| Path::new(path).parent()).is_some_and(|dir| is_same(dir, &record.manifest_dir))
        };
        let idx = *self.workspace.members.iter().find(has_manifest)?;
        let targets = self.workspace.package(idx).targets.iter();
        let mut of_source = targets.filter(|target| {
            let krate = target.name.replace('-', "_") == record.krate;
            krate && is_same(Path::new(&target.src_path), &record.source) && may_be(target.kind, record)
        });
        of_source.next().map(|target| (idx, target))
    }

    /// Errors in packages that are not members, one entry for each target.
    fn foreign_errors(&self, errors: &[CheckError]) -> Vec<TargetMessages> {
        let mut targets: BTreeMap<(PackageRef, Target), Vec<CompilerMessage>> = BTreeMap::new();
        for error in errors {
            let Some((package, target)) = self.foreign_target(error) else { continue };
            let place = error.place.as_ref();
            let place =
                place.map(|(file, line)| FilePlace { file: file.clone(), line: Some(*line).filter(|line| *line > 0) });
            targets.entry((package, target)).or_default().push(CompilerMessage {
                level: MessageLevel::Error,
                code: error.code.clone(),
                text: error.text.clone(),
                place,
                fixable: false,
            });
        }
        let failed = targets.into_iter().map(|((package, target), messages)| TargetMessages {
            package,
            mode: if target.kind == TargetKind::BuildScript { Mode::Build } else { Mode::Check },
            target,
            source: MessageSource::Check,
            failed: true,
            messages,
        });
        failed.collect()
    }

    /// A build script that failed, of a member or of anybody else.
    fn of_script(&self, failure: ScriptFailure) -> TargetMessages {
        let ScriptFailure { package, version, text, place } = failure;
        let is_same =
            |known: &Package| known.name == package && version.as_ref().is_none_or(|version| *version == known.version);
        let known = self.workspace.iter_packages().find(|(_, known)| is_same(known));
        let place = place.map(|(file, line)| FilePlace { file: self.below_root(&file).to_owned(), line: Some(line) });
        let message = CompilerMessage { level: MessageLevel::Error, code: None, text, place, fixable: false };
        TargetMessages {
            package: match known {
                Some((idx, _)) => self.workspace.package(idx).package_ref(),
                None => PackageRef { name: package, version, source: PackageSource::Unknown },
            },
            target: Target { kind: TargetKind::BuildScript, name: "build-script-build".to_owned() },
            mode: Mode::RunBuildScript,
            source: MessageSource::Check,
            failed: true,
            messages: vec![message],
        }
    }

    fn below_root<'a>(&self, path: &'a str) -> &'a str {
        let below = path.strip_prefix(self.workspace.root.as_str()).map(|path| path.trim_start_matches('/'));
        below.unwrap_or(path)
    }

    /// `None` for members: their records know more.
    fn foreign_target(&self, error: &CheckError) -> Option<(PackageRef, Target)> {
        let dir = error.target.src_path.as_std_path();
        let mut holding = self.workspace.iter_packages().filter(|(_, package)| {
            let manifest = package.manifest_path.as_deref().map(Path::new);
            manifest.and_then(Path::parent).is_some_and(|root| dir.starts_with(root))
        });
        // The innermost one: packages may lie within others.
        let depth = |package: &Package| package.manifest_path.as_deref().map_or(0, str::len);
        let innermost = holding.by_ref().max_by_key(|(_, package)| depth(package));
        let package = match innermost {
            Some((_, package)) if package.source == PackageSource::Member => return None,
            Some((idx, _)) => self.workspace.package(idx).package_ref(),
            None => PackageRef { name: error.target.name.clone(), version: None, source: PackageSource::Unknown },
        };
        let kind = match () {
            () if error.target.is_custom_build() => TargetKind::BuildScript,
            () if error.target.is_proc_macro() => TargetKind::ProcMacro,
            () => TargetKind::Lib,
        };
        Some((package, Target { kind, name: error.target.name.clone() }))
    }
}

/// Whether a target of that kind is compiled as the record says.
fn may_be(kind: TargetKind, record: &LintRecord) -> bool {
    let is = |name: &str| record.crate_types.iter().any(|kind| kind == name);
    match kind {
        _ if record.crate_types.is_empty() => record.test && kind != TargetKind::BuildScript,
        TargetKind::Bin | TargetKind::Test | TargetKind::Bench | TargetKind::BuildScript => is("bin"),
        TargetKind::Example => true,
        TargetKind::ProcMacro => is("proc-macro"),
        TargetKind::Lib | TargetKind::LinkedLib => !is("bin") && !is("proc-macro"),
    }
}

fn mode_of(record: &LintRecord) -> Mode {
    match (record.test, record.links) {
        (true, false) => Mode::CheckTest,
        (true, true) => Mode::Test,
        (false, false) => Mode::Check,
        (false, true) => Mode::Build,
    }
}

/// Whether both are the same file, by whatever way they were reached.
fn is_same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    a == b || real(a) == real(b)
}
