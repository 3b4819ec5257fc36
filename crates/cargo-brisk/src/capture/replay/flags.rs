//! Changes of rustc's flags, as Cargo would make them for another profile.
//!
//! How a setting of a profile becomes flags is told by `build_base_args`, `lto_args` and `features_args` in Cargo's
//! `core/compiler/mod.rs`.

use brisk::model::{DebugInfo, Lto, Phase, Strip};

/// One change of rustc's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// `codegen-units`
    CodegenUnits(u32),
    /// `opt-level`: `0` to `3`, `s` or `z`
    OptLevel(String),
    /// `debug`
    Debug(DebugInfo),
    /// `lto`
    Lto(Lto),
    /// `panic`: `unwind` or `abort`
    Panic(String),
    /// `strip`
    Strip(Strip),
    /// `split-debuginfo`: `off`, `packed` or `unpacked`
    SplitDebuginfo(String),
    /// The program that links, as rustc finds it: `-C linker`
    Linker(String),
    /// The linker that the compiler driver runs: `-C link-arg=-fuse-ld=…`
    FuseLd(String),
    /// `incremental`
    Incremental(Incremental),
    /// All features of the package, in place of those that it has. What it depends on stays.
    Features(Vec<String>),
    /// Flags after all others, each as one word of `RUSTFLAGS`
    Rustflags(Vec<String>),
}

/// Whether rustc compiles incrementally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Incremental {
    /// From an empty directory: what a first build costs.
    On,
    /// Not at all.
    Off,
}

/// What is different in a replay; nothing is in a control.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FlagChange {
    /// Made one after the other.
    pub(crate) edits: Vec<Edit>,
}

impl FlagChange {
    /// `args` with the change.
    pub(crate) fn apply(&self, args: &[String]) -> Vec<String> {
        let mut args = Args(args.to_vec());
        for edit in &self.edits {
            args.edit(edit);
        }
        args.0
    }

    /// The phases in which it can make a difference. Partitioning into code generation units, debug information and
    /// optimisation across crates come after the metadata (rustc's `codegen_crate`); the optimisation level decides what is
    /// done to MIR before, and so what is in the metadata.
    pub(crate) fn phases(&self) -> &'static [Phase] {
        const ALL: &[Phase] = &[Phase::Front, Phase::Back, Phase::Link];
        let first = |edit: &Edit| match edit {
            Edit::Linker(_) | Edit::FuseLd(_) | Edit::Strip(_) => 2,
            Edit::CodegenUnits(_) | Edit::Debug(_) | Edit::SplitDebuginfo(_) | Edit::Lto(_) => 1,
            Edit::OptLevel(_) | Edit::Panic(_) | Edit::Incremental(_) | Edit::Features(_) | Edit::Rustflags(_) => 0,
        };
        &ALL[self.edits.iter().map(first).min().unwrap_or(0)..]
    }

    /// The linkers that it asks for: names of programs that have to be there.
    pub(crate) fn linkers(&self) -> Vec<String> {
        let linker = |edit: &Edit| match edit {
            Edit::Linker(program) => Some(program.clone()),
            // rustc brings an `ld.lld` of its own with many toolchains, outside of `PATH` (rustc book, "linker-flavor").
            Edit::FuseLd(name) if name == "lld" => None,
            // What GCC and Clang run for it.
            Edit::FuseLd(name) if name.contains('/') => Some(name.clone()),
            Edit::FuseLd(name) => Some(format!("ld.{name}")),
            _ => None,
        };
        self.edits.iter().filter_map(linker).collect()
    }
}

/// A command line of rustc.
struct Args(Vec<String>);

