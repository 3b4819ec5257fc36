//! What one file names and includes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use brisk::model::{Place, When};

use super::attribute::Attribute;
use super::docs::{self, Example};
use super::lexer::{Kind, Token, tokens};
use super::scope::{Group, Item, Scope};

/// The names to look for, each with its position in the list that they came from.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// Of crates, as sources write them.
    pub(super) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().enumerate().map(|(position, name)| (name, position)).collect())
    }
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileScan {
    /// What it names: position of the name, how and when; with the first line and the segments that follow.
    pub(super) mentions: BTreeMap<(usize, Place, When), (u32, BTreeSet<String>)>,
    /// Its `mod name;`.
    pub(super) modules: Vec<Module>,
    /// Literal paths of its `include!`.
    pub(super) includes: Vec<Include>,
    /// Literal paths of documentation that it includes by `include_str!` in an attribute.
    pub(super) documentation: Vec<String>,
    /// Whether it includes code that a build script writes.
    pub(super) includes_generated: bool,
}

/// `mod name;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) line: u32,
    /// Directories of the modules written out around it.
    pub(super) within: Vec<String>,
    /// `#[path = "…"]`
    pub(super) path: Option<String>,
    /// Each `path = "…"` of a `#[cfg_attr(…)]`: where its file is as well, or instead.
    pub(super) perhaps_paths: Vec<String>,
    /// When it is compiled.
    pub(super) when: When,
    /// Whether a macro decides what becomes of it.
    pub(super) is_argument: bool,
}

/// `include!("…")`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Include {
    pub(super) path: String,
    pub(super) when: When,
}

/// Scans a source file for `names`.
pub(super) fn scan(source: &str, names: &Names) -> FileScan {
    let mut out = FileScan::default();
    Scanner::new(&tokens(source), names, &mut out).run();
    out
}

/// Adds what the examples of a page of documentation name; they count for line 1.
pub(super) fn scan_documentation(page: &str, names: &Names, out: &mut FileScan) {
    for example in docs::examples((1..).zip(page.lines())) {
        scan_example(&Example { line: 1, ..example }, names, out);
    }
}

fn scan_example(example: &Example, names: &Names, out: &mut FileScan) {
    let mut own = FileScan::default();
    Scanner::new(&tokens(&example.code), names, &mut own).run();
    for ((name, place, _), (line, segments)) in own.mentions {
        if place != Place::Word {
            out.mention((name, Place::Doctest, When::ALWAYS), example.line + line - 1, segments);
        }
    }
}

impl FileScan {
    fn mention(&mut self, what: (usize, Place, When), line: u32, segments: BTreeSet<String>) {
        let entry = self.mentions.entry(what).or_insert((line, BTreeSet::new()));
        entry.0 = entry.0.min(line);
        entry.1.extend(segments);
    }
}

struct Scanner<'a> {
    tokens: &'a [Token<'a>],
    names: &'a Names,
    /// The innermost scope last; never empty.
    scopes: Vec<Scope>,
    out: &'a mut FileScan,
}

