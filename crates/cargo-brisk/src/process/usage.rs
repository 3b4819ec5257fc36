//! What processes used.

use brisk_store::recording::Usage;
use nix::sys::resource::{UsageWho, getrusage};

/// What the children that this process has waited for used, with theirs.
pub(crate) fn usage_of_children() -> Usage {
    usage(UsageWho::RUSAGE_CHILDREN).unwrap_or_default()
}

/// What this process has used so far. Its birth and its end are not in it: about a third of a millisecond.
pub(crate) fn own_usage() -> Option<Usage> {
    usage(UsageWho::RUSAGE_SELF)
}

fn usage(who: UsageWho) -> Option<Usage> {
    let usage = getrusage(who).ok()?;
    let ns = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec()).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_usec()).unwrap_or(0) * 1_000
    };
    Some(Usage {
        user_ns: ns(usage.user_time()),
        sys_ns: ns(usage.system_time()),
        max_rss: u64::try_from(usage.max_rss()).unwrap_or(0) * MAX_RSS_UNIT,
    })
}

/// Bytes per `ru_maxrss`: kibibytes, but bytes on Apple's systems (`getrusage(2)`).
const MAX_RSS_UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
