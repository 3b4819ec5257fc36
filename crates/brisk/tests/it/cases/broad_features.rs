//! `broad-features`.

use brisk::analysis::Analysis;
use brisk::model::{Declaration, Package, Surroundings, Workspace};
use brisk_test_support::{gantt, workspace_of};

use super::Case;

pub(super) const CASE: Case = Case { id: "broad-features", positive: || analysis(ALONE), silent: || analysis(NARROW) };

/// `app` takes all of `dep`, and nothing else needs `extra`.
pub(crate) const ALONE: &str = "
    extra v1.0.0                                          |FFFFFFFFB
    dep v1.0.0 +full +a +b +c +d +extra <- extra          |.....FFB
    app <- dep                                            |........FFB
";

/// It takes a part.
const NARROW: &str = "
    extra v1.0.0                           |FFFFFFFFB
    dep v1.0.0 +a +extra <- extra          |.....FFB
    app <- dep                             |........FFB
";

/// The workspace in which `dep` has the feature `full` (and `extra`, for the optional package), and every package asks for
/// those features of it that were built.
pub(crate) fn analysis(drawn: &str) -> Analysis {
    analysis_of(drawn, "dep", Surroundings::default(), |_| {})
}

/// The same with another name for `dep`, and with whatever else `change` makes of the workspace.
pub(crate) fn analysis_of(
    drawn: &str,
    name: &str,
    surroundings: Surroundings,
    change: impl FnOnce(&mut Workspace),
) -> Analysis {
    let build = gantt::parse(drawn);
    let mut workspace = workspace_of(&build);
    let dep = build.units.iter().find(|unit| unit.package.name == name).expect("every picture has it");
    let features = dep.features.clone();
    let named = |feature: &&String| ["full", "default"].contains(&feature.as_str());
    let asked: Vec<String> = match features.iter().find(named) {
        Some(feature) => vec![feature.clone()],
        None => features,
    };
    for (package, line) in workspace.packages.iter_mut().zip(10..) {
        if package.name == name {
            describe(package);
        } else {
            package.declarations.iter_mut().for_each(|it| ask(it, &asked, line));
        }
    }
    change(&mut workspace);
    Analysis::of(workspace, build, surroundings, Vec::new())
}

fn describe(dep: &mut Package) {
    let all = ["a", "b", "c", "d", "extra"].map(str::to_owned).to_vec();
    for name in ["full", "default"] {
        dep.features.insert(name.to_owned(), all.clone());
    }
    dep.features.extend(["a", "b", "c", "d"].map(|name| (name.to_owned(), Vec::new())));
    dep.features.insert("extra".to_owned(), vec!["dep:extra".to_owned()]);
    dep.declarations.iter_mut().for_each(|declaration| declaration.optional = true);
}

fn ask(declaration: &mut Declaration, features: &[String], line: u32) {
    declaration.line = Some(line);
    declaration.default_features = features.iter().any(|feature| feature == "default");
    declaration.features = features.iter().filter(|feature| *feature != "default").cloned().collect();
}
