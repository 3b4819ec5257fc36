//! The examples of documentation that rustdoc compiles as tests.
//!
//! Which blocks are tests is rustdoc's rule (`LangString::parse` in `librustdoc/html/markdown.rs`): fenced ones without a
//! language or with one of its own words, and indented ones.

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Example {
    /// Line on which it begins, from 1.
    pub(super) line: u32,
    /// Its code, hidden lines included.
    pub(super) code: String,
}

/// The examples of a text whose lines are numbered.
pub(super) fn examples<'a>(lines: impl Iterator<Item = (u32, &'a str)>) -> Vec<Example> {
    let mut found = Vec::new();
    let mut state = State::Prose { after_blank: true };
    for (number, line) in lines {
        let line = line.trim_end();
        state = match state {
            State::Fence { mark, example } if is_closing(line, mark) => {
                found.extend(example);
                State::Prose { after_blank: true }
            }
            State::Fence { mark, example } => State::Fence { mark, example: example.map(|e| e.with(line)) },
            State::Prose { after_blank } => prose(number, line, after_blank, &mut found),
        };
    }
    if let State::Fence { example, .. } = state {
        found.extend(example);
    }
    found
}

/// What documentation links to by a path, in brackets or behind a text in brackets, as code that names it: rustdoc
/// resolves it, and warns where it cannot.
pub(super) fn links<'a>(lines: impl Iterator<Item = (u32, &'a str)>) -> Vec<Example> {
    let of_line = |(number, line): (u32, &'a str)| {
        let texts = line.match_indices('[').filter_map(|(at, _)| line[at + 1..].split_once(']'));
        let targets = line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split_once(')'));
        let paths = texts.chain(targets).map(|(inner, _)| inner.trim_matches('`'));
        let paths = paths.map(|path| path.trim_end_matches("()").trim_end_matches('!')).filter(|path| is_path(path));
        paths.map(|path| Example { line: number, code: format!("use {path};\n") }).collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}

fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    text.split("::").all(is_name)
}

enum State {
    Prose {
        after_blank: bool,
    },
    /// In a fenced block; `None` where it is no test.
    Fence {
        mark: (u8, usize),
        example: Option<Example>,
    },
}

/// Spaces of an indented block, with the one that stands behind `///` by custom.
const INDENTED: &str = "     ";

fn prose(number: u32, line: &str, after_blank: bool, found: &mut Vec<Example>) -> State {
    if let Some((mark, language)) = opening(line) {
        let example = is_test(language).then(|| Example { line: number + 1, code: String::new() });
        return State::Fence { mark, example };
    }
    let is_code = after_blank && line.starts_with(INDENTED);
    if is_code {
        found.push(Example { line: number, code: String::new() }.with(line));
    }
    State::Prose { after_blank: line.trim().is_empty() || is_code }
}

/// The mark of a fence and what stands behind it.
fn opening(line: &str) -> Option<((u8, usize), &str)> {
    let line = line.trim_start();
    let mark = *line.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let n_marks = line.bytes().take_while(|&byte| byte == mark).count();
    (n_marks >= 3).then(|| ((mark, n_marks), line[n_marks..].trim()))
}

fn is_closing(line: &str, (mark, n_marks): (u8, usize)) -> bool {
    opening(line).is_some_and(|((own, n), rest)| own == mark && n >= n_marks && rest.is_empty())
}

fn is_test(language: &str) -> bool {
    let mut words = language.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    let is_own = |word: &str| {
        matches!(
            word,
            "rust" | "should_panic" | "no_run" | "compile_fail" | "test_harness" | "standalone_crate" | "custom"
        ) || word.starts_with("edition")
            || word.starts_with("ignore-")
            || (word.starts_with('E') && word[1..].bytes().all(|byte| byte.is_ascii_digit()))
    };
    words.all(is_own)
}

impl Example {
    /// With one more line, freed of the mark that hides it from readers.
    fn with(mut self, line: &str) -> Self {
        let line = line.trim_start();
        let shown = if line == "#" { "" } else { line.strip_prefix("# ").unwrap_or(line) };
        self.code.push_str(shown);
        self.code.push('\n');
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(u32, String)> {
        let found = examples((1..).zip(text.lines()));
        found.into_iter().map(|example| (example.line, example.code)).collect()
    }

    #[test]
    fn fences_without_a_language_or_with_rustdocs_own_words_are_tests() {
        for opening in ["```", "```rust", "~~~~ no_run,edition2021", "``` compile_fail,E0123"] {
            let closing = opening.trim_end_matches(|c| c != '`' && c != '~');
            assert_eq!(of(&format!("x\n{opening}\na::b\n{closing}\nc")), [(3, "a::b\n".to_owned())], "{opening}");
        }
        for opening in ["```text", "```ignore", "```toml", "```rust,ignore"] {
            assert_eq!(of(&format!("{opening}\na::b\n```")), [], "{opening}");
        }
    }

    #[test]
    fn hidden_lines_belong_to_the_example() {
        assert_eq!(of("```\n# use a::b;\n#\n#[c]\nd\n```"), [(2, "use a::b;\n\n#[c]\nd\n".to_owned())]);
    }

    #[test]
    fn indented_lines_after_a_blank_one_are_examples() {
        assert_eq!(of("x\n\n     a::b\n\n     c\nd"), [(3, "a::b\n".to_owned()), (5, "c\n".to_owned())]);
        assert_eq!(of("x\n     a::b"), []);
    }

    #[test]
    fn a_fence_that_is_never_closed_reaches_to_the_end() {
        assert_eq!(of("```\na\n~~~\nb"), [(2, "a\n~~~\nb\n".to_owned())]);
    }
}
