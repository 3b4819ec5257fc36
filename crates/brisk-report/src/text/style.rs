//! The colours: Cargo's own for words that Cargo has, and one per phase of a unit.

use anstyle::{AnsiColor, Effects, Style};

/// No style.
pub(super) const PLAIN: Style = Style::new();
/// Cargo's status verbs (`clap_cargo::style::HEADER` and Cargo's `shell.rs` use the same bold bright green).
pub(super) const STATUS: Style = AnsiColor::BrightGreen.on_default().effects(Effects::BOLD);
/// Cargo's `warning`.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// Cargo's `note:` (`NOTE` in `clap_cargo::style`).
pub(super) const NOTE: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
/// Cargo's `error`.
pub(super) const ERROR: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
/// Section titles, and what stands out in a sentence.
pub(super) const STRONG: Style = Style::new().effects(Effects::BOLD);
/// Versions, rulers, remarks.
pub(super) const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Commands to type.
pub(super) const COMMAND: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);
/// Marks of the critical path.
pub(super) const CRITICAL: Style = AnsiColor::BrightRed.on_default().effects(Effects::BOLD);
/// Front ends.
pub(super) const FRONT: Style = AnsiColor::Cyan.on_default();
/// Code generation.
pub(super) const BACK: Style = AnsiColor::Magenta.on_default();
/// Linkers.
pub(super) const LINK: Style = AnsiColor::Yellow.on_default();
/// Build scripts at run.
pub(super) const SCRIPT: Style = AnsiColor::Green.on_default();
/// rustc calls whose phases are not known.
pub(super) const WHOLE: Style = AnsiColor::Blue.on_default();
/// Bars of sizes and loads.
pub(super) const AMOUNT: Style = AnsiColor::Blue.on_default();
