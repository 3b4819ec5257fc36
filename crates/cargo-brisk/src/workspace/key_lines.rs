//! On which line of a TOML file a key stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::manifest::line_of;

/// A file with the places of its keys. What does not parse has no lines, and does not hide the rest.
pub(super) struct Lines<'a> {
    text: &'a str,
    table: Spanned<DeTable<'a>>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, table: DeTable::parse_recoverable(text).0 }
    }

    /// The line, from 1, of the last of these keys, each below the one before.
    pub(super) fn of_key(&self, keys: &[&str]) -> Option<u32> {
        let (last, parents) = keys.split_last()?;
        let parent = parents.iter().try_fold(self.table.get_ref(), |table, key| below(table, key))?;
        let (key, _) = parent.iter().find(|(key, _)| key.get_ref() == last)?;
        self.line_at(key.span().start)
    }

    /// The last line that is not empty.
    pub(super) fn last(&self) -> Option<u32> {
        self.line_at(self.text.trim_end().len())
    }

    fn line_at(&self, offset: usize) -> Option<u32> {
        u32::try_from(line_of(self.text, offset)).ok()
    }
}

fn below<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    match table.iter().find(|(name, _)| name.get_ref() == key)?.1.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_line_however_its_table_is_written() {
        let text = "[profile.dev]\ndebug = 1\n\n[profile.dev.package]\na.opt-level = 3\n\"*\" = { debug = false,\n strip = true }\n";
        let lines = Lines::of(text);
        let line = |keys: &[&str]| lines.of_key(keys);
        assert_eq!(line(&["profile", "dev"]), Some(1));
        assert_eq!(line(&["profile", "dev", "debug"]), Some(2));
        assert_eq!(line(&["profile", "dev", "package", "a", "opt-level"]), Some(5));
        assert_eq!(line(&["profile", "dev", "package", "*", "strip"]), Some(7));
        assert_eq!(line(&["profile", "dev", "lto"]), None);
        assert_eq!(line(&["profile", "dev", "debug", "x"]), None);
        assert_eq!(lines.last(), Some(7));
    }

    #[test]
    fn what_parses_has_lines_beside_what_does_not() {
        assert_eq!(Lines::of("[profile.dev]\ndebug = = 1\nstrip = true").of_key(&["profile", "dev", "strip"]), Some(3));
    }
}
