//! The command whose units are asked for.

use std::collections::BTreeSet;

use brisk::model::{Build, Graph, Mode, PackageSource, Platform, TargetKind, Unit};

use super::query::WhyNot;

/// Options with a value in the next word (or after `=`) that are kept.
const KEPT_WITH_VALUE: [&str; 16] = [
    "--bench",
    "--bin",
    "--config",
    "--example",
    "--exclude",
    "--features",
    "--jobs",
    "--package",
    "--profile",
    "--target",
    "--test",
    "-F",
    "-Z",
    "-j",
    "-p",
    "--cargo-profile",
];
/// Options with a value that say nothing of what is built, or for which we have our own.
const DROPPED_WITH_VALUE: [&str; 9] = [
    "--artifact-dir",
    "--build-dir",
    "--color",
    "--lockfile-path",
    "--manifest-path",
    "--message-format",
    "--out-dir",
    "--target-dir",
    "-C",
];
/// Options without a value that are kept, whatever the command.
const KEPT: [&str; 13] = [
    "--all",
    "--all-features",
    "--all-targets",
    "--benches",
    "--bins",
    "--doc",
    "--examples",
    "--lib",
    "--no-default-features",
    "--release",
    "--tests",
    "--workspace",
    "-r",
];

/// A command of Cargo, ready to be asked for its units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// `+toolchain` without the plus, which only rustup's stand-in for Cargo understands.
    pub(super) toolchain: Option<String>,
    /// `--manifest-path`, as written.
    pub(super) manifest_path: Option<String>,
    /// The rest, without what says nothing of units.
    pub(super) words: Vec<String>,
}

impl Words {
    /// Of everything after `cargo`. Whatever forbids to change the lockfile is left out, as are arguments of programs.
    pub(super) fn of(command: &[String]) -> Result<Self, WhyNot> {
        let mut found = Self { toolchain: None, manifest_path: None, words: Vec::new() };
        let mut rest = command.iter().take_while(|word| *word != "--");
        let mut verb: Option<&str> = None;
        while let Some(word) = rest.next() {
            if let Some(toolchain) = word.strip_prefix('+') {
                found.toolchain = Some(toolchain.to_owned());
                continue;
            }
            let (name, attached) =
                word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            let is_long = |known: &[&str]| known.contains(&name);
            if is_long(&DROPPED_WITH_VALUE) {
                let value = attached.or_else(|| rest.next().map(String::as_str));
                if name == "--manifest-path" {
                    found.manifest_path = value.map(str::to_owned);
                }
            } else if is_long(&KEPT_WITH_VALUE) {
                found.words.push(word.replace("--cargo-profile", "--profile"));
                found.words.extend(rest.next().filter(|_| attached.is_none()).cloned());
            } else if KEPT.contains(&word.as_str()) || is_short_with_value(word) {
                found.words.push(word.clone());
            } else if !word.starts_with('-') && verb.is_none() {
                found.words.extend(asked(word)?);
                verb = Some(word);
            } else if !word.starts_with('-') && !matches!(verb, Some("nextest" | "run" | "r" | "test" | "t" | "bench"))
            {
                return Err(WhyNot::NoUnits(command.join(" ")));
            }
        }
        if verb.is_some() { Ok(found) } else { Err(WhyNot::NoUnits(command.join(" "))) }
    }
}

/// `-pname`, `-Ffeature`, `-j4`.
fn is_short_with_value(word: &str) -> bool {
    !word.starts_with("--") && word.len() > 2 && ["-p", "-F", "-j"].iter().any(|name| word.starts_with(name))
}

/// What has the same units as the subcommand and can be asked for them.
fn asked(verb: &str) -> Result<Vec<String>, WhyNot> {
    let verb = match verb {
        "build" | "b" => "build",
        "check" | "c" | "clippy" => "check",
        "test" | "t" | "nextest" => "test",
        "bench" => "bench",
        "run" | "r" => "run",
        "rustc" => "rustc",
        "doc" | "d" => "doc",
        _ => return Err(WhyNot::NoUnits(verb.to_owned())),
    };
    Ok(vec![verb.to_owned()])
}

/// The commands of which the build could be, the likeliest first. Which one it is shows when their units are compared.
///
/// Where the command was recorded, it is the only one.
pub(crate) fn likely_commands(build: &Build) -> Vec<Vec<String>> {
    if let Some(command) = &build.command {
        return vec![command.clone()];
    }
    let settings = settings(build);
    let verbs: &[&[&str]] = match asked_mode(build) {
        Mode::Test => &[
            &["test"],
            &["test", "--workspace"],
            &["build", "--all-targets"],
            &["build", "--workspace", "--all-targets"],
        ],
        Mode::Check | Mode::CheckTest => &[
            &["check"],
            &["check", "--workspace"],
            &["check", "--all-targets"],
            &["check", "--workspace", "--all-targets"],
        ],
        Mode::Doc | Mode::Doctest => &[&["doc"], &["doc", "--workspace"], &["doc", "--no-deps"]],
        Mode::Build | Mode::RunBuildScript => &[&["build"], &["build", "--workspace"]],
    };
    let with_settings = |words: &[&str]| -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).chain(settings.iter().cloned()).collect()
    };
    let mut commands: Vec<Vec<String>> = verbs.iter().map(|words| with_settings(words)).collect();
    let packages = packages(build);
    if !packages.is_empty() {
        let of_packages = with_settings(&verbs[0][..1]).into_iter().chain(packages);
        let of_packages: Vec<String> = of_packages.collect();
        commands.push(of_packages.clone());
        commands.push(of_packages.into_iter().chain(features(build)).collect());
    }
    commands
}

