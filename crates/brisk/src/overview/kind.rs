//! Which builds may be compared over time: those that were asked for the same thing, in the same way, on the same machine.

use std::collections::BTreeSet;

use crate::model::{Build, Mode, Target, Unit};

/// Share of the units, of the build with more of them, that two builds of a kind have in common: between two states of a
/// workspace, even if a good part of its dependencies is gone; not between two halves of it. A first setting.
const LEAST_SHARED: f64 = 0.5;

/// What builds from nothing have in common that may be compared over time. The compiler is no part of it: a new one is one
/// of the things that a series of builds may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Cargo's words for what is built, sorted.
    words: Option<Vec<String>>,
    profile: Option<String>,
    jobs: Option<u32>,
    processors: Option<u32>,
    cpu_model: Option<String>,
    units: BTreeSet<UnitName>,
}

/// A unit, whatever its version, its features and its flags.
type UnitName = (String, Target, Mode);

impl Kind {
    /// That of `build`; `None` if it did not build nearly everything itself.
    pub fn of(build: &Build) -> Option<Self> {
        build.is_from_nothing().then(|| Self {
            words: build.command.as_deref().map(asked),
            profile: build.profile.clone(),
            jobs: build.jobs.map(|jobs| jobs.n),
            processors: build.machine.cores,
            cpu_model: build.machine.cpu_model.clone(),
            units: unit_names(build),
        })
    }

    /// Whether `build` is of this kind.
    pub fn admits(&self, build: &Build) -> bool {
        Self::of(build).is_some_and(|other| {
            let circumstances = |kind: &Self| (kind.jobs, kind.processors, kind.cpu_model.clone());
            (&self.words, &self.profile) == (&other.words, &other.profile)
                && circumstances(self) == circumstances(&other)
                && self.shares(&other) >= LEAST_SHARED
        })
    }

    fn shares(&self, other: &Self) -> f64 {
        let n_shared = self.units.intersection(&other.units).count();
        n_shared as f64 / self.units.len().max(other.units.len()).max(1) as f64
    }
}

fn unit_names(build: &Build) -> BTreeSet<UnitName> {
    let name = |unit: &Unit| (unit.package.name.clone(), unit.target.clone(), unit.mode);
    build.units.iter().map(name).collect()
}

/// Options of Cargo that do not say what is built, but how much is said of it, where to it is written, and in how many jobs;
/// profile and jobs are compared by themselves. Those that take a value:
const BESIDE_WITH_VALUE: [&str; 7] =
    ["--build-dir", "--color", "--jobs", "--message-format", "--profile", "--target-dir", "-j"];
/// And those that take none.
const BESIDE: [&str; 9] = [
    "--frozen",
    "--future-incompat-report",
    "--keep-going",
    "--locked",
    "--offline",
    "--quiet",
    "--release",
    "--timings",
    "--verbose",
];
/// Cargo's short names of its commands (`cargo --list`).
const ALIASES: [(&str, &str); 5] = [("b", "build"), ("c", "check"), ("d", "doc"), ("r", "run"), ("t", "test")];

/// The words of a command that say what is built, sorted.
fn asked(command: &[String]) -> Vec<String> {
    let mut words = command.iter().map(String::as_str).take_while(|word| *word != "--");
    let mut asked = Vec::new();
    let mut has_verb = false;
    while let Some(word) = words.next() {
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        if BESIDE_WITH_VALUE.contains(&word) {
            words.next();
        } else if !word.starts_with(['-', '+']) && !std::mem::replace(&mut has_verb, true) {
            let long = ALIASES.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long);
            asked.push(long.to_owned());
        } else if !BESIDE.contains(&name) && !BESIDE_WITH_VALUE.contains(&name) && !is_short_and_beside(word) {
            asked.push(word.to_owned());
        }
    }
    asked.sort();
    asked
}

/// `-vv`, `-qr`, `-j4`
fn is_short_and_beside(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else { return false };
    let is_flags = letters.chars().all(|letter| matches!(letter, 'q' | 'r' | 'v'));
    is_flags || letters.strip_prefix('j').is_some_and(|n| n.trim_start_matches('=').parse::<i32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_by(line: &str) -> String {
        asked(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn how_loudly_where_to_and_in_how_many_jobs_is_no_matter_of_what_is_built() {
        for line in [
            "build",
            "b -vv",
            "build --target-dir /tmp/x --color=never -j4",
            "-q build --jobs 2 -j=3",
            "build --timings=html --release -- ignored",
            "build --profile release --message-format json",
        ] {
            assert_eq!(asked_by(line), "build", "{line}");
        }
    }

    #[test]
    fn packages_features_and_targets_are() {
        assert_eq!(asked_by("t --workspace -p b"), "--workspace -p b test");
        assert_ne!(asked_by("build -p x"), asked_by("build -p y"));
        assert_ne!(asked_by("build --features a"), asked_by("build --all-features"));
        assert_ne!(asked_by("+nightly build"), asked_by("build"));
        assert_ne!(asked_by("check"), asked_by("build"));
        assert_ne!(asked_by("build -Zx"), asked_by("build"));
    }
}
