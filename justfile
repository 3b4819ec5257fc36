# Recipes for people; continuous integration runs .ci/run, which is the same as `just ready`.

# List the recipes
default:
    @just --list

# Everything that continuous integration runs
ready: test lint doc

# All tests of all crates
test:
    cargo test

# Formatting and lints
lint:
    cargo fmt --check
    cargo clippy --workspace --all-targets -- -D warnings

# Documentation, private items included, with broken links as errors
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# Random builds for longer than `cargo test` tries them
fuzz cases="20000":
    PROPTEST_CASES={{cases}} cargo test --release --workspace

# What a clean build of Brisk costs
bench:
    benches/build-cost.sh .
