//! The order of the sections.

use brisk::difference::{Difference, Verdict};

use super::{head, path, units, why};
use crate::differences;
use crate::text::options::{TextOptions, Verbosity};
use crate::text::page::Page;
use crate::text::problems;

/// The page on `difference` for people, each line within the width of `options` and ended by a line feed.
pub fn diff(difference: &Difference, options: &TextOptions) -> String {
    let mut page = Page::new(options.columns());
    let all = options.verbosity == Verbosity::Verbose;
    problems::listed(&mut page, &difference.problems, all);
    head::headline(&mut page, difference);
    if options.verbosity > Verbosity::Quiet {
        head::builds(&mut page, difference, options);
        head::totals(&mut page, difference);
        head::circumstances(&mut page, difference);
        why::write(&mut page, difference, options);
        if all || difference.verdict != Verdict::NoDifference {
            path::write(&mut page, difference, options);
        }
    }
    if all {
        units::packages(&mut page, difference);
        units::units(&mut page, difference);
    }
    if options.verbosity > Verbosity::Quiet {
        next(&mut page, difference, options);
    }
    page.into_text(options.color)
}

fn next(page: &mut Page, difference: &Difference, options: &TextOptions) {
    let more = if options.verbosity == Verbosity::Verbose { "" } else { "; `-v` shows all units and packages" };
    let proof = differences::proof(difference);
    page.blank();
    page.status("Next", &format!("{proof} tells whether it is so: one pair of builds is no proof{more}"));
}
