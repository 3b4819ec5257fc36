//! What a change is worth before anyone makes it.
//!
//! A [`Hypothesis`] is applied to a recorded build ([`Base`]): units vanish, edges go, costs change, or the machine is
//! another one. Both are played out by the [`Schedule`](super::Schedule), and the difference is the [`Prediction`]: a
//! range, never a point.

mod accuracy;
mod base;
mod costs_changed;
mod cuts;
mod edit;
mod hypothesis;
mod planned;
mod predict;
mod range;
mod reshaped;
mod variant;

pub use accuracy::{Check, checks, nine_tenths};
pub use base::{Base, Impossible};
pub use costs_changed::{Factor, Factors};
pub use edit::RecordedEdit;
pub use hypothesis::{BadHypothesis, DependencySpec, Hypothesis, PackageSpec, ProfileSetting, Scope};
pub use planned::Planned;
pub use predict::{Baseline, Prediction, PredictionBasis};
pub use range::Range;
pub use variant::{Supposition, Variant};
