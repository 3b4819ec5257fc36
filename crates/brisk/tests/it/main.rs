//! Tests of the library, on builds that are written as pictures.

mod analysis;
mod cases;
mod critical_path;
mod detectors;
mod duplicate_version;
mod graph;
mod graph_findings;
mod properties;
mod summary;
mod support;
mod time_line;
mod way_out;
