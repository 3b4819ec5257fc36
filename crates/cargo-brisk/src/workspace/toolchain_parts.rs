//! Parts of the toolchain in use that the workspace asks for and that are not installed: standard libraries of targets,
//! and components.
//!
//! Nothing is run: rustup keeps a toolchain in a directory of its own, with one directory for each target's libraries and
//! a list of the components (`lib/rustlib/components`).

use std::path::{Path, PathBuf};

use brisk::model::{FaultKind, FilePlace, Problem};
use toml::Table;

use super::config::Config;
use super::environment::Environment;
use super::faults::{self, naming};
use super::settings::Settings;
use super::toolchain::toolchain_file;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The configuration, and what it means.
    pub(super) config: &'a Config,
    /// See `config`.
    pub(super) settings: &'a Settings,
    /// The files that the configuration rests on.
    pub(super) config_files: &'a [PathBuf],
    /// Directory of the root manifest.
    pub(super) root_dir: &'a Path,
    /// The working directory.
    pub(super) cwd: &'a Path,
}

/// One problem for each part that is missing. None where a compiler is configured that rustup knows nothing of, or the
/// toolchain in use cannot be told.
pub(super) fn missing_parts(asked: Asked<'_>) -> Vec<Problem> {
    let environment = asked.config.environment();
    let Some(toolchain) = toolchain_dir(environment).filter(|_| asked.settings.rustc.is_none()) else {
        return Vec::new();
    };
    let file = ToolchainFile::read(asked.cwd).filter(|file| file.is_in_use(&toolchain));
    let builds_std = asked.config.value(&["unstable", "build-std"]).is_some();
    let mut problems = Vec::new();
    if !builds_std {
        let of_config = asked.settings.default_triples.iter().map(|triple| (triple, asked.place_in_config(triple)));
        let of_file =
            file.iter().flat_map(|file| file.targets.iter().map(|triple| (triple, file.place(triple, asked))));
        let missing = of_config.chain(of_file).filter(|(triple, _)| !has_target(&toolchain, triple));
        problems.extend(missing.map(|(triple, place)| no_target(triple, place)));
    }
    let components = std::fs::read_to_string(toolchain.join("lib/rustlib/components")).ok();
    for component in file.iter().flat_map(|file| &file.components) {
        if components.as_deref().is_some_and(|installed| !has_component(installed, component)) {
            let place = file.as_ref().and_then(|file| file.place(component, asked));
            problems.push(no_component(component, place));
        }
    }
    problems
}

impl Asked<'_> {
    /// The line that names the target; none if a variable does.
    fn place_in_config(&self, triple: &str) -> Option<FilePlace> {
        let places = self.config_files.iter().filter_map(|file| naming(file, triple, self.root_dir));
        places.into_iter().find(|place| place.line.is_some())
    }
}

