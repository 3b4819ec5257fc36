//! What would end a duplicate: who has to ask for another version, and which release of it does.

use super::requests::{Requests, name, written_at};
use super::{Evidence, Location};
use crate::model::{
    Cure, Declaration, DependencyChange, IndexedPackage, LockMove, Package, PackageIdx, PackageSource, Release,
    Workspace,
};

/// How far up from a surplus version newer releases are looked for: what asks for it, and what asks for that.
const DEEPEST: usize = 2;

/// What to do about one surplus version.
#[derive(Debug, Default)]
pub(super) struct WayOut {
    /// One sentence for each package that asks for it.
    pub(super) sentences: Vec<String>,
    /// Lines that would have to change.
    pub(super) locations: Vec<Location>,
    /// Lockfile updates that do it, as far as requirements allow them.
    pub(super) commands: Vec<String>,
    /// Whether these commands are all there is to do.
    pub(super) by_commands_alone: bool,
    /// The same, and requirements of members that have to be raised, as values.
    pub(super) cures: Vec<Cure>,
    /// Whether somebody asks for the surplus version whom none of that moves.
    pub(super) is_blocked: bool,
    /// Whether that is so for good, as far as releases are known: somebody who asks for it has none that does not.
    pub(super) is_dead_end: bool,
    /// The day of the index that was used.
    pub(super) index_of: Option<String>,
}

/// Looks for it. `surplus` is the old version's package, `newest` the one that stays.
pub(super) struct Search<'a> {
    pub(super) evidence: Evidence<'a>,
    pub(super) requests: &'a Requests<'a>,
    /// Packages that are surplus versions themselves.
    pub(super) all_surplus: &'a [PackageIdx],
}

impl<'a> Search<'a> {
    /// What would make everybody ask for `newest` who asks for `surplus`.
    pub(super) fn of(&self, surplus: PackageIdx, newest: &str) -> WayOut {
        let mut found = WayOut { by_commands_alone: true, ..WayOut::default() };
        let package = self.workspace().package(surplus);
        if package.version == newest {
            found.blocked(format!("both are v{newest}, of two sources: an entry of `[patch]` makes them one"));
            return found;
        }
        let dependents = self.requests.dependents(surplus);
        if !dependents.is_empty() && self.all_accept(surplus, newest) {
            let sentence = format!("everybody who asks for {} would take v{newest}", name(package));
            found.sentences.push(sentence);
            found.update(package, newest);
            return found;
        }
        let (content, others): (Vec<PackageIdx>, Vec<PackageIdx>) =
            dependents.iter().copied().partition(|&dependent| self.accepts_all(dependent, surplus, newest));
        for dependent in others {
            self.dependent(&mut found, dependent, surplus, newest);
        }
        if !content.is_empty() {
            self.follow(&mut found, &content, surplus, newest);
        }
        found
    }

    /// These would take the newest version as they are, and the lockfile holds them back: it moves once nobody else is in the
    /// way, on whatever platform.
    fn follow(&self, found: &mut WayOut, content: &[PackageIdx], surplus: PackageIdx, newest: &str) {
        let package = self.workspace().package(surplus);
        let names: Vec<String> = content.iter().map(|&idx| name(self.workspace().package(idx))).collect();
        found.sentences.push(format!("{} would take {} v{newest} as it is", names.join(", "), package.name));
        let dependents = self.requests.dependents(surplus);
        let elsewhere = self.requests.everywhere(surplus).iter().filter(|idx| !dependents.contains(idx));
        let in_the_way = elsewhere.copied().find(|&idx| !self.accepts_all(idx, surplus, newest));
        match in_the_way {
            Some(idx) => {
                let other = name(self.workspace().package(idx));
                found.blocked(format!(
                    "{other}, which this build does not need, holds v{} in the lockfile",
                    package.version
                ));
            }
            None => found.update(package, newest),
        }
    }

    /// Whether everybody who asks for the package, on any platform, is known to accept this version of it.
    fn all_accept(&self, package: PackageIdx, version: &str) -> bool {
        self.requests.everywhere(package).iter().all(|&asking| self.accepts_all(asking, package, version))
    }

    /// Whether all requirements of `asking` on the package are known to accept this version of it.
    fn accepts_all(&self, asking: PackageIdx, package: PackageIdx, version: &str) -> bool {
        let mut requests = self.workspace().requests(asking, package).peekable();
        requests.peek().is_some() && requests.all(|request| request.accepts(version))
    }

