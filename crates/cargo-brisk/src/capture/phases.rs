//! When rustc is done with what, as far as it can be seen from outside.

use std::path::PathBuf;

use brisk_store::recording::Moment;

/// The moments seen so far.
#[derive(Debug, Default)]
pub(crate) struct Milestones {
    /// Dep-info is written: macros are expanded and names resolved.
    pub(crate) expanded: Option<Moment>,
    /// Metadata is written.
    pub(crate) rmeta: Option<Moment>,
    /// Code generation was seen to run.
    pub(crate) codegen: Option<Moment>,
    /// Where dep-info is written to.
    pub(crate) dep_info: Option<PathBuf>,
    /// CPU of rustc at the end of the front end, nanoseconds.
    pub(crate) front_cpu_ns: Option<u64>,
    line: Vec<u8>,
}

/// What rustc announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Milestone {
    /// `--emit=dep-info` is done.
    DepInfo,
    /// `--emit=metadata` is done.
    Metadata,
}

/// Notifications are short; a longer line is a diagnostic and need not be kept.
const LONGEST_NOTIFICATION: usize = 8 * 1024;

impl Milestones {
    /// Takes note of the notifications in `bytes`, the next part of rustc's stderr, received at `at`. `cpu` gives the CPU
    /// that rustc has used up to now.
    pub(crate) fn read(&mut self, bytes: &[u8], at: Moment, cpu: impl Fn(Milestone) -> Option<u64>) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() <= LONGEST_NOTIFICATION {
                self.line.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                match milestone(&self.line) {
                    Some((Milestone::DepInfo, path)) => {
                        self.expanded = self.expanded.or(Some(at));
                        self.dep_info = Some(path);
                    }
                    Some((Milestone::Metadata, _)) => {
                        self.rmeta = self.rmeta.or(Some(at));
                        self.front_cpu_ns = self.front_cpu_ns.or_else(|| cpu(Milestone::Metadata));
                    }
                    None => {}
                }
                self.line.clear();
            }
        }
    }
}

/// An artifact notification: `{"$message_type":"artifact","artifact":"…","emit":"metadata"}`, without the first field
/// before rustc 1.73 (rustc book, "JSON Output").
#[derive(serde::Deserialize)]
struct Notification<'a> {
    #[serde(borrow)]
    artifact: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    emit: std::borrow::Cow<'a, str>,
}

/// What a line announces, and the path of it.
fn milestone(line: &[u8]) -> Option<(Milestone, PathBuf)> {
    if !line.starts_with(br#"{"$message_type":"artifact""#) && !line.starts_with(br#"{"artifact""#) {
        return None;
    }
    let notification = serde_json::from_slice::<Notification<'_>>(line).ok()?;
    let milestone = match notification.emit.as_ref() {
        "dep-info" => Milestone::DepInfo,
        "metadata" => Milestone::Metadata,
        _ => return None,
    };
    Some((milestone, PathBuf::from(notification.artifact.as_ref())))
}

/// CPU that the process `pid` has used up to now, all its threads, nanoseconds.
#[cfg(target_os = "linux")]
pub(crate) fn cpu_of(pid: u32) -> Option<u64> {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?);
    super::process::clock_ns(nix::time::clock_getcpuclockid(pid).ok()?)
}

/// Only Linux tells it while the process runs, in so many words.
#[cfg(not(target_os = "linux"))]
pub(crate) fn cpu_of(_pid: u32) -> Option<u64> {
    None
}

/// Whether `pid`, a rustc, generates code: its threads for that have names of their own (`coordinator`, `opt <unit>`;
/// `rustc_codegen_ssa/src/back/write.rs`, `start_executing_work` and `spawn_work`). Without such threads, always false.
#[cfg(target_os = "linux")]
pub(crate) fn codegen_runs(pid: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return false };
    threads.flatten().any(|thread| {
        let name = std::fs::read(thread.path().join("comm")).unwrap_or_default();
        name.starts_with(b"coordinator") || name.starts_with(b"opt ") || name.starts_with(b"codegen")
    })
}

/// Threads can only be seen in Linux's `/proc`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn codegen_runs(_pid: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: &str = concat!(
        "{\"$message_type\":\"artifact\",\"artifact\":\"/t/a-1.d\",\"emit\":\"dep-info\"}\n",
        "{\"$message_type\":\"diagnostic\",\"message\":\"\\\"emit\\\":\\\"metadata\\\"\"}\n",
        "{\"artifact\":\"/t/liba-1.rmeta\",\"emit\":\"metadata\"}\n",
        "{\"$message_type\":\"artifact\",\"artifact\":\"/t/liba-1.rlib\",\"emit\":\"link\"}\n",
    );

    fn milestones(parts: &[&[u8]]) -> Milestones {
        let mut milestones = Milestones::default();
        for (at, part) in (1..).zip(parts) {
            milestones.read(part, Moment(at), |_| Some(at));
        }
        milestones
    }

    #[test]
    fn notifications_are_found_between_diagnostics() {
        let seen = milestones(&[NOTES.as_bytes()]);
        assert_eq!((seen.expanded, seen.rmeta, seen.front_cpu_ns), (Some(Moment(1)), Some(Moment(1)), Some(1)));
        assert_eq!(seen.dep_info, Some("/t/a-1.d".into()));
    }

    #[test]
    fn a_notification_counts_when_its_line_is_complete() {
        let at = NOTES.find("/t/liba").unwrap();
        let seen = milestones(&[&NOTES.as_bytes()[..at], &NOTES.as_bytes()[at..]]);
        assert_eq!((seen.expanded, seen.rmeta), (Some(Moment(1)), Some(Moment(2))));
    }

    proptest::proptest! {
        #[test]
        fn where_the_stream_is_cut_does_not_matter(cut in 0..NOTES.len()) {
            let seen = milestones(&[&NOTES.as_bytes()[..cut], &NOTES.as_bytes()[cut..]]);
            proptest::prop_assert!(seen.expanded.is_some() && seen.rmeta.is_some());
        }

        #[test]
        fn arbitrary_bytes_are_no_notification(bytes: Vec<u8>) {
            let seen = milestones(&[&bytes]);
            proptest::prop_assert_eq!((seen.expanded, seen.rmeta), (None, None));
        }
    }
}
