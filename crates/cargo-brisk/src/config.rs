//! `brisk.toml`: what the people of a workspace have decided about it, beside its root manifest.
//!
//! ```toml
//! [diagnose]
//! skip = ["dependency-count"]
//! deny = ["major"]
//! thresholds.slow-build-script.least-seconds = 2
//!
//! [[diagnose.suppress]]
//! key = "duplicate-version:syn"
//! reason = "waits for a release of `old-macro`"
//! expires = 2027-03-31
//!
//! [fix]
//! check = ["cargo clippy --workspace -- -D warnings", "just smoke"]
//! ```
//!
//! It is read strictly: what has no meaning is an error that names the line, since a word that is spelled wrong and ignored
//! would change nothing and look as if it did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use brisk::detect::{DETECTORS, Expiry, Severity, Suppression};
use jiff::civil::Date;
use serde::Deserialize;
use toml::{Spanned, Value};

use crate::error::{Error, Result};

/// Name of the file.
pub(crate) const FILE_NAME: &str = "brisk.toml";

/// What `brisk.toml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Config {
    /// Ids of detectors that are not asked.
    pub(crate) skip: Vec<String>,
    /// Ids and severities that end in exit code 1.
    pub(crate) deny: Vec<String>,
    /// Numbers for detectors, by the name of the threshold.
    pub(crate) thresholds: BTreeMap<String, f64>,
    /// Findings that are accepted.
    pub(crate) suppressions: Vec<Suppression>,
    /// Command lines that must succeed with a change as they do without it.
    pub(crate) checks: Vec<String>,
}

/// Words for severities, and what they stand for: that one and all above.
pub(crate) const SEVERITIES: [(&str, Severity); 3] =
    [("note", Severity::Note), ("minor", Severity::Minor), ("major", Severity::Major)];

