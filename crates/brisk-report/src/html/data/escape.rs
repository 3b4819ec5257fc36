//! JSON that may stand inside of a `<script>` element.

/// The same value in JSON without a character that HTML or an old script could take for something else: no end of the element
/// (`</script`), no beginning of a comment (`<!--`), no line separator. All of these characters only occur in strings.
pub(super) fn for_html(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_escaped_text_is_the_same_text(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&for_html(&json)).unwrap(), text);
        }

        #[test]
        fn nothing_in_it_is_markup(text in "(<|>|&|!|-|/|script|\u{2028}|\u{2029}|[^a-z])*") {
            let json = for_html(&serde_json::to_string(&text).unwrap());
            prop_assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{}", json);
        }
    }
}
