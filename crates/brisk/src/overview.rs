//! Everything that a report shows of one build: what it is, what could become of it, and how builds of its kind went before.
//!
//! The single value that the page and the Markdown report are functions of. Made of an [`Analysis`], of an [`Outlook`] where
//! the build was recorded, and of stored runs.

mod kind;
mod switchboard;
mod trend;

pub use kind::Kind;
pub use switchboard::{Combination, Switch, Switchboard};
pub use trend::{BuildsPerDay, Change, Trend, TrendPoint};

use crate::analysis::Analysis;
use crate::model::Problem;
use crate::outlook::{self, Outlook};
use crate::simulate::what_if::{Base, Baseline};

/// Everything that a report shows.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The build, with what follows from it.
    pub analysis: Analysis,
    /// Id of the run, if it is a stored one.
    pub run: Option<String>,
    /// What could become of it; `None` where nothing was recorded to predict from.
    pub prospects: Option<Prospects>,
    /// Runs of the same kind over time; `None` without at least two.
    pub trend: Option<Trend>,
}

impl Overview {
    /// The analysis alone.
    pub fn of(analysis: Analysis) -> Self {
        Self { analysis, run: None, prospects: None, trend: None }
    }
}

/// What could become of a build.
#[derive(Clone, Debug)]
pub struct Prospects {
    /// The recorded build, played out as it is, and the cures of findings one by one, cumulatively, and packages for free.
    pub outlook: Outlook,
    /// Every combination of the cures that are worth most.
    pub switchboard: Switchboard,
}

impl Prospects {
    /// Those of the run `run`. `base` has the units and edges of the build that `analysis` is of, so that its findings mean
    /// the same units in both; `baseline` is `base`, played out.
    pub fn of(run: String, base: Base<'_>, baseline: Baseline, analysis: &Analysis, problems: Vec<Problem>) -> Self {
        let scenarios = outlook::of_findings(analysis, base, &baseline);
        let switchboard = Switchboard::of(&analysis.findings, base, &baseline, &scenarios);
        Self { outlook: Outlook::of(run, base.build.clone(), baseline, scenarios, problems), switchboard }
    }
}