impl<'a> Scanner<'a> {
    fn new(tokens: &'a [Token<'a>], names: &'a Names, out: &'a mut FileScan) -> Self {
        Self { tokens, names, scopes: vec![Scope::default()], out }
    }

    fn run(mut self) {
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            at = self.step(at, token);
        }
    }

    /// Takes the token at `at` and says where the next one is.
    fn step(&mut self, at: usize, token: &Token<'a>) -> usize {
        if token.kind == Kind::Doc {
            return self.documentation(at);
        }
        if let Some(attribute) = Attribute::at(&self.tokens[at..]) {
            let bracket = at + attribute.bracket;
            self.attribute(attribute);
            return bracket + 1;
        }
        let tokens = self.tokens;
        self.scope().begin_item(&tokens[at..]);
        match token.kind {
            Kind::Punct(b'(' | b'[' | b'{') => self.open(at),
            Kind::Punct(b')' | b']' | b'}') => {
                if self.scopes.len() > 1 {
                    self.scopes.pop();
                }
                self.scope().end_item_at(token);
            }
            Kind::Punct(b';' | b',') => self.scope().end_item_at(token),
            Kind::Ident => self.ident(at, token),
            Kind::Text => self.text(at, token),
            Kind::PathSep | Kind::Doc | Kind::Punct(_) | Kind::Other => {}
        }
        at + 1
    }

    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the outermost scope is never popped")
    }

    /// The token `behind` positions before `at`.
    fn before(&self, at: usize, behind: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(at.checked_sub(behind)?)
    }

    fn is_before(&self, at: usize, behind: usize, word: &str) -> bool {
        self.before(at, behind).is_some_and(|token| token.is_word(word))
    }

    fn attribute(&mut self, attribute: Attribute) {
        let scope = self.scope();
        if attribute.is_inner {
            scope.when = scope.when.and(attribute.when);
        } else if attribute.says_of_item() {
            let item = scope.item.get_or_insert_with(Item::default);
            item.when = item.when.and(attribute.when);
            item.path = attribute.path.or(item.path.take());
            item.perhaps_paths.extend(attribute.perhaps_paths);
        }
        let inner = scope.inner();
        let when = inner.when.and(attribute.own_when);
        self.scopes.push(Scope { when, is_attribute: true, is_argument: true, ..inner });
    }

    /// A bracket opens.
    fn open(&mut self, at: usize) {
        let is_brace = self.tokens[at].is(b'{');
        let is_macro = self.is_macro_call(at);
        let module = if is_brace && self.is_before(at, 2, "mod") { self.before(at, 1) } else { None };
        let group = if is_brace { self.group_at(at) } else { None };
        let scope = self.scope();
        let mut inner = scope.inner();
        inner.is_argument |= is_macro;
        inner.when.perhaps |= is_macro && is_brace;
        inner.group = group.unwrap_or(inner.group);
        if let Some(name) = module {
            let path = scope.item.as_mut().and_then(|item| item.path.take());
            // Its files may be elsewhere, so that none of them is missing.
            inner.when.perhaps |= scope.item.as_ref().is_some_and(|item| !item.perhaps_paths.is_empty());
            inner.module = Some(path.unwrap_or_else(|| name.text.to_owned()));
        }
        self.scopes.push(inner);
    }

    /// Whether the bracket at `at` is what is handed to a macro: `name!(`, `macro_rules! name {`.
    fn is_macro_call(&self, at: usize) -> bool {
        let is_bang = |behind| self.before(at, behind).is_some_and(|token| token.is(b'!'));
        let is_ident = |behind| self.before(at, behind).is_some_and(|token| token.kind == Kind::Ident);
        (is_bang(1) && is_ident(2)) || (is_ident(1) && is_bang(2) && self.is_before(at, 3, "macro_rules"))
    }

    /// What names mean in the braces at `at`, where they are part of a path.
    fn group_at(&self, at: usize) -> Option<Group> {
        if self.is_use_root(at) {
            return Some(Group::Roots);
        }
        (self.before(at, 1)?.kind == Kind::PathSep).then_some(Group::Nested)
    }

    /// Whether a path of a `use` begins at `at`.
    fn is_use_root(&self, at: usize) -> bool {
        let leading = usize::from(self.before(at, 1).is_some_and(|token| token.kind == Kind::PathSep));
        let Some(before) = self.before(at, 1 + leading) else { return false };
        if before.is_word("use") {
            return true;
        }
        let in_group = self.scopes.last().is_some_and(|scope| scope.group == Group::Roots);
        in_group && (before.is(b'{') || before.is(b','))
    }

    fn ident(&mut self, at: usize, token: &Token<'a>) {
        match token.text {
            "mod" => self.module(at),
            "include" => self.include(at),
            text if text.starts_with("include_") => self.include_something(at, text),
            _ => {}
        }
        let Some(&name) = self.names.0.get(token.text) else { return };
        let place = self.place(at);
        let when = self.scope().when_now();
        let segments = if place == Place::Path { self.segments(at) } else { BTreeSet::new() };
        self.out.mention((name, place, when), token.line, segments);
    }

    /// How the name at `at` is used.
    fn place(&self, at: usize) -> Place {
        let scope = self.scopes.last().expect("the outermost scope is never popped");
        if scope.group == Group::Nested {
            return Place::Word;
        }
        let is_extern_crate = self.is_before(at, 1, "crate") && self.is_before(at, 2, "extern");
        if is_extern_crate || self.is_use_root(at) || self.is_path_root(at) {
            return Place::Path;
        }
        if scope.is_argument && self.stands_alone(at) { Place::Argument } else { Place::Word }
    }

    /// Whether a path of several segments begins at `at`.
    fn is_path_root(&self, at: usize) -> bool {
        let is = |at: usize, kind| self.tokens.get(at).is_some_and(|token| token.kind == kind);
        if !is(at + 1, Kind::PathSep) || is(at + 2, Kind::Punct(b'<')) {
            return false;
        }
        match self.before(at, 1).map(|token| token.kind) {
            Some(Kind::Punct(b'.' | b'$')) => false,
            Some(Kind::PathSep) => self.before(at, 2).is_none_or(|token| match token.kind {
                Kind::Ident => is_keyword_before_path(token.text),
                Kind::Punct(byte) => !matches!(byte, b'>' | b']' | b')'),
                _ => true,
            }),
            _ => true,
        }
    }

    /// Whether the name at `at` is all that stands between brackets, commas and the like.
    fn stands_alone(&self, at: usize) -> bool {
        let is_one_of = |token: Option<&Token<'_>>, bytes: &[u8]| {
            token.is_some_and(|token| matches!(token.kind, Kind::Punct(byte) if bytes.contains(&byte)))
        };
        is_one_of(self.before(at, 1), b"([{,=") && is_one_of(self.tokens.get(at + 1), b")]},;=")
    }

    /// What follows the name at `at` in its path.
    fn segments(&self, at: usize) -> BTreeSet<String> {
        let any = || BTreeSet::from(["*".to_owned()]);
        match self.tokens.get(at + 1..).unwrap_or_default() {
            [sep, open, rest @ ..] if sep.kind == Kind::PathSep && open.is(b'{') => first_of_group(rest),
            [sep, next, ..] if sep.kind == Kind::PathSep && next.kind == Kind::Ident => {
                BTreeSet::from([next.text.to_owned()])
            }
            [sep, ..] if sep.kind == Kind::PathSep => any(),
            [next, ..] if next.is_word("as") => any(),
            _ if self.is_before(at, 1, "crate") => any(),
            _ => BTreeSet::new(),
        }
    }

    fn module(&mut self, at: usize) {
        let [name, end, ..] = self.tokens.get(at + 1..).unwrap_or_default() else { return };
        if name.kind != Kind::Ident || !end.is(b';') {
            return;
        }
        let within = self.scopes.iter().filter_map(|scope| scope.module.clone()).collect();
        let scope = self.scope();
        let module = Module {
            name: name.text.to_owned(),
            line: name.line,
            within,
            path: scope.item.as_ref().and_then(|item| item.path.clone()),
            perhaps_paths: scope.item.as_ref().map(|item| item.perhaps_paths.clone()).unwrap_or_default(),
            when: scope.when_now(),
            is_argument: scope.is_argument,
        };
        self.out.modules.push(module);
    }

    fn include(&mut self, at: usize) {
        if let Some(path) = self.literal_argument(at) {
            let when = self.scope().when_now();
            self.out.includes.push(Include { path, when });
        }
    }

    /// `include_str!` of documentation, or a macro by that naming (`tonic::include_proto!`).
    fn include_something(&mut self, at: usize, name: &str) {
        let is_call = self.tokens.get(at + 1).is_some_and(|token| token.is(b'!'));
        match name {
            "include_bytes" => {}
            "include_str" if self.scope().is_attribute => self.out.documentation.extend(self.literal_argument(at)),
            "include_str" => {}
            _ => self.out.includes_generated |= is_call,
        }
    }

    /// The text that is handed alone to the macro whose name is at `at`.
    fn literal_argument(&self, at: usize) -> Option<String> {
        match self.tokens.get(at + 1..at + 5)? {
            [bang, open, text, close]
                if bang.is(b'!') && open.is(b'(') && text.kind == Kind::Text && close.is(b')') =>
            {
                Some(text.text.to_owned())
            }
            _ => None,
        }
    }

    fn text(&mut self, at: usize, token: &Token<'a>) {
        self.out.includes_generated |= token.text == "OUT_DIR";
        if self.scope().is_attribute && self.before(at, 1).is_some_and(|token| token.is(b'=')) {
            let key = self.before(at, 2).map_or("", |token| token.text);
            self.attribute_text(key, token);
        }
    }

    /// `key = "…"` in an attribute: documentation, or a path for the code that the attribute generates.
    fn attribute_text(&mut self, key: &str, token: &Token<'a>) {
        if key == "doc" {
            for example in docs::examples((token.line..).zip(token.text.lines())) {
                scan_example(&example, self.names, self.out);
            }
            return;
        }
        if key == "feature" || key.starts_with("target_") {
            return;
        }
        let inner = tokens(token.text);
        let when = self.scope().when_now();
        let mut own = FileScan::default();
        Scanner::new(&inner, self.names, &mut own).run();
        for ((name, place, _), (_, segments)) in own.mentions {
            let place = if inner.len() == 1 { Place::Argument } else { place };
            self.out.mention((name, place, when), token.line, segments);
        }
    }

    /// The comments from `at` on; says where they end.
    fn documentation(&mut self, at: usize) -> usize {
        let n = self.tokens[at..].iter().take_while(|token| token.kind == Kind::Doc).count();
        let comments = &self.tokens[at..at + n];
        let lines = comments.iter().flat_map(|token| (token.line..).zip(token.text.lines().map(undecorated)));
        for example in docs::examples(lines.clone()).into_iter().chain(docs::links(lines)) {
            scan_example(&example, self.names, self.out);
        }
        at + n
    }
}

