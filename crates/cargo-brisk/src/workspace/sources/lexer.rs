//! The tokens of Rust, as far as finding names needs them.
//!
//! Follows `compiler/rustc_lexer` in what is a comment, a string, a lifetime or a raw identifier. Numbers are one kind
//! with everything else that has no name in it. Text that is no Rust gives tokens all the same.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// Its text: of a string what is between the quotes, of a raw identifier what follows `r#`, of a comment what
    /// follows its marker.
    pub(super) text: &'a str,
    /// Line on which it begins, from 1.
    pub(super) line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier or a keyword.
    Ident,
    /// `::`
    PathSep,
    /// A string of any sort.
    Text,
    /// A comment that is documentation.
    Doc,
    /// Any other character.
    Punct(u8),
    /// A number, a character, a lifetime.
    Other,
}

impl Token<'_> {
    /// Whether it is this word, not written raw.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Ident && self.text == word
    }

    /// Whether it is this character.
    pub(super) fn is(&self, punct: u8) -> bool {
        self.kind == Kind::Punct(punct)
    }
}

/// All tokens of `source`.
pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { source, bytes: source.as_bytes(), at: 0, line: 1, line_at: 0 };
    lexer.skip_shebang();
    let mut tokens = Vec::with_capacity(source.len() / 4);
    while lexer.at < lexer.bytes.len() {
        let start = lexer.at;
        if let Some(token) = lexer.next() {
            tokens.push(token);
        }
        debug_assert!(lexer.at > start, "the lexer moves on");
    }
    tokens
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Line of `line_at`.
    line: u32,
    /// Up to where lines are counted.
    line_at: usize,
}

impl<'a> Lexer<'a> {
    /// The next token, or `None` where there is a space or a plain comment.
    fn next(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        match self.bytes[start] {
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.at += 1;
                None
            }
            b'/' if self.peek(1) == b'/' => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'"' => self.string(start),
            b'\'' => Some(self.quote()),
            b'0'..=b'9' => Some(self.number()),
            b':' if self.peek(1) == b':' => {
                self.at += 2;
                Some(self.token(Kind::PathSep, start, start..self.at))
            }
            byte if is_ident_start(byte) => self.word(),
            byte => {
                self.at += 1;
                Some(self.token(Kind::Punct(byte), start, start..self.at))
            }
        }
    }

    /// The byte `ahead` of here; 0 after the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn token(&mut self, kind: Kind, start: usize, text: std::ops::Range<usize>) -> Token<'a> {
        self.line += newlines(&self.bytes[self.line_at..start]);
        self.line_at = start;
        Token { kind, text: self.source.get(text).unwrap_or_default(), line: self.line }
    }

    /// `#!` on the first line, unless it is an attribute.
    fn skip_shebang(&mut self) {
        let is_attribute = || self.source[2..].trim_start().starts_with('[');
        if self.source.starts_with("#!") && !is_attribute() {
            self.at = self.find(b'\n', 0);
        }
    }

    /// Where `byte` is next, from `from`; the end where it is not.
    fn find(&self, byte: u8, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        rest.iter().position(|&b| b == byte).map_or(self.bytes.len(), |n| from + n)
    }

    fn line_comment(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        self.at = self.find(b'\n', start);
        let text = &self.bytes[start + 2..self.at];
        let is_doc = matches!(text, [b'!', ..]) || (matches!(text, [b'/', ..]) && !matches!(text, [_, b'/', ..]));
        is_doc.then(|| self.token(Kind::Doc, start, start + 3..self.at))
    }

    fn block_comment(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        self.at += 2;
        let mut depth = 1;
        while depth > 0 && self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', b'/') => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
        }
        let end = self.at.saturating_sub(2).max(start + 2);
        let text = &self.bytes[start + 2..end];
        let is_doc = matches!(text, [b'!', ..]) || (matches!(text, [b'*', ..]) && !matches!(text, [_, b'*', ..]));
        is_doc.then(|| self.token(Kind::Doc, start, start + 3..end))
    }

    /// From the opening quote; the token begins at `start`, where its prefix is.
    fn string(&mut self, start: usize) -> Option<Token<'a>> {
        let begin = self.at + 1;
        self.at = begin;
        while self.at < self.bytes.len() && self.peek(0) != b'"' {
            self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        let end = self.at.min(self.bytes.len());
        self.at = (end + 1).min(self.bytes.len());
        Some(self.token(Kind::Text, start, begin..end))
    }

    /// A lifetime or a character, from `'`.
    fn quote(&mut self) -> Token<'a> {
        let start = self.at;
        let first = self.source[start + 1..].chars().next();
        let after = start + 1 + first.map_or(0, char::len_utf8);
        if first == Some('\\') {
            self.at = self.find(b'\'', (after + 1).min(self.bytes.len()));
            self.at = (self.at + 1).min(self.bytes.len());
        } else if self.bytes.get(after) == Some(&b'\'') && first != Some('\'') {
            self.at = after + 1;
        } else {
            self.at += 1;
            self.skip_ident();
        }
        self.token(Kind::Other, start, start..start)
    }

    fn number(&mut self) -> Token<'a> {
        let start = self.at;
        self.skip_ident();
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.skip_ident();
        }
        self.token(Kind::Other, start, start..start)
    }

    /// An identifier, or a string or character with a prefix.
    fn word(&mut self) -> Option<Token<'a>> {
        let start = self.at;
        self.skip_ident();
        let word = &self.bytes[start..self.at];
        let is_raw_prefix = matches!(word, b"r" | b"br" | b"cr");
        match (word, self.peek(0)) {
            (_, b'"') if is_raw_prefix => Some(self.raw_string(start, 0)),
            (_, b'#') if is_raw_prefix => {
                let n_hashes = self.bytes[self.at..].iter().take_while(|&&byte| byte == b'#').count();
                match self.peek(n_hashes) {
                    b'"' => Some(self.raw_string(start, n_hashes)),
                    byte if word == b"r" && n_hashes == 1 && is_ident_start(byte) => Some(self.raw_ident(start)),
                    _ => Some(self.token(Kind::Ident, start, start..self.at)),
                }
            }
            (b"b" | b"c", b'"') => self.string(start),
            (b"b", b'\'') => Some(self.quote()),
            _ => Some(self.token(Kind::Ident, start, start..self.at)),
        }
    }

    fn raw_string(&mut self, start: usize, n_hashes: usize) -> Token<'a> {
        let begin = self.at + n_hashes + 1;
        let closes =
            |at: usize| self.bytes[at + 1..].iter().take(n_hashes).filter(|&&byte| byte == b'#').count() == n_hashes;
        let mut end = self.find(b'"', begin);
        while end < self.bytes.len() && !closes(end) {
            end = self.find(b'"', end + 1);
        }
        self.at = (end + 1 + n_hashes).min(self.bytes.len());
        self.token(Kind::Text, start, begin..end)
    }

    fn raw_ident(&mut self, start: usize) -> Token<'a> {
        self.at += 1;
        let begin = self.at;
        self.skip_ident();
        self.token(Kind::Ident, start, begin..self.at)
    }

    fn skip_ident(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_part = |byte: u8| is_ident_start(byte) || byte.is_ascii_digit();
        self.at += rest.iter().position(|&byte| !is_part(byte)).unwrap_or(rest.len());
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|&byte| u32::from(byte == b'\n')).sum()
}

