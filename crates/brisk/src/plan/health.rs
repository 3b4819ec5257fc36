//! What works in a workspace, and what does not.

use std::collections::{BTreeMap, BTreeSet};

/// What a workspace is like: what fails in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether all targets compile.
    pub compiles: bool,
    /// Whether tests could be run.
    pub tests_ran: bool,
    /// Tests that fail, each with the test program that it is in.
    pub failing: BTreeSet<String>,
    /// Commands that went wrong in another way than by a test that failed: those that the workspace asks for, and those that
    /// did not end; with what is the matter, as what follows the command (`fails`).
    pub red: BTreeMap<String, String>,
}

impl Health {
    /// That of a workspace in which nothing fails.
    pub fn green() -> Self {
        Self { compiles: true, tests_ran: true, failing: BTreeSet::new(), red: BTreeMap::new() }
    }

    /// Why it is worse than `before`, if it is.
    pub fn worse_than(&self, before: &Self) -> Option<String> {
        if before.compiles && !self.compiles {
            return Some("it does not compile".to_owned());
        }
        if let Some((command, why)) = self.red.iter().find(|(command, _)| !before.red.contains_key(*command)) {
            return Some(format!("`{command}` {why}"));
        }
        let new: Vec<&str> = self.failing.difference(&before.failing).map(String::as_str).collect();
        match new.as_slice() {
            _ if before.tests_ran && !self.tests_ran => Some("its tests do not run".to_owned()),
            [] => None,
            [one] => Some(format!("the test {one} fails")),
            [first, others @ ..] => Some(format!("the test {first} and {} more fail", others.len())),
        }
    }

    /// Whether nothing fails.
    pub fn is_green(&self) -> bool {
        *self == Self::green()
    }

    /// That of a workspace of which one part is like this and another part like `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.compiles &= other.compiles;
        self.tests_ran &= other.tests_ran;
        self.failing.extend(other.failing);
        self.red.extend(other.red);
        self
    }

    /// What has gone wrong both times: a test that fails now and then is not to blame on a change.
    #[must_use]
    pub fn both_times(self, again: Self) -> Self {
        let failing = match (self.tests_ran, again.tests_ran) {
            (true, true) => self.failing.intersection(&again.failing).cloned().collect(),
            (false, _) => again.failing,
            (true, false) => self.failing,
        };
        Self {
            compiles: self.compiles || again.compiles,
            tests_ran: self.tests_ran || again.tests_ran,
            failing,
            red: again.red.into_iter().filter(|(command, _)| self.red.contains_key(command)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(failing: &[&str]) -> Health {
        Health { failing: failing.iter().map(|&name| name.to_owned()).collect(), ..Health::green() }
    }

    fn red(command: &str) -> Health {
        Health { red: BTreeMap::from([(command.to_owned(), "fails".to_owned())]), ..Health::green() }
    }

    #[test]
    fn what_failed_before_may_fail_after() {
        assert_eq!(health(&["a"]).worse_than(&health(&["a", "b"])), None);
        assert_eq!(health(&["a", "c"]).worse_than(&health(&["a"])).as_deref(), Some("the test c fails"));
        let broken = Health::default();
        assert_eq!(broken.worse_than(&health(&[])).as_deref(), Some("it does not compile"));
        assert_eq!(broken.worse_than(&broken), None);
        assert_eq!(red("just smoke").worse_than(&health(&[])).as_deref(), Some("`just smoke` fails"));
        assert_eq!(red("just smoke").worse_than(&red("just smoke")), None);
    }

    #[test]
    fn what_fails_only_once_is_not_held_against_a_change() {
        assert_eq!(health(&["a", "b"]).both_times(health(&["b", "c"])), health(&["b"]));
        let crashed = Health { tests_ran: false, ..health(&[]) };
        assert_eq!(crashed.clone().both_times(health(&["b"])), health(&["b"]));
        assert_eq!(health(&["b"]).both_times(crashed), health(&["b"]));
        assert_eq!(red("a").both_times(red("b")), Health::green());
        assert_eq!(red("a").both_times(red("a")), red("a"));
    }

    #[test]
    fn parts_are_put_together() {
        let whole = health(&["a"]).and(red("b")).and(Health { compiles: false, ..Health::green() });
        assert!(!whole.compiles && whole.tests_ran && whole.failing.contains("a") && whole.red.contains_key("b"));
        assert!(!whole.is_green() && Health::green().is_green());
    }
}
