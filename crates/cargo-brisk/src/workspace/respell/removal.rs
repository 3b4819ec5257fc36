//! What stands above an entry, and what becomes of it when the entry goes.

use toml_edit::{Item, Table, TableLike};

use super::orphans::Orphan;
use super::prefix;

/// Comments and empty lines above an entry; of one in several lines (`a.b = 1`), above the first of them.
pub(super) fn above(table: &dyn TableLike, key: &str) -> String {
    match table.get(key).and_then(Item::as_table).filter(|table| table.is_dotted()) {
        Some(dotted) => dotted.iter().next().map(|(first, _)| above(dotted, first)).unwrap_or_default(),
        None => table.key(key).map(|key| prefix(key.leaf_decor()).to_owned()).unwrap_or_default(),
    }
}

/// The same, to be another text.
pub(super) fn set_above(table: &mut dyn TableLike, key: &str, text: &str) {
    let dotted = table.get_mut(key).and_then(Item::as_table_mut).filter(|table| table.is_dotted());
    if let Some(dotted) = dotted {
        if let Some(first) = first_key(dotted) {
            set_above(dotted, &first, text);
        }
    } else if let Some(mut key) = table.key_mut(key) {
        key.leaf_decor_mut().set_prefix(text);
    }
}

/// The entry that is written first.
pub(super) fn first_key(table: &dyn TableLike) -> Option<String> {
    table.iter().next().map(|(first, _)| first.to_owned())
}

/// Removes an entry with the comment above it. What an empty line separates from the entry is about more than that, and
/// stays above the next one: what is returned, if that is not in this table, whose header is at `header`.
pub(super) fn remove(table: &mut dyn TableLike, key: &str, header: isize) -> Option<Orphan> {
    if let Some(own) = table.get(key).and_then(Item::as_table).filter(|own| has_header(own)) {
        let above = prefix(own.decor());
        let text = above[..above.rfind("\n\n").map_or(0, |at| at + 2)].to_owned();
        let behind = own.position().unwrap_or(header);
        table.remove(key);
        return orphan(behind, text);
    }
    let gone = above(table, key);
    let is_written_here = |(_, item): &(&str, &Item)| is_in_place(item);
    let in_place: Vec<String> = table.iter().filter(is_written_here).map(|(key, _)| key.to_owned()).collect();
    let number = in_place.iter().position(|other| other == key);
    let is_first = number == Some(0);
    let after = number.and_then(|number| in_place.get(number + 1).cloned());
    table.remove(key);
    let kept = gone.rfind("\n\n").map_or(usize::from(gone.starts_with('\n')), |at| at + 2);
    let Some(next) = after else { return orphan(header, gone[..kept].to_owned()) };
    let own = above(table, &next);
    let is_blank = gone[..kept].trim().is_empty();
    if is_first && kept == 0 {
        // An empty line between two entries is none below a header.
        set_above(table, &next, own.trim_start_matches('\n'));
    } else if !(is_blank && own.starts_with('\n')) {
        set_above(table, &next, &format!("{}{own}", &gone[..kept]));
    }
    None
}

/// A comment that needs another place, if it says anything.
fn orphan(behind: isize, text: String) -> Option<Orphan> {
    (!text.trim().is_empty()).then_some(Orphan { behind, text })
}

fn has_header(table: &Table) -> bool {
    !table.is_implicit() && !table.is_dotted()
}

/// Whether it is written in the table that it belongs to, and not below a header of its own.
fn is_in_place(item: &Item) -> bool {
    item.as_table().is_none_or(Table::is_dotted) && !item.is_array_of_tables()
}
