//! Tells Cargo's calls of rustc for a unit from all others, and reads what they say about the unit.
//!
//! The same wrapper is called for `rustc -vV`, for the probes of Cargo and of build scripts, and under the name of a
//! compiler cache also for C compilers. A unit is known by three arguments together that only Cargo gives:
//! `--crate-name NAME` in two words, JSON messages with artifact notifications, and `-C metadata=<16 digits>`
//! (`core/compiler/mod.rs`, `build_base_args` and `add_error_format_and_color`).

use std::ffi::OsStr;
use std::path::Path;

use brisk::model::UnitHash;
use brisk_store::recording::{Hash, Moment, UnitStart};

use super::nesting;

/// The unit that rustc is called for by `args`, or `None` if this is another kind of call.
pub(crate) fn identify<A: AsRef<OsStr>>(args: &[A], at: Moment) -> Option<UnitStart> {
    let words = expanded(args);
    let arguments = Arguments::of(words.iter().map(String::as_str));
    let mut unit = arguments.into_unit(at)?;
    unit.package = std::env::var("CARGO_PKG_NAME").ok();
    unit.version = std::env::var("CARGO_PKG_VERSION").ok();
    unit.script = std::env::var_os("OUT_DIR").and_then(|dir| hash_of_out_dir(Path::new(&dir)));
    unit.nested = nesting::is_nested();
    Some(unit)
}

/// The arguments with files of arguments read: Cargo writes one argument per line
/// (`ProcessBuilder::build_command_with_argfile`, `cargo-util`), when the command line would be too long otherwise.
pub(super) fn expanded<A: AsRef<OsStr>>(args: &[A]) -> Vec<String> {
    let mut words = Vec::with_capacity(args.len());
    for arg in args {
        let arg = arg.as_ref().to_string_lossy();
        let file = arg.strip_prefix('@').and_then(|path| std::fs::read_to_string(path).ok());
        match file {
            Some(text) => words.extend(text.lines().map(str::to_owned)),
            None => words.push(arg.into_owned()),
        }
    }
    words
}

/// What a command line says, in so far as it matters here.
#[derive(Default)]
struct Arguments<'a> {
    krate: Option<&'a str>,
    hash: Option<Hash>,
    has_artifact_messages: bool,
    is_cargos: bool,
    crate_types: Vec<&'a str>,
    emit: Vec<&'a str>,
    out_dir: Option<&'a str>,
    features: Vec<&'a str>,
    test: bool,
    target: Option<&'a str>,
    source: Option<&'a str>,
    externs: Vec<Hash>,
    linker: Option<&'a str>,
}

impl<'a> Arguments<'a> {
    fn of(words: impl Iterator<Item = &'a str>) -> Self {
        let mut arguments = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            match word {
                "--crate-name" => arguments.krate = words.next(),
                "--crate-type" => arguments.crate_types.extend(words.next()),
                "--out-dir" => arguments.out_dir = words.next(),
                "--target" => arguments.target = words.next(),
                "--cfg" => arguments.features.extend(words.next().and_then(feature)),
                "--extern" => arguments.externs.extend(words.next().and_then(hash_of_extern)),
                "-C" => arguments.codegen_option(words.next().unwrap_or_default()),
                "-L" | "--check-cfg" | "--cap-lints" | "-Z" => drop(words.next()),
                "--test" => arguments.test = true,
                _ => arguments.other(word),
            }
        }
        arguments
    }

    fn codegen_option(&mut self, option: &'a str) {
        if let Some(suffix) = option.strip_prefix("extra-filename=-") {
            self.hash = suffix.parse().ok().map(Hash);
        } else if let Some(metadata) = option.strip_prefix("metadata=") {
            self.is_cargos = metadata.parse::<UnitHash>().is_ok();
        } else if let Some(linker) = option.strip_prefix("linker=") {
            self.linker = Some(linker);
        }
    }

    fn other(&mut self, word: &'a str) {
        if let Some(kinds) = word.strip_prefix("--emit=") {
            self.emit = kinds.split(',').collect();
        } else if let Some(kinds) = word.strip_prefix("--json=") {
            self.has_artifact_messages = kinds.split(',').any(|kind| kind == "artifacts");
        } else if self.source.is_none() && word.ends_with(".rs") && !word.starts_with('-') {
            self.source = Some(word);
        }
    }

    fn into_unit(self, at: Moment) -> Option<UnitStart> {
        let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        if !self.has_artifact_messages || !self.is_cargos {
            return None;
        }
        Some(UnitStart {
            at,
            pid: std::process::id(),
            hash: self.hash,
            krate: self.krate?.to_owned(),
            package: None,
            version: None,
            crate_types: owned(self.crate_types),
            emit: owned(self.emit),
            out_dir: self.out_dir.unwrap_or_default().to_owned(),
            features: owned(self.features),
            test: self.test,
            target: self.target.map(str::to_owned),
            source: self.source.map(str::to_owned),
            script: None,
            externs: self.externs,
            linker: self.linker.map(str::to_owned),
            nested: false,
        })
    }
}

