//! Pictures to builds and back.

use brisk::model::{Confidence, Mode, PackageSource, Platform, TargetKind, UnitIdx};
use brisk_test_support::gantt;
use proptest::prelude::*;

#[test]
fn a_picture_says_who_waits_for_whom_and_when() {
    let build = gantt::parse(
        "
        # columns are 0.1 s
        serde_core v1.0.0                  |FFFBB
        serde v1.0.0       <- serde_core   |...FFFFBB
        app (bin)          <- serde        |.........FFBL
        ",
    );
    let app = build.unit(UnitIdx(2));
    assert_eq!((app.label().as_str(), app.mode), ("app (bin app)", Mode::Build));
    assert_eq!(app.timing.map(|t| (t.start_s, t.codegen_s, t.link_s, t.end_s)), {
        Some((0.9, Some(1.1), Some((1.2, 1.3)), 1.3))
    });
    assert_eq!(build.unit(UnitIdx(0)).timing.and_then(|timing| timing.rmeta_s), Some(0.3));
    let edges: Vec<(u32, u32)> = build.edges.iter().map(|edge| (edge.dependent.0, edge.dependency.0)).collect();
    assert_eq!(edges, [(1, 0), (2, 1)]);
    assert_eq!(build.wall_s, Some(1.3));
}

#[test]
fn a_head_says_version_source_target_mode_platform_and_features() {
    let build = gantt::parse("my-lib v2.0.0 [git] (test smoke check-test) @wasm32-wasip1 +std +alloc |F");
    let unit = build.unit(UnitIdx(0));
    assert_eq!((unit.package.to_string().as_str(), &unit.package.source), ("my-lib v2.0.0", &PackageSource::Git));
    assert_eq!((unit.target.kind, unit.target.name.as_str()), (TargetKind::Test, "smoke"));
    assert_eq!((unit.mode, &unit.platform), (Mode::CheckTest, &Platform::Triple("wasm32-wasip1".to_owned())));
    assert_eq!(unit.features, ["alloc", "std"]);
}

#[test]
fn targets_have_cargos_default_names() {
    let build = gantt::parse("my-lib |\nmy-lib (bin) |\nmy-lib (build-script) |\nmy-lib (build-script run) |");
    let names: Vec<&str> = build.units.iter().map(|unit| unit.target.name.as_str()).collect();
    assert_eq!(names, ["my_lib", "my-lib", "build-script-build", "build-script-build"]);
}

#[test]
fn a_question_mark_is_a_time_that_is_not_trusted() {
    let build = gantt::parse("a |..???");
    assert_eq!(build.unit(UnitIdx(0)).timing.map(|timing| timing.confidence), Some(Confidence::Doubtful));
    assert_eq!(build.unit(UnitIdx(0)).trusted_duration_s(), None);
}

#[test]
fn references_may_form_a_cycle() {
    assert_eq!(gantt::parse("a <- b |\nb <- a |").edges.len(), 2);
}

