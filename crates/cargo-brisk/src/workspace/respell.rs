//! The text of a TOML file after its values have changed. What stays the same keeps its bytes: comments, order, quotes,
//! indentation, ends of lines.
//!
//! Changes are made on plain tables, where they are simple and can be tested by their meaning; here the text is led after
//! them. `respelled(text, wanted)` reads as `wanted`, whatever `text` was.

mod inline;
mod orphans;
mod removal;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use toml::{Table, Value};
use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, TableLike, TomlError};

use inline::Margins;
use orphans::{Orphan, TOP, adopt};
use removal::{above, first_key, remove, set_above};

/// `text` with the values of `wanted`.
///
/// # Errors
///
/// If the text is no TOML.
pub(crate) fn respelled(text: &str, wanted: &Table) -> Result<String, TomlError> {
    let (mark, body) = text.strip_prefix(MARK).map_or(("", text), |body| (MARK, body));
    let mut document: DocumentMut = body.replace("\r\n", "\n").parse()?;
    let mut orphans = Vec::new();
    lead(document.as_table_mut(), wanted, &mut At { path: &[], header: TOP, orphans: &mut orphans });
    adopt(&mut document, orphans);
    Ok(format!("{mark}{}", with_lines_of(body, &document.to_string())))
}

/// What some editors of Windows put in front of a text.
const MARK: &str = "\u{feff}";

/// Where a table is.
struct At<'a> {
    /// The keys that lead to it.
    path: &'a [&'a str],
    /// The position of its header, or of that of the table it is written in.
    header: isize,
    /// Comments that need another place.
    orphans: &'a mut Vec<Orphan>,
}

/// Leads a table after `wanted`.
fn lead(table: &mut dyn TableLike, wanted: &Table, at: &mut At<'_>) {
    let gone: Vec<String> =
        table.iter().map(|(key, _)| key.to_owned()).filter(|key| !wanted.contains_key(key)).collect();
    for key in &gone {
        at.orphans.extend(remove(table, key, at.header));
    }
    let was_sorted = table.iter().map(|(key, _)| key).is_sorted();
    let n_before = table.len();
    for (key, value) in in_order(wanted, at.path) {
        let path = [at.path, &[key]].concat();
        match table.get_mut(key) {
            Some(item) => lead_item(item, value, &mut At { path: &path, header: at.header, orphans: &mut *at.orphans }),
            None => {
                table.insert(key, new_item(value, &path));
            }
        }
    }
    // Who keeps entries in order wants new ones in their places.
    if n_before > 1 && was_sorted && table.len() > n_before {
        table.sort_values();
    }
}