    fn workspace(&self) -> &'a Workspace {
        self.evidence.workspace
    }

    /// What has to become of one package that asks for the surplus version.
    fn dependent(&self, found: &mut WayOut, dependent: PackageIdx, surplus: PackageIdx, newest: &str) {
        let package = self.workspace().package(dependent);
        match package.source {
            PackageSource::Member | PackageSource::Path => self.raise(found, dependent, surplus, newest),
            _ if self.all_surplus.contains(&dependent) => {
                found.blocked(format!("{} is a surplus version itself: it goes when that goes", name(package)));
            }
            PackageSource::Registry => {
                let fits = |requirement: &str| accepts(requirement, newest);
                self.newer(found, &Want { package: dependent, needed: surplus, to: newest, depth: 1, fits: &fits });
            }
            PackageSource::Git | PackageSource::Unknown => {
                found.blocked(format!("of newer versions of {} nothing is known", name(package)));
            }
        }
    }

    /// A local package asks for the old version of `needed` itself.
    fn raise(&self, found: &mut WayOut, local: PackageIdx, needed: PackageIdx, to: &str) {
        found.by_commands_alone = false;
        let package = self.workspace().package(local);
        for request in self.workspace().requests(local, needed).filter(|request| !request.accepts(to)) {
            let place = written_at(self.workspace(), package, request);
            found.sentences.push(raise_in_words(&package.name, request, to, place.as_ref()));
            found.locations.extend(place);
            match package.source {
                PackageSource::Member => found.cures.push(raised(package, request, to)),
                // It belongs to somebody else, even if it lies beside.
                _ => found.is_blocked = true,
            }
        }
    }

    /// A release that fits; and what has to become of who asks for that package, so that it can be taken.
    fn newer(&self, found: &mut WayOut, want: &Want<'_>) {
        let package = self.workspace().package(want.package);
        let Some(index) = &self.evidence.surroundings.index else {
            found.by_commands_alone = false;
            found.is_blocked = true;
            return;
        };
        let Some(indexed) = index.packages.get(&package.name) else {
            found.blocked(format!("of newer releases of {} nothing is known here", name(package)));
            return;
        };
        found.index_of = found.index_of.take().max(indexed.downloaded.clone());
        let wanted = self.workspace().package(want.needed).name.as_str();
        let newer = || indexed.releases.iter().filter(|release| is_newer(&release.version, &package.version));
        let fitting: Vec<&Release> = newer().filter(|release| takes(release, wanted, want.fits)).collect();
        let allowed = |release: &&&Release| self.all_accept(want.package, &release.version);
        match (fitting.first(), fitting.iter().find(allowed)) {
            (None, _) => found.dead_end(no_release(package, newer().next(), wanted, want.to)),
            (_, Some(release)) => {
                let released = released(&package.name, release, wanted, want.to);
                let aside = self.needs_newer_rust(release);
                found.sentences.push(format!("{released}; all requirements on {} allow it{aside}", package.name));
                found.update(package, &release.version);
            }
            (Some(best), None) => {
                let released = released(&package.name, best, wanted, want.to);
                let aside = newest_does_not(indexed, best, wanted);
                found.sentences.push(format!("{released}{aside}{}", self.needs_newer_rust(best)));
                let n_before = found.cures.len();
                self.climb(found, want, &fitting);
                if found.cures.len() > n_before {
                    found.cures.extend(not_the_newest(indexed, &package.name, best));
                }
            }
        }
    }

    /// What has to become of those who ask for `want.package`, so that one of these releases of it can be taken.
    fn climb(&self, found: &mut WayOut, want: &Want<'_>, fitting: &[&Release]) {
        let takes = |requirement: &str| fitting.iter().any(|release| accepts(requirement, &release.version));
        let to = fitting[0].version.as_str();
        let mut others = Vec::new();
        for &asking in self.requests.dependents(want.package) {
            let mut requests = self.workspace().requests(asking, want.package).peekable();
            if requests.peek().is_some() && requests.all(|request| takes(&request.requirement)) {
                continue;
            }
            let package = self.workspace().package(asking);
            match package.source {
                PackageSource::Member | PackageSource::Path => self.raise(found, asking, want.package, to),
                PackageSource::Registry if want.depth < DEEPEST => {
                    let depth = want.depth + 1;
                    self.newer(found, &Want { package: asking, needed: want.package, to, depth, fits: &takes });
                }
                PackageSource::Registry | PackageSource::Git | PackageSource::Unknown => others.push(name(package)),
            }
        }
        if !others.is_empty() {
            let verb = if others.len() == 1 { "asks" } else { "ask" };
            let wanted = &self.workspace().package(want.package).name;
            found.dead_end(format!("{} {verb} for an older {wanted}", others.join(", ")));
        }
    }

    /// That a release needs a newer Rust than the one that built, as far as both are known.
    fn needs_newer_rust(&self, release: &Release) -> String {
        let rustc = self.evidence.build.machine.rustc.as_deref();
        let used = rustc.and_then(|rustc| semver::Version::parse(rustc.split(' ').nth(1)?).ok());
        let Some((used, needed)) = used.zip(release.rust_version.as_deref()) else { return String::new() };
        let takes = semver::Comparator::parse(&format!(">={needed}")).is_ok_and(|needed| needed.matches(&used));
        if takes { String::new() } else { format!("; it needs Rust {needed}, newer than the {used} in use") }
    }
}

/// That a package be newer, so that it takes a version of what it needs.
struct Want<'a> {
    /// The package.
    package: PackageIdx,
    /// What it needs.
    needed: PackageIdx,
    /// The version of that which it should take, or the newest of several.
    to: &'a str,
    /// How far up from the surplus version it is, from 1.
    depth: usize,
    /// Whether a requirement takes it.
    fits: &'a dyn Fn(&str) -> bool,
}

