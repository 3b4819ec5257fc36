//! Which fixes are done without being asked for, and which builds a fix can make faster at all.

use super::Fix;
use crate::detect::{Finding, Risk};
use crate::model::{Cure, ManifestEdit, ProfileEdit, ProfilePart};

/// Whether a fix is done without being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offered {
    /// Whoever asks for all fixes means it too: it changes nothing but the time and the bytes of builds.
    Always,
    /// Only who names it has it: what is shipped may be another program afterwards, people read what it changes, or it
    /// binds everybody who builds to a program that is installed here.
    WhenAsked,
}

impl Offered {
    pub(super) fn of(finding: &Finding) -> Self {
        let of_one = |cure: &Cure| match cure {
            cure if cure.needs_consent() => Self::WhenAsked,
            Cure::Lock(_) | Cure::Ignore(_) | Cure::Trim(_) | Cure::Manifest(ManifestEdit::Dependency(_)) => {
                Self::Always
            }
            Cure::Manifest(ManifestEdit::Profile(edit)) if !is_shipped(edit) => Self::Always,
            Cure::Manifest(ManifestEdit::Profile(_) | ManifestEdit::Inherit(_)) => Self::WhenAsked,
            Cure::Config(_) | Cure::CargoFix(_) => Self::WhenAsked,
        };
        let by_cure = finding.cure.iter().map(of_one).max().unwrap_or(Self::Always);
        if finding.risk == Risk::High { Self::WhenAsked } else { by_cure }
    }
}

/// The fixes of these findings that are only done when they are asked for, sorted by key.
pub fn when_asked(findings: &[Finding]) -> Vec<Fix> {
    let curable = findings.iter().filter(|finding| !finding.cure.is_empty()).map(Fix::of);
    let mut fixes: Vec<Fix> = curable.filter(|fix| fix.offered == Offered::WhenAsked).collect();
    fixes.sort_by(|a, b| a.key.cmp(&b.key));
    fixes
}

/// Whether what is built with the setting may be handed to others. What runs while building stays here.
fn is_shipped(edit: &ProfileEdit) -> bool {
    !matches!(edit.profile.as_str(), "dev" | "test") && edit.part != ProfilePart::BuildOverride
}

/// Whether a build with the profile takes another time for this edit of `cures`: what is stripped is smaller and as fast to
/// make, and nothing is built with a profile that is new.
pub(super) fn is_about_time(edit: &ProfileEdit, cures: &[Cure]) -> bool {
    edit.key != "strip" && !is_new(&edit.profile, cures)
}

/// Whether the profile is made by `cures`: one that is not Cargo's own says what it inherits.
fn is_new(profile: &str, cures: &[Cure]) -> bool {
    cures.iter().any(|cure| match cure {
        Cure::Manifest(ManifestEdit::Profile(edit)) => edit.profile == profile && edit.key == "inherits",
        _ => false,
    })
}

impl Fix {
    /// The profile that all of it is about, so that builds with another one cannot show what it is worth; `None` if it is
    /// about more, or about a profile that is new.
    pub fn profile(&self) -> Option<&str> {
        let mut profiles = self.cure.iter().map(|cure| match cure {
            Cure::Manifest(ManifestEdit::Profile(edit)) => Some(edit.profile.as_str()),
            _ => None,
        });
        let first = profiles.next()??;
        (profiles.all(|other| other == Some(first)) && !is_new(first, &self.cure)).then_some(first)
    }
}
