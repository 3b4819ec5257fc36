//! One declaration of a dependency, as a table, and what becomes of it.

use brisk::model::{DependencyChange, Narrowing};
use toml::{Table, Value};

use crate::workspace::manifest::{flag, texts};

/// The declaration after the change; `None` if it goes.
pub(super) fn changed(mut declaration: Table, change: &DependencyChange) -> Option<Table> {
    match change {
        DependencyChange::Remove | DependencyChange::MoveToDev => return None,
        DependencyChange::Require(requirement) => {
            declaration.insert("version".to_owned(), requirement.clone().into());
        }
        DependencyChange::Features(features) => {
            declaration.remove("default_features");
            declaration.insert("default-features".to_owned(), false.into());
            let features: Vec<Value> = features.iter().cloned().map(Value::from).collect();
            declaration.insert("features".to_owned(), features.into());
        }
        DependencyChange::Narrow(narrowing) => {
            narrowed(&mut declaration, Unsaid::On, narrowing);
        }
        DependencyChange::MakeOptional => {
            declaration.insert("optional".to_owned(), true.into());
        }
    }
    Some(declaration)
}

/// The names that Cargo takes for the key that turns default features off.
const DEFAULT_FEATURES: [&str; 2] = ["default-features", "default_features"];

/// What default features are where a declaration does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsaid {
    On,
    /// It inherits, so that the workspace decides.
    Inherited,
}

/// Narrows a feature in what a member inherits and in what it adds, wherever it is asked for. Features add up: what is asked
/// for on one side is not repeated on the other.
pub(super) fn narrowed_where_offered(offered: Option<&mut Value>, own: &mut Table, narrowing: &Narrowing) {
    let mut inherited = Vec::new();
    if let Some(offered) = offered {
        let mut whole = match &*offered {
            Value::Table(offered) => offered.clone(),
            requirement => version(requirement),
        };
        if narrowed(&mut whole, Unsaid::On, narrowing) {
            *offered = whole.clone().into();
        }
        inherited = texts(&whole, &["features"]);
    }
    let to = narrowing.to.iter().filter(|feature| !inherited.contains(feature)).cloned().collect();
    narrowed(own, Unsaid::Inherited, &Narrowing { to, ..narrowing.clone() });
}

/// Asks for parts of a feature in its place, and says whether it was asked for.
fn narrowed(declaration: &mut Table, unsaid: Unsaid, narrowing: &Narrowing) -> bool {
    let mut features = texts(declaration, &["features"]);
    let has_default = flag(declaration, &DEFAULT_FEATURES).unwrap_or(unsaid == Unsaid::On);
    let is_default = narrowing.feature == "default";
    let listed = features.iter().position(|feature| *feature == narrowing.feature);
    if listed.is_none() && !(is_default && has_default) {
        return false;
    }
    if is_default {
        DEFAULT_FEATURES.iter().for_each(|key| drop(declaration.remove(*key)));
        if unsaid == Unsaid::On {
            declaration.insert(DEFAULT_FEATURES[0].to_owned(), false.into());
        }
    }
    let is_gone = |feature: &String| *feature == narrowing.feature || narrowing.gone.contains(feature);
    let at = features.iter().take_while(|feature| !is_gone(feature)).count();
    features.retain(|feature| !is_gone(feature));
    let new: Vec<String> = narrowing.to.iter().filter(|feature| !features.contains(feature)).cloned().collect();
    features.splice(at..at, new);
    if features.is_empty() {
        declaration.remove("features");
    } else {
        let features: Vec<Value> = features.into_iter().map(Value::from).collect();
        declaration.insert("features".to_owned(), features.into());
    }
    true
}

/// `"1"` as `{ version = "1" }`.
pub(super) fn version(requirement: &Value) -> Table {
    Table::from_iter([("version".to_owned(), requirement.clone())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrowing(feature: &str, to: &[&str]) -> Narrowing {
        let texts = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect();
        Narrowing { feature: feature.to_owned(), to: texts(to), gone: texts(&["a", "b", "c"]) }
    }

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    fn after(declaration: &str, feature: &str, to: &[&str]) -> Table {
        changed(table(declaration), &DependencyChange::Narrow(narrowing(feature, to))).unwrap()
    }

    #[test]
    fn parts_come_in_the_place_of_the_feature() {
        let after = after("version = '1'\nfeatures = ['x', 'full', 'b', 'y']", "full", &["a", "y"]);
        assert_eq!(after, table("version = '1'\nfeatures = ['x', 'a', 'y']"));
    }

    #[test]
    fn without_any_part_there_is_no_list() {
        assert_eq!(after("version = '1'\nfeatures = ['full']", "full", &[]), table("version = '1'"));
    }

    #[test]
    fn who_does_not_ask_for_it_stays() {
        let text = "version = '1'\nfeatures = ['a']";
        assert_eq!(after(text, "full", &["b"]), table(text));
        let text = "version = '1'\ndefault-features = false";
        assert_eq!(after(text, "default", &["b"]), table(text));
    }

    #[test]
    fn default_features_are_turned_off_and_their_parts_on() {
        let after = after("version = '1'\ndefault_features = true\nfeatures = ['x']", "default", &["a"]);
        assert_eq!(after, table("version = '1'\nfeatures = ['x', 'a']\ndefault-features = false"));
    }

    /// What the workspace offers and a member adds, after default features, or `full`, became `a`.
    fn shared(offered: &str, own: &str, feature: &str) -> [Table; 2] {
        let (mut offered, mut own) = (table(offered), table(own));
        narrowed_where_offered(offered.get_mut("it"), &mut own, &narrowing(feature, &["a"]));
        [offered, own]
    }

    #[test]
    fn what_is_inherited_is_narrowed_where_it_is_written() {
        let own = "workspace = true\nfeatures = ['b']";
        let after = shared("it = { version = '1', features = ['full'] }", own, "full");
        assert_eq!(after, [table("it = { version = '1', features = ['a'] }"), table(own)]);
        let own = "workspace = true\nfeatures = ['full']";
        let after = shared("it = '1'", own, "full");
        assert_eq!(after, [table("it = '1'"), table("workspace = true\nfeatures = ['a']")]);
        let after = shared("it = { features = ['full'] }", own, "full");
        assert_eq!(after, [table("it = { features = ['a'] }"), table("workspace = true")]);
    }

    #[test]
    fn default_features_that_a_member_turns_on_by_itself_are_its_own() {
        let after = shared("it = '1'", "workspace = true", "default");
        let offered = "it = { version = '1', default-features = false, features = ['a'] }";
        assert_eq!(after, [table(offered), table("workspace = true")]);
        let off = "it = { default-features = false }";
        let after = shared(off, "workspace = true\ndefault-features = true", "default");
        assert_eq!(after, [table(off), table("workspace = true\nfeatures = ['a']")]);
    }
}
