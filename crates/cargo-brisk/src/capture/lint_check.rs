//! Runs `cargo check` in a directory of its own, with rustc asked about every member.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use brisk::model::UnitHash;
use camino::Utf8Path;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Message, Target};

use super::lint_wrapper::{LINT_DIR, LINT_RUN};

/// What Cargo is told.
pub(crate) const CHECK: [&str; 5] = ["check", "--workspace", "--all-targets", "--locked", KEEP_GOING];
/// Known to Cargo since 1.74; an older one stops at the first crate that fails.
const KEEP_GOING: &str = "--keep-going";

/// A check to run.
pub(crate) struct LintCheck<'a> {
    /// Cargo.
    pub(crate) cargo: &'a Path,
    /// The manifest.
    pub(crate) manifest_path: Option<&'a Path>,
    /// `--target`.
    pub(crate) triple: Option<&'a str>,
    /// The working directory.
    pub(crate) cwd: &'a Path,
    /// All variables that Cargo gets, before those of the check.
    pub(crate) environment: Vec<(&'a OsStr, &'a OsStr)>,
    /// The wrapper.
    pub(crate) wrapper: &'a Utf8Path,
    /// Whether a wrapper for members is configured that is not there: Cargo is told to use none.
    pub(crate) without_workspace_wrapper: bool,
    /// Where Cargo builds.
    pub(crate) target_dir: &'a Utf8Path,
    /// Where records are.
    pub(crate) records: &'a Utf8Path,
    /// Name of this check.
    pub(crate) run: &'a str,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Whether Cargo was content.
    pub(crate) succeeded: bool,
    /// Whether Cargo got as far as to compile.
    pub(crate) finished: bool,
    /// The units that compiled, fresh ones included.
    pub(crate) units: BTreeSet<UnitHash>,
    /// Errors, those of members included.
    pub(crate) errors: Vec<CheckError>,
    /// What Cargo printed for people.
    pub(crate) stderr: String,
}

/// An error in any package.
#[derive(Debug)]
pub(crate) struct CheckError {
    /// The target.
    pub(crate) target: Target,
    /// rustc's words.
    pub(crate) text: String,
    /// Its code.
    pub(crate) code: Option<String>,
    /// File and line.
    pub(crate) place: Option<(String, u32)>,
}

