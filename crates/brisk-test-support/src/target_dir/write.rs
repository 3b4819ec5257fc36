//! Puts every file in place, with its time.

use std::collections::BTreeSet;

use brisk::model::{Build, Confidence, Graph, Mode, SessionIdx, Timing, Unit, UnitIdx};
use camino::{Utf8Path, Utf8PathBuf};

use super::outputs::{self, Artifact};
use super::{fingerprint, paths::Paths};
use crate::gantt::STARTED_AT;
use crate::scripted_tool::{at, write_modified};

/// What Cargo writes into `invoked.timestamp`.
const INVOKED: &str = "This file has an mtime of when this was started.";

/// How Cargo arranges a build directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `.fingerprint/`, `deps/` and `build/`: Cargo's default so far.
    V1,
    /// One directory per unit, `build/<package>/<hash>/`: `-Zbuild-dir-new-layout`.
    V2,
}

/// Writes the target directory of a build.
#[derive(Clone, Debug)]
pub struct TargetDir {
    layout: Layout,
    cargo_home: Utf8PathBuf,
}

impl TargetDir {
    /// In this layout, with the sources of registry packages below `/home/user/.cargo`.
    pub fn new(layout: Layout) -> Self {
        Self { layout, cargo_home: "/home/user/.cargo".into() }
    }

    /// Names the sources of registry and git packages below this directory.
    #[must_use]
    pub fn cargo_home(self, cargo_home: impl Into<Utf8PathBuf>) -> Self {
        Self { cargo_home: cargo_home.into(), ..self }
    }

    /// Writes what is left in `target` after `build`. Units without a time have the time of the build's start.
    ///
    /// # Panics
    ///
    /// When a unit has no hash (Cargo's files are named after it), or a file cannot be written.
    pub fn write(&self, build: &Build, target: &Utf8Path) {
        let graph = Graph::of(build);
        let started_at = build.started_at.unwrap_or(STARTED_AT);
        let writer = Writer { build, graph: &graph, target, started_at, options: self };
        writer.write("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55", 0.0);
        let profiles: BTreeSet<String> = build.units.iter().map(|unit| Paths::of(unit, self.layout).profile).collect();
        for profile in profiles {
            writer.write(&format!("{profile}/.cargo-lock"), "", 0.0);
        }
        for (idx, unit) in build.iter_units() {
            writer.unit(idx, unit);
        }
    }
}

struct Writer<'a> {
    build: &'a Build,
    graph: &'a Graph,
    target: &'a Utf8Path,
    started_at: f64,
    options: &'a TargetDir,
}

impl Writer<'_> {
    fn unit(&self, idx: UnitIdx, unit: &Unit) {
        let paths = Paths::of(unit, self.options.layout);
        let timing = timing(unit);
        self.fingerprint(idx, &paths, timing);
        if unit.mode == Mode::RunBuildScript {
            self.script_run(unit, &paths, timing);
        } else {
            self.rustc(unit, &paths, timing);
        }
    }

    fn fingerprint(&self, idx: UnitIdx, paths: &Paths, timing: Timing) {
        let unit = self.build.unit(idx);
        let (directory, stem) = (&paths.fingerprint, fingerprint::stem(unit));
        let json = fingerprint::json(self.build, self.graph, idx, paths);
        self.write(&format!("{directory}/{stem}"), fingerprint::hash_text(unit), timing.end_s);
        self.write(&format!("{directory}/{stem}.json"), json.to_string(), timing.end_s);
        if unit.mode != Mode::RunBuildScript {
            self.write(&format!("{directory}/dep-{stem}"), fingerprint::EMPTY_DEP_INFO, timing.start_s);
            self.write(&format!("{directory}/invoked.timestamp"), INVOKED, timing.start_s);
        }
    }

    fn rustc(&self, unit: &Unit, paths: &Paths, timing: Timing) {
        let Some(outputs) = outputs::of(unit, self.options.layout) else { return };
        let directory = &paths.out;
        let source = outputs::source_file(unit, &self.options.cargo_home);
        let dep_info = outputs::dep_info(&outputs, &self.target.join(directory), &source);
        let expanded_s = timing.expanded_s.unwrap_or(timing.start_s);
        self.write(&format!("{directory}/{}", outputs.dep_info), dep_info, expanded_s);
        for (name, artifact) in outputs.files {
            let (n_bytes, at_s) = match artifact {
                // Cargo sets that of a check back to the start.
                Artifact::Metadata if unit.mode.is_check() => (unit.outputs.rmeta_bytes, timing.start_s),
                Artifact::Metadata => (unit.outputs.rmeta_bytes, timing.front_end_s().unwrap_or(timing.end_s)),
                Artifact::Linked => (unit.outputs.bytes, timing.end_s),
            };
            self.write(&format!("{directory}/{name}"), zeros(n_bytes), at_s);
        }
    }

    fn script_run(&self, unit: &Unit, paths: &Paths, timing: Timing) {
        let stdout = if self.options.layout == Layout::V1 { "output" } else { "stdout" };
        let (run, out) = (&paths.run, self.target.join(&paths.out));
        fs_err::create_dir_all(&out).expect("the target directory can be written");
        self.write(&format!("{run}/invoked.timestamp"), INVOKED, timing.start_s);
        // Cargo sets the output back to the start, so that it counts as older than the files it names.
        self.write(&format!("{run}/{stdout}"), "cargo::rerun-if-changed=build.rs\n", timing.start_s);
        self.write(&format!("{run}/stderr"), "", timing.end_s);
        self.write(&format!("{run}/root-output"), out.as_str(), timing.end_s);
        if unit.outputs.bytes.is_some() {
            self.write(&format!("{}/generated.rs", paths.out), zeros(unit.outputs.bytes), timing.end_s);
        }
    }

    /// Writes a file that was last changed `at_s` seconds after the build's start.
    fn write(&self, path: &str, bytes: impl AsRef<[u8]>, at_s: f64) {
        let path = self.target.join(path);
        let parent = path.parent().expect("a file of the target directory has a parent");
        fs_err::create_dir_all(parent).expect("the target directory can be written");
        write_modified(&path, bytes.as_ref(), at(self.started_at + at_s));
    }
}

fn timing(unit: &Unit) -> Timing {
    unit.timing.unwrap_or(Timing {
        start_s: 0.0,
        expanded_s: None,
        rmeta_s: None,
        codegen_s: None,
        link_s: None,
        end_s: 0.0,
        confidence: Confidence::FileTimes,
        session: SessionIdx(0),
    })
}

fn zeros(n_bytes: Option<u64>) -> Vec<u8> {
    vec![0; usize::try_from(n_bytes.unwrap_or(0)).expect("a test's file fits into memory")]
}
