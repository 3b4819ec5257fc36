//! Which declarations are told to be unused.

use brisk::analysis::Analysis;
use brisk::detect::{Finding, Risk};
use brisk::model::{
    CheckedTarget, Confirmation, Declaration, DependencyKind, Mode, PackageTarget, Place, Surroundings, Target,
    TargetKind, When, Workspace,
};
use brisk_test_support::{gantt, workspace_of};

use crate::support::{Named, sources};

const BUILD: &str = "
    sub v1.0.0                 |FFFB
    a v1.0.0 <- sub            |....FFFFFB
    b v1.0.0                   |FFFFFB
    app <- a, b                |..........FFFFB
";

/// A workspace whose only member `app` declares `a` and `b`, before and after what a test does to it.
struct Scene {
    workspace: Workspace,
    surroundings: Surroundings,
}

impl Scene {
    /// One in which `app` names `b` and these.
    fn new(named: &[Named]) -> Self {
        let workspace = workspace_of(&gantt::parse(BUILD));
        let mut all = vec![Named { name: "b", ..Named::in_target(TargetKind::Lib) }];
        all.extend_from_slice(named);
        let surroundings = Surroundings { sources: Some(sources(&workspace, &all)), ..Surroundings::default() };
        Self { workspace, surroundings }
    }

    /// Edits the declaration of `a`.
    fn declaring(mut self, edit: impl Fn(&mut Declaration)) -> Self {
        let member = self.workspace.members[0].0 as usize;
        self.workspace.packages[member].declarations.iter_mut().filter(|d| d.package == "a").for_each(edit);
        self
    }

    /// Declares `a` once more, for tests.
    fn also_for_tests(mut self) -> Self {
        let member = &mut self.workspace.packages[self.workspace.members[0].0 as usize];
        let of_a = member.declarations.iter().find(|d| d.package == "a").expect("`app` declares it").clone();
        member.declarations.push(Declaration { kind: DependencyKind::Dev, ..of_a });
        self
    }

    /// Makes `sub` depend on `a` as well.
    fn needed_by_sub(mut self, features: &[&str]) -> Self {
        let position =
            |name: &str| self.workspace.packages.iter().position(|package| package.name == name).expect("it is drawn");
        let (a, sub, app) = (position("a"), position("sub"), position("app"));
        let of_a = self.workspace.packages[app]
            .declarations
            .iter()
            .find(|d| d.package == "a")
            .expect("`app` declares it")
            .clone();
        let sub = &mut self.workspace.packages[sub];
        sub.dependencies.push(brisk::model::PackageIdx(u32::try_from(a).expect("there are few packages")));
        sub.declarations.push(Declaration { features: features.iter().map(|&f| f.to_owned()).collect(), ..of_a });
        self
    }

    /// rustc saw these targets of `app`, and says of each whether it uses `a`; `None`: it does not compile.
    fn checked(mut self, targets: &[(TargetKind, Mode, Option<bool>)]) -> Self {
        let checked = targets.iter().map(|&(kind, mode, uses)| CheckedTarget {
            package: self.workspace.members[0],
            target: Target { kind, name: "app".to_owned() },
            mode,
            externs: vec!["a".to_owned(), "b".to_owned()],
            unused: uses.map(|uses| if uses { Vec::new() } else { vec!["a".to_owned()] }),
        });
        let targets = checked.collect();
        self.surroundings.confirmation = Some(Confirmation {
            command: "cargo check --all-targets".to_owned(),
            succeeded: true,
            targets,
            directory: "/cache".to_owned(),
            bytes: None,
        });
        self
    }

    /// What is found about unused dependencies.
    fn found(self) -> Vec<Finding> {
        let mut findings = Analysis::of(self.workspace, gantt::parse(BUILD), self.surroundings, Vec::new()).findings;
        findings.retain(|finding| finding.id == "unused-dependency");
        findings
    }

    fn titles(self) -> Vec<String> {
        self.found().into_iter().map(|finding| finding.title).collect()
    }
}

fn a_in(kind: TargetKind) -> Named {
    Named { name: "a", ..Named::in_target(kind) }
}

const UNUSED: [&str; 1] = ["app does not use a; 2 units of 1.00 s would go"];
const NOTHING: [&str; 0] = [];

