#!/usr/bin/env bash
# units-from-build-to-build.sh A B: by how much do single units of two builds of the same differ, at equal speed?
#
# A and B are what `cargo brisk diff` takes: ids of runs or run files. Units that both have built, by CPU seconds: their
# number, and of the differences, as shares of the unit, the median, what nine of ten stay below, and the most. The last
# two lines are of all of 0.1 s and more, and of those that are called slower or faster.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
: "${2:?usage: units-from-build-to-build.sh A B}"
"$brisk" diff "$1" "$2" --message-format json 2>/dev/null | python3 -c '
import json
diff = json.load(open(0))
slower = diff["speed"]["slower"] if diff["speed"] else 1.0
units = [u for u in diff["units_list"] if u["work_a_s"] and u["work_b_s"]]
print(f"{len(units)} units, the machine {slower:.3f} times as slow for B, verdict {diff['"'"'verdict'"'"']}")
for low, high in ((0, 0.1), (0.1, 1), (1, 1e9), (0.1, 1e9)):
    middle = lambda u: (u["work_a_s"] * slower ** 0.5 + u["work_b_s"] / slower ** 0.5) / 2
    off = sorted(abs(u["work_s"]) / middle(u) for u in units if low <= middle(u) < high)
    if off:
        n = len(off)
        print(f"{low:g} to {high:g} s: {n} units, {off[n // 2]:.1%} {off[n * 9 // 10]:.1%} {off[-1]:.1%}")
named = [u for u in units if u["state"] in ("slower", "faster")]
print(f"{len(named)} slower or faster, which makes {sum(u['"'"'work_s'"'"'] for u in named):+.2f} s")
'
