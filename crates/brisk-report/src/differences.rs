//! What two builds differ in, in words: the same for every view.

use brisk::difference::{
    Cause, Compared, Difference, Group, Micros, PackageChange, Pulled, Respect, SettingChange, State, Subject, Total,
    UnitChange, Verdict,
};
use brisk::model::{PackageRef, PackageSource, Unit};
use brisk::simulate::WorkBasis;

use crate::format;

/// Units that are named of a cause.
const NAMED: usize = 3;
/// A unit below this share of what its cause matters is not named.
const WORTH_NAMING: f64 = 0.05;
/// Features that are named.
const FEATURES: usize = 6;

/// A cause in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// What it is, without what it takes.
    pub(crate) title: String,
    /// What else is to be said of it: who pulls it, which units.
    pub(crate) details: Vec<String>,
}

/// `CPU time`
pub(crate) fn work(difference: &Difference) -> &'static str {
    match difference.basis {
        Some(WorkBasis::Cpu) => "CPU time",
        Some(WorkBasis::UnitSeconds) => "unit time",
        None => "work",
    }
}

/// `B takes 31.0 s more CPU time, +19 %`
pub(crate) fn headline(difference: &Difference) -> String {
    let work_name = work(difference);
    let Some(total) = &difference.work else {
        return "what the builds took is not known of both, so that only what they are made of is compared".to_owned();
    };
    let speed = if difference.common.is_some() { " at equal speed of the machine" } else { "" };
    let share = total.share.map(|share| format!(", {}", format::change(share))).unwrap_or_default();
    let much = format::duration(total.change.abs().seconds());
    let noise = format!("builds of the same differ by up to {}", format::percent(total.noise));
    let change = total.share.map_or_else(|| format::signed_duration(total.change.seconds()), format::change);
    match difference.verdict {
        Verdict::NoDifference => format!("no meaningful difference: {change} {work_name}{speed}, and {noise}"),
        Verdict::WithinNoise => {
            format!("something was changed, but {change} {work_name}{speed} is no meaningful difference: {noise}")
        }
        Verdict::Unknown => {
            format!("{work_name} cannot be compared across these machines, only what the builds are made of")
        }
        Verdict::More | Verdict::Less if is_explained(total) => {
            let of_changes = explained(difference);
            let word = if difference.verdict == Verdict::More { "more" } else { "less" };
            let of_changes = format::duration(of_changes.abs().seconds());
            format!(
                "B takes {of_changes} {word} {work_name} by what was changed; the sums ({change}) tell nothing: {noise}"
            )
        }
        Verdict::More => format!("B takes {much} more {work_name}{share}{speed}"),
        Verdict::Less => format!("B takes {much} less {work_name}{share}{speed}"),
    }
}

/// Whether the sums alone would tell nothing.
fn is_explained(total: &Total) -> bool {
    total.meaning == brisk::difference::Meaning::Nothing
}

/// What was changed explains so much.
fn explained(difference: &Difference) -> Micros {
    let causes = difference.causes.iter().filter(|cause| cause.group.is_of_the_build());
    causes.map(|cause| cause.work).sum()
}

/// The numbers of one line: `3 min 05 s → 1 min 48 s, -77.8 s (-42 %)`.
pub(crate) fn totals(difference: &Difference, total: &Total) -> String {
    let [a, b] = [total.a, total.b].map(|it| format::duration(it.seconds()));
    let raw = format::signed_duration(total.raw_change().seconds());
    let share = total.share.map(|share| format!(" ({})", format::change(share))).unwrap_or_default();
    match difference.common {
        None => format!("{a} → {b}, {raw}{share}"),
        Some(_) => {
            let equal = format::signed_duration(total.change.seconds());
            format!("{a} → {b}, {raw}; at equal speed {equal}{share}")
        }
    }
}

/// Why wall times cannot be compared; `None` if they can.
pub(crate) fn wall_obstacles(difference: &Difference) -> Option<String> {
    let told = difference.wall_obstacles().map(|it| match it.respect {
        Respect::ForeignCpu => format!("other programs took {} of the machine for A, {} for B", it.a, it.b),
        respect => format!("{} {} → {}", respect_in_words(respect), it.a, it.b),
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("not comparable: {}", told.join("; ")))
}

/// Words for people.
pub(crate) fn respect_in_words(respect: Respect) -> &'static str {
    match respect {
        Respect::Os => "system",
        Respect::Features => "features asked for",
        Respect::Extent => "built",
        Respect::Outcome => "ended",
        Respect::ForeignCpu => "other programs",
        Respect::Source => "known from",
        other => other.as_str(),
    }
}

