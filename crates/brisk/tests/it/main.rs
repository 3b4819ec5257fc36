//! Tests of the library, on builds that are written as pictures.

mod analysis;
mod cases;
mod critical_path;
mod cures;
mod detectors;
mod duplicate_version;
mod extrapolate;
mod graph;
mod graph_findings;
mod heavy_optional;
mod places;
mod policy;
mod properties;
mod rebuilds;
mod schedule;
mod settings;
mod stats;
mod summary;
mod support;
mod time_line;
mod transfer;
mod trim;
mod unused_dependency;
mod way_out;
mod what_if;
