//! Of a set, as little as is enough.
//!
//! Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on
//! Software Engineering 28, 2002) asks of ever smaller parts of a set whether they still do. Here more never does worse than
//! less, as with features: so the search begins with nothing, follows the hints that answers give, and where they give none
//! it halves what is left to find one element that is needed (as the deletion by halves of Bradley and Manna, "Checking
//! Safety by Inductive Generalization of Counterexamples to Induction", FMCAD 2007). That takes about log2(n) questions for
//! each element that is needed, where dropping one after the other takes n, and each of them compiles a workspace.

use std::collections::BTreeSet;

/// What was seen of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It does.
    Enough,
    /// It does not. These may be missing; perhaps not all that are, and perhaps wrongly.
    NotEnough(BTreeSet<T>),
    /// There is no time to see.
    NoTime,
}

/// A set that is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smallest<T> {
    /// It; it was seen to be enough.
    pub set: BTreeSet<T>,
    /// Whether none of it can go. Otherwise there was no time to find out.
    pub is_least: bool,
}

/// The smallest subset of `all` that is enough, as `ask` tells; `None` if all of it is not, or there was no time to find any.
///
/// Where one of two would do, the one that comes first in their order stays.
///
/// Of what is enough, a larger set must be as well; if that is not quite so, what comes out is enough all the same, but
/// something of it may not be needed. Without hints it asks at most 2 + k (log2(n) + 2) times for n elements of which k are
/// needed; each wrong hint costs one question more.
///
/// # Errors
///
/// What `ask` fails with.
pub fn smallest<T: Ord + Clone, E>(
    all: &BTreeSet<T>,
    ask: impl FnMut(&BTreeSet<T>) -> Result<Answer<T>, E>,
) -> Result<Option<Smallest<T>>, E> {
    let mut search = Search { ask, too_small: Vec::new(), enough: Vec::new() };
    match search.grown(all)? {
        Grown::Enough(set) => search.pruned(set).map(Some),
        Grown::OutOfTime => {
            let set = search.enough.into_iter().min_by_key(BTreeSet::len);
            Ok(set.map(|set| Smallest { set, is_least: false }))
        }
        Grown::Hopeless => Ok(None),
    }
}

struct Search<T, F> {
    ask: F,
    /// Sets that are not enough: nor are their subsets.
    too_small: Vec<BTreeSet<T>>,
    /// Sets that are.
    enough: Vec<BTreeSet<T>>,
}

enum Grown<T> {
    Enough(BTreeSet<T>),
    OutOfTime,
    Hopeless,
}

/// What halving has found.
enum Found<T> {
    /// This is needed.
    One(T),
    /// All that is left is not enough.
    Nothing,
    OutOfTime,
}

impl<T: Ord + Clone, E, F: FnMut(&BTreeSet<T>) -> Result<Answer<T>, E>> Search<T, F> {
    /// Asks, unless that is known.
    fn asked(&mut self, set: &BTreeSet<T>) -> Result<Answer<T>, E> {
        if self.enough.contains(set) {
            return Ok(Answer::Enough);
        }
        if self.too_small.iter().any(|known| set.is_subset(known)) {
            return Ok(Answer::NotEnough(BTreeSet::new()));
        }
        let answer = (self.ask)(set)?;
        match &answer {
            Answer::Enough => self.enough.push(set.clone()),
            Answer::NotEnough(_) => self.too_small.push(set.clone()),
            Answer::NoTime => {}
        }
        Ok(answer)
    }

    /// From nothing to what is enough: by hints, and one by one where there are none.
    fn grown(&mut self, all: &BTreeSet<T>) -> Result<Grown<T>, E> {
        let mut needed = BTreeSet::new();
        let mut rest: Vec<T> = all.iter().cloned().collect();
        loop {
            let hints = match self.asked(&needed)? {
                Answer::Enough => return Ok(Grown::Enough(needed)),
                Answer::NoTime => return Ok(Grown::OutOfTime),
                Answer::NotEnough(hints) => hints,
            };
            let (new, others): (Vec<T>, Vec<T>) = rest.into_iter().partition(|it| hints.contains(it));
            needed.extend(new);
            rest = others;
            if !self.too_small.iter().any(|known| needed.is_subset(known)) {
                continue;
            }
            match self.halved(&needed, &mut rest)? {
                Found::One(one) => drop(needed.insert(one)),
                Found::Nothing => return Ok(Grown::Hopeless),
                Found::OutOfTime => return Ok(Grown::OutOfTime),
            }
        }
    }

    /// One element of `rest` that is needed beside `needed`, which is not enough; what follows it in `rest` goes, as it is
    /// not needed.
    fn halved(&mut self, needed: &BTreeSet<T>, rest: &mut Vec<T>) -> Result<Found<T>, E> {
        let (mut low, mut high) = (0, rest.len());
        let mut at = high;
        loop {
            let set = needed.iter().chain(&rest[..at]).cloned().collect();
            match self.asked(&set)? {
                Answer::Enough => high = at,
                Answer::NotEnough(_) if at == rest.len() => return Ok(Found::Nothing),
                Answer::NotEnough(_) => low = at,
                Answer::NoTime => return Ok(Found::OutOfTime),
            }
            if high - low <= 1 {
                rest.truncate(high);
                return Ok(rest.pop().map_or(Found::Nothing, Found::One));
            }
            at = low.midpoint(high);
        }
    }

