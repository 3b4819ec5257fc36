//! Bars of units: their phases, in glyphs that differ without colour too.

use anstyle::Style;
use brisk::model::{Mode, Timing, Unit};
use brisk::simulate::Span;

use super::line::Line;
use super::style::{AMOUNT, BACK, DIM, FRONT, LINK, PLAIN, SCRIPT, WHOLE};

/// What a stretch of a unit's bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Parsing to metadata.
    Front,
    /// Code generation.
    Back,
    /// The linker.
    Link,
    /// A build script's run.
    Script,
    /// A rustc call whose phases were not observed.
    Whole,
}

impl Part {
    const ALL: [Self; 5] = [Self::Front, Self::Back, Self::Link, Self::Script, Self::Whole];

    fn glyph(self) -> char {
        match self {
            Self::Front => '█',
            Self::Back => '▒',
            Self::Link => '┃',
            Self::Script => '◆',
            Self::Whole => '■',
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Front => FRONT,
            Self::Back => BACK,
            Self::Link => LINK,
            Self::Script => SCRIPT,
            Self::Whole => WHOLE,
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Front => "front end",
            Self::Back => "code generation",
            Self::Link => "linking",
            Self::Script => "build script run",
            Self::Whole => "rustc, not split",
        }
    }
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    from_s: f64,
    to_s: f64,
    part: Part,
}

/// The stretches of a unit's time in order, without empty ones.
pub(super) fn stretches(unit: &Unit, timing: &Timing) -> Vec<Stretch> {
    let (start_s, end_s) = (timing.start_s, timing.end_s.max(timing.start_s));
    let link = timing.link_s.map(|(from, to)| (from.clamp(start_s, end_s), to.clamp(start_s, end_s)));
    let link = link.filter(|(from, to)| from < to);
    let mut stretches = Vec::with_capacity(4);
    let mut add = |from_s: f64, to_s: f64, part: Part| {
        if to_s > from_s {
            stretches.push(Stretch { from_s, to_s, part });
        }
    };
    if unit.mode == Mode::RunBuildScript {
        add(start_s, end_s, Part::Script);
        return stretches;
    }
    let front_end_s = unit.front_end_s().map(|at_s| at_s.clamp(start_s, end_s));
    let rest = if front_end_s.is_some() { Part::Back } else { Part::Whole };
    let front_end_s = front_end_s.unwrap_or(start_s);
    add(start_s, front_end_s, Part::Front);
    let (link_from_s, link_to_s) = link.unwrap_or((end_s, end_s));
    add(front_end_s, link_from_s, rest);
    add(link_from_s.max(front_end_s), link_to_s, Part::Link);
    add(link_to_s.max(front_end_s), end_s, rest);
    stretches
}

/// The same of a unit as it was played out; `None` is a part of a crate that is split.
pub(super) fn planned(unit: Option<&Unit>, span: &Span) -> Vec<Stretch> {
    let is_script = unit.is_some_and(|unit| unit.mode == Mode::RunBuildScript);
    let front = match unit {
        Some(_) if is_script => Part::Script,
        Some(unit) if unit.split_s().is_none() => Part::Whole,
        _ => Part::Front,
    };
    let all = [
        Stretch { from_s: span.start_s, to_s: span.front_end_s, part: front },
        Stretch { from_s: span.front_end_s, to_s: span.back_end_s, part: Part::Back },
        Stretch { from_s: span.back_end_s, to_s: span.end_s, part: Part::Link },
    ];
    all.into_iter().filter(|stretch| stretch.to_s > stretch.from_s).collect()
}

/// A scale: `cells` columns from `from_s` on, `cell_s` seconds each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) from_s: f64,
    pub(super) cell_s: f64,
    pub(super) cells: usize,
}

impl Scale {
    /// `cells` columns (at least one) for the time between two moments.
    pub(super) fn new(from_s: f64, to_s: f64, cells: usize) -> Self {
        let cells = cells.max(1);
        #[expect(clippy::cast_precision_loss, reason = "at most some hundred columns")]
        let cell_s = ((to_s - from_s) / cells as f64).max(f64::MIN_POSITIVE);
        Self { from_s, cell_s, cells }
    }

    /// Where column `i` begins.
    #[expect(clippy::cast_precision_loss, reason = "at most some hundred columns")]
    pub(super) fn at_s(&self, i: usize) -> f64 {
        self.from_s + self.cell_s * i as f64
    }

    /// The column of a moment, within the scale.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; the minimum follows")]
    pub(super) fn cell(&self, at_s: f64) -> usize {
        (((at_s - self.from_s) / self.cell_s).max(0.0) as usize).min(self.cells - 1)
    }
}

