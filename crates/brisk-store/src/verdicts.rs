//! Predictions beside what trials have shown: a file of lines to which one is added per trial.

use std::io::{self, Write as _};

use brisk::proof::Confirmation;
use brisk::stats::{Relative, Verdict};
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use serde::{Deserialize, Serialize};

/// Name of the file in Brisk's data directory.
const FILE: &str = "verdicts.jsonl";
/// Of the form of its lines. Others are left out when it is read.
const VERSION: u32 = 1;

/// The file.
#[derive(Clone, Debug)]
pub struct Verdicts {
    path: Utf8PathBuf,
}

/// A line of it.
#[derive(Serialize, Deserialize)]
struct Line {
    schema_version: u32,
    /// Seconds since the UNIX epoch.
    at: f64,
    /// Root of the workspace.
    workspace: String,
    what: String,
    predicted_cpu: Ends,
    measured_cpu: Ends,
    verdict: String,
    pairs: usize,
}

/// Low end, middle and high end of a relative change.
#[derive(Serialize, Deserialize)]
struct Ends(f64, f64, f64);

impl Verdicts {
    /// That in a data directory.
    pub fn of(data_dir: &Utf8Path) -> Self {
        Self { path: data_dir.join(FILE) }
    }

    /// Adds one of the workspace at `root`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn add(&self, root: &str, confirmation: &Confirmation) -> io::Result<()> {
        if let Some(dir) = self.path.parent() {
            fs::create_dir_all(dir)?;
        }
        let mut line = serde_json::to_string(&Line::of(root, confirmation))?;
        line.push('\n');
        // One write at the end of the file: two programs at once do not tear each other's lines. A line that a full disk
        // has torn ends where the next one begins, so that only the torn one is lost.
        let mut file = fs::OpenOptions::new().create(true).read(true).append(true).open(&self.path)?;
        if self.is_torn() {
            line.insert(0, '\n');
        }
        file.write_all(line.as_bytes())
    }

    fn is_torn(&self) -> bool {
        std::fs::read(&self.path).is_ok_and(|bytes| !bytes.is_empty() && !bytes.ends_with(b"\n"))
    }

    /// Those of the workspace at `root`, oldest first. What cannot be read is left out.
    pub fn of_workspace(&self, root: &str) -> Vec<Confirmation> {
        let text = std::fs::read(&self.path).unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Line>(line).ok());
        lines.filter(|line| line.schema_version == VERSION && line.workspace == root).filter_map(Line::read).collect()
    }
}

impl Line {
    fn of(root: &str, confirmation: &Confirmation) -> Self {
        let ends = |change: Relative| Ends(change.low, change.mid, change.high);
        Self {
            schema_version: VERSION,
            at: confirmation.at,
            workspace: root.to_owned(),
            what: confirmation.what.clone(),
            predicted_cpu: ends(confirmation.predicted),
            measured_cpu: ends(confirmation.measured),
            verdict: confirmation.verdict.as_str().to_owned(),
            pairs: confirmation.n_pairs,
        }
    }

    fn read(self) -> Option<Confirmation> {
        let change = |Ends(low, mid, high)| Relative { low, mid, high };
        Some(Confirmation {
            at: self.at,
            what: self.what,
            predicted: change(self.predicted_cpu),
            measured: change(self.measured_cpu),
            verdict: Verdict::parse(&self.verdict)?,
            n_pairs: self.pairs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmation(mid: f64) -> Confirmation {
        let change = |mid: f64| Relative { low: mid - 0.02, mid, high: mid + 0.02 };
        let what = "dependencies that nobody needs".to_owned();
        let verdict = Verdict::Faster;
        Confirmation { at: 1.5, what, predicted: change(mid), measured: change(mid + 0.01), verdict, n_pairs: 4 }
    }

    #[test]
    fn each_workspace_reads_its_own_and_torn_lines_cost_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let verdicts = Verdicts::of(Utf8Path::from_path(dir.path()).unwrap());
        assert_eq!(verdicts.of_workspace("/a"), []);
        verdicts.add("/a", &confirmation(-0.1)).unwrap();
        verdicts.add("/b", &confirmation(-0.2)).unwrap();
        let mut text = fs::read(&verdicts.path).unwrap();
        text.extend_from_slice(b"{\"schema_version\":1,\"at\":");
        fs::write(&verdicts.path, text).unwrap();
        verdicts.add("/a", &confirmation(-0.3)).unwrap();
        assert_eq!(verdicts.of_workspace("/a"), [confirmation(-0.1), confirmation(-0.3)]);
        assert_eq!(verdicts.of_workspace("/b"), [confirmation(-0.2)]);
    }
}
