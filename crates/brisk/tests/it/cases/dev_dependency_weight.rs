//! `dev-dependency-weight`.

use brisk::analysis::Analysis;
use brisk::model::{DependencyKind, Surroundings};
use brisk_test_support::{gantt, workspace_of};

use super::{Case, picture};

pub(super) const CASE: Case =
    Case { id: "dev-dependency-weight", positive: || picture(POSITIVE), silent: || picture(SILENT) };

const POSITIVE: &str = "
    base v1.0.0                    |FFFFFB
    check v1.0.0 <- base           |.....FFFFFFFB
    app                            |FFFFB
    app (lib test) <- check        |............FFBL
";

/// A dependency that the application needs as well.
const SILENT: &str = "
    base v1.0.0                    |FFFFFB
    check v1.0.0 <- base           |.....FFFFFFFB
    app <- check                   |............FFFFB
    app (lib test) <- check        |............FFBL
";

#[test]
fn what_code_asks_for_as_well_is_not_of_tests_alone_though_only_tests_were_built() {
    let build = gantt::parse("check v1.0.0 |FFFFFFFFFFFFFB\napp |FFFFB\napp (lib test) <- check |............FFBL");
    let mut workspace = workspace_of(&build);
    for declaration in workspace.packages.iter_mut().flat_map(|package| &mut package.declarations) {
        declaration.kind = DependencyKind::Normal;
    }
    let analysis = Analysis::of(workspace, build, Surroundings::default(), Vec::new());
    assert!(analysis.findings.iter().all(|finding| finding.id != CASE.id), "{:#?}", analysis.findings);
}
