//! What a trial of two ways to build has shown.

use brisk::proof::{Contestant, Proof, Start};
use brisk::stats::{Judgement, Metric, Side, Timed, Verdict};

use super::line::Line;
use super::options::{TextOptions, Verbosity};
use super::page::{Page, VERB_WIDTH, words};
use super::problems;
use super::style::{ERROR, NOTE, PLAIN, STATUS, WARNING};
use crate::format;

/// The page on `proof` for people, each line within the width of `options` and ended by a line feed.
pub fn prove(proof: &Proof, options: &TextOptions) -> String {
    let mut page = Page::new(options.columns());
    problems::listed(&mut page, &proof.problems, options.verbosity == Verbosity::Verbose);
    headline(&mut page, proof);
    if options.verbosity > Verbosity::Quiet {
        contestants(&mut page, proof);
        numbers(&mut page, proof);
        pairs(&mut page, proof);
    }
    if options.verbosity == Verbosity::Verbose {
        samples(&mut page, proof);
    }
    page.into_text(options.color)
}

/// `Faster  B takes at least 9.8 % less CPU time`
fn headline(page: &mut Page, proof: &Proof) {
    let (style, verb) = match proof.comparison.verdict() {
        Verdict::Faster => (STATUS, "Faster"),
        Verdict::Slower => (ERROR, "Slower"),
        Verdict::NoChange => (NOTE, "No change"),
        Verdict::Inconclusive => (WARNING, "Inconclusive"),
    };
    let verb = Line::styled(style, &format!("{verb:>VERB_WIDTH$}"));
    page.wrapped(verb, VERB_WIDTH + 1, &words(PLAIN, &sentence(proof)));
}

fn sentence(proof: &Proof) -> String {
    let judgement = proof.comparison.judgement();
    let work = metric(proof.comparison.metric);
    let near = judgement.change.map_or(0.0, |change| change.near_end().abs());
    match judgement.verdict {
        Verdict::Faster => format!("B takes at least {} less {work}", points(near)),
        Verdict::Slower => format!("B takes at least {} more {work}", points(near)),
        Verdict::NoChange => format!("B differs by less than {} in {work}", points(proof.rule.margin)),
        Verdict::Inconclusive => match judgement.more_pairs {
            Some(more) => {
                format!("about {} would show a change of 5 %", format::count(more, "more pair"))
            }
            None => "too few pairs were timed to say anything".to_owned(),
        },
    }
}

/// `9.8 %`, without a sign.
fn points(share: f64) -> String {
    format::change(share).trim_start_matches('+').to_owned()
}

fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Cpu => "CPU time",
        Metric::Wall => "wall time",
    }
}

fn contestants(page: &mut Page, proof: &Proof) {
    let start = match &proof.start {
        Start::Clean => "from an empty target directory".to_owned(),
        Start::UpToDate => "with nothing to do".to_owned(),
        Start::Edited(member) => format!("after an edit of {member}"),
    };
    for (verb, contestant) in [("A", &proof.a), ("B", &proof.b)] {
        page.status(verb, &format!("{}: `{}` {start}", contestant.name, format::command(&contestant.command)));
    }
}

fn numbers(page: &mut Page, proof: &Proof) {
    let medians = |value: fn(&Timed) -> f64| {
        Some((proof.comparison.median(Side::A, value)?, proof.comparison.median(Side::B, value)?))
    };
    for (verb, value, judgement) in [
        ("CPU", (|timed| timed.cpu_s) as fn(&Timed) -> f64, &proof.comparison.cpu),
        ("Wall", |timed| timed.wall_s, &proof.comparison.wall),
    ] {
        let medians = medians(value).map(|(a, b)| format!("{} → {}, ", format::duration(a), format::duration(b)));
        page.status(verb, &format!("{}{}", medians.unwrap_or_default(), told(judgement)));
    }
    let bytes = |contestant: &Contestant| contestant.target_bytes.map(format::bytes);
    if let (Some(a), Some(b)) = (bytes(&proof.a), bytes(&proof.b)) {
        let change = proof.target_change().map(|change| format!(", {}", format::change(change))).unwrap_or_default();
        page.status("Target", &format!("{a} → {b}{change}"));
    }
}

