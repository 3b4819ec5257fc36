//! Which libraries are proc macros, or are linked: Cargo's reports call all of them `lib`.
//!
//! rustc writes metadata early for plain libraries alone (`build_base_args` in Cargo's `core/compiler/mod.rs`: a unit that
//! `requires_upstream_objects` is not asked for it). A library that was compiled without that event is therefore a proc
//! macro or something that is linked. Other packages cannot use what is only linked, so if another package depends on
//! it, it is a proc macro.

use brisk::model::{Edge, Mode, Problem, TargetKind, Unit};

use crate::sieve::counted;

/// What was seen of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metadata {
    /// It wrote metadata before its end.
    Early,
    /// It was compiled without.
    Never,
    /// It was not compiled, or nobody looked.
    NotSeen,
}

/// Whether the user asked for a unit, or it is there because others need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Asked for.
    Requested,
    /// Needed only.
    Needed,
}

/// Sets the kind of those units that are more than plain libraries; `seen` runs parallel to `units`. Gives a problem if
/// there are libraries of which it could not be told.
pub(super) fn settle(units: &mut [Unit], edges: &[Edge], seen: &[(Metadata, Request)]) -> Option<Problem> {
    let mut uses = vec![Uses::default(); units.len()];
    for edge in edges {
        let (Some(dependent), Some(dependency)) =
            (units.get(edge.dependent.index()), units.get(edge.dependency.index()))
        else {
            continue;
        };
        let uses = &mut uses[edge.dependency.index()];
        uses.by_other_package |= dependent.package != dependency.package;
        uses.by_check |= matches!(dependent.mode, Mode::Check | Mode::CheckTest | Mode::Doc);
    }
    let mut n_unknown = 0;
    for ((unit, uses), (metadata, request)) in units.iter_mut().zip(uses).zip(seen) {
        if unit.target.kind != TargetKind::Lib || unit.mode != Mode::Build {
            continue;
        }
        unit.target.kind = match metadata {
            // What is only checked needs no object code of a library, except of one that rustc loads.
            _ if uses.by_check => TargetKind::ProcMacro,
            Metadata::Never if uses.by_other_package || *request == Request::Needed => TargetKind::ProcMacro,
            Metadata::Never => TargetKind::LinkedLib,
            Metadata::Early | Metadata::NotSeen => TargetKind::Lib,
        };
        n_unknown += usize::from(*metadata == Metadata::NotSeen && unit.target.kind == TargetKind::Lib);
    }
    counted(n_unknown, "library", "libraries").map(|n| {
        Problem::new(
            format!("{n} of unknown kind: plain or proc macro"),
            "Cargo calls both `lib`, and it was not seen how they were compiled",
            "counted as plain libraries",
        )
    })
}

#[derive(Clone, Copy, Default)]
struct Uses {
    by_other_package: bool,
    by_check: bool,
}
