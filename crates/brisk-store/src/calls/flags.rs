//! The flags of a call that decide what rustc does to a unit, and not which unit it is.

use std::collections::BTreeMap;

use super::RustcCall;

/// Codegen options by which Cargo names a unit (`build_base_args` in its `core/compiler/mod.rs`).
const NAMES: [&str; 2] = ["metadata", "extra-filename"];

impl RustcCall {
    /// Codegen options and unstable ones, by name: `opt-level` and `3`, `-Zthreads` and `8`; an option without a value has an
    /// empty one, and of one that is there several times all values count. Of a path only the last part does: the rest is where
    /// somebody works.
    pub fn flags(&self) -> BTreeMap<String, String> {
        let mut flags: BTreeMap<String, String> = BTreeMap::new();
        let mut words = self.args().iter().map(String::as_str);
        while let Some(word) = words.next() {
            let Some((prefix, option)) = option(word, || words.next()) else { continue };
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            if name.is_empty() || NAMES.contains(&name) {
                continue;
            }
            // Where to is no matter.
            let value = if name == "incremental" { "on" } else { last_part(value) };
            let known = flags.entry(format!("{prefix}{name}")).or_default();
            if !known.is_empty() {
                known.push(' ');
            }
            known.push_str(value);
        }
        flags
    }
}

/// The option that begins with `word`, and what its name is told with.
fn option<'a>(word: &'a str, next: impl FnOnce() -> Option<&'a str>) -> Option<(&'static str, &'a str)> {
    match word {
        "-C" | "--codegen" => Some(("", next()?)),
        "-Z" => Some(("-Z", next()?)),
        "-O" => Some(("", "opt-level=3")),
        "-g" => Some(("", "debuginfo=2")),
        _ => {
            let codegen = word.strip_prefix("--codegen=").or_else(|| word.strip_prefix("-C"));
            let unstable = || word.strip_prefix("-Z");
            codegen.map(|option| ("", option)).or_else(|| Some(("-Z", unstable()?)))
        }
    }
}

fn last_part(value: &str) -> &str {
    value.rsplit(['/', '\\']).next().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Hash;

    fn flags(line: &str) -> String {
        let call = RustcCall {
            unit: "0123456789abcdef".parse().map(Hash).unwrap(),
            command: line.split_whitespace().map(str::to_owned).collect(),
            cwd: "/".to_owned(),
            environment: BTreeMap::new(),
        };
        let flags: Vec<String> = call.flags().iter().map(|(name, value)| format!("{name}={value}")).collect();
        flags.join(" ")
    }

    #[test]
    fn what_is_done_counts_and_not_to_what() {
        let a = "rustc --crate-name a --edition=2021 a.rs --emit=link -C opt-level=3 -C metadata=1 -C extra-filename=-1 --out-dir /t";
        let b = "rustc --crate-name b b.rs --cfg feature=\"x\" -Copt-level=3 -C metadata=2 -C incremental=/t -L dependency=/t";
        assert_eq!(flags(a), "opt-level=3");
        assert_eq!(flags(b), "incremental=on opt-level=3");
    }

    #[test]
    fn all_ways_to_write_an_option_are_known() {
        insta::assert_snapshot!(
            flags("rustc --codegen lto=thin --codegen=strip=symbols -g -Zthreads=8 -Z x -C prefer-dynamic -C linker=/opt/bin/mold"),
            @"-Zthreads=8 -Zx= debuginfo=2 linker=mold lto=thin prefer-dynamic= strip=symbols"
        );
        assert_eq!(flags("rustc -C link-arg=-fuse-ld=lld -C link-arg=-L/t/out"), "link-arg=-fuse-ld=lld out");
        assert_eq!(flags("rustc -C"), "");
    }
}
