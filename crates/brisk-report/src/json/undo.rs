//! The objects of `undo`.

use serde::Serialize;

use super::SCHEMA_VERSION;

/// What was undone.
#[derive(Clone, Debug, Serialize)]
pub struct Undo {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: String,
    /// The verb that wrote it.
    pub command: String,
    /// The change.
    pub id: String,
    /// In words.
    pub title: String,
    /// Files that were put back, from the root of the workspace where they lie in it.
    pub restored: Vec<String>,
    /// Files that were as they had been already.
    pub untouched: Vec<String>,
    /// Where edits are kept that were made after the change.
    pub kept: Vec<String>,
    /// The commit that has the change, and stays in the history; `null` if it was not committed by Brisk.
    pub commit: Option<String>,
}

/// A change in the journal.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// When it was made, seconds since the UNIX epoch.
    pub created_at: f64,
    /// `applied`, `undone`, or `interrupted`: then each file is as it was or as it shall be.
    pub state: String,
}

#[derive(Serialize)]
struct Changes<'a> {
    schema_version: u32,
    brisk_version: &'a str,
    command: &'a str,
    changes: &'a [ChangeRow],
}

/// The object of `undo` in one line, without a line feed.
pub fn undo(undo: &Undo) -> String {
    serde_json::to_string(undo).expect("the struct has string keys only")
}

/// The object of `undo --list` in one line, without a line feed: newest first.
pub fn changes(changes: &[ChangeRow], brisk_version: &str) -> String {
    let object = Changes { schema_version: SCHEMA_VERSION, brisk_version, command: "undo", changes };
    serde_json::to_string(&object).expect("the structs have string keys and finite numbers only")
}
