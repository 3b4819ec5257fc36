//! Blanks in a table on one line, after entries have come and gone.

use toml_edit::InlineTable;

use super::{prefix, suffix};

/// What is before the first entry and behind the last one.
pub(super) struct Margins {
    before: String,
    behind: String,
    keys: Vec<String>,
}

impl Margins {
    /// Those of a table as it is; `None` if it is on several lines, where each entry has a place of its own.
    pub(super) fn of(table: &InlineTable) -> Option<Self> {
        if table.to_string().contains('\n') {
            return None;
        }
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
        let first = keys.first().and_then(|first| table.key(first));
        let last = keys.last().and_then(|last| table.get(last));
        Some(Self {
            before: first.map_or(" ", |first| prefix(first.leaf_decor())).to_owned(),
            behind: last.map_or(" ", |last| suffix(last.decor())).to_owned(),
            keys,
        })
    }

    /// Sets them again. Who inherits says so first.
    pub(super) fn apply(&self, table: &mut InlineTable) {
        if table.iter().all(|(key, _)| self.keys.iter().any(|known| known == key)) && table.len() == self.keys.len() {
            return;
        }
        let is_new = |key: &str| !self.keys.iter().any(|known| known == key);
        if is_new("workspace") {
            table.sort_values_by(|a, _, b, _| (a.get() != "workspace").cmp(&(b.get() != "workspace")));
        }
        let n_entries = table.len();
        for (number, (mut key, value)) in table.iter_mut().enumerate() {
            let was_first = self.keys.first().is_some_and(|first| first == key.get());
            match number {
                0 => key.leaf_decor_mut().set_prefix(self.before.clone()),
                _ if was_first || is_new(key.get()) => key.leaf_decor_mut().set_prefix(" "),
                _ => {}
            }
            let was_last = self.keys.last().is_some_and(|last| last == key.get());
            if number + 1 == n_entries {
                value.decor_mut().set_suffix(self.behind.clone());
            } else if was_last || is_new(key.get()) {
                value.decor_mut().set_suffix("");
            }
        }
    }
}
