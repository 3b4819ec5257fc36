//! The object of `diff`.

use brisk::difference::{Circumstance, Compared, Difference, Group, Micros, Total};
use brisk::simulate::WorkBasis;
use serde::Serialize;

use super::build::cpu_basis;
use super::number::{ratio, seconds};
use super::{CauseView, JsonContext, MachineView, PackageChangeView, ProblemView, SCHEMA_VERSION, UnitChangeView};
use crate::differences;

/// What two builds differ in. All changes are B less A.
#[derive(Clone, Debug, Serialize)]
pub struct Diff<'a> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of Brisk that wrote it.
    pub brisk_version: &'a str,
    /// The verb that wrote it.
    pub command: &'a str,
    /// What there was.
    pub a: ComparedView<'a>,
    /// What it is compared with.
    pub b: ComparedView<'a>,
    /// What is to be thought of the change of work: `no-difference`, `within-noise`, `less`, `more` or `unknown`.
    pub verdict: &'static str,
    /// The same in a sentence.
    pub headline: String,
    /// What work is counted in: `cpu` or `unit-seconds`; `null` where neither is known of both.
    pub basis: Option<&'static str>,
    /// How fast the machine was; `null` where both compile too little alike to tell.
    pub speed: Option<SpeedView>,
    /// Work of both; `null` where it is not known.
    pub work: Option<TotalView>,
    /// Wall time of both; `null` where it is not known.
    pub wall: Option<TotalView>,
    /// Whether wall times can be compared.
    pub wall_comparable: bool,
    /// In what they differ as a whole, the gravest first.
    pub differences: Vec<DifferenceView<'a>>,
    /// What of the change of work is of packages and units that were changed or stand out, as a share of it at equal speed; `null`
    /// where builds of the same differ by as much.
    pub attributed_share: Option<f64>,
    /// The change by kind of cause: what adds up to it, to the microsecond.
    pub groups: Vec<GroupView>,
    /// Why, what matters most first; last what is not of units. All together are the change as well.
    pub causes: Vec<CauseView<'a>>,
    /// Packages that are not the same in both, by name.
    pub packages: Vec<PackageChangeView<'a>>,
    /// All units of both builds, each once.
    pub units_list: Vec<UnitChangeView<'a>>,
    /// What has to be known about it.
    pub problems: Vec<ProblemView<'a>>,
}

/// One of the two builds.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedView<'a> {
    /// The id of a run, or a path.
    pub name: &'a str,
    /// Id of the run, if it is one.
    pub run: Option<&'a str>,
    /// The git commit that was checked out.
    pub revision: Option<&'a str>,
    /// When it was built or recorded, in seconds since the UNIX epoch.
    pub at: Option<f64>,
    /// Where it was read from: `fingerprints`, `capture`, `timings-html`, `build-analysis`.
    pub source: &'static str,
    /// The Cargo command after `cargo`.
    pub command: Option<&'a [String]>,
    /// The profile.
    pub profile: Option<&'a str>,
    /// Number of units.
    pub units: usize,
    /// How many of them it has built itself; `null` where that is not known.
    pub built_units: Option<usize>,
    /// How many units could run at once.
    pub jobs: Option<u32>,
    /// Wall seconds; `null` where its units are of several commands.
    pub wall_s: Option<f64>,
    /// CPU seconds.
    pub cpu_s: Option<f64>,
    /// What they are of: `command` or `units`.
    pub cpu_basis: Option<&'static str>,
    /// Share of the machine that other programs took meanwhile.
    pub foreign_cpu: Option<f64>,
    /// Length of the critical path.
    pub critical_path_s: Option<f64>,
    /// The machine and the toolchain.
    pub machine: MachineView<'a>,
}

/// How fast the machine was, by what both builds compile alike.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SpeedView {
    /// How many times as slow it was for B.
    pub slower: Option<f64>,
    /// CPU seconds of those units in A.
    pub a_s: Option<f64>,
    /// The same in B.
    pub b_s: Option<f64>,
    /// Their share of the build of which they are less.
    pub share: Option<f64>,
}

/// What both took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TotalView {
    /// A's seconds, as they were.
    pub a_s: Option<f64>,
    /// B's.
    pub b_s: Option<f64>,
    /// B less A, as they were: what the causes add up to.
    pub change_s: Option<f64>,
    /// B less A at equal speed of the machine, that in the middle of both; the same where `speed` is `null`.
    pub equal_speed_change_s: Option<f64>,
    /// That as a share of A's.
    pub relative: Option<f64>,
    /// Up to this share, builds of the same differ.
    pub noise: Option<f64>,
    /// `less` or `more` than that, or `nothing`.
    pub meaning: &'static str,
}

/// In what they differ.
#[derive(Clone, Debug, Serialize)]
pub struct DifferenceView<'a> {
    /// `os`, `host`, `processor`, `processors`, `rustc`, `cargo`, `command`, `features`, `profile`, `jobs`, `extent`, `outcome`,
    /// `foreign-cpu` or `source`.
    pub what: &'static str,
    /// How it was in A, in words.
    pub a: &'a str,
    /// How it was in B.
    pub b: &'a str,
    /// Whether wall times cannot be compared because of it.
    pub spoils_wall: bool,
}

/// A kind of causes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct GroupView {
    /// `new-package`, `gone-package`, `version`, `features`, `settings`, `targets`, `rebuilt`, `same`, `cargo`, `machine` or
    /// `unattributed`.
    pub group: &'static str,
    /// Seconds of work.
    pub work_s: Option<f64>,
    /// Wall seconds; `null` where they cannot be compared.
    pub wall_s: Option<f64>,
}