impl LintCheck<'_> {
    /// Runs it; `seen` is told how many units are done.
    ///
    /// # Errors
    ///
    /// If Cargo cannot be started.
    pub(crate) fn run(&self, seen: &dyn Fn(u64)) -> io::Result<Checked> {
        let checked = self.run_with(&CHECK, seen)?;
        let is_unknown = checked.stderr.contains("error:") && checked.stderr.contains(KEEP_GOING);
        if !checked.finished && !checked.succeeded && is_unknown {
            return self.run_with(&CHECK[..CHECK.len() - 1], seen);
        }
        Ok(checked)
    }

    fn run_with(&self, args: &[&str], seen: &dyn Fn(u64)) -> io::Result<Checked> {
        let mut child = self.command(args).spawn()?;
        let stderr = child.stderr.take();
        let told = std::thread::spawn(move || {
            let mut text = Vec::new();
            // What cannot be read is not told; how the check ended is known all the same.
            let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut checked = read_messages(&mut child, seen);
        checked.succeeded = child.wait()?.success();
        checked.stderr = told.join().unwrap_or_default();
        Ok(checked)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.cargo);
        command.args(args).args(["--message-format", "json", "--color", "never"]);
        command.arg("--target-dir").arg(self.target_dir);
        let named =
            [("--manifest-path", self.manifest_path.map(Path::as_os_str)), ("--target", self.triple.map(OsStr::new))];
        command.args(named.into_iter().filter_map(|(name, value)| Some([OsStr::new(name), value?])).flatten());
        command.env_clear().envs(self.environment.iter().copied()).envs(self.variables());
        command.current_dir(self.cwd).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Incremental compilation would take more room than the whole check.
    fn variables(&self) -> Vec<(&'static str, OsString)> {
        let without_workspace_wrapper = self.without_workspace_wrapper;
        let mut variables = vec![
            ("RUSTC_WRAPPER", self.wrapper.as_str().into()),
            ("CARGO_BUILD_BUILD_DIR", self.target_dir.as_str().into()),
            ("CARGO_INCREMENTAL", "0".into()),
            ("RUSTUP_AUTO_INSTALL", "0".into()),
            (LINT_DIR, self.records.as_str().into()),
            (LINT_RUN, self.run.into()),
        ];
        variables.extend(without_workspace_wrapper.then(|| ("RUSTC_WORKSPACE_WRAPPER", OsString::new())));
        variables
    }
}

fn read_messages(child: &mut Child, seen: &dyn Fn(u64)) -> Checked {
    let mut checked = Checked::default();
    let Some(stdout) = child.stdout.take() else { return checked };
    let mut n_units = 0;
    for message in Message::parse_stream(BufReader::new(stdout)).map_while(Result::ok) {
        match message {
            Message::CompilerArtifact(artifact) => {
                checked.units.extend(artifact.filenames.iter().filter_map(|path| hash_in(path)));
                n_units += 1;
                seen(n_units);
            }
            Message::CompilerMessage(said) => checked.errors.extend(CheckError::of(said)),
            Message::BuildFinished(_) => checked.finished = true,
            _ => {}
        }
    }
    checked
}

impl CheckError {
    /// `None` if it is no error, or one that only sums up others.
    fn of(said: cargo_metadata::CompilerMessage) -> Option<Self> {
        let diagnostic = said.message;
        let is_error = matches!(diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
        if !is_error || diagnostic.message.starts_with("aborting due to") {
            return None;
        }
        let span = diagnostic.spans.iter().find(|span| span.is_primary);
        let place = span.map(|span| (span.file_name.clone(), u32::try_from(span.line_start).unwrap_or(0)));
        let text = diagnostic.message.lines().next().unwrap_or_default().to_owned();
        let code = diagnostic.code.map(|code| code.code);
        Some(Self { target: said.target, text, code, place })
    }
}

/// The unit that a file of the target directory is of: `debug/deps/libx-<hash>.rmeta`,
/// `debug/build/x-<hash>/build-script-build`, or `debug/build/x/<hash>/out/…` in the layout of Cargo 1.100.
fn hash_in(path: &Utf8Path) -> Option<UnitHash> {
    let stem = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    path.components().rev().find_map(|component| {
        let stem = stem(component.as_str());
        stem.parse().ok().or_else(|| stem.rsplit_once('-')?.1.parse().ok())
    })
}

/// Where a wrapper is that the configuration names, so that ours goes before it; `None` if it is not there: then it is
/// left out, and the check still has answers. One of our own, from a recording around this check, is replaced by what is
/// behind it.
pub(crate) fn behind(configured: &Path, found: Option<PathBuf>) -> Option<PathBuf> {
    match super::role::is_own_wrapper(configured) {
        true => super::role::chained_wrapper(configured),
        false => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_read_off_the_files_of_both_layouts() {
        let hash = Some("9ae1b3d3d5d0c9a1".parse().unwrap());
        for (path, expected) in [
            ("debug/deps/libx-9ae1b3d3d5d0c9a1.rmeta", hash),
            ("debug/deps/libx-9ae1b3d3d5d0c9a1.so.dwp", hash),
            ("debug/build/x-y-9ae1b3d3d5d0c9a1/build-script-build", hash),
            ("x86_64-unknown-linux-gnu/debug/build/x/9ae1b3d3d5d0c9a1/out/libx.rmeta", hash),
            ("debug/x", None),
            ("", None),
        ] {
            assert_eq!(hash_in(Utf8Path::new(path)), expected, "{path}");
        }
    }
}
