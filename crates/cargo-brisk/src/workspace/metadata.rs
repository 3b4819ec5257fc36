//! `cargo metadata`: asks Cargo about the workspace, and translates the answer.
//!
//! Cargo is asked so that it changes nothing and needs no network: `--locked --offline`, and without `rustup` installing a
//! toolchain on the way. What rustc said before it finds in a copy of its own cache, so that neither rustc nor a wrapper
//! of it is started. (Naming no wrapper where one is configured, or an empty one where none is, would miss that cache.)

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use brisk::model::{
    Declaration, DependencyKind, Package, PackageIdx, PackageSource, PackageTarget, TargetKind, Workspace,
    WorkspaceBasis,
};
use cargo_metadata::{CrateType, Metadata, PackageId};
use tempfile::TempDir;

use super::environment::Environment;

/// How Cargo is called.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) cargo: PathBuf,
    pub(super) cwd: PathBuf,
    pub(super) manifest_path: PathBuf,
    pub(super) environment: Environment,
    /// The triples that the build is for; none means the host.
    pub(super) triples: Vec<String>,
    /// Whether a wrapper is configured that is not installed: Cargo answers only if it is told to use none.
    pub(super) missing_wrapper: bool,
    /// The workspace's target directory, where Cargo caches what rustc said.
    pub(super) target_dir: PathBuf,
}

/// Cargo's cache of what rustc said, in the target directory (`util/rustc.rs`).
const RUSTC_INFO: &str = ".rustc_info.json";

impl Call {
    /// A private target directory with a copy of the cache: Cargo then need not start rustc, and what it writes (it makes
    /// the directory, and rewrites the cache when a wrapper was used for the last build) does not reach the user's.
    fn private_target_dir(&self) -> Option<TempDir> {
        let private = TempDir::new().ok()?;
        // Without a copy Cargo asks rustc, which is slower and otherwise the same.
        let _ = fs_err::copy(self.target_dir.join(RUSTC_INFO), private.path().join(RUSTC_INFO));
        Some(private)
    }
}

/// What Cargo says of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) workspace: Workspace,
    /// Which platforms the packages are for.
    pub(super) platforms: Platforms,
    /// `build_directory`, which Cargo tells since 1.91.
    pub(super) build_dir: Option<PathBuf>,
}

/// For which platforms the answer lists packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Platforms {
    /// For all, as the lockfile does.
    All,
    /// For those that are built for: the sources of the others are not on this machine.
    BuiltFor,
}

/// Why Cargo gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The program could not be started.
    NotStarted(std::io::Error),
    /// It ended with an error, and said this.
    Failed(String),
    /// It answered something else than metadata.
    Unreadable(String),
}

impl Failure {
    /// Whether sources were missing that Cargo would have had to download.
    pub(super) fn is_not_downloaded(&self) -> bool {
        matches!(self, Self::Failed(message) if is_not_downloaded(message))
    }
}

/// Asks Cargo. When sources of packages for other platforms are not downloaded (`cargo build` leaves them out), asks
/// again for the platforms that are built for.
pub(super) fn ask(call: &Call) -> Result<Answer, Failure> {
    let all = run(call, Platforms::All);
    match all {
        Err(Failure::Failed(message)) if is_not_downloaded(&message) => {
            run(call, Platforms::BuiltFor).map_err(|_| Failure::Failed(message))
        }
        Ok(_) | Err(_) => all,
    }
}

/// Cargo's words when `--offline` keeps it from downloading a package.
pub(super) fn is_not_downloaded(message: &str) -> bool {
    message.contains("failed to download") || message.contains("--offline was specified")
}

