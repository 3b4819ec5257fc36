#!/usr/bin/env bash
# trials.sh WORK DIR [--rounds N] [--slower SHARE] [-- CARGO-ARGS...]: how often `cargo brisk prove` is right.
#
# The package at DIR, which must not have a build script and whose dependencies must have been downloaded, is copied to
# WORK/same, and to WORK/slower with a build script that computes for a while: first for an arbitrary time, then, by what
# `prove` measures of that, for SHARE (0.05) of the CPU time of a build. Then N (20) trials of WORK/same against itself, and N
# of WORK/same against WORK/slower, by turns, with the default budget. The answers are appended to WORK/trials.jsonl; what
# they say is printed. Can be ended at any time, and started again.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
export BRISK=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$BRISK" ] || (cd "$here" && cargo build --release --quiet)
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR CARGO_INCREMENTAL RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
unset RUSTC_WRAPPER CARGO_BUILD_RUSTC_WRAPPER
export CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never LC_ALL=C
exec python3 "$here/benches/trials.py" "$@"
