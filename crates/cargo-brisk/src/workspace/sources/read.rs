//! Reads the sources of all members, with several threads.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use brisk::model::{
    MemberSources, Mention, MissingModule, PackageIdx, PackageTarget, Place, Reached, SourceFile, Sources, TargetKind,
    Workspace,
};

use super::kept::kept;
use super::scan::{FileScan, Names, scan, scan_documentation};
use super::tree::{File, Files, Tree};
use super::walk;
use crate::workspace::manifest::Manifest;
use crate::workspace::paths::{display, normalize};

/// A larger file is not read: no person wrote it. (The largest of rust-analyzer, wasmtime and rustc are under 1 MiB.)
const LARGEST_BYTES: u64 = 8 << 20;

/// Modules of modules that are outside of the usual directories: further ones are not followed.
const MAX_ROUNDS: usize = 16;

/// Reads the sources of all members of `workspace` whose manifests are on this machine.
pub(crate) fn read(workspace: &Workspace) -> Sources {
    let root = workspace.known_root().and_then(|root| Manifest::read(&Path::new(root).join("Cargo.toml")).ok());
    let all = workspace.members.iter().flat_map(|&idx| declared(workspace, idx)).collect();
    let members = workspace.members.iter().filter_map(|&idx| Member::of(workspace, idx, root.as_ref(), &all));
    let mut members: Vec<Member<'_>> = members.collect();
    let mut jobs: Vec<Job> = in_parallel(&members, Member::first_files).into_iter().flatten().collect();
    for job in &mut jobs {
        job.path = normalize(&job.path);
    }
    for _ in 0..MAX_ROUNDS {
        jobs.sort();
        jobs.dedup();
        let scanned = in_parallel(&jobs, |_, job| scanned(&job.path, &members[job.member].names));
        for (job, file) in jobs.drain(..).zip(scanned) {
            members[job.member].files.insert(job.path, file);
        }
        for (position, member) in members.iter_mut().enumerate() {
            member.tree = Tree::of(member.targets, &member.files);
            jobs.extend(member.tree.unknown.iter().map(|path| Job { member: position, path: path.clone() }));
        }
        if jobs.is_empty() {
            break;
        }
    }
    together(workspace, members)
}

/// A file to be read for a member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Job {
    member: usize,
    path: PathBuf,
}

/// A member while its files are read.
struct Member<'a> {
    package: PackageIdx,
    dir: PathBuf,
    targets: &'a [PackageTarget],
    /// The crates that it may name: those that it declares, and behind `n_declared` of them those of other members, which
    /// its macros may name in code that they generate there.
    crates: Vec<String>,
    n_declared: usize,
    names: Names,
    kept: BTreeSet<String>,
    files: Files,
    tree: Tree,
}

impl<'a> Member<'a> {
    fn of(workspace: &'a Workspace, idx: PackageIdx, root: Option<&Manifest>, all: &BTreeSet<String>) -> Option<Self> {
        let package = workspace.package(idx);
        let manifest = Manifest::read(Path::new(package.manifest_path.as_deref()?)).ok()?;
        let own = declared(workspace, idx);
        let crates: Vec<String> = own.iter().chain(all.difference(&own)).cloned().collect();
        Some(Self {
            package: idx,
            dir: manifest.dir().to_owned(),
            targets: &package.targets,
            names: Names::new(crates.iter().cloned()),
            crates,
            n_declared: own.len(),
            kept: kept(&manifest, root),
            files: Files::new(),
            tree: Tree::default(),
        })
    }

    fn first_files(position: usize, member: &Self) -> Vec<Job> {
        let roots = member.targets.iter().map(|target| PathBuf::from(&target.src_path));
        roots.chain(walk::files(&member.dir)).map(|path| Job { member: position, path }).collect()
    }
}

/// The crates that the package at `idx` declares.
fn declared(workspace: &Workspace, idx: PackageIdx) -> BTreeSet<String> {
    let declarations = workspace.package(idx).declarations.iter();
    declarations.filter_map(|declaration| workspace.crate_name(idx, declaration)).collect()
}

/// `work` done for all items by as many threads as there are processors; the answers are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(at, item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(take_turns)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("scanning does not panic")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

fn scanned(path: &Path, names: &Names) -> File {
    let source = match text(path) {
        Ok(Some(source)) => source,
        Ok(None) => return File::Unread,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return File::Absent,
        Err(_) => return File::Unread,
    };
    let mut scan = scan(&source, names);
    for page in std::mem::take(&mut scan.documentation) {
        if let Ok(Some(page)) = text(&path.parent().unwrap_or(Path::new("")).join(page)) {
            scan_documentation(&page, names, &mut scan);
        }
    }
    File::Scanned(scan)
}

/// The file as text, whatever its encoding; `None` where it is too large.
fn text(path: &Path) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Ok(None);
    }
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())))
}

fn together(workspace: &Workspace, members: Vec<Member<'_>>) -> Sources {
    let mut sources = Sources::default();
    for member in members {
        let missing = member.tree.missing.iter().map(|missing| MissingModule {
            package: member.package,
            target: missing.target.clone(),
            file: below_root(workspace, &missing.file),
            line: missing.line,
            name: missing.name.clone(),
        });
        sources.missing_modules.extend(missing);
        sources.members.push(member_sources(workspace, member));
    }
    sources.members.sort_by_key(|member| member.package);
    sources.missing_modules.sort();
    sources
}

fn member_sources(workspace: &Workspace, member: Member<'_>) -> MemberSources {
    let mut own = MemberSources {
        package: member.package,
        files: Vec::new(),
        unread: Vec::new(),
        includes_generated: false,
        kept: member.kept,
    };
    let roots: BTreeSet<PathBuf> = member.targets.iter().map(|target| normalize(Path::new(&target.src_path))).collect();
    let mut reached = member.tree.reached;
    for (path, file) in member.files {
        match file {
            File::Scanned(scan) => {
                let reached_by = reached.remove(&path).unwrap_or_default();
                own.includes_generated |= scan.includes_generated && !is_of_script_only(&reached_by);
                let mentions = mentions(scan, &member.crates, member.n_declared);
                own.files.push(SourceFile { path: below_root(workspace, &path), reached_by, mentions });
            }
            File::Unread => own.unread.push(below_root(workspace, &path)),
            File::Absent if roots.contains(&path) => own.unread.push(below_root(workspace, &path)),
            File::Absent => {}
        }
    }
    own
}

/// Whether only the build script has the file: it names the directory in which it writes.
fn is_of_script_only(reached_by: &[Reached]) -> bool {
    !reached_by.is_empty() && reached_by.iter().all(|reached| reached.target.kind == TargetKind::BuildScript)
}

/// What the file names of the crates; of those that others declare, the first of which is at `n_declared`, in paths only.
fn mentions(scan: FileScan, crates: &[String], n_declared: usize) -> BTreeMap<String, Vec<Mention>> {
    let mut mentions: BTreeMap<String, Vec<Mention>> = BTreeMap::new();
    let counts = |name: usize, place: Place| name < n_declared || place == Place::Path;
    for ((name, place, when), (line, segments)) in scan.mentions.into_iter().filter(|(of, _)| counts(of.0, of.1)) {
        mentions.entry(crates[name].clone()).or_default().push(Mention { place, when, line, segments });
    }
    mentions
}

fn below_root(workspace: &Workspace, path: &Path) -> String {
    let root = workspace.known_root().map(Path::new);
    display(root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path))
}
