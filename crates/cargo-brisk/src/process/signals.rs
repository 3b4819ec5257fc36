//! Which signals this process was started with ignored, as by `nohup`, or by a shell script in the background.
//!
//! They have to stay ignored, here and in everything below: a program keeps that through `exec`, but not where a handler was
//! installed in between.

use std::process::{Command, Stdio};

/// Those of `signals` that are not ignored. Asked before the first handler is installed.
pub(crate) fn heeded(signals: &[i32]) -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").ok();
    let mask = status.as_deref().and_then(ignored_mask);
    let is_ignored = |signal: i32| match mask {
        Some(mask) => mask & bit(signal) != 0,
        None => is_ignored_by_children(signal),
    };
    signals.iter().copied().filter(|signal| !is_ignored(*signal)).collect()
}

/// The line `SigIgn` of `proc_pid_status(5)`: hexadecimal, one bit per signal.
fn ignored_mask(status: &str) -> Option<u64> {
    let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(digits.trim(), 16).ok()
}

/// Signals are numbered from 1.
fn bit(signal: i32) -> u64 {
    u32::try_from(signal - 1).ok().and_then(|n| 1_u64.checked_shl(n)).unwrap_or(0)
}

/// Whether a child outlives `signal`, which it can only where it has inherited that it is ignored. Costs a process, but
/// needs no `/proc`.
fn is_ignored_by_children(signal: i32) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("kill -{signal} $$; exit 0")]);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    use super::*;

    #[test]
    fn the_mask_has_a_bit_for_each_signal() {
        let status =
            "Name:\tcargo-brisk\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001003\nSigCgt:\t0000000000000440\n";
        let mask = ignored_mask(status).unwrap();
        let ignored = [SIGHUP, SIGINT, SIGTERM, 13].map(|signal| mask & bit(signal) != 0);
        assert_eq!(ignored, [true, true, false, true]);
        assert_eq!(ignored_mask("Name:\tcargo-brisk\n"), None);
        assert_eq!([bit(1), bit(64), bit(0), bit(65)], [1, 1 << 63, 0, 0]);
    }

    #[test]
    fn with_and_without_proc_the_answer_is_the_same() {
        let signals = [SIGHUP, SIGINT, SIGTERM];
        let heeded_by_children: Vec<i32> =
            signals.into_iter().filter(|signal| !is_ignored_by_children(*signal)).collect();
        assert_eq!(heeded(&signals), heeded_by_children);
    }
}