/// The directory of the toolchain in use, by the variable that rustup sets for every Cargo that it starts.
fn toolchain_dir(environment: &Environment) -> Option<PathBuf> {
    let name = environment.text("RUSTUP_TOOLCHAIN")?;
    let home = environment.text("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(environment.text("HOME")?).join(".rustup")))?;
    // A path stands for itself.
    Some(home.join("toolchains").join(name)).filter(|dir| dir.join("lib/rustlib").is_dir())
}

/// A target is a triple, or a file that describes one, for which there is no library to install.
fn has_target(toolchain: &Path, triple: &str) -> bool {
    let is_named = !triple.ends_with(".json") && triple != "host-tuple";
    !is_named || toolchain.join("lib/rustlib").join(triple).is_dir()
}

/// `clippy` is listed as `clippy-preview-x86_64-unknown-linux-gnu`.
fn has_component(installed: &str, component: &str) -> bool {
    installed.lines().any(|line| {
        let rest = line.strip_prefix(component);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

/// What `rust-toolchain.toml` asks for.
struct ToolchainFile {
    path: PathBuf,
    channel: Option<String>,
    targets: Vec<String>,
    components: Vec<String>,
}

impl ToolchainFile {
    fn read(cwd: &Path) -> Option<Self> {
        let path = toolchain_file(cwd)?;
        let table: Table = std::fs::read_to_string(&path).ok()?.parse().ok()?;
        let toolchain = table.get("toolchain")?.as_table()?;
        let list = |key: &str| super::manifest::texts(toolchain, &[key]);
        let channel = super::manifest::text(toolchain, &["channel"]).map(str::to_owned);
        Some(Self { targets: list("targets"), components: list("components"), channel, path })
    }

    /// Whether the toolchain in use is the one that it asks for, and not another one from the command line.
    fn is_in_use(&self, toolchain: &Path) -> bool {
        let name = toolchain.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        self.channel.as_deref().is_none_or(|channel| name.starts_with(channel))
    }

    fn place(&self, words: &str, asked: Asked<'_>) -> Option<FilePlace> {
        naming(&self.path, words, asked.root_dir)
    }
}

fn no_target(triple: &str, place: Option<FilePlace>) -> Problem {
    let command = format!("rustup target add {triple}");
    let fault = faults::fault(FaultKind::Toolchain, triple, place.into_iter().collect(), Some(&command));
    Problem::new(
        format!("the standard library for `{triple}` is not installed"),
        format!("the workspace is configured to be built for it; `{command}` installs it"),
        "every build for it fails until then; what is shown is of earlier builds",
    )
    .with_fault(Some(fault))
}

/// rustup installs it on its own when the next command needs it.
fn no_component(component: &str, place: Option<FilePlace>) -> Problem {
    let command = format!("rustup component add {component}");
    let fault = faults::fault(FaultKind::Toolchain, component, place.into_iter().collect(), Some(&command));
    Problem::new(
        format!("the component `{component}` of the toolchain is not installed"),
        format!("`rust-toolchain.toml` asks for it; `{command}` installs it"),
        "nothing that is told here depends on it",
    )
    .with_fault(Some(fault))
    .as_note()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::config;
    use crate::workspace::settings::{Places, settings};
    use crate::workspace::testing::Tree;

    fn missing(tree: &Tree) -> Vec<(String, Vec<FilePlace>)> {
        let (cwd, root_manifest) = (tree.path("ws"), tree.path("ws/Cargo.toml"));
        let environment = Environment::default()
            .with("CARGO_HOME", tree.path("home"))
            .with("RUSTUP_HOME", tree.path("rustup"))
            .with("RUSTUP_TOOLCHAIN", "1.90.0-x86_64-unknown-linux-gnu");
        let (config, config_files, _) = config::read(&cwd, &environment);
        let (settings, _) = settings(&config, Places { root_manifest: &root_manifest, target_dir: None, cwd: &cwd });
        let asked =
            Asked { config: &config, settings: &settings, config_files: &config_files, root_dir: &cwd, cwd: &cwd };
        let faults = missing_parts(asked).into_iter().filter_map(|problem| problem.fault);
        faults.map(|fault| (fault.subject, fault.places)).collect()
    }

    fn tree(config: &str, channel: &str) -> Tree {
        let toolchain = "rustup/toolchains/1.90.0-x86_64-unknown-linux-gnu/lib/rustlib";
        let file = format!(
            "[toolchain]\nchannel = '{channel}'\ncomponents = ['clippy', 'rust-src']\ntargets = ['thumbv7em-none-eabi']\n"
        );
        Tree::new(&[
            ("ws/Cargo.toml", "[workspace]"),
            ("ws/.cargo/config.toml", config),
            ("ws/rust-toolchain.toml", &file),
            (
                &format!("{toolchain}/components"),
                "clippy-preview-x86_64-unknown-linux-gnu\ncargo-x86_64-unknown-linux-gnu\n",
            ),
            (&format!("{toolchain}/wasm32-wasip1/lib/libstd.rlib"), ""),
        ])
    }

    fn at(file: &str, line: u32) -> Vec<FilePlace> {
        vec![FilePlace { file: file.to_owned(), line: Some(line) }]
    }

    #[test]
    fn targets_and_components_that_are_asked_for_and_not_there_are_missing() {
        let tree = tree("[build]\ntarget = ['wasm32-wasip1', 'wasm32-unknown-unknown', 'own.json']\n", "1.90.0");
        let expected = [
            ("wasm32-unknown-unknown".to_owned(), at(".cargo/config.toml", 2)),
            ("thumbv7em-none-eabi".to_owned(), at("rust-toolchain.toml", 4)),
            ("rust-src".to_owned(), at("rust-toolchain.toml", 3)),
        ];
        assert_eq!(missing(&tree), expected);
    }

    #[test]
    fn a_file_that_asks_for_another_toolchain_and_a_library_built_from_source_are_no_reason() {
        let tree = tree("[build]\ntarget = 'wasm32-unknown-unknown'\n[unstable]\nbuild-std = ['std']\n", "1.80");
        assert_eq!(missing(&tree), []);
    }
}
