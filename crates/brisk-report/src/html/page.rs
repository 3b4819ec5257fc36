//! The whole page: a template, filled in.

use askama::Template;
use brisk::overview::Overview;

use super::assets::{SCRIPT, STYLE, THEME};
use super::data::Data;
use super::policy::policy;
use crate::format;

/// Bytes that the page stays below, if the build allows it at all: small enough to be attached to a message, and read in well
/// below a second. Pictures of combinations of switches are what is left out for it.
pub(super) const MOST_BYTES: usize = 1_450_000;

/// What the page says of its origin.
#[derive(Clone, Copy, Debug)]
pub struct HtmlOptions<'a> {
    /// Version of Brisk.
    pub brisk_version: &'a str,
    /// Seconds since the UNIX epoch, to say how long ago something was; dates are written out without it.
    pub now: Option<f64>,
    /// Script of the server that the page comes from. With it the page may ask that server; without it, nobody.
    pub live: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    policy: String,
    version: &'a str,
    name: &'a str,
    headline: String,
    theme: &'static str,
    style: &'static str,
    script: &'static str,
    live: Option<&'a str>,
    data: String,
}

/// The page of `overview`: one file that works from a disk, without a network.
pub fn page(overview: &Overview, options: &HtmlOptions<'_>) -> String {
    let mut data = Data::of(overview, options);
    if let Some(prospects) = &overview.prospects {
        let fixed = data.json().len() + THEME.len() + STYLE.len() + SCRIPT.len();
        data.picture(&prospects.switchboard, MOST_BYTES.saturating_sub(fixed));
    }
    let page = Page {
        policy: policy(options.live),
        version: options.brisk_version,
        name: name(overview),
        headline: headline(overview),
        theme: THEME,
        style: STYLE,
        script: SCRIPT,
        live: options.live,
        data: data.json(),
    };
    // The template engine leaves out the last line feed.
    page.render().expect("writing to a string does not fail") + "\n"
}

/// The directory of the workspace, or what there is instead.
fn name(overview: &Overview) -> &str {
    let root = overview.analysis.workspace.known_root();
    let last = root.and_then(|root| root.rsplit(['/', '\\']).find(|part| !part.is_empty()));
    last.unwrap_or("Cargo build")
}

/// What is said where scripts are off: `234 units, 4 min 50 s of wall time, 56 findings.`
fn headline(overview: &Overview) -> String {
    let analysis = &overview.analysis;
    let units = format::count(analysis.summary.n_units, "unit");
    let wall = analysis.build.wall_s.map(|wall_s| format!("{} of wall time", format::duration(wall_s)));
    let cpu = analysis.summary.cpu.map(|(cpu_s, _)| format!("{} of CPU time", format::duration(cpu_s)));
    let findings = format::count(analysis.findings.len(), "finding");
    let facts: Vec<String> = [Some(units), wall, cpu, Some(findings)].into_iter().flatten().collect();
    format!("{}.", facts.join(", "))
}
