#!/usr/bin/env bash
# unused-dependencies.sh DIR...: which unused dependencies does Brisk find, and which do cargo-machete and cargo-shear?
#
# For each workspace DIR, in private copies: what `cargo brisk` tells by the text alone, what it tells with `--confirm`, and
# what the two others tell (MACHETE and SHEAR, or from PATH; left out where they are not installed). What any of them tells
# is then tried: all that Brisk confirms together, and everything else one by one, is removed by `cargo remove` (moved to
# [dev-dependencies] where that is what was told), and `cargo check --workspace --all-targets`, `cargo test --workspace
# --no-run` and `cargo test --workspace --doc --no-run` must succeed as before. Exit code 1 if something that Brisk confirms
# is not so.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: unused-dependencies.sh DIR..." >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset CARGO_TARGET_DIR RUSTC_WRAPPER
export BRISK_DATA_DIR=$scratch/runs BRISK_CACHE_DIR=$scratch/cache
export CARGO_TERM_COLOR=never
export MACHETE=${MACHETE:-$(command -v cargo-machete || true)} SHEAR=${SHEAR:-$(command -v cargo-shear || true)}
failed=0
for source in "$@"; do
  name=$(basename "$(cd "$source" && pwd)")
  mkdir "$scratch/$name"
  (cd "$source" && tar cf - --exclude=./target --exclude=./.git .) | tar xf - -C "$scratch/$name"
  if [ -d "$source/target" ]; then cp -a "$source/target" "$scratch/target-$name"; fi
  python3 "$here/benches/unused-dependencies.py" "$brisk" "$scratch/$name" "$scratch" || failed=1
  rm -rf "${scratch:?}/$name" "${scratch:?}/target-$name"
done
exit "$failed"
