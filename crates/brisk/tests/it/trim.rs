//! The cure of `broad-features`, and who has to agree to it.

use std::collections::{BTreeMap, BTreeSet};

use brisk::detect::Finding;
use brisk::model::{
    Consent, Cure, DependencyKind, Inheritable, MemberSources, Mention, PackageIdx, PackageSource, Place, SourceFile,
    Sources, Surroundings, Trim, When, Workspace,
};
use brisk::plan::{NotFixable, Stage, fixes};

use crate::cases::broad_features::analysis_of;

const TWO: &str = "
    extra v1.0.0                                           |FFFFFFFFFFFFFFFB
    NAME v1.0.0 +full +a +b +c +d +extra <- extra          |.....FFB
    app <- NAME                                            |........FFB
    tool <- NAME                                           |........FFB
";

fn with_sources(members: Vec<MemberSources>) -> Surroundings {
    let sources = Sources { members, missing_modules: Vec::new() };
    Surroundings { sources: Some(sources), ..Surroundings::default() }
}

/// What is found of a package of that name.
fn finding(name: &str, feature: &str, surroundings: Surroundings, change: impl FnOnce(&mut Workspace)) -> Finding {
    let drawn = TWO.replace("NAME", name).replace("full", feature);
    let analysis = analysis_of(&drawn, name, surroundings, change);
    analysis.findings.into_iter().find(|finding| finding.id == "broad-features").expect("it is found")
}

fn trim(finding: &Finding) -> Option<&Trim> {
    finding.cure.iter().find_map(|cure| match cure {
        Cure::Trim(trim) => Some(trim),
        _ => None,
    })
}

/// The cure for `full` of `tower`, in a workspace that was changed.
fn of_tower(change: impl FnOnce(&mut Workspace)) -> Option<Trim> {
    trim(&finding("tower", "full", with_sources(Vec::new()), change)).cloned()
}

fn package(workspace: &mut Workspace, name: &str) -> usize {
    workspace.packages.iter().position(|package| package.name == name).expect("it is there")
}

