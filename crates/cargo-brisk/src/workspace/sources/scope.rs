//! What the code between two brackets stands in.

use brisk::model::When;

use super::lexer::{Kind, Token};

/// Code between an opening bracket and the closing one.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// When its code is compiled.
    pub(super) when: When,
    /// Whether it was handed to a macro or an attribute.
    pub(super) is_argument: bool,
    /// Whether it was handed to an attribute.
    pub(super) is_attribute: bool,
    /// What a name at its beginning means.
    pub(super) group: Group,
    /// The directory that it adds to the path of modules, where it is the body of `mod name { … }`.
    pub(super) module: Option<String>,
    /// The item whose attributes were read, until it ends.
    pub(super) item: Option<Item>,
}

/// What names stand for in braces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Group {
    /// Code.
    #[default]
    Code,
    /// `use { here }`: crates.
    Roots,
    /// `use path::{ here }`: what is in a module.
    Nested,
}

/// What attributes say of the item that follows them.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// When it is compiled.
    pub(super) when: When,
    /// `#[path = "…"]`
    pub(super) path: Option<String>,
    /// Each `path = "…"` of a `#[cfg_attr(…)]`.
    pub(super) perhaps_paths: Vec<String>,
    /// How it ends, once its first token was seen.
    pub(super) end: Option<End>,
}

/// How an item ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At a semicolon: `use`, `let`.
    Semicolon,
    /// At a semicolon or behind braces: `fn`, `mod`.
    Braces,
    /// At a comma as well: fields, arms, arguments.
    Comma,
}

impl Scope {
    /// A scope within this one.
    pub(super) fn inner(&self) -> Self {
        Self {
            when: self.when_now(),
            is_argument: self.is_argument,
            is_attribute: self.is_attribute,
            group: if self.group == Group::Nested { Group::Nested } else { Group::Code },
            module: None,
            item: None,
        }
    }

    /// When the code at its end is compiled.
    pub(super) fn when_now(&self) -> When {
        self.item.as_ref().map_or(self.when, |item| self.when.and(item.when))
    }

    /// Sees the first token of the item behind its attributes.
    pub(super) fn begin_item(&mut self, tokens: &[Token<'_>]) {
        if let Some(item) = &mut self.item
            && item.end.is_none()
        {
            item.end = Some(End::of(tokens));
        }
    }

    /// Ends the item whose attributes were read, where `token` does so.
    pub(super) fn end_item_at(&mut self, token: &Token<'_>) {
        let end = self.item.as_ref().and_then(|item| item.end);
        let ends = match token.kind {
            Kind::Punct(b';') => true,
            Kind::Punct(b'}') => end != Some(End::Semicolon),
            Kind::Punct(b',') => end == Some(End::Comma),
            _ => false,
        };
        if ends {
            self.item = None;
        }
    }
}

impl End {
    /// How the item ends that begins with these tokens, behind its attributes.
    pub(super) fn of(tokens: &[Token<'_>]) -> Self {
        let mut words = tokens.iter().filter(|token| !is_qualifier(token)).map(|token| token.text);
        match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            ("const", "fn" | "unsafe" | "async" | "extern") => Self::Braces,
            ("use" | "let" | "type" | "const" | "static", _) => Self::Semicolon,
            ("fn" | "mod" | "impl" | "struct" | "enum" | "union" | "trait" | "extern" | "async" | "macro_rules", _) => {
                Self::Braces
            }
            _ => Self::Comma,
        }
    }
}

/// `pub(crate) unsafe default`: what may stand before the word that tells the kind of an item.
fn is_qualifier(token: &Token<'_>) -> bool {
    matches!(token.text, "pub" | "(" | "crate" | "super" | "in" | "self" | ")" | "unsafe" | "default")
}
