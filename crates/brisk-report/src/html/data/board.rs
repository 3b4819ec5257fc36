//! Findings as switches: numbers of all combinations, and pictures of as many as there is room for.

use brisk::overview::{Combination, Prospects, Switchboard};
use brisk::simulate::Span;
use serde::Serialize;

use super::digits;
use super::outlook::{Three, counts_cpu, three};
use super::strings::{Strings, Text};

/// Levels of a moment: as many as two digits have, and four for each pixel of a picture.
const LEVELS: u32 = 4096;
/// Stands for a unit that is not built then.
const GONE: char = '!';

/// `2^k` combinations of `k` switches.
#[derive(Debug, Serialize)]
pub(super) struct BoardData {
    switches: Vec<SwitchData>,
    /// Seconds from one level to the next.
    level_s: f64,
    /// By bit mask.
    combinations: Vec<CombinationData>,
}

#[derive(Debug, Serialize)]
struct SwitchData {
    title: Text,
}

#[derive(Debug, Serialize)]
struct CombinationData {
    wall_s: Option<Three>,
    cpu_s: Option<Three>,
    /// For each unit of the build start, end of the front end and end, as levels of two digits each, or [`GONE`]; `None`
    /// where there was no room for it.
    spans: Option<String>,
}

impl BoardData {
    /// Without pictures. `None` if there is nothing to switch, or if its units are not those of the page.
    pub(super) fn of(prospects: &Prospects, n_units: usize, strings: &mut Strings) -> Option<Self> {
        let Prospects { outlook, switchboard } = prospects;
        let of_page = switchboard.combinations.iter().all(|combination| combination.spans.len() == n_units);
        let longest_s = last_ends(switchboard).fold(0.0, f64::max);
        let combination = |combination: &Combination| CombinationData {
            wall_s: three(combination.wall_s),
            cpu_s: Some(combination.cpu_s).filter(|_| counts_cpu(&outlook.baseline)).and_then(three),
            spans: None,
        };
        (of_page && !switchboard.combinations.is_empty()).then(|| Self {
            switches: switchboard.switches.iter().map(|it| SwitchData { title: strings.of(&it.title) }).collect(),
            level_s: (longest_s / f64::from(LEVELS - 1)).max(1e-9),
            combinations: switchboard.combinations.iter().map(combination).collect(),
        })
    }

    /// Adds the pictures of the combinations that are looked at first, as long as they take no more than so many bytes.
    pub(super) fn picture(&mut self, switchboard: &Switchboard, bytes: usize) {
        let mut left = bytes;
        for mask in by_importance(self.switches.len()) {
            let pair = self.combinations.get_mut(mask).zip(switchboard.combinations.get(mask));
            let Some((data, combination)) = pair else { continue };
            let spans = packed(&combination.spans, self.level_s);
            match left.checked_sub(spans.len()) {
                Some(rest) => (left, data.spans) = (rest, Some(spans)),
                None => return,
            }
        }
    }
}

/// When the last unit of each combination ends.
fn last_ends(switchboard: &Switchboard) -> impl Iterator<Item = f64> {
    let ends =
        |combination: &Combination| combination.spans.iter().flatten().map(|span| span.end_s).fold(0.0, f64::max);
    switchboard.combinations.iter().map(ends).filter(|end_s| end_s.is_finite())
}

/// Nothing and everything first, then each switch alone and the first few together, then what has the fewest switches on.
fn by_importance(n_switches: usize) -> Vec<usize> {
    let all = (1_usize << n_switches) - 1;
    let rank = |mask: usize| match mask {
        _ if mask == 0 || mask == all => 0,
        _ if mask.is_power_of_two() || mask & (mask + 1) == 0 => 1,
        _ => 2,
    };
    let mut masks: Vec<usize> = (0..=all).collect();
    masks.sort_by_key(|&mask| (rank(mask), mask.count_ones(), mask));
    masks
}

fn packed(spans: &[Option<Span>], level_s: f64) -> String {
    let mut text = String::new();
    for span in spans {
        match span {
            None => text.push(GONE),
            Some(span) => {
                for moment_s in [span.start_s, span.front_end_s, span.end_s] {
                    digits::push(&mut text, level(moment_s / level_s), 2);
                }
            }
        }
    }
    text
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; what is no number becomes 0")]
fn level(levels: f64) -> usize {
    levels.round().clamp(0.0, f64::from(LEVELS - 1)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_first_comes_first() {
        assert_eq!(by_importance(0), [0]);
        assert_eq!(by_importance(3), [0, 7, 1, 2, 4, 3, 5, 6]);
    }

    #[test]
    fn a_unit_takes_three_moments_or_a_mark() {
        let span = |start_s, front_end_s, end_s| Span { start_s, front_end_s, back_end_s: end_s, end_s, cpu_s: 0.0 };
        let spans = [Some(span(0.0, 1.0, 64.0)), None, Some(span(f64::NAN, -1.0, 1e9))];
        assert_eq!(packed(&spans, 1.0), "000110!0000__");
    }
}
