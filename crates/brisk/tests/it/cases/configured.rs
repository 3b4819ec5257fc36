//! Words of the cases about profiles and configuration: a workspace that is configured in some way.

use std::collections::{BTreeMap, BTreeSet};

use brisk::analysis::Analysis;
use brisk::model::{
    Configuration, DiskEntry, DiskKind, DiskUsage, FilePlace, Linked, Origin, Profile, ProfileRoot, Setting,
    Surroundings, Timing, Toolchain,
};
use brisk_test_support::{gantt, workspace_of};

/// Nothing is set anywhere, on a toolchain of today.
pub(crate) fn configuration() -> Configuration {
    let built_in = [
        ("dev", ProfileRoot::Dev),
        ("test", ProfileRoot::Dev),
        ("release", ProfileRoot::Release),
        ("bench", ProfileRoot::Release),
    ];
    let profiles: BTreeMap<String, Profile> =
        built_in.into_iter().map(|(name, root)| (name.to_owned(), Profile::unset(name, root))).collect();
    Configuration {
        manifest: place(9),
        profiles,
        ignored_profiles: Vec::new(),
        toolchain: Some(Toolchain {
            release: "1.95.0".to_owned(),
            host: "x86_64-unknown-linux-gnu".to_owned(),
            split_debuginfo: Some(vec!["off".to_owned(), "packed".to_owned(), "unpacked".to_owned()]),
        }),
        builds_for_host: true,
        linker: None,
        flags: None,
        wrapper: None,
        incremental: None,
        ci: None,
        installed: BTreeSet::new(),
    }
}

/// The analysis of a drawn build for development under a configuration, with the rest as given. A column is a second here:
/// settings matter to builds that take long.
pub(crate) fn analysis(drawn: &str, configuration: Configuration, rest: Surroundings) -> Analysis {
    analysis_in("debug", drawn, configuration, rest)
}

/// The same of a build in another profile's directory.
pub(crate) fn analysis_in(
    profile_dir: &str,
    drawn: &str,
    configuration: Configuration,
    rest: Surroundings,
) -> Analysis {
    let mut build = gantt::parse(drawn);
    for unit in &mut build.units {
        unit.profile_dir = Some(profile_dir.to_owned());
        unit.timing = unit.timing.map(slower);
    }
    let surroundings = Surroundings { configuration: Some(configuration), ..rest };
    Analysis::of(workspace_of(&build), build, surroundings, Vec::new())
}

fn slower(timing: Timing) -> Timing {
    let slower = |at_s: f64| at_s * gantt::COLUMNS_PER_S;
    Timing {
        start_s: slower(timing.start_s),
        expanded_s: timing.expanded_s.map(slower),
        rmeta_s: timing.rmeta_s.map(slower),
        codegen_s: timing.codegen_s.map(slower),
        link_s: timing.link_s.map(|(from_s, to_s)| (slower(from_s), slower(to_s))),
        end_s: slower(timing.end_s),
        ..timing
    }
}

/// A profile of the configuration, to be changed.
pub(crate) fn profile<'a>(configuration: &'a mut Configuration, name: &str) -> &'a mut Profile {
    configuration.profiles.get_mut(name).expect("Cargo has it by itself")
}

/// A line of the root manifest.
pub(crate) fn place(line: u32) -> FilePlace {
    FilePlace { file: "Cargo.toml".to_owned(), line: Some(line) }
}

/// A value that the root manifest sets.
pub(crate) fn set<T>(value: T) -> Option<Setting<T>> {
    Some(Setting { value, origin: Origin::File(place(5)) })
}

/// A value that an environment variable sets.
pub(crate) fn variable<T>(name: &str, value: T) -> Option<Setting<T>> {
    Some(Setting { value, origin: Origin::Variable(name.to_owned()) })
}

/// A target directory with one profile in it, of which so much is incremental.
pub(crate) fn disk(profile_dir: &str, bytes: u64, incremental: u64) -> Option<DiskUsage> {
    let entry =
        |path: &str, kind, bytes, children| DiskEntry { path: path.to_owned(), kind, bytes, files: 1, children };
    let part = entry(&format!("{profile_dir}/incremental"), DiskKind::Incremental, incremental, Vec::new());
    let entries = vec![entry(profile_dir, DiskKind::Profile, bytes, vec![part])];
    Some(DiskUsage { path: "/ws/target".to_owned(), bytes, files: 1, entries })
}

/// Files that were linked in a profile, each with so much debug information.
pub(crate) fn linked(profile_dir: &str, debug_bytes: &[u64]) -> Option<Vec<Linked>> {
    let file = |(index, bytes): (usize, &u64)| Linked {
        path: format!("{profile_dir}/app{index}"),
        profile_dir: profile_dir.to_owned(),
        triple: None,
        bytes: bytes + 1000,
        debug_bytes: Some(*bytes),
        is_artifact: true,
    };
    Some(debug_bytes.iter().enumerate().map(file).collect())
}

/// One gibibyte.
pub(crate) const GIB: u64 = 1 << 30;
