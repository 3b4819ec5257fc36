//! The text by which a report tells target and mode: ` bin "app" (test)`, ` app "bin"`, ` build-script (run)`, or
//! nothing for a library.

use brisk::model::{Mode, Target, TargetKind};

use crate::import::session::library_name;

/// Suffixes of `Timings::unit_start` in Cargo's `timings/mod.rs`. ` (bench)` was there up to 1.88. What rustdoc scrapes
/// counts as documentation.
const MODES: [(&str, Mode); 8] = [
    ("(test)", Mode::Test),
    ("(bench)", Mode::Test),
    ("(check-test)", Mode::CheckTest),
    ("(check)", Mode::Check),
    ("(doc)", Mode::Doc),
    ("(doc test)", Mode::Doctest),
    ("(doc scrape)", Mode::Doc),
    ("(run)", Mode::RunBuildScript),
];

/// Reads target and mode of a unit of `package`. What is not understood counts as the package's library.
pub(super) fn parse(text: &str, package: &str) -> (Target, Mode) {
    let text = text.trim();
    let with_mode = MODES.iter().find_map(|(suffix, mode)| Some((text.strip_suffix(suffix)?.trim_end(), *mode)));
    let (text, mode) = with_mode.unwrap_or((text, Mode::Build));
    (target(text, package), mode)
}

fn target(text: &str, package: &str) -> Target {
    if ["build script", "build-script"].contains(&text) {
        return Target { kind: TargetKind::BuildScript, name: "build-script-build".to_owned() };
    }
    let Some((before, quoted)) = text.strip_suffix('"').and_then(|text| text.split_once('"')) else {
        return Target { kind: TargetKind::Lib, name: library_name(package) };
    };
    let before = before.trim_end();
    // `Target::description_named` gives ` bin "name"`; since 1.95 `unit_target_description` gives ` name "bin"`.
    let (kind, name) = match (kind(before), kind(quoted)) {
        (Some(kind), _) => (kind, quoted),
        (None, Some(kind)) => (kind, before),
        (None, None) => (TargetKind::Lib, quoted),
    };
    Target { kind, name: name.to_owned() }
}

fn kind(word: &str) -> Option<TargetKind> {
    match word {
        "lib" => Some(TargetKind::Lib),
        "bin" => Some(TargetKind::Bin),
        "example" => Some(TargetKind::Example),
        "test" | "integration-test" => Some(TargetKind::Test),
        "bench" => Some(TargetKind::Bench),
        "build-script" => Some(TargetKind::BuildScript),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_of_kind_and_name_are_read() {
        let check = |text: &str, kind, name: &str, mode| {
            assert_eq!(parse(text, "my-app"), (Target { kind, name: name.to_owned() }, mode), "{text}");
        };
        check("", TargetKind::Lib, "my_app", Mode::Build);
        check(" (check)", TargetKind::Lib, "my_app", Mode::Check);
        check(" lib (check)", TargetKind::Lib, "my_app", Mode::Check);
        check(" lib (doc test)", TargetKind::Lib, "my_app", Mode::Doctest);
        check(" other \"lib\" (doc test)", TargetKind::Lib, "other", Mode::Doctest);
        check(" build script", TargetKind::BuildScript, "build-script-build", Mode::Build);
        check(" build-script (run)", TargetKind::BuildScript, "build-script-build", Mode::RunBuildScript);
        check(" bin \"x\"", TargetKind::Bin, "x", Mode::Build);
        check(" x \"bin\" (test)", TargetKind::Bin, "x", Mode::Test);
        check(" it \"test\" (test)", TargetKind::Test, "it", Mode::Test);
        check(" test \"it\" (check-test)", TargetKind::Test, "it", Mode::CheckTest);
        check(" bench \"b\" (bench)", TargetKind::Bench, "b", Mode::Test);
        check(" ex \"example\"", TargetKind::Example, "ex", Mode::Build);
    }

    #[test]
    fn other_texts_count_as_the_library() {
        for odd in ["\"", "\"\"", "x", " \"x", "(run", "é \"ü\""] {
            assert_eq!(parse(odd, "a").0.kind, TargetKind::Lib, "{odd}");
        }
    }
}
