//! Builds of two arms by turns.

use std::time::{Duration, Instant};

use brisk::model::{Build, Status, fewer_units};
use brisk::stats::{Common, Comparison, Decision, Metric, Rule, Side, Timed, TimedPair, decide};

use super::arm::{Arm, BuildFailure, Network};
use super::preparation::Preparation;
use super::recorder::{Recorded, Recorder};
use crate::process::Interrupt;

/// Of all pairs that are timed, so many may be timed again because other programs disturbed them.
const MOST_REPEATED: f64 = 0.5;

/// When it is enough.
#[derive(Clone, Debug)]
pub(crate) struct Protocol {
    /// When a verdict may be given.
    pub(crate) rule: Rule,
    /// What the verdict is about.
    pub(crate) metric: Metric,
    /// The time that all of it may take.
    pub(crate) budget: Duration,
    /// What may end it before the rule does.
    pub(crate) enough: Enough,
}

/// What is enough beside what the rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enough {
    /// Nothing.
    Rule,
    /// That everything that B compiles is compiled in A, too, and more, and that some pairs do not show B to be slower.
    FewerUnits,
}

/// Pairs after which it is seen whether what compiles less is slower nevertheless: at equal speed they tell 5 %.
const ENOUGH_PAIRS: usize = 4;

/// How far a trial is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// A build that does not count: it shows that the arm builds, and fills caches.
    WarmUp(Side),
    /// So many pairs are timed.
    Pairs(usize),
}

/// Two arms and what is done before each of their builds.
#[derive(Debug)]
pub(crate) struct Trial<'a> {
    /// What there is.
    pub(crate) a: &'a Arm,
    /// What it is compared with.
    pub(crate) b: &'a Arm,
    /// A's preparation.
    pub(crate) prepare_a: Preparation,
    /// B's.
    pub(crate) prepare_b: Preparation,
    /// Records the builds, so that they can be compared at equal speed of the machine; only builds from nothing of arms that
    /// build in the same way have enough in common for that.
    pub(crate) recorder: Option<Recorder>,
    /// Builds that do not count.
    pub(crate) warm_up: WarmUp,
    /// Stops the build at work when somebody stops us.
    pub(crate) interrupt: &'a Interrupt,
}

/// Builds before the first pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WarmUp {
    /// One of each side: it shows that the side builds, downloads what it needs, and fills caches.
    Each,
    /// None: both sides have just been built in one way or another.
    No,
}

/// What a trial has timed.
#[derive(Debug)]
pub(crate) struct Timings {
    /// What that says.
    pub(crate) comparison: Comparison,
    /// How many units the last recorded build of A and of B compiled or ran; `None` if none was recorded.
    pub(crate) n_units: [Option<usize>; 2],
    /// How many units fewer that of B was, if all of it was part of that of A.
    pub(crate) fewer_units: Option<usize>,
}

/// One build of a trial.
struct Built {
    timed: Timed,
    build: Option<Build>,
}

/// A trial that was broken off: which side failed, and how.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The side.
    pub(crate) side: Side,
    /// How.
    pub(crate) failure: BuildFailure,
}

