//! Units sorted into strata of about equal cost, and the order in which each stratum is sampled.
//!
//! Large and small crates answer to the same flag differently (more code generation units make the back end of a small crate
//! dearer than that of a large one), so that the dearest units alone would mislead. Strata of equal total cost give each
//! second of a build the same chance to be looked at.

use crate::model::{Build, Mode, Unit, UnitIdx};

/// At most so many strata: beyond six or so little precision is gained (Cochran 1977, "Sampling Techniques", section 5A.8).
const MOST: usize = 6;
/// Units per stratum, on average, below which there are fewer strata: of one unit nobody can tell the spread.
const UNITS_PER_STRATUM: usize = 2;

/// Strata of units, the dearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strata(Vec<Vec<UnitIdx>>);

impl Strata {
    /// The strata of `units`: those of them for which rustc ran and that have a cost. Within a stratum the order is the same
    /// for the same units always, and has nothing to do with what they cost: it is the order to sample them in.
    pub fn of(build: &Build, units: &[UnitIdx]) -> Self {
        let mut costs: Vec<(UnitIdx, f64)> = units.iter().filter_map(|&idx| cost(build, idx)).collect();
        costs.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        costs.dedup_by_key(|(idx, _)| *idx);
        let n_strata = (costs.len() / UNITS_PER_STRATUM).clamp(1, MOST);
        let per_stratum_s = costs.iter().map(|(_, cost_s)| cost_s).sum::<f64>() / n_strata as f64;
        let mut strata: Vec<Vec<UnitIdx>> = Vec::new();
        let (mut before_s, mut last) = (0.0, usize::MAX);
        for (idx, cost_s) in costs {
            // The middle of a unit decides, so that one that is dearer than a whole stratum is alone in its own.
            let at = (((before_s + cost_s / 2.0) / per_stratum_s) as usize).min(n_strata - 1);
            before_s += cost_s;
            if at != last {
                strata.push(Vec::new());
                last = at;
            }
            strata.last_mut().expect("the first unit has made the first stratum").push(idx);
        }
        for stratum in &mut strata {
            stratum.sort_by_cached_key(|&idx| (shuffle_key(build.unit(idx)), idx));
        }
        Self(strata)
    }

    /// The strata, the dearest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[UnitIdx]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// How many units they hold.
    pub fn n_units(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }
}

/// CPU seconds of a unit, or its duration where that was not measured; `None` where no rustc ran.
pub(super) fn cost_s(unit: &Unit) -> Option<f64> {
    let is_rustc = !matches!(unit.mode, Mode::RunBuildScript | Mode::Doc | Mode::Doctest);
    unit.cost_s().filter(|cost_s| is_rustc && cost_s.is_finite() && *cost_s > 0.0)
}

fn cost(build: &Build, idx: UnitIdx) -> Option<(UnitIdx, f64)> {
    Some((idx, cost_s(build.units.get(idx.index())?)?))
}

/// A number that tells nothing of the unit but which one it is: FNV-1a of its name (Fowler, Noll, Vo; RFC 9923).
fn shuffle_key(unit: &Unit) -> u64 {
    let text = format!("{}|{}|{:?}", unit.package, unit.label(), unit.hash);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
