//! The build of the workspace as it is, recorded in a copy: it shows that the workspace builds, and what its units cost.

use brisk::model::Build;

use crate::error::{Error, Result};
use crate::experiment::{BuildFailure, Network, Recorder};
use crate::ops::staging::{OwnDir, Side};

/// Builds `side` under capture, with a store of its own in `dir`.
///
/// # Errors
///
/// If it does not build, or could not be recorded.
pub(super) fn recorded(side: &Side, dir: &OwnDir) -> Result<Build> {
    let could_not = |error: &dyn std::error::Error| {
        Error::could_not_measure("the workspace as it is could not be built and recorded").because(error)
    };
    let recorder = Recorder::new(dir.path.join("data")).map_err(|error| could_not(&error))?;
    match recorder.build(&side.arm, &dir.interrupt, Network::Allowed) {
        Ok(recorded) => Ok(recorded.build),
        Err(BuildFailure::Failed { said, .. }) => {
            let error =
                Error::could_not_measure("the workspace does not build as it is, so there is nothing to start from");
            let said = side.copy.without_place(&said);
            Err(error.cause(said).hint(format!("`{}` shows all of it", side.arm.words())))
        }
        Err(error @ BuildFailure::NotRun { .. }) => Err(could_not(&error)),
    }
}