/// `the machine was 4.1 % slower for B`
pub(crate) fn slower(difference: &Difference) -> Option<String> {
    let slower = difference.slower()? - 1.0;
    let (by, word) = (format::change(slower.abs()), if slower < 0.0 { "faster" } else { "slower" });
    Some(match by.as_str() {
        "0 %" => "the machine was as fast for B as for A".to_owned(),
        by => format!("the machine was {} {word} for B", by.trim_start_matches('+')),
    })
}

/// What a build is: `` `cargo build --release`, 234 of 234 units built``.
pub(crate) fn build(compared: &Compared) -> String {
    let command = compared.build.command.as_ref().map(|words| format!("`{}`, ", format::command(words)));
    let n_units = format::count(compared.build.units.len(), "unit");
    let built = compared
        .n_built()
        .map_or_else(|| n_units.clone(), |n_built| format!("{} of {n_units} built", format::number(n_built as u64)));
    format!("{}{built}", command.unwrap_or_default())
}

/// `2 packages new, 1 gone, 3 updated, 1 with other features`; `None` if all are the same.
pub(crate) fn packages(difference: &Difference) -> Option<String> {
    let count = |is_meant: fn(&PackageChange) -> bool| difference.packages.iter().filter(|it| is_meant(it)).count();
    let told = [
        (count(PackageChange::is_new), "new"),
        (count(PackageChange::is_gone), "gone"),
        (count(PackageChange::is_update), "in another version"),
        (count(PackageChange::is_of_features), "with other features"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", format::number(n as u64)))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// How to find out whether it is so.
pub(crate) fn proof(difference: &Difference) -> String {
    let short =
        |compared: &Compared| compared.label.revision.as_ref().map(|id| id.chars().take(10).collect::<String>());
    let (a, b) = (&difference.a, &difference.b);
    let (sides, remark) = match (short(a), short(b)) {
        (Some(one), Some(other)) if one != other => (format!("{one} {other}"), ""),
        (Some(one), _) => (format!("{one} ."), ""),
        _ => ("OLD NEW".to_owned(), " of two revisions or directories"),
    };
    let words = b.build.command.as_deref().filter(|words| *words != ["build"] && a.build.command == b.build.command);
    let command = words.map(|words| format!(" -- {}", format::command(words).trim_start_matches("cargo ")));
    format!("`cargo brisk prove {sides}{}`{remark}", command.unwrap_or_default())
}

/// A cause in words.
pub(crate) fn row(difference: &Difference, cause: &Cause) -> Row {
    let details = match cause.group {
        Group::NewPackage => vec![pulled(difference, cause, "pulled by"), dearest(difference, cause)],
        Group::GonePackage => vec![pulled(difference, cause, "was pulled by"), dearest(difference, cause)],
        Group::Version | Group::Features | Group::Settings | Group::Targets | Group::Rebuilt => {
            vec![dearest(difference, cause)]
        }
        Group::Same if matches!(cause.subject, Subject::Package(_)) => vec![dearest(difference, cause)],
        _ => Vec::new(),
    };
    Row { title: title(difference, cause), details: details.into_iter().flatten().collect() }
}

fn title(difference: &Difference, cause: &Cause) -> String {
    let n_units = format::count(cause.units.len(), "unit");
    let package = cause.packages.first().map(|&at| &difference.packages[at]);
    match (cause.group, &cause.subject) {
        (Group::NewPackage, Subject::Package(it)) => format!("new: {}", with_others(it, cause)),
        (Group::GonePackage, Subject::Package(it)) => format!("gone: {}", with_others(it, cause)),
        (Group::Version, _) if package.is_some() => package.map(update).unwrap_or_default(),
        (Group::Features, Subject::Package(it)) => format!("{}: features {}", name(it), features(difference, cause)),
        (Group::Settings, Subject::Settings(settings)) => format!("{} in {n_units}", settings_in_words(settings)),
        (Group::Targets, Subject::Package(it)) => format!("{}: {}", name(it), targets(difference, cause)),
        (Group::Rebuilt, Subject::Units(State::Built)) => format!("{n_units} built that were up to date in A"),
        (Group::Rebuilt, _) => format!("{n_units} up to date that A has built"),
        (Group::Same, Subject::Package(it)) => {
            let word = if cause.work < Micros::ZERO { "faster" } else { "slower" };
            format!("{word}: {}", name(it))
        }
        (Group::Same, _) if difference.verdict == Verdict::Unknown => format!("{n_units}, the same in both"),
        (Group::Same, _) => format!("{n_units} as they were, each within what units differ by from build to build"),
        (Group::Cargo, _) => "what Cargo itself did".to_owned(),
        (Group::Machine, _) => slower(difference).unwrap_or_else(|| "the machine".to_owned()),
        (Group::Unattributed, _) => "unattributed".to_owned(),
        (group, _) => group.as_str().to_owned(),
    }
}

/// `` `reqwest v0.12.1` and 59 packages with it``
fn with_others(package: &PackageRef, cause: &Cause) -> String {
    let member = if package.source == PackageSource::Member { "member " } else { "" };
    match cause.packages.len().saturating_sub(1) {
        0 => format!("{member}{}", name(package)),
        n => format!("{member}{} and {} with it", name(package), format::count(n, "package")),
    }
}

/// `` `serde v1.0.1` → v1.0.2``, with what else is different.
pub(crate) fn update(package: &PackageChange) -> String {
    let (Some(before), Some(after)) = (&package.before, &package.after) else {
        return name(package.package());
    };
    let version = |of: &PackageRef| of.version.as_ref().map_or_else(|| "?".to_owned(), |version| format!("v{version}"));
    let to = match before.version == after.version {
        true => format!("from {} → {}", source(before), source(after)),
        false => format!("→ {}", version(after)),
    };
    let features = features_in_words(&package.features_on, &package.features_off);
    let features = if features.is_empty() { String::new() } else { format!(", features {features}") };
    format!("{} {to}{features}", name(before))
}

fn source(package: &PackageRef) -> &'static str {
    match package.source {
        PackageSource::Member => "the workspace",
        PackageSource::Path => "a directory",
        PackageSource::Registry => "a registry",
        PackageSource::Git => "git",
        PackageSource::Unknown => "nobody knows where",
    }
}

/// Those of the package, or where it has as many in all, of its units.
fn features(difference: &Difference, cause: &Cause) -> String {
    let of_package = cause.packages.first().map(|&at| &difference.packages[at]);
    let told = of_package.map(|it| features_in_words(&it.features_on, &it.features_off)).unwrap_or_default();
    if !told.is_empty() {
        return told;
    }
    let units: Vec<&UnitChange> = cause.units.iter().map(|&at| &difference.units[at]).collect();
    let all = |pick: fn(&UnitChange) -> &[String]| -> Vec<String> {
        let mut names: Vec<String> = units.iter().flat_map(|unit| pick(unit)).cloned().collect();
        names.sort();
        names.dedup();
        names
    };
    features_in_words(&all(|unit| &unit.features_on), &all(|unit| &unit.features_off))
}

/// `+full -macros`
pub(crate) fn features_in_words(on: &[String], off: &[String]) -> String {
    let signed = |sign: &str, names: &[String]| -> Vec<String> {
        names.iter().map(|name| format!("{sign}{}", harmless(name))).collect()
    };
    let mut all = signed("+", on);
    all.extend(signed("-", off));
    let n_more = all.len().saturating_sub(FEATURES);
    if n_more > 1 {
        all.truncate(FEATURES);
        all.push(format!("and {} more", format::number(n_more as u64)));
    }
    all.join(" ")
}

fn settings_in_words(settings: &[SettingChange]) -> String {
    if settings.is_empty() {
        return "other settings (nobody recorded which: flags, the profile, or the place)".to_owned();
    }
    let value = |value: &Option<String>| match value.as_deref() {
        None => "not set".to_owned(),
        Some("") => "set".to_owned(),
        Some(value) => harmless(value),
    };
    let told = settings.iter().map(|it| format!("{} {} → {}", harmless(&it.name), value(&it.a), value(&it.b)));
    told.collect::<Vec<_>>().join(", ")
}

fn targets(difference: &Difference, cause: &Cause) -> String {
    let is_new = |at: &usize| difference.units[*at].state == State::New;
    let n_new = cause.units.iter().filter(|at| is_new(at)).count();
    match (n_new, cause.units.len() - n_new) {
        (n, 0) => format!("{} more", format::count(n, "unit")),
        (0, n) => format!("{} less", format::count(n, "unit")),
        (n, m) => format!("{} more, {} less", format::count(n, "unit"), format::number(m as u64)),
    }
}

/// `pulled by rustls v0.23.1 ← reqwest v0.12.1 ← crates/net/Cargo.toml:12`
fn pulled(difference: &Difference, cause: &Cause, words: &str) -> Option<String> {
    let package = &difference.packages[*cause.packages.first()?];
    let told = chain(package.pulled.as_ref()?)?;
    Some(format!("{words} {told}{}", since(difference, package).unwrap_or_default()))
}

/// From the one that asks for the package up to the manifest of the member; `None` of a member itself.
pub(crate) fn chain(pulled: &Pulled) -> Option<String> {
    let (_, above) = pulled.chain.split_last()?;
    let (member, between) = above.split_first()?;
    let member =
        pulled.place.as_ref().map_or_else(|| name(member), |place| format!("`{}`", harmless(&place.in_words())));
    let names: Vec<String> = between.iter().rev().map(name).chain([member]).collect();
    Some(names.join(" ← "))
}

/// What has become of the one that asks for the package.
fn since(difference: &Difference, package: &PackageChange) -> Option<String> {
    let chain = &package.pulled.as_ref()?.chain;
    let asking = chain.get(chain.len().checked_sub(2)?)?;
    let is_asking = |it: &&PackageChange| [&it.before, &it.after].into_iter().flatten().any(|it| it == asking);
    let asking = difference.packages.iter().find(is_asking)?;
    let features = features_in_words(&asking.features_on, &asking.features_off);
    match asking.is_update() {
        true => Some(format!(", since {}", update(asking))),
        false if !features.is_empty() => Some(format!(", whose features have changed: {features}")),
        false => None,
    }
}

/// The units that matter most, with what they took.
fn dearest(difference: &Difference, cause: &Cause) -> Option<String> {
    let least_s = cause.work.abs().seconds() * WORTH_NAMING;
    let worth = cause.units.iter().filter(|at| difference.units[**at].work.abs().seconds() >= least_s.max(0.005));
    let named: Vec<String> = worth.take(NAMED).map(|&at| unit_told(difference, &difference.units[at])).collect();
    if named.is_empty() {
        return None;
    }
    let more = match cause.units.len() - named.len() {
        0 => String::new(),
        n => format!("; {} more", format::number(n as u64)),
    };
    Some(format!("{}{more}", named.join(", ")))
}

/// `` `aws-lc-sys` build script (run) 11.8 s``, `` `app` (bin app) 1.00 s → 2.00 s``
fn unit_told(difference: &Difference, unit: &UnitChange) -> String {
    let told = |work: Option<Micros>| work.map_or_else(|| "?".to_owned(), |work| format::duration(work.seconds()));
    let name = unit_name(difference, unit);
    match unit.state {
        State::New | State::Built => format!("{name} {}", told(unit.work_b)),
        State::Gone | State::UpToDate => format!("{name} {}", told(unit.work_a)),
        _ => format!("{name} {} → {}", told(unit.work_a), told(unit.work_b)),
    }
}

/// `` `aws-lc-sys` build script (run)``
fn unit_name(difference: &Difference, unit: &UnitChange) -> String {
    let Some(it) = unit_of(difference, unit) else { return String::new() };
    let package = harmless(&it.package.name);
    let label = harmless(&it.label());
    format!("`{package}`{}", label.strip_prefix(&package).unwrap_or_default())
}

/// The unit as it is in B; as it was in A, if it is gone.
pub(crate) fn unit_of<'a>(difference: &'a Difference, unit: &UnitChange) -> Option<&'a Unit> {
    let of_b = unit.b.map(|idx| difference.b.build.unit(idx));
    of_b.or_else(|| unit.a.map(|idx| difference.a.build.unit(idx)))
}

/// `` `serde v1.0.1` ``; of a member the version does not matter.
pub(crate) fn name(package: &PackageRef) -> String {
    match package.source {
        PackageSource::Member => format!("`{}`", harmless(&package.name)),
        _ => format!("`{}`", harmless(&package.to_string())),
    }
}

/// Without what would end a name in backticks.
fn harmless(text: &str) -> String {
    text.replace('`', "'")
}
