//! Which fixes the build can show the worth of: a profile that it does not use makes it neither faster nor slower.

use brisk::analysis::Analysis;
use brisk::model::{ProfileRoot, profile_dir};
use brisk::plan::Fix;

use super::FixOptions;
use crate::error::{Error, Result};

/// Those of `found` that the build shows, and the others.
///
/// # Errors
///
/// If one of the others was asked for.
pub(super) fn shown(found: Vec<Fix>, analysis: &Analysis, options: &FixOptions) -> Result<(Vec<Fix>, Vec<Fix>)> {
    let (shown, others): (Vec<Fix>, Vec<Fix>) = found.into_iter().partition(|fix| is_shown(fix, analysis));
    match others.iter().find_map(|fix| Some((fix, fix.profile()?))).filter(|_| !options.asked.is_empty()) {
        None => Ok((shown, others)),
        Some((fix, profile)) => {
            let words: Vec<_> = options.command.iter().map(|word| word.to_string_lossy()).collect();
            let error = format!(
                "`cargo {}` does not use the profile `{profile}`, which `{}` is about",
                words.join(" "),
                fix.key
            );
            let select = if profile == "release" { "--release".to_owned() } else { format!("--profile {profile}") };
            Err(Error::usage(error)
                .hint(format!("`cargo brisk fix {} -- build {select}` times builds that do", fix.key)))
        }
    }
}

fn is_shown(fix: &Fix, analysis: &Analysis) -> bool {
    let Some(profile) = fix.profile().filter(|_| fix.stage.is_timed()) else { return true };
    let configuration = analysis.surroundings.configuration.as_ref();
    let inherits = |dir: &str| {
        let root = configuration.and_then(|known| known.profile(dir)).map(|known| known.root);
        match root {
            Some(ProfileRoot::Dev) => profile == "dev",
            Some(ProfileRoot::Release) => profile == "release",
            None => false,
        }
    };
    let mut dirs = analysis.build.units.iter().filter_map(|unit| unit.profile_dir.as_deref()).peekable();
    dirs.peek().is_none() || dirs.any(|dir| dir == profile_dir(profile) || inherits(dir))
}
