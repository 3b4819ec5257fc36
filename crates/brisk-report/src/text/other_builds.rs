//! Builds beside the one that is shown, and the flags that select them.

use brisk::model::{Mode, OtherBuild, Platform};

use super::page::Page;
use super::view::View;
use crate::format;

/// Others that are told of unless all are asked for: the newest ones fit on two lines of 80 columns.
const SHOWN: usize = 3;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let groups = grouped(&view.analysis.others);
    let lines = groups.iter().flat_map(|(flags, group)| beside(flags, group, view).into_iter().enumerate());
    let mut lines: Vec<(usize, String)> = lines.collect();
    // The newest of every group first, so that every flag that selects something is seen.
    lines.sort_by_key(|(rank, _)| *rank);
    let mut told: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    if told.is_empty() {
        return;
    }
    let n_more = told.len().saturating_sub(if view.verbose() { usize::MAX } else { SHOWN });
    if n_more > 0 {
        told.truncate(SHOWN);
        told.push(format!("and {} more", format::number(n_more as u64)));
    }
    page.status("Also", &told.join("; "));
}

/// One line for each selection that there is: `` `--release`: build, 180 units, 2 days ago; test, 2 units, 1 hour ago``.
/// `now_s` is in seconds since the UNIX epoch.
pub fn selectable(others: &[OtherBuild], now_s: Option<f64>) -> Vec<String> {
    let line = |(flags, group): &(String, Vec<&OtherBuild>)| {
        let told: Vec<String> = group.iter().map(|other| told(done(&other.modes), other, now_s)).collect();
        format!("`{flags}`: {}", told.join("; "))
    };
    grouped(others).iter().map(line).collect()
}

/// The builds by the flags that select them. Groups, and builds in them, in the order in which they come first.
fn grouped(others: &[OtherBuild]) -> Vec<(String, Vec<&OtherBuild>)> {
    let mut groups: Vec<(String, Vec<&OtherBuild>)> = Vec::new();
    for other in others {
        let flags = selector(other);
        match groups.iter_mut().find(|group| group.0 == flags) {
            Some((_, group)) => group.push(other),
            None => groups.push((flags, vec![other])),
        }
    }
    groups
}

/// A group as its difference to the build that is shown, with the flags behind the first one.
fn beside(flags: &str, group: &[&OtherBuild], view: &View<'_>) -> Vec<String> {
    let build = &view.analysis.build;
    let triple = build.units.iter().find_map(|unit| match &unit.platform {
        Platform::Triple(triple) => Some(triple),
        Platform::Host => None,
    });
    let is_profile = |other: &OtherBuild| build.profile.as_deref() == Some(other.profile());
    let differs = |other: &&&OtherBuild| !is_profile(other) || other.triple.as_ref() != triple;
    let line = |other: &&OtherBuild| {
        let done = done(&other.modes);
        let what = if is_profile(other) { done } else { format!("{} {done}", other.profile()) };
        told(what, other, view.options.now)
    };
    let mut lines: Vec<String> = group.iter().map(line).collect();
    if let Some(first) = lines.first_mut().filter(|_| group.first().as_ref().is_some_and(differs)) {
        first.push_str(&format!(" (`{flags}`)"));
    }
    lines
}

/// The flags that select the build: `--release`, `--profile dev`, `--target x86_64-unknown-linux-musl`.
fn selector(other: &OtherBuild) -> String {
    let target = other.triple.as_ref().map(|triple| format!("--target {triple}"));
    let profile = match other.profile() {
        // Where a triple is named, `dev` is looked for first.
        "dev" if target.is_some() => None,
        "release" => Some("--release".to_owned()),
        profile => Some(format!("--profile {profile}")),
    };
    profile.into_iter().chain(target).collect::<Vec<_>>().join(" ")
}

fn told(what: String, other: &OtherBuild, now_s: Option<f64>) -> String {
    let triple = other.triple.as_ref().map(|triple| format!(" for {triple}"));
    let ended_at = other.started_at.map(|at_s| at_s + other.wall_s.unwrap_or(0.0));
    let when = ended_at.and_then(|at_s| format::moment(at_s, now_s)).map(|when| format!(", {when}"));
    let n_units = format::count(other.n_units, "unit");
    format!("{what}{}, {n_units}{}", triple.unwrap_or_default(), when.unwrap_or_default())
}

/// What was done, in the words of Cargo's commands.
fn done(modes: &[Mode]) -> String {
    let has = |wanted: &[Mode]| modes.iter().any(|mode| wanted.contains(mode));
    let is_doc = has(&[Mode::Doc, Mode::Doctest]);
    // Documentation checks what it depends on.
    let is_check = !is_doc && has(&[Mode::Check, Mode::CheckTest]);
    let words = [(is_check, "check"), (has(&[Mode::Test]), "test"), (is_doc, "doc")];
    let words: Vec<String> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()).collect();
    if words.is_empty() { "build".to_owned() } else { format::list(&words) }
}

#[cfg(test)]
mod tests {
    use brisk::model::Build;

    use super::*;
    use crate::testing::{analysis, build, lib, timing};
    use crate::text::{TextOptions, Verbosity, render};

    const NOW: f64 = 1_800_000_000.0;

    fn other(profile_dir: &str, triple: Option<&str>, modes: &[Mode], n_units: usize, ago_s: f64) -> OtherBuild {
        OtherBuild {
            profile_dir: profile_dir.into(),
            triple: triple.map(str::to_owned),
            modes: modes.to_vec(),
            n_units,
            started_at: Some(NOW - ago_s),
            wall_s: None,
        }
    }

    fn others() -> Vec<OtherBuild> {
        vec![
            other("debug", None, &[Mode::Build, Mode::Check], 40, 600.0),
            other("debug", None, &[Mode::Check, Mode::Doc], 3, 900.0),
            other("release", None, &[Mode::Build], 1180, 2.0 * 86_400.0),
            other("quick", Some("wasm32-unknown-unknown"), &[Mode::Test], 1, 4.0 * 86_400.0),
        ]
    }

    fn also(verbosity: Verbosity) -> String {
        let dev = build(vec![lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3))], &[]);
        let analysis = analysis(Build { profile: Some("dev".into()), ..dev }).beside(others());
        let text = render(&analysis, &TextOptions { width: 72, verbosity, now: Some(NOW), ..TextOptions::default() });
        let from = text.find("Also ").expect("there are others");
        let to = text.find("Wall ").expect("there is a time");
        text[from..to].lines().map(str::trim).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_newest_of_every_selection_comes_first_with_its_flags() {
        insta::assert_snapshot!(also(Verbosity::Normal), @"
        Also check, 40 units, 10 minutes ago; release build, 1,180
        units, 2 days ago (`--release`); quick test for
        wasm32-unknown-unknown, 1 unit, 4 days ago
        (`--profile quick --target wasm32-unknown-unknown`); and 1
        more
        ");
    }

    #[test]
    fn a_verbose_report_has_all_builds_beside() {
        let text = also(Verbosity::Verbose);
        assert!(text.trim_end().ends_with("; doc, 3\nunits, 15 minutes ago"), "{text}");
    }

    #[test]
    fn what_can_be_selected_is_one_line_per_selection() {
        insta::assert_snapshot!(selectable(&others(), Some(NOW)).join("\n"), @"
        `--profile dev`: check, 40 units, 10 minutes ago; doc, 3 units, 15 minutes ago
        `--release`: build, 1,180 units, 2 days ago
        `--profile quick --target wasm32-unknown-unknown`: test for wasm32-unknown-unknown, 1 unit, 4 days ago
        ");
    }
}
