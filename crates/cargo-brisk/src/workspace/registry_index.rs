//! Newer releases of packages that ask for a surplus version, from the index of the registry that Cargo keeps.
//!
//! The files are those of Cargo's own cache, one for each package, below `registry/index/<registry>/.cache` of its home.
//! Their form is that of `SummariesCache` (Cargo's `sources/registry/index/cache.rs`): a byte with the version of the form,
//! four with that of the index, and then texts that end with a zero byte: the version of the file, and for each release
//! its version and its line of the index. Nothing is downloaded, and only the releases that matter are parsed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use brisk::model::{
    DependencyKind, IndexedPackage, PackageIdx, PackageSource, RegistryIndex, Release, ReleaseDependency, Workspace,
};
use cargo_metadata::semver::Version;
use serde::Deserialize;

use super::facts::WorkspaceOptions;

/// `CURRENT_CACHE_VERSION` of Cargo's `cache.rs`, since Cargo 1.52.
const CACHE_VERSION: u8 = 3;
/// `INDEX_V_MAX` of Cargo's `sources/registry/index/mod.rs`: the newest form of a line that is known here.
const INDEX_VERSION: u32 = 2;
/// Packages that are looked up at most. The largest workspaces at hand (1,200 packages) ask for some 200.
const MOST_PACKAGES: usize = 400;
/// Releases of a package that are parsed at most, newest first. Who waits for a release that is older than that waits for
/// one of the last years.
const MOST_RELEASES: usize = 40;

/// What the index says of the packages that ask for a version that is not the newest of its name, and of those that ask for
/// these packages. `None` if there is no index.
pub(crate) fn registry_index(workspace: &Workspace, options: &WorkspaceOptions) -> Option<RegistryIndex> {
    let cargo_home = options.environment.cargo_home(&options.cwd)?;
    let directories = directories(&cargo_home.join("registry/index"));
    if directories.is_empty() {
        return None;
    }
    let questions = questions(workspace);
    let packages = questions.into_iter().take(MOST_PACKAGES).filter_map(|(name, question)| {
        let entry = directories.iter().find_map(|dir| entry(&dir.join(relative_path(name)?), &question))?;
        Some((name.to_owned(), entry))
    });
    Some(RegistryIndex { packages: packages.collect() })
}

/// What is asked of one package of the index.
#[derive(Debug, Default)]
struct Question<'a> {
    /// The versions that the lockfile has.
    locked: BTreeSet<Version>,
    /// Packages on which its requirements matter.
    dependencies: BTreeSet<&'a str>,
}

/// By package: those that ask for surplus versions, and those that ask for them in turn.
fn questions(workspace: &Workspace) -> BTreeMap<&str, Question<'_>> {
    let surplus = surplus(workspace);
    let pullers = dependents(workspace, &surplus);
    let second = dependents(workspace, &pullers);
    let mut questions: BTreeMap<&str, Question<'_>> = BTreeMap::new();
    for &idx in pullers.union(&second) {
        let package = workspace.package(idx);
        let Ok(version) = Version::parse(&package.version) else { continue };
        if package.source != PackageSource::Registry {
            continue;
        }
        let question = questions.entry(&package.name).or_default();
        question.locked.insert(version);
        let needed = package.dependencies.iter().filter(|idx| surplus.contains(idx) || pullers.contains(idx));
        question.dependencies.extend(needed.map(|&idx| workspace.package(idx).name.as_str()));
    }
    questions
}

/// All versions but the newest of each name.
fn surplus(workspace: &Workspace) -> BTreeSet<PackageIdx> {
    let mut by_name: BTreeMap<&str, Vec<(Version, PackageIdx)>> = BTreeMap::new();
    for (idx, package) in workspace.iter_packages() {
        if let Ok(version) = Version::parse(&package.version) {
            by_name.entry(&package.name).or_default().push((version, idx));
        }
    }
    let older = by_name.into_values().flat_map(|mut versions| {
        versions.sort_unstable();
        versions.pop();
        versions
    });
    older.map(|(_, idx)| idx).collect()
}

