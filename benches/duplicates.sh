#!/usr/bin/env bash
# duplicates.sh DIR...: does `cargo brisk` find the packages in several versions that `cargo tree -d` finds?
#
# For each workspace DIR: how many packages each of them lists, and which only one of them does. `cargo tree -d` counts what a
# build of all targets for this machine needs, tests included; `cargo brisk` tells those that the last build needed one by
# one, and all others in one finding.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
printf '%-20s %10s %10s  %s\n' workspace 'tree -d' brisk 'only one of them'
for dir in "$@"; do
  (
    cd "$dir"
    cargo tree --workspace --duplicates --offline --prefix none --depth 0 2>/dev/null |
      awk 'NF { print $1, $2 }' | sort -u | awk '{ n[$1]++ } END { for (p in n) if (n[p] > 1) print p }' | sort >"${TMPDIR:-/tmp}/tree.$$"
    "$brisk" --only duplicate-version --message-format json 2>/dev/null | python3 -c '
import json, re
for finding in json.load(open(0))["findings"]:
    if finding["subject"] == "not-built" or " and " in finding["subject"]:
        print("\n".join(re.findall(r"^([\w-]+) (?:is|v|\()", "\n".join(finding["evidence"]), re.M)))
    else:
        print(finding["subject"])
    # What only an old version of another package needs is told with that package.
    print("\n".join(re.findall(r"([\w-]+) v\d", " ".join(e for e in finding["evidence"] if "with it would go" in e))))
' | sed '/^$/d' | sort -u >"${TMPDIR:-/tmp}/brisk.$$"
    only=$(diff "${TMPDIR:-/tmp}/tree.$$" "${TMPDIR:-/tmp}/brisk.$$" | grep '^[<>]' | tr '\n' ' ' || true)
    printf '%-20s %10s %10s  %s\n' "$(basename "$dir")" "$(wc -l <"${TMPDIR:-/tmp}/tree.$$")" "$(wc -l <"${TMPDIR:-/tmp}/brisk.$$")" "$only"
  )
done
