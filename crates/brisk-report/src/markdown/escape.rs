//! Text that shall look as it is.

/// `text` without characters that Markdown, or a terminal, would obey; parts in backticks stay code.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_code = false;
    // A backtick without a partner is no code.
    let n_ticks = text.matches('`').count();
    for c in text.chars() {
        match c {
            '`' if n_ticks.is_multiple_of(2) => {
                is_code = !is_code;
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            '*' | '_' | '[' | ']' | '<' | '>' | '#' | '\\' | '|' | '`' if !is_code => {
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
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let fence = if text.contains('`') { "``" } else { "`" };
    let blank = if text.contains('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
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
}
