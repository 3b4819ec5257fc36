//! Programs that the configuration names and that are not there: every build fails then, whatever `cargo metadata` says.

use std::path::Path;

use brisk::model::Problem;
use cargo_metadata::cargo_platform::{Cfg, CfgExpr, Ident};

use super::environment::Environment;
use super::faults;
use super::settings::{ForPlatform, Program, Settings};

/// One problem for each configured program that cannot be found. `host` gives the triple of this machine; it is asked
/// only when a linker is missing.
pub(super) fn missing_programs(
    settings: &Settings,
    environment: &Environment,
    root_dir: &Path,
    host: impl FnOnce() -> Option<String>,
) -> Vec<Problem> {
    let of_build = [
        ("compiler wrapper", &settings.rustc_wrapper),
        ("compiler wrapper for workspace members", &settings.rustc_workspace_wrapper),
        ("compiler", &settings.rustc),
    ];
    let is_missing = |program: &Program| environment.find_program(&program.path).is_none();
    let mut problems: Vec<Problem> = of_build
        .into_iter()
        .filter_map(|(role, program)| {
            program.as_ref().filter(|program| is_missing(program)).map(|program| (role, program))
        })
        .map(|(role, program)| missing(role, program, root_dir))
        .collect();
    let linkers: Vec<_> = settings.linkers.iter().filter(|linker| is_missing(&linker.program)).collect();
    if !linkers.is_empty() {
        let triples = if settings.default_triples.is_empty() {
            host().into_iter().collect()
        } else {
            settings.default_triples.clone()
        };
        let used = linkers.into_iter().filter(|linker| triples.iter().any(|triple| is_used(linker, triple, settings)));
        problems.extend(used.map(|linker| missing("linker", &linker.program, root_dir)));
    }
    problems
}

/// Whether a compiler wrapper is configured that is not there.
pub(super) fn is_wrapper_missing(settings: &Settings, environment: &Environment) -> bool {
    let wrappers = settings.rustc_wrapper.iter().chain(&settings.rustc_workspace_wrapper);
    wrappers.into_iter().any(|wrapper| environment.find_program(&wrapper.path).is_none())
}

fn missing(role: &str, program: &Program, root_dir: &Path) -> Problem {
    let name = program.path.display();
    let place = if program.path.components().count() > 1 { "is not there" } else { "is not on the PATH" };
    Problem::new(
        format!("the {role} `{name}` is not installed"),
        format!("{} names it, and it {place}; install it, or take it out of the configuration", program.origin),
        "every build fails until then; what is shown is of earlier builds",
    )
    .with_fault(Some(faults::program(&name.to_string(), &program.origin, root_dir)))
}

/// Whether Cargo would link with it for that triple: the triple's own entry goes before a `cfg(…)`.
fn is_used(linker: &ForPlatform, triple: &str, settings: &Settings) -> bool {
    let strongest = settings.linkers.iter().find(|other| names_triple(&other.platform, triple));
    match strongest {
        Some(strongest) => std::ptr::eq(strongest, linker),
        None => settings.default_triples.is_empty() && holds_on_this_machine(&linker.platform),
    }
}

/// A triple is itself in a file, and in capitals with underscores in the name of an environment variable.
pub(super) fn names_triple(platform: &str, triple: &str) -> bool {
    platform == triple || platform == triple.replace(['-', '.'], "_").to_ascii_uppercase()
}

/// Whether a `cfg(…)` holds here, as far as operating system, family and processor tell. An environment or vendor is not
/// looked at: Brisk itself may be built for another C library than what it looks at.
pub(super) fn holds_on_this_machine(platform: &str) -> bool {
    let Some(expression) = platform.strip_prefix("cfg(").and_then(|rest| rest.strip_suffix(')')) else { return false };
    let pair = |key: &str, value: &str| Cfg::KeyPair(Ident { name: key.to_owned(), raw: false }, value.to_owned());
    let facts = [
        pair("target_os", std::env::consts::OS),
        pair("target_family", std::env::consts::FAMILY),
        pair("target_arch", std::env::consts::ARCH),
        Cfg::Name(Ident { name: std::env::consts::FAMILY.to_owned(), raw: false }),
    ];
    expression.parse::<CfgExpr>().is_ok_and(|expression| expression.matches(&facts))
}
