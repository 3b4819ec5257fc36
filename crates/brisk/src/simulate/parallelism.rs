//! How many units were at work at each moment of the main session.

use crate::model::Build;

/// Units at work over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parallelism {
    /// `(from second, units at work from then on)`, ascending; the last entry is zero units.
    pub steps: Vec<(f64, u32)>,
    /// Mean over the main session, from the first unit's start to the last one's end.
    pub mean: f64,
    /// Largest number at once.
    pub max: u32,
    /// Seconds of the session in which at most one unit was at work.
    pub alone_s: f64,
}

impl Parallelism {
    /// Counts the units of `build`'s main session.
    pub fn of(build: &Build) -> Self {
        let timings = build.units.iter().filter(|unit| build.in_main_session(unit));
        let timings = timings.filter(|unit| unit.trusted_duration_s().is_some()).filter_map(|unit| unit.timing);
        let mut changes: Vec<(f64, i32)> =
            timings.flat_map(|t| [(t.start_s, 1), (t.end_s.max(t.start_s), -1)]).collect();
        changes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut parallelism = Self::default();
        let mut at_work = 0_i32;
        let mut area_s = 0.0;
        for (i, &(at_s, change)) in changes.iter().enumerate() {
            at_work += change;
            let n_units = u32::try_from(at_work).unwrap_or(0);
            let until_s = changes.get(i + 1).map_or(at_s, |next| next.0);
            parallelism.push(at_s, n_units, until_s);
            area_s += f64::from(n_units) * (until_s - at_s);
        }
        if let (Some(first), Some(last)) = (changes.first(), changes.last())
            && last.0 > first.0
        {
            parallelism.mean = area_s / (last.0 - first.0);
        }
        parallelism
    }

    fn push(&mut self, at_s: f64, n_units: u32, until_s: f64) {
        self.max = self.max.max(n_units);
        if n_units <= 1 {
            self.alone_s += until_s - at_s;
        }
        match self.steps.last_mut() {
            Some(last) if last.0 == at_s => last.1 = n_units,
            _ => self.steps.push((at_s, n_units)),
        }
    }
}