fn lead_item(item: &mut Item, wanted: &Value, at: &mut At<'_>) {
    if is_same(item, wanted) {
        return;
    }
    match wanted {
        Value::Table(wanted) if item.is_table_like() => return lead_table(item, wanted, at),
        Value::Array(wanted) => {
            if let Some(array) = item.as_array_mut() {
                return lead_array(array, wanted);
            }
            let tables: Option<Vec<&Table>> = wanted.iter().map(Value::as_table).collect();
            let same_number = item.as_array_of_tables_mut().filter(|tables| tables.len() == wanted.len());
            if let Some((tables, wanted)) = same_number.zip(tables) {
                for (table, wanted) in tables.iter_mut().zip(wanted) {
                    let header = table.position().unwrap_or(at.header);
                    lead(table, wanted, &mut At { path: at.path, header, orphans: &mut *at.orphans });
                }
                return;
            }
        }
        _ => {}
    }
    let mut new = new_value(wanted, at.path);
    if let Some(old) = item.as_value() {
        *new.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(new);
}

/// A table that only the names of others told of (`[a.b]`, `a.b = 1`) is written by itself when they are gone.
fn keep_empty(item: &mut Item, at: &At<'_>) {
    let Some(table) = item.as_table_mut().filter(|table| table.is_empty()) else { return };
    if table.is_dotted() {
        *item = Item::Value(new_value(&Value::Table(Table::new()), at.path));
    } else {
        table.set_implicit(false);
    }
}

/// Leads a table of whatever form, and keeps that form tidy.
fn lead_table(item: &mut Item, wanted: &Table, at: &mut At<'_>) {
    at.header = item.as_table().and_then(toml_edit::Table::position).unwrap_or(at.header);
    let margins = item.as_inline_table().and_then(Margins::of);
    // On lines of their own, what is above the first one is about all of it.
    let dotted = item.as_table().filter(|table| table.is_dotted());
    let above_all = dotted.and_then(|table| Some(above(table, &first_key(table)?)));
    let inherits_now = wanted.contains_key("workspace") && item.get("workspace").is_none();
    let Some(table) = item.as_table_like_mut() else { return };
    lead(table, wanted, at);
    if let Some((text, first)) = above_all.zip(first_key(table)) {
        set_above(table, &first, &text);
    }
    if let Some((margins, table)) = margins.zip(item.as_inline_table_mut()) {
        margins.apply(table);
    }
    if let Some(table) = item.as_table_mut().filter(|table| inherits_now && !table.is_dotted()) {
        // Who inherits says so first.
        table.sort_values_by(|a, _, b, _| (a.get() != "workspace").cmp(&(b.get() != "workspace")));
    }
    keep_empty(item, at);
}

/// Takes out the elements that are not wanted, and puts those that are missing at the end.
fn lead_array(array: &mut Array, wanted: &[Value]) {
    let mut missing: Vec<&Value> = wanted.iter().collect();
    let is_kept: Vec<bool> = array
        .iter()
        .map(|element| {
            let found = missing.iter().position(|value| is_same_value(element, value));
            found.map(|at| missing.remove(at)).is_some()
        })
        .collect();
    let layout = Layout::of(array);
    let mut kept = is_kept.iter();
    array.retain(|_| kept.next() == Some(&true));
    let mut lines =
        layout.lines.iter().zip(&is_kept).filter(|(_, kept)| **kept).map(|(line, _)| line.clone()).collect();
    for value in missing {
        array.push(new_value(value, &[]));
        layout.add_line(&mut lines);
    }
    layout.apply(array, &lines);
}

/// What stands between the elements of a list, by whom it is about: a comment behind a comma is about the element before it.
struct Layout {
    /// Behind the opening bracket, on its line.
    opening: String,
    lines: Vec<Around>,
    /// Before the closing bracket.
    closing: String,
    is_one_per_line: bool,
}

/// What is before an element, and behind it on its line.
#[derive(Clone, Default)]
struct Around {
    before: String,
    behind: String,
}

impl Layout {
    fn of(array: &Array) -> Self {
        let mut gaps: Vec<String> = array.iter().map(|element| prefix(element.decor()).to_owned()).collect();
        let last_suffix = array.len().checked_sub(1).and_then(|last| array.get(last)).map(|last| suffix(last.decor()));
        gaps.push(format!("{}{}", last_suffix.unwrap_or_default(), array.trailing().as_str().unwrap_or_default()));
        let halves: Vec<(&str, &str)> = gaps.iter().map(|gap| gap.split_at(gap.find('\n').unwrap_or(0))).collect();
        let around = |two: &[(&str, &str)]| Around { before: two[0].1.to_owned(), behind: two[1].0.to_owned() };
        Self {
            opening: halves[0].0.to_owned(),
            lines: halves.windows(2).map(around).collect(),
            closing: halves[halves.len() - 1].1.to_owned(),
            is_one_per_line: gaps.len() > 1 && gaps[gaps.len() - 2].contains('\n'),
        }
    }

    /// A further element is laid out as the last one that is there.
    fn add_line(&self, lines: &mut Vec<Around>) {
        let before = match (self.is_one_per_line, lines.is_empty()) {
            (true, _) => self.lines.last().map(|last| line_break(&last.before)).unwrap_or_default(),
            (false, true) => self.lines.first().map(|first| first.before.clone()).unwrap_or_default(),
            (false, false) => " ".to_owned(),
        };
        lines.push(Around { before, behind: String::new() });
    }

    fn apply(&self, array: &mut Array, lines: &[Around]) {
        let mut behind = self.opening.as_str();
        // Blanks belong to the places at the edges, not to the elements there.
        let first = self.lines.first().filter(|_| !self.is_one_per_line).map(|first| first.before.as_str());
        for (n, (element, line)) in array.iter_mut().zip(lines).enumerate() {
            let before = first.filter(|_| n == 0).unwrap_or(&line.before);
            element.decor_mut().set_prefix(format!("{behind}{before}"));
            element.decor_mut().set_suffix("");
            behind = &line.behind;
        }
        array.set_trailing(format!("{behind}{}", self.closing));
    }
}

/// A new line as deep as the one that ends here, without comments.
fn line_break(before: &str) -> String {
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    let indent: String = last_line.chars().take_while(|c| c.is_whitespace()).collect();
    format!("\n{indent}")
}

fn prefix(decor: &Decor) -> &str {
    decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default()
}

fn suffix(decor: &Decor) -> &str {
    decor.suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default()
}

/// The tables of a manifest whose entries are dependencies.
const OF_DEPENDENCIES: [&str; 5] =
    ["dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"];

fn is_of_dependencies(path: &[&str]) -> bool {
    path.last().is_some_and(|last| OF_DEPENDENCIES.contains(last)) || path.first() == Some(&"patch") && path.len() == 2
}

/// How people write what a dependency is: where it is from first, then what is taken of it.
const ORDER: [&str; 9] =
    ["workspace", "package", "version", "path", "git", "registry", "default-features", "features", "optional"];

/// The entries in the order in which new ones are written.
fn in_order<'a>(table: &'a Table, path: &[&str]) -> Vec<(&'a str, &'a Value)> {
    let mut entries: Vec<(&str, &Value)> = table.iter().map(|(key, value)| (key.as_str(), value)).collect();
    if path.split_last().is_some_and(|(_, above)| is_of_dependencies(above)) {
        let rank = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
        entries.sort_by_key(|(key, _)| rank(key));
    }
    entries
}