fn feature(cfg: &str) -> Option<&str> {
    cfg.strip_prefix("feature=\"")?.strip_suffix('"')
}

/// `serde=/…/libserde-5e357b28be892ec8.rmeta`, with options in front of the name (`noprelude:`).
fn hash_of_extern(value: &str) -> Option<Hash> {
    let (_, path) = value.split_once('=')?;
    trailing_hash(Path::new(path).file_stem()?)
}

/// The unit whose build script writes to `out_dir`: `build/<package>-<hash>/out`, or `build/<package>/<hash>/out` in
/// the layout of Cargo 1.100.
pub(crate) fn hash_of_out_dir(out_dir: &Path) -> Option<Hash> {
    let unit_dir = out_dir.parent()?.file_name()?;
    trailing_hash(unit_dir).or_else(|| unit_dir.to_str()?.parse::<UnitHash>().ok().map(Hash))
}

fn trailing_hash(name: &OsStr) -> Option<Hash> {
    let (_, digits) = name.to_str()?.rsplit_once('-')?;
    digits.parse().ok().map(Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMCHR: &str = "rustc --crate-name memchr --edition=2021 /src/memchr/src/lib.rs --error-format=json \
        --json=diagnostic-rendered-ansi,artifacts,future-incompat --crate-type lib --emit=dep-info,metadata,link \
        -C embed-bitcode=no --cfg feature=\"alloc\" --cfg feature=\"std\" --check-cfg cfg(docsrs,test) -C metadata=0d1c2b3a49586776 \
        -C extra-filename=-9ae1b3d3d5d0c9a1 --out-dir /t/debug/deps -L dependency=/t/debug/deps \
        --extern core=/t/debug/deps/libcore-0123456789abcdef.rmeta --cap-lints allow";

    fn unit(line: &str) -> Option<UnitStart> {
        identify(&line.split_whitespace().collect::<Vec<_>>(), Moment(7))
    }

    #[test]
    fn a_unit_is_read_off_its_command_line() {
        let unit = unit(MEMCHR).unwrap();
        assert_eq!(unit.hash.unwrap().0.to_string(), "9ae1b3d3d5d0c9a1");
        assert_eq!((unit.krate.as_str(), unit.out_dir.as_str()), ("memchr", "/t/debug/deps"));
        assert_eq!(unit.crate_types, ["lib"]);
        assert_eq!(unit.emit, ["dep-info", "metadata", "link"]);
        assert_eq!(unit.features, ["alloc", "std"]);
        assert_eq!(unit.externs.len(), 1);
        assert_eq!(unit.source.as_deref(), Some("/src/memchr/src/lib.rs"));
        assert!(!unit.test);
    }

    #[test]
    fn a_driver_in_front_of_rustc_does_not_matter() {
        assert!(unit(&format!("clippy-driver {MEMCHR}")).is_some());
    }

    #[test]
    fn a_file_of_arguments_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("args");
        fs_err::write(&file, MEMCHR.split_whitespace().skip(1).collect::<Vec<_>>().join("\n")).unwrap();
        let args = ["rustc".to_owned(), format!("@{}", file.display())];
        assert_eq!(identify(&args, Moment(7)), unit(MEMCHR));
    }

    #[test]
    fn dynamic_libraries_of_members_have_no_hash() {
        let line = MEMCHR.replace("-C extra-filename=-9ae1b3d3d5d0c9a1 ", "");
        assert_eq!(unit(&line).unwrap().hash, None);
    }

    #[test]
    fn probes_are_not_units() {
        for call in [
            "rustc -vV",
            "rustc - --crate-name ___ --print=file-names --crate-type bin",
            "rustc --crate-name=proc_macro2 --crate-type=lib --emit=dep-info,metadata --out-dir /t build/probe.rs",
            "cc -O2 -c foo.c -o foo.o",
            "",
        ] {
            assert_eq!(unit(call), None, "{call}");
        }
        assert_eq!(unit(&MEMCHR.replace("metadata=0d1c", "metadata=mine")), None);
        assert_eq!(unit(&MEMCHR.replace(",artifacts", "")), None);
    }

    #[test]
    fn out_dirs_of_both_layouts_tell_the_hash() {
        for dir in ["/t/debug/build/libc-9ae1b3d3d5d0c9a1/out", "/t/debug/build/libc/9ae1b3d3d5d0c9a1/out"] {
            assert_eq!(hash_of_out_dir(Path::new(dir)).unwrap().0.to_string(), "9ae1b3d3d5d0c9a1", "{dir}");
        }
        assert_eq!(hash_of_out_dir(Path::new("/t/debug/build/libc/out")), None);
    }
}
