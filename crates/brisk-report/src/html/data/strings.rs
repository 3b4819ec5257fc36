//! Texts of the page's data, each once: everything else refers to them by their place.

use std::collections::BTreeMap;

use serde::Serialize;

/// Place of a text in the list of all texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub(super) struct Text(u32);

/// All texts, in the order in which they came first.
#[derive(Debug, Default)]
pub(super) struct Strings {
    places: BTreeMap<String, Text>,
}

impl Strings {
    /// The place of this text.
    pub(super) fn of(&mut self, text: &str) -> Text {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = Text(u32::try_from(self.places.len()).expect("a page has fewer texts than that"));
        self.places.insert(text.to_owned(), place);
        place
    }

    /// The places of these texts.
    pub(super) fn all(&mut self, texts: &[String]) -> Vec<Text> {
        texts.iter().map(|text| self.of(text)).collect()
    }

    /// The texts themselves.
    pub(super) fn into_list(self) -> Vec<String> {
        let mut list: Vec<(Text, String)> = self.places.into_iter().map(|(text, place)| (place, text)).collect();
        list.sort();
        list.into_iter().map(|(_, text)| text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_there_once() {
        let mut strings = Strings::default();
        let places = ["b", "a", "b"].map(|text| strings.of(text));
        assert_eq!(places, [Text(0), Text(1), Text(0)]);
        assert_eq!(strings.into_list(), ["b", "a"]);
    }
}
