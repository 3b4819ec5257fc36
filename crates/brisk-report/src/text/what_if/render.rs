//! The order of the sections.

use brisk::outlook::{Outlook, Scenario, ScenarioKind};

use super::ranking::Ranking;
use super::{asked, figures, head};
use crate::text::labels::Labels;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::Page;

/// The page on `outlook` for people, each line within the width of `options` and ended by a line feed.
pub fn what_if(outlook: &Outlook, options: &TextOptions) -> String {
    let mut page = Page::new(options.columns());
    head::write(&mut page, outlook, options);
    let labels = Labels::new(&outlook.build);
    let asked = of_kind(outlook, |kind| *kind == ScenarioKind::Asked);
    for scenario in &asked {
        asked::write(&mut page, outlook, scenario, &labels, options);
    }
    if asked.is_empty() {
        findings(&mut page, outlook, options);
    }
    let parts = of_kind(outlook, |kind| *kind == ScenarioKind::Part);
    if options.verbosity > Verbosity::Quiet && !parts.is_empty() {
        let title = ("Each by itself", "(the changes that were asked for)");
        Ranking { title, scenarios: &parts, total: None }.write(&mut page, outlook, options);
    }
    page.into_text(options.color)
}

fn of_kind(outlook: &Outlook, is_meant: impl Fn(&ScenarioKind) -> bool) -> Vec<&Scenario> {
    outlook.scenarios.iter().filter(|scenario| is_meant(&scenario.kind)).collect()
}

/// What can be told where nothing was asked for.
fn findings(page: &mut Page, outlook: &Outlook, options: &TextOptions) {
    let alone = of_kind(outlook, |kind| matches!(kind, ScenarioKind::Finding(_)));
    let cumulative = of_kind(outlook, |kind| matches!(kind, ScenarioKind::Cumulative(_)));
    let free = of_kind(outlook, |kind| matches!(kind, ScenarioKind::Free(_)));
    if options.verbosity == Verbosity::Quiet {
        return brief(page, outlook, cumulative.last().or(alone.last()).copied());
    }
    if alone.is_empty() {
        page.section("One by one", "");
        page.item(NONE);
    } else {
        let title = ("One by one", "(what the cure of each finding would save, dearest first)");
        Ranking { title, scenarios: &alone, total: None }.write(page, outlook, options);
    }
    if cumulative.len() > 1 {
        let title =
            ("On top of each other", "(in the order that saves most first; each line is what all up to it save)");
        let total = cumulative.last().map(|last| ("all of them", &last.prediction));
        Ranking { title, scenarios: &cumulative, total }.write(page, outlook, options);
    }
    if !free.is_empty() {
        let title = ("For nothing", "(what it would save if all units of a package took no time)");
        Ranking { title, scenarios: &free, total: None }.write(page, outlook, options);
    }
}

/// What is said where there is nothing to price.
const NONE: &str = "no finding has a price: no cure takes units out of this build";

fn brief(page: &mut Page, outlook: &Outlook, all: Option<&Scenario>) {
    match all {
        Some(all) => page.status("All cures", &figures::told(outlook, &all.prediction)),
        None => page.status("All cures", NONE),
    }
}