/// `-12 % (-15 to -9.8 %)`, and whether that can be told from none.
fn told(judgement: &Judgement) -> String {
    let Some(change) = judgement.change else { return "the change is not known".to_owned() };
    let range = format::change_range(change.low, change.high);
    let mid = format::change(change.mid);
    match judgement.verdict {
        Verdict::Faster | Verdict::Slower => format!("{mid} ({range})"),
        Verdict::NoChange => format!("no change ({range})"),
        Verdict::Inconclusive => format!("not proven ({range})"),
    }
}

fn pairs(page: &mut Page, proof: &Proof) {
    let comparison = &proof.comparison;
    let n_pairs = format::count(comparison.pairs.len(), "pair");
    let mut told = format!(
        "{n_pairs} of builds by turns, in {} of {}",
        format::duration(proof.took_s),
        format::duration(proof.budget_s)
    );
    if let Some((median, most)) = comparison.foreign_cpu() {
        let (median, most) = (format::percent(median), format::percent(most));
        told.push_str(&format!("; other programs took {median} of the processors, at most {most}"));
    }
    if comparison.n_disturbed() > 0 {
        let n = format::count(comparison.n_disturbed(), "pair");
        told.push_str(&format!("; the wall time of {n} does not count for that"));
    }
    page.status("Basis", &told);
    if let Some(share) = comparison.common_share() {
        let share = format::percent(share);
        page.status(
            "",
            &format!("at equal speed of the machine, by what both sides compile alike, {share} or more of a build"),
        );
    }
    if comparison.judgement().change.is_some() {
        page.status("", "ranges hold the true value in nine of ten trials");
    }
}

fn samples(page: &mut Page, proof: &Proof) {
    page.section("Pairs", "(CPU and wall time of A and B; * was built first)");
    for pair in &proof.comparison.pairs {
        let mark = |side: Side| if pair.first == side { "*" } else { "" };
        let one = |timed: &Timed| format!("{} / {}", format::duration(timed.cpu_s), format::duration(timed.wall_s));
        let foreign = if pair.is_disturbed() { ", disturbed" } else { "" };
        let slower = pair.common.map(|common| slower(common.b_s / common.a_s - 1.0)).unwrap_or_default();
        page.item(&format!(
            "A{} {}, B{} {}{slower}{foreign}",
            mark(Side::A),
            one(&pair.a),
            mark(Side::B),
            one(&pair.b)
        ));
    }
}

/// How fast the machine was in B's build as against A's.
fn slower(by: f64) -> String {
    let word = if by < 0.0 { "faster" } else { "slower" };
    format!(", the machine {} {word} for B", points(by.abs()))
}

#[cfg(test)]
mod tests {
    use brisk::stats::{Common, Comparison};

    use super::*;
    use crate::testing::proof::proof;

    fn page(proof: &Proof) -> String {
        prove(proof, &TextOptions::default())
    }

