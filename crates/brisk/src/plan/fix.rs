//! Findings that a program can cure.

use super::Offered;
use super::offer::is_about_time;
use crate::detect::{DETECTORS, Effort, Finding, Gain, Risk};
use crate::model::{Cure, DependencyChange, ManifestEdit};

/// A finding and its cure.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Key of the finding.
    pub key: String,
    /// What is the matter, one line.
    pub title: String,
    /// What is done about it, all of it together.
    pub cure: Vec<Cure>,
    /// With what it is tried and proven.
    pub stage: Stage,
    /// Whether it is done without being asked for.
    pub offered: Offered,
    /// Work, if a person did it.
    pub effort: Effort,
    /// What may break.
    pub risk: Risk,
    /// What it is predicted to save.
    pub gain: Gain,
    /// What may make it wrong.
    pub caveats: Vec<String>,
}

/// What is tried and proven together: single changes of the same kind are often too small to be told from noise, and what
/// one of them takes out another one may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Declarations that nobody needs.
    Declarations,
    /// Features of dependencies.
    Features,
    /// Versions and sources of packages.
    Versions,
    /// Profiles and other settings.
    Settings,
    /// What makes no build faster: the size of programs, files that no build reads, where things are written.
    Files,
}

impl Stage {
    /// All of them, in the order in which they are tried: what is gone needs no other features, and no other version.
    pub const ALL: [Self; 5] = [Self::Declarations, Self::Features, Self::Versions, Self::Settings, Self::Files];

    /// What it is, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declarations => "dependencies that nobody needs",
            Self::Features => "features of dependencies",
            Self::Versions => "versions of packages",
            Self::Settings => "profiles and settings",
            Self::Files => "sizes, order and files",
        }
    }

    /// Whether it can make a build faster at all.
    pub fn is_timed(self) -> bool {
        self != Self::Files
    }

    fn of(cures: &[Cure]) -> Self {
        let of_one = |cure: &Cure| match cure {
            Cure::Ignore(_) | Cure::CargoFix(_) | Cure::Manifest(ManifestEdit::Inherit(_)) => Self::Files,
            Cure::Lock(_) => Self::Versions,
            Cure::Trim(_) => Self::Features,
            Cure::Config(_) => Self::Settings,
            Cure::Manifest(ManifestEdit::Profile(edit)) if is_about_time(edit, cures) => Self::Settings,
            Cure::Manifest(ManifestEdit::Profile(_)) => Self::Files,
            Cure::Manifest(ManifestEdit::Dependency(edit)) => match edit.change {
                DependencyChange::Remove | DependencyChange::MoveToDev | DependencyChange::MakeOptional => {
                    Self::Declarations
                }
                DependencyChange::Features(_) | DependencyChange::Narrow(_) => Self::Features,
                DependencyChange::Require(_) => Self::Versions,
            },
        };
        cures.iter().map(of_one).min().unwrap_or(Self::Files)
    }
}

/// Why something that was asked for is not fixed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFixable {
    /// No detector has such findings.
    #[error("`{asked}` is neither a kind of finding nor the key of one{}", named(.nearest))]
    NoKind {
        /// What was asked for.
        asked: String,
        /// Detectors whose id is like it.
        nearest: Vec<String>,
    },
    /// There is no such finding.
    #[error("there is no finding `{asked}`{}", named(.nearest))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// Keys that are like it.
        nearest: Vec<String>,
    },
    /// People have to do it.
    #[error("what cures `{0}` is for people to decide")]
    ByPeople(String),
    /// It is done where somebody asks for it by its key, and not with others.
    #[error("what cures `{asked}` may change what a package does, so that it has to be asked for by its key: {}", keys.join(", "))]
    ByKey {
        /// What was asked for.
        asked: String,
        /// The keys of the findings.
        keys: Vec<String>,
    },
}

fn named(keys: &[String]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    if quoted.is_empty() { String::new() } else { format!("; there is {}", quoted.join(", ")) }
}

/// Refuses what no workspace can have: keys begin with the id of their detector. This can be told before anything is built.
///
/// # Errors
///
/// If something that is asked for is neither the id of a detector nor begins with one.
pub fn refuse_unknown_kinds(asked: &[String]) -> Result<(), NotFixable> {
    let kind = |asked: &str| asked.split_once(':').map_or(asked, |(kind, _)| kind).to_owned();
    let is_known = |asked: &&String| DETECTORS.iter().any(|detector| detector.id == kind(asked));
    match asked.iter().find(|asked| !is_known(asked)) {
        None => Ok(()),
        Some(asked) => {
            let likeness = |id: &str| strsim::jaro_winkler(id, &kind(asked));
            let ids = DETECTORS.iter().map(|detector| (likeness(detector.id), detector.id));
            Err(NotFixable::NoKind { asked: asked.clone(), nearest: nearest(ids.collect()) })
        }
    }
}