/// What is not there yet: a table of its own (`[profile.dev]`), but for what a dependency is.
fn new_item(value: &Value, path: &[&str]) -> Item {
    let is_dependency = path.split_last().is_some_and(|(_, above)| is_of_dependencies(above));
    match value {
        Value::Table(wanted) if !is_dependency => {
            let mut table = toml_edit::Table::new();
            // `[profile]` alone says nothing.
            table.set_implicit(wanted.values().all(Value::is_table) && !wanted.is_empty());
            lead(&mut table, wanted, &mut At { path, header: TOP, orphans: &mut Vec::new() });
            Item::Table(table)
        }
        _ => Item::Value(new_value(value, path)),
    }
}

fn new_value(value: &Value, path: &[&str]) -> toml_edit::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(moment) => moment.to_string().parse().unwrap_or_else(|_| moment.to_string().into()),
        Value::Array(values) => values.iter().map(|value| new_value(value, &[])).collect::<Array>().into(),
        Value::Table(table) => {
            let entries = in_order(table, path).into_iter();
            entries.map(|(key, value)| (key.to_owned(), new_value(value, &[]))).collect::<InlineTable>().into()
        }
    }
}

/// Whether the item has this value already.
fn is_same(item: &Item, wanted: &Value) -> bool {
    match (item, wanted) {
        (Item::Value(value), wanted) => is_same_value(value, wanted),
        (Item::Table(table), Value::Table(wanted)) => is_same_table(table, wanted),
        (Item::ArrayOfTables(tables), Value::Array(wanted)) => {
            let same = |(table, wanted): (&toml_edit::Table, &Value)| {
                wanted.as_table().is_some_and(|wanted| is_same_table(table, wanted))
            };
            tables.len() == wanted.len() && tables.iter().zip(wanted).all(same)
        }
        _ => false,
    }
}

fn is_same_table(table: &dyn TableLike, wanted: &Table) -> bool {
    let has = |(key, value): (&String, &Value)| table.get(key).is_some_and(|item| is_same(item, value));
    table.len() == wanted.len() && wanted.iter().all(has)
}

