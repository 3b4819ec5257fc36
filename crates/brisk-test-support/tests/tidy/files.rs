//! What files hold, and what they do not.

use std::io::Write as _;

use brisk_test_support::fixture;

use crate::tree::{code_of, files, no_complaints, root, rust_files, shipped_files};

/// Lines before tests from which a file should be split.
const SOFT_LIMIT: usize = 400;

/// Lines before tests above which a file must be split.
const HARD_LIMIT: usize = 500;

#[test]
fn every_rust_file_starts_with_a_module_doc() {
    let files = files(&[".rs"]);
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    no_complaints("no module doc at the start", &silent.map(|file| file.path.clone()).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long() {
    let mut too_long = Vec::new();
    for file in shipped_files() {
        let n_lines = file.text.lines().count();
        if n_lines > HARD_LIMIT {
            too_long.push(format!("{}: {n_lines} lines", file.path));
        } else if n_lines > SOFT_LIMIT {
            let mut stderr = std::io::stderr();
            writeln!(stderr, "note: {} has {n_lines} lines, think of splitting it", file.path)
                .expect("stderr is there");
        }
    }
    no_complaints("longer than the hard limit", &too_long);
}

#[test]
fn only_the_console_prints() {
    let mut complaints = Vec::new();
    for file in shipped_files().iter().filter(|file| file.path != "crates/cargo-brisk/src/console.rs") {
        let code = code_of(&file.text);
        for (number, line) in (1..).zip(code.lines()) {
            if ["print!", "println!", "eprint!", "eprintln!", "dbg!"].iter().any(|name| has_word(line, name)) {
                complaints.push(format!("{}:{number}", file.path));
            }
        }
    }
    no_complaints("prints, and is not console.rs", &complaints);
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The words are put together here, so that this file does not contain them.
#[test]
fn nothing_is_left_to_do_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimple", "mented!(")];
    let mut complaints = Vec::new();
    for file in files(&[".rs", ".md", ".toml", ".fixture", ".sh", ".yml", ".yaml", "justfile", ".ci/run"]) {
        for (number, line) in (1..).zip(file.text.lines()) {
            if words.iter().any(|word| has_word(line, word)) {
                complaints.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    no_complaints("do it, or open an issue", &complaints);
}

/// The directory of one checkout is nowhere else, and tells where the file was written.
#[test]
fn no_file_names_the_directory_of_this_checkout() {
    let checkout = root().canonicalize_utf8().expect("the repository is there");
    let named = files(&[]).into_iter().filter(|file| file.text.contains(&format!("{checkout}/")));
    no_complaints("names this checkout", &named.map(|file| file.path).collect::<Vec<_>>());
}

#[test]
fn every_fixture_states_its_purpose_and_is_disarmed() {
    let mut complaints = Vec::new();
    for name in fixture::names() {
        let purpose = fs_err::read_to_string(fixture::directory().join(&name).join("README.md")).unwrap_or_default();
        if purpose.trim().len() < 40 {
            complaints.push(format!("{name}: README.md states no purpose"));
        }
    }
    let armed = ["Cargo.toml", "rust-toolchain", "rust-toolchain.toml", "config.toml"];
    for file in files(&[]).iter().filter(|file| file.path.starts_with("fixtures/")) {
        if file.path.rsplit('/').next().is_some_and(|name| armed.contains(&name)) {
            complaints.push(format!("{}: add the ending {}", file.path, fixture::DISARMED));
        }
    }
    no_complaints("fixtures", &complaints);
}

#[test]
fn no_test_is_ignored() {
    let mut complaints = Vec::new();
    for file in rust_files() {
        let lines = (1..).zip(code_of(&file.text).lines().map(str::to_owned).collect::<Vec<_>>());
        complaints
            .extend(lines.filter(|(_, line)| line.contains("#[ignore")).map(|(n, _)| format!("{}:{n}", file.path)));
    }
    no_complaints("ignored", &complaints);
}
