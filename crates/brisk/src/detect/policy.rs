//! Which findings the people of a workspace want to hear of.

use super::{DUPLICATE_VERSION, Detected, Evidence, Finding, cut, saving};
use crate::model::Problem;

/// What is looked for, and what is accepted as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Ids of the only detectors that are asked; all if empty.
    pub only: Vec<String>,
    /// Ids of detectors that are not asked.
    pub skip: Vec<String>,
    /// Findings that are accepted.
    pub suppressions: Vec<Suppression>,
}

/// A finding that is accepted as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Key of the finding, or id of a detector for all that it finds.
    pub key: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expiry: Expiry,
    /// Where it is written, for people.
    pub origin: String,
}

/// Until when something is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// For good.
    Never,
    /// To the end of this day, which is still to come.
    On(String),
    /// That day is over.
    Over(String),
}

/// A finding that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is.
    pub expires: Option<String>,
}

impl Suppression {
    fn is_over(&self) -> bool {
        matches!(self.expiry, Expiry::Over(_))
    }

    fn matches(&self, finding: &Finding) -> bool {
        self.key == finding.key || self.key == finding.id
    }
}

impl Policy {
    /// Whether the detector of this id is asked.
    pub fn asks(&self, id: &str) -> bool {
        let among = |ids: &[String]| ids.iter().any(|other| other == id);
        (self.only.is_empty() || among(&self.only)) && !among(&self.skip)
    }

    /// Whether packages in several versions are told of one by one.
    pub fn asks_duplicates(&self) -> bool {
        self.asks(DUPLICATE_VERSION)
    }

    /// Parts findings into those that are told, with what they save together, and those that are accepted.
    pub fn parted(&self, evidence: Evidence<'_>, findings: Vec<Finding>) -> (Detected, Vec<Suppressed>) {
        let asked = findings.into_iter().filter(|finding| self.asks(finding.id));
        let (mut told, mut accepted) = (Vec::new(), Vec::new());
        for finding in asked {
            match self.suppressions.iter().find(|suppression| !suppression.is_over() && suppression.matches(&finding)) {
                None => told.push(finding),
                Some(Suppression { reason, expiry, .. }) => {
                    let expires = if let Expiry::On(date) = expiry { Some(date.clone()) } else { None };
                    accepted.push(Suppressed { finding, reason: reason.clone(), expires });
                }
            }
        }
        let baseline = saving::baseline(evidence, &told);
        (cut::with_joint(evidence, baseline.as_ref(), told), accepted)
    }

    /// Suppressions of any of `findings` whose day is over.
    pub fn expired(&self, findings: &[Finding]) -> Vec<Problem> {
        let needed = self.suppressions.iter().filter(|suppression| suppression.matches_any(findings));
        needed.filter_map(Suppression::complaint_of_expiry).collect()
    }

    /// Suppressions that match none of `findings`, although the detector is asked.
    pub fn stale(&self, findings: &[Finding]) -> Vec<Problem> {
        let asked = self.suppressions.iter().filter(|suppression| self.asks(suppression.id()));
        let stale = asked.filter(|suppression| !suppression.matches_any(findings));
        stale.map(Suppression::complaint_of_staleness).collect()
    }
}

impl Suppression {
    /// Id of the detector that it is about.
    fn id(&self) -> &str {
        self.key.split(':').next().unwrap_or_default()
    }

    fn matches_any(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| self.matches(finding))
    }

    fn complaint_of_expiry(&self) -> Option<Problem> {
        let Expiry::Over(date) = &self.expiry else { return None };
        Some(Problem::new(
            format!("the suppression of `{}` expired on {date} ({})", self.key, self.origin),
            format!("its reason was: {}", self.reason),
            "the finding is told again; mend it, or give the suppression a new date",
        ))
    }

    fn complaint_of_staleness(&self) -> Problem {
        Problem::new(
            format!("the suppression of `{}` is not needed ({})", self.key, self.origin),
            "there is no such finding; remove the entry, or correct its key",
            "should such a finding come later, it would not be told",
        )
    }
}
