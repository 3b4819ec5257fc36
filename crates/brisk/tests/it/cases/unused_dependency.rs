//! `unused-dependency`.

use brisk::model::{Place, TargetKind};

use super::Case;
use crate::support::{Named, analyse_named};

pub(super) const CASE: Case = Case {
    id: "unused-dependency",
    positive: || analyse_named(BUILD, &[named("b", Place::Path), named("a", Place::Word)]),
    silent: || analyse_named(BUILD, &[named("b", Place::Path), named("a", Place::Argument)]),
};

const BUILD: &str = "
    a v1.0.0         |FFFFFB
    b v1.0.0         |FFFFFB
    app <- a, b      |......FFFFB
";

fn named(name: &'static str, place: Place) -> Named {
    Named { name, place, ..Named::in_target(TargetKind::Lib) }
}
