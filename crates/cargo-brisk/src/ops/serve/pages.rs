//! The list of runs, and what keeps a page up to date.

use std::fmt::Write as _;

use brisk_report::format;
use brisk_store::run_file::RunHeader;

use crate::ops::runs;

/// A function of the id of the newest run that is shown; looks whether there is something new.
const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("list.css");

/// All runs, newest first, each with a link to its page.
pub(super) fn list(headers: &[RunHeader], now_s: f64) -> String {
    let mut rows = String::new();
    for header in headers {
        let _ = writeln!(rows, "{}", row(header, now_s));
    }
    let body = match headers {
        [] => "<p>No run is stored: <code>cargo brisk record -- build</code> records one.</p>".to_owned(),
        _ => format!(
            "<p><a href=\"/latest\">The newest one</a></p>\n<table>\n\
             <thead><tr><th scope=\"col\">Run<th scope=\"col\">When<th scope=\"col\">Wall time\
             <th scope=\"col\">Units built<th scope=\"col\">Command</thead>\n<tbody>\n{rows}</tbody>\n</table>"
        ),
    };
    let latest = headers.first().map_or("", |header| header.id.as_str());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Runs - cargo brisk</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Stored runs</h1>\n{body}\n</main>\n<script>{}</script>\n</body>\n</html>\n",
        script(latest)
    )
}

fn row(header: &RunHeader, now_s: f64) -> String {
    let row = runs::row(header);
    let when = format::moment(row.at_s, Some(now_s)).unwrap_or_default();
    let wall = row.wall_s.map_or_else(|| "not known".to_owned(), format::duration);
    let built = format!("{} of {}", format::number(row.n_timed as u64), format::number(row.n_units as u64));
    let command = row.command.as_deref().map_or_else(String::new, format::command);
    let root = row.workspace_root.map(|root| format!(" in {root}")).unwrap_or_default();
    format!(
        "<tr><td><a href=\"/run/{id}\">{id}</a><td>{}<td>{}<td>{built}<td><code>{}</code>{}",
        escaped(&when),
        escaped(&wall),
        escaped(&command),
        escaped(&root),
        id = header.id,
    )
}

/// What has a page that shows this newest run, or the list up to it, loaded again when there is a newer one.
pub(super) fn script(latest: &str) -> String {
    format!("({SCRIPT})(\"{latest}\");")
}

/// Text as it is, in elements and attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
