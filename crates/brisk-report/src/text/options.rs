//! What the reader asked for.

/// Whether the text carries ANSI styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// It does.
    Always,
    /// It is plain text.
    Never,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Problems and headline only.
    Quiet,
    /// All sections, each cut to what costs most.
    Normal,
    /// More rows, all duplicates, features and dirty reasons of each unit shown.
    Verbose,
}

/// Options of [`super::render`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextOptions {
    /// Columns of the terminal. Clamped to 40..=200: below, no table fits; above, no eye follows a line.
    pub width: usize,
    /// ANSI styles or none.
    pub color: Color,
    /// How much is told.
    pub verbosity: Verbosity,
    /// Rows of the table of slowest units; other lists scale with it.
    pub top: usize,
    /// The present in seconds since the UNIX epoch, for "2 hours ago"; without it the date is shown.
    pub now: Option<f64>,
}

impl TextOptions {
    /// The width that is used.
    pub(super) fn columns(&self) -> usize {
        self.width.clamp(40, 200)
    }

    /// `n` entries of a list when all is normal, four times as many when more was asked for.
    pub(super) fn scaled(&self, n: usize) -> usize {
        if self.verbosity == Verbosity::Verbose { n.saturating_mul(4) } else { n }
    }
}

impl Default for TextOptions {
    /// 80 columns, plain, ten units.
    fn default() -> Self {
        Self { width: 80, color: Color::Never, verbosity: Verbosity::Normal, top: 10, now: None }
    }
}
