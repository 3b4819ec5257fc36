//! Any text as a `Cargo.lock`: an error with its line, or packages that depend on packages.

#![no_main]

use brisk_store::lockfile::Lockfile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Lockfile::parse(text) {
    Ok(lockfile) => {
        let n_packages = lockfile.packages.len();
        assert!(lockfile.packages.iter().flat_map(|package| &package.dependencies).all(|place| *place < n_packages));
    }
    Err(error) => assert!((1..=text.matches('\n').count() + 1).contains(&error.line)),
});
