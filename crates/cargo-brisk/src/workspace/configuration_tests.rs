//! What is read of profiles, flags, linkers and wrappers, with the place of each.

use brisk::model::{Configuration, DebugInfo, Lto, Origin, ProfileRoot, Strip};

use super::configuration::configuration;
use super::manifest::Manifest;
use super::members::local_packages;
use super::settings::{Places, settings};
use super::testing::Tree;
use super::{Environment, config};

const RUSTC_INFO: &str = r#"{"rustc_fingerprint":1,"outputs":{
    "1":{"success":true,"stdout":"___\nlib___.rlib\n/sysroot\noff\npacked\nunpacked\n___\ndebug_assertions\n"},
    "2":{"success":true,"stdout":"rustc 1.95.0 (x)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n"}}}"#;

fn read(tree: &Tree, environment: Environment) -> Configuration {
    let cwd = tree.path("ws");
    let environment = environment.with("CARGO_HOME", tree.path("home"));
    let root = Manifest::read(&cwd.join("Cargo.toml")).unwrap();
    let (config, ..) = config::read(&cwd, &environment);
    let places = Places { root_manifest: &root.path, target_dir: None, cwd: &cwd };
    let (settings, _) = settings(&config, places);
    configuration(&config, &settings, &root, &local_packages(&root))
}

fn line(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Variable(name) => name.clone(),
        Origin::File(place) => format!("{}:{}", place.file, place.line.unwrap_or_default()),
    }
}

#[test]
fn of_a_workspace_that_sets_nothing_all_profiles_are_cargos_own() {
    let tree = Tree::new(&[("ws/Cargo.toml", "[workspace]\nmembers = []\n\n")]);
    let found = read(&tree, Environment::default());
    assert_eq!(found.profiles.keys().collect::<Vec<_>>(), ["bench", "dev", "release", "test"]);
    assert!(found.profiles.values().all(brisk::model::Profile::is_unset));
    let (dev, release) = (&found.profiles["test"], &found.profiles["bench"]);
    assert_eq!((dev.debug().value, dev.incremental().value, dev.dir()), (DebugInfo::Full, true, "debug"));
    assert_eq!(
        (release.debug().value, release.incremental().value, release.dir()),
        (DebugInfo::None, false, "release")
    );
    assert_eq!((found.manifest.file.as_str(), found.manifest.line), ("Cargo.toml", Some(2)));
    assert_eq!((found.toolchain, found.linker, found.flags, found.wrapper), (None, None, None, None));
}

#[test]
fn what_sets_a_value_is_the_environment_before_files_before_the_manifest() {
    let tree = Tree::new(&[
        (
            "ws/Cargo.toml",
            "[workspace]\n[profile.dev]\ndebug = 1\nstrip = true\nopt-level = 1\n[profile.release]\nlto = true\n",
        ),
        ("ws/.cargo/config.toml", "[profile.dev]\n# none\nstrip = 'none'\nsplit-debuginfo = 'packed'\n"),
    ]);
    let found = read(&tree, Environment::default().with("CARGO_PROFILE_DEV_DEBUG", "line-tables-only"));
    let own = &found.profiles["dev"].own;
    let (debug, strip) = (own.debug.as_ref().unwrap(), own.strip.as_ref().unwrap());
    assert_eq!((debug.value, line(&debug.origin).as_str()), (DebugInfo::LineTables, "CARGO_PROFILE_DEV_DEBUG"));
    assert_eq!((strip.value, line(&strip.origin).as_str()), (Strip::Nothing, ".cargo/config.toml:3"));
    assert_eq!(line(&own.opt_level.as_ref().unwrap().origin), "Cargo.toml:5");
    assert_eq!(own.split_debuginfo.as_ref().unwrap().value, "packed");
    assert_eq!(found.profiles["dev"].table.as_ref().unwrap().line, Some(2));
    assert_eq!(found.profiles["bench"].lto().value, Lto::Fat);
}

#[test]
fn a_profile_has_what_its_parents_have_and_overrides_are_merged_key_by_key() {
    let tree = Tree::new(&[(
        "ws/Cargo.toml",
        "[workspace]\n\
         [profile.release.package.a]\nopt-level = 2\ncodegen-units = 1\n\
         [profile.dist]\ninherits = 'mid'\n[profile.dist.package]\na.opt-level = 3\n'*'.debug = 0\n\
         [profile.mid]\ninherits = 'release'\nlto = 'thin'\nbuild-override.opt-level = 2\n\
         [profile.round]\ninherits = 'trip'\n[profile.trip]\ninherits = 'round'\n[profile.orphan]\nlto = true\n",
    )]);
    let profiles = read(&tree, Environment::default()).profiles;
    assert_eq!(profiles.keys().collect::<Vec<_>>(), ["bench", "dev", "dist", "mid", "release", "test"]);
    let dist = &profiles["dist"];
    assert_eq!((dist.root, dist.lto().value), (ProfileRoot::Release, Lto::Thin));
    assert_eq!(dist.opt_level_of_host_dependencies().value, "2");
    assert_eq!(dist.debug_of_dependencies().value, DebugInfo::None);
    let package = &dist.packages["a"];
    assert_eq!(package.opt_level.as_ref().unwrap().value, "3");
    assert_eq!(package.codegen_units.as_ref().unwrap().value, 1);
}