    /// Drops what is not needed, one by one, the last first.
    fn pruned(&mut self, mut set: BTreeSet<T>) -> Result<Smallest<T>, E> {
        for one in set.clone().into_iter().rev() {
            let mut without = set.clone();
            without.remove(&one);
            match self.asked(&without)? {
                Answer::Enough => set = without,
                Answer::NotEnough(_) => {}
                Answer::NoTime => return Ok(Smallest { set, is_least: false }),
            }
        }
        Ok(Smallest { set, is_least: true })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    /// Enough is whatever holds one of these sets.
    fn is_enough(wanted: &[BTreeSet<u8>], set: &BTreeSet<u8>) -> bool {
        wanted.iter().any(|wanted| wanted.is_subset(set))
    }

    /// What came out, and how often was asked.
    fn searched(
        all: &BTreeSet<u8>,
        wanted: &[BTreeSet<u8>],
        hints: &BTreeSet<u8>,
        most: usize,
    ) -> (Option<Smallest<u8>>, usize) {
        let mut n_asked = 0;
        let ask = |set: &BTreeSet<u8>| -> Result<_, Infallible> {
            n_asked += 1;
            Ok(match (n_asked > most, is_enough(wanted, set)) {
                (true, _) => Answer::NoTime,
                (false, true) => Answer::Enough,
                (false, false) => Answer::NotEnough(hints.difference(set).copied().take(2).collect()),
            })
        };
        let found = smallest(all, ask).unwrap();
        (found, n_asked)
    }

    fn set(elements: impl IntoIterator<Item = u8>) -> BTreeSet<u8> {
        elements.into_iter().collect()
    }

    #[test]
    fn good_hints_lead_there_at_once() {
        let wanted = [set([3, 7])];
        let (found, n_asked) = searched(&set(0..20), &wanted, &wanted[0], usize::MAX);
        assert_eq!(found, Some(Smallest { set: set([3, 7]), is_least: true }));
        // Nothing, both, and each of them alone.
        assert_eq!(n_asked, 4);
    }

    #[test]
    fn nothing_is_enough_where_nothing_is_needed() {
        assert_eq!(searched(&set(0..20), &[set([])], &set([]), usize::MAX).1, 1);
    }

    #[test]
    fn what_is_never_enough_is_given_up_soon() {
        assert_eq!(searched(&set(0..20), &[], &set([]), usize::MAX), (None, 2));
        assert_eq!(searched(&set([]), &[], &set([]), usize::MAX), (None, 1));
    }

    #[test]
    fn without_time_the_smallest_that_was_seen_is_told_as_such() {
        let wanted = [set([0, 19])];
        assert_eq!(searched(&set(0..20), &wanted, &set([]), 1).0, None);
        let (found, _) = searched(&set(0..20), &wanted, &set([]), 2);
        assert_eq!(found, Some(Smallest { set: set(0..20), is_least: false }));
    }

    #[test]
    fn of_two_that_would_do_the_first_one_stays() {
        let wanted = [set([2, 5]), set([2, 9])];
        for hints in [set([]), set([2, 5, 9])] {
            let (found, _) = searched(&set(0..20), &wanted, &hints, usize::MAX);
            assert_eq!(found.map(|found| found.set), Some(set([2, 5])));
        }
    }

    fn elements() -> impl Strategy<Value = BTreeSet<u8>> {
        proptest::collection::btree_set(0..24_u8, 0..8)
    }

    proptest! {
        #[test]
        fn what_comes_out_is_enough_and_none_of_it_can_go(
            n in 0..24_u8,
            wanted in proptest::collection::vec(elements(), 0..4),
            hints in elements(),
        ) {
            let (found, _) = searched(&set(0..n), &wanted, &hints, usize::MAX);
            prop_assert_eq!(found.is_some(), is_enough(&wanted, &set(0..n)));
            if let Some(found) = found {
                prop_assert!(found.is_least && is_enough(&wanted, &found.set) && found.set.iter().all(|one| *one < n));
                for one in &found.set {
                    let without = set(found.set.iter().copied().filter(|other| other != one));
                    prop_assert!(!is_enough(&wanted, &without), "{one} of {:?}", found.set);
                }
            }
        }

        #[test]
        fn questions_are_few(n in 1..24_u8, wanted in elements(), hints in elements()) {
            let wanted = set(wanted.into_iter().map(|one| one % n));
            let (_, n_asked) = searched(&set(0..n), std::slice::from_ref(&wanted), &set([]), usize::MAX);
            let log2 = usize::try_from(u8::BITS - n.leading_zeros()).unwrap();
            prop_assert!(n_asked <= 2 + wanted.len() * (log2 + 2), "{n_asked} for {wanted:?} of {n}");
            // Each hint is heard once, and perhaps asked about once more in the end.
            let (_, with_hints) = searched(&set(0..n), std::slice::from_ref(&wanted), &hints, usize::MAX);
            prop_assert!(with_hints <= 2 + wanted.len() * (log2 + 2) + 2 * hints.len(), "{with_hints}");
        }

        #[test]
        fn however_little_time_there_is_what_comes_out_was_seen_to_be_enough(
            n in 0..24_u8,
            wanted in elements(),
            hints in elements(),
            most in 0..20_usize,
        ) {
            let (found, n_asked) = searched(&set(0..n), std::slice::from_ref(&wanted), &hints, most);
            prop_assert!(n_asked <= most + 1);
            prop_assert!(found.is_none_or(|found| wanted.is_subset(&found.set)));
        }
    }
}
