//! Disk use of the target directory, as a tree with bars.

use brisk::model::{DiskEntry, DiskKind};

use super::bar;
use super::line::Line;
use super::page::Page;
use super::style::{DIM, PLAIN, STRONG};
use super::view::View;
use crate::format;

/// Columns of a size and of a share.
const SIZE: usize = 10;
const SHARE: usize = 6;
/// Longest bar: beyond, its end is hard to compare.
const BAR: usize = 48;
/// Entries below this share of the whole are told together.
const SMALL: f64 = 0.01;

/// A line of the tree.
struct Row {
    bytes: u64,
    name: Line,
}

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let Some(disk) = &view.analysis.surroundings.disk else { return };
    let files = format::count(usize::try_from(disk.files).unwrap_or(usize::MAX), "file");
    let has_build_dir = disk.entries.iter().any(|entry| entry.kind == DiskKind::BuildDir);
    let elsewhere = if has_build_dir { " and the build directory" } else { "" };
    page.section("Disk", &format!("({} in {}{elsewhere}, {files})", format::bytes(disk.bytes), disk.path));
    let depth = if view.verbose() { usize::MAX } else { 2 };
    let least = if view.verbose() { 0 } else { share_of(disk.bytes, SMALL) };
    let mut rows = Vec::new();
    tree(&mut rows, &disk.entries, &Branch { parent: "", indent: "", level: 0, depth, least });
    let free = page.width().saturating_sub(SIZE + SHARE + 4);
    let longest = rows.iter().map(|row| row.name.width()).max().unwrap_or(0);
    let name_width = longest.min(free * 2 / 3);
    let bar_width = free.saturating_sub(name_width).min(BAR);
    for row in rows {
        let share = share(row.bytes, disk.bytes);
        let mut line = Line::styled(STRONG, &format!("{:>SIZE$}", format::bytes(row.bytes)));
        line.push(DIM, &format!("{:>SHARE$}  ", format::percent(share)));
        line.append(&row.name.fitted(name_width));
        line.pad_to(SIZE + SHARE + 4 + name_width);
        line.append(&bar::amount(share, bar_width));
        page.push(&line);
    }
}

/// Where in the tree a list of entries hangs, and how far down to go.
struct Branch<'a> {
    parent: &'a str,
    indent: &'a str,
    level: usize,
    depth: usize,
    least: u64,
}

fn tree(rows: &mut Vec<Row>, entries: &[DiskEntry], at: &Branch<'_>) {
    let mut entries: Vec<&DiskEntry> = entries.iter().collect();
    entries.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    let n_large = entries.iter().take_while(|entry| entry.bytes >= at.least).count();
    // A single small one takes no more room under its own name.
    let n_shown = if n_large + 1 == entries.len() { entries.len() } else { n_large };
    let (shown, small) = entries.split_at(n_shown);
    for (i, entry) in shown.iter().enumerate() {
        let fork = if i + 1 == shown.len() && small.is_empty() { Fork::Last } else { Fork::More };
        rows.push(Row { bytes: entry.bytes, name: at.line(fork).with(PLAIN, name(entry, at.parent)) });
        if at.level + 1 < at.depth {
            let indent = at.indent_below(fork);
            tree(rows, &entry.children, &Branch { parent: &entry.path, indent: &indent, level: at.level + 1, ..*at });
        }
    }
    if !small.is_empty() {
        let bytes = small.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
        let name = format!("{} smaller", format::number(small.len() as u64));
        rows.push(Row { bytes, name: at.line(Fork::Last).with(DIM, &name) });
    }
}

/// Its path below `parent`; for the files that lie in `parent` itself (`debug/*`), what they are.
fn name<'a>(entry: &'a DiskEntry, parent: &str) -> &'a str {
    let below = entry.path.strip_prefix(parent).filter(|_| !parent.is_empty()).map(|rest| rest.trim_start_matches('/'));
    match below.unwrap_or(&entry.path) {
        "*" if entry.kind == DiskKind::Artifacts => "(programs and libraries)",
        "*" => "(other files)",
        name => name,
    }
}

/// Whether more entries follow on the same branch.
#[derive(Clone, Copy)]
enum Fork {
    More,
    Last,
}

impl Branch<'_> {
    /// What stands before the name; the first level has no branches.
    fn line(&self, fork: Fork) -> Line {
        let fork = match fork {
            _ if self.level == 0 => "",
            Fork::More => "├─ ",
            Fork::Last => "└─ ",
        };
        Line::styled(DIM, self.indent).with(DIM, fork)
    }

    fn indent_below(&self, fork: Fork) -> String {
        match fork {
            _ if self.level == 0 => String::new(),
            Fork::More => format!("{}│  ", self.indent),
            Fork::Last => format!("{}   ", self.indent),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown with two digits")]
fn share(bytes: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { bytes as f64 / all as f64 }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a limit, and the share is below one"
)]
fn share_of(all: u64, share: f64) -> u64 {
    (all as f64 * share) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::options::Color;

    fn entry(path: &str, bytes: u64, children: Vec<DiskEntry>) -> DiskEntry {
        DiskEntry { path: path.into(), kind: DiskKind::Other, bytes, files: 1, children }
    }

    #[test]
    fn files_beside_the_directories_are_named_by_what_they_are() {
        let mut artifacts = entry("debug/*", 1, Vec::new());
        assert_eq!(name(&artifacts, "debug"), "(other files)");
        artifacts.kind = DiskKind::Artifacts;
        assert_eq!(name(&artifacts, "debug"), "(programs and libraries)");
        assert_eq!(name(&entry("package/*.crate", 1, Vec::new()), "package"), "*.crate");
        assert_eq!(name(&entry("*", 1, Vec::new()), ""), "(other files)");
    }

    #[test]
    fn small_entries_are_told_together_and_a_single_one_by_name() {
        let deep = entry("debug/deps/x", 40, Vec::new());
        let small =
            vec![entry("debug/deps", 60, vec![deep]), entry("debug/a", 1, Vec::new()), entry("debug/b", 2, Vec::new())];
        let entries = [entry("debug", 63, small), entry("doc", 3, Vec::new())];
        let mut rows = Vec::new();
        tree(&mut rows, &entries, &Branch { parent: "", indent: "", level: 0, depth: 3, least: 5 });
        let mut text = String::new();
        for row in &rows {
            text.push_str(&format!("{:>3} ", row.bytes));
            row.name.write(&mut text, Color::Never);
            text.push('\n');
        }
        insta::assert_snapshot!(text, @"
         63 debug
         60 ├─ deps
         40 │  └─ x
          3 └─ 2 smaller
          3 doc
        ");
    }
}
