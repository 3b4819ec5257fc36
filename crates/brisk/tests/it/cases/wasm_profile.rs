//! `wasm-profile`.

use brisk::analysis::Analysis;
use brisk::model::{Linked, Surroundings};

use super::Case;
use super::configured::{analysis, configuration, profile, set};

pub(crate) const CASE: Case = Case { id: "wasm-profile", positive, silent };

const BUILD: &str = "
    wasm-bindgen v0.2.100 |FFB
    app (linked-lib) <- wasm-bindgen |...FFB
";

fn module() -> Surroundings {
    let module = Linked {
        path: "wasm32-unknown-unknown/release/app.wasm".to_owned(),
        profile_dir: "release".to_owned(),
        triple: Some("wasm32-unknown-unknown".to_owned()),
        bytes: 3_000_000,
        debug_bytes: None,
        is_artifact: true,
    };
    Surroundings { linked: Some(vec![module]), ..Surroundings::default() }
}

fn positive() -> Analysis {
    analysis(BUILD, configuration(), module())
}

/// The release profile asks for small code.
fn silent() -> Analysis {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.opt_level = set("s".to_owned());
    analysis(BUILD, configuration, module())
}
