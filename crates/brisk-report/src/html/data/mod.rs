//! The data of the page: one JSON object in an inert `<script>` element. It belongs to the page's own scripts and may change
//! with them; other programs read what `crate::json` writes.
//!
//! # Shape
//!
//! * `v`, `brisk`, `now` (epoch seconds or null), `run`: what wrote it, when, and of which stored run.
//! * `strings`: every text that may be there more than once. Elsewhere a text is its position in this list.
//! * `workspace`, `build`: totals. Seconds are numbers called `…_s`; what is not known is null.
//! * `units`: one array for each property, in the order of the units. Times are whole ticks of 0.1 ms; a property that is
//!   known of no unit is null. Words of which there are few are `{of: […], codes: "…"}`, where `codes` has for each unit
//!   the place of its word in digits of base 64 (none, if there is only one word). `dependencies` has for each unit what it
//!   depends on, ascending, each as the step from the one before. What few units have (`repeat`, `failed`, `why`, `unfinished`)
//!   is an object by position.
//! * `critical_path`: `[unit, ticks on the path, 1 if the next one waits for its end]`.
//! * `cpu_samples`: `{from, at: […], busy: […]}`, busy processors in hundredths up to each of the moments.
//! * `stages`, `programs`, `artifacts` (`[unit, bytes]`), `crate_files`: the pipeline.
//! * `findings`, `kinds`, `joint`, `suppressed`: severity, effort and risk are 0 to 2.
//! * `duplicates`, and `reach`: for each package that asks for a version, by its text, how members come to need it.
//! * `edits`, `disk` (`[path, kind, bytes, files, parts]`), `trend`, `problems`.
//! * `outlook`: predictions; ranges are `[low, middle, high]`.
//! * `board`: for each bit mask of the switches wall and CPU seconds, and, as far as there is room, `spans`: for each unit
//!   start, end of its front end and end in two digits of base 64 each, in steps of `level_s`, or `!` if it is not built.
//!
//! A build of 2,000 units takes 0.6 MB so far, and 12 KB for each combination with a picture.

mod around;
mod board;
mod build;
mod digits;
mod duplicates;
mod escape;
mod finding;
mod number;
mod object;
mod outlook;
mod stages;
mod strings;
mod units;

pub(super) use object::Data;
