//! Which parts of a broad feature are used, found out by compiling without them.
//!
//! 1. Begin with none of the parts, in a copy, and see what does not compile (`trim_checks`).
//! 2. Add what the errors name; where they name nothing, halve what is left (`brisk::plan::smallest`).
//! 3. Drop what turns out not to be needed.
//!
//! Each question takes a compilation of whatever needs the dependency, so that their number and time are bounded. Where that
//! does not do, the smallest set is taken that was seen to be enough.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use brisk::model::{Cure, PartAt, Trim};
use brisk::plan::{Answer, Smallest, Status, smallest};
use brisk_report::format;

use super::cures::{Undo, carry_out};
use super::health::Checks;
use super::trim_checks::{Look, Words, hints, looks};
use crate::experiment::first_error;
use crate::ops::staging::Side;
use crate::workspace;

/// Sets of features that are tried for one dependency. With the hints of rustc it takes about one for each part that is used,
/// and of the dozen parts of `full` of tokio few programs use more than ten.
const MOST: usize = 40;
/// How long it may take for one dependency: a change that nobody waits for is none.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// What is to be done, now that it is known.
#[derive(Debug, Default)]
pub(super) struct Searched {
    /// What can be carried out.
    pub(super) cure: Vec<Cure>,
    /// What was found.
    pub(super) told: Option<String>,
    /// What compiles with it, and has to from then on.
    pub(super) commands: Vec<Words>,
}

/// Why nothing is to be done.
#[derive(Debug)]
pub(super) struct Dropped {
    /// What became of it.
    pub(super) status: Status,
    /// Why.
    pub(super) why: String,
}

/// The cures with all that has to be searched for found; `seen` is told of each set that was tried. The copy is as it was
/// afterwards.
///
/// # Errors
///
/// If Cargo cannot be run, or the copy cannot be written.
pub(super) fn searched(
    cures: &[Cure],
    side: &Side,
    checks: &Checks<'_>,
    seen: &dyn Fn(usize),
) -> io::Result<Result<Searched, Dropped>> {
    let mut searched = Searched::default();
    let mut told = Vec::new();
    for cure in cures {
        let Cure::Trim(trim) = cure else {
            searched.cure.push(cure.clone());
            continue;
        };
        let facts = match workspace::read(&side.options_in_copy()) {
            Ok(facts) => facts,
            Err(error) => return Ok(Err(Dropped { status: Status::Skipped, why: error.to_string() })),
        };
        let mut search = Search {
            trim,
            side,
            checks,
            looks: looks(trim, &facts.workspace),
            unseen: Vec::new(),
            started: Instant::now(),
            seen,
            n_tried: 0,
            why: None,
        };
        let found = smallest(&trim.open(), |chosen| search.tried(chosen))?;
        let found = match search.judged(found) {
            Ok(found) => found,
            Err(dropped) => return Ok(Err(dropped)),
        };
        told.push(search.in_words(&found));
        searched.cure.extend(trim.cure(&found.set));
        searched.commands.extend(search.looks.into_iter().map(|look| look.words));
    }
    searched.told = (!told.is_empty()).then(|| told.join("; "));
    Ok(Ok(searched))
}

/// A search under way.
struct Search<'a> {
    trim: &'a Trim,
    side: &'a Side,
    checks: &'a Checks<'a>,
    /// What has to compile; what failed last comes first.
    looks: Vec<Look>,
    /// Commands that say nothing, as they fail with everything as it was.
    unseen: Vec<Words>,
    started: Instant,
    /// Told of each set.
    seen: &'a dyn Fn(usize),
    n_tried: usize,
    /// What went wrong last.
    why: Option<String>,
}

/// How a set of features fails.
enum Failure {
    /// The manifests cannot say that.
    Refused(String),
    /// Something does not compile: the position of the command, and what it said.
    Broken { at: usize, stderr: String, why: String },
}

