//! Manifests of all shapes that people write: an edit changes what it is about, and not a byte of all else.
//!
//! A manifest is made of blocks of lines, each of which is about one dependency or about none, so that what shall be left
//! after an edit is known without reading TOML.

use std::collections::BTreeSet;

use brisk::model::{DependencyChange, InheritEdit, ManifestEdit, ProfileEdit, ProfilePart, ProfileValue};
use proptest::prelude::*;

use super::draft::{after, edit};
use crate::workspace::respell::respelled;

/// Lines about one dependency, or about something else.
#[derive(Clone, Debug)]
struct Block {
    about: Option<usize>,
    text: String,
}

/// A manifest, or one in the manner of Windows or of editors that end no last line.
#[derive(Clone, Debug)]
struct Written {
    blocks: Vec<Block>,
    windows: bool,
    cut: bool,
}

const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
/// What is raised.
const OLD: &str = "\"1.0\"";
const HEADERS: [&str; 5] = [
    "[dependencies]",
    "[dev-dependencies] # for tests",
    "[ build-dependencies ]",
    "[target.'cfg(unix)'.dependencies]",
    "[target.x86_64-unknown-linux-gnu.\"dev-dependencies\"]",
];

/// How a declaration is written in a table of dependencies. Each has one requirement, or inherits it.
fn declaration(name: &str, form: usize) -> String {
    match form {
        0 => format!("{name} = {OLD}\n"),
        1 => format!("{name}   =   {OLD} # why\n"),
        2 => format!("{name} = {{ version = {OLD}, features = ['x', \"y\"], default-features=false }}\n"),
        3 => format!("{name}.version = {OLD}\n{name}.optional = false # dotted\n"),
        4 => format!("re-{name} = {{ package = \"{name}\", version = {OLD} }}\n"),
        5 => format!(
            "{name} = {{ git = \"https://example.org/{name}\", version = {OLD}, features = [\n  'a', # first\n  'b',\n] }}\n"
        ),
        6 => format!("\"{name}\" = {{ path = '../{name}', version = {OLD} }}\n"),
        7 => format!("{name}.workspace = true\n"),
        _ => format!("{name} = {{ workspace = true, features = [ \"z\" ] }}   # inherited\n"),
    }
}

fn is_inherited(form: usize) -> bool {
    form >= 7
}

/// One table, with each dependency at most once, between comments and empty lines.
fn table(header: usize) -> impl Strategy<Value = (Vec<Block>, Vec<usize>)> {
    let entry = (any::<bool>(), 0..9_usize, 0..3_usize);
    proptest::collection::vec(entry, NAMES.len()).prop_map(move |entries| {
        let none = |text: &str| Block { about: None, text: text.to_owned() };
        let mut blocks = vec![none(&format!("{}\n", HEADERS[header]))];
        let mut inherited = Vec::new();
        for (about, (_, form, before)) in entries.into_iter().enumerate().filter(|(_, (is_there, ..))| *is_there) {
            match before {
                1 => blocks.push(none("\n# apart from all else\n\n")),
                2 => blocks.push(Block { about: Some(about), text: "# about it\n".to_owned() }),
                _ => {}
            }
            blocks.push(Block { about: Some(about), text: declaration(NAMES[about], form) });
            inherited.extend(is_inherited(form).then_some(about));
        }
        blocks.push(none("\n"));
        (blocks, inherited)
    })
}

/// A table of its own for one dependency.
fn own_table(about: usize) -> Vec<Block> {
    let text = format!("[dependencies.{}]\nversion = {OLD} # in a table\nfeatures = [\"x\"]\n\n", NAMES[about]);
    vec![Block { about: Some(about), text }]
}

fn written() -> impl Strategy<Value = Written> {
    let tables = (0..HEADERS.len()).map(table).collect::<Vec<_>>();
    (tables, proptest::option::of(0..NAMES.len()), any::<bool>(), any::<bool>()).prop_map(
        |(tables, own, windows, cut)| {
            let none = |text: &str| Block { about: None, text: text.to_owned() };
            let mut blocks = vec![none(
                "# A package.\n[package]\nname = 'app' # ours\nversion = \"0.1.0\"\n\n[features]\ndefault = []\n\n",
            )];
            let mut inherited = Vec::new();
            for (number, (of_table, of_workspace)) in tables.into_iter().enumerate() {
                // A table of its own stands for the entry in the first table.
                let is_told = |block: &Block| number > 0 || own.is_none() || block.about != own;
                blocks.extend(of_table.into_iter().filter(is_told));
                let is_told = |about: usize| number > 0 || own != Some(about);
                inherited.extend(of_workspace.into_iter().map(|about| (about, is_told(about))));
            }
            blocks.extend(own.map(own_table).into_iter().flatten());
            blocks.push(none("[workspace.dependencies]\n"));
            // Of what nobody inherits, nothing is anybody's.
            let is_used = |about: usize| inherited.contains(&(about, true));
            let offered = |about: usize| Block {
                about: is_used(about).then_some(about),
                text: format!("{} = {OLD} # for all\n", NAMES[about]),
            };
            let all: BTreeSet<usize> = inherited.iter().map(|(about, _)| *about).collect();
            blocks.extend(all.into_iter().map(offered));
            blocks.push(none("\n[profile.release]\nlto = 'thin'\n[[bin]]\nname = \"x\"\n"));
            Written { blocks, windows, cut }
        },
    )
}

