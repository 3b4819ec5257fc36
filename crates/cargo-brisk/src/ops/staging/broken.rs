//! What is told when a copy does not build.

use crate::error::Error;
use crate::experiment::{Broken, BuildFailure};

use super::side::Side;

/// Why there is nothing to compare, in terms of the user's directories.
pub(crate) fn does_not_build(broken: &Broken, sides: [&Side; 2]) -> Error {
    let (name, side) = match broken.side {
        brisk::stats::Side::A => ("A", sides[0]),
        brisk::stats::Side::B => ("B", sides[1]),
    };
    let error = Error::could_not_measure(format!("{name} does not build, so there is nothing to compare"));
    let told = side.copy.without_place(&broken.failure.to_string());
    let error = error.cause(told);
    match &broken.failure {
        BuildFailure::Failed { stderr, .. } => error.cause(side.copy.without_place(last_lines(stderr).trim_end())),
        BuildFailure::NotRun { .. } => error.because(&broken.failure),
    }
}

/// Lines of what Cargo said that are told.
const TOLD: usize = 30;

/// The end of what Cargo said.
fn last_lines(text: &str) -> &str {
    let starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let n_skipped = starts.len().saturating_sub(TOLD);
    if n_skipped == 0 { text } else { &text[starts[n_skipped - 1]..] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_its_last_lines() {
        let text: String = (0..50).map(|n| format!("{n}\n")).collect();
        assert!(last_lines(&text).starts_with("20\n"), "{}", last_lines(&text));
        assert_eq!(last_lines("a\nb"), "a\nb");
        assert_eq!(last_lines(""), "");
    }
}