impl WayOut {
    fn update(&mut self, package: &Package, to: &str) {
        self.commands.push(update(&package.name, &package.version, to));
        let (from, to) = (package.version.clone(), to.to_owned());
        self.cures.push(Cure::Lock(LockMove { package: package.name.clone(), from, to }));
    }

    fn dead_end(&mut self, why: String) {
        self.is_dead_end = true;
        self.blocked(why);
    }

    fn blocked(&mut self, why: String) {
        self.by_commands_alone = false;
        self.is_blocked = true;
        self.sentences.push(why);
    }
}

/// The requirement of a member, raised.
fn raised(member: &Package, request: &Declaration, to: &str) -> Cure {
    let change = DependencyChange::Require(short(to));
    Cure::of_declaration(&member.name, request.kind, request.key(), change)
}

/// Once the requirement is raised, Cargo takes the newest release that it allows: where that is none that fits, the lockfile
/// goes back to `best`.
fn not_the_newest(indexed: &IndexedPackage, package: &str, best: &Release) -> Option<Cure> {
    let requirement = short(&best.version);
    let taken = indexed.releases.iter().find(|release| accepts(&requirement, &release.version))?;
    let (from, to) = (taken.version.clone(), best.version.clone());
    (from != to).then(|| Cure::Lock(LockMove { package: package.to_owned(), from, to }))
}

/// Whether a release takes a version of what is wanted, or does not want it any more. Where it asks for several (under
/// other names), those of them that it does not take must be optional.
fn takes(release: &Release, wanted: &str, fits: &dyn Fn(&str) -> bool) -> bool {
    let mut requirements = release.requirements(wanted).peekable();
    if requirements.peek().is_none() {
        return true;
    }
    let (mut any, mut all) = (false, true);
    for it in requirements {
        any |= fits(&it.requirement);
        all &= it.optional || fits(&it.requirement);
    }
    any && all
}

/// `user v2.0.0 asks for dep ^3, which v3.1.0 satisfies`
fn released(package: &str, release: &Release, wanted: &str, to: &str) -> String {
    let satisfied = release.requirements(wanted).find(|it| accepts(&it.requirement, to));
    let asks = match (satisfied, release.requirements(wanted).next()) {
        (Some(it), _) => format!("asks for {wanted} {}, which v{to} satisfies", it.requirement),
        (None, Some(it)) => format!("asks for {wanted} {}", it.requirement),
        (None, None) => format!("no longer needs {wanted}"),
    };
    format!("{package} v{} {asks}", release.version)
}

/// A release that is not the newest one is worth a word: who updates takes the newest otherwise.
fn newest_does_not(indexed: &IndexedPackage, best: &Release, wanted: &str) -> String {
    let newest = indexed.releases.first().filter(|newest| newest.version != best.version);
    let asks = newest.and_then(|newest| Some((&newest.version, &newest.requirements(wanted).next()?.requirement)));
    asks.map(|(version, asks)| format!(" (not the newest, v{version}: it asks for {asks})")).unwrap_or_default()
}

fn no_release(package: &Package, newest: Option<&Release>, wanted: &str, to: &str) -> String {
    let asks = |release: &Release| release.requirements(wanted).next().map(|it| it.requirement.clone());
    match newest.and_then(|newest| Some((&newest.version, asks(newest)?))) {
        Some((version, asks)) => {
            format!("no release of {} takes {wanted} v{to}: the newest, v{version}, asks for {asks}", package.name)
        }
        None => format!("{} does not take {wanted} v{to}, and is the newest release", name(package)),
    }
}

/// ``app asks for user ^1 at app/Cargo.toml:7: `2.0` there would do``
fn raise_in_words(member: &str, request: &Declaration, to: &str, place: Option<&Location>) -> String {
    let place = place.map(|place| format!(" at {}", place.in_words())).unwrap_or_default();
    let to = short(to);
    format!("{member} asks for {} {}{place}: `{to}` there would do", request.package, request.requirement)
}

/// A version as people write requirements: `1.2`, `0.5`, `0.0.3`.
fn short(version: &str) -> String {
    match semver::Version::parse(version) {
        Ok(version) if version.pre.is_empty() && (version.major, version.minor) != (0, 0) => {
            format!("{}.{}", version.major, version.minor)
        }
        _ => version.to_owned(),
    }
}

fn update(package: &str, from: &str, to: &str) -> String {
    format!("cargo update -p {package}@{from} --precise {to}")
}

fn accepts(requirement: &str, version: &str) -> bool {
    let requirement = semver::VersionReq::parse(requirement).ok();
    let version = semver::Version::parse(version).ok();
    requirement.zip(version).is_some_and(|(requirement, version)| requirement.matches(&version))
}

fn is_newer(version: &str, than: &str) -> bool {
    let parsed = semver::Version::parse(version).ok().zip(semver::Version::parse(than).ok());
    parsed.is_some_and(|(version, than)| version > than)
}
