//! Pairs of what is most alike.

/// How far two things are apart: numbers of which the first ones decide.
pub(super) type Distance = [u64; 4];

/// Pairs of the members of `a` and `b`, each in one pair at most: those that are nearest first. Pairs without a distance are
/// none.
///
/// Whoever exchanges the sides gets the same pairs: of pairs that are equally near, two that share a member differ in the sum
/// of their places.
pub(super) fn nearest<A: Copy, B: Copy>(a: &[A], b: &[B], distance: impl Fn(A, B) -> Option<Distance>) -> Vec<(A, B)> {
    let mut near: Vec<(Distance, usize, usize, usize)> = Vec::new();
    for (i, &one) in a.iter().enumerate() {
        for (j, &other) in b.iter().enumerate() {
            near.extend(distance(one, other).map(|distance| (distance, i + j, i, j)));
        }
    }
    near.sort_unstable();
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut pairs = Vec::new();
    for (_, _, i, j) in near {
        if !used_a[i] && !used_b[j] {
            (used_a[i], used_b[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    pairs.into_iter().map(|(i, j)| (a[i], b[j])).collect()
}

/// How many members only one of two ascending lists has.
pub(super) fn n_apart<T: Ord>(a: &[T], b: &[T]) -> u64 {
    let only = |of: &[T], other: &[T]| of.iter().filter(|member| other.binary_search(member).is_err()).count();
    (only(a, b) + only(b, a)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_paired_and_nobody_twice() {
        let apart = |a: u64, b: u64| (a.abs_diff(b) < 5).then_some([a.abs_diff(b), 0, 0, 0]);
        assert_eq!(nearest(&[1, 10, 20], &[11, 2, 3], apart), [(1, 2), (10, 11)]);
        assert_eq!(nearest(&[], &[1], apart), []);
    }

    #[test]
    fn lists_are_as_far_apart_as_what_only_one_of_them_has() {
        assert_eq!(n_apart(&["a", "b"], &["b", "c", "d"]), 3);
    }
}
