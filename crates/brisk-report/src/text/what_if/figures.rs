//! What a change would bring, in a sentence.

use brisk::outlook::Outlook;
use brisk::simulate::CostBasis;
use brisk::simulate::what_if::{Prediction, Range};

use crate::{compared, format};

/// `53.0 s → 48.2 s (46.1 to 50.3 s), -9.1 % (-11 to -7.0 %) wall, -12 % CPU`
pub(super) fn told(outlook: &Outlook, prediction: &Prediction) -> String {
    format!("{} wall, {} {}", wall(prediction), change(prediction.cpu_delta), work(outlook))
}

/// `53.0 s → 48.2 s (46.1 to 50.3 s), -9.1 % (-11 to -7.0 %)`
pub(super) fn wall(prediction: &Prediction) -> String {
    seconds(prediction.before_wall_s, prediction.wall_s, prediction.wall_delta)
}

/// The same of CPU time.
pub(super) fn cpu(prediction: &Prediction) -> String {
    seconds(prediction.before_cpu_s, prediction.cpu_s, prediction.cpu_delta)
}

fn seconds(before_s: f64, then_s: Range, delta: Range) -> String {
    let (before, range) = (format::duration(before_s), format::duration_range(then_s.low, then_s.high));
    if compared::is_noise(delta) {
        return format!("{before} → {range}, {}", noise(delta));
    }
    format!("{before} → {} ({range}), {} ({})", format::duration(then_s.mid), format::change(delta.mid), ends(delta))
}

/// `-13 % (-16 to -11 %)`, `within noise (-1.2 to +2.8 %)`
pub(super) fn change(delta: Range) -> String {
    match compared::is_noise(delta) {
        true => noise(delta),
        false => format!("{} ({})", format::change(delta.mid), ends(delta)),
    }
}

fn noise(delta: Range) -> String {
    format!("{} ({})", compared::undecided(delta), ends(delta))
}

/// `-16 to -11 %`
pub(super) fn ends(delta: Range) -> String {
    format::change_range(delta.low, delta.high)
}

/// What work is counted in.
pub(super) fn work(outlook: &Outlook) -> &'static str {
    match outlook.baseline.cost_basis {
        CostBasis::Cpu => "CPU",
        CostBasis::UnitSeconds => "unit time",
    }
}