impl Trial<'_> {
    /// Runs it; `seen` is told how far it is.
    ///
    /// # Errors
    ///
    /// If a build fails: then there is nothing to compare.
    pub(crate) fn run(&self, protocol: &Protocol, seen: &dyn Fn(Progress)) -> Result<Timings, Broken> {
        let mut clock = Clock { started: Instant::now(), budget: protocol.budget, longest: Duration::ZERO };
        let recorder = clock.timed(|_| self.warmed_up(seen))?;
        let mut pairs: Vec<TimedPair> = Vec::new();
        let mut counted = Counted::default();
        let (mut first, mut n_repeated) = (random_side(), 0_usize);
        seen(Progress::Pairs(0));
        while clock.has_time_for_a_pair() && !protocol.is_over(&pairs, counted) {
            let pair;
            (pair, counted) = clock.timed(|number| self.pair(first, number, recorder))?;
            // A disturbed pair is timed again, in the same order, but a machine that is never quiet gets its answer, too. At
            // equal speed it does not matter, except for wall time.
            let matters = pair.common.is_none() || protocol.metric == Metric::Wall;
            if pair.is_disturbed() && matters && (n_repeated as f64) < MOST_REPEATED * (pairs.len() as f64 + 1.0) {
                n_repeated += 1;
                continue;
            }
            pairs.push(pair);
            first = first.other();
            seen(Progress::Pairs(pairs.len()));
        }
        let comparison = Comparison::of(&protocol.rule, protocol.metric, pairs);
        Ok(Timings { comparison, n_units: counted.n_units, fewer_units: counted.fewer })
    }

    /// Builds what does not count; the recorder to go on with. Without enough in common, recording is of no use.
    fn warmed_up(&self, seen: &dyn Fn(Progress)) -> Result<Option<&Recorder>, Broken> {
        let is_comparable = self.prepare_a == Preparation::Clean
            && self.prepare_b == Preparation::Clean
            && self.a.builds_in_the_same_way_as(self.b);
        let recorder = self.recorder.as_ref().filter(|_| is_comparable);
        if self.warm_up == WarmUp::No {
            return Ok(recorder);
        }
        let mut built = Vec::new();
        for side in [Side::A, Side::B] {
            seen(Progress::WarmUp(side));
            built.push(self.build(side, 0, recorder, Network::Allowed)?);
        }
        let [a, b] = [&built[0], &built[1]];
        Ok(recorder.filter(|_| common(a, b).is_some()))
    }

    fn pair(&self, first: Side, number: u64, recorder: Option<&Recorder>) -> Result<(TimedPair, Counted), Broken> {
        let one = self.build(first, number, recorder, Network::Refused)?;
        let other = self.build(first.other(), number, recorder, Network::Refused)?;
        let (a, b) = if first == Side::A { (one, other) } else { (other, one) };
        let counted = Counted::of(&a, &b);
        Ok((TimedPair { a: a.timed, b: b.timed, first, common: common(&a, &b) }, counted))
    }

    /// One build.
    fn build(&self, side: Side, number: u64, recorder: Option<&Recorder>, network: Network) -> Result<Built, Broken> {
        let (arm, preparation) = match side {
            Side::A => (self.a, &self.prepare_a),
            Side::B => (self.b, &self.prepare_b),
        };
        let prepared = preparation.prepare(&arm.target_dir, number);
        let prepared = prepared.map_err(|source| BuildFailure::NotRun { command: arm.words(), source });
        let built = prepared.and_then(|()| match recorder {
            Some(recorder) => recorder
                .build(arm, self.interrupt, network)
                .map(|Recorded { timed, build }| Built { timed, build: Some(build) }),
            None => arm.build(self.interrupt, network).map(|timed| Built { timed, build: None }),
        });
        built.map_err(|failure| Broken { side, failure })
    }
}

fn common(a: &Built, b: &Built) -> Option<Common> {
    Common::of(a.build.as_ref()?, b.build.as_ref()?)
}

/// What the builds of a pair had to do.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    n_units: [Option<usize>; 2],
    fewer: Option<usize>,
}

impl Counted {
    fn of(a: &Built, b: &Built) -> Self {
        let [a, b] = [&a.build, &b.build].map(Option::as_ref);
        let n_units = |build: &Build| build.units.iter().filter(|unit| unit.status != Status::Fresh).count();
        Self { n_units: [a, b].map(|build| build.map(n_units)), fewer: a.zip(b).and_then(|(a, b)| fewer_units(a, b)) }
    }
}

impl Protocol {
    fn is_over(&self, pairs: &[TimedPair], counted: Counted) -> bool {
        let is_counted = self.enough == Enough::FewerUnits && counted.fewer.is_some() && pairs.len() >= ENOUGH_PAIRS;
        is_counted || decide(&self.rule, self.metric, pairs) != Decision::GoOn
    }
}

/// The time that there is.
struct Clock {
    started: Instant,
    budget: Duration,
    /// The longest pair so far.
    longest: Duration,
}

impl Clock {
    fn has_time_for_a_pair(&self) -> bool {
        self.started.elapsed() + self.longest <= self.budget
    }

    /// Does the next pair, which has a number of its own.
    fn timed<T>(&mut self, pair: impl FnOnce(u64) -> T) -> T {
        let begun = Instant::now();
        let done = pair(u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX));
        self.longest = self.longest.max(begun.elapsed());
        done
    }
}

/// Which side is built first in the first pair, so that not all trials favour one.
fn random_side() -> Side {
    use std::hash::{BuildHasher as _, RandomState};
    // Keys of the standard library's hasher are random.
    if RandomState::new().hash_one(0_u8).is_multiple_of(2) { Side::A } else { Side::B }
}
