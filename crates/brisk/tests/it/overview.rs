//! What a report shows beside the analysis: combinations of cures, and which builds are compared over time.

use brisk::analysis::Analysis;
use brisk::detect::{Cost, Effort, Finding, Gain, Risk, Severity};
use brisk::model::{Build, CpuTime, Cut, Jobs, JobsBasis, Machine, Outcome, Source, UnitIdx};
use brisk::overview::{Kind, Prospects};
use brisk::simulate::what_if::{Base, Baseline, Supposition};
use brisk_test_support::gantt;

use crate::support::analyse;

/// Units 0 to 4: `heavy` is needed by `mid` alone, and `small` by nobody else than the program.
const PICTURE: &str = "
    heavy v1.0.0                |FFFFFFFFFFBBBBBBBBBB
    mid v1.0.0  <- heavy        |..........FFFFFBBBBB
    small v1.0.0                |FFFFF
    lib                         |FFFFFBBBBB
    app (bin)   <- lib, mid, small |....................FFFFF
";

fn recorded(picture: &str) -> Build {
    let mut build = gantt::parse(picture);
    for unit in &mut build.units {
        unit.cpu = unit.duration_s().map(|user_s| CpuTime { user_s, sys_s: 0.0 });
    }
    let machine = Machine { cores: Some(2), ..Machine::default() };
    let jobs = Some(Jobs { n: 2, basis: JobsBasis::Recorded });
    let command = Some(vec!["build".to_owned()]);
    Build { source: Source::Capture, outcome: Outcome::Success, jobs, machine, command, ..build }
}

/// A finding whose cure is that `dependent` no longer needs `dependency`.
fn finding(key: &str, dependent: u32, dependency: u32) -> Finding {
    let cut = Cut { dependent: UnitIdx(dependent), dependency: UnitIdx(dependency), instead: None };
    Finding {
        id: "unused-dependency",
        key: key.to_owned(),
        title: format!("the title of {key}"),
        subject: String::new(),
        severity: Severity::Minor,
        cost: Cost::default(),
        seconds_of: "unit time",
        gain: Gain::UNKNOWN,
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: Vec::new(),
        locations: Vec::new(),
        caveats: Vec::new(),
        command: None,
        cure: Vec::new(),
        cuts: vec![cut],
        overlaps: Vec::new(),
    }
}

/// The build of the picture with four findings, of which two take out the same, and one nothing.
fn analysis() -> Analysis {
    let mut analysis = analyse(recorded(PICTURE));
    analysis.findings =
        vec![finding("small", 4, 2), finding("heavy", 1, 0), finding("again", 1, 0), finding("lib", 4, 3)];
    analysis
}

fn prospects(analysis: &Analysis) -> Prospects {
    let base = base(analysis);
    Prospects::of("run".to_owned(), base, Baseline::of(base), analysis, Vec::new())
}

fn base(analysis: &Analysis) -> Base<'_> {
    Base { build: &analysis.build, graph: &analysis.graph, workspace: &analysis.workspace }
}

#[test]
fn a_cure_that_takes_units_out_is_a_switch_and_the_dearest_is_the_first() {
    let analysis = analysis();
    let switchboard = prospects(&analysis).switchboard;
    let keys: Vec<&str> = switchboard.switches.iter().map(|switch| switch.key.as_str()).collect();
    // A member is built whoever needs it, and what two findings take out is one switch.
    assert_eq!(keys, ["again", "small"]);
    assert_eq!(switchboard.switches[1].title, "the title of small");
    assert_eq!(switchboard.combinations.len(), 4);
}

#[test]
fn every_combination_is_what_its_cures_bring_together() {
    let analysis = analysis();
    let Prospects { switchboard, outlook } = prospects(&analysis);
    for (mask, cuts) in [vec![], vec![(1, 0)], vec![(4, 2)], vec![(1, 0), (4, 2)]].into_iter().enumerate() {
        let cut = |(dependent, dependency)| Cut {
            dependent: UnitIdx(dependent),
            dependency: UnitIdx(dependency),
            instead: None,
        };
        let supposition = Supposition { cuts: cuts.into_iter().map(cut).collect(), ..Supposition::default() };
        let expected = outlook.baseline.predict(base(&analysis), String::new(), &supposition).expect("possible");
        let combination = switchboard.combination(mask).expect("it is there");
        assert_eq!((combination.wall_s, combination.cpu_s), (expected.wall_s, expected.cpu_s), "{mask}");
        let gone: Vec<u32> = (0_u32..5).filter(|unit| combination.spans[*unit as usize].is_none()).collect();
        assert_eq!(gone, expected.removed.iter().map(|unit| unit.0).collect::<Vec<u32>>(), "{mask}");
    }
    assert_eq!(switchboard.combination(4), None);
}

#[test]
fn without_findings_there_is_the_build_as_it_is() {
    let mut analysis = analysis();
    analysis.findings.clear();
    let Prospects { switchboard, outlook } = prospects(&analysis);
    assert_eq!((switchboard.switches.len(), switchboard.combinations.len()), (0, 1));
    assert_eq!(switchboard.combinations[0].spans, outlook.baseline.schedule.spans);
    assert_eq!(switchboard.combinations[0].wall_s.mid, outlook.baseline.wall_s);
}

#[test]
fn a_change_is_compared_with_the_build_as_it_is() {
    let analysis = analysis();
    let outlook = prospects(&analysis).outlook;
    for scenario in &outlook.scenarios {
        let prediction = &scenario.prediction;
        assert_eq!(
            (prediction.before_wall_s, prediction.before_cpu_s),
            (outlook.baseline.wall_s, outlook.baseline.cpu_s),
            "{}",
            prediction.name
        );
    }
}

#[test]
fn builds_of_one_kind_were_asked_for_the_same_on_the_same_machine() {
    let build = recorded(PICTURE);
    let kind = Kind::of(&build).expect("it is from nothing");
    let with = |change: fn(&mut Build)| {
        let mut other = build.clone();
        change(&mut other);
        kind.admits(&other)
    };
    assert!(with(|_| {}));
    assert!(with(|other| other.command = Some(vec!["b".to_owned(), "-q".to_owned()])));
    assert!(with(|other| other.machine.rustc = Some("rustc 1.99.0".to_owned())));
    assert!(with(|other| other.units.truncate(3)), "dependencies went");
    assert!(!with(|other| other.units.truncate(2)), "most of it is something else");
    assert!(!with(|other| other.command = Some(vec!["build".to_owned(), "--tests".to_owned()])));
    assert!(!with(|other| other.command = None));
    assert!(!with(|other| other.profile = Some("release".to_owned())));
    assert!(!with(|other| other.jobs = None));
    assert!(!with(|other| other.machine.cores = Some(64)));
    assert!(!with(|other| other.outcome = Outcome::Failed(101)));
    assert!(!with(|other| other.units[0].timing = None), "one of five was found built");
}

#[test]
fn a_build_that_found_much_built_already_is_of_no_kind() {
    let mut build = recorded(PICTURE);
    build.units[0].timing = None;
    assert_eq!(Kind::of(&build), None);
}
