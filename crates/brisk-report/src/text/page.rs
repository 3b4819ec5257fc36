//! The page: lines that never exceed the width, and prose that wraps.

use anstyle::Style;

use super::line::Line;
use super::options::Color;
use super::style::{COMMAND, PLAIN, STATUS, STRONG};

/// Columns of Cargo's status verbs (`shell.rs`: `{:>12}`).
pub(super) const VERB_WIDTH: usize = 12;
/// Where lists inside of a section begin.
pub(super) const INDENT: usize = 2;

/// The lines so far.
#[derive(Debug)]
pub(super) struct Page {
    width: usize,
    lines: Vec<Line>,
}

impl Page {
    /// An empty page of `width` columns.
    pub(super) fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    /// Its columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Adds a line, cut where it is too long.
    pub(super) fn push(&mut self, line: &Line) {
        self.lines.push(line.fitted(self.width));
    }

    /// Adds an empty line, unless the page is empty.
    pub(super) fn blank(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(Line::new());
        }
    }

    /// Begins a section: an empty line and its title, with a remark beside it.
    pub(super) fn section(&mut self, title: &str, remark: &str) {
        self.blank();
        let title = Line::styled(STRONG, title);
        let hang = INDENT;
        self.wrapped(title, hang, &words(PLAIN, remark));
    }

    /// A line in Cargo's look, wrapped: a right-aligned verb, then the sentence.
    pub(super) fn status(&mut self, verb: &str, sentence: &str) {
        let verb = Line::styled(STATUS, &format!("{verb:>VERB_WIDTH$}"));
        self.wrapped(verb, VERB_WIDTH + 1, &words(PLAIN, sentence));
    }

    /// A paragraph of the section's list, wrapped.
    pub(super) fn item(&mut self, sentence: &str) {
        let mut first = Line::new();
        first.pad_to(INDENT - 1);
        self.wrapped(first, INDENT, &words(PLAIN, sentence));
    }

    /// `first`, then the atoms with blanks between them; where the width is used up, a new line begins after `hang` blanks.
    pub(super) fn wrapped(&mut self, first: Line, hang: usize, atoms: &[Line]) {
        // A column narrower than a third of the page breaks too many words.
        let hang = hang.min(self.width * 2 / 3);
        let mut line = first;
        // An empty line begins without a blank; anything else is set apart from the first atom.
        let mut gap = usize::from(line.width() > 0);
        for atom in atoms {
            let mut atom = atom.clone();
            if line.width() + gap + atom.width() > self.width && line.width() > hang {
                self.push(&std::mem::take(&mut line));
                line.pad_to(hang);
                gap = 0;
            }
            line.pad_to(line.width() + gap);
            while line.width() + atom.width() > self.width {
                let (head, rest) = atom.split(self.width - line.width().min(self.width));
                if head.width() == 0 {
                    break;
                }
                line.append(&head);
                self.push(&std::mem::take(&mut line));
                line.pad_to(hang);
                atom = rest;
            }
            line.append(&atom);
            gap = 1;
        }
        self.push(&line);
    }

    /// The text, every line with its line feed.
    pub(super) fn into_text(self, color: Color) -> String {
        let mut text = String::new();
        for line in &self.lines {
            line.write(&mut text, color);
            text.push('\n');
        }
        text
    }
}

/// The words of a sentence as atoms to wrap. What stands in backticks is a command and stays together, and so does a
/// number with its unit.
pub(super) fn words(style: Style, sentence: &str) -> Vec<Line> {
    let mut atoms: Vec<Line> = Vec::new();
    let mut last = "";
    let mut quoted = false;
    for word in sentence.split_whitespace() {
        let glued = quoted || is_measure(last, word);
        let mut atom = if glued { atoms.pop().unwrap_or_default().with(style, " ") } else { Line::new() };
        for (i, part) in word.split('`').enumerate() {
            if i > 0 {
                quoted = !quoted;
                atom.push(if quoted { COMMAND } else { style }, if quoted { "`" } else { "" });
                if !quoted {
                    atom.push(COMMAND, "`");
                }
            }
            atom.push(if quoted { COMMAND } else { style }, part);
        }
        atoms.push(atom);
        last = word;
    }
    atoms
}

/// Whether `word` is the unit of the number before it.
fn is_measure(number: &str, word: &str) -> bool {
    let unit = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '%');
    let is_unit = matches!(unit, "s" | "min" | "h" | "%" | "B" | "KiB" | "MiB" | "GiB" | "TiB");
    is_unit && number.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(width: usize, write: impl Fn(&mut Page), expected: &[&str]) {
        let mut page = Page::new(width);
        write(&mut page);
        let text = page.into_text(Color::Never);
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn sentences_wrap_behind_the_verb() {
        check(
            34,
            |page| page.status("Wall", "54.1 s with 2 jobs, one unit at work on average"),
            &["        Wall 54.1 s with 2 jobs,", "             one unit at work on", "             average"],
        );
    }

    #[test]
    fn a_number_stays_with_its_unit_and_a_command_in_one_piece() {
        check(
            20,
            |page| page.item("it took about 54 s, by `cargo build`"),
            &["  it took about", "  54 s, by", "  `cargo build`"],
        );
    }

    #[test]
    fn a_word_wider_than_the_page_is_broken_not_lost() {
        check(10, |page| page.item("see /a/very/long/path"), &["  see", "  /a/very/", "  long/pat", "  h"]);
    }

    #[test]
    fn an_empty_page_begins_with_its_first_section() {
        check(20, |page| page.section("Disk", "none"), &["Disk none"]);
    }
}
