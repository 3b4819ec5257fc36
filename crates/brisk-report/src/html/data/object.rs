//! The object with everything in it.

use std::collections::BTreeMap;

use brisk::model::Wait;
use brisk::overview::{Overview, Switchboard};
use brisk::simulate::Step;
use serde::Serialize;

use super::around::{DiskData, EditsData, ProblemData, TrendData};
use super::board::BoardData;
use super::build::{BuildData, WorkspaceData};
use super::duplicates::{DuplicateData, Reach, duplicates};
use super::escape;
use super::finding::{FindingData, JointData, KindData, SuppressedData};
use super::number::ticks;
use super::outlook::OutlookData;
use super::stages::{CpuSamples, CrateFiles, Programs, Stage, artifacts, stages};
use super::strings::{Strings, Text};
use super::units::UnitsData;
use crate::html::HtmlOptions;
use crate::json::number::seconds;

/// The version of the shape: scripts and data are always of the same page, so that it is for people who look.
const VERSION: u32 = 1;

/// The data of a page. See the [module](super) for its shape.
#[derive(Debug, Serialize)]
pub(in crate::html) struct Data<'a> {
    v: u32,
    brisk: &'a str,
    now: Option<f64>,
    run: Option<&'a str>,
    workspace: WorkspaceData,
    build: BuildData<'a>,
    units: UnitsData,
    critical_path: Vec<(u32, Option<i64>, u8)>,
    cpu_samples: Option<CpuSamples>,
    stages: Vec<Stage>,
    programs: Option<Programs>,
    artifacts: Vec<(u32, u64)>,
    crate_files: Option<CrateFiles>,
    findings: Vec<FindingData>,
    kinds: Vec<KindData>,
    joint: Option<JointData>,
    suppressed: Vec<SuppressedData>,
    duplicates: Vec<DuplicateData>,
    reach: BTreeMap<Text, Reach>,
    edits: Option<EditsData>,
    disk: Option<DiskData<'a>>,
    outlook: Option<OutlookData<'a>>,
    board: Option<BoardData>,
    trend: Option<TrendData<'a>>,
    problems: Vec<ProblemData>,
    strings: Vec<String>,
}

impl<'a> Data<'a> {
    /// All of `overview`, without the pictures of combinations.
    pub(in crate::html) fn of(overview: &'a Overview, options: &HtmlOptions<'a>) -> Self {
        let analysis = &overview.analysis;
        let build = &analysis.build;
        let prospects = overview.prospects.as_ref();
        let mut strings = Strings::default();
        let (duplicates, reach) = duplicates(analysis, &mut strings);
        Self {
            v: VERSION,
            brisk: options.brisk_version,
            now: options.now.and_then(seconds),
            run: overview.run.as_deref(),
            workspace: WorkspaceData::of(analysis),
            build: BuildData::of(analysis),
            units: UnitsData::of(analysis, &mut strings),
            critical_path: analysis.critical_path.steps.iter().map(step).collect(),
            cpu_samples: CpuSamples::of(build),
            stages: stages(build),
            programs: Programs::of(build, &mut strings),
            artifacts: artifacts(analysis),
            crate_files: CrateFiles::of(analysis),
            findings: analysis.findings.iter().map(|finding| FindingData::of(finding, &mut strings)).collect(),
            kinds: KindData::all(&analysis.findings, &mut strings),
            joint: analysis.joint.as_ref().and_then(JointData::of),
            suppressed: SuppressedData::all(analysis, &mut strings),
            duplicates,
            reach,
            edits: EditsData::of(analysis, &mut strings),
            disk: analysis.surroundings.disk.as_ref().map(DiskData::of),
            outlook: prospects.map(|prospects| OutlookData::of(&prospects.outlook, &mut strings)),
            board: prospects.and_then(|prospects| BoardData::of(prospects, build.units.len(), &mut strings)),
            trend: overview.trend.as_ref().map(TrendData::of),
            problems: analysis.problems.iter().map(|problem| ProblemData::of(problem, &mut strings)).collect(),
            strings: strings.into_list(),
        }
    }

    /// Adds as many pictures of combinations as take no more than so many bytes.
    pub(in crate::html) fn picture(&mut self, switchboard: &Switchboard, bytes: usize) {
        if let Some(board) = &mut self.board {
            board.picture(switchboard, bytes);
        }
    }

    /// The object in one line, as it may stand in the page.
    pub(in crate::html) fn json(&self) -> String {
        let json = serde_json::to_string(self).expect("keys are strings or numbers, and all numbers finite");
        escape::for_html(&json)
    }
}

fn step(step: &Step) -> (u32, Option<i64>, u8) {
    (step.unit.0, ticks(step.on_path_s), u8::from(step.until == Wait::End))
}
