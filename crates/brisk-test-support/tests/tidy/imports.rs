//! Who may use whom.

use crate::tree::{File, code_of, no_complaints, shipped_files};

/// The modules of `brisk`, each using only those before it.
const LIBRARY: [&str; 11] =
    ["model", "stats", "proof", "simulate", "detect", "plan", "gate", "analysis", "difference", "outlook", "overview"];

/// Modules of `cargo-brisk` that everybody may use.
const SHARED: [&str; 6] = ["process", "console", "config", "error", "exit_code", "paths"];

/// The module of a file: its first path component below `src`, without ending.
fn module(path: &str) -> &str {
    let below = path.split_once("/src/").map_or("", |(_, below)| below);
    below.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The modules named after `crate::` in a file's code, with `crate::{a::X, b}` taken apart.
fn used(file: &File) -> Vec<String> {
    let code = code_of(&file.text);
    let starts = code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with(['_', '$']));
    let names = starts.flat_map(|(at, word)| names_at(&code[at + word.len()..]));
    names.filter(|name| name.starts_with(char::is_lowercase)).collect()
}

fn names_at(code: &str) -> Vec<String> {
    let Some(group) = code.strip_prefix('{') else { return vec![word(code)] };
    let mut depth = 0_usize;
    let mut names = vec![word(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    names
}

fn word(code: &str) -> String {
    code.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn complaints(krate: &str, may_use: fn(&str, &str) -> bool) -> Vec<String> {
    let files = shipped_files().into_iter().filter(|file| file.path.starts_with(krate));
    let pairs = files.flat_map(|file| {
        let used = used(&file);
        used.into_iter().map(move |used| (file.path.clone(), used))
    });
    let bad = pairs.filter(|(path, used)| !matches!(module(path), "lib" | "main") && !may_use(module(path), used));
    bad.map(|(path, used)| format!("{path} uses crate::{used}")).collect()
}

/// Whether `user` is the module itself or comes after `used` in the list.
fn library_may_use(user: &str, used: &str) -> bool {
    let place = |module: &str| LIBRARY.iter().position(|known| *known == module);
    user == used || place(user).zip(place(used)).is_some_and(|(user, used)| used < user)
}

fn shell_may_use(user: &str, used: &str) -> bool {
    let shared = SHARED.contains(&used);
    match user {
        _ if user == used || shared => true,
        "cli" => used == "ops",
        "ops" => used != "cli",
        "apply" => used == "workspace",
        _ => false,
    }
}

#[test]
fn a_module_of_the_library_uses_only_modules_above_it() {
    no_complaints(
        "the order is model, stats, proof, simulate, detect, plan, gate, analysis, difference, outlook, overview",
        &complaints("crates/brisk/", library_may_use),
    );
}

#[test]
fn the_shell_goes_from_cli_to_ops_to_the_rest() {
    no_complaints(
        "cli uses ops, ops use the rest, the rest is on its own",
        &complaints("crates/cargo-brisk/", shell_may_use),
    );
}

#[test]
fn no_module_reaches_over_its_parent() {
    let files = shipped_files();
    let reaching = files.iter().filter(|file| code_of(&file.text).contains("super::super::"));
    let paths: Vec<String> = reaching.map(|file| file.path.clone()).collect();
    no_complaints("use `crate::` instead of `super::super::`, so that it can be checked", &paths);
}

#[test]
fn the_order_is_enforced_and_not_only_said() {
    assert!(library_may_use("detect", "model") && library_may_use("analysis", "detect"));
    assert!(!library_may_use("model", "detect") && !library_may_use("detect", "unheard_of"));
    assert!(
        shell_may_use("ops", "capture") && shell_may_use("capture", "console") && shell_may_use("apply", "workspace")
    );
    assert!(!shell_may_use("capture", "workspace") && !shell_may_use("cli", "capture") && !shell_may_use("ops", "cli"));
    let file = File { path: String::new(), text: "use crate::{a::{B, c}, d};\ncrate::e::F // crate::g".to_owned() };
    assert_eq!(used(&file), ["a", "d", "e"]);
}