/// The findings that can be cured, of those whose key or detector is in `asked`; if that is empty, of all but those that
/// are to be asked for, by key if what they need is somebody's consent. They are in the order in which they are tried.
///
/// # Errors
///
/// If something that was asked for is not there, or not to be cured by a program.
pub fn fixes(findings: &[Finding], asked: &[String]) -> Result<Vec<Fix>, NotFixable> {
    for asked in asked {
        let mut meant = findings.iter().filter(|finding| is_meant(finding, asked)).peekable();
        if meant.peek().is_none() {
            return Err(NotFixable::Unknown { asked: asked.clone(), nearest: like(findings, asked) });
        }
        let curable: Vec<&Finding> = meant.filter(|finding| !finding.cure.is_empty()).collect();
        if curable.is_empty() {
            return Err(NotFixable::ByPeople(asked.clone()));
        }
        if !curable.iter().any(|finding| is_agreed(finding, asked)) {
            let keys = curable.iter().map(|finding| finding.key.clone()).collect();
            return Err(NotFixable::ByKey { asked: asked.clone(), keys });
        }
    }
    let is_wanted = |finding: &&Finding| {
        asked.is_empty() || asked.iter().any(|asked| is_meant(finding, asked) && is_agreed(finding, asked))
    };
    let meant = findings.iter().filter(is_wanted);
    let mut fixes: Vec<Fix> = meant.filter(|finding| !finding.cure.is_empty()).map(Fix::of).collect();
    fixes.retain(|fix| fix.offered == Offered::Always || !asked.is_empty());
    let worth = |fix: &Fix| fix.gain.cpu.map_or(0.0, |cpu| cpu.low_s);
    fixes.sort_by(|a, b| a.stage.cmp(&b.stage).then(worth(b).total_cmp(&worth(a))).then_with(|| a.key.cmp(&b.key)));
    Ok(fixes)
}

fn is_meant(finding: &Finding, asked: &str) -> bool {
    finding.key == asked || finding.id == asked
}

fn needs_consent(finding: &Finding) -> bool {
    finding.cure.iter().any(Cure::needs_consent)
}

/// Whether who asks for this agrees to what its cure may do.
fn is_agreed(finding: &Finding, asked: &str) -> bool {
    finding.key == asked || !needs_consent(finding)
}

/// Keys so like that one may be meant.
const LIKE: f64 = 0.7;
/// How many are named.
const NAMED: usize = 3;

fn like(findings: &[Finding], asked: &str) -> Vec<String> {
    let likeness = |finding: &Finding| {
        strsim::jaro_winkler(&finding.key, asked).max(strsim::jaro_winkler(&finding.subject, asked))
    };
    nearest(findings.iter().map(|finding| (likeness(finding), finding.key.as_str())).collect())
}

/// The names that are likest, of names with their likeness.
fn nearest(mut names: Vec<(f64, &str)>) -> Vec<String> {
    names.retain(|(likeness, _)| *likeness >= LIKE);
    names.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    names.into_iter().take(NAMED).map(|(_, name)| name.to_owned()).collect()
}

impl Fix {
    pub(super) fn of(finding: &Finding) -> Self {
        Self {
            key: finding.key.clone(),
            title: finding.title.clone(),
            cure: finding.cure.clone(),
            stage: Stage::of(&finding.cure),
            offered: Offered::of(finding),
            effort: finding.effort,
            risk: finding.risk,
            gain: finding.gain,
            caveats: finding.caveats.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ConfigEdit, ConfigValue, ProfileEdit, ProfilePart, ProfileValue};

    fn profile(name: &str, part: ProfilePart, key: &str) -> Cure {
        let (profile, key) = (name.to_owned(), key.to_owned());
        Cure::of_profile(ProfileEdit { profile, part, key, value: ProfileValue::Flag(false) })
    }

    #[test]
    fn what_makes_no_build_faster_is_not_timed() {
        let stage = |key| Stage::of(&[profile("release", ProfilePart::Whole, key)]);
        assert_eq!(["debug", "codegen-units", "strip"].map(stage), [Stage::Settings, Stage::Settings, Stage::Files]);
        let new = [profile("small", ProfilePart::Whole, "opt-level"), profile("small", ProfilePart::Whole, "inherits")];
        assert_eq!(Stage::of(&new), Stage::Files);
        let config = ConfigEdit { keys: vec!["build".to_owned()], value: ConfigValue::Flag(true) };
        assert_eq!(Stage::of(&[Cure::Config(config)]), Stage::Settings);
        assert_eq!(Stage::of(&[Cure::of_inheritance("log", "0.4"), Cure::CargoFix("a".to_owned())]), Stage::Files);
        assert!(!Stage::Files.is_timed());
    }

    #[test]
    fn what_no_detector_can_have_found_is_refused_before_anything_is_built() {
        let refused = |asked: &str| refuse_unknown_kinds(&[asked.to_owned()]).map_err(|error| error.to_string());
        assert_eq!(refused("unused-dependency"), Ok(()));
        assert_eq!(refused("unused-dependency:app:log"), Ok(()));
        assert_eq!(
            refused("unused-dependencies:app:log"),
            Err("`unused-dependencies:app:log` is neither a kind of finding nor the key of one; there is \
                 `unused-dependency`"
                .to_owned())
        );
        assert_eq!(refused("/x.md"), Err("`/x.md` is neither a kind of finding nor the key of one".to_owned()));
    }
}
