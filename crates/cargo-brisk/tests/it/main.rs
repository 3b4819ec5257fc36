//! Tests of the program, run as users run it.

#[cfg(unix)]
mod bench;
#[cfg(unix)]
mod broken;
#[cfg(unix)]
mod confirm;
#[cfg(unix)]
mod diagnose;
#[cfg(unix)]
mod diff;
#[cfg(unix)]
mod disk;
mod edits;
#[cfg(unix)]
mod findings;
#[cfg(unix)]
mod fix;
#[cfg(unix)]
mod fix_asked;
#[cfg(unix)]
mod fix_features;
#[cfg(unix)]
mod history;
#[cfg(unix)]
mod import;
#[cfg(unix)]
mod prove;
#[cfg(unix)]
mod rebuilds;
mod record;
#[cfg(unix)]
mod record_build;
#[cfg(unix)]
mod record_calls;
#[cfg(unix)]
mod record_others;
#[cfg(unix)]
mod record_trouble;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod select;
#[cfg(unix)]
mod settings;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod unused;
mod usage;
#[cfg(unix)]
mod what_if;
