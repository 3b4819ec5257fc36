//! `heavy-optional`.

use brisk::model::TargetKind;

use super::Case;
use crate::support::{Named, analyse_named};

pub(super) const CASE: Case = Case {
    id: "heavy-optional",
    positive: || analyse_named(BUILD, &library(&["export.rs"])),
    silent: || analyse_named(BUILD, &library(&["export.rs", "import.rs", "print.rs"])),
};

const BUILD: &str = "
    sub v1.0.0          |FFFFFFFFFFFB
    a v1.0.0 <- sub     |...........FFFFFFFFFFFB
    b v1.0.0            |FFB
    app <- a, b         |.......................FFFFB
";

/// A library whose files all name `b`, and those that are listed `a` as well.
fn library(name_a: &[&str]) -> Vec<Named> {
    let files = ["one.rs", "two.rs", "three.rs", "four.rs", "five.rs", "six.rs"].iter().chain(name_a);
    let named =
        |name, file: &&str| Named { name, file: format!("app/src/{file}"), ..Named::in_target(TargetKind::Lib) };
    files.map(|file| named("b", file)).chain(name_a.iter().map(|file| named("a", file))).collect()
}
