//! What all that is kept has brought: before and after, for each kind of build.

use brisk::plan::Outcome;

use super::page::Page;
use crate::before_after::{of_lock, of_proof, scenario};
use crate::format;

/// A table for each kind of build that was timed, and one of the lockfile.
pub(super) fn together(page: &mut Page, outcome: &Outcome) {
    for proof in &outcome.joint {
        page.blank();
        let n_pairs = format::count(proof.comparison.pairs.len(), "pair");
        page.status("Together", &format!("{}, {n_pairs}", scenario(proof)));
        for row in of_proof(proof) {
            page.status(row.verb, &row.in_words());
        }
    }
    if let Some(lock) = &outcome.lock {
        if !outcome.joint.is_empty() {
            page.blank();
        }
        for row in of_lock(lock) {
            page.status(row.verb, &row.in_words());
        }
    }
    page.blank();
}

/// How what is kept can be taken back: as one change in the journal, or fix by fix.
pub(super) fn taken_back(outcome: &Outcome, journals: &[String]) -> String {
    let ids: Vec<String> =
        outcome.commits.iter().map(|commit| commit.id.get(..10).unwrap_or(&commit.id).to_owned()).collect();
    match (journals, ids.len()) {
        ([only], 0) => format!("`cargo brisk undo {only}` takes them back"),
        (_, 0) => "`cargo brisk undo` takes back the last one of them, and again the one before".to_owned(),
        (_, n) => {
            let how = "`git revert` takes back a commit, `cargo brisk undo` the files of the last fix";
            format!("{} ({}): {how}", format::count(n, "commit"), format::list(&ids))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TextOptions, fix};
    use crate::testing::fix::{nothing, outcome};

    #[test]
    fn the_page_ends_with_before_and_after_of_each_kind_of_build() {
        insta::assert_snapshot!(fix(&outcome(), &TextOptions::default()), @"
        warning: `just smoke` does not succeed as it is
          why:    it fails
          effect: changes are tried without it

                Kept unused-dependency:app:heavy
                     types of heavy may be part of the public API of app: a major
                     version of it is then a breaking change
             Dropped unused-dependency:app:log: the test works (`-p app --test it`)
                     fails
             Dropped duplicate-version:syn: no faster with all of its kind
                Kept debuginfo:dev

               Trial dependencies that nobody needs: faster: 18.0 s → 14.4 s of CPU,
                     -20 % (-21 to -19 %), 8 pairs; target directory -25 %
               Trial versions of packages: no change: 18.0 s → 18.0 s of CPU, 0 % (-1.1
                     to +1.1 %), 8 pairs; target directory -25 %
               Trial profiles and settings: faster: 18.0 s → 16.2 s of CPU, -10 % (-11
                     to -8.9 %), 8 pairs; target directory -25 %

            Together `cargo build` from an empty target directory, 8 pairs
                 CPU 18.0 s → 12.6 s, -30 % (-31 to -29 %)
                Wall 10.0 s → 7.00 s, -30 % (-31 to -29 %)
               Units 234 → 180, -54
              Target 977 KiB → 732 KiB, -25 %

            Together `cargo build --release` from an empty target directory, 8 pairs
                 CPU 18.0 s → 15.3 s, not proven (-29 to -4.3 %)
                Wall 10.0 s → 8.50 s, not proven (-29 to -4.3 %)
               Units 230 → 178, -52
              Target 977 KiB → 732 KiB, -25 %

              Locked 312 → 240, -72
          Duplicates 12 → 12

             Changed the workspace has 2 fixes now; 1 commit (0123456789): `git revert`
                     takes back a commit, `cargo brisk undo` the files of the last fix
        ");
    }

    #[test]
    fn without_commits_one_command_takes_all_back() {
        let mut all = outcome();
        all.commits.clear();
        all.journals.truncate(1);
        let page = fix(&all, &TextOptions { width: 200, ..TextOptions::default() });
        let last = page.lines().last().unwrap_or_default();
        assert_eq!(
            last.trim(),
            "Changed the workspace has 2 fixes now; `cargo brisk undo 20261121T080900Z-0a1b2c` takes them back"
        );
    }

    #[test]
    fn where_nothing_pays_the_last_line_says_so() {
        let page = fix(&nothing(), &TextOptions::default());
        let last = page.lines().last().unwrap_or_default();
        assert!(last.ends_with("nothing here pays: the workspace is as it was"), "{page}");
    }
}
