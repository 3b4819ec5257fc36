//! Build scripts that failed, as Cargo tells people of them: no JSON message does.

/// A build script that ended with an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptFailure {
    /// Name of its package.
    pub(crate) package: String,
    /// Its version.
    pub(crate) version: Option<String>,
    /// What it said last: the message of its panic, or the first line on its stderr.
    pub(crate) text: String,
    /// File and line of its panic: of a member relative to the workspace, else absolute.
    pub(crate) place: Option<(String, u32)>,
}

/// The words before the package (`build_work` in Cargo's `core/compiler/custom_build.rs`).
const FAILED: &str = "failed to run custom build command for `";

/// All that Cargo tells of in what it printed.
pub(crate) fn script_failures(printed: &str) -> Vec<ScriptFailure> {
    printed.split(FAILED).skip(1).filter_map(of_section).collect()
}

/// One failure, from the name of the package on.
fn of_section(section: &str) -> Option<ScriptFailure> {
    let (package, rest) = section.split_once('`')?;
    let mut words = package.split(' ');
    let name = words.next().filter(|name| !name.is_empty())?.to_owned();
    let version = words.next().and_then(|word| word.strip_prefix('v')).map(str::to_owned);
    let told = rest.split("\nerror").next().unwrap_or(rest);
    let stderr = told.split_once("--- stderr").map_or(told, |(_, stderr)| stderr);
    let (text, place) = panic_in(stderr).unwrap_or_else(|| (first_line(stderr), None));
    Some(ScriptFailure { package: name, version, text, place })
}

/// `thread 'main' (123) panicked at build.rs:5:5:`, and what it said on the next line.
fn panic_in(stderr: &str) -> Option<(String, Option<(String, u32)>)> {
    let (_, rest) = stderr.split_once("panicked at ")?;
    let (place, rest) = rest.split_once('\n')?;
    let mut parts = place.trim_end_matches(':').rsplitn(3, ':');
    let line = parts.nth(1).and_then(|line| line.parse().ok());
    let place = parts.next().map(str::to_owned).zip(line);
    Some((first_line(rest), place))
}

fn first_line(text: &str) -> String {
    let is_told = |line: &&str| !line.is_empty() && *line != "Caused by:";
    text.lines().map(str::trim).find(is_told).unwrap_or("it says nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_and_other_failures_are_told_with_what_they_said() {
        let printed = "   Compiling a v0.1.0 (/ws)\nerror: failed to run custom build command for `a-sys v0.1.0 (/ws/a)`\n\n\
            Caused by:\n  process didn't exit successfully: `/t/build-script-build` (exit status: 101)\n  --- stdout\n  \
            cargo:rerun-if-changed=x\n\n  --- stderr\n\n  thread 'main' (7) panicked at build.rs:5:9:\n  no libx here\n  note: run \
            with `RUST_BACKTRACE=1`\nerror: failed to run custom build command for `b v2.0.0`\n\nCaused by:\n  process didn't exit \
            successfully: `/t/b` (exit status: 1)\n";
        let [a, b] = &script_failures(printed)[..] else { panic!("two failures") };
        assert_eq!((a.package.as_str(), a.version.as_deref()), ("a-sys", Some("0.1.0")));
        assert_eq!((a.text.as_str(), a.place.clone()), ("no libx here", Some(("build.rs".to_owned(), 5))));
        assert_eq!((b.package.as_str(), b.place.clone()), ("b", None));
        assert_eq!(b.text, "process didn't exit successfully: `/t/b` (exit status: 1)");
        assert_eq!(script_failures("error: could not compile `x`"), []);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(before: String, after: String) {
            script_failures(&format!("{before}{FAILED}{after}"));
        }
    }
}
