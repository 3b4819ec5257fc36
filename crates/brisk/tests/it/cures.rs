//! What cures findings, as values; and which of it is done without being asked for.

use brisk::analysis::Analysis;
use brisk::detect::Finding;
use brisk::model::{
    Configuration, Cure, DependencyChange, Flags, Lto, ManifestEdit, MessageLevel, Mode, Origin, ProfilePart, Setting,
    Surroundings, TargetKind,
};
use brisk::plan::{Offered, Stage, fixes, when_asked};

use crate::cases::configured::{GIB, analysis, analysis_in, configuration, disk, linked, profile, set, variable};
use crate::cases::disk::{around, git};
use crate::cases::uninherited_version::{self, offer};

const BUILD: &str = "
    lib |FFFFB
    app (bin) <- lib |.....FBLLLLLLLL
";

/// A script of the workspace that works itself, for long.
const SCRIPT: &str = "
    lalrpop v1.0.0 |FB
    app (build-script) <- lalrpop |..FBL
    app (build-script run) <- app (build-script) |.....SSSSSSSSSSSS
    app <- app (build-script run) |.................FFB
";

fn finding<'a>(analysis: &'a Analysis, id: &str) -> &'a Finding {
    analysis.findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("{id} is silent"))
}

/// One line for each cure of what a detector found, and when it is offered.
fn cures(analysis: &Analysis, id: &str) -> String {
    let finding = finding(analysis, id);
    let mut lines: Vec<String> = finding.cure.iter().map(in_words).collect();
    let asked = [finding.key.clone()];
    if let Some(fix) = fixes(&analysis.findings, &asked).ok().and_then(|fixes| fixes.into_iter().next()) {
        lines.push(format!("{:?}, {:?}", fix.stage, fix.offered));
    }
    lines.join("\n")
}

fn in_words(cure: &Cure) -> String {
    match cure {
        Cure::Manifest(ManifestEdit::Profile(edit)) => edit.as_config(),
        Cure::Manifest(ManifestEdit::Inherit(edit)) => format!("inherit {} {}", edit.key, edit.requirement),
        Cure::Manifest(ManifestEdit::Dependency(edit)) => match &edit.change {
            DependencyChange::Require(requirement) => format!("{:?}: {} {requirement}", edit.members, edit.dependency),
            change => format!("{:?}: {} {change:?}", edit.members, edit.dependency),
        },
        Cure::Lock(it) => format!("lock {} {} -> {}", it.package, it.from, it.to),
        Cure::Ignore(line) => format!("ignore {line}"),
        Cure::Config(edit) => format!("{} = {:?}", edit.keys.join("."), edit.value),
        Cure::CargoFix(member) => format!("cargo fix {member}"),
        Cure::Trim(trim) => format!("trim {} of {}", trim.feature, trim.package),
    }
}

fn nothing() -> Surroundings {
    Surroundings::default()
}