fn dependents(workspace: &Workspace, of: &BTreeSet<PackageIdx>) -> BTreeSet<PackageIdx> {
    let asks = |idxs: &[PackageIdx]| idxs.iter().any(|idx| of.contains(idx));
    workspace.iter_packages().filter(|(_, package)| asks(&package.dependencies)).map(|(idx, _)| idx).collect()
}

/// The caches of all registries, that of crates.io first: `index.crates.io-<hash>`, or `github.com-<hash>` where Cargo is
/// told to use git.
fn directories(below: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<(usize, PathBuf)> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let hosts = ["index.crates.io-", "github.com-"];
            let rank = hosts.iter().position(|host| name.starts_with(host)).unwrap_or(hosts.len());
            (rank, entry.path().join(".cache"))
        })
        .filter(|(_, cache)| cache.is_dir())
        .collect();
    found.sort();
    found.into_iter().map(|(_, cache)| cache).collect()
}

/// Where the index has a package: `make_dep_path` of Cargo's `cargo-util/src/registry.rs`.
fn relative_path(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    Some(match name.len() {
        0 => return None,
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", name.get(..1)?),
        _ => format!("{}/{}/{name}", name.get(..2)?, name.get(2..4)?),
    })
}

fn entry(path: &Path, question: &Question<'_>) -> Option<IndexedPackage> {
    let content = std::fs::read(path).ok()?;
    let releases = releases(&content, question)?;
    Some(IndexedPackage { releases, downloaded: downloaded(path) })
}

/// The day on which Cargo wrote the file.
fn downloaded(path: &Path) -> Option<String> {
    let written = jiff::Timestamp::try_from(path.metadata().ok()?.modified().ok()?).ok()?;
    Some(written.strftime("%Y-%m-%d").to_string())
}

/// The newer releases; `None` if the file is of another form, or of another registry's package: one that does not have the
/// versions of the lockfile.
fn releases(content: &[u8], question: &Question<'_>) -> Option<Vec<Release>> {
    let lines = lines(content)?;
    let oldest = question.locked.first()?;
    if !question.locked.iter().all(|locked| lines.iter().any(|(version, _)| version == locked)) {
        return None;
    }
    let mut newer: Vec<&(Version, &[u8])> =
        lines.iter().filter(|(version, _)| version > oldest && version.pre.is_empty()).collect();
    newer.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
    let parsed = newer.into_iter().take(MOST_RELEASES).filter_map(|(version, line)| release(version, line, question));
    Some(parsed.collect())
}

/// Version and line of each release.
fn lines(content: &[u8]) -> Option<Vec<(Version, &[u8])>> {
    let (&cache_version, rest) = content.split_first()?;
    let (index_version, rest) = rest.split_first_chunk::<4>()?;
    if cache_version != CACHE_VERSION || u32::from_le_bytes(*index_version) > INDEX_VERSION {
        return None;
    }
    let mut texts = rest.split(|byte| *byte == 0);
    texts.next()?;
    let mut lines = Vec::new();
    while let (Some(version), Some(line)) = (texts.next(), texts.next()) {
        lines.push((Version::parse(std::str::from_utf8(version).ok()?).ok()?, line));
    }
    Some(lines)
}

/// One line of the index, as far as it matters here (The Cargo Book, "Registry Index", JSON schema).
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    deps: Vec<LineDependency<'a>>,
    #[serde(default)]
    yanked: Option<bool>,
    #[serde(default)]
    rust_version: Option<String>,
    #[serde(default)]
    v: Option<u32>,
}

#[derive(Deserialize)]
struct LineDependency<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    req: Cow<'a, str>,
    #[serde(default)]
    optional: bool,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    package: Option<Cow<'a, str>>,
}

