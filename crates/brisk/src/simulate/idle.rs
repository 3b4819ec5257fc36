//! Stretches of the main session in which fewer units than jobs were at work.

use crate::model::{Build, Mode, Unit};

/// A stretch of the main session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Seconds since the build's start.
    pub from_s: f64,
    /// The same.
    pub to_s: f64,
    /// Job-seconds without a unit.
    pub idle_s: f64,
}

impl Stretch {
    /// Its length in seconds.
    pub fn length_s(&self) -> f64 {
        self.to_s - self.from_s
    }
}

/// What changes at a moment: units at work, and those of them that are generating code.
struct Change {
    at_s: f64,
    n_units: i64,
    n_generating: i64,
}

/// The stretches in which some, but fewer than `jobs` units of the main session were at work and none of these generated
/// code, as far as is known, in time order. A rustc call of unknown phases may be generating code all the time.
///
/// rustc spreads the code generation of one unit over free jobs, as it shares Cargo's jobserver (the rustc book,
/// "Jobserver"), so that a job without a unit is not an idle one then. Moments without any unit at work do not count
/// either: nothing tells what Cargo did in them.
pub fn idle_stretches(build: &Build, jobs: u32) -> Vec<Stretch> {
    let units = build.units.iter().filter(|unit| build.in_main_session(unit));
    let mut changes: Vec<Change> = units.flat_map(changes_of).flatten().collect();
    changes.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut n_units, mut n_generating) = (0, 0);
    for (i, change) in changes.iter().enumerate() {
        n_units += change.n_units;
        n_generating += change.n_generating;
        let (from_s, to_s) = (change.at_s, changes.get(i + 1).map_or(change.at_s, |next| next.at_s));
        let is_idle = n_units > 0 && n_units < i64::from(jobs) && n_generating <= 0;
        if !is_idle || to_s <= from_s {
            continue;
        }
        let idle_s = (i64::from(jobs) - n_units) as f64 * (to_s - from_s);
        match stretches.last_mut() {
            Some(last) if last.to_s == from_s => (last.to_s, last.idle_s) = (to_s, last.idle_s + idle_s),
            _ => stretches.push(Stretch { from_s, to_s, idle_s }),
        }
    }
    stretches
}

/// Start and end of the unit, and of its code generation where that is known.
fn changes_of(unit: &Unit) -> Option<Vec<Change>> {
    unit.trusted_duration_s()?;
    let timing = unit.timing?;
    let (start_s, end_s) = (timing.start_s, timing.end_s.max(timing.start_s));
    let pair = |from_s, to_s, n_units, n_generating| {
        [
            Change { at_s: from_s, n_units, n_generating },
            Change { at_s: to_s, n_units: -n_units, n_generating: -n_generating },
        ]
    };
    let mut changes = Vec::from(pair(start_s, end_s, 1, 0));
    match unit.split_s() {
        Some((front_s, back_s, _)) => changes.extend(pair(start_s + front_s, start_s + front_s + back_s, 0, 1)),
        None if may_generate_code(unit) => changes.extend(pair(start_s, end_s, 0, 1)),
        None => {}
    }
    Some(changes)
}

fn may_generate_code(unit: &Unit) -> bool {
    matches!(unit.mode, Mode::Build | Mode::Test)
}