fn is_same_value(value: &toml_edit::Value, wanted: &Value) -> bool {
    match (value, wanted) {
        // Of a text over several lines, the ends of the lines are those of the file.
        (toml_edit::Value::String(text), Value::String(wanted)) => *text.value() == wanted.replace("\r\n", "\n"),
        (toml_edit::Value::Integer(number), Value::Integer(wanted)) => number.value() == wanted,
        (toml_edit::Value::Float(number), Value::Float(wanted)) => number.value().to_bits() == wanted.to_bits(),
        (toml_edit::Value::Boolean(flag), Value::Boolean(wanted)) => flag.value() == wanted,
        (toml_edit::Value::Datetime(moment), Value::Datetime(wanted)) => {
            moment.value().to_string() == wanted.to_string()
        }
        (toml_edit::Value::Array(values), Value::Array(wanted)) => {
            values.len() == wanted.len()
                && values.iter().zip(wanted).all(|(value, wanted)| is_same_value(value, wanted))
        }
        (toml_edit::Value::InlineTable(table), Value::Table(wanted)) => is_same_table(table, wanted),
        _ => false,
    }
}

/// `new`, with the lines that `old` has too as they are there: a serializer knows one end of line, and always ends the last
/// one. New lines end as most of the old ones do.
fn with_lines_of(old: &str, new: &str) -> String {
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let bare = |lines: &[&str]| lines.iter().map(|line| line.trim_end_matches(['\r', '\n']).to_owned()).collect();
    let (old_bare, new_bare): (Vec<String>, Vec<String>) = (bare(&old_lines), bare(&new_lines));
    let n_crlf = old_lines.iter().filter(|line| line.ends_with("\r\n")).count();
    let n_ended = old_lines.iter().filter(|line| line.ends_with('\n')).count();
    let end = if 2 * n_crlf > n_ended { "\r\n" } else { "\n" };
    let mut text = String::with_capacity(new.len() + n_crlf);
    let mut add = |line: &str| {
        // What was the last line, without an end, may be followed by another one now.
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(end);
        }
        text.push_str(line);
    };
    let mut is_end_replaced = false;
    for op in capture_diff_slices(Algorithm::Myers, &old_bare, &new_bare) {
        is_end_replaced = matches!(op, DiffOp::Replace { .. });
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                old_lines[old_index..old_index + len].iter().for_each(|line| add(line))
            }
            DiffOp::Delete { .. } => {}
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                new_bare[new_index..new_index + new_len].iter().for_each(|line| add(&format!("{line}{end}")));
            }
        }
    }
    // A last line without an end is one still if it says something else.
    if is_end_replaced && !old.ends_with('\n') && text.ends_with(end) {
        text.truncate(text.len() - end.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn changed(text: &str, edit: impl FnOnce(&mut Table)) -> String {
        let mut table: Table = text.parse().unwrap();
        edit(&mut table);
        let respelled = respelled(text, &table).unwrap();
        assert_eq!(respelled.parse::<Table>().unwrap(), table, "{respelled}");
        respelled
    }

    fn at<'a>(table: &'a mut Table, path: &[&str]) -> &'a mut Table {
        path.iter()
            .fold(table, |table, key| table.entry(*key).or_insert_with(|| Table::new().into()).as_table_mut().unwrap())
    }

    const MANIFEST: &str = "\
# A package.
[package]
name = \"app\" # the name
version = '0.1.0'

[dependencies]
# errors
anyhow   = \"1\"

