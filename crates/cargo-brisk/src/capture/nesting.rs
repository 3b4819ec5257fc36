//! Tells the calls of the Cargo that is recorded from those of Cargos that its build scripts start: they inherit the tools,
//! and are not part of the command.
//!
//! Build scripts are known by variables that Cargo sets for them and for nobody else. A recorder that runs inside of a build
//! script itself passes these variables on to its own Cargo; it tells its tools its process id, and then only a build
//! script between the recorder and the tool counts.

use std::ffi::OsString;

use super::machine::ProcessStat;

/// Variables that Cargo sets for build scripts (Cargo book, "Environment variables Cargo sets for build scripts"): who sees
/// all of them was started by one.
const BUILD_SCRIPT_ENV: [&str; 5] = ["HOST", "NUM_JOBS", "OPT_LEVEL", "RUSTC", "TARGET"];

/// Environment variable with the process id of a recorder that runs inside of a build script.
const NESTED_RECORDER: &str = "BRISK_NESTED_RECORDER";

/// What the recorder has to set for its tools: nothing, unless it runs inside of a build script.
pub(crate) fn variable() -> Option<(String, OsString)> {
    is_in_build_script().then(|| (NESTED_RECORDER.to_owned(), std::process::id().to_string().into()))
}

/// Whether a build script of the recorded command stands between this tool and the recorder.
pub(crate) fn is_nested() -> bool {
    is_in_build_script()
        && match recorder() {
            None => true,
            Some(recorder) => has_build_script_above(std::process::id(), recorder, ProcessStat::of),
        }
}

fn is_in_build_script() -> bool {
    BUILD_SCRIPT_ENV.iter().all(|name| std::env::var_os(name).is_some())
}

fn recorder() -> Option<u32> {
    std::env::var(NESTED_RECORDER).ok()?.parse().ok()
}

/// Whether one of the processes between `pid` and `recorder` is a build script. Where the kernel does not tell, or the
/// recorder was killed and its Cargo has another parent now, none is found: what is between counts as the recorder's.
fn has_build_script_above(pid: u32, recorder: u32, stat: impl Fn(u32) -> Option<ProcessStat>) -> bool {
    let parent = |of: &u32| stat(*of).map(|stat| stat.parent);
    let above = std::iter::successors(parent(&pid), parent).take_while(|pid| *pid > 1 && *pid != recorder);
    above.into_iter().any(|pid| stat(pid).is_some_and(|stat| stat.is_build_script()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 9 <- 8 (cargo) <- 7 (build script) <- 6 (cargo) <- 5 (recorder) <- 4 (build script) <- 3 (cargo)
    fn stat(pid: u32) -> Option<ProcessStat> {
        let name = if matches!(pid, 4 | 7) { "build-script-bu" } else { "other" };
        let parent = pid.checked_sub(1).filter(|parent| *parent > 2)?;
        Some(ProcessStat { parent, name: name.to_owned(), ..ProcessStat::default() })
    }

    #[test]
    fn only_a_build_script_below_the_recorder_counts() {
        assert!(has_build_script_above(9, 5, stat));
        assert!(!has_build_script_above(6, 5, stat));
        // The recorder is the process 2, above all of them.
        assert!(has_build_script_above(6, 2, stat));
        assert!(!has_build_script_above(9, 5, |_| None));
    }
}
