//! What can be fixed, and what came of trying.

use brisk::detect::Gain;
use brisk::model::{
    ConfigEdit, ConfigValue, Cure, DependencyChange, InheritEdit, ManifestEdit, ProfilePart, ProfileValue,
};
use brisk::plan::{Fix, Outcome, Stage, Status, Tried};
use brisk::proof::Proof;
use brisk::stats::{Side, Verdict};

use super::line::Line;
use super::options::{TextOptions, Verbosity};
use super::page::{Page, VERB_WIDTH, words};
use super::problems;
use super::style::{DIM, ERROR, NOTE, PLAIN, STATUS, WARNING};
use super::together::{taken_back, together};
use crate::format;

/// The page on what would be tried, each line within the width of `options` and ended by a line feed.
pub fn fix_plan(fixes: &[Fix], useless: &[Fix], options: &TextOptions) -> String {
    let mut page = Page::new(options.columns());
    if fixes.is_empty() {
        page.status("Nothing", "no finding here can be cured by a program and would make a build faster");
    }
    for stage in Stage::ALL {
        let of_stage: Vec<&Fix> = fixes.iter().filter(|fix| fix.stage == stage).collect();
        if of_stage.is_empty() {
            continue;
        }
        page.section(&capital(stage.as_str()), &format!("({})", format::count(of_stage.len(), "change")));
        for fix in of_stage {
            planned(&mut page, fix, options);
        }
    }
    if !useless.is_empty() && options.verbosity > Verbosity::Quiet {
        page.section("Left out", "(true, but nothing would go from the build)");
        let keys: Vec<String> = useless.iter().map(|fix| fix.key.clone()).collect();
        page.item(&format::list(&keys));
    }
    page.blank();
    page.into_text(options.color)
}

/// A line on what would only be tried if it were asked for; nothing if there is nothing.
pub fn fix_more(when_asked: &[Fix], options: &TextOptions) -> String {
    const NAMED: usize = 3;
    if when_asked.is_empty() || options.verbosity == Verbosity::Quiet {
        return String::new();
    }
    let named = if options.verbosity == Verbosity::Verbose { when_asked.len() } else { NAMED };
    let mut keys: Vec<String> = when_asked.iter().take(named).map(|fix| fix.key.clone()).collect();
    let n_more = when_asked.len() - keys.len();
    keys.extend((n_more > 0).then(|| format!("{n_more} more (`--verbose` names them)")));
    let cures = format::count(when_asked.len(), "more cure");
    let verb = if when_asked.len() == 1 { "is" } else { "are" };
    let mut page = Page::new(options.columns());
    page.status(
        "Beside",
        &format!("{cures} {verb} only tried when asked for (`cargo brisk fix KEY`): {}", format::list(&keys)),
    );
    page.into_text(options.color)
}

