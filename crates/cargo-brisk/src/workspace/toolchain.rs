//! Failures of rustup: the toolchain that is asked for is not there, or cannot be told.

use std::path::{Path, PathBuf};

use super::diagnosis::{Cause, Circumstances, Message};

/// Recognises rustup's words when it cannot start any Cargo.
pub(super) fn recognise(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    uninstalled(message, circumstances).or_else(|| broken_file(message)).or_else(|| none_chosen(message))
}

fn uninstalled(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<Cause> {
    let name = named(message)?;
    let asked = Request::find(circumstances);
    let cure = match install(message, circumstances) {
        Some(command) => format!("`{command}` installs it"),
        None => format!("it is not one that rustup can download; `rustup toolchain link {name} PATH` adds it"),
    };
    let why = format!("{}; {cure}; `cargo +stable brisk` uses another one", asked.by);
    Some((format!("the toolchain `{name}` is not installed"), why))
}

/// The toolchain that rustup says is not installed.
pub(super) fn named<'a>(message: &Message<'a>) -> Option<&'a str> {
    if message.has("uninstalled toolchain") {
        message.quoted_after("uninstalled toolchain")
    } else if message.has("toolchain") && message.has("is not installed") && !message.has("could not execute") {
        message.quoted_after("toolchain")
    } else {
        None
    }
}

/// The command that installs it, if rustup can download it.
pub(super) fn install(message: &Message<'_>, circumstances: Circumstances<'_>) -> Option<String> {
    let name = named(message).filter(|name| is_distributed(name))?;
    let channel = Request::find(circumstances).channel;
    Some(format!("rustup toolchain install {}", channel.as_deref().unwrap_or(name)))
}

/// The file that asks for a toolchain, and how it writes its name.
pub(super) fn asked_for_in(circumstances: Circumstances<'_>) -> Option<(PathBuf, String)> {
    if circumstances.call.environment.text("RUSTUP_TOOLCHAIN").is_some() {
        return None;
    }
    let file = toolchain_file(&circumstances.call.cwd)?;
    let channel = channel_of(&file)?;
    Some((file, channel))
}

/// Who asks for a toolchain.
struct Request {
    by: String,
    /// As it is written there.
    channel: Option<String>,
}

impl Request {
    /// rustup's order: the environment, then the nearest file. (`cargo +toolchain` sets the environment.)
    fn find(circumstances: Circumstances<'_>) -> Self {
        if let Some(channel) = circumstances.call.environment.text("RUSTUP_TOOLCHAIN") {
            let by = "the environment variable `RUSTUP_TOOLCHAIN` asks for it".to_owned();
            return Self { by, channel: Some(channel.to_owned()) };
        }
        match toolchain_file(&circumstances.call.cwd) {
            Some(file) => Self { by: format!("`{}` asks for it", file.display()), channel: channel_of(&file) },
            None => Self { by: "it is rustup's choice for this directory".to_owned(), channel: None },
        }
    }
}

/// The file that says which toolchain to use, as rustup finds it.
pub(super) fn toolchain_file(cwd: &Path) -> Option<PathBuf> {
    let files = cwd.ancestors().flat_map(|dir| [dir.join("rust-toolchain"), dir.join("rust-toolchain.toml")]);
    files.into_iter().find(|file| file.is_file())
}

/// The channel of `[toolchain]`, or the single line of the older form.
fn channel_of(file: &Path) -> Option<String> {
    let content = std::fs::read_to_string(file).ok()?;
    match content.parse::<toml::Table>() {
        Ok(table) => Some(table.get("toolchain")?.get("channel")?.as_str()?.to_owned()),
        Err(_) => content.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()),
    }
}

/// Whether it is a name that rustup can download: a channel or a version.
fn is_distributed(name: &str) -> bool {
    let channels = ["stable", "beta", "nightly"];
    channels.iter().any(|channel| name.starts_with(channel)) || name.starts_with(|c: char| c.is_ascii_digit())
}

fn broken_file(message: &Message<'_>) -> Option<Cause> {
    let file = message.quoted_after("could not parse override file")?;
    let why = "rustup cannot tell which toolchain to use; mend it, or remove it".to_owned();
    Some((format!("the toolchain file `{file}` is broken"), why))
}

fn none_chosen(message: &Message<'_>) -> Option<Cause> {
    message.has("no default is configured").then(|| {
        let why = "rustup has no default toolchain; `rustup default stable` installs and chooses one".to_owned();
        ("no Rust toolchain is chosen".to_owned(), why)
    })
}
