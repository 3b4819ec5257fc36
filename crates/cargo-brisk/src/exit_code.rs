//! The exit codes of `cargo brisk`: part of its interface.

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// 0: it did what was asked.
    Success,
    /// 1: something was found that `--deny` does not accept.
    Denied,
    /// 2: the command line, a configuration file or an input file is wrong.
    Usage,
    /// 3: what was asked could not be found out.
    CouldNotMeasure,
    /// The exit code of the user's own Cargo command, passed through by `record`. Cargo's own failure code is 101.
    Cargo(u8),
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        match code {
            ExitCode::Success => Self::SUCCESS,
            ExitCode::Denied => Self::from(1),
            ExitCode::Usage => Self::from(2),
            ExitCode::CouldNotMeasure => Self::from(3),
            ExitCode::Cargo(code) => Self::from(code),
        }
    }
}
