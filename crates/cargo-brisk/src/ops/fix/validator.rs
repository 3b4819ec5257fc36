//! Whether everything still works: what the commands say of a copy, against what they say of the workspace as it is.

use std::io;

use brisk::model::Problem;
use brisk::plan::{Health, Validation};
use brisk_report::format;

use super::criteria::{Criterion, Examined, criteria};
use super::health::Checks;
use crate::ops::staging::Side;

/// Knows what the workspace is like as it is.
pub(super) struct Validator<'a> {
    /// Runs what is run.
    pub(super) checks: &'a Checks<'a>,
    /// What fails before any change.
    pub(super) baseline: Health,
    criteria: Vec<Criterion>,
}

/// What `cargo check` says.
pub(super) struct Checked {
    /// Why it does not compile, if it did before.
    pub(super) error: Option<String>,
    /// The command, and how it ended.
    pub(super) validation: Vec<Validation>,
}

impl<'a> Validator<'a> {
    /// Looks at the workspace as it is, of which `base` is a copy; `own` are its own commands.
    ///
    /// # Errors
    ///
    /// If a command cannot be run.
    pub(super) fn of(checks: &'a Checks<'a>, base: &Side, own: &[String]) -> io::Result<Self> {
        let mut baseline = Health::green();
        let mut usable = Vec::new();
        for criterion in criteria(base, own) {
            let Examined { health, validation, .. } = criterion.examine(base, checks)?;
            usable.extend(criterion.after(&validation, &health));
            baseline = baseline.and(health);
        }
        Ok(Self { checks, baseline, criteria: usable })
    }

    /// Whether all targets of all members compile, if they did before.
    pub(super) fn check(&self, side: &Side) -> io::Result<Checked> {
        let mut checked = Checked { error: None, validation: Vec::new() };
        for criterion in self.criteria.iter().filter(|criterion| criterion.is_about_compiling()) {
            let Examined { health, error, validation } = self.examine(criterion, side)?;
            let why = health.worse_than(&self.baseline);
            checked.error = checked.error.or(why.map(|why| error.unwrap_or(why)));
            checked.validation.push(validation);
        }
        Ok(checked)
    }

    /// What fails, tests and own commands included. Where it does not compile, nothing else is looked at.
    pub(super) fn health(&self, side: &Side) -> io::Result<(Health, Vec<Validation>)> {
        let mut all = Health::green();
        let mut validations = Vec::new();
        for criterion in &self.criteria {
            let Examined { health, validation, .. } = self.examine(criterion, side)?;
            validations.push(validation);
            all = all.and(health);
            if self.baseline.compiles && !all.compiles {
                all.tests_ran = false;
                break;
            }
        }
        Ok((all, validations))
    }

    /// Runs a command; what has got worse by it, a second time: a test that fails now and then is no fault of a change.
    fn examine(&self, criterion: &Criterion, side: &Side) -> io::Result<Examined> {
        let mut examined = criterion.examine(side, self.checks)?;
        if examined.health.worse_than(&self.baseline).is_some() && !criterion.is_about_compiling() {
            let again = criterion.examine(side, self.checks)?;
            examined.health = examined.health.both_times(again.health);
            examined.validation.seconds += again.validation.seconds;
        }
        examined.validation.is_fine = examined.health.worse_than(&self.baseline).is_none();
        Ok(examined)
    }

    /// What has to be known about a workspace in which something fails already.
    pub(super) fn problems(&self) -> Vec<Problem> {
        not_green(&self.baseline).into_iter().chain(red_commands(&self.baseline)).collect()
    }
}

fn not_green(health: &Health) -> Option<Problem> {
    let names: Vec<String> = health.failing.iter().take(3).cloned().collect();
    let n_more = health.failing.len() - names.len();
    let why = match (health.compiles, health.tests_ran) {
        (false, _) => "not all targets compile (`cargo check --workspace --all-targets`)".to_owned(),
        (true, false) => "its tests could not be run (`cargo test --workspace`)".to_owned(),
        (true, true) if names.is_empty() => return None,
        (true, true) if n_more > 0 => format!("{} and {n_more} more tests fail", names.join(", ")),
        (true, true) => format!("{} {}", format::list(&names), if names.len() == 1 { "fails" } else { "fail" }),
    };
    Some(Problem::new(
        "the workspace is not green as it is",
        why,
        "a change is kept if it makes nothing worse than that; what it breaks beyond may stay unseen",
    ))
}

fn red_commands(health: &Health) -> impl Iterator<Item = Problem> {
    health.red.iter().map(|(command, why)| {
        Problem::new(
            format!("`{command}` does not succeed as it is"),
            format!("it {why}"),
            "changes are tried without it",
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn told(health: &Health) -> Vec<String> {
        not_green(health)
            .into_iter()
            .chain(red_commands(health))
            .map(|problem| format!("{}: {}", problem.what, problem.why))
            .collect()
    }

    #[test]
    fn what_is_red_before_any_change_is_told() {
        assert_eq!(told(&Health::green()), Vec::<String>::new());
        let failing =
            |names: &[&str]| Health { failing: names.iter().map(|&name| name.to_owned()).collect(), ..Health::green() };
        assert_eq!(told(&failing(&["a"])), ["the workspace is not green as it is: a fails"]);
        assert_eq!(
            told(&failing(&["a", "b", "c", "d"])),
            ["the workspace is not green as it is: a, b, c and 1 more tests fail"]
        );
        let red = BTreeMap::from([("just smoke".to_owned(), "fails: error: no".to_owned())]);
        assert_eq!(
            told(&Health { red, ..Health::green() }),
            ["`just smoke` does not succeed as it is: it fails: error: no"]
        );
    }
}