#[test]
fn what_nothing_names_is_told_with_all_that_goes_with_it() {
    let found = Scene::new(&[]).found();
    assert_eq!(found[0].title, UNUSED[0]);
    assert_eq!(found[0].key, "unused-dependency:app:a");
    assert_eq!(found[0].risk, Risk::Medium);
    assert_eq!(found[0].command.as_deref(), Some("cargo remove --package app a"));
    assert_eq!(found[0].cuts.len(), 1);
    assert_eq!(found[0].evidence, ["none of its 1 source file names a"]);
    assert_eq!(found.len(), 1);
}

#[test]
fn a_word_of_the_same_spelling_is_no_use_and_an_argument_is() {
    assert_eq!(Scene::new(&[Named { place: Place::Word, ..a_in(TargetKind::Lib) }]).titles(), UNUSED);
    assert_eq!(Scene::new(&[Named { place: Place::Argument, ..a_in(TargetKind::Bin) }]).titles(), NOTHING);
}

#[test]
fn what_only_tests_name_belongs_in_another_table() {
    let title = ["app needs a for its tests only; 2 units of 1.00 s would go"];
    let test_code = When { test: true, perhaps: false };
    for named in [
        a_in(TargetKind::Test),
        a_in(TargetKind::Example),
        Named { when: test_code, ..a_in(TargetKind::Lib) },
        Named { place: Place::Doctest, ..a_in(TargetKind::Lib) },
    ] {
        assert_eq!(Scene::new(&[named]).titles(), title);
    }
    let found = Scene::new(&[a_in(TargetKind::Test)]).found();
    let lines: Vec<_> = found[0].locations.iter().map(|place| (place.file.as_str(), place.line)).collect();
    assert_eq!(lines, [("app/Cargo.toml", None), ("app/test.rs", Some(3))]);
}

#[test]
fn what_tests_have_from_their_own_table_can_go_from_the_other() {
    let found = Scene::new(&[a_in(TargetKind::Test)]).also_for_tests().found();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].title, UNUSED[0]);
    assert!(found[0].evidence.contains(&"tests have it from [dev-dependencies] already".to_owned()));
    assert_eq!(found[0].command.as_deref(), Some("cargo remove --package app a"));
}

#[test]
fn each_table_has_its_own_users_and_its_own_key() {
    let declared = |kind, named: Option<Named>| {
        let found = Scene::new(named.as_slice()).declaring(|declaration| declaration.kind = kind).found();
        found.into_iter().map(|finding| finding.key).collect::<Vec<_>>()
    };
    assert_eq!(declared(DependencyKind::Build, Some(a_in(TargetKind::Lib))), ["unused-dependency:app:a:build"]);
    assert_eq!(declared(DependencyKind::Build, Some(a_in(TargetKind::BuildScript))), NOTHING);
    assert_eq!(declared(DependencyKind::Dev, None), ["unused-dependency:app:a:dev"]);
    assert_eq!(declared(DependencyKind::Dev, Some(a_in(TargetKind::BuildScript))), ["unused-dependency:app:a:dev"]);
    assert_eq!(declared(DependencyKind::Dev, Some(a_in(TargetKind::Bench))), NOTHING);
    assert_eq!(declared(DependencyKind::Normal, Some(a_in(TargetKind::BuildScript))), ["unused-dependency:app:a"]);
}

#[test]
fn a_new_name_is_what_sources_write() {
    let renamed = |named: &[Named]| {
        Scene::new(named).declaring(|declaration| declaration.rename = Some("new-a".to_owned())).titles()
    };
    assert_eq!(renamed(&[a_in(TargetKind::Lib)]), ["app does not use new-a; 2 units of 1.00 s would go"]);
    assert_eq!(renamed(&[Named { name: "new_a", ..Named::in_target(TargetKind::Lib) }]), NOTHING);
}

#[test]
fn text_that_is_not_whole_proves_nothing() {
    let unread = |edit: fn(&mut brisk::model::MemberSources)| {
        let mut scene = Scene::new(&[]);
        edit(&mut scene.surroundings.sources.as_mut().unwrap().members[0]);
        scene.titles()
    };
    assert_eq!(unread(|member| member.unread.push("app/src/lib.rs".to_owned())), NOTHING);
    assert_eq!(unread(|member| member.includes_generated = true), NOTHING);
    assert_eq!(unread(|member| member.kept.extend(["a".to_owned()])), NOTHING);
    assert_eq!(unread(|_| ()), UNUSED);
}