impl Args {
    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::CodegenUnits(n) => self.set("codegen-units", Some(&n.to_string())),
            Edit::OptLevel(level) => self.set("opt-level", Some(level.as_str()).filter(|level| *level != "0")),
            Edit::Debug(debug) => self.debug(*debug),
            Edit::Lto(lto) => self.lto(*lto),
            Edit::Panic(strategy) => {
                self.set("panic", Some(strategy.as_str()).filter(|strategy| *strategy != "unwind"))
            }
            Edit::Strip(strip) => self.set("strip", strip_value(*strip)),
            Edit::SplitDebuginfo(way) => self.set("split-debuginfo", Some(way)),
            Edit::Linker(program) => self.set("linker", Some(program)),
            Edit::FuseLd(name) => {
                self.remove(|option| fused(option).is_some());
                self.push(&format!("link-arg=-fuse-ld={name}"));
            }
            // Where to is decided when it is run.
            Edit::Incremental(Incremental::On) => self.set("incremental", Some("incremental")),
            Edit::Incremental(Incremental::Off) => self.set("incremental", None),
            Edit::Features(features) => self.features(features),
            Edit::Rustflags(flags) => self.0.extend(flags.iter().cloned()),
        }
    }

    /// Without debug information of its own, Cargo also has that of the standard library removed from what is linked, unless
    /// the profile says what to strip (`Profiles::get_profile`, `core/profiles.rs`).
    fn debug(&mut self, debug: DebugInfo) {
        let value = match debug {
            DebugInfo::None => None,
            DebugInfo::LineDirectives => Some("line-directives-only"),
            DebugInfo::LineTables => Some("line-tables-only"),
            DebugInfo::Limited => Some("1"),
            DebugInfo::Full => Some("2"),
        };
        self.set("debuginfo", value);
        match value {
            None if !self.has("strip") => self.set("strip", Some("debuginfo")),
            Some(_) => self.remove(|option| option == "strip=debuginfo"),
            None => {}
        }
    }

    /// Libraries are compiled to bitcode alone then, and what is linked is optimised as a whole (`core/compiler/lto.rs`).
    fn lto(&mut self, lto: Lto) {
        self.set("lto", None);
        self.remove(|option| option == "linker-plugin-lto" || option.starts_with("embed-bitcode"));
        match (lto, self.links()) {
            (Lto::Local, _) => self.push("embed-bitcode=no"),
            (Lto::Off, _) => {
                self.push("lto=off");
                self.push("embed-bitcode=no");
            }
            (Lto::Thin, true) => self.push("lto=thin"),
            (Lto::Fat, true) => self.push("lto=fat"),
            (Lto::Thin | Lto::Fat, false) => self.push("linker-plugin-lto"),
        }
    }

    fn links(&self) -> bool {
        let is_linked = |pair: &[String]| pair[0] == "--crate-type" && pair[1] != "lib" && pair[1] != "rlib";
        self.0.windows(2).any(is_linked) || self.0.iter().any(|word| word == "--test")
    }

    fn features(&mut self, features: &[String]) {
        let is_feature = |pair: &[String]| pair[0] == "--cfg" && pair[1].starts_with("feature=");
        let at = (0..self.0.len().saturating_sub(1)).find(|&at| is_feature(&self.0[at..]));
        let mut kept = Vec::with_capacity(self.0.len());
        let mut words = self.0.iter().peekable();
        while let Some(word) = words.next() {
            match words.peek() {
                Some(next) if word == "--cfg" && next.starts_with("feature=") => drop(words.next()),
                _ => kept.push(word.clone()),
            }
        }
        // Everything before the first feature has stayed where it was.
        let at = at.unwrap_or(kept.len());
        let new = features.iter().flat_map(|name| ["--cfg".to_owned(), format!("feature=\"{name}\"")]);
        kept.splice(at..at, new);
        self.0 = kept;
    }

    /// Sets the codegen option `key`, in place of what it was; without a value, takes it away.
    fn set(&mut self, key: &str, value: Option<&str>) {
        self.remove(|option| key_of(option) == key);
        if let Some(value) = value {
            self.push(&format!("{key}={value}"));
        }
    }

    fn has(&self, key: &str) -> bool {
        let mut words = self.0.iter();
        while let Some(word) = words.next() {
            if codegen_option(word, || words.next().map(String::as_str)).is_some_and(|option| key_of(option) == key) {
                return true;
            }
        }
        false
    }

    fn push(&mut self, option: &str) {
        self.0.extend(["-C".to_owned(), option.to_owned()]);
    }

    /// Takes away the codegen options that `is_meant`, written as `-C x`, `-Cx` or `--codegen=x`.
    fn remove(&mut self, is_meant: impl Fn(&str) -> bool) {
        let mut kept = Vec::with_capacity(self.0.len());
        let mut words = self.0.iter();
        while let Some(word) = words.next() {
            let mut second = None;
            let option = codegen_option(word, || {
                second = words.next();
                second.map(String::as_str)
            });
            if !option.is_some_and(&is_meant) {
                kept.push(word.clone());
                kept.extend(second.cloned());
            }
        }
        self.0 = kept;
    }
}

/// The codegen option that begins with `word`.
fn codegen_option<'a>(word: &'a str, next: impl FnOnce() -> Option<&'a str>) -> Option<&'a str> {
    match word {
        "-C" | "--codegen" => next(),
        _ => word.strip_prefix("--codegen=").or_else(|| word.strip_prefix("-C")),
    }
}

fn key_of(option: &str) -> &str {
    option.split_once('=').map_or(option, |(key, _)| key)
}

/// The linker that an option has the compiler driver run.
fn fused(option: &str) -> Option<&str> {
    option.strip_prefix("link-arg=-fuse-ld=").or_else(|| option.strip_prefix("link-args=-fuse-ld="))
}

