//! One line of styled text whose width on the terminal is known.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthChar;

use super::options::Color;
use super::style::PLAIN;

/// What stands for the rest of a text that was cut.
const ELLIPSIS: char = '…';
/// What stands for a character that a terminal would obey rather than show.
const REPLACEMENT: char = '\u{fffd}';

/// A line in the making. Every character in it takes one or two columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    spans: Vec<(Style, String)>,
    width: usize,
}

impl Line {
    /// An empty line.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Text without style.
    pub(super) fn plain(text: &str) -> Self {
        Self::new().with(PLAIN, text)
    }

    /// Text in one style.
    pub(super) fn styled(style: Style, text: &str) -> Self {
        Self::new().with(style, text)
    }

    /// This line, and `text` behind it.
    pub(super) fn with(mut self, style: Style, text: &str) -> Self {
        self.push(style, text);
        self
    }

    /// Puts `text` behind it.
    pub(super) fn push(&mut self, style: Style, text: &str) {
        let shown: String = text.chars().map(|c| if columns(c) == 0 { REPLACEMENT } else { c }).collect();
        if shown.is_empty() {
            return;
        }
        self.width += shown.chars().map(columns).sum::<usize>();
        match self.spans.last_mut() {
            Some((last, spans)) if *last == style => spans.push_str(&shown),
            _ => self.spans.push((style, shown)),
        }
    }

    /// Puts all of `other` behind it.
    pub(super) fn append(&mut self, other: &Self) {
        for (style, text) in &other.spans {
            self.push(*style, text);
        }
    }

    /// Fills up with blanks to `width` columns.
    pub(super) fn pad_to(&mut self, width: usize) {
        self.push(PLAIN, &" ".repeat(width.saturating_sub(self.width)));
    }

    /// Whether there is nothing to see.
    pub(super) fn is_blank(&self) -> bool {
        self.spans.iter().all(|(_, text)| text.trim_matches(' ').is_empty())
    }

    /// Its text without styles.
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Columns that it takes.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The line within `width` columns: cut, and an ellipsis at the end, where it is longer.
    pub(super) fn fitted(&self, width: usize) -> Self {
        if self.width <= width {
            return self.clone();
        }
        let (mut kept, _) = self.split(width.saturating_sub(1));
        if width > 0 {
            let style = self.spans.last().map_or(PLAIN, |(style, _)| *style);
            kept.push(style, &ELLIPSIS.to_string());
        }
        kept
    }

    /// The part within `width` columns, and the rest.
    pub(super) fn split(&self, width: usize) -> (Self, Self) {
        let (mut kept, mut rest) = (Self::new(), Self::new());
        for (style, text) in &self.spans {
            let mut taken = kept.width;
            let fits = |c: &char| {
                taken += columns(*c);
                taken <= width
            };
            let head: String = if rest.width == 0 { text.chars().take_while(fits).collect() } else { String::new() };
            kept.push(*style, &head);
            rest.push(*style, &text[head.len()..]);
        }
        (kept, rest)
    }

    /// Writes it to `out`, without blanks at the end.
    pub(super) fn write(&self, out: &mut String, color: Color) {
        let shown = self.spans.iter().rposition(|(_, text)| !text.trim_end_matches(' ').is_empty());
        let spans = &self.spans[..shown.map_or(0, |last| last + 1)];
        for (i, (style, text)) in spans.iter().enumerate() {
            let text = if Some(i) == shown { text.trim_end_matches(' ') } else { text };
            // Writing to a String does not fail.
            let _ = match color {
                Color::Always if *style != PLAIN => write!(out, "{style}{text}{style:#}"),
                Color::Always | Color::Never => write!(out, "{text}"),
            };
        }
    }
}

/// Columns of a character; 0 for those that a terminal obeys, combines or hides. Control characters have no width; the
/// bidirectional controls and soft hyphens have none either.
fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::style::STRONG;

    fn text(line: &Line) -> String {
        let mut out = String::new();
        line.write(&mut out, Color::Never);
        out
    }

    #[test]
    fn a_line_that_is_too_long_ends_in_an_ellipsis() {
        let line = Line::plain("proc-macro2 ").with(STRONG, "build script");
        assert_eq!(text(&line.fitted(24)), "proc-macro2 build script");
        assert_eq!(text(&line.fitted(16)), "proc-macro2 bui…");
        assert_eq!(text(&line.fitted(5)), "proc…");
        assert_eq!(text(&line.fitted(0)), "");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let line = Line::plain("日本語");
        assert_eq!(line.width(), 6);
        assert_eq!(text(&line.fitted(4)), "日…");
    }

    #[test]
    fn escape_sequences_and_hidden_characters_are_not_passed_on() {
        assert_eq!(text(&Line::plain("a\u{1b}[31m\u{202e}b\n")), "a\u{fffd}[31m\u{fffd}b\u{fffd}");
    }

    #[test]
    fn styles_are_written_only_on_request() {
        let line = Line::plain("a ").with(STRONG, "b ").with(PLAIN, " ");
        let mut styled = String::new();
        line.write(&mut styled, Color::Always);
        assert_eq!(styled, "a \u{1b}[1mb\u{1b}[0m");
        assert_eq!(text(&line), "a b");
    }
}