#[test]
fn settings_of_builds_for_development_are_changed_without_being_asked_for() {
    let much = || Surroundings {
        disk: disk("debug", 9 * GIB, GIB),
        linked: linked("debug", &[GIB, GIB, GIB]),
        ..Surroundings::default()
    };
    insta::assert_snapshot!(cures(&analysis(BUILD, configuration(), much()), "debuginfo"), @r#"
    profile.dev.debug="line-tables-only"
    profile.dev.package."*".debug=false
    Settings, Always
    "#);
    let mut tables = configuration();
    profile(&mut tables, "dev").own.debug = set(brisk::model::DebugInfo::LineTables);
    insta::assert_snapshot!(cures(&analysis(BUILD, tables, much()), "split-debuginfo"), @r#"
    profile.dev.split-debuginfo="unpacked"
    Settings, Always
    "#);
    insta::assert_snapshot!(cures(&analysis(SCRIPT, configuration(), nothing()), "build-override"), @"
    profile.dev.build-override.opt-level=1
    Settings, Always
    ");
    insta::assert_snapshot!(cures(&analysis_in("release", SCRIPT, configuration(), nothing()), "build-override"), @"
    profile.release.build-override.opt-level=1
    Settings, Always
    ");
}

#[test]
fn settings_of_what_is_shipped_are_changed_when_asked_for() {
    let mut slow = configuration();
    profile(&mut slow, "release").own.codegen_units = set(1);
    profile(&mut slow, "release").own.lto = set(Lto::Fat);
    insta::assert_snapshot!(cures(&analysis(BUILD, slow, nothing()), "release-codegen"), @"
    profile.release.codegen-units=16
    profile.release.lto=false
    Settings, WhenAsked
    ");
    let carrying = Surroundings { linked: linked("release", &[GIB]), ..Surroundings::default() };
    insta::assert_snapshot!(cures(&analysis(BUILD, configuration(), carrying), "strip"), @r#"
    profile.release.strip="debuginfo"
    Files, WhenAsked
    "#);
    let mut incremental = configuration();
    profile(&mut incremental, "release").own.incremental = set(true);
    insta::assert_snapshot!(cures(&analysis(BUILD, incremental, nothing()), "incremental-setting"), @"
    profile.release.incremental=false
    Settings, WhenAsked
    ");
}

#[test]
fn what_is_set_elsewhere_no_manifest_can_change() {
    let elsewhere = |value: u32| {
        let place = brisk::model::FilePlace { file: ".cargo/config.toml".to_owned(), line: Some(2) };
        Some(Setting { value, origin: Origin::File(place) })
    };
    let mut by_file = configuration();
    profile(&mut by_file, "release").own.codegen_units = elsewhere(1);
    assert_eq!(cures(&analysis(BUILD, by_file, nothing()), "release-codegen"), "");
    let mut by_variable = configuration();
    profile(&mut by_variable, "dev").own.debug = variable("CARGO_PROFILE_DEV_DEBUG", brisk::model::DebugInfo::Full);
    let much = Surroundings { disk: disk("debug", 9 * GIB, GIB), ..Surroundings::default() };
    assert_eq!(cures(&analysis(BUILD, by_variable, much), "debuginfo"), "");
    // `package."*"` is stronger than `build-override`.
    let mut by_all = configuration();
    profile(&mut by_all, "dev").all_packages.opt_level = set("0".to_owned());
    assert_eq!(cures(&analysis(SCRIPT, by_all, nothing()), "build-override"), "");
}

#[test]
fn a_linker_is_configured_only_where_one_was_timed_and_no_other_flags_are_set() {
    let with_mold = || Configuration { installed: ["mold".to_owned()].into(), ..configuration() };
    let found = analysis(BUILD, with_mold(), nothing());
    insta::assert_snapshot!(cures(&found, "linker"), @r#"
    target.x86_64-unknown-linux-gnu.rustflags = With(["-Clink-arg=-fuse-ld=mold"])
    Settings, WhenAsked
    "#);
    assert!(finding(&found, "linker").caveats.iter().any(|caveat| caveat.contains("without `mold` nobody can link")));
    let flags = set(Flags { all: vec!["-Cforce-frame-pointers".to_owned()], linker: None });
    assert_eq!(cures(&analysis(BUILD, Configuration { flags, ..with_mold() }, nothing()), "linker"), "");
}

#[test]
fn a_module_for_the_web_gets_a_profile_of_its_own_that_no_trial_can_time() {
    let found = (crate::cases::wasm_profile::CASE.positive)();
    insta::assert_snapshot!(cures(&found, "wasm-profile"), @r#"
    profile.wasm-release.inherits="release"
    profile.wasm-release.opt-level="s"
    profile.wasm-release.lto=true
    profile.wasm-release.codegen-units=1
    Files, WhenAsked
    "#);
}

#[test]
fn a_rule_for_git_is_added_without_being_asked_for_and_nothing_is_taken_from_the_index() {
    insta::assert_snapshot!(cures(&around(git(true, 0)), "target-not-ignored"), @"
    ignore /target
    Files, Always
    ");
    insta::assert_snapshot!(cures(&around(git(true, 3)), "target-committed"), @"
    ignore /target
    Files, Always
    ");
    assert_eq!(cures(&around(git(false, 3)), "target-committed"), "");
}

#[test]
fn warnings_are_mended_by_cargo_fix_when_asked_for() {
    let said = |lint| {
        let messages = crate::cases::message(MessageLevel::Warning, lint, true);
        let messages = vec![crate::cases::said(TargetKind::Lib, Mode::Build, false, vec![messages])];
        crate::cases::around(Surroundings { messages, ..Surroundings::default() })
    };
    insta::assert_snapshot!(cures(&said("unused_imports"), "fixable-warnings"), @"
    cargo fix app
    Files, WhenAsked
    ");
    assert_eq!(cures(&said("clippy::needless_return"), "fixable-warnings"), "");
}

#[test]
fn declarations_of_one_version_become_one_that_is_inherited() {
    let found = uninherited_version::analysis(uninherited_version::DRAWN, |_| {});
    insta::assert_snapshot!(cures(&found, "uninherited-version"), @"
    inherit dep 1.0.0
    Files, WhenAsked
    ");
    let mixed = uninherited_version::analysis(uninherited_version::DRAWN, |declaration| {
        declaration.requirement = "1.0".to_owned();
    });
    insta::assert_snapshot!(cures(&mixed, "uninherited-version"), @"
    inherit dep 1.0
    Files, WhenAsked
    ");
    let several = "dep v1.0.0 |F\ndep v2.0.0 |F\na <- dep v1.0.0 |.F\nb <- dep v2.0.0 |.F";
    assert_eq!(cures(&uninherited_version::analysis(several, |_| {}), "uninherited-version"), "");
}

#[test]
fn nothing_is_inherited_that_brings_features_nobody_asked_for() {
    let offered = uninherited_version::analysis_of(
        uninherited_version::DRAWN,
        |_| {},
        |workspace| {
            workspace.inheritable = vec![offer("^1.0")];
        },
    );
    assert_eq!(cures(&offered, "uninherited-version").lines().next(), Some("inherit dep 1.0.0"));
    let more = uninherited_version::analysis_of(
        uninherited_version::DRAWN,
        |_| {},
        |workspace| {
            workspace.inheritable =
                vec![brisk::model::Inheritable { features: vec!["full".to_owned()], ..offer("^1.0") }];
        },
    );
    assert_eq!(cures(&more, "uninherited-version"), "");
}

#[test]
fn what_has_to_be_asked_for_is_left_out_otherwise_and_counted() {
    let mut both = configuration();
    profile(&mut both, "release").own.codegen_units = set(1);
    let much = Surroundings { disk: disk("debug", 9 * GIB, GIB), ..Surroundings::default() };
    let found = analysis(BUILD, both, much).findings;
    let keys = |asked: &[&str]| -> Vec<String> {
        let asked: Vec<String> = asked.iter().map(|&asked| asked.to_owned()).collect();
        fixes(&found, &asked).unwrap().into_iter().map(|fix| fix.key).collect()
    };
    assert_eq!(keys(&[]), ["debuginfo:dev"]);
    assert_eq!(keys(&["release-codegen"]), ["release-codegen:release"]);
    assert_eq!(keys(&["release-codegen:release", "debuginfo"]), ["debuginfo:dev", "release-codegen:release"]);
    let more = when_asked(&found);
    assert_eq!(more.iter().map(|fix| fix.key.as_str()).collect::<Vec<_>>(), ["release-codegen:release"]);
    assert_eq!(
        (more[0].offered, more[0].stage, more[0].profile()),
        (Offered::WhenAsked, Stage::Settings, Some("release"))
    );
}

#[test]
fn a_fix_is_about_a_profile_if_all_of_it_is() {
    let much = Surroundings { disk: disk("debug", 9 * GIB, GIB), ..Surroundings::default() };
    let found = analysis(BUILD, configuration(), much).findings;
    let fixes = fixes(&found, &[]).unwrap();
    assert_eq!(fixes[0].profile(), Some("dev"));
    assert!(fixes[0].cure.iter().any(|cure| match cure {
        Cure::Manifest(ManifestEdit::Profile(edit)) => edit.part == ProfilePart::Package("*".to_owned()),
        _ => false,
    }));
    let web = (crate::cases::wasm_profile::CASE.positive)();
    assert_eq!(when_asked(&web.findings)[0].profile(), None, "nothing is built with it yet");
}
