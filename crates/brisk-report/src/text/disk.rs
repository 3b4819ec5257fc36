//! Disk use of the target directory, as a tree with bars.

use brisk::model::DiskEntry;

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
    let Some(disk) = &view.analysis.disk else { return };
    let files = format::count(usize::try_from(disk.files).unwrap_or(usize::MAX), "file");
    page.section("Disk", &format!("({} in {}, {files})", format::bytes(disk.bytes), disk.path));
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
    let is_root = at.level == 0;
    for (i, entry) in shown.iter().enumerate() {
        let last = i + 1 == shown.len() && small.is_empty();
        let name = entry.path.strip_prefix(at.parent).unwrap_or(&entry.path).trim_start_matches('/');
        rows.push(Row { bytes: entry.bytes, name: branch(at.indent, is_root, last).with(PLAIN, name) });
        if at.level + 1 < at.depth && !entry.children.is_empty() {
            let indent =
                if is_root { String::new() } else { format!("{}{}", at.indent, if last { "   " } else { "│  " }) };
            tree(rows, &entry.children, &Branch { parent: &entry.path, indent: &indent, level: at.level + 1, ..*at });
        }
    }
    if !small.is_empty() {
        let bytes = small.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
        let name = format!("{} smaller", format::number(small.len() as u64));
        rows.push(Row { bytes, name: branch(at.indent, is_root, true).with(DIM, &name) });
    }
}

fn branch(indent: &str, is_root: bool, last: bool) -> Line {
    let fork = match (is_root, last) {
        (true, _) => "",
        (false, false) => "├─ ",
        (false, true) => "└─ ",
    };
    Line::styled(DIM, indent).with(DIM, fork)
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
