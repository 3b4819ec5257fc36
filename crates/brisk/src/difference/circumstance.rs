//! In what two builds differ as a whole.

use super::{Asked, Compared, Extent};
use crate::model::{DISTURBED_FROM, Outcome};

/// In what respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Respect {
    /// The operating system.
    Os,
    /// The triple of the machine that builds.
    Host,
    /// The model of the processors.
    Processor,
    /// How many processors.
    Processors,
    /// The compiler.
    Rustc,
    /// Cargo.
    Cargo,
    /// The command, apart from all that is a respect of its own.
    Command,
    /// Features that were asked for.
    Features,
    /// The profile.
    Profile,
    /// How many units could be built at once.
    Jobs,
    /// How much was built, and how much was up to date.
    Extent,
    /// How it ended.
    Outcome,
    /// What other programs took meanwhile.
    ForeignCpu,
    /// Where the knowledge of the build comes from.
    Source,
}

impl Respect {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::Host => "host",
            Self::Processor => "processor",
            Self::Processors => "processors",
            Self::Rustc => "rustc",
            Self::Cargo => "cargo",
            Self::Command => "command",
            Self::Features => "features",
            Self::Profile => "profile",
            Self::Jobs => "jobs",
            Self::Extent => "extent",
            Self::Outcome => "outcome",
            Self::ForeignCpu => "foreign-cpu",
            Self::Source => "source",
        }
    }

    /// Whether wall times cannot be compared because of it.
    pub fn spoils_wall(self) -> bool {
        self.spoils_work() || matches!(self, Self::Processors | Self::Jobs | Self::ForeignCpu)
    }

    /// Whether seconds of work cannot be compared because of it, unless what both builds compile alike tells how fast each
    /// machine is.
    pub fn spoils_work(self) -> bool {
        matches!(self, Self::Os | Self::Host | Self::Processor)
    }

    /// Whether somebody has changed what is built, or how: not so where only the machine was busy, or looked at otherwise.
    pub(super) fn is_of_the_build(self) -> bool {
        !matches!(self, Self::ForeignCpu | Self::Source)
    }
}

/// A respect in which two builds differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstance {
    /// In what.
    pub respect: Respect,
    /// How it was in A, for people.
    pub a: String,
    /// How it was in B.
    pub b: String,
}

/// All respects in which both builds are known to differ, the gravest first. What is not known of one of them is none; but
/// what other programs took of one machine is told beside whatever is known of the other.
pub(super) fn circumstances(a: &Compared, b: &Compared) -> Vec<Circumstance> {
    let mut all = Vec::new();
    let mut add = |respect: Respect, value: &dyn Fn(&Compared) -> Option<String>| {
        if let (Some(a), Some(b)) = (value(a), value(b))
            && a != b
        {
            all.push(Circumstance { respect, a, b });
        }
    };
    add(Respect::Os, &|it| it.build.machine.os.clone());
    add(Respect::Host, &|it| it.build.machine.host.clone());
    add(Respect::Processor, &|it| it.build.machine.cpu_model.clone());
    add(Respect::Processors, &|it| it.build.machine.cores.map(|n| n.to_string()));
    add(Respect::Rustc, &|it| it.build.machine.rustc.clone());
    add(Respect::Cargo, &|it| it.build.machine.cargo.clone());
    add(Respect::Command, &|it| Some(asked(it)?.what.join(" ")));
    add(Respect::Features, &|it| Some(features(&asked(it)?)));
    add(Respect::Profile, &|it| it.build.profile.clone());
    add(Respect::Jobs, &|it| it.build.jobs.map(|jobs| jobs.n.to_string()));
    add(Respect::Outcome, &outcome);
    add(Respect::Source, &|it| Some(it.build.source.as_str().to_owned()));
    all.extend(extent(a, b));
    all.extend(foreign_cpu(a, b));
    all.sort_by_key(|circumstance| circumstance.respect);
    all
}

fn asked(compared: &Compared) -> Option<Asked> {
    compared.build.command.as_deref().map(Asked::of)
}

fn features(asked: &Asked) -> String {
    match asked.features.len() {
        0 => "those by default".to_owned(),
        _ => asked.features.iter().cloned().collect::<Vec<_>>().join(","),
    }
}

fn outcome(compared: &Compared) -> Option<String> {
    match compared.build.outcome {
        Outcome::Unknown => None,
        Outcome::Success => Some("succeeded".to_owned()),
        Outcome::Failed(code) => Some(format!("failed with {code}")),
        Outcome::Interrupted => Some("was interrupted".to_owned()),
    }
}

/// That one of them has built another part than the other. Two builds from nothing may well differ in how much there is.
fn extent(a: &Compared, b: &Compared) -> Option<Circumstance> {
    let are_whole = [a, b].into_iter().all(|it| it.extent() == Some(Extent::Whole));
    let told = |it: &Compared| Some(format!("{} of {} units built", it.n_built()?, it.build.units.len()));
    let (told_a, told_b) = told(a).zip(told(b))?;
    (!are_whole && told_a != told_b).then_some(Circumstance { respect: Respect::Extent, a: told_a, b: told_b })
}

fn foreign_cpu(a: &Compared, b: &Compared) -> Option<Circumstance> {
    let share = |it: &Compared| it.build.foreign_cpu;
    let is_disturbed = [a, b].into_iter().any(|it| share(it).is_some_and(|share| share > DISTURBED_FROM));
    let told =
        |it: &Compared| share(it).map_or_else(|| "not known".to_owned(), |share| format!("{:.0} %", 100.0 * share));
    is_disturbed.then(|| Circumstance { respect: Respect::ForeignCpu, a: told(a), b: told(b) })
}
