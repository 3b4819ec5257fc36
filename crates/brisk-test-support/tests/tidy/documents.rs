//! Documents in Markdown.

use crate::tree::{files, no_complaints, root};

/// Targets of `[…](target)` in a text, code blocks left out.
fn links(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut links = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let parts = line.split("](").skip(1).filter(|_| !in_code);
        links.extend(parts.filter_map(|part| part.split_once(')')).map(|(target, _)| target));
    }
    links
}

#[test]
fn links_to_files_lead_somewhere() {
    let mut complaints = Vec::new();
    for file in files(&[".md"]) {
        let directory = root().join(&file.path).parent().expect("it is in a directory").to_owned();
        for link in links(&file.text) {
            let target = link.split('#').next().unwrap_or_default();
            let elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !directory.join(target).exists() {
                complaints.push(format!("{}: {link}", file.path));
            }
        }
    }
    no_complaints("leads nowhere", &complaints);
}

#[test]
fn lines_of_documents_are_at_most_125_columns_wide() {
    let mut complaints = Vec::new();
    for file in files(&[".md"]) {
        let long =
            (1..).zip(file.text.lines()).filter(|(_, line)| line.chars().count() > 125 && !line.starts_with('|'));
        complaints.extend(long.map(|(number, _)| format!("{}:{number}", file.path)));
    }
    no_complaints("wider than 125 columns, and no table", &complaints);
}

#[test]
fn links_are_found_outside_of_code_only() {
    assert_eq!(links("a [b](c.md) and [d](e.md#f)\n```\n[g](h)\n```\n[i](j)"), ["c.md", "e.md#f", "j"]);
}
