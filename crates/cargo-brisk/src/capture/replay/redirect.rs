//! Leads everything that rustc would write to a directory of our own.

use std::path::Path;

use brisk_store::calls::RustcCall;
use camino::Utf8Path;

/// `args` with outputs in `out_dir` and incremental state in `incremental`; everything else, inputs above all, as it is.
pub(super) fn redirected(args: &[String], out_dir: &Utf8Path, incremental: &Utf8Path) -> Vec<String> {
    let mut redirected = Vec::with_capacity(args.len());
    let mut words = args.iter().peekable();
    while let Some(word) = words.next() {
        match (word.as_str(), words.peek()) {
            ("--out-dir" | "-o" | "-C" | "--codegen" | "--emit", Some(value)) => {
                redirected.extend([word.clone(), new_value(word, value, out_dir, incremental)]);
                words.next();
            }
            _ => redirected.push(joined(word, out_dir, incremental).unwrap_or_else(|| word.clone())),
        }
    }
    redirected
}

/// An option and its value in one word.
fn joined(word: &str, out_dir: &Utf8Path, incremental: &Utf8Path) -> Option<String> {
    let (option, value) = match word.split_once('=') {
        Some((option @ ("--out-dir" | "--codegen" | "--emit"), value)) => (option, value),
        _ => {
            let value = word.strip_prefix("-C").filter(|value| !value.is_empty())?;
            return Some(format!("-C{}", new_value("-C", value, out_dir, incremental)));
        }
    };
    Some(format!("{option}={}", new_value(option, value, out_dir, incremental)))
}

fn new_value(option: &str, value: &str, out_dir: &Utf8Path, incremental: &Utf8Path) -> String {
    match option {
        "--out-dir" => out_dir.to_string(),
        "-o" => within(value, out_dir),
        "--emit" => {
            let kinds = value.split(',').map(|kind| match kind.split_once('=') {
                Some((kind, path)) => format!("{kind}={}", within(path, out_dir)),
                None => kind.to_owned(),
            });
            kinds.collect::<Vec<String>>().join(",")
        }
        _ if value.starts_with("incremental=") => format!("incremental={incremental}"),
        _ => value.to_owned(),
    }
}

fn within(path: &str, dir: &Utf8Path) -> String {
    dir.join(Utf8Path::new(path).file_name().unwrap_or("output")).into_string()
}

/// The first thing that the call needs and that is not there any more.
pub(crate) fn missing_input(call: &RustcCall) -> Option<String> {
    let cwd = Path::new(&call.cwd);
    let out_dir = call.environment.get("OUT_DIR").cloned().flatten();
    let program = call.program().iter().filter(|program| program.contains('/')).cloned();
    let inputs = program.chain([call.cwd.clone()]).chain(out_dir).chain(inputs(call.args()));
    inputs.into_iter().find(|path| !cwd.join(path).exists())
}

/// Paths that the arguments name as inputs: the root source file, and the libraries of dependencies.
fn inputs(args: &[String]) -> Vec<String> {
    let mut inputs = Vec::new();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--extern" => {
                inputs.extend(words.next().and_then(|value| value.split_once('=')).map(|(_, path)| path.to_owned()));
            }
            "--crate-name" | "--crate-type" | "--out-dir" | "--target" | "--cfg" | "-C" | "-L" | "--check-cfg"
            | "--cap-lints" | "-Z" | "-l" => drop(words.next()),
            _ if word.ends_with(".rs") && !word.starts_with('-') => inputs.push(word.clone()),
            _ => {}
        }
    }
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use brisk_store::recording::Hash;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn only_what_is_written_is_led_elsewhere() {
        let line = "--crate-name a src/lib.rs --emit=dep-info=/t/a.d,metadata,link -C metadata=1 --out-dir /t/deps \
            -C incremental=/t/inc -L dependency=/t/deps --extern b=/t/deps/libb.rmeta -o /t/x -Copt-level=3 \
            --out-dir=/t --emit link=/t/y -Cincremental=/t -C";
        let expected = "--crate-name a src/lib.rs --emit=dep-info=/p/a.d,metadata,link -C metadata=1 --out-dir /p \
            -C incremental=/i -L dependency=/t/deps --extern b=/t/deps/libb.rmeta -o /p/x -Copt-level=3 \
            --out-dir=/p --emit link=/p/y -Cincremental=/i -C";
        assert_eq!(redirected(&words(line), "/p".into(), "/i".into()), words(expected));
    }

    #[test]
    fn an_input_that_is_gone_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let cwd = dir.path().to_str().unwrap();
        for file in ["lib.rs", "libb.rmeta"] {
            fs_err::write(dir.path().join(file), "").unwrap();
        }
        let missing = |line: &str, out_dir: Option<&str>| {
            let call = RustcCall {
                unit: "0123456789abcdef".parse().map(Hash).unwrap(),
                command: words(line),
                cwd: cwd.to_owned(),
                environment: out_dir.map(|dir| ("OUT_DIR".to_owned(), Some(dir.to_owned()))).into_iter().collect(),
            };
            missing_input(&call)
        };
        let line = "rustc --crate-name a lib.rs --extern b=libb.rmeta --extern std --cfg x.rs";
        assert_eq!(missing(line, None), None);
        assert_eq!(missing(line, Some("/nowhere/out")).as_deref(), Some("/nowhere/out"));
        assert_eq!(missing(&line.replace("libb", "libc"), None).as_deref(), Some("libc.rmeta"));
        assert_eq!(missing(&line.replace("rustc", "/nowhere/rustc"), None).as_deref(), Some("/nowhere/rustc"));
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_words_are_none_is_lost(words: Vec<String>) {
            proptest::prop_assert_eq!(redirected(&words, "/p".into(), "/i".into()).len(), words.len());
        }
    }
}
