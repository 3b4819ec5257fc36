//! Style sheet, scripts and template.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::between;
use crate::html::assets::{SCRIPT, STYLE, THEME};

const TEMPLATE: &str = include_str!("../../../templates/page.html");

/// Lines that a file of the page may have.
const MOST_LINES: usize = 400;

fn files() -> Vec<(PathBuf, String)> {
    let assets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets");
    let folders = ["js", "css"].map(|folder| assets.join(folder));
    let paths = folders.iter().flat_map(|folder| folder.read_dir().unwrap()).map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_file_is_part_of_the_page() {
    let files = files();
    assert!(files.len() > 20, "{}", files.len());
    for (path, text) in files {
        assert!([THEME, SCRIPT, STYLE].iter().any(|part| part.contains(&text)), "{}", path.display());
    }
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in files() {
        assert!(text.lines().count() <= MOST_LINES, "{}", path.display());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in files() {
        assert!(text.starts_with("// ") || text.starts_with("/* "), "{}", path.display());
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for part in [THEME, SCRIPT, STYLE, TEMPLATE] {
        for word in
            ["http:", "https:", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "import("]
        {
            assert!(!part.contains(word), "{word}");
        }
    }
}

/// Text becomes text nodes; nothing that reads markup or code from strings is used.
#[test]
fn no_script_makes_markup_or_code_of_text() {
    let words = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setAttribute(\"style",
    ];
    for word in words {
        assert!(!SCRIPT.contains(word) && !THEME.contains(word), "{word}");
    }
}

#[test]
fn nothing_in_the_scripts_ends_their_element() {
    for part in [THEME, SCRIPT, STYLE] {
        assert!(!part.contains("</") && !part.contains("<!--"));
    }
}

/// The values of an attribute in the template.
fn values(attribute: &str) -> BTreeSet<&'static str> {
    let parts = TEMPLATE.split(attribute).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

#[test]
fn each_view_has_a_section_a_link_and_a_script() {
    let sections = values("<section id=\"");
    assert_eq!(sections.len(), 12, "{sections:?}");
    assert_eq!(values("<li><a href=\"#"), sections);
    for id in sections {
        let registered = [format!("views.{id} = "), format!("views[\"{id}\"] = ")];
        assert!(registered.iter().any(|words| SCRIPT.contains(words)), "{id}");
        let section = between(TEMPLATE, &format!("<section id=\"{id}\""), "</section>");
        assert!(section.contains(&format!("aria-labelledby=\"{id}-title\"")), "{id}");
        assert!(section.contains(&format!("<h2 id=\"{id}-title\">")), "{id}");
    }
}