/// The object of `diff` in one line, without a line feed.
pub fn diff(difference: &Difference, context: JsonContext<'_>) -> String {
    let object = Diff::of(difference, context);
    serde_json::to_string(&object).expect("the structs have string keys and finite numbers only")
}

/// Microseconds are what the contract tells.
pub(super) fn exact(micros: Micros) -> Option<f64> {
    seconds(micros.seconds())
}

impl<'a> Diff<'a> {
    /// The views of all parts of `difference`.
    pub fn of(difference: &'a Difference, context: JsonContext<'a>) -> Self {
        let group = |(group, work, wall): (Group, Micros, Option<Micros>)| GroupView {
            group: group.as_str(),
            work_s: exact(work),
            wall_s: wall.and_then(exact),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            brisk_version: context.brisk_version,
            command: context.command,
            a: ComparedView::of(&difference.a),
            b: ComparedView::of(&difference.b),
            verdict: difference.verdict.as_str(),
            headline: differences::headline(difference),
            basis: difference.basis.map(|basis| match basis {
                WorkBasis::Cpu => "cpu",
                WorkBasis::UnitSeconds => "unit-seconds",
            }),
            speed: difference.common.map(|common| SpeedView {
                slower: ratio(common.b_s / common.a_s),
                a_s: seconds(common.a_s),
                b_s: seconds(common.b_s),
                share: ratio(common.share),
            }),
            work: difference.work.as_ref().map(TotalView::of),
            wall: difference.wall.as_ref().map(TotalView::of),
            wall_comparable: difference.is_wall_comparable(),
            differences: difference.circumstances.iter().map(DifferenceView::of).collect(),
            attributed_share: difference.attributed_share().and_then(ratio),
            groups: difference.groups().into_iter().map(group).collect(),
            causes: difference.causes.iter().map(|cause| CauseView::of(difference, cause)).collect(),
            packages: difference.packages.iter().map(PackageChangeView::of).collect(),
            units_list: difference.units.iter().map(|unit| UnitChangeView::of(difference, unit)).collect(),
            problems: difference.problems.iter().map(ProblemView::of).collect(),
        }
    }
}

impl<'a> ComparedView<'a> {
    fn of(compared: &'a Compared) -> Self {
        let Compared { label, build, summary, critical_path, .. } = compared;
        Self {
            name: &label.name,
            run: label.run.as_deref(),
            revision: label.revision.as_deref(),
            at: label.at.and_then(seconds),
            source: build.source.as_str(),
            command: build.command.as_deref(),
            profile: build.profile.as_deref(),
            units: build.units.len(),
            built_units: compared.n_built(),
            jobs: build.jobs.map(|jobs| jobs.n),
            wall_s: compared.wall_s().and_then(seconds),
            cpu_s: summary.cpu.and_then(|(cpu_s, _)| seconds(cpu_s)),
            cpu_basis: summary.cpu.map(|(_, basis)| cpu_basis(basis)),
            foreign_cpu: build.foreign_cpu.and_then(ratio),
            critical_path_s: seconds(critical_path.length_s).filter(|_| summary.n_timed > 0),
            machine: MachineView::of(build),
        }
    }
}

impl TotalView {
    fn of(total: &Total) -> Self {
        Self {
            a_s: exact(total.a),
            b_s: exact(total.b),
            change_s: exact(total.raw_change()),
            equal_speed_change_s: exact(total.change),
            relative: total.share.and_then(ratio),
            noise: ratio(total.noise),
            meaning: total.meaning.as_str(),
        }
    }
}

impl<'a> DifferenceView<'a> {
    fn of(circumstance: &'a Circumstance) -> Self {
        let Circumstance { respect, a, b } = circumstance;
        Self { what: respect.as_str(), a, b, spoils_wall: respect.spoils_wall() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::diff::{hostile, identical, with_a_new_dependency};

    fn object(difference: &Difference) -> Value {
        let text = diff(difference, JsonContext { brisk_version: "0.1.0", command: "diff" });
        serde_json::from_str(&text).unwrap()
    }

    fn sum(rows: &Value, field: &str) -> f64 {
        let numbers = rows.as_array().unwrap().iter().map(|row| row[field].as_f64().unwrap());
        numbers.sum()
    }

    #[test]
    fn the_causes_and_the_groups_add_up_to_the_change() {
        for difference in [with_a_new_dependency(), identical(), hostile()] {
            let value = object(&difference);
            for rows in ["causes", "groups"] {
                let change_s = value["work"]["change_s"].as_f64().unwrap();
                assert!((sum(&value[rows], "work_s") - change_s).abs() < 1e-9, "{rows}: {value}");
                let change_s = value["wall"]["change_s"].as_f64().unwrap();
                assert!((sum(&value[rows], "wall_s") - change_s).abs() < 1e-9, "{rows}: {value}");
            }
        }
    }

    #[test]
    fn a_new_package_is_told_with_who_pulls_it() {
        let value = object(&with_a_new_dependency());
        assert_eq!((&value["schema_version"], &value["verdict"]), (&1.into(), &"more".into()));
        let first = &value["causes"][0];
        assert_eq!((&first["group"], &first["package"]["name"]), (&"new-package".into(), &"reqwest".into()));
        let named = value["packages"].as_array().unwrap().iter();
        let rustls = named.clone().find(|package| package["after"]["name"] == "rustls").unwrap();
        let chain: Vec<&Value> = rustls["pulled_by"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(chain, ["net", "reqwest", "rustls"]);
        assert_eq!(rustls["location"], serde_json::json!({ "file": "net/Cargo.toml", "line": 12 }));
        assert_eq!(value["packages"][rustls["root"].as_u64().unwrap() as usize]["after"]["name"], "reqwest");
    }
}
