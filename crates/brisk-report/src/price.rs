//! What a finding costs and what its cure would save, in words: the same for every view.

use brisk::detect::{Basis, Cost, CpuGain, Finding, Joint};

use crate::format;

/// What seconds are of where nothing else is said.
const UNIT_TIME: &str = "unit time";

/// What it costs now: `2.30 s of CPU time and 3.00 MiB`; `None` where nothing was measured.
pub(crate) fn costs(finding: &Finding) -> Option<String> {
    let parts = amounts(&finding.cost, finding.seconds_of);
    (!parts.is_empty()).then(|| format::list(&parts))
}

/// `2.30 s of CPU time`, `3.00 MiB`
fn amounts(cost: &Cost, seconds_of: &str) -> Vec<String> {
    let some = |seconds: f64| seconds > 0.0;
    let seconds = match (cost.cpu_seconds.filter(|s| some(*s)), cost.seconds.filter(|s| some(*s))) {
        (Some(cpu_s), _) => Some(format!("{} of CPU time", format::duration(cpu_s))),
        (None, Some(unit_s)) => Some(format!("{} of {seconds_of}", format::duration(unit_s))),
        (None, None) => None,
    };
    [seconds, cost.bytes.map(format::bytes)].into_iter().flatten().collect()
}

/// What its cure saves, and how that is known: `at least 2.00 s of wall time (simulated) and 12.3 s of CPU time (measured)`;
/// `None` where nobody knows.
pub(crate) fn saves(finding: &Finding) -> Option<String> {
    let gain = &finding.gain;
    let (low, high) = (gain.low_s.map(format::duration), gain.high_s.map(format::duration));
    let seconds = match (low, high) {
        (Some(low), Some(high)) => Some(format!("{low} to {high} of wall time")),
        (Some(low), None) => Some(format!("at least {low} of wall time")),
        (None, Some(high)) => Some(format!("at most {high} of wall time")),
        (None, None) => None,
    };
    let basis = match gain.basis {
        Basis::Measured => " (measured)",
        Basis::Replayed => " (replayed)",
        Basis::Simulated => " (simulated)",
        Basis::Counted => " (counted)",
        Basis::Estimated => " (estimated)",
        Basis::None => "",
    };
    let parts: Vec<String> = [seconds, gain.bytes.map(format::bytes)].into_iter().flatten().collect();
    let told = (!parts.is_empty()).then(|| format!("{}{basis}", format::list(&parts)));
    let of_cpu = gain.cpu.filter(|gain| gain.high_s > 0.0).map(cpu);
    let parts: Vec<String> = [told, of_cpu].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

/// `12.3 s of CPU time (measured)`, `11 s to 13 s of CPU time (estimated from unit time)`
fn cpu(gain: CpuGain) -> String {
    let (low, high) = (format::duration(gain.low_s), format::duration(gain.high_s));
    match gain.basis {
        Basis::Measured => format!("{low} of CPU time (measured)"),
        _ if low == high => format!("about {low} of CPU time (estimated from unit time)"),
        _ => format!("{low} to {high} of CPU time (estimated from unit time)"),
    }
}

/// What the cures take out together, and what it would be wrong to promise.
pub(crate) fn together(joint: &Joint) -> Option<String> {
    let all = format::list(&amounts(&Cost { bytes: None, ..joint.cost }, UNIT_TIME));
    if all.is_empty() || joint.units.is_empty() {
        return None;
    }
    let n_units = format::count(joint.units.len(), "unit");
    let cpu = joint.cpu.filter(|gain| gain.basis != Basis::Measured).map(|gain| format!(", {}", cpu(gain)));
    let sum = format::list(&amounts(&Cost { bytes: None, ..joint.sum }, UNIT_TIME));
    let apart = match joint.sum.seconds.zip(joint.cost.seconds) {
        Some((sum_s, joint_s)) if sum_s > joint_s && !sum.is_empty() => {
            format!("; one by one they add up to {sum}, which counts some twice")
        }
        Some((sum_s, joint_s)) if sum_s < joint_s && !sum.is_empty() => {
            format!("; one by one they add up to only {sum}, since what several of them need goes with the last")
        }
        _ => String::new(),
    };
    let wall = joint.wall_s.filter(|wall_s| wall_s.high > 0.0);
    let wall =
        wall.map(|wall_s| format!("; {} of wall time (simulated)", format::duration_range(wall_s.low, wall_s.high)));
    Some(format!(
        "together, the cures of {} take out {n_units} and {all}{}{}{apart}",
        format::count(joint.keys.len(), "finding"),
        cpu.unwrap_or_default(),
        wall.unwrap_or_default(),
    ))
}