impl Written {
    fn text(&self) -> String {
        self.spelled(&self.blocks.iter().map(|block| block.text.as_str()).collect::<String>())
    }

    /// In its manner.
    fn spelled(&self, text: &str) -> String {
        let text = if self.cut { text.trim_end_matches('\n') } else { text };
        if self.windows { text.replace('\n', "\r\n") } else { text.to_owned() }
    }

    fn without(&self, about: usize) -> Vec<&str> {
        self.blocks.iter().filter(|block| block.about != Some(about)).map(|block| block.text.as_str()).collect()
    }

    fn is_there(&self, about: usize) -> bool {
        self.blocks.iter().any(|block| block.about == Some(about))
    }

    /// With the requirement on one of them raised.
    fn raised(&self, about: usize) -> String {
        let raised = |block: &Block| match block.about == Some(about) {
            true => block.text.replace(OLD, "\"2.0\""),
            false => block.text.clone(),
        };
        self.spelled(&self.blocks.iter().map(raised).collect::<String>())
    }
}

fn edited(text: &str, edit: ManifestEdit) -> String {
    after(&[("", text)], &[edit]).unwrap().remove(0)
}

fn require(about: usize, requirement: &str) -> ManifestEdit {
    edit("app", None, NAMES[about], DependencyChange::Require(requirement.to_owned()))
}

/// Lines that say something.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim().is_empty()).collect()
}

/// Whether `some` come in this order among `all`.
fn are_among(some: &[&str], all: &[&str]) -> bool {
    let mut all = all.iter();
    some.iter().all(|line| all.any(|other| other == line))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_text_that_says_what_it_shall_say_keeps_every_byte(written in written(), marked in any::<bool>()) {
        let text = written.text();
        let wanted: toml::Table = text.parse().unwrap();
        let text = if marked { format!("\u{feff}{text}") } else { text };
        prop_assert_eq!(respelled(&text, &wanted).unwrap(), text);
    }

    #[test]
    fn a_raised_requirement_changes_its_own_bytes_and_lowered_again_none(written in written(), about in 0..NAMES.len()) {
        prop_assume!(written.is_there(about));
        let text = written.text();
        let raised = edited(&text, require(about, "2.0"));
        prop_assert_eq!(&raised, &written.raised(about));
        prop_assert_eq!(edited(&raised, require(about, "1.0")), text);
    }

    #[test]
    fn what_is_removed_leaves_all_lines_about_else(written in written(), about in 0..NAMES.len()) {
        prop_assume!(written.is_there(about));
        let text = written.text();
        let left = edited(&text, edit("app", None, NAMES[about], DependencyChange::Remove));
        let expected = written.spelled(&written.without(about).concat());
        prop_assert_eq!(lines(&left), lines(&expected));
        prop_assert_eq!(left.contains("\r\n"), written.windows);
    }

    #[test]
    fn a_new_setting_of_a_profile_leaves_all_lines_and_comes_once(written in written()) {
        let text = written.text();
        let setting = ManifestEdit::Profile(ProfileEdit {
            profile: "dev".to_owned(),
            part: ProfilePart::Package("*".to_owned()),
            key: "debug".to_owned(),
            value: ProfileValue::Flag(false),
        });
        let new = edited(&text, setting.clone());
        prop_assert!(are_among(&lines(&text), &lines(&new)), "{}", new);
        prop_assert_eq!(lines(&new).len(), lines(&text).len() + 2);
        prop_assert_eq!(edited(&new, setting), new);
    }

    #[test]
    fn what_is_inherited_leaves_all_lines_about_else(written in written(), about in 0..NAMES.len()) {
        let inherit = InheritEdit { key: NAMES[about].to_owned(), requirement: "1.0".to_owned() };
        let text = written.text();
        // Not all forms can be inherited: a path is that from a member.
        let other = format!("[package]\nname = 'b'\n[dependencies]\n{}", NAMES.map(|name| declaration(name, 0)).concat());
        let Ok(texts) = after(&[("", &text), ("b", &other)], &[ManifestEdit::Inherit(inherit)]) else { return Ok(()) };
        let others = written.spelled(&written.without(about).concat());
        let others: Vec<&str> = lines(&others).into_iter().filter(|line| !line.starts_with(NAMES[about])).collect();
        prop_assert!(are_among(&others, &lines(&texts[0])), "{}", texts[0]);
        prop_assert_eq!(texts[0].matches("\r\n").count(), if written.windows { texts[0].matches('\n').count() } else { 0 });
    }
}
