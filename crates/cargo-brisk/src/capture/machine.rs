//! What the kernel says about the machine: its size, and how busy it is.

use brisk_store::recording::MachineFacts;
use fs_err as fs;

/// The machine as this process may use it: limits of processor sets and control groups are respected.
pub(crate) fn facts() -> MachineFacts {
    let cores = std::thread::available_parallelism().ok().and_then(|n| u32::try_from(n.get()).ok());
    MachineFacts {
        cores,
        cpu_model: cpu_model(),
        memory_bytes: memory_bytes(),
        os: Some(std::env::consts::OS.to_owned()),
    }
}

fn cpu_model() -> Option<String> {
    field(&fs::read_to_string("/proc/cpuinfo").ok()?, "model name")
}

/// `MemTotal: 24689332 kB`
fn memory_bytes() -> Option<u64> {
    let total = field(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal")?;
    Some(total.strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// The value of the first line `name : value`.
pub(crate) fn field(text: &str, name: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

/// What `proc_pid_stat(5)` says of a process; times in ticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProcessStat {
    /// Name of its executable, of which the kernel keeps 15 bytes (field 2).
    pub(crate) name: String,
    /// The process that started it, or has inherited it (4).
    pub(crate) parent: u32,
    /// CPU in user mode (field 14).
    pub(crate) user: u64,
    /// CPU in the kernel (15).
    pub(crate) sys: u64,
    /// The same of children that it has waited for (16, 17).
    pub(crate) children: (u64, u64),
    /// When it was started, since the machine was (22).
    pub(crate) start: u64,
}

impl ProcessStat {
    /// Of the process `pid`, if it is there.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    fn parse(stat: &str) -> Option<Self> {
        // The second field is the name, in parentheses, and may hold anything; what follows begins with field 3.
        let (before, rest) = stat.rsplit_once(") ")?;
        let name = before.split_once(" (")?.1.to_owned();
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let field = |n: usize| fields.get(n - 3)?.parse::<u64>().ok();
        Some(Self {
            name,
            parent: u32::try_from(field(4)?).ok()?,
            user: field(14)?,
            sys: field(15)?,
            children: (field(16)?, field(17)?),
            start: field(22)?,
        })
    }

    /// Whether it is a build script, by the name that Cargo gives to their executables (`build-script-build`,
    /// `build-script-main`).
    pub(crate) fn is_build_script(&self) -> bool {
        self.name.starts_with("build-script-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_may_be_called_anything() {
        let stat = "7 (a) b (c) R 1 7 7 0 -1 4194304 1 2 3 4 14 15 16 17 20 0 1 0 22 23";
        let name = "a) b (c".to_owned();
        let expected = ProcessStat { name, parent: 1, user: 14, sys: 15, children: (16, 17), start: 22 };
        assert_eq!(ProcessStat::parse(stat), Some(expected));
        assert_eq!(ProcessStat::parse("7 (a) R 1"), None);
    }
}