#[test]
fn a_switch_for_features_that_others_use_is_left_alone() {
    let asking = |features: &[&str]| {
        let scene = Scene::new(&[]).needed_by_sub(&["shared"]);
        let features: Vec<String> = features.iter().map(|&name| name.to_owned()).collect();
        scene.declaring(|declaration| declaration.features.clone_from(&features)).titles().len()
    };
    assert_eq!(asking(&["js"]), 0);
    assert_eq!(asking(&["shared"]), 1);
    assert_eq!(asking(&[]), 1);
}

#[test]
fn a_feature_of_what_nobody_else_needs_is_no_reason_to_keep_it() {
    let titles = Scene::new(&[]).declaring(|declaration| declaration.features = vec!["js".to_owned()]).titles();
    assert_eq!(titles, UNUSED);
}

#[test]
fn a_version_that_is_held_for_others_is_left_alone() {
    let hold = |scene: Scene| scene.declaring(|declaration| declaration.requirement = "=1.0.0".to_owned()).titles();
    assert_eq!(hold(Scene::new(&[]).needed_by_sub(&[])), NOTHING);
    assert_eq!(hold(Scene::new(&[])), UNUSED);
    let never = Scene::new(&[]).declaring(|declaration| declaration.target = Some("cfg(any())".to_owned()));
    assert_eq!(never.titles(), NOTHING);
}

#[test]
fn a_package_with_links_may_talk_to_the_build_script() {
    let mut scene = Scene::new(&[]);
    let a = scene.workspace.packages.iter_mut().find(|package| package.name == "a").unwrap();
    a.links = Some("a".to_owned());
    let app = scene.workspace.members[0].0 as usize;
    scene.workspace.packages[app].targets.push(PackageTarget {
        kind: TargetKind::BuildScript,
        name: "build-script-build".to_owned(),
        src_path: "/ws/app/build.rs".to_owned(),
        required_features: Vec::new(),
    });
    assert_eq!(scene.titles(), NOTHING);
}

#[test]
fn generated_code_may_name_the_crate_that_a_macro_belongs_to() {
    let drawn = "
        a_derive v1.0.0 (proc-macro)   |FFFBL
        a v1.0.0                       |FFFFFB
        app <- a, a_derive             |......FFFFB
    ";
    let named = |name| crate::support::analyse_named(drawn, &[Named { name, ..Named::in_target(TargetKind::Lib) }]);
    let titles = |analysis: Analysis| {
        let own = analysis.findings.into_iter().filter(|finding| finding.id == "unused-dependency");
        own.map(|finding| finding.subject).collect::<Vec<_>>()
    };
    assert_eq!(titles(named("a_derive")), NOTHING);
    assert_eq!(titles(named("other")), ["app:a", "app:a_derive"]);
}

const LIB: (TargetKind, Mode) = (TargetKind::Lib, Mode::Check);
const LIB_TEST: (TargetKind, Mode) = (TargetKind::Lib, Mode::CheckTest);
const TEST: (TargetKind, Mode) = (TargetKind::Test, Mode::CheckTest);

fn says((kind, mode): (TargetKind, Mode), uses: bool) -> (TargetKind, Mode, Option<bool>) {
    (kind, mode, Some(uses))
}

#[test]
fn what_rustc_uses_is_used_whatever_the_text_says() {
    assert_eq!(Scene::new(&[]).checked(&[says(LIB, true), says(TEST, false)]).titles(), NOTHING);
}

#[test]
fn what_no_target_uses_is_confirmed_although_a_module_has_its_name() {
    let found = Scene::new(&[a_in(TargetKind::Lib)]).checked(&[says(LIB, false), says(LIB_TEST, false)]).found();
    assert_eq!(found[0].title, UNUSED[0]);
    assert_eq!(found[0].risk, Risk::Low);
    assert_eq!(found[0].evidence[0], "rustc says so of 2 targets that are given it");
    assert_eq!(found[0].caveats.len(), 1);
}

#[test]
fn what_only_tests_use_by_rustc_belongs_in_another_table() {
    let titles = Scene::new(&[]).checked(&[says(LIB, false), says(LIB_TEST, true)]).titles();
    assert_eq!(titles, ["app needs a for its tests only; 2 units of 1.00 s would go"]);
}

