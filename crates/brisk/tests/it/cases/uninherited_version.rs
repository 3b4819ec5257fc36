//! `uninherited-version`.

use brisk::analysis::Analysis;
use brisk::model::{Declaration, Inheritable, Surroundings, Workspace};
use brisk_test_support::{gantt, workspace_of};

use super::Case;

pub(super) const CASE: Case = Case {
    id: "uninherited-version",
    positive: || analysis(DRAWN, |_| {}),
    silent: || analysis(DRAWN, |declaration| declaration.inherited = true),
};

/// Two members that need the same package.
pub(crate) const DRAWN: &str = "
    dep v1.0.0      |F
    a <- dep        |.F
    b <- dep        |.F
";

/// Each declaration on a line of its own, and changed.
pub(crate) fn analysis(drawn: &str, change: fn(&mut Declaration)) -> Analysis {
    analysis_of(drawn, change, |_| {})
}

/// The same in a workspace that is changed as a whole.
pub(crate) fn analysis_of(drawn: &str, change: fn(&mut Declaration), all: fn(&mut Workspace)) -> Analysis {
    let build = gantt::parse(drawn);
    let mut workspace = workspace_of(&build);
    for package in &mut workspace.packages {
        for (declaration, line) in package.declarations.iter_mut().zip(10..) {
            declaration.line = Some(line);
            change(declaration);
        }
    }
    all(&mut workspace);
    Analysis::of(workspace, build, Surroundings::default(), Vec::new())
}

/// An entry of `[workspace.dependencies]`.
pub(crate) fn offer(requirement: &str) -> Inheritable {
    Inheritable {
        key: "dep".to_owned(),
        package: "dep".to_owned(),
        requirement: requirement.to_owned(),
        default_features: true,
        features: Vec::new(),
        line: Some(3),
    }
}