/// Any character beyond ASCII is taken for a letter.
fn is_ident_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn listed(source: &str) -> String {
        let show = |token: &Token<'_>| match token.kind {
            Kind::Ident => token.text.to_owned(),
            Kind::PathSep => "::".to_owned(),
            Kind::Text => format!("\"{}\"", token.text),
            Kind::Doc => format!("/{}/", token.text),
            Kind::Punct(byte) => char::from(byte).to_string(),
            Kind::Other => "_".to_owned(),
        };
        tokens(source).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_nothing_unless_they_are_documentation() {
        assert_eq!(listed("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(listed("/// b\n//! c\n//// d\n/** e */ /*! f */ /*** g */ /**/ h"), "/ b/ / c/ / e / / f / h");
        assert_eq!(listed("a /* never closed"), "a");
    }

    #[test]
    fn strings_of_all_sorts_are_one_token() {
        assert_eq!(listed(r#" "a \" b" b"c" c"d" "#), r#""a \" b" "c" "d""#);
        assert_eq!(listed(r##" r"a\" r#"b " c"# br#"d"# cr"e" "##), r#""a\" "b " c" "d" "e""#);
        assert_eq!(listed(r##" r#"never closed " "##), "\"never closed \" \"");
        assert_eq!(listed("\"ends in \\"), "\"ends in \\\"");
    }

    #[test]
    fn lifetimes_are_no_characters() {
        assert_eq!(listed("&'a str 'b' '\\'' '\"' b'\\\\' '\u{e9}' 'static: x"), "& _ str _ _ _ _ _ _ : x");
    }

    #[test]
    fn raw_identifiers_lose_their_mark() {
        assert_eq!(listed("r#try::r#mod"), "try :: mod");
        assert_eq!(listed("r # x"), "r # x");
    }

    #[test]
    fn numbers_end_before_ranges_and_methods() {
        assert_eq!(listed("0..n 1.5f32 1.max(2) 0x1f_u8"), "_ . . n _ _ . max ( _ ) _");
    }

    #[test]
    fn a_shebang_is_skipped_and_an_inner_attribute_is_not() {
        assert_eq!(listed("#!/usr/bin/env run\na"), "a");
        assert_eq!(listed("#![x]"), "# ! [ x ]");
    }

    #[test]
    fn lines_are_counted_through_comments_and_strings() {
        let lines: Vec<u32> = tokens("a /*\n\n*/ b \"\n\" c\n\nd").iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 3, 4, 6]);
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(source in "\\PC*|[a-z'\"#/*r!\\\\\n:]{0,40}") {
            let n_lines = u32::try_from(source.lines().count()).unwrap().max(1);
            prop_assert!(tokens(&source).iter().all(|token| (1..=n_lines + 1).contains(&token.line)));
        }
    }
}