/// Reads the file in `root_dir`; without one, nothing is decided.
///
/// # Errors
///
/// [`Error::usage`] when it cannot be read, or says something that has no meaning.
pub(crate) fn read(root_dir: &Path) -> Result<Config> {
    let path = root_dir.join(FILE_NAME);
    match fs_err::read_to_string(&path) {
        Ok(text) => Reader { path, text: &text }.config(today()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => Err(Error::usage(format!("cannot read `{}`", path.display())).because(&error)),
    }
}

fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    diagnose: Diagnose,
    #[serde(default)]
    fix: Fix,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Diagnose {
    #[serde(default)]
    skip: Vec<Spanned<String>>,
    #[serde(default)]
    deny: Vec<Spanned<String>>,
    #[serde(default)]
    thresholds: BTreeMap<Spanned<String>, Spanned<Value>>,
    #[serde(default)]
    suppress: Vec<Suppress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppress {
    key: Spanned<String>,
    reason: Spanned<String>,
    expires: Option<Spanned<toml::value::Datetime>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fix {
    #[serde(default)]
    check: Vec<Spanned<String>>,
}

struct Reader<'a> {
    path: PathBuf,
    text: &'a str,
}

impl Reader<'_> {
    fn config(&self, today: Date) -> Result<Config> {
        let File { diagnose, fix } = toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.error(at, error.message().trim().replace('\n', ", "))
        })?;
        let mut thresholds = BTreeMap::new();
        for (name, value) in &diagnose.thresholds {
            self.add_thresholds(name.get_ref(), value.as_ref(), name.span().start, &mut thresholds)?;
        }
        Ok(Config {
            skip: diagnose.skip.iter().map(|id| self.id(id)).collect::<Result<_>>()?,
            deny: diagnose.deny.iter().map(|word| self.id_or_severity(word)).collect::<Result<_>>()?,
            thresholds,
            suppressions: diagnose
                .suppress
                .iter()
                .map(|entry| self.suppression(entry, today))
                .collect::<Result<_>>()?,
            checks: fix.check.iter().map(|line| self.command_line(line)).collect::<Result<_>>()?,
        })
    }

    /// A name with dots is the same written as one key in quotes or as tables in each other.
    fn add_thresholds(&self, name: &str, value: &Value, at: usize, into: &mut BTreeMap<String, f64>) -> Result<()> {
        if let Value::Table(table) = value {
            let mut parts = table.iter();
            return parts.try_for_each(|(part, value)| self.add_thresholds(&format!("{name}.{part}"), value, at, into));
        }
        let known = || DETECTORS.iter().flat_map(|detector| detector.thresholds).map(|threshold| threshold.name);
        if !known().any(|known| known == name) {
            return Err(self.unknown("threshold", name, known(), at));
        }
        #[expect(clippy::cast_precision_loss, reason = "a threshold is a small number")]
        let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
        match number.filter(|number| number.is_finite() && *number >= 0.0) {
            Some(number) => drop(into.insert(name.to_owned(), number)),
            None => return Err(self.error(at, format!("the threshold `{name}` must be a number that is not negative"))),
        }
        Ok(())
    }

    fn id(&self, id: &Spanned<String>) -> Result<String> {
        let known = || DETECTORS.iter().map(|detector| detector.id);
        match known().any(|known| known == id.get_ref()) {
            true => Ok(id.get_ref().clone()),
            false => Err(self.unknown("finding", id.get_ref(), known(), id.span().start)),
        }
    }

    fn id_or_severity(&self, word: &Spanned<String>) -> Result<String> {
        let is_severity = SEVERITIES.iter().any(|(severity, _)| severity == word.get_ref());
        if is_severity { Ok(word.get_ref().clone()) } else { self.id(word) }
    }

    fn command_line(&self, line: &Spanned<String>) -> Result<String> {
        let command = line.get_ref().trim();
        match command.is_empty() {
            true => Err(self.error(line.span().start, "a command of `check` is empty")),
            false => Ok(command.to_owned()),
        }
    }

    fn suppression(&self, Suppress { key, reason, expires }: &Suppress, today: Date) -> Result<Suppression> {
        let at = key.span().start;
        let known = || DETECTORS.iter().map(|detector| detector.id);
        let id = key.get_ref().split(':').next().unwrap_or_default();
        if !known().any(|known| known == id) {
            return Err(self.unknown("finding", id, known(), at));
        }
        if reason.get_ref().trim().is_empty() {
            return Err(
                self.error(reason.span().start, format!("the suppression of `{}` needs a reason", key.get_ref()))
            );
        }
        Ok(Suppression {
            key: key.get_ref().clone(),
            reason: reason.get_ref().trim().to_owned(),
            expiry: expires.as_ref().map_or(Ok(Expiry::Never), |expires| self.expiry(expires, today))?,
            origin: format!("{FILE_NAME}:{}", self.line(at)),
        })
    }

    fn expiry(&self, expires: &Spanned<toml::value::Datetime>, today: Date) -> Result<Expiry> {
        let written = expires.get_ref().date;
        let date = written.and_then(|date| {
            let year = i16::try_from(date.year).ok()?;
            Date::new(year, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
        });
        let date = date.ok_or_else(|| self.error(expires.span().start, "`expires` must be a date, as 2027-03-31"))?;
        Ok(if date < today { Expiry::Over(date.to_string()) } else { Expiry::On(date.to_string()) })
    }

    fn unknown<'k>(&self, what: &str, name: &str, known: impl Iterator<Item = &'k str>, at: usize) -> Error {
        let nearest = known.max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
        let error = self.error(at, format!("there is no {what} `{name}`"));
        match nearest.filter(|nearest| strsim::jaro_winkler(nearest, name) > LIKELY) {
            Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
            None => error.hint("`cargo brisk --list` lists the findings, `--explain ID` their thresholds"),
        }
    }

    fn error(&self, at: usize, message: impl AsRef<str>) -> Error {
        Error::usage(format!("`{}` line {}: {}", self.path.display(), self.line(at), message.as_ref()))
    }

    /// Line of a byte offset, from 1.
    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }
}