fn run(call: &Call, platforms: Platforms) -> Result<Answer, Failure> {
    let private_target_dir = call.private_target_dir();
    let mut command = command(call, platforms);
    match &private_target_dir {
        Some(private) => command.env("CARGO_TARGET_DIR", private.path()),
        None => command.env("CARGO_CACHE_RUSTC_INFO", "0"),
    };
    let output = command.output().map_err(Failure::NotStarted)?;
    if !output.status.success() {
        return Err(Failure::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|error| Failure::Unreadable(error.to_string()))?;
    Ok(Answer { workspace: workspace(&metadata), platforms, build_dir: metadata.build_directory.map(PathBuf::from) })
}

fn command(call: &Call, platforms: Platforms) -> Command {
    let mut command = Command::new(&call.cargo);
    command.args(["metadata", "--format-version", "1", "--locked", "--offline", "--color", "never"]);
    command.arg("--manifest-path").arg(&call.manifest_path);
    if platforms == Platforms::BuiltFor {
        let host = ["host-tuple".to_owned()];
        let triples = if call.triples.is_empty() { &host[..] } else { &call.triples };
        command.args(triples.iter().flat_map(|triple| ["--filter-platform", triple]));
    }
    command.env_clear().envs(call.environment.iter());
    command.env("RUSTUP_AUTO_INSTALL", "0");
    command.env_remove("RUST_BACKTRACE");
    if call.missing_wrapper {
        command.env("RUSTC_WRAPPER", "").env("RUSTC_WORKSPACE_WRAPPER", "");
    }
    command.current_dir(&call.cwd).stdin(Stdio::null());
    command
}

/// The triple of this machine, as Cargo tells it.
pub(super) fn host_triple(cargo: &Path, cwd: &Path, environment: &Environment) -> Option<String> {
    let mut command = Command::new(cargo);
    command.arg("-vV").current_dir(cwd).stdin(Stdio::null());
    command.env_clear().envs(environment.iter()).env("RUSTUP_AUTO_INSTALL", "0");
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

fn workspace(metadata: &Metadata) -> Workspace {
    let positions: BTreeMap<&PackageId, PackageIdx> =
        metadata.packages.iter().map(|package| &package.id).zip((0..).map(PackageIdx)).collect();
    let mut dependencies: BTreeMap<&PackageId, Vec<PackageIdx>> = BTreeMap::new();
    for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
        let mut indices: Vec<PackageIdx> =
            node.dependencies.iter().filter_map(|id| positions.get(id)).copied().collect();
        indices.sort_unstable();
        indices.dedup();
        dependencies.insert(&node.id, indices);
    }
    let package = |package: &cargo_metadata::Package| {
        let is_member = metadata.workspace_members.contains(&package.id);
        Package { dependencies: dependencies.remove(&package.id).unwrap_or_default(), ..described(package, is_member) }
    };
    Workspace {
        basis: WorkspaceBasis::CargoMetadata,
        root: metadata.workspace_root.to_string(),
        members: metadata.workspace_members.iter().filter_map(|id| positions.get(id)).copied().collect(),
        packages: metadata.packages.iter().map(package).collect(),
        inheritable: Vec::new(),
    }
}

fn described(package: &cargo_metadata::Package, is_member: bool) -> Package {
    Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        source: source(package.source.as_ref().map(|source| source.repr.as_str()), is_member),
        manifest_path: Some(package.manifest_path.to_string()),
        targets: package.targets.iter().filter_map(target).collect(),
        features: package.features.clone(),
        declarations: package.dependencies.iter().filter_map(declaration).collect(),
        dependencies: Vec::new(),
        links: package.links.clone(),
    }
}

fn source(written: Option<&str>, is_member: bool) -> PackageSource {
    match written {
        None if is_member => PackageSource::Member,
        None => PackageSource::Path,
        Some(source) if source.starts_with("git+") => PackageSource::Git,
        Some(source) if source.starts_with("registry+") || source.starts_with("sparse+") => PackageSource::Registry,
        Some(_) => PackageSource::Unknown,
    }
}

/// `None` for a kind of target that is not known here: Cargo may add some.
fn target(target: &cargo_metadata::Target) -> Option<PackageTarget> {
    use cargo_metadata::TargetKind as Kind;
    let kind = match target.kind.first()? {
        Kind::Bin => TargetKind::Bin,
        Kind::Example => TargetKind::Example,
        Kind::Test => TargetKind::Test,
        Kind::Bench => TargetKind::Bench,
        Kind::CustomBuild => TargetKind::BuildScript,
        Kind::ProcMacro => TargetKind::ProcMacro,
        Kind::Lib | Kind::RLib | Kind::DyLib | Kind::CDyLib | Kind::StaticLib if is_plain(&target.crate_types) => {
            TargetKind::Lib
        }
        Kind::Lib | Kind::RLib | Kind::DyLib | Kind::CDyLib | Kind::StaticLib => TargetKind::LinkedLib,
        _ => return None,
    };
    Some(PackageTarget {
        kind,
        name: target.name.clone(),
        src_path: target.src_path.to_string(),
        required_features: target.required_features.clone(),
    })
}

fn is_plain(crate_types: &[CrateType]) -> bool {
    crate_types.iter().all(|kind| matches!(kind, CrateType::Lib | CrateType::RLib))
}

/// `None` for a kind of dependency that is not known here.
fn declaration(dependency: &cargo_metadata::Dependency) -> Option<Declaration> {
    let kind = match dependency.kind {
        cargo_metadata::DependencyKind::Normal => DependencyKind::Normal,
        cargo_metadata::DependencyKind::Development => DependencyKind::Dev,
        cargo_metadata::DependencyKind::Build => DependencyKind::Build,
        _ => return None,
    };
    Some(Declaration {
        package: dependency.name.clone(),
        rename: dependency.rename.clone(),
        requirement: dependency.req.to_string(),
        kind,
        target: dependency.target.as_ref().map(ToString::to_string),
        optional: dependency.optional,
        default_features: dependency.uses_default_features,
        features: dependency.features.clone(),
        inherited: false,
        line: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_downloaded_is_told_from_what_nobody_knows() {
        let failed = |message: &str| Failure::Failed(message.to_owned()).is_not_downloaded();
        let not_downloaded = "error: failed to download `assert_cmd v2.0.17`\n\nCaused by:\n  attempting to make an HTTP \
                              request, but --offline was specified\n";
        assert!(failed(not_downloaded));
        assert!(!failed(
            "error: no matching package named `far` found\nAs a reminder, you're using offline mode (--offline)"
        ));
    }
}
