//! Text to build.

use brisk::model::{Build, Edge, Outcome, Outputs, PhaseCpu, Session, Source, Status, Timing, Unit, UnitIdx};

use super::{bar, head, head::Head};
use crate::stable_hash::unit_hash;

/// The zero of a picture in seconds since the UNIX epoch: the first second of 2026.
pub const STARTED_AT: f64 = 1_767_225_600.0;

/// A line of the picture with its number, from 1.
struct Line<'a> {
    number: usize,
    text: &'a str,
    head: &'a str,
    references: &'a str,
    bar: &'a str,
}

/// Reads a picture. Units keep the order of the lines.
///
/// # Panics
///
/// When the text is not a picture, with the number of the line and the cause.
pub fn parse(text: &str) -> Build {
    let lines: Vec<Line<'_>> = (1..).zip(text.lines()).filter_map(|(number, text)| Line::split(number, text)).collect();
    let units: Vec<Unit> = lines.iter().map(unit).collect();
    let edges = lines.iter().enumerate().flat_map(|(dependent, line)| edges(line, UnitIdx(to_u32(dependent)), &units));
    let edges: Vec<Edge> = edges.collect();
    let wall_s = units.iter().filter_map(|unit| unit.timing).map(|timing| timing.end_s).reduce(f64::max);
    let n_timed = to_u32(units.iter().filter(|unit| unit.timing.is_some()).count());
    let session = wall_s.map(|wall_s| Session { started_at: STARTED_AT, wall_s, n_units: n_timed });
    let build = Build {
        profile: Some("dev".to_owned()),
        started_at: Some(STARTED_AT),
        wall_s,
        outcome: Outcome::Success,
        units,
        edges,
        sessions: session.into_iter().collect(),
        ..Build::empty(Source::Capture)
    };
    build.checked()
}

impl<'a> Line<'a> {
    /// `None` for an empty line and a comment.
    fn split(number: usize, text: &'a str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        let Some((left, bar)) = text.split_once('|') else { complain(number, text, "there is no `|` before a bar") };
        let (head, references) = left.split_once("<-").unwrap_or((left, ""));
        Some(Self { number, text, head, references, bar })
    }

    fn complain(&self, cause: &str) -> ! {
        complain(self.number, self.text, cause)
    }
}

fn complain(number: usize, text: &str, cause: &str) -> ! {
    panic!("line {number} of the picture: {cause}\n    {text}")
}

fn unit(line: &Line<'_>) -> Unit {
    let head = Head::parse(line.head).unwrap_or_else(|cause| line.complain(&cause));
    let (target, mode) = head.target();
    let timing: Option<Timing> = bar::parse(line.bar, target.kind, mode).unwrap_or_else(|cause| line.complain(&cause));
    let unit = Unit {
        hash: None,
        package: head.package(),
        target,
        mode,
        platform: head.platform(),
        profile_dir: Some("debug".to_owned()),
        features: head.features(),
        status: Status::Unknown,
        timing,
        cpu: None,
        phase_cpu: PhaseCpu::default(),
        max_rss_bytes: None,
        unfinished_since_s: None,
        failed: None,
        outputs: Outputs::default(),
    };
    Unit { hash: Some(unit_hash(&format!("{} {}", head::text(&unit), line.number))), ..unit }
}

fn edges(line: &Line<'_>, dependent: UnitIdx, units: &[Unit]) -> Vec<Edge> {
    let references = line.references.split(',').map(str::trim).filter(|reference| !reference.is_empty());
    references.map(|reference| Edge { dependent, dependency: resolve(line, reference, units) }).collect()
}

fn resolve(line: &Line<'_>, reference: &str, units: &[Unit]) -> UnitIdx {
    let head = Head::parse(reference).unwrap_or_else(|cause| line.complain(&cause));
    let meant: Vec<usize> = (0..units.len()).filter(|&unit| head.matches(&units[unit])).collect();
    match meant.as_slice() {
        [] => line.complain(&format!("no unit is called `{reference}`")),
        [unit] => UnitIdx(to_u32(*unit)),
        several => {
            let names: Vec<String> =
                several.iter().map(|&unit| format!("`{}`", head::references(&units[unit])[3])).collect();
            line.complain(&format!("`{reference}` may be {}", names.join(" or ")))
        }
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a picture has fewer than 2^32 lines")
}
