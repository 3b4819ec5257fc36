//! Cures in words.

use brisk::detect::{Effort, Risk};
use brisk::model::{
    Consent, DependencyEdit, DependencyKind, LockMove, Members, Narrowing, ProfileEdit, Trim, TrimPlace,
};
use brisk::plan::Offered;

use super::*;

fn fix(key: &str, stage: Stage, cure: Vec<Cure>) -> Fix {
    Fix {
        key: key.to_owned(),
        title: format!("what {key} says"),
        cure,
        stage,
        offered: Offered::WhenAsked,
        effort: Effort::Small,
        risk: Risk::Low,
        gain: Gain::UNKNOWN,
        caveats: vec!["it is meant so".to_owned()],
    }
}

fn profile(part: ProfilePart, key: &str, value: ProfileValue) -> Cure {
    Cure::of_profile(ProfileEdit { profile: "release".to_owned(), part, key: key.to_owned(), value })
}

#[test]
fn each_cure_is_one_line_that_says_what_will_be_there() {
    let keys = ["target", "x86_64-unknown-linux-gnu", "rustflags"].map(str::to_owned).to_vec();
    let lock = LockMove { package: "dep".to_owned(), from: "0.1.0".to_owned(), to: "0.2.0".to_owned() };
    let edit = DependencyEdit {
        members: Members::Named("app".to_owned()),
        kind: Some(DependencyKind::Normal),
        dependency: "dep".to_owned(),
        change: DependencyChange::Require("0.2".to_owned()),
    };
    let cures = vec![
        Cure::Manifest(ManifestEdit::Dependency(edit)),
        Cure::Lock(lock),
        profile(ProfilePart::Whole, "codegen-units", ProfileValue::Number(16)),
        profile(ProfilePart::BuildOverride, "opt-level", ProfileValue::Number(0)),
        Cure::Config(ConfigEdit { keys, value: ConfigValue::With(vec!["-Clink-arg=-fuse-ld=mold".to_owned()]) }),
        Cure::Config(ConfigEdit { keys: vec!["a".to_owned()], value: ConfigValue::Flag(true) }),
        Cure::Config(ConfigEdit { keys: vec!["b".to_owned()], value: ConfigValue::Text("c".to_owned()) }),
        Cure::Manifest(ManifestEdit::Inherit(InheritEdit { key: "log".to_owned(), requirement: "0.4".to_owned() })),
        Cure::Ignore("/target".to_owned()),
        Cure::CargoFix("app".to_owned()),
    ];
    let plan = [fix("one", Stage::Versions, cures), fix("two", Stage::Files, Vec::new())];
    insta::assert_snapshot!(fix_plan(&plan, &[], &TextOptions::default()), @r#"
    Versions of packages (1 change)
      what one says; small effort, low risk
         app asks for dep `0.2`
         `cargo update -p dep@0.1.0 --precise 0.2.0`
         `[profile.release]` has `codegen-units = 16`
         `[profile.release.build-override]` has `opt-level = 0`
         `.cargo/config.toml` has
        `target.x86_64-unknown-linux-gnu.rustflags = ["-Clink-arg=-fuse-ld=mold"]`
         `.cargo/config.toml` has `a = true`
         `.cargo/config.toml` has `b = "c"`
         `[workspace.dependencies]` has log `0.4`, and all members inherit it
         `.gitignore` has `/target`
         `cargo fix --all-targets --package app`

    Sizes, order and files (1 change)
      what two says; small effort, low risk
    "#);
}

#[test]
fn what_has_to_be_asked_for_is_one_sentence() {
    let fixes: Vec<Fix> = ["a:1", "b:2", "c:3", "d:4", "e:5"].map(|key| fix(key, Stage::Files, Vec::new())).to_vec();
    insta::assert_snapshot!(fix_more(&fixes, &TextOptions::default()), @"
    Beside 5 more cures are only tried when asked for (`cargo brisk fix KEY`):
           a:1, b:2, c:3 and 2 more (`--verbose` names them)
    ");
    insta::assert_snapshot!(fix_more(&fixes[..1], &TextOptions::default()), @"
    Beside 1 more cure is only tried when asked for (`cargo brisk fix KEY`):
           a:1
    ");
    let verbose = TextOptions { verbosity: Verbosity::Verbose, ..TextOptions::default() };
    assert!(fix_more(&fixes, &verbose).contains("e:5"));
    let quiet = TextOptions { verbosity: Verbosity::Quiet, ..TextOptions::default() };
    assert_eq!((fix_more(&fixes, &quiet), fix_more(&[], &verbose)), (String::new(), String::new()));
}

#[test]
fn features_that_are_to_be_found_are_told_by_where_they_are_asked_for() {
    let place = TrimPlace {
        members: ["app", "tool"].map(|member| (member.to_owned(), DependencyKind::Normal)).to_vec(),
        key: "tokio".to_owned(),
        kept: Vec::new(),
    };
    let trim = |feature: &str| {
        Cure::Trim(Trim {
            package: "tokio".to_owned(),
            feature: feature.to_owned(),
            parts: Vec::new(),
            places: vec![place.clone()],
            consent: Consent::NotNeeded,
        })
    };
    let told = in_words(&trim("full"));
    assert_eq!(told, "tokio of app and tool: only the parts of full that are used");
    let told = in_words(&trim("default"));
    assert_eq!(told, "tokio of app and tool: only the parts of its default features that are used");
}

#[test]
fn features_that_were_found_are_told_by_name() {
    let narrowed = |to: &[&str]| {
        let to = to.iter().map(|&it| it.to_owned()).collect();
        let narrowing = Narrowing { feature: "full".to_owned(), to, gone: Vec::new() };
        in_words(&Cure::of_declaration("app", DependencyKind::Normal, "tokio", DependencyChange::Narrow(narrowing)))
    };
    assert_eq!(narrowed(&["rt", "net"]), "app asks for rt and net of tokio in place of full");
    assert_eq!(narrowed(&[]), "app asks for nothing of tokio in place of full");
}
