//! The units and edges read from fingerprints are those of Cargo's own unit graph.
//!
//! Each test builds a small workspace of path packages with the real Cargo, and asks the same Cargo for its unit graph of
//! the same command (`--unit-graph`, unstable, so with `RUSTC_BOOTSTRAP` in that one call which builds nothing).

#![expect(clippy::unwrap_used, reason = "a helper that cannot do its work fails the test")]

mod graph;
mod times;
mod workbench;