fn strip_value(strip: Strip) -> Option<&'static str> {
    match strip {
        Strip::Nothing => None,
        Strip::DebugInfo => Some("debuginfo"),
        Strip::Symbols => Some("symbols"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "--crate-name a --crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no -C debuginfo=2 \
        --cfg feature=\"std\" --cfg docs --cfg feature=\"x\" -C metadata=1 -C incremental=/t/i --cap-lints allow";

    fn changed(args: &str, edits: &[Edit]) -> String {
        let words: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        FlagChange { edits: edits.to_vec() }.apply(&words).join(" ")
    }

    fn check(edit: Edit, gone: &str, added: &str) {
        let expected = LIB.replace(gone, "").split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = if added.is_empty() { expected } else { format!("{expected} {added}") };
        assert_eq!(changed(LIB, std::slice::from_ref(&edit)), expected, "{edit:?}");
        // What was changed once can be changed again.
        assert_eq!(changed(LIB, &[edit.clone(), edit.clone()]), expected, "{edit:?} twice");
    }

    #[test]
    fn settings_replace_what_was_there() {
        check(Edit::CodegenUnits(4), "", "-C codegen-units=4");
        check(Edit::OptLevel("2".to_owned()), "", "-C opt-level=2");
        check(Edit::OptLevel("0".to_owned()), "", "");
        check(Edit::Debug(DebugInfo::LineTables), "-C debuginfo=2", "-C debuginfo=line-tables-only");
        check(Edit::Debug(DebugInfo::None), "-C debuginfo=2", "-C strip=debuginfo");
        check(Edit::Strip(Strip::Symbols), "", "-C strip=symbols");
        check(Edit::Panic("abort".to_owned()), "", "-C panic=abort");
        check(Edit::Incremental(Incremental::Off), "-C incremental=/t/i", "");
        check(Edit::Incremental(Incremental::On), "-C incremental=/t/i", "-C incremental=incremental");
        check(Edit::FuseLd("mold".to_owned()), "", "-C link-arg=-fuse-ld=mold");
        check(Edit::Linker("clang".to_owned()), "", "-C linker=clang");
        check(Edit::SplitDebuginfo("packed".to_owned()), "", "-C split-debuginfo=packed");
    }

    #[test]
    fn every_way_to_write_an_option_is_understood() {
        for written in ["-C opt-level=3", "-Copt-level=3", "--codegen=opt-level=3", "--codegen opt-level=3"] {
            let line = format!("--crate-name a {written} -C metadata=1");
            let expected = "--crate-name a -C metadata=1 -C opt-level=1";
            assert_eq!(changed(&line, &[Edit::OptLevel("1".to_owned())]), expected, "{written}");
        }
        assert_eq!(changed("a -C", &[Edit::CodegenUnits(1)]), "a -C -C codegen-units=1");
        assert_eq!(changed("-Clink-arg=-fuse-ld=lld", &[Edit::FuseLd("bfd".to_owned())]), "-C link-arg=-fuse-ld=bfd");
    }

    #[test]
    fn libraries_become_bitcode_for_what_is_optimised_when_linking() {
        check(Edit::Lto(Lto::Thin), "-C embed-bitcode=no", "-C linker-plugin-lto");
        let bin = "--crate-type bin -C embed-bitcode=no";
        assert_eq!(changed(bin, &[Edit::Lto(Lto::Fat)]), "--crate-type bin -C lto=fat");
        let fat = "--crate-type bin -C lto";
        assert_eq!(changed(fat, &[Edit::Lto(Lto::Off)]), "--crate-type bin -C lto=off -C embed-bitcode=no");
        assert_eq!(changed(fat, &[Edit::Lto(Lto::Local)]), bin);
    }

    #[test]
    fn features_are_replaced_as_a_set_and_other_configuration_stays() {
        let features = Edit::Features(vec!["y".to_owned(), "z".to_owned()]);
        let expected = LIB
            .replace("--cfg feature=\"std\"", "--cfg feature=\"y\" --cfg feature=\"z\"")
            .replace("--cfg feature=\"x\" ", "");
        assert_eq!(changed(LIB, &[features]), expected.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(changed("-C metadata=1", &[Edit::Features(Vec::new())]), "-C metadata=1");
        assert_eq!(changed("--cfg", &[Edit::Features(vec!["a".to_owned()])]), "--cfg --cfg feature=\"a\"");
    }

    #[test]
    fn nothing_changes_without_a_change_and_rustflags_come_last() {
        let line = LIB.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(changed(LIB, &[]), line);
        let flags = Edit::Rustflags(vec!["-Zthreads=2".to_owned()]);
        assert_eq!(changed(LIB, &[flags]), format!("{line} -Zthreads=2"));
    }

    #[test]
    fn a_change_makes_a_difference_from_a_phase_on() {
        let phases = |edits: &[Edit]| FlagChange { edits: edits.to_vec() }.phases();
        let ld = Edit::FuseLd("mold".to_owned());
        assert_eq!(phases(std::slice::from_ref(&ld)), [Phase::Link]);
        assert_eq!(phases(&[ld, Edit::CodegenUnits(1)]), [Phase::Back, Phase::Link]);
        assert_eq!(phases(&[Edit::CodegenUnits(1), Edit::OptLevel("1".to_owned())]).len(), 3);
    }

    #[test]
    fn linkers_that_must_be_there_are_named() {
        let linkers = |edit: Edit| FlagChange { edits: vec![edit] }.linkers();
        assert_eq!(linkers(Edit::FuseLd("mold".to_owned())), ["ld.mold"]);
        assert_eq!(linkers(Edit::FuseLd("lld".to_owned())), Vec::<String>::new());
        assert_eq!(linkers(Edit::Linker("clang".to_owned())), ["clang"]);
        assert_eq!(linkers(Edit::CodegenUnits(1)), Vec::<String>::new());
    }
}
