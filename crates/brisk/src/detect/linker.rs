//! `linker`: one that is configured and not there, or a slow one where a faster one would do.

use super::price::{severity, share};
use super::settings::{TRIAL, linking, location, place};
use super::{Cost, Detector, Effort, Evidence, Finding, Group, Risk, Severity, Threshold, count, seconds};
use crate::model::{ConfigEdit, ConfigValue, Configuration, Cure, Flags, Setting, Toolchain};

pub(super) const DETECTOR: Detector = Detector {
    id: "linker",
    group: Group::Settings,
    claim: "the linker that is configured is missing, or linking takes long and another linker is at hand",
    measures: "the linker that the toolchain and the flags choose (`-fuse-ld=`, `-Clinker-features`, `linker`), the linkers on \
               the `PATH`, and the time of linkers in a recorded build",
    why: "everything that can be run is linked anew after each change to anything in it, and GNU ld uses one processor",
    cure: "on x86_64 Linux use Rust 1.90 or newer: it links with its own `rust-lld` by default (GNU libc only; elsewhere GNU ld \
           is still the default on Linux); or set `rustflags = [\"-Clink-arg=-fuse-ld=mold\"]` (or `lld`, `wild`) for the \
           target in `.cargo/config.toml`, with `linker = \"clang\"` where GCC does not know the name. Any change of `linker` \
           or of `rustflags` builds everything again (cargo#9647), so that it should be the same for all who build in one \
           directory",
    wrong_when: "linking is a small part of the build, or the flags are needed for what is shipped (scripts for GNU ld)",
    unpriced: None,
    thresholds: &[LEAST_S, LEAST_SHARE, LEAST_LINKED],
    find,
};

/// A linker that takes less is not what anybody waits for.
const LEAST_S: Threshold = Threshold { name: "linker.least-seconds", default: 2.0, about: "seconds of linkers" };
const LEAST_SHARE: Threshold =
    Threshold { name: "linker.least-share", default: 0.1, about: "share of linkers in all unit time" };

/// Where nobody timed the linker, GNU ld is worth a word from this many outputs on.
const LEAST_LINKED: Threshold =
    Threshold { name: "linker.least-linked", default: 10.0, about: "linked outputs, where no linker was timed" };

/// Linkers that are worth a trial where linking takes long.
const FAST: [&str; 2] = ["mold", "wild"];

fn find(evidence: Evidence<'_>) -> Vec<Finding> {
    let Some(configuration) = &evidence.surroundings.configuration else { return Vec::new() };
    missing(configuration).or_else(|| slow(evidence, configuration)).into_iter().collect()
}

fn missing(configuration: &Configuration) -> Option<Finding> {
    let flags = configuration.flags.as_ref()?;
    let choice = flags.value.linker.as_ref().filter(|choice| !choice.installed)?;
    // rustc brings its own `ld.lld`, and other flags may say where to look.
    let brought = ["self-contained", "linker-features", "-B", "--ld-path"].iter().any(|words| flags.value.has(words));
    if brought || !configuration.builds_for_host {
        return None;
    }
    let title = format!("the linker `{}` is configured and not installed: nothing can be linked", choice.name);
    Some(Finding {
        severity: Severity::Major,
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec![
            flags.origin.in_words(),
            format!("there is no `ld.{}` on the PATH, where the compiler driver looks for it", choice.name),
        ],
        locations: place(flags),
        command: Some(format!("cargo brisk --explain {}", DETECTOR.id)),
        ..Finding::of(&DETECTOR, choice.name.clone(), title)
    })
}

/// What links, as far as it is known to be slow or fast.
enum Used {
    /// GNU ld: why.
    GnuLd(String),
    /// The `rust-lld` of the toolchain.
    RustLld,
    /// Another one that the flags name.
    Other,
}

/// Which linker is used; `None` where that cannot be told. That `rust-lld` is the default is the news of Rust 1.90.
fn used(configuration: &Configuration, toolchain: &Toolchain) -> Option<Used> {
    let flags = configuration.flags.as_ref().map(|flags| &flags.value);
    if let Some(choice) = flags.and_then(|flags| flags.linker.as_ref()) {
        let is_gnu = matches!(choice.name.as_str(), "bfd" | "gold");
        let why = format!("`-fuse-ld={}` asks for it", choice.name);
        return Some(if is_gnu { Used::GnuLd(why) } else { Used::Other });
    }
    // A program of its own may link with anything.
    if configuration.linker.is_some() || !configuration.builds_for_host || !toolchain.host.contains("-linux-") {
        return None;
    }
    if flags.is_some_and(|flags| flags.has("linker-features=-lld")) {
        return Some(Used::GnuLd("`-Clinker-features=-lld` asks for it".to_owned()));
    }
    if flags.is_some_and(|flags| flags.has("linker-features=+lld") || flags.has("link-self-contained=+linker")) {
        return Some(Used::RustLld);
    }
    match (toolchain.host.as_str(), toolchain.is_at_least(90)?) {
        ("x86_64-unknown-linux-gnu", true) => Some(Used::RustLld),
        ("x86_64-unknown-linux-gnu", false) => {
            Some(Used::GnuLd(format!("Rust {} links with it; 1.90 and newer with `rust-lld`", toolchain.release)))
        }
        (host, _) => Some(Used::GnuLd(format!("it is the default on {host}"))),
    }
}

