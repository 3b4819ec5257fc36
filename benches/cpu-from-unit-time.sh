#!/usr/bin/env bash
# cpu-from-unit-time.sh DIR [RUN]: how many CPU seconds is a second of unit time?
#
# Of the last recorded run of the workspace DIR (or of RUN): CPU seconds for each second of unit time, over all units, and
# over groups of 1, 5 and 20 units drawn at random (5 %, 50 % and 95 % of 2,000 draws, always the same ones).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
cd "${1:?usage: cpu-from-unit-time.sh DIR [RUN]}"
"$brisk" report ${2:+"$2"} --message-format json 2>/dev/null | python3 -c '
import json, random
run = json.load(open(0))
units = [(u["duration_s"], u["cpu_s"]) for u in run["units_list"] if u["duration_s"] and u["cpu_s"] is not None]
jobs = run["build"]["jobs"]
wall, cpu = sum(u[0] for u in units), sum(u[1] for u in units)
print(f"{len(units)} units, {jobs} jobs: {wall:.1f} s of unit time, {cpu:.1f} s of CPU time, {cpu / wall:.3f}")
random.seed(1)
for n in (1, 5, 20):
    ratio = lambda group: sum(u[1] for u in group) / sum(u[0] for u in group)
    draws = sorted(ratio(random.sample(units, n)) for _ in range(2000)) if len(units) >= n else []
    if draws:
        print(f"groups of {n}: {draws[100]:.3f} {draws[1000]:.3f} {draws[1900]:.3f}")
'
