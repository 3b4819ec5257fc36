//! What a Cargo command asks for, so that runs of the same kind can be told.

use std::collections::BTreeSet;

/// Options that say how it is told, or from where, but not what is built; those with a value.
const ASIDE_WITH_VALUE: [&str; 5] =
    ["--color", "--message-format", "--target-dir", "--manifest-path", "--lockfile-path"];
/// The same without a value.
const ASIDE: [&str; 12] = [
    "-q",
    "--quiet",
    "-v",
    "-vv",
    "-vvv",
    "--verbose",
    "--offline",
    "--locked",
    "--frozen",
    "--timings",
    "--keep-going",
    "--future-incompat-report",
];
/// Cargo's built-in aliases (`BUILTIN_ALIASES` in its `bin/cargo/main.rs`).
const ALIASES: [(&str, &str); 5] = [("b", "build"), ("c", "check"), ("d", "doc"), ("r", "run"), ("t", "test")];

/// What a command asks for. Two commands that are equal in this build the same, as far as their words go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The verb and what it is about: packages, targets, platforms.
    pub what: Vec<String>,
    /// Features: their names, `--all-features`, `--no-default-features`.
    pub features: BTreeSet<String>,
    /// The profile that is named; `release` for `--release`.
    pub profile: Option<String>,
    /// How many jobs.
    pub jobs: Option<String>,
}

impl Asked {
    /// What the words behind `cargo` ask for. What stands behind `--` is for the program that is run.
    pub fn of(words: &[String]) -> Self {
        let mut asked = Self::default();
        let mut words = words.iter().map(String::as_str).take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let (name, own) = match word.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value)),
                _ => (word, None),
            };
            let mut value = || own.or_else(|| words.next()).unwrap_or_default().to_owned();
            match name {
                _ if ASIDE.contains(&name) => {}
                _ if ASIDE_WITH_VALUE.contains(&name) => drop(value()),
                "--features" | "-F" => asked.add_features(&value()),
                "--all-features" | "--no-default-features" => asked.add_features(name),
                "--release" | "-r" => asked.profile = Some("release".to_owned()),
                "--profile" => asked.profile = Some(value()),
                "--jobs" | "-j" => asked.jobs = Some(value()),
                _ => asked.add_short(word),
            }
        }
        asked
    }

    /// `-j2`, `-Fx`, or anything else.
    fn add_short(&mut self, word: &str) {
        match (word.strip_prefix("-j"), word.strip_prefix("-F")) {
            (Some(jobs), _) => self.jobs = Some(jobs.to_owned()),
            (_, Some(features)) => self.add_features(features),
            _ => {
                let is_verb = self.what.iter().all(|word| word.starts_with('+'));
                let alias = ALIASES.iter().find(|(short, _)| is_verb && *short == word);
                self.what.push(alias.map_or(word, |(_, verb)| verb).to_owned());
            }
        }
    }

    fn add_features(&mut self, list: &str) {
        let names = list.split([',', ' ']).filter(|name| !name.is_empty());
        self.features.extend(names.map(str::to_owned));
    }
}

/// How much of a build a run has built itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Nothing: all was up to date.
    Nothing,
    /// A part: the rest was up to date.
    Part,
    /// All or nearly all.
    Whole,
}

/// Share of its units that a run must have built itself to count as a build from nothing. Proc macros and build scripts that
/// another command has left may be up to date.
const NEARLY_ALL: f64 = 0.9;

impl Extent {
    /// That of a run which built so many of so many units.
    pub fn of(n_built: usize, n_units: usize) -> Self {
        match n_built {
            0 => Self::Nothing,
            n if n as f64 >= NEARLY_ALL * n_units as f64 => Self::Whole,
            _ => Self::Part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Asked {
        Asked::of(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn how_it_is_told_and_from_where_is_no_part_of_what_is_asked() {
        let plain = asked("build");
        for line in ["b", "build -q --color never", "build --offline --locked --target-dir=/x", "build --timings -- x"]
        {
            assert_eq!(asked(line), plain, "{line}");
        }
    }

    #[test]
    fn packages_platforms_profiles_jobs_and_features_are() {
        let plain = asked("build");
        for line in ["check", "build -p a", "build --target t", "build -r", "build -j2", "build -F x", "+nightly build"]
        {
            assert_ne!(asked(line), plain, "{line}");
        }
        assert_eq!(asked("build --features a,b -Fc --release"), asked("b --profile=release -F b -F c,a"));
        assert_eq!(asked("build --jobs 4"), asked("build -j4"));
        assert_eq!(asked("+nightly b").what, ["+nightly", "build"]);
        assert_eq!(asked("test --test b").what, ["test", "--test", "b"]);
    }

    #[test]
    fn a_run_that_built_nearly_everything_built_the_whole() {
        assert_eq!(
            [0, 3, 211, 234].map(|n| Extent::of(n, 234)),
            [Extent::Nothing, Extent::Part, Extent::Whole, Extent::Whole]
        );
        assert_eq!(Extent::of(0, 0), Extent::Nothing);
    }
}
