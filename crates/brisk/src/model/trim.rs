//! A broad feature and its parts, to find out which of them are used.

use std::collections::BTreeSet;

use super::{Cure, DependencyChange, DependencyKind, Narrowing};

/// A feature that is asked for and turns on many others. That is no edit yet but a question: which of its parts are enough?
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trim {
    /// The package.
    pub package: String,
    /// The feature: `full`, or `default` for what is asked for where nothing is said.
    pub feature: String,
    /// What can be asked for in its place, in the order of the package's manifest.
    pub parts: Vec<Part>,
    /// Where it is asked for.
    pub places: Vec<TrimPlace>,
    /// Whether somebody has to agree first.
    pub consent: Consent,
}

/// A part of a broad feature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The feature that it is.
    pub feature: String,
    /// Features that it turns on in turn, sorted.
    pub turns_on: Vec<String>,
}

/// Where a broad feature is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrimPlace {
    /// Whose declarations these are, by name and table: one member's, or those of all who inherit it from the workspace.
    pub members: Vec<(String, DependencyKind)>,
    /// The name that the dependency is used by.
    pub key: String,
    /// Features that stay, whatever compiles without them.
    pub kept: Vec<String>,
}

/// Whether a compiler tells all that is lost with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consent {
    /// All that the parts do is to add what can be named: what compiles without one does as before.
    NotNeeded,
    /// A part may also change what the package does, so that only who asks for it gets it.
    Needed,
}

/// One part at one place, by their positions.
pub type PartAt = (usize, usize);

impl Trim {
    /// Every part that may go, at every place.
    pub fn open(&self) -> BTreeSet<PartAt> {
        let at = |(place, it): (usize, &TrimPlace)| {
            let open = self.parts.iter().enumerate().filter(|(_, part)| !it.kept.contains(&part.feature));
            open.map(|(part, _)| (place, part)).collect::<Vec<_>>()
        };
        self.places.iter().enumerate().flat_map(at).collect()
    }

    /// Whether with these parts everything is on as before, everywhere.
    pub fn is_all(&self, chosen: &BTreeSet<PartAt>) -> bool {
        (0..self.places.len()).all(|place| {
            let features = self.features(place, chosen);
            let asked = self.parts.iter().filter(|part| features.contains(&part.feature));
            let on: BTreeSet<&String> = asked.flat_map(|part| &part.turns_on).chain(&features).collect();
            self.parts.iter().all(|part| on.contains(&part.feature))
        })
    }

    /// The features that are asked for at a place with these parts: in the order of the package, and then what is kept of
    /// what is no part by itself.
    pub fn features(&self, place: usize, chosen: &BTreeSet<PartAt>) -> Vec<String> {
        let is_chosen = |part: usize| chosen.contains(&(place, part));
        let on =
            self.parts.iter().enumerate().filter(|(part, _)| is_chosen(*part)).flat_map(|(_, part)| &part.turns_on);
        let on: BTreeSet<&String> = on.collect();
        let kept: BTreeSet<&String> = self.places[place].kept.iter().filter(|kept| !on.contains(kept)).collect();
        let parts = self.parts.iter().enumerate();
        let parts = parts.filter(|(at, part)| is_chosen(*at) || kept.contains(&part.feature));
        let others = kept.iter().filter(|kept| self.parts.iter().all(|part| part.feature != ***kept));
        parts.map(|(_, part)| &part.feature).chain(others.copied()).cloned().collect()
    }

    /// The edits that leave these parts.
    pub fn cure(&self, chosen: &BTreeSet<PartAt>) -> Vec<Cure> {
        let of_place = |(place, it): (usize, &TrimPlace)| {
            let gone = self.parts.iter().map(|part| part.feature.clone()).collect();
            let narrowing = Narrowing { feature: self.feature.clone(), to: self.features(place, chosen), gone };
            let change = DependencyChange::Narrow(narrowing);
            let key = it.key.clone();
            let of_member = move |(member, kind): &(String, DependencyKind)| {
                Cure::of_declaration(member, *kind, &key, change.clone())
            };
            it.members.iter().map(of_member).collect::<Vec<_>>()
        };
        self.places.iter().enumerate().flat_map(of_place).collect()
    }

    /// The names of the members that it is about.
    pub fn members(&self) -> BTreeSet<&str> {
        self.places.iter().flat_map(|place| &place.members).map(|(member, _)| member.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DependencyEdit, ManifestEdit};

    fn trim() -> Trim {
        let part = |feature: &str, turns_on: &[&str]| Part {
            feature: feature.to_owned(),
            turns_on: turns_on.iter().map(|&it| it.to_owned()).collect(),
        };
        let place = |members: &[&str], kept: &[&str]| TrimPlace {
            members: members.iter().map(|&it| (it.to_owned(), DependencyKind::Normal)).collect(),
            key: "tokio".to_owned(),
            kept: kept.iter().map(|&it| it.to_owned()).collect(),
        };
        Trim {
            package: "tokio".to_owned(),
            feature: "full".to_owned(),
            parts: vec![part("macros", &[]), part("rt", &[]), part("rt-multi-thread", &["rt"])],
            places: vec![place(&["a", "b"], &[]), place(&["c"], &["rt"])],
            consent: Consent::NotNeeded,
        }
    }

    #[test]
    fn what_is_kept_is_no_question() {
        assert_eq!(trim().open().into_iter().collect::<Vec<_>>(), [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2)]);
    }

    #[test]
    fn what_is_kept_is_asked_for_unless_a_part_turns_it_on() {
        let chosen = BTreeSet::from([(1, 0)]);
        assert_eq!(trim().features(1, &chosen), ["macros", "rt"]);
        assert_eq!(trim().features(1, &BTreeSet::from([(1, 2)])), ["rt-multi-thread"]);
        assert_eq!(trim().features(0, &chosen), [""; 0]);
    }

    #[test]
    fn what_others_turn_on_anyway_makes_nothing_less() {
        assert!(trim().is_all(&BTreeSet::from([(0, 0), (0, 2), (1, 0), (1, 2)])));
        assert!(!trim().is_all(&BTreeSet::from([(0, 0), (0, 2), (1, 0)])));
    }

    #[test]
    fn each_member_of_a_place_gets_the_same_edit() {
        let cures = trim().cure(&BTreeSet::from([(0, 1)]));
        let edits: Vec<&DependencyEdit> = cures
            .iter()
            .filter_map(|cure| match cure {
                Cure::Manifest(ManifestEdit::Dependency(edit)) => Some(edit),
                _ => None,
            })
            .collect();
        assert_eq!(edits.len(), 3);
        assert_eq!(edits[0].change, edits[1].change);
        let DependencyChange::Narrow(last) = &edits[2].change else { panic!("{edits:?}") };
        assert_eq!((last.feature.as_str(), last.to.as_slice()), ("full", &["rt".to_owned()][..]));
        assert_eq!(last.gone, ["macros", "rt", "rt-multi-thread"]);
    }
}
