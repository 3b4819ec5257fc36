//! How long functions are.

use std::collections::BTreeMap;

use crate::tree::{code_of, no_complaints, shipped_files};

/// Nine of ten functions of a crate are shorter. (Clippy's `too_many_lines` holds the hard limit for each.)
const P90_LINES: usize = 30;

/// Lines from `fn` to the closing brace, of every function with a body.
fn lengths(text: &str) -> Vec<usize> {
    let code = code_of(text);
    let lines: Vec<&str> = code.lines().collect();
    (0..lines.len()).filter(|&at| declares_function(lines[at])).filter_map(|at| length(&lines[at..])).collect()
}

fn declares_function(line: &str) -> bool {
    let before = |word: &&str| word.starts_with("pub") || ["const", "async", "extern"].contains(word);
    line.split_whitespace().find(|word| !before(word)) == Some("fn")
}

/// `None` for a declaration without body.
fn length(lines: &[&str]) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                ';' if depth == 0 => return None,
                '{' => depth += 1,
                '}' if depth == 1 => return Some(i + 1),
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    None
}

/// The smallest length that nine of ten do not exceed.
fn p90(lengths: &mut [usize]) -> usize {
    lengths.sort_unstable();
    let rank = (lengths.len() * 9).div_ceil(10);
    lengths.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[test]
fn nine_of_ten_functions_are_short() {
    let mut by_crate: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for file in shipped_files() {
        let krate = file.path.split('/').nth(1).unwrap_or_default().to_owned();
        by_crate.entry(krate).or_default().extend(lengths(&file.text));
    }
    let p90s = by_crate.into_iter().map(|(krate, mut lengths)| (krate, lengths.len(), p90(&mut lengths)));
    let long = p90s.filter(|(_, _, lines)| *lines >= P90_LINES);
    let complaints: Vec<String> =
        long.map(|(krate, n, lines)| format!("{krate}: {lines} lines at p90 of {n} functions")).collect();
    no_complaints("functions are too long", &complaints);
}

#[test]
fn a_function_is_as_long_as_its_text() {
    let text = "pub(crate) fn a() {\n    if x {\n    }\n}\ntrait T { \n    fn b();\n    fn c() {}\n}\nlet fnord = \"fn d() {\";\n";
    assert_eq!(lengths(text), [4, 1]);
    assert_eq!(p90(&mut [1, 1, 1, 1, 1, 1, 1, 1, 9, 99]), 9);
}
