//! What has to compile while features are narrowed, and what the errors name that is missing.
//!
//! Features are unified: in a build of the whole workspace, one member may use what another one has asked for. So each
//! member that asks for the dependency has to compile by itself, too; without its tests, whose dependencies may ask for more;
//! and with all of its own features, as code behind them is compiled by nobody otherwise.

use std::collections::BTreeSet;
use std::io;
use std::time::Instant;

use brisk::model::{Package, Part, PartAt, Trim, Workspace};
use brisk::plan::Validation;

use super::health::Checks;
use crate::ops::staging::Side;

/// A command, after `cargo`.
pub(super) type Words = Vec<String>;

/// All members together.
const TOGETHER: [&str; 3] = ["check", "--workspace", "--all-targets"];

/// Something that has to compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// The command.
    pub(super) words: Words,
    /// What is looked at in its place where it does not compile with everything as it was.
    pub(super) instead: Vec<Words>,
    /// Whether it compiles with everything as it was, once that is known.
    pub(super) did_before: Option<bool>,
}

impl Look {
    /// Nothing is known of it.
    pub(super) fn at(words: Words) -> Self {
        Self { words, instead: Vec::new(), did_before: None }
    }
}

/// All that has to compile, what fails sooner first.
pub(super) fn looks(trim: &Trim, workspace: &Workspace) -> Vec<Look> {
    let members = workspace.iter_members().map(|(_, member)| member);
    let meant = trim.members();
    let own = members.filter(|member| meant.contains(member.name.as_str())).flat_map(of_member);
    own.chain([Look::at(TOGETHER.map(str::to_owned).to_vec())]).collect()
}

fn of_member(member: &Package) -> Vec<Look> {
    let check = |further: &[&str]| -> Words {
        ["check", "-p", &member.name].iter().chain(further).map(|&word| word.to_owned()).collect()
    };
    let mut looks = vec![Look::at(check(&[])), Look::at(check(&["--all-targets"]))];
    let features = member.features.keys().filter(|feature| *feature != "default");
    let one_by_one: Vec<Words> = features.map(|feature| check(&["--features", feature])).collect();
    if !one_by_one.is_empty() {
        looks.push(Look { instead: one_by_one, ..Look::at(check(&["--all-features"])) });
        looks.push(Look::at(check(&["--all-targets", "--all-features"])));
    }
    looks
}

/// Runs each of these commands once, but for that of all members together, which is looked at anyway.
///
/// # Errors
///
/// If Cargo cannot be run.
pub(super) fn compile_alone(checks: &Checks<'_>, side: &Side, commands: &[Words]) -> io::Result<Vec<Validation>> {
    let commands: BTreeSet<&Words> = commands.iter().filter(|words| **words != TOGETHER).collect();
    let run = |words: &Words| {
        let started = Instant::now();
        let ran = checks.cargo(side, &words.iter().map(String::as_str).collect::<Vec<_>>())?;
        let command = format!("cargo {}", words.join(" "));
        Ok(Validation { command, is_fine: ran.status.success(), seconds: started.elapsed().as_secs_f64() })
    };
    commands.into_iter().map(run).collect()
}

/// The parts that errors of Cargo and rustc name as missing, at the places of the packages that did not compile.
pub(super) fn hints(stderr: &str, trim: &Trim) -> BTreeSet<PartAt> {
    let failed = failed_packages(stderr);
    let is_of_failed =
        |place: usize| trim.places[place].members.iter().any(|(member, _)| failed.contains(member.as_str()));
    let places: Vec<usize> = (0..trim.places.len()).filter(|place| is_of_failed(*place)).collect();
    // Who does not ask for it itself has it from somebody else.
    let places = if places.is_empty() { (0..trim.places.len()).collect() } else { places };
    let parts = errors(stderr).flat_map(|error| missing_parts(error, trim));
    parts.flat_map(|part| places.iter().map(move |&place| (place, part))).collect()
}

/// Each error with all that is said of it. rustc leaves a line empty after each.
fn errors(stderr: &str) -> impl Iterator<Item = &str> {
    let starts =
        |block: &str| if block.starts_with("error") { Some(0) } else { block.find("\nerror").map(|at| at + 1) };
    stderr.split("\n\n").filter_map(move |block| Some(&block[starts(block)?..]))
}

/// ``error: could not compile `app` (lib) due to 1 previous error``
fn failed_packages(stderr: &str) -> BTreeSet<&str> {
    let told = stderr.lines().filter_map(|line| line.strip_prefix("error: could not compile `"));
    told.filter_map(|line| line.split('`').next()).collect()
}

/// The parts that an error is about: those whose features it names, or else those that are called like what was not found.
fn missing_parts(error: &str, trim: &Trim) -> BTreeSet<usize> {
    let named: BTreeSet<usize> = features(error).filter_map(|feature| part_for(trim, feature)).collect();
    if !named.is_empty() {
        return named;
    }
    let first = error.lines().next().unwrap_or_default();
    let segments: Vec<&str> = first.split('`').skip(1).step_by(2).flat_map(|path| path.split("::")).collect();
    // Of macros rustc does not note what is configured out.
    let is_macro = |name: &&str| error.contains(&format!("{name}!"));
    let of_macros = error.contains(" #[") || segments.iter().any(is_macro);
    let is_like = |part: &Part| {
        segments.contains(&part.feature.replace('-', "_").as_str())
            || of_macros && MACROS.contains(&part.feature.as_str())
    };
    trim.parts.iter().enumerate().filter(|(_, part)| is_like(part)).map(|(at, _)| at).collect()
}

