#!/usr/bin/env bash
# unit-graph.sh DIR [CARGO-BUILD-ARG...]: does `cargo brisk` see the units and edges that Cargo itself plans?
#
# Builds a private copy of the workspace DIR with `cargo build ARGS`, asks Cargo for its unit graph of the same command (an
# unstable option, unlocked by RUSTC_BOOTSTRAP in the copy only; Brisk itself never does that), and compares the counts of
# units and edges with those that `cargo brisk` reads from the target directory. Exit code 1 if they differ.
# KEEP=DIR keeps the copy there (and uses it again, with what was built in it).
set -euo pipefail
source=$(cd "${1:?usage: unit-graph.sh DIR [CARGO-BUILD-ARG...]}" && pwd)
shift
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
if [ -n "${KEEP:-}" ]; then
  copy=$KEEP
else
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  copy=$scratch/workspace
fi
if [ ! -e "$copy" ]; then
  mkdir -p "$copy"
  (cd "$source" && tar cf - --exclude=./target --exclude=./.git .) | tar xf - -C "$copy"
fi
cd "$copy"
unset CARGO_TARGET_DIR RUSTC_WRAPPER
cargo build --quiet "$@" 2>/dev/null || { echo "the build fails: cargo build $*" >&2; exit 2; }
selectors=() build_args=()
while [ $# -gt 0 ]; do
  case $1 in
    --release | -r) selectors+=(--release) ;;
    --profile | --target) selectors+=("$1" "$2") && build_args+=("$1") && shift ;;
    --profile=* | --target=*) selectors+=("$1") ;;
  esac
  build_args+=("$1")
  shift
done
export BRISK_DATA_DIR=${BRISK_DATA_DIR:-$(mktemp -d)}
"$brisk" --message-format json "${selectors[@]}" 2>/dev/null >.brisk.json
RUSTC_BOOTSTRAP=1 cargo build "${build_args[@]}" --unit-graph -Zunstable-options >.unit-graph.json 2>/dev/null
python3 - "$source" <<'PY'
import json, sys
graph = json.load(open(".unit-graph.json"))
build = json.load(open(".brisk.json"))["build"]
theirs = len(graph["units"]), sum(len(unit["dependencies"]) for unit in graph["units"])
ours = build["units"], build["edges"]
print(f"{sys.argv[1]}: cargo {theirs[0]} units, {theirs[1]} edges; brisk {ours[0]} units, {ours[1]} edges:",
      "equal" if ours == theirs else "DIFFERENT")
sys.exit(ours != theirs)
PY
