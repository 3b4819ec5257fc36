//! A quantity over time in one line of text.

use super::bar::Scale;
use super::line::Line;
use super::style::{AMOUNT, DIM};

/// A stretch of time with a constant quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    pub(super) from_s: f64,
    pub(super) to_s: f64,
    pub(super) quantity: f64,
}

/// One column per cell of the scale: the mean of the quantity over what is known of the cell, in eighths of `full`.
/// A blank is zero; a dot means that nothing is known of this time.
pub(super) fn sparkline(levels: &[Level], scale: &Scale, full: f64) -> Line {
    let mut sums = vec![(0.0, 0.0); scale.cells];
    for level in levels.iter().filter(|level| level.to_s > level.from_s && level.quantity.is_finite()) {
        for (i, (known_s, sum)) in
            sums.iter_mut().enumerate().take(scale.cell(level.to_s) + 1).skip(scale.cell(level.from_s))
        {
            let overlap_s = level.to_s.min(scale.at_s(i + 1)) - level.from_s.max(scale.at_s(i));
            if overlap_s > 0.0 {
                *known_s += overlap_s;
                *sum += overlap_s * level.quantity;
            }
        }
    }
    let mut line = Line::new();
    for (known_s, sum) in sums {
        if known_s > 0.0 { line.push(AMOUNT, glyph(sum / known_s / full)) } else { line.push(DIM, "·") }
    }
    line
}

fn glyph(share: f64) -> &'static str {
    const GLYPHS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    // A share below half of the lowest glyph is as good as nothing.
    if share.is_nan() || share < 1.0 / 16.0 {
        return " ";
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 8, see the bounds")]
    let eighths = (share.min(1.0) * 8.0).round() as usize;
    GLYPHS[eighths.clamp(1, 8) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::options::Color;

    #[test]
    fn a_cell_shows_the_mean_of_its_time() {
        let level = |from_s, to_s, quantity| Level { from_s, to_s, quantity };
        let levels = [level(0.0, 1.0, 8.0), level(1.0, 2.0, 0.0), level(2.0, 3.0, 4.0), level(3.0, 3.5, 2.0)];
        let mut text = String::new();
        sparkline(&levels, &Scale::new(0.0, 5.0, 5), 8.0).write(&mut text, Color::Never);
        assert_eq!(text, "█ ▄▂·");
        text.clear();
        sparkline(&levels, &Scale::new(0.0, 4.0, 2), 8.0).write(&mut text, Color::Never);
        assert_eq!(text, "▄▃");
    }
}
