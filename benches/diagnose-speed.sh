#!/usr/bin/env bash
# diagnose-speed.sh [-n ROUNDS] DIR: how long does `cargo brisk` take in a workspace of 26 members and 1,200 packages?
#
# Makes the workspace in DIR (if it is not there): 26 members with 20 modules each, which ask for what large applications ask
# for (a game engine, data frames, web frameworks, cloud services), with a lockfile and all sources downloaded, but nothing
# built. Then times, in turn, `cargo brisk` for the first time (with an empty cache), `cargo brisk` again, `cargo tree -d`,
# and `cargo machete`, which must be installed.
set -euo pipefail
rounds=5
if [ "${1:-}" = -n ]; then
  rounds=$2
  shift 2
fi
dir=${1:?usage: diagnose-speed.sh [-n ROUNDS] DIR}
here=$(cd "$(dirname "$0")/.." && pwd)
brisk=${BRISK:-$here/target/release/cargo-brisk}
[ -x "$brisk" ] || (cd "$here" && cargo build --release --quiet)

dependencies=(
  'bevy = "0.14"' 'polars = { version = "0.43", features = ["lazy", "parquet", "json"] }' 'wgpu = "22"' 'vulkano = "0.34"'
  $'axum = "0.7"\ndatafusion = "42"' $'leptos = "0.6"\nactix-web = "4"' 'rocket = "0.5"' 'tonic = "0.12"' 'reqwest = "0.12"' 'sqlx = { version = "0.8", features = ["postgres", "runtime-tokio"] }'
  'diesel = { version = "2", features = ["sqlite"] }' 'aws-sdk-s3 = "1"' 'aws-config = "1"' 'tokio = { version = "1", features = ["full"] }'
  'candle-core = "0.8"' 'ndarray = "0.15"' 'nalgebra = "0.32"' 'image = "0.25"' 'clap = { version = "4", features = ["derive"] }'
  'criterion = "0.5"' 'tracing-subscriber = "0.3"' 'opentelemetry-otlp = "0.27"' 'kube = "0.97"' 'rusoto_core = "0.48"'
  'tantivy = "0.22"' 'wasmtime = "27"'
)

make_workspace() {
  mkdir -p "$dir"
  printf '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n' >"$dir/Cargo.toml"
  local i j
  for i in $(seq 0 25); do
    local crate=$dir/crates/part-$i
    mkdir -p "$crate/src"
    {
      printf '[package]\nname = "part-%s"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n' "$i"
      printf '%s\n' "${dependencies[i]}" 'serde = { version = "1", features = ["derive"] }' 'anyhow = "1"' 'log = "0.4"'
      [ "$i" -eq 0 ] || printf 'part-%s = { path = "../part-%s" }\n' $((i - 1)) $((i - 1))
    } >"$crate/Cargo.toml"
    : >"$crate/src/lib.rs"
    for j in $(seq 1 20); do
      echo "pub mod module_$j;" >>"$crate/src/lib.rs"
      for k in $(seq 1 100); do
        printf '/// Number %s.\npub fn function_%s(x: u64) -> anyhow::Result<u64> {\n    log::debug!("called with {x}");\n    Ok(x.wrapping_mul(%s))\n}\n\n' "$k" "$k" "$k"
      done >"$crate/src/module_$j.rs"
    done
  done
  (cd "$dir" && git init --quiet && echo target >.gitignore && cargo generate-lockfile --quiet && cargo fetch --quiet)
}

[ -e "$dir/Cargo.lock" ] || make_workspace
cd "$dir"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export BRISK_DATA_DIR=$scratch/data BRISK_CACHE_DIR=$scratch/cache
echo "$(grep -c '^name = ' Cargo.lock) packages, $(ls crates | wc -l) members"

# seconds COMMAND...: wall seconds.
seconds() {
  local start end
  start=$(date +%s.%N)
  "$@" >/dev/null 2>&1 || true
  end=$(date +%s.%N)
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.2f", b - a }'
}

printf '%s\n' "first again tree machete"
for _ in $(seq "$rounds"); do
  rm -rf "$scratch/cache"
  echo "$(seconds "$brisk" brisk) $(seconds "$brisk" brisk) $(seconds cargo tree -d --offline) $(seconds cargo machete)"
done
