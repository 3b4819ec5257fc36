//! Which findings are looked for, and which of them are not accepted.

use brisk::detect::{DETECTORS, Detector, Finding, Policy};
use brisk_report::detectors;
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::global::{GlobalArgs, MessageFormat};
use crate::config::{Config, SEVERITIES};
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;

/// What these stand under in the help.
const HEADING: &str = "Findings";

#[derive(Debug, Default, Args)]
pub(crate) struct FindingArgs {
    /// List what is looked for, and end
    #[arg(long, help_heading = HEADING, conflicts_with_all = ["explain", "record", "confirm"])]
    list: bool,
    /// Explain a finding: what is measured, why it costs time, what to do, and end
    #[arg(long, help_heading = HEADING, value_name = "ID", value_parser = ids(), hide_possible_values = true,
        conflicts_with_all = ["record", "confirm"])]
    explain: Option<String>,
    /// Look for these findings only
    #[arg(long, help_heading = HEADING, value_name = "ID", value_parser = ids(), hide_possible_values = true, value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these findings out
    #[arg(long, help_heading = HEADING, value_name = "ID", value_parser = ids(), hide_possible_values = true, value_delimiter = ',')]
    skip: Vec<String>,
    /// End with exit code 1 if there is such a finding: an id, or a severity (`note`, `minor`, `major`) and all above
    #[arg(long, help_heading = HEADING, value_name = "ID|SEVERITY", value_parser = denied(), hide_possible_values = true, value_delimiter = ',')]
    deny: Vec<String>,
}

fn ids() -> PossibleValuesParser {
    PossibleValuesParser::new(DETECTORS.iter().map(|detector| detector.id))
}

fn denied() -> PossibleValuesParser {
    let severities = SEVERITIES.iter().map(|(word, _)| *word);
    PossibleValuesParser::new(DETECTORS.iter().map(|detector| detector.id).chain(severities))
}

impl FindingArgs {
    /// Tells of the table of detectors if that is what was asked; whether it was.
    pub(super) fn told(&self, global: &GlobalArgs, console: Console) -> Result<bool> {
        let asked: Vec<&Detector> = match &self.explain {
            Some(id) => DETECTORS.iter().copied().filter(|detector| detector.id == *id).collect(),
            None if self.list => DETECTORS.to_vec(),
            None => return Ok(false),
        };
        let text = match (global.message_format, asked.as_slice()) {
            (MessageFormat::Json, asked) => {
                let object = serde_json::to_string(&detectors::json(asked));
                object.map_err(|error| Error::could_not_measure("cannot write the result as JSON").because(&error))?
                    + "\n"
            }
            (MessageFormat::Human, [detector]) if !self.list => detectors::explain(detector, console.data_width()),
            (MessageFormat::Human, _) => detectors::list(console.data_width()),
        };
        console.data(&text)?;
        Ok(true)
    }

    /// What is asked here, and what the workspace has decided.
    pub(super) fn policy(&self, config: &Config) -> Policy {
        // What is asked for by name is told, whatever is skipped every day.
        let every_day = config.skip.iter().filter(|id| !self.only.contains(id));
        Policy {
            only: self.only.clone(),
            skip: self.skip.iter().chain(every_day).cloned().collect(),
            suppressions: config.suppressions.clone(),
        }
    }

    /// How to end, given what was found; says so if something is not accepted.
    pub(super) fn exit_code(&self, config: &Config, findings: &[Finding], console: Console) -> ExitCode {
        let denied = |finding: &&Finding| self.deny.iter().chain(&config.deny).any(|word| denies(word, finding));
        let denied: Vec<&Finding> = findings.iter().filter(denied).collect();
        let Some(first) = denied.first() else { return ExitCode::Success };
        let more = match denied.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let error = Error::usage(format!("denied: {}{more}", first.title));
        console.error(&error.hint(format!("`cargo brisk --explain {}` tells what to do", first.id)));
        ExitCode::Denied
    }
}

fn denies(word: &str, finding: &Finding) -> bool {
    let least = SEVERITIES.iter().find(|(name, _)| *name == word).map(|(_, severity)| *severity);
    word == finding.id || least.is_some_and(|least| finding.severity >= least)
}
