//! What is at fault when Cargo cannot work, and the line that says so.

use std::path::Path;

use brisk::model::{Fault, FaultKind, FilePlace, Workspace};

use super::diagnosis::{Circumstances, Message};

/// The fault that a message of Cargo tells of, for the recogniser that knew it.
pub(super) type FaultOf = fn(&Message<'_>, Circumstances<'_>) -> Option<Fault>;

/// Nothing that keeps Cargo from building: it was told to be offline, or to leave the lockfile alone.
pub(super) fn none(_: &Message<'_>, _: Circumstances<'_>) -> Option<Fault> {
    None
}

/// The workspace's own files, with the place that Cargo names.
pub(super) fn manifest(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let place = message.location();
    let file = place.map(|(file, _)| file).or_else(|| message.quoted_after("failed to parse manifest at"))?;
    let line = place.map(|(_, line)| line).or_else(|| message.number_after("TOML parse error at line "));
    Some(of_file(&circumstances.call.cwd.join(file), line, circumstances.root_dir))
}

/// Cargo's configuration.
pub(super) fn configuration(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let file = message.quoted_after("could not parse TOML configuration in");
    let line = message.number_after("TOML parse error at line ");
    Some(match file {
        Some(file) => of_file(Path::new(file), line, circumstances.root_dir),
        None => fault(FaultKind::Workspace, "configuration", Vec::new(), None),
    })
}

/// The lockfile.
pub(super) fn lockfile(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let line = message.number_after("TOML parse error at line ");
    let places = vec![FilePlace { file: "Cargo.lock".to_owned(), line }];
    let is_new = message.has("lock file version");
    let command = if is_new { "rustup update" } else { "git log -1 -- Cargo.lock" };
    let command = (is_new || circumstances.root_dir.join(".git").exists()).then_some(command);
    Some(fault(FaultKind::Workspace, "Cargo.lock", places, command))
}

/// A member or path dependency that is not there.
pub(super) fn missing_manifest(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let path = message.quoted_after("failed to read")?;
    let dependency = message.quoted_after("failed to load manifest for dependency");
    let subject = dependency.or_else(|| message.quoted_after("failed to load source for dependency"));
    let subject = subject.map_or_else(|| relative(Path::new(path), circumstances.root_dir), str::to_owned);
    // The member by which Cargo got there declares it; else the workspace lists it.
    let dir = Path::new(path).parent().and_then(Path::file_name).and_then(|name| name.to_str())?;
    let by = message.quoted_after("failed to load manifest for workspace member");
    let declaring = match by {
        Some(member) if dependency.is_some() => Path::new(member).join("Cargo.toml"),
        _ => circumstances.root_dir.join("Cargo.toml"),
    };
    let place = naming(&declaring, dir, circumstances.root_dir).filter(|place| place.line.is_some());
    Some(fault(FaultKind::Workspace, &subject, place.into_iter().collect(), None))
}

/// The package that is not a member of the workspace above it.
pub(super) fn not_a_member(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let line = |name: &str| message.line_after(name);
    let current = relative(Path::new(line("current:")?), circumstances.root_dir);
    let workspace = FilePlace { file: relative(Path::new(line("workspace:")?), circumstances.root_dir), line: None };
    Some(fault(FaultKind::Workspace, &current, vec![workspace], None))
}

/// The toolchain, and the file that asks for it.
pub(super) fn toolchain(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let name = super::toolchain::named(message).unwrap_or("toolchain");
    let places = super::toolchain::asked_for_in(circumstances).into_iter();
    let places = places.filter_map(|(file, channel)| naming(&file, &channel, circumstances.root_dir)).collect();
    let command = super::toolchain::install(message, circumstances);
    Some(fault(FaultKind::Toolchain, name, places, command.as_deref()))
}

/// The compiler.
pub(super) fn compiler(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Fault> {
    let command = message.quoted_after("could not execute process")?;
    let name = command.split(' ').next()?;
    let configured = circumstances.settings.rustc.as_ref().filter(|program| program.path == Path::new(name));
    let origin = configured.map(|program| program.origin.as_str()).unwrap_or_default();
    Some(program(name, origin, circumstances.root_dir))
}

/// A program that the configuration names, and that is not there.
pub(super) fn program(name: &str, origin: &str, root_dir: &Path) -> Fault {
    let written = Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name);
    let file = origin.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    let place = file.and_then(|file| naming(Path::new(file), written, root_dir));
    fault(FaultKind::Program, written, place.into_iter().collect(), None)
}

/// A fault.
pub(super) fn fault(kind: FaultKind, subject: &str, places: Vec<FilePlace>, command: Option<&str>) -> Fault {
    Fault { kind, subject: subject.to_owned(), places, command: command.map(str::to_owned) }
}

fn of_file(file: &Path, line: Option<u32>, root_dir: &Path) -> Fault {
    let file = relative(file, root_dir);
    fault(FaultKind::Workspace, &file.clone(), vec![FilePlace { file, line }], None)
}

/// The first line of a file that has these words and is no comment.
pub(super) fn naming(file: &Path, words: &str, root_dir: &Path) -> Option<FilePlace> {
    let text = std::fs::read_to_string(file).ok()?;
    let says = |line: &str| line.contains(words) && !line.trim_start().starts_with('#');
    let line = text.lines().zip(1..).find(|(line, _)| says(line)).map(|(_, line)| line);
    Some(FilePlace { file: relative(file, root_dir), line })
}

/// The path below the workspace, or the whole path.
pub(super) fn relative(path: &Path, root_dir: &Path) -> String {
    let path = super::paths::normalize(path);
    path.strip_prefix(root_dir).unwrap_or(&path).to_string_lossy().into_owned()
}

/// Where a path dependency that is missing is declared, by the manifests that could be read.
pub(super) fn declared_in(workspace: &Workspace, dependency: &str) -> Option<FilePlace> {
    workspace.packages.iter().find_map(|package| {
        let line = package.declarations.iter().find(|declaration| declaration.package == dependency)?.line;
        let manifest = Path::new(package.manifest_path.as_deref()?);
        Some(FilePlace { file: relative(manifest, Path::new(&workspace.root)), line })
    })
}
