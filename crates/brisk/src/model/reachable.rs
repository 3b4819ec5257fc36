//! Which packages a build on this machine can need.

use std::collections::BTreeSet;

use super::PackageIdx;

/// The packages that members reach, their tests and build scripts included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// The packages, members included.
    pub packages: BTreeSet<PackageIdx>,
    /// Whether what only other platforms need is left out.
    pub platform: ReachablePlatform,
}

/// For which platform packages are reachable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReachablePlatform {
    /// For the machine that builds.
    Host,
    /// For any platform: it is not known which one is built for.
    #[default]
    Any,
}
