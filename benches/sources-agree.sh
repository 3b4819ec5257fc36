#!/usr/bin/env bash
# sources-agree.sh DIR [CARGO-BUILD-ARG...]: do all four sources tell the same of the same build?
#
# Builds a private copy of the workspace DIR once, under `cargo brisk record`, with `--timings` and with Cargo's own
# -Zbuild-analysis log (unlocked on stable by Cargo's test hook, in the copy only), then reads that one build four times: from
# the files in target/ (tier 0), from the recorded run (tier 1), from cargo-timing.html and from the log. Compares which units
# there are, the wall time, and each unit's duration. Exit code 1 if units differ, if a wall time is off by more than 3 %, or
# if a recorded duration is off by more than 50 ms from Cargo's own log.
set -euo pipefail
source=$(cd "${1:?usage: sources-agree.sh DIR [CARGO-BUILD-ARG...]}" && pwd)
shift
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/workspace"
(cd "$source" && tar cf - --exclude=./target --exclude=./.git .) | tar xf - -C "$scratch/workspace"
cd "$scratch/workspace"
unset CARGO_TARGET_DIR RUSTC_WRAPPER
touch "$scratch/before"
export BRISK_DATA_DIR=$scratch/runs
__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS=nightly CARGO_UNSTABLE_BUILD_ANALYSIS=true CARGO_BUILD_ANALYSIS_ENABLED=true \
  "$brisk" -q record -- build --timings "$@" >/dev/null 2>"$scratch/record.log" || { cat "$scratch/record.log" >&2; exit 2; }
log=$(find "${CARGO_HOME:-$HOME/.cargo}/log" -name '*.jsonl' -newer "$scratch/before" | sort | tail -n 1)
read_as() { "$brisk" --message-format json "${@:2}" 2>/dev/null >"$scratch/$1.json"; }
read_as capture report last
read_as timings-html import target/cargo-timings/cargo-timing.html
read_as build-analysis import "$log"
BRISK_DATA_DIR=$scratch/none read_as fingerprints diagnose
rm -f "$log"
python3 - "$scratch" "$source" <<'PY'
import json, sys
names = ["fingerprints", "capture", "timings-html", "build-analysis"]
views = {name: json.load(open(f"{sys.argv[1]}/{name}.json")) for name in names}
print(sys.argv[2])
failed = False
def units(view):
    rows = {}
    for unit in view["units_list"]:
        if unit["duration_s"] is not None:
            kind = "run" if unit["mode"] == "run-custom-build" else "build-script" if unit["kind"] == "custom-build" else \
                "lib" if unit["kind"] in ("lib", "linked-lib", "proc-macro") else unit["kind"]
            rows.setdefault((unit["package"], unit["version"], kind, unit["target"] if kind not in ("lib", "run", "build-script") else ""), []).append(unit["duration_s"])
    return rows
reference = units(views["build-analysis"])
wall = views["build-analysis"]["build"]["wall_s"]
for name in names:
    build, rows = views[name]["build"], units(views[name])
    assert build["source"] == name, (name, build["source"])
    same = {key: len(value) for key, value in rows.items()} == {key: len(value) for key, value in reference.items()}
    off = max((abs(a - b) for key in rows.keys() & reference.keys() for a, b in zip(sorted(rows[key]), sorted(reference[key]))), default=0)
    share = build["wall_s"] / wall - 1
    print(f"  {name:15} {sum(map(len, rows.values())):4} timed units, wall {build['wall_s']:8.3f} s ({share:+.2%}), "
          f"largest difference of a unit {off * 1000:6.1f} ms", "" if same else "UNITS DIFFER")
    failed |= not same or abs(share) > 0.03 or (name == "capture" and off > 0.05)
sys.exit(failed)
PY
