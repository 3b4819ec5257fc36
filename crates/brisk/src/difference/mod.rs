//! What has become of a build: two of them compared, and what they differ in attributed to what caused it.
//!
//! 1. [`Compared`]: each of the two, with what follows from it alone.
//! 2. Which package ([`PackageChange`]) and which unit ([`Joined`]) of the one is which of the other: first by Cargo's
//!    hash, then by what it is called, then by less and less, so that an update is an update, and nothing gone and new.
//! 3. In what they differ as a whole ([`Circumstance`]), and whether that spoils the comparison.
//! 4. What has become of each unit ([`UnitChange`]), at equal speed of the machine where both compile enough alike to tell
//!    it ([`crate::stats::Common`]).
//! 5. Why ([`Cause`]): every second of the change is in one [`Group`], if only in [`Group::Unattributed`].
//! 6. What is to be thought of it ([`Verdict`]): one pair of builds proves little.
//!
//! Whoever exchanges the builds gets the same with all signs changed.

mod alike;
mod asked;
mod cause;
mod changes;
mod circumstance;
mod compared;
mod group;
mod join;
mod micros;
mod of;
mod package_change;
mod packages;
mod pairing;
mod total;
mod unit_change;
mod wall;

pub use asked::{Asked, Extent};
pub use cause::{Cause, Subject};
pub use circumstance::{Circumstance, Respect};
pub use compared::{Compared, Label, UnitFlags};
pub use group::Group;
pub use join::Joined;
pub use micros::Micros;
pub use of::Difference;
pub use package_change::{PackageChange, Pulled};
pub use total::{Meaning, Total, Verdict};
pub use unit_change::{SettingChange, State, UnitChange};
pub use wall::WallShares;
