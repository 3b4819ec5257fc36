//! How busy the processors were.

/// Nanoseconds of one tick of the times in `/proc`: `USER_HZ` is 100 on every architecture that rustc supports
/// (`include/asm-generic/param.h`).
pub(crate) const TICK_NS: u64 = 10_000_000;

/// Time of all processors together since the machine was started, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuTotals {
    /// At work for any program.
    pub(crate) busy_ns: u64,
    /// There to be had: busy and idle. What a hypervisor took away (`steal`) is in neither.
    pub(crate) available_ns: u64,
}

impl CpuTotals {
    /// Now, where the kernel tells.
    pub(crate) fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    /// The first line of `proc_stat(5)`: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
    fn parse(stat: &str) -> Option<Self> {
        let mut words = stat.lines().next()?.split_whitespace();
        if words.next() != Some("cpu") {
            return None;
        }
        let ticks: Vec<u64> = words.map_while(|word| word.parse().ok()).collect();
        let tick = |i: usize| ticks.get(i).copied().unwrap_or(0);
        let busy = tick(0) + tick(1) + tick(2) + tick(5) + tick(6);
        let idle = tick(3) + tick(4);
        Some(Self { busy_ns: busy * TICK_NS, available_ns: (busy + idle) * TICK_NS })
    }

    /// What was added since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            busy_ns: self.busy_ns.saturating_sub(earlier.busy_ns),
            available_ns: self.available_ns.saturating_sub(earlier.available_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_and_stolen_time_is_not_busy() {
        let totals = CpuTotals::parse("cpu  10 1 5 100 20 2 3 7 0 0\ncpu0 1 2 3\n").unwrap();
        assert_eq!(totals, CpuTotals { busy_ns: 21 * TICK_NS, available_ns: 141 * TICK_NS });
        assert_eq!(CpuTotals::parse("intr 1"), None);
    }
}
