//! What the user's Cargo command line says, in so far as it matters for recording it.

use std::ffi::OsString;

use brisk::model::profile_dir;

/// A Cargo command: everything after `cargo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CargoCommand {
    args: Vec<OsString>,
    words: Vec<String>,
}

/// Options of Cargo that take the next word as their value, wherever they stand (`cargo --help`, `cargo build --help`).
const WITH_VALUE: [&str; 22] = [
    "--bench",
    "--bin",
    "--build-dir",
    "--color",
    "--config",
    "--example",
    "--exclude",
    "--features",
    "--jobs",
    "--manifest-path",
    "--message-format",
    "--package",
    "--profile",
    "--target",
    "--target-dir",
    "--test",
    "-C",
    "-F",
    "-Z",
    "-j",
    "-p",
    "--lockfile-path",
];

/// Verbs that run what they built under the configured runner. Not `nextest`: it announces a runner on stderr, and reports
/// the times of tests itself.
const TESTING: [&str; 3] = ["bench", "t", "test"];
/// Verbs that become the program that they built.
const RUNNING: [&str; 2] = ["r", "run"];
/// Verbs that run nobody who prints to stdout: what they print there themselves are whole lines.
const BUILDING: [&str; 10] = ["b", "build", "c", "check", "clippy", "d", "doc", "install", "rustc", "rustdoc"];

impl CargoCommand {
    /// Reads the command line after `cargo`.
    pub(crate) fn new(args: Vec<OsString>) -> Self {
        let words = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        Self { args, words }
    }

    /// The arguments, unchanged.
    pub(crate) fn args(&self) -> &[OsString] {
        &self.args
    }

    /// The arguments as text.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it begins with `+toolchain`, which only rustup's stand-in for Cargo understands.
    pub(crate) fn names_toolchain(&self) -> bool {
        self.words.first().is_some_and(|word| word.starts_with('+'))
    }

    /// The subcommand (`build`, `t`, `nextest`), if there is one.
    pub(crate) fn verb(&self) -> Option<&str> {
        self.own_words().find(|(option, word)| option.is_none() && !word.starts_with(['-', '+'])).map(|(_, word)| word)
    }

    /// Whether the runner of test binaries is used.
    pub(crate) fn runs_tests(&self) -> bool {
        self.verb().is_some_and(|verb| TESTING.contains(&verb))
    }

    /// Whether Cargo becomes the program in the end.
    pub(crate) fn becomes_program(&self) -> bool {
        self.verb().is_some_and(|verb| RUNNING.contains(&verb))
    }

    /// Whether stdout is at the beginning of a line when it is over. A program that was run may end without a line feed.
    pub(crate) fn ends_its_lines(&self) -> bool {
        self.verb().is_some_and(|verb| BUILDING.contains(&verb))
    }

    /// Whether Cargo prints the commands that it runs.
    pub(crate) fn is_verbose(&self) -> bool {
        let is_flag = |word: &str| word == "--verbose" || is_short_cluster(word, 'v');
        self.own_words().any(|(option, word)| option.is_none() && is_flag(word))
            || std::env::var("CARGO_TERM_VERBOSE").is_ok_and(|value| value == "true")
    }

    /// Whether Cargo is told to be quiet.
    pub(crate) fn is_quiet(&self) -> bool {
        let is_flag = |word: &str| word == "--quiet" || is_short_cluster(word, 'q');
        self.own_words().any(|(option, word)| option.is_none() && is_flag(word))
    }

