//! What decides how much of the next build is built again: files, variables, settings.

use std::process::{Command, Stdio};

use brisk::model::{Rebuilds, Workspace};
use brisk_store::fingerprints::{Changed, Circumstances, Found, Watched, watches};
use camino::{Utf8Path, Utf8PathBuf};

use super::build_dirs::build_dirs;
use crate::workspace::{self, Facts, WorkspaceOptions};

/// Looks at what Cargo will look at for the units that were found.
pub(super) fn rebuilds(found: &Found, facts: &Facts, options: &WorkspaceOptions) -> Rebuilds {
    let Ok(dirs) = build_dirs(&facts.settings.directories) else { return Rebuilds::default() };
    let home = options.environment.cargo_home(&options.cwd).and_then(|home| Utf8PathBuf::from_path_buf(home).ok());
    let changed = |name: &str, then: Option<&str>| {
        workspace::changed(&options.environment, &facts.settings.set_variables, name, then).map(Changed)
    };
    let circumstances = Circumstances {
        build_dir: &dirs.build_dir,
        workspace: &facts.workspace,
        cargo_home: home.as_deref(),
        changed: &changed,
        is_ignored: &|file| is_ignored(&facts.workspace, file),
    };
    let Watched { watches, source_times } = watches(found, circumstances);
    Rebuilds { watches, source_times, variants: found.variants.clone(), no_op: None }
}

/// Whether Git ignores the file. Outside of a repository, and without Git, nothing is ignored.
fn is_ignored(workspace: &Workspace, file: &Utf8Path) -> bool {
    let dir = file.parent().unwrap_or(Utf8Path::new(&workspace.root));
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(["check-ignore", "--quiet", "--"]).arg(file);
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