/// A line of a block comment without the star that it begins with by custom.
fn undecorated(line: &str) -> &str {
    line.trim_start().strip_prefix("* ").unwrap_or(line)
}

/// The first names of the paths in braces, behind the opening one; `self` is the crate itself.
fn first_of_group(tokens: &[Token<'_>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let (mut depth, mut at_start) = (0_u32, true);
    for token in tokens {
        match token.kind {
            Kind::Punct(b'{') => depth += 1,
            Kind::Punct(b'}') if depth == 0 => break,
            Kind::Punct(b'}') => depth -= 1,
            Kind::Punct(b'*') if depth == 0 && at_start => {
                names.insert("*".to_owned());
            }
            Kind::Ident if depth == 0 && at_start => {
                names.insert(if token.text == "self" { "*" } else { token.text }.to_owned());
            }
            _ => {}
        }
        at_start = depth == 0 && token.is(b',');
    }
    names
}

/// Whether a path with `::` in front may stand behind this word: it is a keyword, and no segment of a path itself.
fn is_keyword_before_path(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "break"
            | "const"
            | "dyn"
            | "else"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "match"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "static"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `name place[ test][ perhaps]:line segments` for the names `a`, `b` and `c`.
    fn found(source: &str) -> Vec<String> {
        let names = ["a", "b", "c"];
        let scan = scan(source, &Names::new(names.map(str::to_owned)));
        let show = |((name, place, when), (line, segments)): (&(usize, Place, When), &(u32, BTreeSet<String>))| {
            let when =
                format!("{}{}", if when.test { " test" } else { "" }, if when.perhaps { " perhaps" } else { "" });
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            format!("{} {place:?}{when}:{line} {}", names[*name], segments.join(",")).trim_end().to_owned()
        };
        scan.mentions.iter().map(show).collect()
    }

    #[test]
    fn a_crate_is_named_by_a_path_a_use_or_extern_crate() {
        assert_eq!(found("fn f() { a::g() }"), ["a Path:1 g"]);
        assert_eq!(found("use a;"), ["a Path:1"]);
        assert_eq!(found("use a as x;"), ["a Path:1 *"]);
        assert_eq!(found("pub use ::a::*;"), ["a Path:1 *"]);
        assert_eq!(found("extern crate a;"), ["a Path:1 *"]);
        assert_eq!(found("fn f() -> impl ::a::T {}"), ["a Path:1 T"]);
        assert_eq!(found("x(&::a::T)"), ["a Path:1 T"]);
        assert_eq!(found("r#a::x"), ["a Path:1 x"]);
    }

    #[test]
    fn groups_of_a_use_name_crates_at_their_roots_only() {
        assert_eq!(found("use {a::{self, x::y, z}, b, ::c::{p, q}};"), ["a Path:1 *,x,z", "b Path:1", "c Path:1 p,q"]);
        assert_eq!(found("use std::{a::x, b, c::{d}};"), ["a Word:1", "b Word:1", "c Word:1"]);
    }

    #[test]
    fn what_only_has_the_name_of_a_crate_is_a_word() {
        assert_eq!(found("crate::a::x; self::b::y; x.c::<T>()"), ["a Word:1", "b Word:1", "c Word:1"]);
        assert_eq!(found("fn a() { b.x + <T as U>::c::D }"), ["a Word:1", "b Word:1", "c Word:1"]);
        assert_eq!(found("$crate::a::x; $b::x; Vec::<u8>::c::x"), ["a Word:1", "b Word:1", "c Word:1"]);
        assert_eq!(found("\"a::x\" // b::x\n 'c'"), [] as [&str; 0]);
    }

    #[test]
    fn what_is_handed_to_a_macro_counts_as_code_or_as_an_argument() {
        assert_eq!(found("m!(a::x, b, c.d)"), ["a Path:1 x", "b Argument:1", "c Word:1"]);
        assert_eq!(found("m! { a::x }"), ["a Path perhaps:1 x"]);
        assert_eq!(found("macro_rules! m { () => { a::x } }"), ["a Path perhaps:1 x"]);
        assert_eq!(found("if x != (a::y) {}"), ["a Path:1 y"]);
    }

    #[test]
    fn attributes_name_crates_in_paths_and_texts() {
        assert_eq!(
            found("#[a::main] #[derive(b::D)] #[x(c)] fn f() {}"),
            ["a Path:1 main", "b Path:1 D", "c Argument:1"]
        );
        assert_eq!(found("#[serde(with = \"a\", x = \"Vec<b::T>\")]"), ["a Argument:1", "b Path:1 T"]);
        assert_eq!(found("#[cfg(feature = \"a\")] fn f() {}"), [] as [&str; 0]);
        assert_eq!(found("#[cfg_attr(x, a::y)] fn f() { b::z }"), ["a Path perhaps:1 y", "b Path:1 z"]);
    }

    #[test]
    fn a_condition_holds_for_its_item_and_no_longer() {
        let source = "#[cfg(test)] mod t { fn f() { a::x } } b::x;\n#[cfg(unix)] use c::y; c::z";
        assert_eq!(found(source), ["a Path test:1 x", "b Path:1 x", "c Path:2 z", "c Path perhaps:2 y"]);
        assert_eq!(found("#[cfg(x)] let v = if p { q } else { a::x }; b::x"), ["a Path perhaps:1 x", "b Path:1 x"]);
        assert_eq!(found("struct S { #[cfg(x)] p: a::T, q: b::T }"), ["a Path perhaps:1 T", "b Path:1 T"]);
        assert_eq!(
            found("#[cfg(x)] fn f<P, Q>(p: P, q: a::T) { b::x } c::y"),
            ["a Path perhaps:1 T", "b Path perhaps:1 x", "c Path:1 y"]
        );
        assert_eq!(found("#![cfg(test)]\na::x"), ["a Path test:2 x"]);
        assert_eq!(found("mod m { #![cfg(x)] a::x; } b::x"), ["a Path perhaps:1 x", "b Path:1 x"]);
    }

    #[test]
    fn what_documentation_links_to_is_named() {
        let text = "/// See [`b`] and [a\n/// page](c::Item).\nfn f() {}";
        assert_eq!(found(text), ["b Doctest:1", "c Doctest:2 Item"]);
        assert_eq!(found("/// It is (b) or `b`, or [b c] or [an item](https://b.rs).\nfn f() {}"), [] as [&str; 0]);
    }

    #[test]
    fn examples_of_documentation_are_told_apart() {
        assert_eq!(found("/// x\n/// ```\n/// use a::x;\n/// ```\nfn f() { b::x }"), ["a Doctest:3 x", "b Path:5 x"]);
        assert_eq!(found("/** ```\n * a::x();\n * ``` */ fn f() {}"), ["a Doctest:2 x"]);
        assert_eq!(found("/// [a::x] b::y"), ["a Doctest:1 x"]);
        assert_eq!(found("#[doc = \"```\"]\n#[doc = \"b\"] fn f() {}"), [] as [&str; 0]);
    }

    #[test]
    fn modules_are_read_with_where_they_stand() {
        let scan = scan(
            "mod p; mod q { #[cfg(x)] mod r; } #[path = \"s.rs\"] mod t; m! { mod u; } include!(\"v.rs\"); #![doc = include_str!(\"w.md\")]",
            &Names::default(),
        );
        let show = |module: &Module| {
            let Module { name, within, path, when, is_argument, .. } = module;
            format!("{name} {} {:?} {} {is_argument}", within.join("/"), path.as_deref(), when.perhaps)
        };
        let modules: Vec<String> = scan.modules.iter().map(show).collect();
        assert_eq!(
            modules,
            ["p  None false false", "r q None true false", "t  Some(\"s.rs\") false false", "u  None true true"]
        );
        assert_eq!(scan.includes, [Include { path: "v.rs".to_owned(), when: When::ALWAYS }]);
        assert_eq!(scan.documentation, ["w.md"]);
    }

    #[test]
    fn code_that_a_build_script_writes_is_noticed() {
        let generated = |source: &str| scan(source, &Names::default()).includes_generated;
        assert!(generated("include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));"));
        assert!(generated("tonic::include_proto!(\"x\");"));
        assert!(!generated("include_str!(\"x\"); fn include_all() {}"));
    }

    proptest! {
        #[test]
        fn any_text_is_scanned(source in "(a|::|use |mod |#|!|\\[|\\]|\\{|\\}|\\(|\\)|;|,|cfg\\(test\\)|///```\n|\"|x| )*") {
            let scan = scan(&source, &Names::new(["a".to_owned()]));
            prop_assert!(scan.mentions.keys().all(|(name, ..)| *name == 0));
        }
    }
}
