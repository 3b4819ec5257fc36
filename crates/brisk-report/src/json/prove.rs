//! The object of `prove`.

use brisk::proof::{Contestant, Proof, Start};
use brisk::stats::{Judgement, Metric, Relative, Side, Speed, Timed};
use serde::Serialize;

use super::number::{ratio, seconds};
use super::{JsonContext, ProblemView, SCHEMA_VERSION};

/// What a trial of two ways to build has shown.
#[derive(Clone, Debug, Serialize)]
pub struct Prove<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: &'a str,
    /// The verb that wrote it.
    pub command: &'a str,
    /// The trial.
    #[serde(flatten)]
    pub proof: ProofView<'a>,
    /// What has to be known about it.
    pub problems: Vec<ProblemView<'a>>,
}

/// A trial.
#[derive(Clone, Debug, Serialize)]
pub struct ProofView<'a> {
    /// What there is.
    pub a: ContestantView<'a>,
    /// What it was compared with.
    pub b: ContestantView<'a>,
    /// What each build started from: `clean`, `no-op` or `touch`.
    pub start: &'static str,
    /// The member that was edited before each build; `null` unless `start` is `touch`.
    pub touched: Option<&'a str>,
    /// How many pairs of builds were timed.
    pub pairs: usize,
    /// Of CPU time, over all pairs.
    pub cpu: JudgementView,
    /// Of wall time, over the pairs that nothing disturbed.
    pub wall: JudgementView,
    /// The change of CPU time that was predicted before anything was timed; `null` where there is no prediction.
    pub predicted_cpu: Option<DeltaView>,
    /// How many units fewer B compiles, if all that it compiles is compiled in A as well; `null` if not, or not recorded.
    pub fewer_units: Option<usize>,
    /// What the verdict is about: `cpu` or `wall`.
    pub metric: &'static str,
    /// `faster`, `slower`, `no-change` or `inconclusive`: B against A.
    pub verdict: &'static str,
    /// Changes up to this are `no-change`.
    pub margin: Option<f64>,
    /// What other programs took meanwhile, as a share of all processors: the median of all builds.
    pub foreign_cpu: Option<f64>,
    /// The same of the build in which it was most.
    pub most_foreign_cpu: Option<f64>,
    /// How many pairs were disturbed, which is why their wall time does not count.
    pub disturbed_pairs: usize,
    /// `as-it-was` or `equal`: the machine's speed at which the sides are compared. At equal speed, B's seconds count as if the
    /// machine had been as fast as it was while A was built, by the units that both compile alike.
    pub speed: &'static str,
    /// The least share of the CPU time of a build that those units are; `null` unless `speed` is `equal`.
    pub common_share: Option<f64>,
    /// How many more pairs it would take to find a change of 5 %; `null` unless the verdict is `inconclusive` and at least
    /// two pairs tell how much pairs differ.
    pub more_pairs_for_5pct: Option<usize>,
    /// The time that the trial was allowed to take.
    pub budget_s: Option<f64>,
    /// The time that it took.
    pub took_s: Option<f64>,
    /// Every pair, in the order in which they were timed.
    pub samples: Vec<SampleView>,
}

/// One of the two.
#[derive(Clone, Debug, Serialize)]
pub struct ContestantView<'a> {
    /// As the user named it.
    pub name: &'a str,
    /// The command that was timed, after `cargo`.
    pub command: &'a [String],
    /// Median wall seconds.
    pub wall_s: Option<f64>,
    /// Median CPU seconds.
    pub cpu_s: Option<f64>,
    /// How many units a build of it compiles or runs; `null` where the builds were not recorded.
    pub units: Option<usize>,
    /// What its target directory held after the last build.
    pub target_bytes: Option<u64>,
}

/// What pairs say of one number.
#[derive(Clone, Debug, Serialize)]
pub struct JudgementView {
    /// B against A (-0.25 is a quarter less), with the range that holds the true value in nine of ten cases; `null` where
    /// there are too few pairs.
    pub delta: Option<DeltaView>,
    /// In one word.
    pub verdict: &'static str,
    /// From so many pairs.
    pub pairs: usize,
}

/// A relative change with its range.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeltaView {
    /// Low end.
    pub low: Option<f64>,
    /// Best guess.
    pub mid: Option<f64>,
    /// High end.
    pub high: Option<f64>,
}

/// One pair.
#[derive(Clone, Debug, Serialize)]
pub struct SampleView {
    /// Which was built first: `a` or `b`.
    pub first: &'static str,
    /// A's.
    pub a: TimedView,
    /// B's.
    pub b: TimedView,
    /// How many times as slow the machine was while B was built, by what both compiled alike; `null` where that is not known.
    pub slower: Option<f64>,
}

/// One build.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TimedView {
    /// Wall seconds.
    pub wall_s: Option<f64>,
    /// CPU seconds.
    pub cpu_s: Option<f64>,
    /// What other programs took meanwhile, as a share of all processors.
    pub foreign_cpu: Option<f64>,
}

