//! Takes out of a text what differs between runs and machines, so that it can be compared with an inline snapshot.

/// What to replace. Each method adds a rule; [`Redactions::apply`] runs them in a fixed order, paths first.
///
/// ```
/// use brisk_test_support::Redactions;
///
/// let redactions = Redactions::new().path("/tmp/x1", "[ROOT]").hashes().durations().sizes();
/// let text = redactions.apply("/tmp/x1/deps/liba-5e357b28be892ec8.rlib: 1.2 MiB in 0.53s");
/// assert_eq!(text, "[ROOT]/deps/liba-[HASH].rlib: [SIZE] in [TIME]");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Redactions {
    paths: Vec<(String, String)>,
    rules: Vec<Rule>,
}

/// How much of a text's start a rule replaces, in bytes, and by what. Called at starts of words only.
type Rule = fn(&str) -> Option<(usize, &'static str)>;

const SIZE_UNITS: [&str; 10] = ["bytes", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "B"];
const TIME_UNITS: [&str; 7] = ["min", "ms", "µs", "ns", "s", "m", "h"];

impl Redactions {
    /// No rule yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces a directory wherever it stands.
    #[must_use]
    pub fn path(mut self, path: impl AsRef<str>, by: &str) -> Self {
        self.paths.push((path.as_ref().to_owned(), by.to_owned()));
        self
    }

    /// Replaces Cargo's hashes, 16 hexadecimal digits, by `[HASH]`.
    #[must_use]
    pub fn hashes(self) -> Self {
        self.rule(|text| {
            let n_digits = text.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).count();
            (n_digits == 16 && ends_a_word(&text[16..])).then_some((16, "[HASH]"))
        })
    }

    /// Replaces durations with a unit (`0.53s`, `12 ms`, `1m 05s` as two) by `[TIME]`.
    #[must_use]
    pub fn durations(self) -> Self {
        self.rule(|text| quantity(text, &TIME_UNITS).map(|length| (length, "[TIME]")))
    }

    /// Replaces sizes with a unit (`1.2 MiB`, `340 bytes`) by `[SIZE]`.
    #[must_use]
    pub fn sizes(self) -> Self {
        self.rule(|text| quantity(text, &SIZE_UNITS).map(|length| (length, "[SIZE]")))
    }

    fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The text with all replacements made.
    pub fn apply(&self, text: &str) -> String {
        let text = self.paths.iter().fold(text.to_owned(), |text, (path, by)| text.replace(path, by));
        let mut redacted = String::new();
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let starts_a_word = !redacted.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
            let hit = self.rules.iter().filter(|_| starts_a_word).find_map(|rule| rule(rest));
            let (length, by) = hit.unwrap_or((first.len_utf8(), &rest[..first.len_utf8()]));
            redacted.push_str(by);
            rest = &rest[length..];
        }
        redacted
    }
}

/// Bytes of a number with one of `units` at the start of `text`.
fn quantity(text: &str, units: &[&str]) -> Option<usize> {
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let after = text[number..].strip_prefix(' ').unwrap_or(&text[number..]);
    let unit = units.iter().find(|unit| after.strip_prefix(**unit).is_some_and(ends_a_word))?;
    Some(text.len() - after.len() + unit.len())
}

fn ends_a_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Redactions {
        Redactions::new().hashes().durations().sizes()
    }

    #[test]
    fn versions_and_plain_numbers_stay() {
        let text = "serde v1.0.229, 12 units, 3 files, x86_64, 2 members";
        assert_eq!(all().apply(text), text);
    }

    #[test]
    fn a_number_of_17_hexadecimal_digits_is_no_hash() {
        let text = "5e357b28be892ec80";
        assert_eq!(all().apply(text), text);
    }

    #[test]
    fn durations_of_several_parts_are_replaced_part_by_part() {
        assert_eq!(all().apply("in 1m 05s (0.5 s more)"), "in [TIME] [TIME] ([TIME] more)");
    }

    #[test]
    fn a_longer_path_is_to_be_named_before_its_parent() {
        let redactions = Redactions::new().path("/tmp/x/target", "[TARGET]").path("/tmp/x", "[ROOT]");
        assert_eq!(redactions.apply("/tmp/x/target/debug /tmp/x/src"), "[TARGET]/debug [ROOT]/src");
    }
}
