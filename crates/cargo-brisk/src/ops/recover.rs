//! Recordings that broke off: a Brisk that was killed leaves its events behind, and the next one makes a run of them.

use std::ffi::OsString;
use std::path::PathBuf;

use brisk_store::recording::{self, ReadError, Recording, RecordingDir};

use super::recordings::{Loading, Places, chain, is_of_a_build, keep, workspace_of, workspace_options};
use crate::capture::CargoCommand;
use crate::console::Console;

/// Makes runs of the recordings that nobody works on any more. One that cannot be read is put aside, so that it is told of
/// once; one whose run cannot be stored stays for the next time.
pub(crate) fn recover(console: Console) {
    let Ok(places) = Places::of_user() else { return };
    for dir in recording::abandoned(&places.recordings).unwrap_or_default() {
        let id = dir.id().clone();
        if let Err(why) = recover_one(dir, &places) {
            console.warn(&format!("the recording {id}, which broke off, could not be recovered: {why}"));
        }
    }
}

fn recover_one(dir: RecordingDir, places: &Places) -> Result<(), String> {
    let recording = match Recording::read(dir.path()) {
        Ok(recording) => recording,
        // It broke off before Cargo was started: there is nothing to recover.
        Err(ReadError::Empty) => return dir.remove().map_err(|error| chain(&error)),
        Err(error) => {
            let why = chain(&error);
            return Err(match dir.put_aside() {
                Ok(path) => format!("{why}; it is kept as `{path}`"),
                Err(error) => format!("{why}, and it could not be put aside: {}", chain(&error)),
            });
        }
    };
    let command = CargoCommand::new(recording.begin.command.iter().map(OsString::from).collect());
    let options = workspace_options(&command, PathBuf::from(&recording.begin.cwd), places);
    let workspace = workspace_of(&options);
    let loading = Loading { recording: &recording, before: &[], cargo: None };
    let run = loading.run(dir.id().clone(), &workspace);
    if !is_of_a_build(&run) {
        return dir.remove().map_err(|error| chain(&error));
    }
    keep(dir, &run, places).map(drop)
}