fn planned(page: &mut Page, fix: &Fix, options: &TextOptions) {
    let worth = worth(fix.gain).map(|worth| format!(", {worth}")).unwrap_or_default();
    page.item(&format!("{}{worth}; {} effort, {} risk", fix.title, fix.effort.as_str(), fix.risk.as_str()));
    for cure in &fix.cure {
        let first = Line::styled(DIM, "    ");
        page.wrapped(first, 4, &words(DIM, &in_words(cure)));
    }
    if options.verbosity == Verbosity::Verbose {
        for caveat in &fix.caveats {
            page.wrapped(Line::styled(DIM, "    "), 4, &words(DIM, &format!("when it is wrong: {caveat}")));
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn worth(gain: Gain) -> Option<String> {
    let cpu = gain.cpu?;
    let range = format::duration_range(cpu.low_s.max(0.0), cpu.high_s.max(0.0));
    Some(format!("{range} of CPU predicted"))
}

/// What is done, as people say it.
pub(crate) fn in_words(cure: &Cure) -> String {
    match cure {
        Cure::Lock(it) => format!("`cargo update -p {}@{} --precise {}`", it.package, it.from, it.to),
        Cure::Ignore(line) => format!("`.gitignore` has `{line}`"),
        Cure::Trim(trim) => {
            let members: Vec<String> = trim.members().into_iter().map(str::to_owned).collect();
            let feature = if trim.feature == "default" { "its default features" } else { trim.feature.as_str() };
            format!("{} of {}: only the parts of {feature} that are used", trim.package, format::list(&members))
        }
        Cure::CargoFix(member) => format!("`cargo fix --all-targets --package {member}`"),
        Cure::Config(edit) => format!("`.cargo/config.toml` has `{}`", setting(edit)),
        Cure::Manifest(ManifestEdit::Inherit(edit)) => {
            let InheritEdit { key, requirement } = edit;
            format!("`[workspace.dependencies]` has {key} `{requirement}`, and all members inherit it")
        }
        Cure::Manifest(ManifestEdit::Profile(edit)) => {
            let part = match &edit.part {
                ProfilePart::Whole => String::new(),
                ProfilePart::BuildOverride => ".build-override".to_owned(),
                ProfilePart::Package(spec) => format!(".package.\"{spec}\""),
            };
            let value = match &edit.value {
                ProfileValue::Text(text) => format!("\"{text}\""),
                ProfileValue::Number(number) => number.to_string(),
                ProfileValue::Flag(flag) => flag.to_string(),
            };
            format!("`[profile.{}{part}]` has `{} = {value}`", edit.profile, edit.key)
        }
        Cure::Manifest(ManifestEdit::Dependency(edit)) => {
            let whose = match &edit.members {
                brisk::model::Members::Named(member) => member.clone(),
                brisk::model::Members::All | brisk::model::Members::AllAnd(_) => "all members".to_owned(),
            };
            let name = &edit.dependency;
            match &edit.change {
                DependencyChange::Remove => format!("{whose} no longer depends on {name}"),
                DependencyChange::MoveToDev => format!("{name} is a dev-dependency of {whose}"),
                DependencyChange::Require(requirement) => format!("{whose} asks for {name} `{requirement}`"),
                DependencyChange::Features(features) => {
                    format!("{whose} asks for these features of {name} only: {}", format::list(features))
                }
                DependencyChange::Narrow(narrowing) => {
                    let to = if narrowing.to.is_empty() { "nothing".to_owned() } else { format::list(&narrowing.to) };
                    format!("{whose} asks for {to} of {name} in place of {}", narrowing.feature)
                }
                DependencyChange::MakeOptional => format!("{name} is an optional dependency of {whose}"),
            }
        }
    }
}

/// `target.x86_64-unknown-linux-gnu.rustflags = ["-Clink-arg=-fuse-ld=mold"]`
fn setting(edit: &ConfigEdit) -> String {
    let value = match &edit.value {
        ConfigValue::Flag(flag) => flag.to_string(),
        ConfigValue::Text(text) => format!("\"{text}\""),
        ConfigValue::With(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("[{}]", words.join(", "))
        }
    };
    format!("{} = {value}", edit.keys.join("."))
}

/// The page on what came of it, each line within the width of `options` and ended by a line feed.
pub fn fix(outcome: &Outcome, options: &TextOptions) -> String {
    let mut page = Page::new(options.columns());
    page.blank();
    problems::listed(&mut page, &outcome.problems, options.verbosity == Verbosity::Verbose);
    if options.verbosity > Verbosity::Quiet {
        for tried in &outcome.tried {
            row(&mut page, tried, options);
        }
        page.blank();
        for stage in &outcome.stages {
            if let Some(proof) = &stage.proof {
                page.status("Trial", &format!("{}: {}", stage.stage.as_str(), told(proof)));
            }
        }
    }
    together(&mut page, outcome);
    end(&mut page, outcome);
    page.into_text(options.color)
}

fn row(page: &mut Page, tried: &Tried, options: &TextOptions) {
    let (style, verb) = match tried.status {
        Status::Kept => (STATUS, "Kept"),
        Status::DroppedBrokeBuild | Status::DroppedBrokeTests => (ERROR, "Dropped"),
        Status::DroppedNoGain => (NOTE, "Dropped"),
        Status::NotProven => (WARNING, "Not proven"),
        Status::Skipped => (WARNING, "Skipped"),
    };
    let verb = Line::styled(style, &format!("{verb:>VERB_WIDTH$}"));
    let reason = tried.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let told = tried.told.as_ref().map(|told| format!("; {told}")).unwrap_or_default();
    page.wrapped(verb, VERB_WIDTH + 1, &words(PLAIN, &format!("{}{reason}{told}", tried.fix.key)));
    for caveat in tried.caveats.iter().filter(|_| tried.is_kept()) {
        page.status("", caveat);
    }
    if options.verbosity == Verbosity::Verbose {
        for validation in &tried.validation {
            let how = if validation.is_fine { "fine" } else { "failed" };
            let took = format::duration(validation.seconds);
            page.status("", &format!("`{}`: {how}, {took}", validation.command));
        }
    }
}

/// `faster: 52.1 s → 27.0 s of CPU, -48 % (-50 to -46 %), 8 pairs`
fn told(proof: &Proof) -> String {
    let comparison = &proof.comparison;
    let median = |side: Side| comparison.median(side, |timed| timed.cpu_s).map(format::duration);
    let word = match comparison.verdict() {
        Verdict::Faster => "faster",
        Verdict::Slower => "slower",
        Verdict::NoChange => "no change",
        Verdict::Inconclusive => "not proven",
    };
    let cpu = median(Side::A).zip(median(Side::B)).map(|(a, b)| format!("{a} → {b} of CPU")).unwrap_or_default();
    let change = comparison
        .judgement()
        .change
        .map(|change| format!(", {} ({})", format::change(change.mid), format::change_range(change.low, change.high)));
    let predicted = proof.predicted.map(|predicted| {
        let range = format::change_range(predicted.low, predicted.high);
        format!("; predicted {} ({range})", format::change(predicted.mid))
    });
    let bytes = proof.target_change().map(|change| format!("; target directory {}", format::change(change)));
    let counted = proof.fewer_units.map(|fewer| format!("; {} fewer (counted)", format::count(fewer, "unit")));
    let n_pairs = format::count(comparison.pairs.len(), "pair");
    let [change, predicted, counted, bytes] = [change, predicted, counted, bytes].map(Option::unwrap_or_default);
    format!("{word}: {cpu}{change}, {n_pairs}{predicted}{counted}{bytes}")
}

fn end(page: &mut Page, outcome: &Outcome) {
    match outcome.journals.as_slice() {
        [] if outcome.kept().next().is_some() => page.status("Unchanged", "the workspace is as it was"),
        [] => page.status("Unchanged", "nothing here pays: the workspace is as it was"),
        journals => {
            let n = format::count_irregular(outcome.kept().count(), "fix", "fixes");
            page.status("Changed", &format!("the workspace has {n} now; {}", taken_back(outcome, journals)));
        }
    }
}

#[cfg(test)]
mod tests;
