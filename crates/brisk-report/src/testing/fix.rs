//! What came of fixes.

use brisk::detect::{Effort, Gain, Risk};
use brisk::model::{Cure, DependencyChange, DependencyKind, LockMove, Problem, ProfileEdit, ProfilePart, ProfileValue};
use brisk::plan::{
    Commit, Fix, Health, LockChange, LockSize, Offered, Outcome, Stage, StageOutcome, Status, Tried, Validation,
};
use brisk::proof::Proof;

use super::proof::proof;

fn fix(key: &str, title: &str, stage: Stage, cure: Cure) -> Fix {
    Fix {
        key: key.to_owned(),
        title: title.to_owned(),
        cure: vec![cure],
        stage,
        effort: Effort::Small,
        risk: Risk::Low,
        gain: Gain::UNKNOWN,
        offered: Offered::Always,
        caveats: Vec::new(),
    }
}

fn tried(fix: &Fix, status: Status, reason: Option<&str>) -> Tried {
    let validation = Validation { command: "cargo check".to_owned(), is_fine: true, seconds: 1.5 };
    let (files, validation) = (vec!["app/Cargo.toml".to_owned()], vec![validation]);
    Tried { status, files, validation, reason: reason.map(str::to_owned), ..Tried::begun(fix) }
}

/// A trial whose builds have so many units.
fn counted(mut proof: Proof, units: [usize; 2]) -> Proof {
    (proof.a.name, proof.b.name) = ("before".to_owned(), "after".to_owned());
    (proof.a.n_units, proof.b.n_units) = (Some(units[0]), Some(units[1]));
    proof
}

/// Two of four fixes were kept, one of them in a commit of its own.
pub(crate) fn outcome() -> Outcome {
    let unused = |name: &str| {
        let cure = Cure::of_declaration("app", DependencyKind::Normal, name, DependencyChange::Remove);
        fix(&format!("unused-dependency:app:{name}"), &format!("app uses nothing of {name}"), Stage::Declarations, cure)
    };
    let moved = LockMove { package: "syn".to_owned(), from: "1.0.109".to_owned(), to: "2.0.117".to_owned() };
    let duplicate = fix("duplicate-version:syn", "syn is built in 2 versions", Stage::Versions, Cure::Lock(moved));
    let debug = Cure::of_profile(ProfileEdit {
        profile: "dev".to_owned(),
        part: ProfilePart::Whole,
        key: "debug".to_owned(),
        value: ProfileValue::Text("line-tables-only".to_owned()),
    });
    let title = "the dev profile has full debug information of dependencies: 1.20 GiB of the target directory, and longer links";
    let debug = fix("debuginfo:dev", title, Stage::Settings, debug);
    let [declarations, settings, versions] =
        [(-0.2, 0.01), (-0.1, 0.005), (0.0, 0.001)].map(|(change, noise)| proof(change, noise));
    let joint = counted(proof(-0.3, 0.01), [234, 180]);
    let mut release = counted(proof(-0.15, 0.2), [230, 178]);
    for contestant in [&mut release.a, &mut release.b] {
        contestant.command.push("--release".to_owned());
    }
    let stage = |stage: Stage, proof: Proof| StageOutcome { stage, proof: Some(proof) };
    let caveat = "types of heavy may be part of the public API of app: a major version of it is then a breaking change";
    let size = |n_packages: usize, n_duplicates: usize| LockSize { n_packages, n_duplicates };
    Outcome {
        health: Health::green(),
        tried: vec![
            Tried { caveats: vec![caveat.to_owned()], ..tried(&unused("heavy"), Status::Kept, None) },
            tried(&unused("log"), Status::DroppedBrokeTests, Some("the test works (`-p app --test it`) fails")),
            tried(&duplicate, Status::DroppedNoGain, Some("no faster with all of its kind")),
            tried(&debug, Status::Kept, None),
        ],
        stages: vec![
            stage(Stage::Declarations, declarations),
            stage(Stage::Versions, versions),
            stage(Stage::Settings, settings),
        ],
        joint: vec![joint, release],
        lock: Some(LockChange { before: size(312, 12), after: size(240, 12) }),
        journals: vec!["20261121T080900Z-0a1b2c".to_owned(), "20261121T080900Z-1b2c3d".to_owned()],
        commits: vec![Commit {
            key: "unused-dependency:app:heavy".to_owned(),
            id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            journal: "20261121T080900Z-0a1b2c".to_owned(),
        }],
        problems: vec![Problem::new(
            "`just smoke` does not succeed as it is",
            "it fails",
            "changes are tried without it",
        )],
    }
}

/// Nothing was kept.
pub(crate) fn nothing() -> Outcome {
    let all = outcome();
    let tried = all.tried.into_iter().filter(|tried| tried.status != Status::Kept).collect();
    Outcome { tried, ..Outcome::nothing(&[]) }
}
