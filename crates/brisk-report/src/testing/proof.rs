//! Trials.

use brisk::proof::{Contestant, Proof, Start};
use brisk::stats::{Comparison, Metric, Rule, Side, Timed, TimedPair};

/// Eight pairs whose B takes `change` more, off by `noise` in turns.
pub(crate) fn proof(change: f64, noise: f64) -> Proof {
    let timed = |factor: f64| Timed { wall_s: 10.0 * factor, cpu_s: 18.0 * factor, foreign_cpu: Some(0.01) };
    let pair = |i: usize| TimedPair {
        a: timed(1.0),
        b: timed(1.0 + change + if (i / 2).is_multiple_of(2) { noise } else { -noise }),
        first: if i.is_multiple_of(2) { Side::A } else { Side::B },
        common: None,
    };
    let contestant = |name: &str, target_bytes: u64| Contestant {
        name: name.to_owned(),
        command: vec!["build".to_owned()],
        n_units: None,
        target_bytes: Some(target_bytes),
    };
    let rule = Rule::default();
    Proof {
        a: contestant(".", 1_000_000),
        b: contestant(".,profile.dev.debug=0", 750_000),
        start: Start::Clean,
        comparison: Comparison::of(&rule, Metric::Cpu, (0..8).map(pair).collect()),
        predicted: None,
        fewer_units: None,
        rule,
        budget_s: 900.0,
        took_s: 95.0,
        problems: Vec::new(),
    }
}