impl Search<'_> {
    /// Whether everything compiles with these parts.
    fn tried(&mut self, chosen: &BTreeSet<PartAt>) -> io::Result<Answer<PartAt>> {
        if self.is_over() {
            return Ok(Answer::NoTime);
        }
        self.n_tried += 1;
        (self.seen)(self.n_tried);
        loop {
            let (at, stderr, why) = match self.failure(chosen)? {
                None => return Ok(Answer::Enough),
                Some(Failure::Refused(why)) => {
                    self.why = Some(why);
                    return Ok(Answer::NotEnough(BTreeSet::new()));
                }
                Some(Failure::Broken { at, stderr, why }) => (at, stderr, why),
            };
            self.looks[..=at].rotate_right(1);
            let hints: BTreeSet<PartAt> = hints(&stderr, self.trim).difference(chosen).copied().collect();
            if !hints.is_empty() || self.did_first_before()? {
                self.why = Some(why);
                return Ok(Answer::NotEnough(hints));
            }
            let useless = self.looks.remove(0);
            self.looks.splice(0..0, useless.instead.into_iter().map(Look::at));
            self.unseen.push(useless.words);
        }
    }

    fn is_over(&self) -> bool {
        self.n_tried >= MOST || self.started.elapsed() >= LONGEST
    }

    /// Puts the parts into the manifests, looks what fails first, and puts everything back.
    fn failure(&self, chosen: &BTreeSet<PartAt>) -> io::Result<Option<Failure>> {
        let mut undo = Undo::default();
        let failure = match carry_out(self.side, &self.trim.cure(chosen), self.checks, &mut undo) {
            Ok(()) => self.first_broken(),
            Err(why) => Ok(Some(Failure::Refused(why))),
        };
        undo.put_back()?;
        failure
    }

    fn first_broken(&self) -> io::Result<Option<Failure>> {
        for (at, look) in self.looks.iter().enumerate() {
            let ran = self.checks.cargo(self.side, &words(look))?;
            if !ran.status.success() {
                let why = self.side.copy.without_place(&first_error(&ran.stderr, ran.status));
                return Ok(Some(Failure::Broken { at, stderr: ran.stderr, why }));
            }
        }
        Ok(None)
    }

    /// Whether what failed last compiles with everything as it was.
    fn did_first_before(&mut self) -> io::Result<bool> {
        let Some(look) = self.looks.first_mut() else { return Ok(true) };
        let did_before = match look.did_before {
            Some(known) => known,
            None => self.checks.cargo(self.side, &words(look))?.status.success(),
        };
        look.did_before = Some(did_before);
        Ok(did_before)
    }

    /// What of the outcome is worth an edit.
    fn judged(&self, found: Option<Smallest<PartAt>>) -> Result<Smallest<PartAt>, Dropped> {
        let feature = &self.trim.feature;
        let dropped = |status, why: String| Err(Dropped { status, why });
        match found {
            Some(found) if !self.trim.is_all(&found.set) => Ok(found),
            Some(found) if found.is_least => {
                dropped(Status::DroppedNoGain, format!("all that `{feature}` turns on is used"))
            }
            _ if self.is_over() => {
                dropped(Status::Skipped, format!("there was no time to find out what of `{feature}` is used"))
            }
            _ => {
                let why = self.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                dropped(Status::Skipped, format!("all parts of `{feature}` together do not do what it does{why}"))
            }
        }
    }

    /// `left of full: rt, macros`
    fn in_words(&self, found: &Smallest<PartAt>) -> String {
        let mut left: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (at, place) in self.trim.places.iter().enumerate() {
            let features = self.trim.features(at, &found.set);
            let features = if features.is_empty() { "nothing".to_owned() } else { features.join(", ") };
            left.entry(features).or_default().extend(place.members.iter().map(|(member, _)| member.as_str()));
        }
        let is_one = left.len() == 1;
        let each = left.into_iter().map(|(features, members)| {
            let members: Vec<String> = members.into_iter().map(str::to_owned).collect();
            if is_one { features } else { format!("{features} ({})", format::list(&members)) }
        });
        let mut told = format!("left of {}: {}", self.trim.feature, each.collect::<Vec<_>>().join("; "));
        if !found.is_least {
            told += "; there was no time to look for less";
        }
        let unseen: Vec<String> = self.unseen.iter().map(|words| format!("`cargo {}`", words.join(" "))).collect();
        if !unseen.is_empty() {
            told += &format!("; not looked at, as it fails in any case: {}", format::list(&unseen));
        }
        told
    }
}

fn words(look: &Look) -> Vec<&str> {
    look.words.iter().map(String::as_str).collect()
}
