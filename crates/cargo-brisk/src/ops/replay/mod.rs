//! What other flags are worth: rustc called again for some of the units of a run, as it was called and with the change.
//!
//! 1. How rustc was called comes from the store ([`ReplayRequest`]); units for which the change changes nothing, or whose
//!    inputs are gone, are left out.
//! 2. The others are sampled by strata of equal cost until the budget is used ([`Queue`](queue::Queue)).
//! 3. Each is replayed twice, with and without the change, in turns which first, in a directory below Brisk's cache: control
//!    and change have the same weather then. What was measured before comes from the cache ([`Cache`](cache::Cache)).
//! 4. What the sample says of all units is [`brisk::simulate::extrapolate`].

mod cache;
mod queue;
mod request;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use request::ReplayProgress;
pub(crate) use request::{ReplayRequest, Replayed, replay};
