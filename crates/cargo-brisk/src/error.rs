//! What a command ends with when it cannot do what was asked: a kind, a message with its causes, and hints.

use std::fmt::Write as _;

use crate::exit_code::ExitCode;

/// Which exit code an error ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command line, a configuration file or an input file is wrong.
    Usage,
    /// What was asked could not be found out.
    CouldNotMeasure,
}

/// One clear error: what could not be done, why, and what to do about it.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// Result of everything in the shell that can fail.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The user asked for something that cannot be, or a file of theirs is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The world did not give what was needed.
    pub(crate) fn could_not_measure(message: impl Into<String>) -> Self {
        Self::new(Kind::CouldNotMeasure, message)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// Adds `source` and what it came from as causes.
    #[must_use]
    pub(crate) fn because(mut self, source: &dyn std::error::Error) -> Self {
        let mut next = Some(source);
        while let Some(error) = next {
            let cause = error.to_string();
            if !self.message.contains(&cause) && !self.causes.contains(&cause) {
                self.causes.push(cause);
            }
            next = error.source();
        }
        self
    }

    /// Adds a cause in words.
    #[must_use]
    pub(crate) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds what the user can do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The exit code that it ends in.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::Usage => ExitCode::Usage,
            Kind::CouldNotMeasure => ExitCode::CouldNotMeasure,
        }
    }

    /// The text after `error: `, in Cargo's manner: message, `Caused by`, `help`.
    pub(crate) fn text(&self) -> String {
        let mut text = self.message.clone();
        if !self.causes.is_empty() {
            text.push_str("\n\nCaused by:");
            for cause in &self.causes {
                let _ = write!(text, "\n  {}", cause.replace('\n', "\n  "));
            }
        }
        for hint in &self.hints {
            let _ = write!(text, "\n\nhelp: {hint}");
        }
        text
    }
}
