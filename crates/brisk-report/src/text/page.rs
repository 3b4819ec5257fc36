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
    /// An atom that is too wide for that begins further left; one that is wider than the page is broken.
    pub(super) fn wrapped(&mut self, first: Line, hang: usize, atoms: &[Line]) {
        // A column narrower than a third of the page breaks too many words.
        let hang = hang.min(self.width * 2 / 3);
        let mut line = first;
        for atom in atoms {
            if line.width() > 0 && line.width() + 1 + atom.width() <= self.width {
                line.pad_to(line.width() + 1);
                line.append(atom);
                continue;
            }
            if !line.is_blank() {
                self.push(&line);
            }
            line = self.begun(atom, hang);
        }
        self.push(&line);
    }

    /// A line that begins with an atom, behind `hang` blanks if it then fits. The pieces of one that is wider than the page
    /// are on the page already, but for the last one.
    fn begun(&mut self, atom: &Line, hang: usize) -> Line {
        let free = self.width.saturating_sub(atom.width());
        let indent = if free == 0 { hang } else { hang.min(free) };
        let mut rest = atom.clone();
        loop {
            let mut line = Line::new();
            line.pad_to(indent);
            if indent + rest.width() <= self.width {
                line.append(&rest);
                return line;
            }
            let (piece, more) = broken(&rest, self.width - indent);
            line.append(&piece);
            self.push(&line);
            rest = more;
        }
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
    for word in sentence.split(char::is_whitespace) {
        // Within a command, two blanks may be two for a reason.
        if word.is_empty() && !quoted {
            continue;
        }
        let glued = quoted || is_measure(last, word);
        let blank = if quoted { COMMAND } else { style };
        let mut atom = if glued { atoms.pop().unwrap_or_default().with(blank, " ") } else { Line::new() };
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

/// The part of an atom within `width` columns, and the rest: broken at a blank that is not within a measure; where there is
/// none, anywhere.
fn broken(atom: &Line, width: usize) -> (Line, Line) {
    let text = atom.text();
    let words = text.match_indices(' ').filter(|(at, _)| {
        let before = text[..*at].rsplit(' ').next().unwrap_or_default();
        let after = text[at + 1..].split(' ').next().unwrap_or_default();
        !is_measure(before.trim_start_matches('('), after)
    });
    let widths = words.map(|(at, _)| Line::plain(&text[..at]).width());
    match widths.take_while(|at| *at <= width).filter(|at| *at > 0).last() {
        Some(at) => {
            let (piece, rest) = atom.split(at);
            (piece, rest.split(1).1)
        }
        // A page has room for the widest character.
        None => atom.split(width.max(2)),
    }
}

/// Whether `word` is the unit of the number before it, or the minutes and seconds of the hours and minutes before.
fn is_measure(number: &str, word: &str) -> bool {
    if matches!(number, "min" | "h") {
        return word.starts_with(|c: char| c.is_ascii_digit());
    }
    let unit = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '%');
    let is_unit = matches!(unit, "s" | "min" | "h" | "%" | "B" | "KiB" | "MiB" | "GiB" | "TiB");
    is_unit && number.ends_with(|c: char| c.is_ascii_digit())
}

/// `text` wrapped to `width` columns (40 to 200), the first line behind `first` and a blank, the others below it.
pub fn prose(first: &str, text: &str, width: usize, color: Color) -> String {
    let mut page = Page::new(width.clamp(40, 200));
    let hang = if first.is_empty() { 0 } else { first.len() + 1 };
    page.wrapped(Line::plain(first), hang, &words(PLAIN, text));
    page.into_text(color)
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
    fn what_fits_the_page_in_one_piece_is_in_one_piece() {
        let page = |page: &mut Page| page.status("CPU", "not measured: `cargo brisk record -- build` measures it");
        check(
            40,
            page,
            &["         CPU not measured:", "           `cargo brisk record -- build`", "             measures it"],
        );
        let page = |page: &mut Page| page.status("CPU", "`cargo brisk record -- build`");
        check(40, page, &["         CPU", "           `cargo brisk record -- build`"]);
        check(30, |page| page.item("`cargo brisk record -- build`"), &[" `cargo brisk record -- build`"]);
    }

    #[test]
    fn what_is_wider_than_the_page_is_broken_between_words_and_never_within_a_measure() {
        let page = |page: &mut Page| page.item("see `cargo brisk record -- build --release`");
        check(20, page, &["  see", "  `cargo brisk", "  record -- build", "  --release`"]);
        let atom = Line::plain("a-long-name (bin a-long-name) 2.40 s (24 %)");
        check(
            40,
            |page| page.wrapped(Line::plain(" "), 2, std::slice::from_ref(&atom)),
            &["  a-long-name (bin a-long-name) 2.40 s", "  (24 %)"],
        );
        check(
            37,
            |page| page.wrapped(Line::plain(" "), 2, std::slice::from_ref(&atom)),
            &["  a-long-name (bin a-long-name)", "  2.40 s (24 %)"],
        );
    }

    #[test]
    fn a_command_is_shown_to_the_letter_in_one_style() {
        let [see, command] = &words(PLAIN, "see  `cargo build --config 'a  b'`")[..] else { panic!("two atoms") };
        assert_eq!((see.text(), command), ("see".into(), &Line::styled(COMMAND, "`cargo build --config 'a  b'`")));
    }

    #[test]
    fn a_duration_of_two_parts_stays_together() {
        check(14, |page| page.item("it took 1 min 12 s; ok"), &["  it took", "  1 min 12 s;", "  ok"]);
    }

    #[test]
    fn an_empty_page_begins_with_its_first_section() {
        check(20, |page| page.section("Disk", "none"), &["Disk none"]);
    }
}