/// What was done with what the command asked for.
fn asked_mode(build: &Build) -> Mode {
    let has = |wanted: fn(&Unit) -> bool| build.units.iter().any(wanted);
    if has(|unit| unit.mode == Mode::Test) {
        Mode::Test
    } else if has(|unit| unit.mode == Mode::Doc) {
        Mode::Doc
    } else if has(|unit| unit.mode.is_check()) {
        Mode::Check
    } else {
        Mode::Build
    }
}

/// Profile and platforms.
fn settings(build: &Build) -> Vec<String> {
    let mut words = Vec::new();
    let dir = build.units.iter().find_map(|unit| unit.profile_dir.as_deref());
    match build.profile.as_deref().or(dir) {
        None | Some("dev" | "debug" | "test") => {}
        Some("release" | "bench") => words.push("--release".to_owned()),
        Some(custom) => words.extend(["--profile".to_owned(), custom.to_owned()]),
    }
    let triple = |unit: &Unit| match &unit.platform {
        Platform::Host => None,
        Platform::Triple(triple) => Some(triple.clone()),
    };
    let triples: BTreeSet<String> = build.units.iter().filter_map(triple).collect();
    words.extend(triples.into_iter().flat_map(|triple| ["--target".to_owned(), triple]));
    words
}

/// The units that nobody needs, which the command asked for.
fn roots(build: &Build) -> impl Iterator<Item = &Unit> {
    let roots = Graph::of(build).roots();
    let units = roots.into_iter().map(|root| build.unit(root));
    units.filter(|unit| unit.package.source == PackageSource::Member && unit.target.kind != TargetKind::BuildScript)
}

/// `--package` for each package that has something the command asked for.
fn packages(build: &Build) -> Vec<String> {
    let names: BTreeSet<&str> = roots(build).map(|unit| unit.package.name.as_str()).collect();
    names.into_iter().flat_map(|name| ["--package".to_owned(), name.to_owned()]).collect()
}

/// Exactly the features that these packages have.
fn features(build: &Build) -> Vec<String> {
    let of_unit = |unit: &Unit| -> Vec<String> {
        unit.features.iter().map(|feature| format!("{}/{feature}", unit.package.name)).collect()
    };
    let features: BTreeSet<String> = roots(build).flat_map(of_unit).collect();
    let named = features.into_iter().flat_map(|feature| ["--features".to_owned(), feature]);
    std::iter::once("--no-default-features".to_owned()).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &str) -> Vec<String> {
        command.split(' ').map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(command: &str, expected: &str) {
        assert_eq!(Words::of(&words(command)).unwrap().words.join(" "), expected);
    }

    #[test]
    fn what_decides_on_units_stays_and_the_rest_goes() {
        check("build --locked --timings=html -vv -j 4 -p app --release", "build -j 4 -p app --release");
        check("--offline t --no-run --message-format json --lib name -- --nocapture", "test --lib");
        check("clippy --all-targets --fix --allow-dirty -- -D warnings", "check --all-targets");
        check("nextest run --no-fail-fast -papp --cargo-profile quick -Fone", "test -papp --profile quick -Fone");
        check("r --bin app --features=a,b --target-dir /t", "run --bin app --features=a,b");
    }

    #[test]
    fn toolchain_and_manifest_are_told_apart_from_the_words() {
        let found = Words::of(&words("+nightly build --manifest-path=a/Cargo.toml")).unwrap();
        assert_eq!(found.toolchain.as_deref(), Some("nightly"));
        assert_eq!(found.manifest_path.as_deref(), Some("a/Cargo.toml"));
        assert_eq!(found.words, ["build"]);
    }

    #[test]
    fn commands_that_plan_no_units_are_refused() {
        for command in ["fmt", "install tokei", "--version", "build surplus"] {
            assert!(matches!(Words::of(&words(command)), Err(WhyNot::NoUnits(_))), "{command}");
        }
    }

    #[track_caller]
    fn check_likely(drawn: &str, expected: &[&str]) {
        let commands = likely_commands(&brisk_test_support::gantt::parse(drawn));
        assert_eq!(commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_build_tells_which_commands_it_could_be_of() {
        check_likely(
            "a v1.0.0 |F\napp +x <- a |.F\n",
            &[
                "build",
                "build --workspace",
                "build --package app",
                "build --package app --no-default-features --features app/x",
            ],
        );
        check_likely(
            "a v1.0.0 (lib check) @mips-none |F\n",
            &[
                "check --target mips-none",
                "check --workspace --target mips-none",
                "check --all-targets --target mips-none",
                "check --workspace --all-targets --target mips-none",
            ],
        );
    }

    #[test]
    fn a_recorded_command_is_the_only_one() {
        let command = Some(words("build --release"));
        let build = Build { command, ..brisk_test_support::gantt::parse("app |F\n") };
        assert_eq!(likely_commands(&build), [words("build --release")]);
    }
}