    #[test]
    fn a_difference_is_told_by_the_end_that_is_sure() {
        insta::assert_snapshot!(page(&proof(-0.2, 0.01)), @"
        Faster B takes at least 19 % less CPU time
             A .: `cargo build` from an empty target directory
             B .,profile.dev.debug=0: `cargo build` from an empty target directory
           CPU 18.0 s → 14.4 s, -20 % (-21 to -19 %)
          Wall 10.0 s → 8.00 s, -20 % (-21 to -19 %)
        Target 977 KiB → 732 KiB, -25 %
         Basis 8 pairs of builds by turns, in 1 min 35 s of 15 min 00 s; other
               programs took 1 % of the processors, at most 1 %
               ranges hold the true value in nine of ten trials
        ");
    }

    #[test]
    fn at_equal_speed_says_by_what() {
        let mut proof = proof(-0.2, 0.01);
        for pair in &mut proof.comparison.pairs {
            pair.common = Some(Common { a_s: 9.0, b_s: 9.9, share: 0.5 });
        }
        let pairs = std::mem::take(&mut proof.comparison.pairs);
        proof.comparison = Comparison::of(&proof.rule, Metric::Cpu, pairs);
        let options = TextOptions { verbosity: Verbosity::Verbose, ..TextOptions::default() };
        insta::assert_snapshot!(prove(&proof, &options), @"
              Faster B takes at least 26 % less CPU time
                   A .: `cargo build` from an empty target directory
                   B .,profile.dev.debug=0: `cargo build` from an empty target directory
                 CPU 18.0 s → 14.4 s, -27 % (-28 to -26 %)
                Wall 10.0 s → 8.00 s, -27 % (-28 to -26 %)
              Target 977 KiB → 732 KiB, -25 %
               Basis 8 pairs of builds by turns, in 1 min 35 s of 15 min 00 s; other
                     programs took 1 % of the processors, at most 1 %
                     at equal speed of the machine, by what both sides compile alike,
                     50 % or more of a build
                     ranges hold the true value in nine of ten trials

        Pairs (CPU and wall time of A and B; * was built first)
          A* 18.0 s / 10.0 s, B 14.6 s / 8.10 s, the machine 10 % slower for B
          A 18.0 s / 10.0 s, B* 14.6 s / 8.10 s, the machine 10 % slower for B
          A* 18.0 s / 10.0 s, B 14.2 s / 7.90 s, the machine 10 % slower for B
          A 18.0 s / 10.0 s, B* 14.2 s / 7.90 s, the machine 10 % slower for B
          A* 18.0 s / 10.0 s, B 14.6 s / 8.10 s, the machine 10 % slower for B
          A 18.0 s / 10.0 s, B* 14.6 s / 8.10 s, the machine 10 % slower for B
          A* 18.0 s / 10.0 s, B 14.2 s / 7.90 s, the machine 10 % slower for B
          A 18.0 s / 10.0 s, B* 14.2 s / 7.90 s, the machine 10 % slower for B
        ");
    }

    #[test]
    fn no_difference_is_told_as_such() {
        insta::assert_snapshot!(page(&proof(0.0, 0.001)), @"
        No change B differs by less than 2.0 % in CPU time
                A .: `cargo build` from an empty target directory
                B .,profile.dev.debug=0: `cargo build` from an empty target directory
              CPU 18.0 s → 18.0 s, no change (-1.1 to +1.1 %)
             Wall 10.0 s → 10.0 s, no change (-1.1 to +1.1 %)
           Target 977 KiB → 732 KiB, -25 %
            Basis 8 pairs of builds by turns, in 1 min 35 s of 15 min 00 s; other
                  programs took 1 % of the processors, at most 1 %
                  ranges hold the true value in nine of ten trials
        ");
    }

    #[test]
    fn what_is_not_proven_says_what_it_would_take() {
        insta::assert_snapshot!(page(&proof(0.02, 0.1)), @"
        Inconclusive about 26 more pairs would show a change of 5 %
                   A .: `cargo build` from an empty target directory
                   B .,profile.dev.debug=0: `cargo build` from an empty target directory
                 CPU 18.0 s → 18.4 s, not proven (-4.5 to +7.9 %)
                Wall 10.0 s → 10.2 s, not proven (-4.5 to +7.9 %)
              Target 977 KiB → 732 KiB, -25 %
               Basis 8 pairs of builds by turns, in 1 min 35 s of 15 min 00 s; other
                     programs took 1 % of the processors, at most 1 %
                     ranges hold the true value in nine of ten trials
        ");
    }

    #[test]
    fn all_pairs_are_told_on_request() {
        let options = TextOptions { verbosity: Verbosity::Verbose, ..TextOptions::default() };
        let text = prove(&proof(0.3, 0.01), &options);
        assert_eq!(text.lines().filter(|line| line.starts_with("  A")).count(), 8, "{text}");
    }
}
