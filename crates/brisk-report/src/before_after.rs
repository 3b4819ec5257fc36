//! What changes have brought, as rows of before and after: the same for every view.

use brisk::plan::{LockChange, LockSize, Outcome, Tried};
use brisk::proof::{Contestant, Proof, Start};
use brisk::stats::{Judgement, Side, Timed, Verdict};

use crate::format;

/// One number before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// In one word, for lists with little room.
    pub(crate) verb: &'static str,
    /// What it is.
    pub(crate) what: &'static str,
    /// Before; `?` where it is not known.
    pub(crate) before: String,
    /// After; `?` where it is not known.
    pub(crate) after: String,
    /// By how much it has changed; empty where there is nothing to add.
    pub(crate) change: String,
}

impl Row {
    /// `52.1 s → 27.0 s, -48 % (-50 to -46 %)`
    pub(crate) fn in_words(&self) -> String {
        let change = if self.change.is_empty() { String::new() } else { format!(", {}", self.change) };
        format!("{} → {}{change}", self.before, self.after)
    }
}

/// CPU and wall time, units and bytes of a trial; without those that nobody knows.
pub(crate) fn of_proof(proof: &Proof) -> Vec<Row> {
    let comparison = &proof.comparison;
    let time = |verb, what, value: fn(&Timed) -> f64, judgement: &Judgement| {
        let median = |side: Side| comparison.median(side, value).map(format::duration);
        let (before, after) = (median(Side::A)?, median(Side::B)?);
        Some(Row { verb, what, before, after, change: range(judgement) })
    };
    let size = |contestant: &Contestant| contestant.target_bytes.map(format::bytes);
    let change = proof.target_change().map(format::change).unwrap_or_default();
    let rows = [
        time("CPU", "CPU time", |timed| timed.cpu_s, &comparison.cpu),
        time("Wall", "wall time", |timed| timed.wall_s, &comparison.wall),
        proof.a.n_units.zip(proof.b.n_units).map(|(a, b)| counted("Units", "units", a, b)),
        size(&proof.a).zip(size(&proof.b)).map(|(before, after)| Row {
            verb: "Target",
            what: "target directory",
            before,
            after,
            change,
        }),
    ];
    rows.into_iter().flatten().collect()
}

/// How many packages are locked, and how many of them only because there are several versions.
pub(crate) fn of_lock(lock: &LockChange) -> [Row; 2] {
    let row = |verb, what, value: fn(LockSize) -> usize| counted(verb, what, value(lock.before), value(lock.after));
    [
        row("Locked", "locked packages", |size| size.n_packages),
        row("Duplicates", "duplicate versions of them", |size| size.n_duplicates),
    ]
}

fn counted(verb: &'static str, what: &'static str, before: usize, after: usize) -> Row {
    let [b, a] = [before, after].map(|n| format::number(n as u64));
    let change = match after.abs_diff(before) {
        0 => String::new(),
        n if after < before => format!("-{}", format::number(n as u64)),
        n => format!("+{}", format::number(n as u64)),
    };
    Row { verb, what, before: b, after: a, change }
}

/// `-12 % (-15 to -9.8 %)`, and whether that can be told from none.
pub(crate) fn range(judgement: &Judgement) -> String {
    let Some(change) = judgement.change else { return "change not known".to_owned() };
    let (mid, range) = (format::change(change.mid), format::change_range(change.low, change.high));
    match judgement.verdict {
        Verdict::Faster | Verdict::Slower => format!("{mid} ({range})"),
        Verdict::NoChange => format!("no change ({range})"),
        Verdict::Inconclusive => format!("not proven ({range})"),
    }
}

/// What was timed: `cargo build` and what it starts from.
pub(crate) fn scenario(proof: &Proof) -> String {
    let command = format::command(&proof.a.command);
    match &proof.start {
        Start::Clean => format!("`{command}` from an empty target directory"),
        Start::UpToDate => format!("`{command}` with nothing to do"),
        Start::Edited(member) => format!("`{command}` after an edit of {member}"),
    }
}

/// The trial of all fixes of the same kind as this one, if there was one.
pub(crate) fn proof_of<'a>(outcome: &'a Outcome, tried: &Tried) -> Option<&'a Proof> {
    outcome.stages.iter().find(|stage| stage.stage == tried.fix.stage)?.proof.as_ref()
}

/// Whether anything was changed in the workspace.
pub(crate) fn pays(outcome: &Outcome) -> bool {
    !outcome.journals.is_empty()
}