/// Which part each column shows: the longest in it, if half of the column is used. A unit too short for that still gets
/// the column of its middle, so that nothing that ran is invisible.
pub(super) fn cells(stretches: &[Stretch], scale: &Scale) -> Vec<Option<Part>> {
    let mut cells = vec![None; scale.cells];
    let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else { return cells };
    let range = scale.cell(first.from_s)..=scale.cell(last.to_s);
    for i in range {
        let (from_s, to_s) = (scale.at_s(i), scale.at_s(i + 1));
        let overlaps = |s: &Stretch| (s.to_s.min(to_s) - s.from_s.max(from_s)).max(0.0);
        let used_s: f64 = stretches.iter().map(overlaps).sum();
        if used_s >= scale.cell_s * 0.5 {
            cells[i] = longest(stretches, overlaps);
        }
    }
    if cells.iter().all(Option::is_none) {
        let middle = scale.cell(f64::midpoint(first.from_s, last.to_s));
        cells[middle] = longest(stretches, |s| s.to_s - s.from_s);
    }
    cells
}

fn longest(stretches: &[Stretch], length_s: impl Fn(&Stretch) -> f64) -> Option<Part> {
    stretches.iter().max_by(|a, b| length_s(a).total_cmp(&length_s(b))).map(|stretch| stretch.part)
}

/// The columns as text.
pub(super) fn paint(cells: &[Option<Part>]) -> Line {
    let mut line = Line::new();
    for cell in cells {
        match cell {
            Some(part) => line.push(part.style(), part.glyph().encode_utf8(&mut [0; 4])),
            None => line.push(PLAIN, " "),
        }
    }
    line
}

/// What the glyphs of the parts that occur mean, as atoms to wrap.
pub(super) fn legend(drawn: &[Option<Part>]) -> Vec<Line> {
    let parts = Part::ALL.into_iter().filter(|part| drawn.contains(&Some(*part)));
    parts
        .map(|part| {
            Line::styled(part.style(), &format!(" {}", part.glyph())).with(DIM, &format!(" {}", part.meaning()))
        })
        .collect()
}

/// A bar for a share of one, in eighths of a column. A share above zero is never invisible.
pub(super) fn amount(share: f64, width: usize) -> Line {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of at most some hundred columns"
    )]
    let eighths = (share.clamp(0.0, 1.0) * (width * 8) as f64).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { eighths };
    Line::styled(AMOUNT, &"█".repeat(eighths / 8)).with(AMOUNT, EIGHTHS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{lib, run_script, timing};
    use crate::text::options::Color;

    fn bar(unit: &Unit, from_s: f64, to_s: f64, n: usize) -> String {
        let timing = unit.timing.expect("the unit has a time");
        let mut text = String::new();
        paint(&cells(&stretches(unit, &timing), &Scale::new(from_s, to_s, n))).write(&mut text, Color::Never);
        text
    }

    #[test]
    fn each_phase_has_its_own_glyph() {
        let mut unit = lib("a", "1.0.0", timing(1.0, Some(4.0), 9.0));
        unit.timing.as_mut().unwrap().link_s = Some((7.0, 9.0));
        assert_eq!(bar(&unit, 0.0, 10.0, 10), " ███▒▒▒┃┃");
        unit.timing.as_mut().unwrap().rmeta_s = None;
        assert_eq!(bar(&unit, 0.0, 10.0, 10), " ■■■■■■┃┃");
        assert_eq!(bar(&run_script("a", "1.0.0", timing(2.0, None, 4.0)), 0.0, 10.0, 10), "  ◆◆");
    }

    #[test]
    fn a_short_unit_takes_one_column() {
        assert_eq!(bar(&lib("a", "1.0.0", timing(5.02, Some(5.03), 5.04)), 0.0, 10.0, 10), "     █");
    }

    #[test]
    fn a_unit_without_duration_is_not_drawn() {
        assert_eq!(bar(&lib("a", "1.0.0", timing(5.0, Some(5.0), 5.0)), 0.0, 10.0, 10), "");
    }

    #[test]
    fn amounts_go_by_eighths_and_a_little_is_not_nothing() {
        let check = |share: f64, expected: &str| {
            let mut text = String::new();
            amount(share, 4).write(&mut text, Color::Never);
            assert_eq!(text, expected, "{share}");
        };
        check(0.0, "");
        check(0.001, "▏");
        check(0.5, "██");
        check(0.66, "██▋");
        check(7.0, "████");
    }
}