#[test]
fn a_picture_is_drawn_in_columns_with_the_shortest_references() {
    let build = gantt::parse(
        "
        dep v1.0.0 |FB
        dep v2.0.0|.FB
        m (proc-macro)|UUL
        app (build-script) |.FFL
        app (build-script run) <- app (build-script) |....S
        app <- app (build-script run), dep v1.0.0 [registry] (lib), dep v2.0.0, m|.....FB...
        app (bin) <- app |
        ",
    );
    insta::assert_snapshot!(gantt::render(&build), @"
    dep v1.0.0                                                                  |FB
    dep v2.0.0                                                                  |.FB
    m (proc-macro)                                                              |UUL
    app (build-script)                                                          |.FFL
    app (build-script run) <- app (build-script)                                |....S
    app                    <- dep v1.0.0, dep v2.0.0, m, app (build-script run) |.....FB
    app (bin)              <- app                                               |
    ");
}

/// The message of the panic that a picture causes.
fn complaint(picture: &str) -> String {
    let panic = std::panic::catch_unwind(|| gantt::parse(picture)).expect_err("the picture is bad");
    panic.downcast_ref::<String>().expect("the panic has a formatted message").clone()
}

#[test]
fn a_bad_picture_is_refused_with_line_and_cause() {
    let bad = [
        "a |FFB\nb F",
        "a |BF",
        "a |F.B",
        "a |S",
        "a (build-script run) |F",
        "a <- b |F",
        "a v1.0.0|\na v2.0.0|\nb <- a |F",
        "a (library) |F",
        "a (bin one two) |F",
        "a (bin |F",
        "a 1.0.0 |F",
        "a [cratesio] |F",
        "|F",
    ];
    let complaints: Vec<String> = bad.iter().map(|picture| complaint(picture)).collect();
    insta::assert_snapshot!(complaints.join("\n"), @"
    line 2 of the picture: there is no `|` before a bar
        b F
    line 1 of the picture: `BF` is not a bar: phases are F, B, L in this order, or U, L, or S, or ?
        a |BF
    line 1 of the picture: `F.B` has a gap: the phases of a unit follow each other
        a |F.B
    line 1 of the picture: `S` does not fit: S is for the run of a build script, and for nothing else
        a |S
    line 1 of the picture: `F` does not fit: S is for the run of a build script, and for nothing else
        a (build-script run) |F
    line 1 of the picture: no unit is called `b`
        a <- b |F
    line 3 of the picture: `a` may be `a v1.0.0 (lib) @host +` or `a v2.0.0 (lib) @host +`
        b <- a |F
    line 1 of the picture: `library` is not a kind of target
        a (library) |F
    line 1 of the picture: `two` is not a mode
        a (bin one two) |F
    line 1 of the picture: `(` without `)`
        a (bin |F
    line 1 of the picture: `1.0.0` is neither a version, a source, a platform nor a feature
        a 1.0.0 |F
    line 1 of the picture: `cratesio` is not a source
        a [cratesio] |F
    line 1 of the picture: there is no package name
        |F
    ");
}

#[test]
fn two_units_that_cannot_be_told_apart_cannot_be_referred_to() {
    let mut build = gantt::parse("a |\nb |\nc <- a |");
    build.units[1] = build.units[0].clone();
    let panic = std::panic::catch_unwind(|| gantt::render(&build)).expect_err("there are two of them");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("two units are both `a`"));
}

#[test]
fn a_unit_shorter_than_half_a_column_is_drawn_as_one() {
    let mut build = gantt::parse("a |.F");
    let timing = build.units[0].timing.as_mut().unwrap();
    (timing.rmeta_s, timing.end_s) = (Some(0.11), 0.12);
    assert_eq!(gantt::render(&build), "a  |.B\n");
}

fn a_bar() -> impl Strategy<Value = String> {
    let phases = prop_oneof!["F{1,3}B{0,3}L{0,2}", "U{1,4}L{0,2}", "[?]{1,3}", ""];
    ("[.]{0,9}", phases).prop_map(|(before, phases)| if phases.is_empty() { phases } else { before + &phases })
}

fn a_head(number: usize) -> impl Strategy<Value = String> {
    let version = prop_oneof![Just(""), Just(" v1.2.3"), Just(" v0.4.0 [git]"), Just(" v?"), Just(" v0.2.0 [member]")];
    let kind = prop_oneof![
        Just(""),
        Just(" (proc-macro)"),
        Just(" (linked-lib)"),
        Just(" (bin)"),
        Just(" (bin other check)"),
        Just(" (lib test)"),
        Just(" (lib check)"),
        Just(" (bench)"),
        Just(" (build-script)"),
    ];
    let tail = prop_oneof![Just(""), Just(" @wasm32-wasip1"), Just(" +alloc +std"), Just(" @wasm32-wasip1 +std")];
    (0..=number / 2, version, kind, tail)
        .prop_map(|(name, version, kind, tail)| format!("p{name}{version}{kind}{tail}"))
}

/// Pictures of up to eight units, each with one edge to the unit before it where that can be named.
fn a_picture() -> impl Strategy<Value = String> {
    let lines: Vec<_> = (0..8).map(|number| (a_head(number), a_bar(), any::<bool>())).collect();
    lines.prop_map(|mut lines| {
        lines.sort();
        lines.dedup_by(|a, b| a.0 == b.0);
        let mut picture = String::new();
        for (i, (head, bar, waits)) in lines.iter().enumerate() {
            let whole = |head: &str| if head.contains('+') { head.to_owned() } else { format!("{head} +") };
            let arrow =
                if *waits && i > 0 && lines[i - 1].0.contains('(') { whole(&lines[i - 1].0) } else { String::new() };
            picture += &format!("{head} <- {arrow} |{bar}\n");
        }
        picture
    })
}

proptest! {
    #[test]
    fn drawing_and_reading_again_changes_nothing(picture in a_picture()) {
        // References by hand may be ambiguous; such a picture says nothing about drawing.
        let Ok(build) = std::panic::catch_unwind(|| gantt::parse(&picture)) else { return Err(TestCaseError::reject("ambiguous")) };
        let again = gantt::parse(&gantt::render(&build));
        prop_assert_eq!(gantt::render(&again), gantt::render(&build));
        prop_assert_eq!(&again.edges, &build.edges);
        let facts = |build: &brisk::model::Build| -> Vec<_> {
            build.units.iter().map(|u| (u.package.clone(), u.target.clone(), u.mode, u.platform.clone(), u.features.clone(), u.timing)).collect()
        };
        prop_assert_eq!(facts(&again), facts(&build));
    }
}
