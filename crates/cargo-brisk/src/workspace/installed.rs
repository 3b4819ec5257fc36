//! The compilers that rustup has installed, from its files: nothing is started.

use std::collections::BTreeSet;
use std::path::Path;

use super::environment::Environment;

/// The versions of all compilers, as `1.95.0 (59807616e 2026-04-14)`. `None` where rustup does not know all: there is no
/// rustup, a toolchain is linked to a directory of the user's, or its manifest cannot be read.
pub(crate) fn compilers(environment: &Environment, cwd: &Path) -> Option<BTreeSet<String>> {
    let toolchains = environment.rustup_home(cwd)?.join("toolchains");
    let mut versions = BTreeSet::new();
    for entry in std::fs::read_dir(toolchains).ok()? {
        versions.insert(version(&entry.ok()?.path())?);
    }
    (!versions.is_empty()).then_some(versions)
}

/// rustup keeps the manifest of the channel that it installed from.
fn version(toolchain: &Path) -> Option<String> {
    let manifest = std::fs::read_to_string(toolchain.join("lib/rustlib/multirust-channel-manifest.toml")).ok()?;
    version_in(&manifest)
}

/// The manifest has a megabyte, all of one simple form: to parse it would take longer than everything else here.
fn version_in(manifest: &str) -> Option<String> {
    let (_, table) = manifest.split_once("\n[pkg.rustc]\n")?;
    let line = table.lines().take_while(|line| !line.starts_with('[')).find_map(|line| line.strip_prefix("version"))?;
    let text = line.trim_start().strip_prefix('=')?.trim();
    Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::Tree;

    fn manifest(version: &str) -> String {
        format!(
            "manifest-version = \"2\"\n\n[pkg.rustc-dev]\nversion = \"0\"\n\n[pkg.rustc]\nversion = \"{version}\"\n\n"
        )
    }

    #[test]
    fn all_compilers_are_known_or_none() {
        let path = |name: &str| format!("toolchains/{name}/lib/rustlib/multirust-channel-manifest.toml");
        let (stable, nightly) =
            (manifest("1.95.0 (59807616e 2026-04-14)"), manifest("1.97.0-nightly (e50aa6fba 2026-05-19)"));
        let tree = Tree::new(&[(&path("stable"), &stable), (&path("nightly"), &nightly)]);
        let known = || {
            let environment = Environment::default().with("RUSTUP_HOME", tree.path(""));
            compilers(&environment, Path::new("/")).map(|versions| versions.into_iter().collect::<Vec<_>>())
        };
        let expected = ["1.95.0 (59807616e 2026-04-14)", "1.97.0-nightly (e50aa6fba 2026-05-19)"];
        assert_eq!(known().unwrap(), expected);
        fs_err::create_dir(tree.path("toolchains/linked")).unwrap();
        assert_eq!(known(), None);
        assert_eq!(compilers(&Environment::default(), Path::new("/")), None);
    }
}
