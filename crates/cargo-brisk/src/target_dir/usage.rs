//! The parts of a target directory and how much each takes.

use std::path::{Path, PathBuf};

use brisk::model::{DiskEntry, DiskKind, DiskUsage, Problem};

use super::holdings::Holdings;
use super::layout::{is_profile, is_triple, top_kind};
use super::parts::{Parts, leaf};
use super::profile::profile_parts;
use super::walk::{Entry, EntryKind, Walker};

/// The directories as measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measurement {
    /// One for each directory that is there. A file with names in two of them counts in the first.
    pub(crate) usages: Vec<DiskUsage>,
    /// Whose the bytes are.
    pub(crate) holdings: Holdings,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// Measures directories: the target directory, and the build directory where it is another one. A directory within
/// another one is part of that, and one that does not exist holds nothing.
///
/// `progress` is told the number of files seen so far, once for every directory that is read.
pub(crate) fn measure(directories: &[&Path], progress: &mut dyn FnMut(u64)) -> Measurement {
    let mut walker = Walker::new(progress);
    let mut measurement = Measurement::default();
    for directory in outermost(directories) {
        if directory.is_dir() {
            measurement.usages.push(usage(&mut walker, &directory));
        } else if directory.exists() {
            measurement.problems.push(Problem::new(
                format!("`{}` is not a directory", directory.display()),
                "it is configured as the place for what Cargo builds",
                "its disk use is not known",
            ));
        }
    }
    let (holdings, problem) = walker.finish();
    measurement.problems.extend(problem);
    Measurement { holdings, ..measurement }
}

/// The directories without those that are within others or named twice, whatever symbolic links lead to them.
fn outermost(directories: &[&Path]) -> Vec<PathBuf> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let all: Vec<PathBuf> = directories.iter().map(|directory| real(directory)).collect();
    let is_outermost = |(index, path): (usize, &PathBuf)| {
        let mut others = all.iter().enumerate().filter(|(other, _)| *other != index);
        !others.any(|(other, above)| path.starts_with(above) && (path != above || other < index))
    };
    (0..).zip(&all).filter(|pair| is_outermost(*pair)).map(|(_, path)| path.clone()).collect()
}

fn usage(walker: &mut Walker<'_>, directory: &Path) -> DiskUsage {
    let mut parts = Parts::default();
    parts.add(DiskKind::Other, "*", walker.own_size(directory));
    for entry in walker.entries(directory) {
        match entry.kind {
            EntryKind::File => parts.add(DiskKind::Other, "*", walker.own(&entry)),
            EntryKind::Directory => parts.push(top_directory(walker, &entry)),
        }
    }
    let (entries, size) = parts.finish();
    DiskUsage { path: directory.to_string_lossy().into_owned(), bytes: size.bytes, files: size.files, entries }
}

fn top_directory(walker: &mut Walker<'_>, entry: &Entry) -> DiskEntry {
    let mut parts = Parts::default();
    let name = &entry.name;
    let kind = match top_kind(name) {
        DiskKind::Package => {
            package_parts(walker, entry, &mut parts);
            DiskKind::Package
        }
        DiskKind::Other if is_profile(&entry.path) => {
            profile_parts(walker, entry, name, &mut parts);
            DiskKind::Profile
        }
        DiskKind::Other if is_triple(&entry.path) => {
            triple_parts(walker, entry, &mut parts);
            DiskKind::Triple
        }
        kind => return leaf(kind, name, walker.total(entry)),
    };
    parts.into_entry(kind, name)
}

fn triple_parts(walker: &mut Walker<'_>, triple: &Entry, parts: &mut Parts) {
    parts.add(DiskKind::Other, &format!("{}/*", triple.name), walker.own(triple));
    for entry in walker.entries(&triple.path) {
        let path = format!("{}/{}", triple.name, entry.name);
        if entry.kind == EntryKind::File {
            parts.add(DiskKind::Other, &format!("{}/*", triple.name), walker.own(&entry));
        } else if is_profile(&entry.path) {
            let mut below = Parts::default();
            profile_parts(walker, &entry, &path, &mut below);
            parts.push(below.into_entry(DiskKind::Profile, &path));
        } else {
            let total = walker.total(&entry);
            parts.add(top_kind(&entry.name), &path, total);
        }
    }
}