/// What features are called that packages have their macros behind.
const MACROS: [&str; 3] = ["attributes", "derive", "macros"];

/// The features that a text names: in notes of rustc on what was configured out (``the item is gated behind the `x`
/// feature``, of `rustc_resolve`), in code that it shows (`feature = "x"`), in what authors write (``the feature `x` ``).
fn features(text: &str) -> impl Iterator<Item = &str> {
    let in_code = text.split("feature = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let in_words = text.lines().flat_map(|line| {
        let pieces: Vec<&str> = line.split('`').collect();
        let is_feature = |three: &[&str]| three[0].ends_with("feature ") || three[2].starts_with(" feature");
        let quoted = pieces.windows(3).step_by(2).filter(move |three| is_feature(three));
        quoted.map(|three| three[1]).collect::<Vec<_>>()
    });
    in_code.chain(in_words)
}

/// The part that is this feature, or the one with the fewest others that turns it on.
fn part_for(trim: &Trim, feature: &str) -> Option<usize> {
    let is_it = trim.parts.iter().position(|part| part.feature == feature);
    let turning = trim.parts.iter().enumerate().filter(|(_, part)| part.turns_on.iter().any(|on| on == feature));
    is_it.or_else(|| turning.min_by_key(|(_, part)| part.turns_on.len()).map(|(at, _)| at))
}

#[cfg(test)]
mod tests {
    use brisk::model::{Consent, DependencyKind, TrimPlace};

    use super::*;

    fn trim() -> Trim {
        let part = |feature: &str, turns_on: &[&str]| Part {
            feature: feature.to_owned(),
            turns_on: turns_on.iter().map(|&it| it.to_owned()).collect(),
        };
        let place = |member: &str| TrimPlace {
            members: vec![(member.to_owned(), DependencyKind::Normal)],
            key: "tokio".to_owned(),
            kept: Vec::new(),
        };
        Trim {
            package: "tokio".to_owned(),
            feature: "full".to_owned(),
            parts: vec![
                part("net", &["libc", "mio"]),
                part("io-util", &[]),
                part("process", &["libc", "bytes", "mio"]),
                part("macros", &[]),
            ],
            places: vec![place("app"), place("tool")],
            consent: Consent::NotNeeded,
        }
    }

    const GATED: &str = "    Checking app v0.1.0 (/ws/app)
error[E0432]: unresolved import `tokio::net`
 --> app/src/lib.rs:1:12
  |
1 | pub use tokio::net::TcpStream;
  |                ^^^ could not find `net` in `tokio`
  |
note: found an item that was configured out
 --> /tokio/src/lib.rs:2:9
  |
1 | #[cfg(feature = \"net\")]
  |       --------------- the item is gated behind the `net` feature
2 | pub mod net {}
  |         ^^^

warning: unused variable: `process`
 --> app/src/lib.rs:1:12

error: could not compile `app` (lib) due to 1 previous error; 1 warning emitted
";

    #[test]
    fn the_gate_that_rustc_names_is_opened_for_who_needs_it() {
        assert_eq!(hints(GATED, &trim()).into_iter().collect::<Vec<_>>(), [(0, 0)]);
    }

    #[test]
    fn the_gate_may_be_one_that_a_part_opens() {
        let inner = GATED.replace("net", "libc");
        assert_eq!(hints(&inner, &trim()).into_iter().collect::<Vec<_>>(), [(0, 0)]);
    }

    #[test]
    fn an_error_of_somebody_else_is_about_all_places() {
        let of_other = GATED.replace("`app`", "`other`");
        assert_eq!(hints(&of_other, &trim()).into_iter().collect::<Vec<_>>(), [(0, 0), (1, 0)]);
    }

    #[test]
    fn authors_name_features_in_words_and_names_may_be_those_of_features() {
        let words = "error: the `process` feature is disabled\n\nerror: could not compile `tool` (bin \"tool\")";
        assert_eq!(hints(words, &trim()).into_iter().collect::<Vec<_>>(), [(1, 2)]);
        let words = "error: enable the feature `io-util`, please";
        assert_eq!(hints(words, &trim()).into_iter().collect::<Vec<_>>(), [(0, 1), (1, 1)]);
        let name = "error[E0433]: failed to resolve: could not find `io_util` in `tokio`\n --> src/lib.rs:1:1\n";
        assert_eq!(hints(name, &trim()).into_iter().collect::<Vec<_>>(), [(0, 1), (1, 1)]);
        for used in ["tokio::select! {", "#[tokio::select]"] {
            let of_macro = format!("error[E0433]: cannot find `select` in `tokio`\n  |\n2 | {used}\n  |   ^^^^^^\n");
            assert_eq!(hints(&of_macro, &trim()).into_iter().collect::<Vec<_>>(), [(0, 3), (1, 3)]);
        }
        assert!(hints("warning: the `net` feature is new\n\nerror: a type is wrong", &trim()).is_empty());
    }
}