    /// All values of an option, by its long and short name: `--name value`, `--name=value`, `-n value`, `-nvalue`.
    pub(crate) fn values(&self, long: &str, short: Option<&str>) -> Vec<&str> {
        let attached = |word: &'_ str| -> Option<usize> {
            let by_long = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
            let by_short = short.and_then(|short| word.strip_prefix(short)).filter(|rest| !rest.is_empty());
            let value = by_long.or_else(|| by_short.map(|rest| rest.strip_prefix('=').unwrap_or(rest)))?;
            Some(word.len() - value.len())
        };
        let value = |(option, word): (Option<&str>, &'_ str)| match option {
            Some(option) => (option == long || Some(option) == short).then_some(0),
            None => attached(word),
        };
        self.own_words().filter_map(|pair| Some(&pair.1[value(pair)?..])).collect()
    }

    /// The last value of an option: that is the one which counts.
    pub(crate) fn value(&self, long: &str, short: Option<&str>) -> Option<&str> {
        self.values(long, short).pop()
    }

    /// `--jobs`, if it is a number: negative ones are counted from the processors (Cargo's `BuildConfig::new`).
    pub(crate) fn jobs(&self) -> Option<u32> {
        let jobs: i32 = self.value("--jobs", Some("-j"))?.parse().ok()?;
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        match jobs {
            0 => None,
            jobs if jobs > 0 => u32::try_from(jobs).ok(),
            jobs => u32::try_from(i64::from(jobs) + i64::try_from(cores()).ok()?).ok().map(|jobs| jobs.max(1)),
        }
    }

    /// Directory name of the profile that is asked for, or that the command takes by itself.
    pub(crate) fn profile_dir(&self) -> &str {
        let is_release = |word: &str| word == "--release" || (word == "-r" && !self.runs_nextest());
        let release = self.own_words().any(|(option, word)| option.is_none() && is_release(word));
        match (self.value("--profile", None), self.verb()) {
            (Some(name), _) => profile_dir(name),
            (None, Some("bench" | "install")) => "release",
            (None, _) if release => "release",
            (None, _) => "debug",
        }
    }

    fn runs_nextest(&self) -> bool {
        self.verb() == Some("nextest")
    }

    /// Cargo's own words, up to `--`: each with the option whose value it is.
    fn own_words(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let mut option = None;
        self.words.iter().map(String::as_str).take_while(|word| *word != "--").map(move |word| {
            let of = option.take();
            if of.is_none() {
                option = WITH_VALUE.iter().find(|name| **name == word).copied();
            }
            (of, word)
        })
    }
}

/// `-v`, `-vv`, `-qv`: one dash, and letters that are all flags of Cargo without a value.
fn is_short_cluster(word: &str, flag: char) -> bool {
    word.strip_prefix('-').is_some_and(|letters| {
        letters.contains(flag) && letters.chars().all(|letter| matches!(letter, 'v' | 'q' | 'r'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> CargoCommand {
        CargoCommand::new(line.split_whitespace().map(OsString::from).collect())
    }

    #[test]
    fn the_verb_is_found_behind_global_options() {
        for (line, verb) in [
            ("build", Some("build")),
            ("+nightly --config a.b=1 -Z unstable t -p x", Some("t")),
            ("--color always nextest run", Some("nextest")),
            ("--version", None),
            ("", None),
        ] {
            assert_eq!(command(line).verb(), verb, "{line}");
        }
    }

    #[test]
    fn only_commands_that_run_no_program_are_known_to_end_their_lines() {
        for line in ["build", "+nightly c", "--color never doc -p x"] {
            assert!(command(line).ends_its_lines(), "{line}");
        }
        for line in ["run", "test", "bench", "nextest run", "my-alias", "--version"] {
            assert!(!command(line).ends_its_lines(), "{line}");
        }
    }

    #[test]
    fn what_follows_two_dashes_is_not_for_cargo() {
        let command = command("run --release -- --verbose -v --profile x");
        assert!(!command.is_verbose());
        assert_eq!(command.profile_dir(), "release");
    }

    #[test]
    fn values_are_found_in_all_spellings() {
        for line in ["build -j 4", "build -j4", "build --jobs=4", "build --jobs 4", "-j 2 build -j=4"] {
            assert_eq!(command(line).value("--jobs", Some("-j")), Some("4"), "{line}");
        }
        assert_eq!(command("build --jobs").value("--jobs", Some("-j")), None);
        assert_eq!(command("build -p -v").value("--package", Some("-p")), Some("-v"));
    }

    #[test]
    fn a_value_is_no_flag() {
        assert!(!command("build -p -v").is_verbose());
        assert!(command("build -vv").is_verbose());
        assert!(command("build -q").is_quiet());
        assert!(!command("build --features v").is_verbose());
    }

    #[test]
    fn profiles_build_into_directories_of_other_names() {
        for (line, dir) in [
            ("build", "debug"),
            ("test --profile test", "debug"),
            ("bench", "release"),
            ("build -r", "release"),
            ("build --profile=dist", "dist"),
        ] {
            assert_eq!(command(line).profile_dir(), dir, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_command_line_is_read(words: Vec<String>) {
            let command = CargoCommand::new(words.into_iter().map(OsString::from).collect());
            command.verb();
            command.profile_dir();
            command.values("--jobs", Some("-j"));
        }
    }
}
