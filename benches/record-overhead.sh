#!/usr/bin/env bash
# record-overhead.sh DIR [PAIRS [CARGO-BUILD-ARG...]]: what does recording cost?
#
# 1. One call: the median of 200 calls of a program that does nothing, directly and through the wrapper of rustc, which
#    takes it for the compiler of a unit and writes down its events.
# 2. A build: PAIRS (default 5) pairs of clean builds of a private copy of the workspace DIR, `cargo build` and `cargo brisk
#    record -- build`, in alternating order. Prints wall and CPU seconds of each (Cargo, rustc, build scripts, linkers, and
#    all that Brisk does itself, including the reading of what it recorded), what the recorder and its tools measured of
#    themselves, and the median of the pairs' CPU ratios.
#
# CPU seconds are compared because they are several times steadier than wall seconds; still, close everything else.
# KEEP=DIR keeps the copy there (and uses it again).
set -euo pipefail
source=$(cd "${1:?usage: record-overhead.sh DIR [PAIRS [CARGO-BUILD-ARG...]]}" && pwd)
pairs=${2:-5}
shift $(($# > 1 ? 2 : 1))
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export BRISK_DATA_DIR=$scratch/data BRISK_CACHE_DIR=$scratch/cache CARGO_TERM_COLOR=never
unset CARGO_TARGET_DIR RUSTC_WRAPPER CARGO_BUILD_RUSTC_WRAPPER
export LC_ALL=C TIMEFORMAT='%R %U %S'

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# One call.
(cd "$scratch" && "$brisk" record -- --version >"$scratch/version" 2>&1)
wrapper=$(echo "$BRISK_DATA_DIR"/tools/*/brisk-wrapper/brisk-rustc)
mkdir "$scratch/recording"
echo '{"event":"begin","format":1,"brisk":"","command":[],"cwd":"","anchor":{"at":0,"real_ns":0}}' >"$scratch/recording/events.jsonl"
nothing=$(type -P true)
unit=(--crate-name nothing --crate-type lib --emit=dep-info,metadata,link --json=artifacts
  -C metadata=0123456789abcdef -C extra-filename=-0123456789abcdef --out-dir "$scratch")
calls() { # COMMAND...: microseconds of each of 200 calls
  local i from to
  for i in {1..200}; do
    from=${EPOCHREALTIME/./}
    "$@"
    to=${EPOCHREALTIME/./}
    echo $((to - from))
  done
}
direct=$(calls "$nothing" "${unit[@]}" | median)
wrapped=$(BRISK_CAPTURE_DIR=$scratch/recording calls "$wrapper" "$nothing" "${unit[@]}" | median)
n_events=$(grep -c '"event":"unit-end"' "$scratch/recording/events.jsonl")
[ "$n_events" = 200 ] || { echo "only $n_events of 200 calls were recorded" >&2; exit 1; }
awk -v d="$direct" -v w="$wrapped" 'BEGIN { printf "one call: %.2f ms directly, %.2f ms wrapped: +%.2f ms\n", d / 1000, w / 1000, (w - d) / 1000 }'

# A build.
[ "$pairs" -gt 0 ] || exit 0
copy=${KEEP:-$scratch/workspace}
if [ ! -e "$copy" ]; then
  mkdir -p "$copy"
  (cd "$source" && tar cf - --exclude=./target --exclude=./.git .) | tar xf - -C "$copy"
fi
cd "$copy"
cargo fetch --quiet
plain() { cargo build --quiet "$@"; }
recorded() { "$brisk" record --message-format json -- build --quiet "$@"; }
timed() { # HOW ARGS...: "<wall> <user> <system>" of a clean build
  rm -rf target
  { time "$@" >"$scratch/out" 2>&1; } 2>&1 || { cat "$scratch/out" >&2; exit 2; }
}
own() { grep -o '"capture_cpu_s":[0-9.]*' "$scratch/out" | head -n 1 | cut -d : -f 2; }
for pair in $(seq "$pairs"); do
  if ((pair % 2)); then
    p=$(timed plain "$@") r=$(timed recorded "$@")
    own=$(own)
  else
    r=$(timed recorded "$@")
    own=$(own)
    p=$(timed plain "$@")
  fi
  echo "$p $r $own" >>"$scratch/pairs"
  awk -v n="$pair" '{ last = $0 } END { split(last, t, " "); p = t[2] + t[3]; r = t[5] + t[6]
    printf "pair %d: plain %.1f s wall, %.1f s CPU; recorded %.1f s wall, %.1f s CPU: %+.1f %% CPU; recorder and tools %.2f s (%.2f %%)\n", n, t[1], p, t[4], r, 100 * (r / p - 1), t[7], 100 * t[7] / p }' "$scratch/pairs"
done
awk '{ print 100 * (($5 + $6) / ($2 + $3) - 1) }' "$scratch/pairs" | median | awk '{ printf "median of the pairs: %+.1f %% CPU\n", $1 }'
