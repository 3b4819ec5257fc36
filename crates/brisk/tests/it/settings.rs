//! Detectors of profiles and configuration, beyond one case for each.

use brisk::analysis::Analysis;
use brisk::detect::{DETECTORS, Group};
use brisk::model::{
    Configuration, DebugInfo, Flags, LinkerChoice, Lto, ProfileSettings, Setting, Surroundings, Toolchain, Wrapper,
};

use crate::cases::configured::{
    GIB, analysis, analysis_in, configuration, disk, linked, place, profile, set, variable,
};

/// Members and a dependency, with a good deal of linking.
const BUILD: &str = "
    dep v1.0.0 |FFFFB
    lib <- dep |.....FFFFB
    app (bin) <- lib |..........FBLLLLLLLL
";

/// `<key> <severity>: <title>` of what one detector says.
fn told(id: &str, analysis: &Analysis) -> Vec<String> {
    let findings = analysis.findings.iter().filter(|finding| finding.id == id);
    findings.map(|finding| format!("{} {:?}: {}", finding.key, finding.severity, finding.title)).collect()
}

/// Nothing was said.
const SILENCE: [String; 0] = [];

/// What all detectors say of settings.
fn all_told(analysis: &Analysis) -> Vec<String> {
    let of_settings = DETECTORS.iter().filter(|detector| detector.group == Group::Settings);
    of_settings.flat_map(|detector| told(detector.id, analysis)).collect()
}

fn on(release: &str, host: &str) -> Configuration {
    let toolchain = Toolchain { release: release.to_owned(), host: host.to_owned(), split_debuginfo: None };
    Configuration { toolchain: Some(toolchain), ..configuration() }
}

fn with_flags(flags: &[&str], linker: Option<(&str, bool)>) -> Configuration {
    let all = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let linker = linker.map(|(name, installed)| LinkerChoice { name: name.to_owned(), installed });
    Configuration { flags: set(Flags { all, linker }), ..configuration() }
}

fn nothing() -> Surroundings {
    Surroundings::default()
}

/// Very much of everything: whatever is silent here is not silent for lack of it.
fn much() -> Surroundings {
    Surroundings {
        disk: disk("debug", 9 * GIB, 3 * GIB),
        linked: linked("debug", &[GIB, GIB, GIB, GIB]),
        ..Surroundings::default()
    }
}

#[test]
fn a_tuned_workspace_on_a_toolchain_of_today_is_well_configured() {
    let mut configuration = configuration();
    profile(&mut configuration, "dev").own.debug = set(DebugInfo::LineTables);
    profile(&mut configuration, "dev").own.split_debuginfo = set("unpacked".to_owned());
    assert_eq!(all_told(&analysis(BUILD, configuration, much())), SILENCE);
}

#[test]
fn cargos_defaults_are_no_finding_where_little_depends_on_them() {
    assert_eq!(all_told(&analysis("app (bin) |FFFFFFFFBL", configuration(), nothing())), SILENCE);
}

#[test]
fn full_debug_information_is_told_once_whoever_else_could_tell_it() {
    let mut thresholds = much();
    thresholds.thresholds.insert("missing-dev-profile.least-units".to_owned(), 1.0);
    assert_eq!(
        all_told(&analysis(BUILD, configuration(), thresholds)),
        [
            "debuginfo:dev Minor: the dev profile has full debug information of all crates: 4.00 GiB of it in 4 linked files, \
             `debug` takes 9.00 GiB, linking takes 8.00 s"
        ]
    );
}

#[test]
fn flags_for_debug_information_are_stronger_than_the_profile() {
    let configuration = with_flags(&["-Cdebuginfo=0", "-Csplit-debuginfo=unpacked"], None);
    assert_eq!(all_told(&analysis(BUILD, configuration, much())), SILENCE);
}