# all that is async
tokio = { version = \"1\", features = [\"full\", \"rt\"] }
serde.workspace = true

[dependencies.big]
version = \"2\"
features = [
    \"a\", # first
    \"b\",
]

[features]
default = [\"big/a\"]
";

    #[test]
    fn nothing_changes_where_nothing_is_to_change() {
        assert_eq!(changed(MANIFEST, |_| {}), MANIFEST);
    }

    #[test]
    fn an_entry_goes_with_its_comment_and_all_else_stays() {
        let text = changed(MANIFEST, |table| {
            at(table, &["dependencies"]).remove("anyhow");
        });
        assert_eq!(text, MANIFEST.replace("# errors\nanyhow   = \"1\"\n\n", ""));
    }

    #[test]
    fn elements_of_lists_go_and_come() {
        let text = changed(MANIFEST, |table| {
            let dependencies = at(table, &["dependencies"]);
            at(dependencies, &["tokio"]).insert("features".to_owned(), vec!["rt"].into());
            at(dependencies, &["big"]).insert("features".to_owned(), vec!["a", "c"].into());
        });
        let expected = MANIFEST.replace("[\"full\", \"rt\"]", "[\"rt\"]").replace("    \"b\",\n", "    \"c\",\n");
        assert_eq!(text, expected);
    }

    #[test]
    fn a_requirement_becomes_a_table_in_its_place() {
        let text = changed(MANIFEST, |table| {
            let anyhow = Table::from_iter([
                ("version".to_owned(), Value::from("1")),
                ("optional".to_owned(), true.into()),
                ("default-features".to_owned(), false.into()),
            ]);
            at(table, &["dependencies"]).insert("anyhow".to_owned(), anyhow.into());
        });
        let new = "anyhow   = { version = \"1\", default-features = false, optional = true }";
        assert_eq!(text, MANIFEST.replace("anyhow   = \"1\"", new));
    }

    #[test]
    fn a_new_profile_is_a_table_of_its_own() {
        let text = changed(MANIFEST, |table| {
            at(table, &["profile", "dev"]).insert("debug".to_owned(), "line-tables-only".into());
        });
        assert_eq!(text, format!("{MANIFEST}\n[profile.dev]\ndebug = \"line-tables-only\"\n"));
    }

    #[test]
    fn ends_of_lines_stay_as_they_are() {
        let windows = MANIFEST.replace('\n', "\r\n");
        let remove = |table: &mut Table| {
            at(table, &["dependencies"]).remove("anyhow");
            at(table, &["dependencies"]).insert("zlib".to_owned(), "1".into());
        };
        let text = changed(&windows, remove);
        assert_eq!(text.replace("\r\n", "\n"), changed(MANIFEST, remove));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        let long = "a = \"\"\"\r\nb\r\n\"\"\"\r\nc = 1\r\n";
        let without = changed(long, |table| drop(table.remove("c")));
        assert_eq!(without, "a = \"\"\"\r\nb\r\n\"\"\"\r\n");
        let marked = format!("\u{feff}{}", MANIFEST.trim_end());
        assert_eq!(respelled(&marked, &MANIFEST.parse().unwrap()).unwrap(), marked);
    }

    #[test]
    fn an_entry_finds_its_place_among_sorted_ones() {
        let text = changed("[dependencies]\na = \"1\"\nc = \"1\"\n", |table| {
            at(table, &["dependencies"]).insert("b".to_owned(), "1".into());
        });
        assert_eq!(text, "[dependencies]\na = \"1\"\nb = \"1\"\nc = \"1\"\n");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            "[a-z0-9 \"#\\\\]{0,6}".prop_map(Value::from),
            any::<i32>().prop_map(|n| Value::from(i64::from(n))),
            any::<bool>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                // A list is led by what it holds: the order of what stays is that of the text.
                proptest::collection::vec(inner.clone(), 0..2).prop_map(Value::from),
                proptest::collection::btree_map("[a-c]{1,2}", inner, 0..4)
                    .prop_map(|entries| Value::Table(entries.into_iter().collect())),
            ]
        })
    }

    fn table() -> impl Strategy<Value = Table> {
        proptest::collection::btree_map("[a-d]{1,2}", value(), 0..5).prop_map(|entries| entries.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_text_reads_as_what_is_wanted(old in table(), wanted in table(), windows in any::<bool>()) {
            let text = toml::to_string(&old).unwrap();
            let text = if windows { text.replace('\n', "\r\n") } else { text };
            let new = respelled(&text, &wanted).unwrap();
            prop_assert_eq!(new.parse::<Table>().unwrap(), wanted);
            prop_assert_eq!(respelled(&text, &old).unwrap(), text);
        }
    }
}