#[test]
fn code_that_rustc_did_not_see_is_read() {
    let unused = [says(LIB, false), says(LIB_TEST, false)];
    let when = |when| Scene::new(&[Named { when, ..a_in(TargetKind::Lib) }]).checked(&unused).titles();
    assert_eq!(when(When { test: false, perhaps: true }), NOTHING);
    assert_eq!(when(When { test: true, perhaps: false }), UNUSED);
    let unchecked = Scene::new(&[a_in(TargetKind::Bin)]).checked(&unused).titles();
    assert_eq!(unchecked, NOTHING);
    let doctest = Scene::new(&[Named { place: Place::Doctest, ..a_in(TargetKind::Lib) }]).checked(&unused).titles();
    assert_eq!(doctest, ["app needs a for its tests only; 2 units of 1.00 s would go"]);
}

#[test]
fn a_file_that_no_target_reaches_counts_unless_rustc_would_have_seen_it() {
    let in_file = |path: &str| Named { target: None, file: path.to_owned(), ..a_in(TargetKind::Lib) };
    let unused = [says(LIB, false), says(TEST, false)];
    assert_eq!(Scene::new(&[in_file("app/src/old.rs")]).titles(), NOTHING);
    assert_eq!(Scene::new(&[in_file("app/src/old.rs")]).checked(&unused).titles(), UNUSED);
    let needs = ["app needs a for its tests only; 2 units of 1.00 s would go"];
    assert_eq!(Scene::new(&[in_file("app/tests/ui/case.rs")]).checked(&unused).titles(), needs);
}

#[test]
fn without_an_answer_of_rustc_the_text_decides() {
    let broken = Scene::new(&[]).checked(&[(TargetKind::Lib, Mode::Check, None), says(TEST, false)]).found();
    assert_eq!(broken[0].title, UNUSED[0]);
    assert!(broken[0].caveats[1].starts_with("not confirmed"));
    let not_given = Scene::new(&[]).checked(&[]).found();
    assert_eq!(not_given[0].risk, Risk::Medium);
}

#[test]
fn nobody_looked_and_nothing_is_found() {
    let scene = Scene::new(&[]);
    assert_eq!(Scene { surroundings: Surroundings::default(), ..scene }.titles(), NOTHING);
}

/// What is found in `drawn` of which the first member names `b` alone, after `edit`.
fn found_in(drawn: &str, edit: impl Fn(&mut Workspace, &mut Surroundings)) -> Vec<Finding> {
    let build = gantt::parse(drawn);
    let mut workspace = workspace_of(&gantt::parse(BUILD));
    let named = [Named { name: "b", ..Named::in_target(TargetKind::Lib) }];
    let mut surroundings = Surroundings { sources: Some(sources(&workspace, &named)), ..Surroundings::default() };
    edit(&mut workspace, &mut surroundings);
    let mut findings = Analysis::of(workspace, build, surroundings, Vec::new()).findings;
    findings.retain(|finding| finding.id == "unused-dependency");
    findings
}

#[test]
fn the_price_is_unknown_where_the_member_did_not_compile() {
    let broken = "
        sub v1.0.0                 |FFFB
        a v1.0.0 <- sub            |....FFFFFB
        b v1.0.0                   |FFFFFB
    ";
    let found = found_in(broken, |_, _| ());
    assert_eq!(found[0].title, "app does not use a");
    assert_eq!((found[0].cost.seconds, found[0].cost.bytes), (None, None));
    let built = found_in(BUILD, |_, _| ());
    assert!(built[0].cost.seconds.is_some());
}

