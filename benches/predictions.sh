#!/usr/bin/env bash
# predictions.sh STEP [ARG...]: what `cargo brisk what-if` predicts, against what the change does. Steps, in this order:
#
#   prepare WORK NAME=DIR...    copies the workspaces DIR (the subjects of predictions.toml: aimds, ripgrep, bat) and makes a
#                               directory per variant, WORK/<group>/<variant>. All crates must have been downloaded. With
#                               `--build`, every variant is also built once, by one job, to see that it can be
#   predict WORK                records a clean build of each group's base, and asks for each variant; with the time, so that
#                               it can be seen that nothing had been measured
#   measure WORK --rounds N     clean builds of each variant, between builds of the base, until there are N rounds. Can be
#                               ended at any time, and continued with the group that was not finished. With `--record`,
#                               Brisk records them, and units that a change leaves alone tell how fast the machine was
#   table WORK                  Markdown: predicted CPU beside the median of the relative differences to the base builds
#                               around each build
#   self WORK --rounds N DIR... records each workspace with -j1 and with -j2, predicts both from each, and compares with a
#                               build that is only timed, right after the recorded one
#
# `--only GROUP[/VARIANT]` (for `self`: NAME) selects, and can be given several times. CPU seconds are user and system time
# of Cargo and everything below it. Foreign CPU is what other programs took, as a share of all processors:
# processors * wall - idle - iowait - steal - own, from /proc/stat. Results are appended to WORK/*.jsonl.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
export BRISK=${BRISK:-$here/target/release/cargo-brisk}
case ${1:-} in
  predict | self | measure) [ -x "$BRISK" ] || (cd "$here" && cargo build --release --quiet) ;;
  prepare | table) ;;
  *)
    echo "usage: predictions.sh prepare|predict|measure|table|self WORK ..." >&2
    exit 2
    ;;
esac
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR CARGO_INCREMENTAL RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
unset RUSTC_WRAPPER CARGO_BUILD_RUSTC_WRAPPER
export CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never LC_ALL=C
exec python3 "$here/benches/predictions.py" "$@"
