//! What could not be read or decided, in plain words.

use super::Fault;

/// How much it matters to the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something is wrong, or answers are missing that the reader expects.
    #[default]
    Warning,
    /// Everyday: said to who asks for everything.
    Note,
}

/// Something that went wrong while reading, and what follows from it for the answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What happened, with the file or command: a lower-case fragment.
    pub what: String,
    /// The cause, and the cure where there is one.
    pub why: String,
    /// What is missing or less certain because of it.
    pub effect: String,
    /// How much it matters.
    pub weight: Weight,
    /// What keeps Cargo from building, if that is what is told.
    pub fault: Option<Box<Fault>>,
}

impl Problem {
    /// A problem in three parts.
    pub fn new(what: impl Into<String>, why: impl Into<String>, effect: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), effect: effect.into(), weight: Weight::Warning, fault: None }
    }

    /// The same, with what is at fault.
    #[must_use]
    pub fn with_fault(self, fault: Option<Fault>) -> Self {
        Self { fault: fault.map(Box::new), ..self }
    }

    /// The same as a note.
    #[must_use]
    pub fn as_note(self) -> Self {
        Self { weight: Weight::Note, ..self }
    }
}
