//! Which units a command asks for, and does not build only because others need them.

use super::{Build, Mode, PackageSource, TargetKind, Unit, Workspace};

impl Build {
    /// The units that are built whoever needs them, as a mask: those of all members, unless the command names packages, or
    /// is about the package in the root of the workspace (Cargo's `Workspace::default_members`). Build scripts are built for
    /// their packages. Where the command is not known, it is taken to be plain; where the manifests are not, members stay.
    pub fn requested(&self, workspace: &Workspace) -> Vec<bool> {
        let words = self.command.as_deref().unwrap_or_default();
        let words = || words.iter().take_while(|word| *word != "--").map(String::as_str);
        let asks_for_all = words().any(|word| matches!(word, "--workspace" | "--all"));
        let of_all = !words().any(chooses_packages) && (asks_for_all || !workspace.has_root_package());
        self.units.iter().map(|unit| of_all && is_of_member(unit)).collect()
    }
}

/// `-p`, `-pNAME`, `--package`, `--package=NAME`
fn chooses_packages(word: &str) -> bool {
    let is_short = word.starts_with("-p") && !word.starts_with("--");
    is_short || word == "--package" || word.starts_with("--package=")
}

fn is_of_member(unit: &Unit) -> bool {
    unit.package.source == PackageSource::Member
        && unit.target.kind != TargetKind::BuildScript
        && unit.mode != Mode::RunBuildScript
}

impl Workspace {
    /// Whether the root manifest is also that of a package, which commands are then about by default.
    pub fn has_root_package(&self) -> bool {
        let root = self.root.trim_end_matches('/');
        let is_root = |path: &str| path.strip_suffix("/Cargo.toml") == Some(root);
        self.iter_members().any(|(_, package)| package.manifest_path.as_deref().is_some_and(is_root))
    }
}