fn release(version: &Version, line: &[u8], question: &Question<'_>) -> Option<Release> {
    let line: Line<'_> = serde_json::from_slice(line).ok()?;
    if line.yanked == Some(true) || line.v.is_some_and(|v| v > INDEX_VERSION) {
        return None;
    }
    let dependencies = line.deps.into_iter().filter_map(|dependency| {
        let package = dependency.package.unwrap_or(dependency.name);
        let kind = match dependency.kind.as_deref() {
            Some("dev") => return None,
            Some("build") => DependencyKind::Build,
            _ => DependencyKind::Normal,
        };
        question.dependencies.contains(&*package).then(|| ReleaseDependency {
            package: package.into_owned(),
            requirement: dependency.req.into_owned(),
            kind,
            optional: dependency.optional,
        })
    });
    let dependencies = dependencies.collect();
    Some(Release { version: version.to_string(), dependencies, rust_version: line.rust_version })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn question<'a>(locked: &str, dependency: &'a str) -> Question<'a> {
        Question { locked: [locked.parse().unwrap()].into(), dependencies: [dependency].into() }
    }

    /// A file of the cache as Cargo writes it.
    fn file(lines: &[(&str, &str)]) -> Vec<u8> {
        let mut content = vec![CACHE_VERSION];
        content.extend(INDEX_VERSION.to_le_bytes());
        content.extend(b"etag: \"x\"\0");
        for (version, line) in lines {
            content.extend(format!("{version}\0{line}\0").bytes());
        }
        content
    }

    fn line(requirement: &str, rest: &str) -> String {
        format!(
            r#"{{"name":"user","vers":"0","deps":[{{"name":"dep","req":"{requirement}","features":[],"optional":false,"default_features":true,"target":null,"kind":"normal"}},{{"name":"other","req":"^1","kind":"normal"}}],"cksum":"","features":{{}}{rest}}}"#
        )
    }

    #[test]
    fn newer_releases_are_listed_newest_first_with_what_they_ask_for() {
        let (old, new) = (line("^1", ""), line("^2", r#","rust_version":"1.70","v":2"#));
        let (yanked, later) = (line("^2", r#","yanked":true"#), line("^2", r#","v":3"#));
        let content = file(&[
            ("0.9.0", &old),
            ("1.0.0", &old),
            ("1.10.0", &new),
            ("1.9.0", &old),
            ("1.11.0", &yanked),
            ("1.12.0", &later),
            ("2.0.0-rc.1", &new),
        ]);
        let releases = releases(&content, &question("1.0.0", "dep")).unwrap();
        let versions: Vec<&str> = releases.iter().map(|release| release.version.as_str()).collect();
        assert_eq!(versions, ["1.10.0", "1.9.0"]);
        let asked: Vec<_> = releases[0].dependencies.iter().map(|it| (&*it.package, &*it.requirement)).collect();
        assert_eq!((asked, releases[0].rust_version.as_deref()), (vec![("dep", "^2")], Some("1.70")));
    }

    #[test]
    fn the_name_in_the_registry_counts_and_dev_dependencies_do_not() {
        let deps = r#"{"deps":[{"name":"renamed","req":"^1","kind":"build","package":"dep"},{"name":"dep","req":"^9","kind":"dev"}]}"#;
        let found = releases(&file(&[("1.0.0", "{}"), ("1.1.0", deps)]), &question("1.0.0", "dep")).unwrap();
        let asked: Vec<_> = found[0].dependencies.iter().map(|it| (it.kind, &*it.requirement)).collect();
        assert_eq!(asked, [(DependencyKind::Build, "^1")]);
    }

    #[test]
    fn a_file_of_another_form_or_registry_tells_nothing() {
        let good = file(&[("1.0.0", "{}")]);
        assert_eq!(releases(&good, &question("1.0.0", "dep")), Some(Vec::new()));
        assert_eq!(releases(&good, &question("1.0.1", "dep")), None, "not the package that is locked");
        assert_eq!(releases(&[&[4], &good[1..]].concat(), &question("1.0.0", "dep")), None);
        assert_eq!(releases(&[&[3, 3], &good[2..]].concat(), &question("1.0.0", "dep")), None);
    }

    #[test]
    fn paths_are_those_of_cargo() {
        let path = |name| relative_path(name).unwrap();
        assert_eq!(["a", "ab", "Abc", "Inflector"].map(path), ["1/a", "2/ab", "3/a/abc", "in/fl/inflector"]);
        assert_eq!((relative_path(""), relative_path("aäöx")), (None, None));
    }

    proptest! {
        #[test]
        fn any_content_is_read_without_a_panic(content: Vec<u8>, tail: Vec<u8>) {
            let _ = releases(&content, &question("1.0.0", "dep"));
            let _ = releases(&[file(&[("1.0.0", "{}")]), tail].concat(), &question("1.0.0", "dep"));
        }
    }
}
