//! When enough pairs were timed, and what may be said then.
//!
//! A group-sequential test: the pairs are looked at after fixed numbers of them, with an interval that is wider than it would
//! be for a single look, so that looking often does not find what is not there. `tests/it/stats.rs` plays it out with
//! thousands of trials, with and without a true difference.

use super::{Effect, Pair, Relative};

/// How many of all ranges that are told hold the true value.
const RANGE: f64 = 0.9;
/// The change that "so many more pairs" is about.
const WORTH_FINDING: f64 = 0.05;
/// Standard errors between no change and one that is found with 80 % certainty: `t` at 98.5 % for some ten pairs, and
/// 0.84 for the 80 % ("minimum detectable effect").
const DETECTABLE: f64 = 3.0;

/// When to look, and how sure to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Numbers of pairs after which the pairs are looked at, ascending. The last one is the most pairs that are timed.
    pub looks: Vec<usize>,
    /// How much of its distribution the interval covers that has to exclude zero, at every look but the last one.
    pub interim: f64,
    /// The same at the last look.
    pub last: f64,
    /// Relative changes up to this are no change worth telling: the range has to lie within it.
    pub margin: f64,
}

impl Default for Rule {
    /// Looks and levels that keep wrong claims at 2 % of all trials of the same against the same, also on a machine that is
    /// rough on them, and find 5 % where builds scatter by 3 % (`tests/it/stats.rs`).
    fn default() -> Self {
        Self { looks: vec![2, 4, 6, 8, 10, 12, 16, 20, 24, 32], interim: 0.9995, last: 0.99, margin: 0.02 }
    }
}

/// What may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// B takes less.
    Faster,
    /// B takes more.
    Slower,
    /// If B differs, then by less than the margin.
    NoChange,
    /// Neither can be said.
    Inconclusive,
}

impl Verdict {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::NoChange => "no-change",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The verdict of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Faster, Self::Slower, Self::NoChange, Self::Inconclusive].into_iter().find(|it| it.as_str() == word)
    }
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// More pairs are to be timed.
    GoOn,
    /// This can be said.
    Stop(Verdict),
}

/// What pairs say in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// In one word.
    pub verdict: Verdict,
    /// How much B differs from A, with the range that holds the true value in nine of ten cases; `None` where there are too
    /// few pairs to tell.
    pub change: Option<Relative>,
    /// How many pairs there were.
    pub n_pairs: usize,
    /// How many more it would take to find a change of 5 %, where the verdict is [`Verdict::Inconclusive`].
    pub more_pairs: Option<usize>,
}

impl Rule {
    /// The most pairs that are timed.
    pub fn most_pairs(&self) -> usize {
        self.looks.last().copied().unwrap_or(0)
    }

    /// Whether these are enough. Between looks the answer is always to go on.
    pub fn decide(&self, pairs: &[Pair]) -> Decision {
        let is_last = pairs.len() >= self.most_pairs();
        if !is_last && !self.looks.contains(&pairs.len()) {
            return Decision::GoOn;
        }
        match (self.verdict(pairs, is_last), is_last) {
            (Verdict::Inconclusive, false) => Decision::GoOn,
            (verdict, _) => Decision::Stop(verdict),
        }
    }

    fn verdict(&self, pairs: &[Pair], is_last: bool) -> Verdict {
        let Some(effect) = Effect::of(pairs) else { return Verdict::Inconclusive };
        let strict = effect.range(if is_last { self.last } else { self.interim });
        let told = effect.range(RANGE);
        if strict.excludes_zero() {
            if strict.mid < 0.0 { Verdict::Faster } else { Verdict::Slower }
        } else if told.low > -self.margin && told.high < self.margin {
            Verdict::NoChange
        } else {
            Verdict::Inconclusive
        }
    }
}

/// What `pairs` say when no more will come, whether or not the rule would have gone on.
pub fn judge(rule: &Rule, pairs: &[Pair]) -> Judgement {
    let effect = Effect::of(pairs);
    // Fewer than the first look are never enough.
    let is_enough = rule.looks.first().is_some_and(|first| pairs.len() >= *first);
    // A rule that stops early does so at an interim look, and at no other the interval is as wide.
    let early = rule.looks.contains(&pairs.len()).then(|| rule.verdict(pairs, false));
    let verdict = match early.filter(|verdict| *verdict != Verdict::Inconclusive) {
        Some(verdict) => verdict,
        None if is_enough => rule.verdict(pairs, true),
        None => Verdict::Inconclusive,
    };
    let more_pairs = effect.filter(|_| verdict == Verdict::Inconclusive).map(|effect| more_pairs(&effect, pairs.len()));
    Judgement { verdict, change: effect.map(|effect| effect.range(RANGE)), n_pairs: pairs.len(), more_pairs }
}

/// `n = (3 s / ln 1.05)^2` pairs find a change of 5 %, where pairs deviate by `s`.
fn more_pairs(effect: &Effect, n_pairs: usize) -> usize {
    let needed = (DETECTABLE * effect.deviation / WORTH_FINDING.ln_1p()).powi(2).ceil();
    // Thousands of pairs are as good as never.
    let needed = needed.min(9_999.0) as usize;
    needed.saturating_sub(n_pairs).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Side;

    /// Pairs whose B takes `change` more, off by `noise` in turns.
    fn pairs(n: usize, change: f64, noise: f64) -> Vec<Pair> {
        let pair = |i: usize| {
            let off = if (i / 2).is_multiple_of(2) { noise } else { -noise };
            Pair { a: 10.0, b: 10.0 * (1.0 + change + off), first: if i.is_multiple_of(2) { Side::A } else { Side::B } }
        };
        (0..n).map(pair).collect()
    }

    #[test]
    fn a_clear_difference_is_told_at_the_first_look_and_not_before() {
        let rule = Rule::default();
        assert_eq!(rule.decide(&pairs(1, -0.3, 0.001)), Decision::GoOn);
        assert_eq!(rule.decide(&pairs(2, -0.3, 0.001)), Decision::Stop(Verdict::Faster));
        assert_eq!(rule.decide(&pairs(2, -0.1, 0.001)), Decision::GoOn);
        assert_eq!(rule.decide(&pairs(4, 0.1, 0.001)), Decision::Stop(Verdict::Slower));
        assert_eq!(judge(&rule, &pairs(1, -0.3, 0.001)).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn the_same_is_no_change_and_noise_says_nothing() {
        let rule = Rule::default();
        assert_eq!(rule.decide(&pairs(8, 0.0, 0.001)), Decision::Stop(Verdict::NoChange));
        assert_eq!(rule.decide(&pairs(4, 0.0, 0.1)), Decision::GoOn);
        assert_eq!(rule.decide(&pairs(32, 0.0, 0.1)), Decision::Stop(Verdict::Inconclusive));
        let judgement = judge(&rule, &pairs(24, 0.0, 0.1));
        assert!(judgement.more_pairs.is_some_and(|n| (10..40).contains(&n)), "{judgement:?}");
    }

    #[test]
    fn between_two_looks_nothing_is_decided() {
        assert_eq!(Rule::default().decide(&pairs(5, -0.5, 0.001)), Decision::GoOn);
    }
}
