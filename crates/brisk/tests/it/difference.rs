//! What two builds differ in.

use std::collections::BTreeMap;

use brisk::difference::{
    Cause, Compared, Difference, Group, Joined, Label, Micros, Respect, State, Subject, UnitFlags, Verdict,
};
use brisk::model::{Build, CpuTime, Edge, Jobs, JobsBasis, Mode, Outcome, PackageSource, UnitHash, UnitIdx};
use brisk_test_support::{gantt, workspace_of};
use proptest::prelude::*;

/// The build of a picture: each unit takes as much CPU time as it runs, and Cargo half a second.
fn recorded(picture: &str) -> Build {
    let mut build = gantt::parse(picture);
    for unit in &mut build.units {
        // The hashes of pictures are of their lines.
        unit.hash = None;
        unit.cpu = unit.duration_s().map(|user_s| CpuTime { user_s, sys_s: 0.0 });
    }
    let all_s: f64 = build.units.iter().filter_map(|unit| unit.cpu).map(CpuTime::total_s).sum();
    Build {
        cpu: Some(CpuTime { user_s: all_s, sys_s: 0.5 }),
        jobs: Some(Jobs { n: 2, basis: JobsBasis::Recorded }),
        foreign_cpu: Some(0.0),
        ..build
    }
}

/// The same with these hashes, unit by unit.
fn hashed(mut build: Build, hashes: &[u64]) -> Build {
    for (unit, hash) in build.units.iter_mut().zip(hashes) {
        unit.hash = Some(hash_of(*hash));
    }
    build
}

fn hash_of(number: u64) -> UnitHash {
    format!("{number:016x}").parse().expect("16 digits")
}

/// The same on a machine that is so many times as slow.
fn slowed(mut build: Build, factor: f64) -> Build {
    let slow = |cpu: CpuTime| CpuTime { user_s: cpu.user_s * factor, sys_s: cpu.sys_s * factor };
    for unit in &mut build.units {
        unit.cpu = unit.cpu.map(slow);
    }
    Build { cpu: build.cpu.map(slow), ..build }
}

fn compared(build: Build, flags: UnitFlags) -> Compared {
    Compared::of(Label::default(), build, flags)
}

fn between(a: Build, b: Build) -> Difference {
    let workspace = workspace_of(&b);
    Difference::of(compared(a, UnitFlags::new()), compared(b, UnitFlags::new()), &workspace, Vec::new())
}

fn drawn(a: &str, b: &str) -> Difference {
    between(recorded(a), recorded(b))
}

/// Units by name, with what has become of them, how they were joined, and what they count for.
fn told(difference: &Difference) -> Vec<String> {
    let unit = |unit: &brisk::difference::UnitChange| {
        let of_a = || difference.a.build.unit(unit.a.expect("A has it, if B has it not"));
        let label = unit.b.map_or_else(of_a, |idx| difference.b.build.unit(idx)).label();
        let joined = unit.joined.map(|joined| format!(" by {joined:?}")).unwrap_or_default();
        format!("{label}: {:?}{joined}, {:?}", unit.state, unit.group)
    };
    difference.units.iter().map(unit).collect()
}

/// Causes with their seconds, without those of nothing.
fn causes(difference: &Difference) -> Vec<String> {
    let subject = |cause: &Cause| match &cause.subject {
        Subject::Package(package) => format!(" {package}"),
        Subject::Settings(settings) => {
            settings.iter().map(|it| format!(" {} {:?} {:?}", it.name, it.a, it.b)).collect()
        }
        Subject::Units(_) | Subject::Build => String::new(),
    };
    let some = difference.causes.iter().filter(|cause| cause.work.abs() > Micros::of_s(0.001));
    some.map(|cause| format!("{:+.1} {:?}{}", cause.work.seconds(), cause.group, subject(cause))).collect()
}

#[track_caller]
fn assert_adds_up(difference: &Difference) {
    let work: Micros = difference.causes.iter().map(|cause| cause.work).sum();
    assert_eq!(Some(work), difference.work.map(|total| total.raw_change()), "{:?}", causes(difference));
    if difference.is_wall_comparable() {
        let wall: Option<Micros> = difference.causes.iter().map(|cause| cause.wall).sum();
        assert_eq!(wall, difference.wall.map(|total| total.raw_change()));
    }
}

