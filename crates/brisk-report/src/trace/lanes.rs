//! Which slices stand beside each other.

/// A stretch of time, in whole microseconds: from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) from: u64,
    pub(super) to: u64,
}

/// For each of `stretches`, which come by their beginnings, the lowest lane that is free then.
pub(super) fn lanes(stretches: &[Stretch]) -> Vec<u32> {
    let mut free_from: Vec<u64> = Vec::new();
    let lane = |stretch: &Stretch| {
        let free = free_from.iter().position(|from| *from <= stretch.from);
        let lane = free.unwrap_or(free_from.len());
        match free_from.get_mut(lane) {
            Some(from) => *from = stretch.to,
            None => free_from.push(stretch.to),
        }
        u32::try_from(lane).unwrap_or(u32::MAX)
    };
    stretches.iter().map(lane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_lane_that_is_free_is_taken() {
        let stretches = [(0, 4), (0, 2), (1, 3), (2, 5), (3, 3), (4, 6)].map(|(from, to)| Stretch { from, to });
        assert_eq!(lanes(&stretches), [0, 1, 2, 1, 2, 0]);
        assert_eq!(lanes(&[]), [0; 0]);
    }
}