#[test]
fn what_no_lockfile_resolves_is_judged_by_the_text() {
    let without_lockfile = |workspace: &mut Workspace, rename: Option<&str>, package: &str| {
        let app = &mut workspace.packages[workspace.members[0].0 as usize];
        app.dependencies.clear();
        for declaration in &mut app.declarations {
            if declaration.package == "a" {
                declaration.rename = rename.map(str::to_owned);
                package.clone_into(&mut declaration.package);
            }
        }
        workspace.packages.retain(|package| package.name == "app");
        workspace.members = vec![brisk::model::PackageIdx(0)];
    };
    let found = |rename: Option<&str>, package: &str, named: &'static str| {
        found_in(BUILD, |workspace, surroundings| {
            without_lockfile(workspace, rename, package);
            let named = [
                Named { name: "b", ..Named::in_target(TargetKind::Lib) },
                Named { name: named, ..a_in(TargetKind::Lib) },
            ];
            surroundings.sources = Some(sources(workspace, &named));
        })
    };
    let unused = found(None, "far-away", "other");
    assert_eq!(unused[0].title, "app does not use far-away");
    assert_eq!(unused[0].cost.seconds, None);
    assert!(unused[0].caveats.iter().any(|caveat| caveat.contains("called far_away")), "{:?}", unused[0].caveats);
    assert_eq!(unused.len(), 1);
    assert_eq!(found(None, "far-away", "far_away").len(), 0);
    assert_eq!(found(Some("new-name"), "far-away", "new_name").len(), 0);
    assert_eq!(found(Some("new-name"), "far-away", "far_away").len(), 1);
}

/// `app`, and `tools` whose macros it uses.
const TOOLS: &str = "
    a v1.0.0                   |FFFFFB
    tools                      |FFFFFB
    app <- a, tools            |......FFFFB
";

/// What is unused where `tools` names `a` in this way, in a file of this target.
fn with_tools(drawn: &str, place: Place, target: TargetKind) -> Vec<String> {
    let build = gantt::parse(drawn);
    let workspace = workspace_of(&build);
    let app = [Named { name: "tools", ..Named::in_target(TargetKind::Lib) }];
    let mut all = sources(&workspace, &app);
    let mut tools = sources(&workspace, &[Named { place, ..a_in(target) }]).members.remove(0);
    tools.package = workspace.members[1];
    all.members.push(tools);
    let surroundings = Surroundings { sources: Some(all), ..Surroundings::default() };
    let mut findings = Analysis::of(workspace, build, surroundings, Vec::new()).findings;
    findings.retain(|finding| finding.id == "unused-dependency" && finding.subject.starts_with("app"));
    findings.into_iter().map(|finding| finding.subject).collect()
}

#[test]
fn macros_of_members_may_name_what_those_do_not_declare() {
    assert_eq!(with_tools(TOOLS, Place::Path, TargetKind::Lib), NOTHING);
    assert_eq!(with_tools(TOOLS, Place::Word, TargetKind::Lib), ["app:a"]);
    assert_eq!(with_tools(TOOLS, Place::Path, TargetKind::Test), ["app:a"]);
    let apart = TOOLS.replace("app <- a, tools", "app <- a");
    assert_eq!(with_tools(&apart, Place::Path, TargetKind::Lib), ["app:a"]);
    let declared = TOOLS.replacen("tools  ", "tools <- a", 1);
    assert_eq!(with_tools(&declared, Place::Path, TargetKind::Lib), ["app:a"]);
    let through = "
        a v1.0.0               |FFFFFB
        tools                  |FFFFFB
        way <- tools           |......FFFFB
        app <- a, way          |...........FFFFB
    ";
    assert_eq!(with_tools(through, Place::Path, TargetKind::Lib), ["app:way"]);
}

#[test]
fn procedural_macros_of_members_may_name_what_those_use_themselves() {
    let declared = TOOLS.replacen("tools  ", "tools (proc-macro) <- a", 1);
    assert_eq!(with_tools(&declared, Place::Path, TargetKind::ProcMacro), NOTHING);
    assert_eq!(with_tools(&declared, Place::Word, TargetKind::ProcMacro), ["app:a"]);
}

#[test]
fn features_that_name_what_is_to_be_removed_are_told() {
    let caveats = |on: &str| {
        let found = found_in(BUILD, |workspace, _| {
            let app = &mut workspace.packages[workspace.members[0].0 as usize];
            app.features = [("std", on), ("other", "b/std")].map(|(f, on)| (f.to_owned(), vec![on.to_owned()])).into();
        });
        found[0].caveats.clone()
    };
    let told = "`cargo remove` takes it out of the feature std too, which users of the package may turn on";
    for on in ["a/std", "a?/std", "dep:a"] {
        assert!(caveats(on).contains(&told.to_owned()), "{on}: {:?}", caveats(on));
    }
    assert!(!caveats("b/a").iter().any(|caveat| caveat.contains("cargo remove")));
}
