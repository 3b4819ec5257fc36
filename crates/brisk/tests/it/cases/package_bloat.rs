//! `package-bloat`.

use brisk::analysis::Analysis;
use brisk::model::{DiskKind, Surroundings};

use super::Case;
use super::disk::{around, disk, entry, leaf};

pub(super) const CASE: Case = Case {
    id: "package-bloat",
    // Two versions, one with a build in it.
    positive: || unpacked(&[("package/app-0.1.0", 900), ("package/app-0.2.0", 3)], 1),
    // The sources that `cargo package` unpacked last, and many `.crate` files.
    silent: || unpacked(&[("package/app-0.2.0", 3)], 400),
};

fn unpacked(directories: &[(&str, u64)], packed_mib: u64) -> Analysis {
    let directories = directories.iter().map(|(path, mib)| leaf(path, DiskKind::Package, *mib)).collect();
    let parts = vec![
        entry("package/*", DiskKind::Package, directories),
        leaf("package/*.crate", DiskKind::CrateFiles, packed_mib),
    ];
    around(Surroundings::of_disk(Some(disk(vec![entry("package", DiskKind::Package, parts)]))))
}

#[test]
fn what_is_told_is_what_would_be_free() {
    let [finding] = &(CASE.positive)().findings[..] else { panic!("one finding") };
    assert_eq!(finding.title, "2 unpacked packages take 903 MiB in `/ws/target/package`");
    assert_eq!((finding.gain.bytes, finding.cost.bytes), (Some(903 << 20), Some(903 << 20)));
    insta::assert_snapshot!(finding.evidence.join("\n"), @"
    `/ws/target/package/app-0.1.0` takes 900 MiB
    `/ws/target/package/app-0.2.0` takes 3.00 MiB
    the 5 `.crate` files take 1.00 MiB, which is not counted: they are what was asked for
    ");
}
