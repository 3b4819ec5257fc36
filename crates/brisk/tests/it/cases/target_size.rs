//! `target-size`.

use brisk::analysis::Analysis;
use brisk::model::{DiskKind, Surroundings};

use super::Case;
use super::disk::{around, disk, entry, leaf};

pub(super) const CASE: Case = Case { id: "target-size", positive: || with_deps(4800), silent: || with_deps(4000) };

fn with_deps(mib: u64) -> Analysis {
    let profile = entry(
        "debug",
        DiskKind::Profile,
        vec![leaf("debug/deps", DiskKind::Deps, mib), leaf("debug/examples", DiskKind::Examples, 1)],
    );
    let package = entry("package", DiskKind::Package, vec![leaf("package/*.crate", DiskKind::CrateFiles, 200)]);
    around(Surroundings::of_disk(Some(disk(vec![profile, leaf("doc", DiskKind::Doc, 300), package]))))
}

#[test]
fn parts_are_told_by_kind_and_profile_and_small_ones_left_out() {
    let [finding] = &(CASE.positive)().findings[..] else { panic!("one finding") };
    insta::assert_snapshot!(format!("{}\n{}", finding.title, finding.evidence.join("\n")), @"
    the target directory takes 5.18 GiB, 91 % of it compiled crates (`deps/`)
    compiled crates (`deps/`): 4.69 GiB, 91 %
    documentation (`doc/`): 300 MiB, 6 %
    `.crate` files: 200 MiB, 4 %
    profile directory `debug`: 4.69 GiB, 91 %
    ");
    assert_eq!(finding.command.as_deref(), Some("cargo clean --doc"));
}
