//! The crate root of a unit, from the first line of rustc's dep-info.

use std::io::{self, Read};

use camino::Utf8Path;

/// Enough for the path of the dep-info file and that of the crate root, which is all that is needed of a file that may
/// be large: Linux allows 4,096 bytes for a path, and both together are rarely above 300.
const BEGINNING_BYTES: u64 = 4096;

/// The first source file that the dep-info at `path` names, as rustc wrote it: absolute, or relative to the workspace.
///
/// rustc lists its source files in the order it opened them, so the first one is the crate root
/// (`write_out_deps` in `rustc_interface::passes`).
pub(super) fn crate_root(path: &Utf8Path) -> io::Result<Option<String>> {
    let mut beginning = Vec::new();
    fs_err::File::open(path)?.take(BEGINNING_BYTES).read_to_end(&mut beginning)?;
    Ok(first_source(&beginning))
}

/// `<target>: <source> <source> …`, with spaces inside of paths escaped as `\ `.
fn first_source(beginning: &[u8]) -> Option<String> {
    let line = beginning.split(|byte| *byte == b'\n').next()?;
    let start = line.windows(2).position(|pair| pair == b": ")? + 2;
    let sources = &line[start..];
    let is_end = |at: usize| sources[at] == b' ' && (at == 0 || sources[at - 1] != b'\\');
    let end = (0..sources.len()).find(|at| is_end(*at));
    let end = end.or_else(|| (line.len() < beginning.len()).then_some(sources.len()))?;
    let source = std::str::from_utf8(&sources[..end]).ok()?.replace("\\ ", " ");
    (!source.is_empty()).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(first_source(text.as_bytes()).as_deref(), expected);
    }

    #[test]
    fn the_first_source_is_the_crate_root() {
        check("/t/deps/a-1.d: src/lib.rs src/b.rs\n\n/t/deps/liba-1.rlib: …", Some("src/lib.rs"));
        check("/t/deps/a-1.d: src/lib.rs\n", Some("src/lib.rs"));
    }

    #[test]
    fn spaces_in_paths_are_escaped() {
        check("/my\\ t/a-1.d: /my\\ home/src/lib.rs x\n", Some("/my home/src/lib.rs"));
    }

    #[test]
    fn drive_letters_do_not_end_the_target() {
        check("C:\\t\\a-1.d: C:\\w\\src\\lib.rs C:\\w\\src\\b.rs\n", Some("C:\\w\\src\\lib.rs"));
    }

    #[test]
    fn a_cut_or_empty_file_names_nothing() {
        for text in ["", "/t/a.d:", "/t/a.d: ", "/t/a.d: /home/me/cut-of", "/t/a.d: \n"] {
            check(text, None);
        }
    }
}
