//! What Cargo's reports share: one session, one profile.

use brisk::model::{Session, Timing, Unit};

/// The one session of the build whose units these are, which started at `started_at` (seconds since the UNIX epoch):
/// from the start of its first unit to the end of its last one. `None` if no unit has a time.
pub(super) fn main_session(units: &[Unit], started_at: Option<f64>) -> Option<Session> {
    let timings = || units.iter().filter_map(|unit| unit.timing.as_ref()).filter(|timing| is_sound(timing));
    let first_s = timings().map(|timing| timing.start_s).min_by(f64::total_cmp)?;
    let last_s = timings().map(|timing| timing.end_s).max_by(f64::total_cmp)?;
    let n_units = u32::try_from(timings().count()).unwrap_or(u32::MAX);
    Some(Session { started_at: started_at.unwrap_or(0.0) + first_s, wall_s: last_s - first_s, n_units })
}

/// The sieve drops the others afterwards; they must not spoil the sums.
fn is_sound(timing: &Timing) -> bool {
    (0.0..=crate::sieve::MAX_SECONDS).contains(&timing.start_s)
        && (timing.start_s..=crate::sieve::MAX_SECONDS).contains(&timing.end_s)
}

/// Name of a library target where a report does not tell: Cargo's default, the package's name with `_` for `-`.
pub(super) fn library_name(package: &str) -> String {
    package.replace('-', "_")
}