#[test]
fn nobody_says_that_sixteen_units_are_faster_than_one() {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.codegen_units = set(1);
    let analysis = analysis_in("release", BUILD, configuration, nothing());
    let finding = &analysis.findings.iter().find(|finding| finding.id == "release-codegen").unwrap();
    assert_eq!(
        finding.title,
        "release builds use 1 code generation unit: 11.0 s of unit time are code generation and linking"
    );
    assert_eq!((finding.gain.low_s, finding.cost.seconds), (None, None));
    assert_eq!(
        finding.evidence[0],
        "more code generation units are more work in all, done at the same time only where processors are free"
    );
    assert_eq!(
        finding.command.as_deref(),
        Some(
            "cargo brisk record -- build --release --config 'profile.release.codegen-units=16' --target-dir target/trial"
        )
    );
}

#[test]
fn code_generation_is_no_more_than_a_least_where_an_executable_hides_its_own() {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.lto = set(Lto::Fat);
    let analysis = analysis_in("release", "lib |FFFBB\napp (bin) <- lib |.....UUUUUU", configuration, nothing());
    assert_eq!(
        told("release-codegen", &analysis),
        [
            "release-codegen:release Minor: release builds use fat link-time optimisation: at least 2.00 s of unit time are \
             code generation and linking"
        ]
    );
}

#[test]
fn thin_optimisation_is_named_as_such_and_has_its_line() {
    let mut configuration = configuration();
    profile(&mut configuration, "release").own.lto = set(Lto::Thin);
    let analysis = analysis(BUILD, configuration, nothing());
    assert_eq!(
        told("release-codegen", &analysis),
        [
            "release-codegen:release Note: release builds use thin link-time optimisation: what that costs here is not measured"
        ]
    );
    assert_eq!(analysis.findings.iter().find(|f| f.id == "release-codegen").unwrap().locations[0].line, Some(5));
}

#[test]
fn a_linker_that_is_not_there_is_told_unless_the_flags_say_where_it_is() {
    let missing = with_flags(&["-Clink-arg=-fuse-ld=mold"], Some(("mold", false)));
    assert_eq!(
        told("linker", &analysis(BUILD, missing, nothing())),
        ["linker:mold Major: the linker `mold` is configured and not installed: nothing can be linked"]
    );
    for flags in [&["-fuse-ld=lld", "-Clink-self-contained=+linker"], &["-fuse-ld=mold", "-Clink-arg=-B/opt/mold"]] {
        let configuration = with_flags(flags, Some(("mold", false)));
        assert_eq!(told("linker", &analysis(BUILD, configuration, nothing())), SILENCE);
    }
}

#[test]
fn gnu_ld_is_the_default_of_other_platforms_to_this_day() {
    let arm = on("1.95.0", "aarch64-unknown-linux-gnu");
    assert_eq!(told("linker", &analysis(BUILD, arm, nothing())), ["linker:gnu-ld Major: GNU ld links for 8.00 s"]);
    let mac = on("1.95.0", "aarch64-apple-darwin");
    assert_eq!(told("linker", &analysis(BUILD, mac, nothing())), SILENCE);
}

#[test]
fn of_an_unknown_toolchain_or_linker_nothing_is_said() {
    let unknown = Configuration { toolchain: None, ..configuration() };
    assert_eq!(told("linker", &analysis(BUILD, unknown, nothing())), SILENCE);
    let own = Configuration { linker: set("clang".to_owned()), ..on("1.80.0", "x86_64-unknown-linux-gnu") };
    assert_eq!(told("linker", &analysis(BUILD, own, nothing())), SILENCE);
}

#[test]
fn another_linker_is_worth_a_word_only_where_linking_was_seen_to_take_long() {
    let with_mold = || Configuration { installed: ["mold".to_owned()].into(), ..configuration() };
    assert_eq!(
        told("linker", &analysis(BUILD, with_mold(), nothing())),
        ["linker:rust-lld Major: rust-lld links for 8.00 s, and `mold` is installed and not used"]
    );
    assert_eq!(told("linker", &analysis("app (bin) |FFFFFFFFFFFFFFFFFFFFFFBL", with_mold(), nothing())), SILENCE);
    assert_eq!(told("linker", &analysis("app (bin) |UUUUUUUUUUUU", with_mold(), nothing())), SILENCE);
}

