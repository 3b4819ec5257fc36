//! Comments that stood above what is gone and are not about it.
//!
//! A comment belongs to what follows it. Between the last entry of a table and the next header that is the header, which the
//! table does not know: so they are collected, and put where they were when all tables are as they shall be.

use toml_edit::{DocumentMut, Item, Table};

/// Text that has to stay, and the position of the last header before it; that of the document is before all.
pub(super) struct Orphan {
    pub(super) behind: isize,
    pub(super) text: String,
}

/// Comes before all headers.
pub(super) const TOP: isize = isize::MIN;

/// Puts each before the next header, or at the end.
pub(super) fn adopt(document: &mut DocumentMut, orphans: Vec<Orphan>) {
    // The first of several comes first if it is put there last.
    for orphan in orphans.into_iter().rev() {
        let mut positions = Vec::new();
        collect(document.as_table(), &mut positions);
        let next = positions.into_iter().filter(|position| *position > orphan.behind).min();
        match next.and_then(|next| at(document.as_table_mut(), next)) {
            Some(table) => {
                let own = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                let text = format!("{}{}", orphan.text, own.trim_start_matches('\n'));
                table.decor_mut().set_prefix(text);
            }
            None => {
                let own = document.trailing().as_str().unwrap_or_default().to_owned();
                document.set_trailing(format!("{}{own}", orphan.text.trim_end_matches('\n').to_owned() + "\n"));
            }
        }
    }
}

/// The positions of all headers that are written.
fn collect(table: &Table, positions: &mut Vec<isize>) {
    positions.extend(table.position().filter(|_| is_written(table)));
    for (_, item) in table {
        match item {
            Item::Table(table) => collect(table, positions),
            Item::ArrayOfTables(tables) => tables.iter().for_each(|table| collect(table, positions)),
            Item::None | Item::Value(_) => {}
        }
    }
}

/// The table whose header has that position.
fn at(table: &mut Table, position: isize) -> Option<&mut Table> {
    if is_written(table) && table.position() == Some(position) {
        return Some(table);
    }
    table.iter_mut().find_map(|(_, item)| match item {
        Item::Table(table) => at(table, position),
        Item::ArrayOfTables(tables) => tables.iter_mut().find_map(|table| at(table, position)),
        Item::None | Item::Value(_) => None,
    })
}

fn is_written(table: &Table) -> bool {
    !table.is_implicit() && !table.is_dotted()
}