const BEFORE: &str = "
    serde v1.0.1            |FFFFBB
    net          <- serde   |......FFFBB
    app (bin)    <- net     |...........FFFFBBLL
";

#[test]
fn a_build_is_no_different_from_itself() {
    let difference = drawn(BEFORE, BEFORE);
    assert_eq!(difference.verdict, Verdict::NoDifference);
    assert_eq!(causes(&difference), Vec::<String>::new());
    assert_eq!((difference.packages.len(), difference.circumstances.len()), (0, 0));
    assert!(told(&difference).iter().all(|unit| unit.ends_with(": Same by Key, Same")), "{:?}", told(&difference));
    assert_adds_up(&difference);
}

#[test]
fn an_update_a_new_package_and_a_slower_unit_are_told_apart() {
    let after = "
        serde v1.0.2                      |FFFFBBB
        leaf v2.0.0                       |FFFFFFFFFF
        middle v1.0.0     <- leaf         |..........FFFFF
        net               <- serde,middle |...............FFFBB
        app (bin)         <- net          |....................FFFFFFFFFFFFBBLL
    ";
    let difference = drawn(BEFORE, after);
    insta::assert_snapshot!(causes(&difference).join("\n"), @"
    +1.5 NewPackage middle v1.0.0
    +0.8 Same app v0.1.0
    +0.1 Version serde v1.0.2
    ");
    insta::assert_snapshot!(told(&difference).join("\n"), @"
    serde: Same by Version, Version
    net: Same by Key, Same
    app (bin app): Slower by Key, Same
    leaf: New, NewPackage
    middle: New, NewPackage
    ");
    let [leaf, middle, serde] = &difference.packages[..] else { panic!("{:?}", difference.packages) };
    assert!(leaf.is_new() && middle.is_new() && serde.is_update());
    assert_eq!((leaf.root, middle.root, serde.root), (Some(1), Some(1), None));
    let chain = |it: &brisk::difference::PackageChange| -> Vec<String> {
        it.pulled.iter().flat_map(|pulled| &pulled.chain).map(|package| package.name.clone()).collect()
    };
    assert_eq!(chain(leaf), ["net", "middle", "leaf"]);
    let place = leaf.pulled.as_ref().and_then(|pulled| pulled.place.as_ref());
    assert_eq!(place.map(|place| place.in_words()), Some("net/Cargo.toml".to_owned()));
    assert_eq!(difference.verdict, Verdict::More);
    assert_adds_up(&difference);
}

#[test]
fn what_is_gone_is_told_with_what_it_took_along() {
    let before = "
        leaf v2.0.0                 |FFFFFFFFFF
        middle v1.0.0     <- leaf   |..........FFFFF
        app (bin)         <- middle |...............FFL
    ";
    let difference = drawn(before, "app (bin) |FFL");
    assert_eq!(causes(&difference), ["-1.5 GonePackage middle v1.0.0"]);
    assert_eq!(difference.verdict, Verdict::Less);
    assert_adds_up(&difference);
}

#[test]
fn a_package_that_stays_in_one_version_of_two_loses_the_other_one() {
    let before = "syn v1.0.5 |FFFF\nsyn v2.0.1 |FFFF\napp (bin) <- syn v1.0.5, syn v2.0.1 |....FL";
    let difference = drawn(before, "syn v2.0.3 |FFFF\napp (bin) <- syn |....FL");
    insta::assert_snapshot!(told(&difference).join("\n"), @"
    syn: Gone, GonePackage
    syn: Same by Version, Version
    app (bin app): Same by Key, Same
    ");
}

#[test]
fn features_are_joined_by_the_fewest_apart() {
    let before = "tokio v1.0.0 +rt |FF\nlog v1.0.0 |FF\napp (bin) <- tokio, log |..FL";
    let after = "tokio v1.0.0 +full +rt |FFFFFFFF\nlog v1.0.0 |FF\napp (bin) <- tokio, log |........FL";
    let difference = drawn(before, after);
    assert_eq!(causes(&difference), ["+0.6 Features tokio v1.0.0"]);
    let tokio = &difference.units[0];
    assert_eq!(
        (tokio.joined, &tokio.features_on, tokio.features_off.len()),
        (Some(Joined::Features), &vec!["full".to_owned()], 0)
    );
    assert_eq!(difference.packages[0].features_on, ["full"]);
    assert_adds_up(&difference);
}

#[test]
fn other_targets_of_a_package_are_neither_new_nor_gone_packages() {
    let difference = drawn("a |FF\na (test it) <- a |..FFL", "a |FF\na (example ex) <- a |..FFFFL");
    insta::assert_snapshot!(told(&difference).join("\n"), @"
    a: Same by Key, Same
    a (test it test): Gone, Targets
    a (example ex): New, Targets
    ");
    assert_adds_up(&difference);
}

#[test]
fn flags_that_are_known_to_differ_are_named() {
    let flags = |level: &str| -> UnitFlags {
        let flag = |hash: u64| (hash_of(hash), BTreeMap::from([("opt-level".to_owned(), level.to_owned())]));
        [1, 2, 11, 12].map(flag).into_iter().collect()
    };
    let picture = "log v1.0.0 |FF\napp (bin) <- log |..FL";
    let (a, b) = (hashed(recorded(picture), &[1, 2]), hashed(slowed(recorded(picture), 3.0), &[11, 12]));
    let workspace = workspace_of(&b);
    let difference = Difference::of(compared(a, flags("0")), compared(b, flags("3")), &workspace, Vec::new());
    assert_eq!(causes(&difference)[0], "+0.8 Settings opt-level Some(\"0\") Some(\"3\")");
    assert_adds_up(&difference);
}

#[test]
fn a_unit_with_another_hash_and_the_same_dependencies_has_other_settings_though_nobody_knows_which() {
    let picture = "log v1.0.0 |FF\nserde v1.0.0 |FF\napp (bin) <- log, serde |..FL";
    let difference = between(hashed(recorded(picture), &[1, 2, 3]), hashed(recorded(picture), &[1, 9, 8]));
    let groups: Vec<Group> = difference.units.iter().map(|unit| unit.group).collect();
    assert_eq!(groups, [Group::Same, Group::Settings, Group::Same], "what depends on it may differ for that alone");
}

#[test]
fn another_profile_or_a_check_is_the_same_unit_with_other_settings() {
    let check = recorded("a (lib check) |FF");
    let mut release = recorded("a |FFFF");
    release.units[0].profile_dir = Some("release".to_owned());
    let difference = between(check, release);
    let names: Vec<&str> = difference.units[0].settings.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((names, difference.units[0].joined), (vec!["profile", "mode"], Some(Joined::Profile)));
    assert_eq!(causes(&difference).len(), 1, "{:?}", causes(&difference));
}

#[test]
fn what_was_up_to_date_in_one_of_them_is_rebuilt_and_not_new() {
    let part = recorded("log v1.0.0 |\napp (bin) <- log |FFL");
    let difference = between(recorded("log v1.0.0 |FFFF\napp (bin) <- log |....FFL"), part.clone());
    insta::assert_snapshot!(told(&difference).join("\n"), @"
    log: UpToDate by Key, Rebuilt
    app (bin app): Same by Key, Same
    ");
    assert_eq!(causes(&difference), ["-0.4 Rebuilt"]);
    assert!(difference.circumstances.iter().any(|it| it.respect == Respect::Extent));
    assert_eq!(between(part.clone(), part).units[0].state, State::Unbuilt);
}

#[test]
fn a_slower_machine_is_told_by_what_both_compile_alike() {
    let picture = "log v1.0.0 |FFFFFFFFFF\nserde v1.0.0 |FFFFFFFFFF\napp (bin) <- log, serde |..........FFFFL";
    let a = hashed(recorded(picture), &[1, 2, 3]);
    let difference = between(a.clone(), slowed(a.clone(), 1.3));
    assert_eq!(difference.verdict, Verdict::NoDifference);
    assert!(difference.slower().is_some_and(|slower| (slower - 1.3).abs() < 1e-9));
    assert_eq!(causes(&difference), ["+0.9 Machine"]);
    assert_adds_up(&difference);
    // Where nothing is certain to be alike, sums differ by more than builds of the same.
    let own = |mut build: Build| {
        build.units.iter_mut().for_each(|unit| unit.package.source = PackageSource::Path);
        build
    };
    assert_eq!(between(own(a.clone()), own(slowed(a, 1.3))).verdict, Verdict::More);
}

#[test]
fn units_whose_hash_is_another_one_for_what_they_need_tell_the_speed_too() {
    let before = "syn v2.0.0 +full |FFFF\nserde_derive v1.0.0 (proc-macro) <- syn |....FFFFFF\napp (bin) <- serde_derive |..........FFL";
    let after = before.replace(" +full", "");
    let a = hashed(recorded(before), &[1, 2, 3]);
    let b = |hashes: &[u64]| hashed(slowed(recorded(&after), 1.5), hashes);
    let difference = between(a.clone(), b(&[4, 5, 6]));
    assert!(difference.slower().is_some_and(|slower| (slower - 1.5).abs() < 1e-9));
    assert_eq!(difference.verdict, Verdict::WithinNoise);
    // `log` needs nothing, and has another hash: somebody has set other flags, and nobody knows for which units.
    let with_log = |mut build: Build, hash: u64| {
        let log = hashed(recorded("log v1.0.0 |F"), &[hash]).units.remove(0);
        build.units.push(log);
        build
    };
    let other_flags = between(with_log(a.clone(), 7), with_log(b(&[4, 5, 6]), 8));
    assert_eq!(other_flags.common, None);
    // The code for another system is other code.
    let mut elsewhere = b(&[4, 5, 6]);
    elsewhere.machine.os = Some("elsewhere".to_owned());
    let mut here = a;
    here.machine.os = Some("here".to_owned());
    assert_eq!(between(here, elsewhere).common, None);
}

#[test]
fn what_was_changed_tells_more_than_sums_at_unequal_speed() {
    // 7 % less to build, on a machine that is 8 % slower.
    let before = "a |FFFFFFFFF\nb |FFFFFFFFF\nc v1.0.0 |FF\napp (bin) <- a, b, c |.........FL";
    let after = "a |FFFFFFFFF\nb |FFFFFFFFF\napp (bin) <- a, b |.........FL";
    let difference = between(recorded(before), slowed(recorded(after), 1.08));
    assert_eq!(difference.verdict, Verdict::Less);
    assert!(difference.work.and_then(|work| work.share).is_some_and(|share| share.abs() < 0.05));
}

#[test]
fn other_programs_and_other_numbers_of_jobs_spoil_wall_times_only() {
    let a = recorded(BEFORE);
    for (b, respect) in [
        (Build { foreign_cpu: Some(0.3), ..a.clone() }, Respect::ForeignCpu),
        (Build { jobs: Some(Jobs { n: 4, basis: JobsBasis::Recorded }), ..a.clone() }, Respect::Jobs),
    ] {
        let difference = between(a.clone(), b);
        let obstacles: Vec<Respect> = difference.wall_obstacles().map(|it| it.respect).collect();
        assert_eq!(obstacles, [respect]);
        assert!(!difference.is_wall_comparable() && difference.causes.iter().all(|cause| cause.wall.is_none()));
        assert_ne!(difference.verdict, Verdict::Unknown);
        assert_adds_up(&difference);
    }
}

#[test]
fn seconds_of_other_processors_are_not_compared() {
    let on = |name: &str, picture: &str| {
        let mut build = recorded(picture);
        build.machine.cpu_model = Some(name.to_owned());
        build
    };
    let difference = between(on("fast", "a |FF"), on("slow", "a |FFFFFF"));
    assert_eq!((difference.verdict, difference.units[0].state), (Verdict::Unknown, State::Unknown));
    assert_adds_up(&difference);
    let picture = "log v1.0.0 |FFFFFF\na <- log |......FF";
    let difference = between(on("fast", picture), slowed(on("slow", picture), 3.0));
    assert_eq!(difference.verdict, Verdict::WithinNoise, "both compile `log`, which tells by how much it is slower");
}

#[test]
fn commands_differ_in_what_they_ask_for() {
    let words = |line: &str| Some(line.split(' ').map(str::to_owned).collect());
    let with = |line: &str| Build { command: words(line), ..recorded(BEFORE) };
    let respects = |a: &str, b: &str| -> Vec<Respect> {
        between(with(a), with(b)).circumstances.iter().map(|it| it.respect).collect()
    };
    assert_eq!(respects("build", "b -q"), []);
    assert_eq!(respects("build", "build --features x"), [Respect::Features]);
    assert_eq!(respects("build", "test --features x"), [Respect::Command, Respect::Features]);
    let failed = Build { outcome: Outcome::Failed(101), ..recorded(BEFORE) };
    let told: Vec<Respect> = between(recorded(BEFORE), failed).circumstances.iter().map(|it| it.respect).collect();
    assert_eq!(told, [Respect::Outcome]);
}

#[test]
fn without_cpu_times_unit_times_are_compared_and_without_those_what_there_is() {
    let imported = |picture: &str| {
        let mut build = Build { cpu: None, ..recorded(picture) };
        build.units.iter_mut().for_each(|unit| unit.cpu = None);
        build
    };
    let difference = between(imported("a |FF"), imported("a |FF\nb v1.0.0 |FFFF"));
    assert_eq!(causes(&difference), ["+0.4 NewPackage b v1.0.0"]);
    let difference = between(imported("a |"), imported("a |\nb v1.0.0 |"));
    assert_eq!((difference.verdict, difference.work), (Verdict::Unknown, None));
    assert!(difference.packages[0].is_new());
}

#[test]
fn a_unit_that_nobody_measured_leaves_what_it_took_unattributed() {
    let mut b = recorded("a |FFFF\nb v1.0.0 |FFFFFFFF");
    b.units[1].cpu = None;
    let difference = between(recorded("a |FFFF"), b);
    assert_eq!(causes(&difference), ["+0.8 Unattributed"]);
    assert_adds_up(&difference);
}

#[test]
fn wall_time_goes_to_the_chain_and_to_those_who_held_up_what_waited() {
    // `c` could start at once, and had to wait for `a` or `b` to end.
    let before = "a v1.0.0 |FFFF\nb v1.0.0 |FFFF\nc v1.0.0 |....FFFFFF\napp (bin) <- a, b, c |..........FFLL";
    let after = "c v1.0.0 |FFFFFF\napp (bin) <- c |......FFLL";
    let difference = drawn(before, after);
    let wall: BTreeMap<String, f64> = difference
        .causes
        .iter()
        .filter_map(|cause| match &cause.subject {
            Subject::Package(package) => Some((package.name.clone(), cause.wall?.seconds())),
            _ => None,
        })
        .collect();
    assert_eq!(wall, BTreeMap::from([("a".to_owned(), -0.2), ("b".to_owned(), -0.2)]));
    assert_adds_up(&difference);
}

#[test]
fn what_came_onto_the_critical_path_is_known() {
    let before = "a v1.0.0 |FFFF\nb v1.0.0 |FF\napp (bin) <- a, b |....FL";
    let after = "a v1.0.0 |FF\nb v1.0.0 |FFFFFF\napp (bin) <- a, b |......FL";
    let difference = drawn(before, after);
    let on: Vec<(bool, bool)> =
        difference.units.iter().map(|unit| (unit.on_path_a.is_some(), unit.on_path_b.is_some())).collect();
    assert_eq!(on, [(true, false), (false, true), (true, true)]);
}

/// A unit of some kind with some work, somewhere in the first seconds.
fn a_line() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec!["a", "b", "c", "app"]);
    let versions = prop::sample::select(vec!["", " v1.0.0", " v1.0.1", " v2.0.0"]);
    let kinds = prop::sample::select(vec!["", " (bin)", " (proc-macro)", " (lib check)", " (test it)"]);
    let features = prop::sample::select(vec!["", " +x", " +x +y"]);
    let bars = prop_oneof![4 => "[.]{0,60}F{1,9}B{0,5}", 1 => "[.]{0,60}U{1,8}", 1 => "[?]{1,9}", 1 => ""];
    (names, versions, kinds, features, bars)
        .prop_map(|(name, version, kind, features, bar)| format!("{name}{version}{kind}{features} |{bar}\n"))
}

/// Up to ten units; each may wait for earlier ones, some have a hash, and some were not measured.
fn a_build() -> impl Strategy<Value = Build> {
    let units = prop::collection::vec((a_line(), prop::option::of(0..12_u64), 0..5_u8, any::<bool>()), 0..10);
    let pairs = prop::collection::vec((0..10_u32, 0..10_u32), 0..20);
    (units, pairs, 1..3_u32, any::<bool>(), 0.1..3.0).prop_map(|(units, pairs, n_jobs, has_cpu, factor)| {
        let picture: String = units.iter().map(|(line, ..)| line.as_str()).collect();
        let mut build = slowed(recorded(&picture), factor);
        for (unit, (_, hash, unmeasured, is_of_git)) in build.units.iter_mut().zip(&units) {
            unit.hash = hash.map(hash_of);
            unit.cpu = unit.cpu.filter(|_| *unmeasured > 0);
            if *is_of_git && unit.package.source == PackageSource::Registry {
                unit.package.source = PackageSource::Git;
            }
            if *unmeasured == 4 && unit.mode == Mode::Build {
                unit.profile_dir = Some("release".to_owned());
            }
        }
        let edge = |(a, b): (u32, u32)| Edge { dependent: UnitIdx(a), dependency: UnitIdx(b) };
        let edges = pairs.into_iter().filter(|(a, b)| a > b).map(edge).collect();
        let jobs = Some(Jobs { n: n_jobs, basis: JobsBasis::Recorded });
        Build { edges, jobs, cpu: build.cpu.filter(|_| has_cpu), ..build }.checked()
    })
}

/// The group as whoever exchanges the builds sees it.
fn mirrored(group: Group) -> Group {
    match group {
        Group::NewPackage => Group::GonePackage,
        Group::GonePackage => Group::NewPackage,
        other => other,
    }
}

proptest! {
    #[test]
    fn every_microsecond_of_the_change_has_a_cause(a in a_build(), b in a_build()) {
        let difference = between(a, b);
        if difference.work.is_some() {
            assert_adds_up(&difference);
        }
        let of_groups: Micros = difference.groups().iter().map(|(_, work, _)| *work).sum();
        let of_causes: Micros = difference.causes.iter().map(|cause| cause.work).sum();
        prop_assert_eq!(of_groups, of_causes);
    }

    #[test]
    fn every_unit_is_told_once_and_counts_for_one_cause(a in a_build(), b in a_build()) {
        let difference = between(a, b);
        for (n, pick) in [
            (difference.a.build.units.len(), (|unit| unit.a) as fn(&brisk::difference::UnitChange) -> Option<UnitIdx>),
            (difference.b.build.units.len(), |unit| unit.b),
        ] {
            let mut told: Vec<u32> = difference.units.iter().filter_map(pick).map(|idx| idx.0).collect();
            told.sort_unstable();
            prop_assert_eq!(told, (0..u32::try_from(n).unwrap()).collect::<Vec<_>>());
        }
        let mut counted: Vec<usize> = difference.causes.iter().flat_map(|cause| cause.units.clone()).collect();
        counted.sort_unstable();
        counted.dedup();
        let n: usize = difference.causes.iter().map(|cause| cause.units.len()).sum();
        prop_assert_eq!(counted.len(), n);
    }

    #[test]
    fn whoever_exchanges_the_builds_gets_the_same_with_other_signs(a in a_build(), b in a_build()) {
        let (there, back) = (between(a.clone(), b.clone()), between(b, a));
        let mut expected: Vec<_> =
            back.groups().into_iter().map(|(group, work, wall)| (mirrored(group), -work, wall.map(|it| -it))).collect();
        expected.sort_unstable();
        prop_assert_eq!(there.groups(), expected);
        let total = |it: &Difference| it.work.map(|work| (work.a, work.b, work.change));
        prop_assert_eq!(total(&there), total(&back).map(|(a, b, change)| (b, a, -change)));
        let mut pairs: Vec<_> = there.units.iter().map(|unit| (unit.a, unit.b, unit.joined)).collect();
        let mut exchanged: Vec<_> = back.units.iter().map(|unit| (unit.b, unit.a, unit.joined)).collect();
        pairs.sort_unstable();
        exchanged.sort_unstable();
        prop_assert_eq!(pairs, exchanged);
    }

    #[test]
    fn a_build_is_the_same_as_itself(build in a_build()) {
        let difference = between(build.clone(), build);
        prop_assert!(difference.packages.is_empty(), "{:?}", difference.packages);
        prop_assert!(difference.units.iter().all(|unit| unit.work == Micros::ZERO && unit.joined.is_some()));
        let is_calm = matches!(difference.verdict, Verdict::NoDifference | Verdict::Unknown);
        prop_assert!(is_calm, "{:?}", difference.verdict);
    }
}