#[test]
fn flags_are_of_one_source_only_and_the_last_linker_wins() {
    let tree = Tree::new(&[
        ("ws/Cargo.toml", "[workspace]"),
        (
            "ws/.cargo/config.toml",
            "[build]\nrustflags = ['-Cdebuginfo=1']\n[target.'cfg(unix)']\nrustflags = '-Clink-arg=-fuse-ld=gold -Ca'\n\
             [target.x86_64-unknown-linux-gnu]\nlinker = 'clang'\n[target.riscv64gc-unknown-none-elf]\nrustflags = ['-Cb']\n",
        ),
        ("ws/target/.rustc_info.json", RUSTC_INFO),
    ]);
    let flags = read(&tree, Environment::default()).flags.unwrap();
    assert_eq!(
        (flags.value.all.join(" ").as_str(), line(&flags.origin).as_str()),
        ("-Clink-arg=-fuse-ld=gold -Ca", ".cargo/config.toml:4")
    );
    let linker = flags.value.linker.unwrap();
    assert_eq!((linker.name.as_str(), linker.installed), ("gold", false));
    let by_variable =
        read(&tree, Environment::default().with("RUSTFLAGS", "-Clink-arg=-fuse-ld=a -Clink-arg=-fuse-ld=b"));
    assert_eq!(by_variable.flags.unwrap().value.linker.unwrap().name, "b");
    assert_eq!(read(&tree, Environment::default().with("RUSTFLAGS", "")).flags, None);
    assert_eq!(by_variable.linker.unwrap().value, "clang");
}

#[test]
fn the_toolchain_is_the_one_that_cargo_noted() {
    let tree = Tree::new(&[("ws/Cargo.toml", "[workspace]"), ("ws/target/.rustc_info.json", RUSTC_INFO)]);
    let toolchain = read(&tree, Environment::default()).toolchain.unwrap();
    assert_eq!((toolchain.release.as_str(), toolchain.host.as_str()), ("1.95.0", "x86_64-unknown-linux-gnu"));
    assert_eq!(toolchain.split_debuginfo.unwrap(), ["off", "packed", "unpacked"]);
    for broken in ["", "{}", "{\"outputs\":{\"1\":{\"stdout\":\"rustc ?\"}}}", "\u{0}"] {
        tree.write("ws/target/.rustc_info.json", broken);
        assert_eq!(read(&tree, Environment::default()).toolchain, None);
    }
}

#[test]
fn incremental_compilation_is_on_by_the_variable_only_if_it_is_1() {
    let tree = Tree::new(&[
        ("ws/Cargo.toml", "[workspace]"),
        ("ws/.cargo/config.toml", "[build]\nincremental = true\nrustc-wrapper = 'tools/sccache'"),
    ]);
    let of = |environment| read(&tree, environment).incremental.map(|set| (set.value, line(&set.origin)));
    assert_eq!(of(Environment::default()), Some((true, ".cargo/config.toml:2".to_owned())));
    let off = Environment::default().with("CARGO_INCREMENTAL", "true");
    assert_eq!(of(off), Some((false, "CARGO_INCREMENTAL".to_owned())));
    let wrapper = read(&tree, Environment::default().with("CI", "")).wrapper.unwrap();
    assert_eq!(
        (wrapper.value.name(), wrapper.value.installed, line(&wrapper.origin).as_str()),
        ("sccache", false, ".cargo/config.toml:3")
    );
    assert_eq!(read(&tree, Environment::default().with("RUSTC_WRAPPER", "")).wrapper, None);
    assert_eq!(read(&tree, Environment::default().with("CI", "")).ci.as_deref(), Some("CI"));
}

#[test]
fn profiles_of_other_members_are_known_to_be_ignored() {
    let tree = Tree::new(&[
        ("ws/Cargo.toml", "[workspace]\nmembers = ['a']"),
        (
            "ws/a/Cargo.toml",
            "[package]\nname = 'a'\nversion = '0.1.0'\n[profile.release]\nlto = true\n[profile.dev]\ndebug = 0",
        ),
        ("ws/a/src/lib.rs", ""),
    ]);
    let found = read(&tree, Environment::default());
    assert_eq!(found.profiles["release"].lto().value, Lto::Local);
    let ignored: Vec<_> = found.ignored_profiles.iter().map(|place| (place.file.as_str(), place.line)).collect();
    assert_eq!(ignored, [("a/Cargo.toml", Some(4))]);
}
