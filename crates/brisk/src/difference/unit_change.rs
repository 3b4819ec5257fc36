//! What has become of each unit.

use super::{Group, Joined, Micros};
use crate::model::UnitIdx;

/// Of units that are the same in two builds, nearly all differ by less than this share at equal speed of the machine: the
/// median is 7 to 20 %, nine of ten stay below 20 to 36 %, the most was 51 % (`docs/measurements.md`, "Units from build to
/// build").
const UNIT_NOISE: f64 = 0.4;
/// By less than this nobody is slowed down, seconds.
const LEAST_S: f64 = 0.1;

/// What has become of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Only B has it.
    New,
    /// Only A has it.
    Gone,
    /// It was up to date in A, and B has built it.
    Built,
    /// A has built it, and it was up to date in B.
    UpToDate,
    /// Neither has built it.
    Unbuilt,
    /// It took longer in B, by more than units differ from build to build.
    Slower,
    /// It took less in B.
    Faster,
    /// It took as long, as far as one pair of builds can tell.
    Same,
    /// Both have built it, and what it took is not known of one of them, or on machines that cannot be compared.
    Unknown,
}

impl State {
    /// The word of the machine contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Built => "built",
            Self::UpToDate => "up-to-date",
            Self::Unbuilt => "unbuilt",
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
            Self::Unknown => "unknown",
        }
    }

    /// Of a unit that both have built and of which this is known, at equal speed.
    pub(super) fn of(a: Micros, b: Micros) -> Self {
        let (change_s, middle_s) = ((b - a).seconds(), f64::midpoint(a.seconds(), b.seconds()));
        match change_s {
            s if s.abs() < LEAST_S.max(UNIT_NOISE * middle_s) => Self::Same,
            s if s > 0.0 => Self::Slower,
            _ => Self::Faster,
        }
    }
}

/// A setting that is another one in B. `None`: it is not set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingChange {
    /// Its name: `opt-level`, `profile`, `target`, `rustc`.
    pub name: String,
    /// Its value in A.
    pub a: Option<String>,
    /// Its value in B.
    pub b: Option<String>,
}

/// A unit of A, of B, or of both.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitChange {
    /// Its position in A.
    pub a: Option<UnitIdx>,
    /// Its position in B.
    pub b: Option<UnitIdx>,
    /// How it is known that both are the same; `None` if only one of them has it.
    pub joined: Option<Joined>,
    /// What has become of it.
    pub state: State,
    /// Why it takes another time.
    pub group: Group,
    /// What it took in A, in whatever work is counted in: 0 if it was up to date, `None` if A has it not, or nobody knows.
    pub work_a: Option<Micros>,
    /// The same in B.
    pub work_b: Option<Micros>,
    /// By how much it changes the work of the whole: B less A at equal speed; 0 where one of them is not known.
    pub work: Micros,
    /// By how much it changes the wall time of the whole; `None` where that cannot be compared, or is not known.
    pub wall: Option<Micros>,
    /// Seconds of it on the critical path of A, if it is on it.
    pub on_path_a: Option<Micros>,
    /// The same of B.
    pub on_path_b: Option<Micros>,
    /// Features that only B has turned on, ascending.
    pub features_on: Vec<String>,
    /// Features that only A has turned on, ascending.
    pub features_off: Vec<String>,
    /// What else is set in another way, as far as that is known.
    pub settings: Vec<SettingChange>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_changed_if_it_differs_by_more_than_units_differ_from_build_to_build() {
        let state = |a_s, b_s| State::of(Micros::of_s(a_s), Micros::of_s(b_s));
        assert_eq!(state(1.0, 1.4), State::Same);
        assert_eq!(state(1.0, 1.6), State::Slower);
        assert_eq!(state(1.6, 1.0), State::Faster);
        assert_eq!(state(0.02, 0.11), State::Same, "nobody feels that");
    }
}