fn slow(evidence: Evidence<'_>, configuration: &Configuration) -> Option<Finding> {
    let used = used(configuration, configuration.toolchain.as_ref()?)?;
    let link = linking(evidence);
    let is_long = link.is_some_and(|(link_s, _)| {
        link_s >= evidence.limit(&LEAST_S) && share(evidence, link_s) >= evidence.limit(&LEAST_SHARE)
    });
    let n_linked = evidence.build.units.iter().filter(|unit| unit.links()).count();
    let are_many = link.is_none() && n_linked as f64 >= evidence.limit(&LEAST_LINKED);
    let at_hand = FAST.into_iter().find(|name| configuration.installed.contains(*name));
    let (subject, title, why) = match used {
        Used::GnuLd(why) if is_long || are_many => ("gnu-ld", gnu_ld_title(link, n_linked), why),
        Used::RustLld if is_long => {
            let name = at_hand?;
            ("rust-lld", other_title(link, "rust-lld", name), "it is the default of this toolchain".to_owned())
        }
        _ => return None,
    };
    let mut base = Finding::of(&DETECTOR, subject.to_owned(), title);
    let cure = cure(configuration, at_hand.filter(|_| link.is_some()));
    if let Some(name) = at_hand.filter(|_| !cure.is_empty()) {
        base.caveats
            .push(format!("`.cargo/config.toml` holds for all who build here: without `{name}` nobody can link then"));
    }
    Some(Finding {
        severity: link.map_or(Severity::Note, |(link_s, _)| severity(evidence, link_s)),
        cost: link
            .map(|(seconds, cpu_seconds)| Cost { seconds: Some(seconds), cpu_seconds, bytes: None })
            .unwrap_or_default(),
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: [
            Some(why),
            at_hand.map(|name| format!("`{name}` is on the PATH")),
            link.is_none()
                .then(|| "how long linking takes is not known: files do not tell it, a recording does".to_owned()),
            Some(TRIAL.to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        locations: configuration.flags.as_ref().and_then(place_of_choice).into_iter().collect(),
        command: Some(command(at_hand.filter(|_| link.is_some()), configuration.flags.as_ref())),
        cure,
        ..base
    })
}

/// The other linker, for the platform of this machine: where no flags are set that it would have to be added to, or that
/// would replace it (Cargo takes those of one place alone, The Cargo Book, `build.rustflags`).
fn cure(configuration: &Configuration, to_try: Option<&str>) -> Vec<Cure> {
    let is_free = configuration.flags.is_none() && configuration.builds_for_host;
    let (Some(name), Some(toolchain), true) = (to_try, &configuration.toolchain, is_free) else { return Vec::new() };
    let keys = ["target", toolchain.host.as_str(), "rustflags"].map(str::to_owned).to_vec();
    vec![Cure::Config(ConfigEdit { keys, value: ConfigValue::With(vec![format!("-Clink-arg=-fuse-ld={name}")]) })]
}

/// The line of the flags, where it is they that choose the linker.
fn place_of_choice(flags: &Setting<Flags>) -> Option<super::Location> {
    let chooses = flags.value.linker.is_some() || flags.value.has("linker-features");
    flags.origin.place().filter(|_| chooses).map(location)
}

fn gnu_ld_title(link: Option<(f64, Option<f64>)>, n_linked: usize) -> String {
    match link {
        Some((link_s, _)) => format!("GNU ld links for {}", seconds(link_s)),
        None => format!("GNU ld links {}", count(n_linked, "output")),
    }
}

fn other_title(link: Option<(f64, Option<f64>)>, used: &str, other: &str) -> String {
    let took = link.map(|(link_s, _)| seconds(link_s)).unwrap_or_default();
    format!("{used} links for {took}, and `{other}` is installed and not used")
}

/// A recording that times the linker; or a trial of the other one, where one was timed. Flags in the environment would
/// replace those of files, so that these must be edited for a trial.
fn command(to_try: Option<&str>, flags: Option<&Setting<Flags>>) -> String {
    let trial = "cargo brisk record -- build --target-dir target/trial";
    match (to_try, flags) {
        (Some(name), None) => format!("RUSTFLAGS=-Clink-arg=-fuse-ld={name} {trial}"),
        _ => trial.to_owned(),
    }
}
