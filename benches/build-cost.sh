#!/usr/bin/env bash
# build-cost.sh [-n ROUNDS] DIR[:PACKAGE]...: what a clean dev build of each workspace (or package of it) costs, in CPU seconds (user + system of Cargo and
# everything below it), in interleaved rounds. Each DIR is built in a private target directory; sources must have been fetched.
# Prints each round and the median of CPU and wall seconds, and the number of packages in the lockfile.
set -euo pipefail
rounds=3
[ "${1:-}" = -n ] && rounds=$2 && shift 2
[ $# -gt 0 ] || { echo "usage: build-cost.sh [-n ROUNDS] DIR[:PACKAGE]..." >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset RUSTC_WRAPPER RUSTFLAGS
for round in $(seq "$rounds"); do
  for dir in "$@"; do
    python3 - "$dir" "$scratch/target" "$scratch/times" "$round" <<'PY'
import os, resource, shutil, subprocess, sys, time
subject, target, times, round_ = sys.argv[1:]
directory, _, package = subject.partition(":")
shutil.rmtree(target, ignore_errors=True)
before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
subprocess.run(["cargo", "build", "--quiet", "--locked", "--offline", "--target-dir", target] + (["-p", package] if package else []), cwd=directory, check=True)
wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(f"round {round_}  {subject}: {cpu:.1f} s CPU, {wall:.1f} s wall", flush=True)
open(times, "a").write(f"{subject}\t{cpu}\t{wall}\n")
PY
  done
done
python3 - "$scratch/times" <<'PY'
import os, statistics, sys
rows = {}
for line in open(sys.argv[1]):
    directory, cpu, wall = line.rstrip("\n").split("\t")
    rows.setdefault(directory, []).append((float(cpu), float(wall)))
for directory, times in rows.items():
    packages = open(os.path.join(directory.partition(":")[0], "Cargo.lock")).read().count("[[package]]")
    cpu, wall = (statistics.median(column) for column in zip(*times))
    print(f"median of {len(times)}  {directory}: {cpu:.1f} s CPU, {wall:.1f} s wall, {packages} packages in the lockfile")
PY
