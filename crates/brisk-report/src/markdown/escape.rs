//! Text that shall look as it is.

/// `text` without characters that Markdown, HTML or a terminal would obey; parts in backticks stay code.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_code = false;
    // A backtick without a partner is no code, and several in a row find their partners in other ways.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    for c in text.chars() {
        match c {
            '`' if has_code => {
                is_code = !is_code;
                out.push(c);
            }
            c if is_obeyed(c) => out.push(' '),
            '*' | '_' | '[' | ']' | '<' | '>' | '#' | '\\' | '|' | '`' | '&' | '~' if !is_code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// `text` as code.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if is_obeyed(c) { ' ' } else { c }).collect();
    // Code ends at as many backticks in a row as it begins with.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// Markdown as a cell of a table, where a bar would end it, even within code (GitHub Flavored Markdown, "Tables").
pub(super) fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_escaped = false;
    for c in markdown.chars() {
        if c == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        out.push(c);
    }
    out
}

/// Control characters, and those that change the direction in which everything behind them is written (Unicode Standard
/// Annex 9, "Explicit Directional Formatting Characters"), so that a name could look like another one.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_what_they_are() {
        assert_eq!(escaped("my_crate *and* `a_b`\n<b>"), "my\\_crate \\*and\\* `a_b` \\<b\\>");
        assert_eq!(escaped("it's a `"), "it's a \\`");
        assert_eq!((code("a_b").as_str(), code("a`b").as_str()), ("`a_b`", "`` a`b ``"));
    }

    #[test]
    fn names_do_not_become_html_or_turn_what_follows_around() {
        assert_eq!(escaped("<script>&lt;"), "\\<script\\>\\&lt;");
        assert_eq!((escaped("a\u{202e}b"), code("a\u{2066}b")), ("a b".to_owned(), "`a b`".to_owned()));
        assert_eq!((code("<b>"), code("``<b>```")), ("`<b>`".to_owned(), "```` ``<b>``` ````".to_owned()));
        assert_eq!(escaped("` <b> `` x ```"), "\\` \\<b\\> \\`\\` x \\`\\`\\`");
    }

    #[test]
    fn a_cell_ends_where_it_shall() {
        assert_eq!(cell("a|b `c|d`"), "a\\|b `c\\|d`");
        assert_eq!(cell(&escaped("a|b")), "a\\|b");
        assert_eq!(cell(&escaped("a\\|b")), "a\\\\\\|b");
    }
}