#[test]
fn a_bundle_is_to_be_replaced_by_its_parts_in_each_member() {
    let trim = of_tower(|_| {}).expect("it can be tried");
    assert_eq!(trim.consent, Consent::NotNeeded);
    assert_eq!(trim.parts.iter().map(|part| part.feature.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d", "extra"]);
    let members: Vec<_> = trim.places.iter().map(|place| place.members.clone()).collect();
    assert_eq!(members, ["app", "tool"].map(|name| vec![(name.to_owned(), DependencyKind::Normal)]));
}

#[test]
fn what_several_inherit_is_one_place() {
    let inherit = |workspace: &mut Workspace| {
        workspace.inheritable.push(Inheritable {
            key: "tower".to_owned(),
            package: "tower".to_owned(),
            requirement: "^1".to_owned(),
            default_features: true,
            features: vec!["full".to_owned()],
            line: Some(3),
        });
        let members = workspace.packages.iter_mut().filter(|package| package.source == PackageSource::Member);
        members.flat_map(|member| &mut member.declarations).for_each(|it| it.inherited = true);
    };
    let trim = of_tower(inherit).expect("it can be tried");
    assert_eq!(trim.places.len(), 1);
    assert_eq!(trim.members(), BTreeSet::from(["app", "tool"]));
}

#[test]
fn what_cannot_be_changed_or_seen_here_is_not_tried() {
    let of_platform = |workspace: &mut Workspace| {
        let app = package(workspace, "app");
        workspace.packages[app].declarations[0].target = Some("cfg(windows)".to_owned());
    };
    let of_feature = |workspace: &mut Workspace| {
        let app = package(workspace, "app");
        workspace.packages[app].features.insert("all".to_owned(), vec!["tower/full".to_owned()]);
    };
    let of_neighbour = |workspace: &mut Workspace| {
        let app = package(workspace, "app");
        workspace.packages[app].source = PackageSource::Path;
        workspace.members.retain(|member| member.0 as usize != app);
    };
    assert_eq!(of_tower(of_platform), None);
    assert_eq!(of_tower(of_feature), None);
    assert_eq!(of_tower(of_neighbour), None);
    assert_eq!(trim(&finding("tower", "full", Surroundings::default(), |_| {})), None, "nobody read the sources");
}

#[test]
fn what_changes_more_than_names_stays() {
    let locks = |workspace: &mut Workspace| {
        let tokio = package(workspace, "tokio");
        let features = &mut workspace.packages[tokio].features;
        features.insert("parking_lot".to_owned(), Vec::new());
        features.get_mut("full").expect("it is there").push("parking_lot".to_owned());
    };
    let finding = finding("tokio", "full", with_sources(Vec::new()), locks);
    let trim = trim(&finding).expect("it can be tried");
    assert_eq!(trim.places[0].kept, ["parking_lot"]);
    assert_eq!(trim.features(0, &BTreeSet::from([(0, 1)])), ["b", "parking_lot"]);
    assert!(finding.caveats.iter().any(|caveat| caveat.contains("keeps `parking_lot`")), "{:?}", finding.caveats);
}

/// What of `tower` stays in each place, where code of `app` names `c` of it under these circumstances.
fn kept_where_named(place: Place, when: When) -> Vec<Vec<String>> {
    let segments = BTreeSet::from(["c".to_owned(), "TcpStream".to_owned()]);
    let mention = Mention { place, when, line: 1, segments };
    let sources = MemberSources {
        package: PackageIdx(0),
        files: vec![SourceFile {
            path: "app/src/lib.rs".to_owned(),
            reached_by: Vec::new(),
            mentions: BTreeMap::from([("tower".to_owned(), vec![mention])]),
        }],
        unread: Vec::new(),
        includes_generated: false,
        kept: BTreeSet::new(),
    };
    let finding = finding("tower", "full", with_sources(vec![sources]), |_| {});
    trim(&finding).expect("it can be tried").places.iter().map(|place| place.kept.clone()).collect()
}

#[test]
fn what_code_names_stays_even_if_it_is_not_compiled_here() {
    let stays = [vec!["c".to_owned()], Vec::new()];
    assert_eq!(kept_where_named(Place::Path, When::ALWAYS), stays);
    assert_eq!(kept_where_named(Place::Path, When { test: false, perhaps: true }), stays);
    assert_eq!(kept_where_named(Place::Path, When { test: true, perhaps: false }), [Vec::<String>::new(), Vec::new()]);
    assert_eq!(kept_where_named(Place::Word, When::ALWAYS), [Vec::<String>::new(), Vec::new()]);
}

#[test]
fn members_that_others_need_come_last() {
    let needs = |from: &'static str, to: &'static str| {
        move |workspace: &mut Workspace| {
            let (from, to) = (package(workspace, from), package(workspace, to));
            workspace.packages[from].dependencies.push(PackageIdx(u32::try_from(to).expect("few")));
        }
    };
    let order = |trim: Option<Trim>| {
        let places = trim.expect("it can be tried").places;
        places.iter().map(|place| place.members[0].0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(of_tower(needs("app", "tool"))), ["app", "tool"]);
    assert_eq!(order(of_tower(needs("tool", "app"))), ["tool", "app"]);
}

#[test]
fn default_features_are_trimmed_where_somebody_asks_for_it_by_key() {
    let found = [finding("tower", "default", with_sources(Vec::new()), |_| {})];
    assert_eq!(trim(&found[0]).map(|trim| trim.consent), Some(Consent::Needed));
    assert_eq!(fixes(&found, &[]), Ok(Vec::new()));
    let by_kind = fixes(&found, &["broad-features".to_owned()]).expect_err("that is no consent");
    assert!(matches!(&by_kind, NotFixable::ByKey { keys, .. } if *keys == ["broad-features:tower"]), "{by_kind}");
    let by_key = fixes(&found, &["broad-features:tower".to_owned()]).expect("it can be tried");
    assert_eq!(by_key.iter().map(|fix| fix.stage).collect::<Vec<_>>(), [Stage::Features]);
}

#[test]
fn a_bundle_of_gates_needs_no_consent_and_others_do() {
    let found = |name| [finding(name, "full", with_sources(Vec::new()), |_| {})];
    assert_eq!(fixes(&found("tower"), &[]).expect("nothing was asked for").len(), 1);
    assert_eq!(fixes(&found("symphonia"), &[]).expect("nothing was asked for").len(), 0);
}
