//! When a unit ran and what it used.

/// Position of a session in [`super::Build::sessions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionIdx(pub u32);

/// How far a time may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A clock was read when it happened.
    Exact,
    /// Modification times of files: off by at most one tick of the kernel clock (4 ms at 250 Hz).
    FileTimes,
    /// Rounded to 10 ms by `cargo --timings`.
    Rounded,
    /// File times that contradict each other or their neighbours, as after a restore from an archive: not a measurement.
    Doubtful,
}

impl Confidence {
    /// The word used in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::FileTimes => "file-times",
            Self::Rounded => "rounded",
            Self::Doubtful => "doubtful",
        }
    }
}

/// Start, end and the moments between, all in seconds since [`super::Build::started_at`] (negative: before it).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Cargo starts the unit.
    pub start_s: f64,
    /// Macro expansion and name resolution are over (rustc writes its dep-info).
    pub expanded_s: Option<f64>,
    /// Metadata is written; dependents of a library may start.
    pub rmeta_s: Option<f64>,
    /// Code generation begins, where that is known without metadata (binaries, proc macros).
    pub codegen_s: Option<f64>,
    /// The linker runs, from and to.
    pub link_s: Option<(f64, f64)>,
    /// The unit is done.
    pub end_s: f64,
    /// How far all of these may be off.
    pub confidence: Confidence,
    /// The session that this timing is of.
    pub session: SessionIdx,
}

/// Part of a unit's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Parsing to metadata.
    Front,
    /// Code generation.
    Back,
    /// The linker.
    Link,
    /// A build script's run.
    Script,
}

impl Timing {
    /// Seconds from start to end, never negative.
    pub fn duration_s(&self) -> f64 {
        (self.end_s - self.start_s).max(0.0)
    }

    /// The moment at which the front end is over, if code is generated: metadata, or the first sign of code generation. See
    /// [`super::Unit::front_end_s`].
    pub fn front_end_s(&self) -> Option<f64> {
        self.rmeta_s.or(self.codegen_s)
    }

    /// `(front, back, link)` in wall seconds, if the front end ends at that moment. Their sum is the duration.
    pub(super) fn split_at(&self, front_end_s: f64) -> (f64, f64, f64) {
        let front_end = front_end_s.clamp(self.start_s, self.end_s.max(self.start_s));
        let link = self.link_s.map_or(0.0, |(from, to)| (to - from).max(0.0));
        let front = front_end - self.start_s;
        let rest = self.duration_s() - front;
        let link = link.min(rest);
        (front, rest - link, link)
    }
}

/// CPU seconds of a process and the children it waited for (`getrusage`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CpuTime {
    /// In user mode.
    pub user_s: f64,
    /// In the kernel.
    pub sys_s: f64,
}

impl CpuTime {
    /// User and system together.
    pub fn total_s(self) -> f64 {
        self.user_s + self.sys_s
    }
}

/// CPU seconds by phase; `None` where a boundary was not observed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseCpu {
    /// Up to metadata.
    pub front_s: Option<f64>,
    /// From metadata to the end, without the linker.
    pub back_s: Option<f64>,
    /// The linker and its children.
    pub link_s: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing() -> Timing {
        Timing {
            start_s: 1.0,
            expanded_s: None,
            rmeta_s: Some(2.0),
            codegen_s: None,
            link_s: Some((3.0, 3.5)),
            end_s: 4.0,
            confidence: Confidence::Exact,
            session: SessionIdx(0),
        }
    }

    #[test]
    fn the_phases_add_up_to_the_duration() {
        assert_eq!(timing().split_at(2.0), (1.0, 1.5, 0.5));
    }

    #[test]
    fn metadata_older_than_the_unit_counts_as_no_front_end() {
        let timing = Timing { link_s: None, ..timing() };
        assert_eq!(timing.split_at(-50.0), (0.0, 3.0, 0.0));
    }
}