#[test]
fn cargo_1_99_switches_incremental_compilation_off_in_ci_by_itself() {
    let in_ci = |release| Configuration { ci: Some("CI".to_owned()), ..on(release, "x86_64-unknown-linux-gnu") };
    let surroundings = || Surroundings { disk: disk("debug", GIB, GIB / 2), ..Surroundings::default() };
    assert_eq!(
        told("incremental-setting", &analysis(BUILD, in_ci("1.98.0"), surroundings())),
        [
            "incremental-setting:dev Minor: this is CI, and incremental compilation keeps 512 MiB for edits that do not come"
        ]
    );
    assert_eq!(told("incremental-setting", &analysis(BUILD, in_ci("1.99.0"), surroundings())), SILENCE);
}

#[test]
fn a_variable_for_development_matters_to_release_builds_where_there_are_any() {
    let on = || Configuration { incremental: variable("CARGO_INCREMENTAL", true), ..configuration() };
    assert_eq!(told("incremental-setting", &analysis(BUILD, on(), nothing())), SILENCE);
    let surroundings = Surroundings { disk: disk("release", GIB, GIB / 2), ..Surroundings::default() };
    assert_eq!(
        told("incremental-setting", &analysis(BUILD, on(), surroundings)),
        [
            "incremental-setting:release Note: release builds are incremental: members get up to 256 code generation units, \
             and keep 512 MiB"
        ]
    );
}

#[test]
fn a_cache_that_is_missing_stops_every_build_and_another_wrapper_is_none() {
    let wrapped = |program: &str, installed| {
        let wrapper = Wrapper { program: program.to_owned(), installed };
        Configuration { wrapper: variable("RUSTC_WRAPPER", wrapper), ..configuration() }
    };
    assert_eq!(
        told("compiler-cache", &analysis(BUILD, wrapped("sccache", false), nothing())),
        [
            "compiler-cache:sccache Major: the compiler cache `sccache` is configured and not installed: no Cargo command can \
             compile"
        ]
    );
    assert_eq!(told("compiler-cache", &analysis(BUILD, wrapped("my-wrapper", false), nothing())), SILENCE);
    assert_eq!(told("compiler-cache", &analysis(BUILD, wrapped("kache", true), nothing())), SILENCE);
}

#[test]
fn a_script_that_works_itself_may_run_faster_optimised_and_one_that_calls_a_compiler_not() {
    let script = |needs: &str| {
        format!(
            "{needs} v1.0.0 |FB\n\
             app (build-script) <- {needs} |..FBL\n\
             app (build-script run) <- app (build-script) |.....SSSSSSSSSSSS\n\
             app <- app (build-script run) |.................FFB"
        )
    };
    assert_eq!(
        told("build-override", &analysis(&script("lalrpop"), configuration(), nothing())),
        ["build-override:dev Major: 1 build script runs for 12.0 s without being optimised"]
    );
    assert_eq!(told("build-override", &analysis(&script("cc"), configuration(), nothing())), SILENCE);
    let mut by_name = configuration();
    let optimised = ProfileSettings { opt_level: set("2".to_owned()), ..ProfileSettings::default() };
    profile(&mut by_name, "dev").packages.insert("app".to_owned(), optimised);
    assert_eq!(told("build-override", &analysis(&script("lalrpop"), by_name, nothing())), SILENCE);
}

#[test]
fn a_default_has_its_place_where_it_would_be_written() {
    let mut configuration = configuration();
    let of = |analysis: &Analysis| analysis.findings.iter().find(|f| f.id == "debuginfo").unwrap().locations[0].line;
    assert_eq!(of(&analysis(BUILD, configuration.clone(), much())), Some(9));
    profile(&mut configuration, "dev").table = Some(place(3));
    assert_eq!(of(&analysis(BUILD, configuration.clone(), much())), Some(3));
    profile(&mut configuration, "dev").own.debug = Some(Setting::default_of(DebugInfo::Full));
    profile(&mut configuration, "dev").own.debug = set(DebugInfo::Full);
    assert_eq!(of(&analysis(BUILD, configuration, much())), Some(5));
}