/// The object of `prove` in one line, without a line feed.
pub fn prove(proof: &Proof, context: JsonContext<'_>) -> String {
    let object = Prove {
        schema_version: SCHEMA_VERSION,
        brisk_version: context.brisk_version,
        command: context.command,
        proof: ProofView::of(proof),
        problems: proof.problems.iter().map(ProblemView::of).collect(),
    };
    serde_json::to_string(&object).expect("the structs have string keys and finite numbers only")
}

impl<'a> ProofView<'a> {
    /// The view of a trial.
    pub fn of(proof: &'a Proof) -> Self {
        let comparison = &proof.comparison;
        let foreign = comparison.foreign_cpu();
        Self {
            a: ContestantView::of(proof, &proof.a, Side::A),
            b: ContestantView::of(proof, &proof.b, Side::B),
            start: proof.start.as_str(),
            touched: match &proof.start {
                Start::Edited(member) => Some(member),
                Start::Clean | Start::UpToDate => None,
            },
            pairs: comparison.pairs.len(),
            cpu: JudgementView::of(&comparison.cpu),
            wall: JudgementView::of(&comparison.wall),
            predicted_cpu: proof.predicted.map(DeltaView::of),
            fewer_units: proof.fewer_units,
            metric: match comparison.metric {
                Metric::Cpu => "cpu",
                Metric::Wall => "wall",
            },
            verdict: comparison.verdict().as_str(),
            margin: ratio(proof.rule.margin),
            foreign_cpu: foreign.and_then(|(median, _)| ratio(median)),
            most_foreign_cpu: foreign.and_then(|(_, most)| ratio(most)),
            disturbed_pairs: comparison.n_disturbed(),
            speed: match comparison.speed() {
                Speed::AsItWas => "as-it-was",
                Speed::Equal => "equal",
            },
            common_share: comparison.common_share().and_then(ratio),
            more_pairs_for_5pct: comparison.judgement().more_pairs,
            budget_s: seconds(proof.budget_s),
            took_s: seconds(proof.took_s),
            samples: comparison.pairs.iter().map(SampleView::of).collect(),
        }
    }
}

impl<'a> ContestantView<'a> {
    fn of(proof: &Proof, contestant: &'a Contestant, side: Side) -> Self {
        let median = |value: fn(&Timed) -> f64| proof.comparison.median(side, value).and_then(seconds);
        Self {
            name: &contestant.name,
            command: &contestant.command,
            wall_s: median(|timed| timed.wall_s),
            cpu_s: median(|timed| timed.cpu_s),
            units: contestant.n_units,
            target_bytes: contestant.target_bytes,
        }
    }
}

impl JudgementView {
    fn of(judgement: &Judgement) -> Self {
        Self {
            delta: judgement.change.map(DeltaView::of),
            verdict: judgement.verdict.as_str(),
            pairs: judgement.n_pairs,
        }
    }
}

impl DeltaView {
    fn of(change: Relative) -> Self {
        Self { low: ratio(change.low), mid: ratio(change.mid), high: ratio(change.high) }
    }
}

impl SampleView {
    fn of(pair: &brisk::stats::TimedPair) -> Self {
        let first = if pair.first == Side::A { "a" } else { "b" };
        let slower = pair.common.and_then(|common| ratio(common.b_s / common.a_s));
        Self { first, a: TimedView::of(pair.a), b: TimedView::of(pair.b), slower }
    }
}

impl TimedView {
    fn of(timed: Timed) -> Self {
        Self {
            wall_s: seconds(timed.wall_s),
            cpu_s: seconds(timed.cpu_s),
            foreign_cpu: timed.foreign_cpu.and_then(ratio),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::proof::proof;

    #[test]
    fn the_object_tells_verdict_ranges_and_every_pair() {
        let text = prove(&proof(-0.2, 0.001), JsonContext { brisk_version: "0.1.0", command: "prove" });
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["verdict"], "faster");
        assert_eq!(value["pairs"], 8);
        assert_eq!(value["samples"].as_array().map(Vec::len), Some(8));
        assert!(value["cpu"]["delta"]["high"].as_f64().is_some_and(|high| high < -0.185), "{value}");
        assert_eq!(value["more_pairs_for_5pct"], Value::Null);
        assert_eq!(value["a"]["target_bytes"], 1_000_000);
    }

    #[test]
    fn without_pairs_nothing_is_known() {
        let mut nothing = proof(0.0, 0.0);
        let comparison = &nothing.comparison;
        nothing.comparison = brisk::stats::Comparison::of(&nothing.rule, comparison.metric, Vec::new());
        let text = prove(&nothing, JsonContext { brisk_version: "0.1.0", command: "prove" });
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["verdict"], "inconclusive");
        assert_eq!((&value["cpu"]["delta"], &value["a"]["cpu_s"]), (&Value::Null, &Value::Null));
    }
}
