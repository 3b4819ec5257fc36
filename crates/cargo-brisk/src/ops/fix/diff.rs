//! What would be written, as a diff.

use std::path::Path;

use brisk::model::Cure;
use similar::TextDiff;

use super::cures::{Undo, carry_out};
use super::health::Checks;
use super::{FixOptions, Planned};
use crate::error::{Error, Result};
use crate::ops::staging::{Side, SideSpec};

/// The changes of all fixes together, as `diff -u` writes them; of the lockfile, only how much differs. A fix that cannot be
/// carried out is told in place of its changes.
///
/// # Errors
///
/// If there can be no copy.
pub(crate) fn fix_diff(planned: &Planned, options: &FixOptions) -> Result<String> {
    let target_dir = planned.dir.path.join("v").into_std_path_buf();
    let checks = Checks { interrupt: &planned.dir.interrupt, target_dir: &target_dir };
    let side = Side::stage(&SideSpec::here(), &options.workspace, &options.command, &planned.dir.path.join("b"))?;
    let mut all = Undo::default();
    let mut told = String::new();
    for fix in &planned.fixes {
        if fix.cure.iter().any(|cure| matches!(cure, Cure::Trim(_))) {
            told.push_str(&format!("# {}: which features are used is found out by trying\n", fix.key));
        }
        let mut undo = Undo::default();
        match carry_out(&side, &fix.cure, &checks, &mut undo) {
            Ok(()) => all.also(undo),
            Err(why) => {
                told.push_str(&format!("# {}: {why}\n", fix.key));
                let failed =
                    |error: std::io::Error| Error::could_not_measure("a copy cannot be written").because(&error);
                undo.put_back().map_err(failed)?;
            }
        }
    }
    for path in all.changed() {
        let own = side.copy.original_of(path);
        let before = planned.before(&own).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let after = std::fs::read_to_string(path).unwrap_or_default();
        told.push_str(&diff(&side.root, &own, &before.unwrap_or_default(), &after));
    }
    Ok(told)
}

fn diff(root: &Path, path: &Path, before: &str, after: &str) -> String {
    let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let diff = TextDiff::from_lines(before, after);
    if name == "Cargo.lock" {
        let n = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal).count();
        return format!("# Cargo.lock: {} differ\n", brisk_report::format::count(n, "line"));
    }
    diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}