/// `package/`: `.crate` files, also those on their way in `tmp-crate/`, and packages unpacked to be verified.
fn package_parts(walker: &mut Walker<'_>, package: &Entry, parts: &mut Parts) {
    let is_crate = |entry: &Entry| entry.kind == EntryKind::File && entry.name.ends_with(".crate");
    let mut unpacked = Parts::default();
    let mut beside = walker.own(package);
    for entry in walker.entries(&package.path) {
        if is_crate(&entry) {
            parts.add(DiskKind::CrateFiles, "package/*.crate", walker.own(&entry));
        } else if entry.name == "tmp-crate" && entry.kind == EntryKind::Directory {
            parts.add(DiskKind::CrateFiles, "package/*.crate", walker.own(&entry));
            for entry in walker.entries(&entry.path) {
                let total = walker.total(&entry);
                match is_crate(&entry) {
                    true => parts.add(DiskKind::CrateFiles, "package/*.crate", total),
                    false => beside += total,
                }
            }
        } else if entry.kind == EntryKind::Directory {
            let total = walker.total(&entry);
            unpacked.add(DiskKind::Package, &format!("package/{}", entry.name), total);
        } else {
            beside += walker.own(&entry);
        }
    }
    let mut unpacked = unpacked.into_entry(DiskKind::Package, "package/*");
    unpacked.bytes += beside.bytes;
    unpacked.files += beside.files;
    parts.push(unpacked);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of its own with files of the given lengths.
    fn tree(files: &[(&str, usize)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, length) in files {
            let path = dir.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, vec![b'x'; *length]).unwrap();
        }
        dir
    }

    fn measured(dir: &Path) -> DiskUsage {
        let measurement = measure(&[dir], &mut |_| {});
        assert_eq!(measurement.problems, []);
        measurement.usages.into_iter().next().unwrap()
    }

    /// `path kind files` of every entry, children indented, by path: bytes depend on the file system.
    fn outline(entries: &[DiskEntry]) -> String {
        let mut lines: Vec<String> = entries
            .iter()
            .map(|entry| {
                let below: String = outline(&entry.children).lines().map(|line| format!("  {line}\n")).collect();
                format!("{} {} {}\n{below}", entry.path, entry.kind.as_str(), entry.files)
            })
            .collect();
        lines.sort();
        lines.concat()
    }

    #[test]
    fn the_parts_of_the_older_layout_are_told_apart() {
        let dir = tree(&[
            ("CACHEDIR.TAG", 1),
            (".rustc_info.json", 1),
            ("debug/.cargo-lock", 0),
            ("debug/app", 1),
            ("debug/deps/libx-0123456789abcdef.rlib", 1),
            ("debug/build/x-0123456789abcdef/build-script-build", 1),
            ("debug/build/x-0123456789abcdef/out/generated.rs", 1),
            ("debug/incremental/x-1/s-1/dep-graph.bin", 1),
            ("debug/.fingerprint/x-0123456789abcdef/lib-x", 1),
            ("debug/examples/demo", 1),
            ("x86_64-unknown-linux-musl/CACHEDIR.TAG", 1),
            ("x86_64-unknown-linux-musl/release/.cargo-lock", 0),
            ("x86_64-unknown-linux-musl/release/deps/x.rlib", 1),
            ("x86_64-unknown-linux-musl/doc/index.html", 1),
            ("doc/x/index.html", 1),
            ("package/x-0.1.0.crate", 1),
            ("package/x-0.1.0/src/lib.rs", 1),
            ("package/tmp-crate/y-0.1.0.crate", 1),
            ("cargo-timings/cargo-timing.html", 1),
            ("rust-analyzer/.rustc_info.json", 1),
            ("rust-analyzer/debug/.cargo-lock", 1),
        ]);
        insta::assert_snapshot!(outline(&measured(dir.path()).entries), @"
        * other 2
        cargo-timings timings 1
        debug profile 8
          debug/* artifacts 2
          debug/.fingerprint fingerprints 1
          debug/build build-scripts 2
          debug/deps deps 1
          debug/examples examples 1
          debug/incremental incremental 1
        doc doc 1
        package package 3
          package/* package 1
            package/x-0.1.0 package 1
          package/*.crate crate-files 2
        rust-analyzer other 2
        x86_64-unknown-linux-musl triple 4
          x86_64-unknown-linux-musl/* other 1
          x86_64-unknown-linux-musl/doc doc 1
          x86_64-unknown-linux-musl/release profile 2
            x86_64-unknown-linux-musl/release/* artifacts 1
            x86_64-unknown-linux-musl/release/deps deps 1
        ");
    }

    #[test]
    fn the_parts_of_the_newer_layout_are_told_apart() {
        let dir = tree(&[
            ("debug/.cargo-lock", 0),
            ("debug/build/x/0000000000000001/fingerprint/lib-x.json", 1),
            ("debug/build/x/0000000000000001/out/libx.rlib", 1),
            ("debug/build/x/0000000000000002/fingerprint/build-script-build-script-build", 1),
            ("debug/build/x/0000000000000002/out/build_script_build", 1),
            ("debug/build/x/0000000000000003/fingerprint/run-build-script-build-script-build", 1),
            ("debug/build/x/0000000000000003/out/generated.rs", 1),
            ("debug/build/x/0000000000000003/run/stdout", 1),
            ("debug/build/x/0000000000000004/fingerprint/example-demo", 1),
            ("debug/build/x/0000000000000004/out/demo", 1),
            ("debug/incremental/x-1/s-1/dep-graph.bin", 1),
        ]);
        insta::assert_snapshot!(outline(&measured(dir.path()).entries), @"
        * other 0
        debug profile 11
          debug/* artifacts 1
          debug/build build-scripts 3
          debug/build/*/*/fingerprint fingerprints 4
          debug/build/*/*/out deps 1
          debug/examples examples 1
          debug/incremental incremental 1
        ");
    }

    #[test]
    fn parts_add_up_and_the_largest_comes_first() {
        let dir = tree(&[("doc/a", 100_000), ("debug/deps/b", 300_000), ("debug/.cargo-lock", 0), ("tmp/c", 10)]);
        let usage = measured(dir.path());
        assert_eq!(usage.bytes, usage.entries.iter().map(|entry| entry.bytes).sum::<u64>());
        assert_eq!(usage.files, 4);
        assert!(usage.entries.is_sorted_by(|a, b| a.bytes >= b.bytes), "{usage:?}");
        assert_eq!(usage.entries[0].path, "debug");
        assert!(usage.bytes >= 400_000, "{}", usage.bytes);
    }

    #[test]
    #[cfg(unix)]
    fn a_hard_linked_file_counts_once_where_cargo_made_it() {
        let dir = tree(&[("debug/deps/app-0123456789abcdef", 200_000), ("debug/.cargo-lock", 0)]);
        let before = measured(dir.path());
        fs_err::hard_link(dir.path().join("debug/deps/app-0123456789abcdef"), dir.path().join("debug/app")).unwrap();
        let after = measured(dir.path());
        assert_eq!(after.bytes, before.bytes);
        assert_eq!(after.files, before.files + 1);
        let kinds = |usage: &DiskUsage| {
            usage.entries[0].children.iter().map(|entry| (entry.kind, entry.bytes)).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&after), kinds(&before));
    }

    #[test]
    #[cfg(unix)]
    fn a_symbolic_link_is_followed_only_if_it_is_the_directory_itself() {
        let elsewhere = tree(&[("debug/deps/big", 500_000)]);
        let dir = tree(&[("other", 1)]);
        let link = dir.path().join("target");
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
        let usage = measured(&link);
        assert_eq!(Path::new(&usage.path), elsewhere.path().canonicalize().unwrap());
        assert!(usage.bytes >= 500_000);
        let around = measured(dir.path());
        assert!(around.bytes < 500_000, "{around:?}");
        assert_eq!(around.files, 2);
    }

    #[test]
    fn a_build_directory_counts_by_itself_unless_it_is_within_the_target_directory() {
        let dir = tree(&[("target/debug/app", 1), ("target/build/debug/deps/x", 1), ("apart/debug/deps/y", 1)]);
        let paths = |directories: &[&str]| {
            let directories: Vec<_> = directories.iter().map(|name| dir.path().join(name)).collect();
            let directories: Vec<&Path> = directories.iter().map(PathBuf::as_path).collect();
            let usages = measure(&directories, &mut |_| {}).usages;
            usages.iter().map(|usage| usage.path.rsplit('/').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(paths(&["target", "apart"]), ["target", "apart"]);
        assert_eq!(paths(&["target", "target/build"]), ["target"]);
        assert_eq!(paths(&["target/build", "target"]), ["target"]);
        assert_eq!(paths(&["target", "target"]), ["target"]);
    }

    #[test]
    fn what_is_not_there_holds_nothing_and_a_file_is_a_problem() {
        let dir = tree(&[("file", 1)]);
        assert_eq!(measure(&[&dir.path().join("target")], &mut |_| {}), Measurement::default());
        let measurement = measure(&[&dir.path().join("file")], &mut |_| {});
        assert_eq!(measurement.usages, []);
        assert!(measurement.problems[0].what.ends_with("/file` is not a directory"), "{measurement:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn names_that_are_not_utf_8_are_counted() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tree(&[("debug/.cargo-lock", 0)]);
        let name = std::ffi::OsStr::from_bytes(b"b\xffd");
        fs_err::create_dir(dir.path().join(name)).unwrap();
        fs_err::write(dir.path().join(name).join(name), "x").unwrap();
        let usage = measured(dir.path());
        assert_eq!(usage.files, 2);
        assert!(usage.entries.iter().any(|entry| entry.path == "b\u{fffd}d" && entry.kind == DiskKind::Other));
    }

    #[test]
    fn progress_ends_with_the_number_of_files() {
        let dir = tree(&[("debug/deps/a", 1), ("debug/deps/b", 1), ("c", 1)]);
        let mut seen = Vec::new();
        let measurement = measure(&[dir.path()], &mut |files| seen.push(files));
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!(seen.last(), Some(&measurement.usages[0].files));
    }
}
