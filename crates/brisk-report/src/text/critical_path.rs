//! The critical path as a chain.

use brisk::model::Wait;
use brisk::simulate::Step;

use super::line::Line;
use super::page::{INDENT, Page};
use super::style::{DIM, PLAIN, STRONG};
use super::view::View;
use crate::format;

/// Steps below this share of the path are told together: even all gone, they would not be felt.
const SHORT: f64 = 0.02;

/// A step, or several short ones in a row.
enum Link<'a> {
    One(&'a Step),
    Short { first: &'a Step, n: usize, seconds: f64 },
}

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let path = &view.analysis.critical_path;
    if path.steps.is_empty() || path.length_s <= 0.0 {
        page.section("Critical path", "");
        page.item("not known: no unit has a time to rely on");
        return;
    }
    let of_wall = view.analysis.build.whole_wall_s().filter(|wall_s| *wall_s >= path.length_s);
    let of_wall = of_wall.map(|wall_s| format!(" of {} wall", format::duration(wall_s))).unwrap_or_default();
    let n_units = format::count(path.steps.len(), "unit");
    page.section("Critical path", &format!("({}{of_wall}, {n_units})", format::duration(path.length_s)));
    let links = links(&path.steps, if view.verbose() { 0.0 } else { path.length_s * SHORT });
    let n_links = links.len();
    let mut atoms = Vec::with_capacity(n_links * 2);
    for (i, link) in links.iter().enumerate() {
        let mut atom = told(view, link);
        if i + 1 < n_links {
            atom.push(DIM, " →");
        }
        atoms.push(atom);
    }
    page.wrapped(Line::plain(" "), INDENT, &atoms);
}

fn links(steps: &[Step], short_s: f64) -> Vec<Link<'_>> {
    let mut links: Vec<Link<'_>> = Vec::new();
    for step in steps {
        if step.on_path_s >= short_s {
            links.push(Link::One(step));
        } else if let Some(Link::Short { n, seconds, .. }) = links.last_mut() {
            *n += 1;
            *seconds += step.on_path_s;
        } else {
            links.push(Link::Short { first: step, n: 1, seconds: step.on_path_s });
        }
    }
    links
}

/// `num-traits front end 1.20 s (9 %)`: only the part that the next one waited for.
fn told(view: &View<'_>, link: &Link<'_>) -> Line {
    let path = &view.analysis.critical_path;
    let (name, step, seconds) = match link {
        Link::Short { n, seconds, .. } if *n > 1 => (format::count(*n, "short unit"), None, *seconds),
        Link::Short { first: step, .. } | Link::One(step) => {
            (view.analysis.build.unit(step.unit).label(), Some(step), step.on_path_s)
        }
    };
    let front = step.is_some_and(|step| step.until == Wait::Metadata);
    let mut line = Line::plain(&name);
    line.push(STRONG, &format!(" {}", format::duration(seconds)));
    line.push(PLAIN, if front { " front" } else { "" });
    line.with(DIM, &format!(" ({})", format::percent(seconds / path.length_s)))
}