/// Likeness from which on a known name is suggested: clap's own limit for its suggestions.
const LIKELY: f64 = 0.7;

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config> {
        Reader { path: "brisk.toml".into(), text }.config(jiff::civil::date(2026, 6, 1))
    }

    fn refused(text: &str) -> String {
        parsed(text).unwrap_err().text()
    }

    #[test]
    fn everything_that_can_be_decided_is_read() {
        let config = parsed(
            "[diagnose]\nskip = ['slow-link']\ndeny = ['major', 'test-binaries']\n\
             thresholds.slow-build-script.least-seconds = 2\nthresholds.'slow-link.least-share' = 0.5\n\
             [[diagnose.suppress]]\nkey = 'duplicate-version:syn'\nreason = 'old macro'\nexpires = 2026-06-01\n\
             [[diagnose.suppress]]\nkey = 'slow-link'\nreason = 'so be it'\n\
             [[diagnose.suppress]]\nkey = 'duplicate-version:a'\nreason = 'r'\nexpires = 2026-05-31\n\
             [fix]\ncheck = ['just smoke', 'cargo clippy -- -D warnings']\n",
        );
        let config = config.unwrap();
        assert_eq!(
            (config.skip, config.deny),
            (vec!["slow-link".into()], vec!["major".into(), "test-binaries".into()])
        );
        let thresholds =
            [("slow-build-script.least-seconds".to_owned(), 2.0), ("slow-link.least-share".to_owned(), 0.5)];
        assert_eq!(config.thresholds, BTreeMap::from(thresholds));
        assert_eq!(config.checks, ["just smoke", "cargo clippy -- -D warnings"]);
        let told = |s: &Suppression| format!("{} {} {:?} {}", s.key, s.reason, s.expiry, s.origin);
        let suppressions: Vec<String> = config.suppressions.iter().map(told).collect();
        insta::assert_snapshot!(suppressions.join("\n"), @r#"
        duplicate-version:syn old macro On("2026-06-01") brisk.toml:7
        slow-link so be it Never brisk.toml:11
        duplicate-version:a r Over("2026-05-31") brisk.toml:14
        "#);
    }

    #[test]
    fn an_empty_file_decides_nothing() {
        assert_eq!(parsed("").unwrap(), Config::default());
    }

    #[test]
    fn what_has_no_meaning_is_refused_with_its_line() {
        let texts = [
            "[diagnose]\nskp = []\n",
            "[diagnose]\nskip = ['slow-lnk']\n",
            "[diagnose]\ndeny = ['huge']\n",
            "[diagnose.thresholds]\nslow-link.least-shares = 1\n",
            "[diagnose.thresholds]\nslow-link.least-share = -1\n",
            "[[diagnose.suppress]]\nkey = 'duplicate-versoin:a'\nreason = 'r'\n",
            "[[diagnose.suppress]]\nkey = 'slow-link'\nreason = ' '\n",
            "[[diagnose.suppress]]\nkey = 'slow-link'\n",
            "[[diagnose.suppress]]\nkey = 'slow-link'\nreason = 'r'\nexpires = 10:00:00\n",
            "[fix]\nchecks = []\n",
            "[fix]\ncheck = [' ']\n",
            "[diagnose\n",
        ];
        let said: Vec<String> = texts.iter().map(|text| refused(text)).collect();
        insta::assert_snapshot!(said.join("\n"), @"
        `brisk.toml` line 2: unknown field `skp`, expected one of `skip`, `deny`, `thresholds`, `suppress`
        `brisk.toml` line 2: there is no finding `slow-lnk`

        help: did you mean `slow-link`?
        `brisk.toml` line 2: there is no finding `huge`

        help: `cargo brisk --list` lists the findings, `--explain ID` their thresholds
        `brisk.toml` line 2: there is no threshold `slow-link.least-shares`

        help: did you mean `slow-link.least-share`?
        `brisk.toml` line 2: the threshold `slow-link.least-share` must be a number that is not negative
        `brisk.toml` line 2: there is no finding `duplicate-versoin`

        help: did you mean `duplicate-version`?
        `brisk.toml` line 3: the suppression of `slow-link` needs a reason
        `brisk.toml` line 1: missing field `reason`
        `brisk.toml` line 4: `expires` must be a date, as 2027-03-31
        `brisk.toml` line 2: unknown field `checks`, expected `check`
        `brisk.toml` line 2: a command of `check` is empty
        `brisk.toml` line 1: unclosed table, expected `]`
        ");
    }
}
