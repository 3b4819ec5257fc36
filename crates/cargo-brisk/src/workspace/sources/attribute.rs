//! What an attribute says of the code it stands at.

use brisk::model::When;

use super::lexer::{Kind, Token};

/// An attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Whether it is an inner one (`#![…]`), and so about what it stands in.
    pub(super) is_inner: bool,
    /// Position of its opening bracket, from its `#`.
    pub(super) bracket: usize,
    /// When the code it stands at is compiled.
    pub(super) when: When,
    /// When its own content is (`cfg_attr`).
    pub(super) own_when: When,
    /// `path = "…"`
    pub(super) path: Option<String>,
    /// Each `path = "…"` that holds under a condition (`cfg_attr`).
    pub(super) perhaps_paths: Vec<String>,
}

const PERHAPS: When = When { test: false, perhaps: true };
const TEST: When = When { test: true, perhaps: false };

impl Attribute {
    /// The attribute that begins with the first of these tokens, if one does.
    pub(super) fn at(tokens: &[Token<'_>]) -> Option<Self> {
        let is_inner = tokens.get(1)?.is(b'!');
        let bracket = if is_inner { 2 } else { 1 };
        if !tokens.first()?.is(b'#') || !tokens.get(bracket)?.is(b'[') {
            return None;
        }
        let content = &tokens[bracket + 1..];
        let name = content.first().filter(|token| token.kind == Kind::Ident).map_or("", |token| token.text);
        let mut attribute = Self { is_inner, bracket, ..Self::default() };
        match (name, content.get(1).map(|token| token.kind)) {
            ("cfg", Some(Kind::Punct(b'('))) => attribute.when = condition(&content[2..]),
            ("cfg_attr", _) => {
                attribute.own_when = PERHAPS;
                attribute.perhaps_paths = paths(content);
            }
            ("test" | "bench", Some(Kind::Punct(b']'))) => attribute.when = TEST,
            ("path", Some(Kind::Punct(b'='))) => {
                attribute.path =
                    content.get(2).filter(|token| token.kind == Kind::Text).map(|token| token.text.to_owned());
            }
            _ => {}
        }
        Some(attribute)
    }

    /// Whether it says anything of the item it stands at.
    pub(super) fn says_of_item(&self) -> bool {
        self.when != When::ALWAYS || self.path.is_some() || !self.perhaps_paths.is_empty()
    }
}

/// Each `path = "…"` that stands behind a comma in the attribute that begins with these tokens.
fn paths(content: &[Token<'_>]) -> Vec<String> {
    let mut depth = 0_u32;
    let mut paths = Vec::new();
    for (at, token) in content.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => depth += 1,
            Kind::Punct(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && at > 0 {
            break;
        }
        if let [comma, path, equals, text, ..] = &content[at..]
            && comma.is(b',')
            && path.is_word("path")
            && equals.is(b'=')
            && text.kind == Kind::Text
        {
            paths.push(text.text.to_owned());
        }
    }
    paths
}

/// When the condition holds whose text, behind its bracket, begins with these tokens.
fn condition(tokens: &[Token<'_>]) -> When {
    match tokens {
        [test, end, ..] if test.is_word("test") && end.is(b')') => TEST,
        [all, open, rest @ ..] if all.is_word("all") && open.is(b'(') && demands_test(rest) => TEST.and(PERHAPS),
        _ => PERHAPS,
    }
}

/// Whether `test` is one of the conditions of an `all(…)`, behind its bracket.
fn demands_test(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_u32;
    for token in tokens {
        match token.kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') if depth == 0 => return false,
            Kind::Punct(b')') => depth -= 1,
            Kind::Ident if depth == 0 && token.text == "test" => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::sources::lexer::tokens;

    fn when(source: &str) -> (bool, bool) {
        let attribute = Attribute::at(&tokens(source)).unwrap();
        (attribute.when.test, attribute.when.perhaps)
    }

    #[test]
    fn only_the_test_harness_is_told_from_other_conditions() {
        assert_eq!(when("#[cfg(test)]"), (true, false));
        assert_eq!(when("#[test]"), (true, false));
        assert_eq!(when("#[cfg(all(unix, test))]"), (true, true));
        assert_eq!(when("#[cfg(all(unix, not(test)))]"), (false, true));
        assert_eq!(when("#[cfg(any(test, feature = \"x\"))]"), (false, true));
        assert_eq!(when("#[cfg(windows)]"), (false, true));
        assert_eq!(when("#[inline]"), (false, false));
    }

    #[test]
    fn what_is_no_attribute_is_none() {
        for source in ["", "#", "#!", "# x", "#!x", "![x]"] {
            assert_eq!(Attribute::at(&tokens(source)), None, "{source}");
        }
        assert!(Attribute::at(&tokens("#[")).is_some());
    }

    #[test]
    fn an_inner_attribute_and_a_path_are_read() {
        let inner = Attribute::at(&tokens("#![cfg(test)]")).unwrap();
        assert!(inner.is_inner && inner.when.test);
        assert_eq!(Attribute::at(&tokens("#[path = \"x.rs\"]")).unwrap().path.as_deref(), Some("x.rs"));
        let perhaps = |source| Attribute::at(&tokens(source)).unwrap().perhaps_paths;
        assert_eq!(perhaps("#[cfg_attr(unix, path = \"x.rs\")] #[cfg_attr(y, path = \"z.rs\")]"), ["x.rs"]);
        assert_eq!(perhaps("#[cfg_attr(a, b, cfg_attr(c, path=\"x.rs\"), path = \"y.rs\",)]"), ["x.rs", "y.rs"]);
        assert_eq!(perhaps("#[cfg_attr(unix, doc = \"x\")] f(a, path = \"x.rs\")"), [] as [&str; 0]);
        assert_eq!(perhaps("#[cfg_attr"), [] as [&str; 0]);
    }
}
