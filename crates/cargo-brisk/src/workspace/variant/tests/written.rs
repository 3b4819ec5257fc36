//! Changes in the texts of manifests of all kinds: what they touch, line by line.

use brisk::model::{DependencyChange, DependencyKind, InheritEdit, ManifestEdit};

use super::super::edit::EditError;
use super::draft::{after, changes, edit};

fn inherit(key: &str, requirement: &str) -> ManifestEdit {
    ManifestEdit::Inherit(InheritEdit { key: key.to_owned(), requirement: requirement.to_owned() })
}

fn require(member: &str, dependency: &str, requirement: &str) -> ManifestEdit {
    edit(member, None, dependency, DependencyChange::Require(requirement.to_owned()))
}

fn remove(member: &str, dependency: &str) -> ManifestEdit {
    edit(member, None, dependency, DependencyChange::Remove)
}

const ROOT: &str = "[workspace]\nmembers = ['a', 'b', 'c']\n\n[profile.dev]\ndebug = 1 # less\n";

/// Declarations in all forms, each of them of the same package.
const A: &str = "\
[package]
name = \"a\"

[dependencies]
# errors
log   = \"0.4\" # plain
serde = { version = \"1.0\", default-features = false, features = [\"derive\"] }

[build-dependencies.cc]
version = \"1.0.80\" # the first that works
features = [
    \"parallel\", # all processors
]
";

const B: &str = "\
[package]
name = \"b\"

[dependencies]
log.version = \"0.4.20\"
log.optional = true
serde = \"1.0\"
cc = \"1\"

[target.'cfg(unix)'.dev-dependencies]
serde = { version = \"1.0\", features = [\"rc\"] }

[features]
trace = [\"dep:log\", \"log/std\"]
";

#[test]
fn what_members_declare_becomes_one_entry_that_they_inherit() {
    insta::assert_snapshot!(changes(&[("", ROOT), ("a", A), ("b", B)], &[inherit("log", "0.4.20")]), @r#"
    root +[workspace.dependencies]
    root +log = "0.4.20"
    root +
    a -log   = "0.4" # plain
    a +log   = { workspace = true } # plain
    b -log.version = "0.4.20"
    b +log.workspace = true
    "#);
    insta::assert_snapshot!(changes(&[("", ROOT), ("a", A), ("b", B)], &[inherit("cc", "1.0.80")]), @r#"
    root +[workspace.dependencies]
    root +cc = "1.0.80"
    root +
    a -version = "1.0.80" # the first that works
    a +workspace = true
    b -cc = "1"
    b +cc = { workspace = true }
    "#);
}

#[test]
fn default_features_are_off_in_the_workspace_if_they_are_for_anybody_and_stay_on_for_the_others() {
    insta::assert_snapshot!(changes(&[("", ROOT), ("a", A), ("b", B)], &[inherit("serde", "1.0")]), @r#"
    root +[workspace.dependencies]
    root +serde = { version = "1.0", default-features = false }
    root +
    a -serde = { version = "1.0", default-features = false, features = ["derive"] }
    a +serde = { workspace = true, features = ["derive"] }
    b -serde = "1.0"
    b +serde = { workspace = true, default-features = true }
    b -serde = { version = "1.0", features = ["rc"] }
    b +serde = { workspace = true, features = ["rc"], default-features = true }
    "#);
    let offered = format!("{ROOT}\n[workspace.dependencies]\nserde = \"1\" # for all\n");
    let c = "[package]\nname = \"c\"\n\n[dependencies]\nserde.workspace = true\n";
    insta::assert_snapshot!(changes(&[("", &offered), ("a", A), ("b", B), ("c", c)], &[inherit("serde", "1.0")]), @r#"
    root -serde = "1" # for all
    root +serde = { version = "1.0", default-features = false } # for all
    a -serde = { version = "1.0", default-features = false, features = ["derive"] }
    a +serde = { workspace = true, features = ["derive"] }
    b -serde = "1.0"
    b +serde = { workspace = true, default-features = true }
    b -serde = { version = "1.0", features = ["rc"] }
    b +serde = { workspace = true, features = ["rc"], default-features = true }
    c +serde.default-features = true
    "#);
}

#[test]
fn to_inherit_twice_is_to_inherit_once_for_who_is_new() {
    let offered = format!("{ROOT}\n[workspace.dependencies]\nlog = \"0.4.20\"\n");
    insta::assert_snapshot!(changes(&[("", &offered), ("b", B)], &[inherit("log", "0.4.20")]), @r#"
    b -log.version = "0.4.20"
    b +log.workspace = true
    "#);
    let done = after(&[("", ROOT), ("a", A), ("b", B)], &[inherit("log", "0.4.20")]).unwrap();
    let again = after(&[("", &done[0]), ("a", &done[1]), ("b", &done[2])], &[inherit("log", "0.4.20")]);
    assert_eq!(again.as_ref(), Ok(&done));
    let edits = [remove("b", "log"), inherit("log", "0.4")];
    insta::assert_snapshot!(changes(&[("", ROOT), ("a", A), ("b", B)], &edits), @r#"
    b -log.version = "0.4.20"
    b -log.optional = true
    b -trace = ["dep:log", "log/std"]
    b +trace = []
    "#);
}

#[test]
fn what_was_raised_before_is_inherited_as_it_is_now() {
    let raised = ["a", "b"].map(|member| require(member, "log", "0.5"));
    let edits = [&raised[..], &[inherit("log", "0.4.20")]].concat();
    insta::assert_snapshot!(changes(&[("", ROOT), ("a", A), ("b", B)], &edits), @r#"
    root +[workspace.dependencies]
    root +log = "0.5"
    root +
    a -log   = "0.4" # plain
    a +log   = { workspace = true } # plain
    b -log.version = "0.4.20"
    b +log.workspace = true
    "#);
    let one = [require("a", "log", "0.5"), inherit("log", "0.4.20")];
    let refused = after(&[("", ROOT), ("a", A), ("b", B)], &one);
    assert_eq!(refused, Err(EditError::NotAlike("log".to_owned())), "no version is both");
}

#[test]
fn renamed_dependencies_are_inherited_by_their_key_and_raised_by_their_package() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n";
    let member = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\n\n[dependencies]\nold = {{ package = \"rand\", version = \"0.8\" }} # until 2.0\nrand = \"0.9\"\n"
        )
    };
    let (a, b) = (member("a"), member("b"));
    insta::assert_snapshot!(changes(&[("", root), ("a", &a), ("b", &b)], &[inherit("old", "0.8")]), @r#"
    root +
    root +[workspace.dependencies]
    root +old = { package = "rand", version = "0.8" }
    a -old = { package = "rand", version = "0.8" } # until 2.0
    a +old = { workspace = true } # until 2.0
    b -old = { package = "rand", version = "0.8" } # until 2.0
    b +old = { workspace = true } # until 2.0
    "#);
    insta::assert_snapshot!(changes(&[("", root), ("a", &a), ("b", &b)], &[require("a", "old", "0.9")]), @r#"
    a -old = { package = "rand", version = "0.8" } # until 2.0
    a +old = { package = "rand", version = "0.9" } # until 2.0
    "#);
}

#[test]
fn what_is_not_alike_is_not_inherited() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n";
    let of = |name: &str, declared: &str| format!("[package]\nname = \"{name}\"\n[dependencies]\n{declared}\n");
    let refused = |a: &str, b: &str| {
        after(&[("", root), ("a", &of("a", a)), ("b", &of("b", b))], &[inherit("x", "1")]).unwrap_err()
    };
    let not_alike = EditError::NotAlike("x".to_owned());
    assert_eq!(refused("x = \"1\"", "x = { git = \"https://example.org/x\" }"), not_alike);
    assert_eq!(
        refused("x = { path = \"../x\", version = \"1\" }", "x = { path = \"../x\", version = \"1\" }"),
        not_alike
    );
    assert_eq!(refused("x = \"1\"", "x = { package = \"y\", version = \"1\" }"), not_alike);
    assert_eq!(refused("x = { version = \"1\", artifact = \"bin\" }", "x = \"1\""), not_alike);
    let more = "[workspace]\n[workspace.dependencies]\nx = { version = \"1\", features = [\"full\"] }\n";
    let refused = after(&[("", more), ("a", &of("a", "x = \"1\""))], &[inherit("x", "1")]).unwrap_err();
    insta::assert_snapshot!(refused, @"`[workspace.dependencies]` turns on features of `x` that not all members ask for");
}

#[test]
fn a_repository_is_inherited_as_it_is() {
    let root = "[workspace]\nmembers = [\"a\", \"b\"]\n\n[patch.crates-io]\nx = { path = \"x\" } # ours\n";
    let member = |name: &str| {
        format!(
            "[package]\nname = \"{name}\"\n\n[dependencies]\nx = {{ git = \"https://example.org/x\", rev = \"abc\", features = [\"f\"] }}\n"
        )
    };
    insta::assert_snapshot!(changes(&[("", root), ("a", &member("a")), ("b", &member("b"))], &[inherit("x", "*")]), @r#"
    root +[workspace.dependencies]
    root +x = { git = "https://example.org/x", rev = "abc" }
    root +
    a -x = { git = "https://example.org/x", rev = "abc", features = ["f"] }
    a +x = { workspace = true, features = ["f"] }
    b -x = { git = "https://example.org/x", rev = "abc", features = ["f"] }
    b +x = { workspace = true, features = ["f"] }
    "#);
}

/// One requirement for several members, in the root; another one of a member alone.
#[test]
fn a_requirement_is_raised_once_where_it_is_inherited_and_in_each_manifest_where_it_is_not() {
    let root = "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\n\n[workspace.dependencies]\nhashes = { version = \"5\", default-features = false } # old\n";
    let inheriting = |name: &str| {
        format!("[package]\nname = \"{name}\"\n\n[dependencies]\nhashes = {{ workspace = true, features = [\"x\"] }}\n")
    };
    let c = "[package]\nname = \"c\"\n\n[build-dependencies]\nhashes = \"5.1\"\n\n[target.'cfg(windows)'.dependencies]\nhashes = \"5.2\"\n";
    let raised = ["a", "b", "c"].map(|member| require(member, "hashes", "6.0"));
    insta::assert_snapshot!(changes(&[("", root), ("a", &inheriting("a")), ("b", &inheriting("b")), ("c", c)], &raised), @r#"
    root -hashes = { version = "5", default-features = false } # old
    root +hashes = { version = "6.0", default-features = false } # old
    c -hashes = "5.1"
    c +hashes = "6.0"
    c -hashes = "5.2"
    c +hashes = "6.0"
    "#);
}

#[test]
fn what_patches_and_paths_say_stays() {
    let root = "\
[package]
name = \"app\"

[dependencies]
near = { path = \"near\", version = \"1\" } # beside
far = { git = \"https://example.org/far\", branch = \"main\" }
gone = { git = \"https://example.org/gone\" }

[patch.crates-io]
gone = { path = \"../gone\" }
near = { path = \"near\" }

[patch.\"https://example.org/far\"]
far = { path = \"../far\" }
";
    insta::assert_snapshot!(changes(&[("", root)], &[remove("app", "gone"), require("app", "near", "2")]), @r#"
    root -near = { path = "near", version = "1" } # beside
    root +near = { path = "near", version = "2" } # beside
    root -gone = { git = "https://example.org/gone" }
    "#);
}

#[test]
fn features_that_name_what_is_removed_lose_it_and_an_implicit_feature_is_withdrawn_from_who_asks_for_it() {
    let root = "[workspace]\nmembers = [\"a\", \"user\"]\n";
    let a = "\
[package]
name = \"a\"

[dependencies]
json = { version = \"1\", optional = true }
yaml = { version = \"1\", optional = true }
zlib = \"1\"

[features]
default = [\"text\", \"yaml\"]
text = [\"dep:json\", \"json/std\", \"zlib?/fast\"] # all of it
";
    let user =
        "[package]\nname = \"user\"\n\n[dependencies]\na = { path = \"../a\", features = [\"yaml\", \"text\"] }\n";
    let edits = [remove("a", "json"), remove("a", "yaml")];
    insta::assert_snapshot!(changes(&[("", root), ("a", a), ("user", user)], &edits), @r#"
    a -json = { version = "1", optional = true }
    a -yaml = { version = "1", optional = true }
    a -default = ["text", "yaml"]
    a -text = ["dep:json", "json/std", "zlib?/fast"] # all of it
    a +default = ["text"]
    a +text = ["zlib?/fast"] # all of it
    user -a = { path = "../a", features = ["yaml", "text"] }
    user +a = { path = "../a", features = ["text"] }
    "#);
}

#[test]
fn tables_of_platforms_and_of_build_scripts_are_told_apart() {
    let root = "\
[package]
name = \"app\"

[dependencies]
cc = \"1\"

[build-dependencies]
cc = \"1\" # for the script

[target.'cfg(unix)'.build-dependencies]
cc = { version = \"1\", features = [\"parallel\"] }

[target.x86_64-pc-windows-gnu.dependencies]
cc = \"1\"
";
    let of_script = edit("app", Some(DependencyKind::Build), "cc", DependencyChange::Remove);
    insta::assert_snapshot!(changes(&[("", root)], &[of_script]), @r#"
    root -cc = "1" # for the script
    root -cc = { version = "1", features = ["parallel"] }
    "#);
    let of_library = edit("app", Some(DependencyKind::Normal), "cc", DependencyChange::MoveToDev);
    insta::assert_snapshot!(changes(&[("", root)], &[of_library]), @r#"
    root -cc = "1"
    root +
    root +[target.x86_64-pc-windows-gnu.dev-dependencies]
    root +cc = "1"
    root +
    root +[dev-dependencies]
    "#);
}
