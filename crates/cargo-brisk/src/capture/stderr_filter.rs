//! Keeps Brisk's own paths out of what Cargo prints about the commands that it runs.
//!
//! With `-v`, and when rustc or a test dies of a signal, Cargo prints the command line with the wrapper in it. Where
//! stderr is a file or a pipe, it is passed through here, so that it reads as it would without Brisk. Nothing is held
//! back but the beginning of what may be one of the texts to replace.

use std::io::{self, Read, Write};

/// Texts to replace, each with what stands for it.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(crate) struct StderrFilter {
    /// Longer ones first, so that the beginning of one is not taken for another.
    replacements: Vec<(Vec<u8>, Vec<u8>)>,
}

impl StderrFilter {
    /// A filter that makes of each first text its second.
    pub(crate) fn new(replacements: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut replacements: Vec<(Vec<u8>, Vec<u8>)> =
            replacements.into_iter().map(|(from, to)| (from.into_bytes(), to.into_bytes())).collect();
        replacements.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        Self { replacements }
    }

    /// Passes everything from `input` to `output`, each part as it comes.
    pub(crate) fn pump(&self, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        let mut pending: Vec<u8> = Vec::new();
        loop {
            let n_bytes = match input.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                n_bytes => n_bytes?,
            };
            pending.extend_from_slice(&buffer[..n_bytes]);
            let (ready, n_used) = self.replace(&pending, n_bytes == 0);
            pending.drain(..n_used);
            output.write_all(&ready)?;
            output.flush()?;
            if n_bytes == 0 {
                return Ok(());
            }
        }
    }

    /// What can be said already of `bytes`, and how many of them that uses up.
    fn replace(&self, bytes: &[u8], is_end: bool) -> (Vec<u8>, usize) {
        let mut ready = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let hit = self.replacements.iter().find(|(from, _)| rest.starts_with(from));
            if let Some((from, to)) = hit {
                ready.extend_from_slice(to);
                at += from.len();
            } else if !is_end && self.replacements.iter().any(|(from, _)| from.starts_with(rest)) {
                break;
            } else {
                ready.push(bytes[at]);
                at += 1;
            }
        }
        (ready, at)
    }
}

/// `path` as Cargo prints it in a command line: in single quotes if it holds anything that a shell might understand
/// (the crate `shell-escape`, which `cargo-util` uses).
pub(crate) fn shell_escaped(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/,.+".contains(c);
    if path.chars().all(plain) && !path.is_empty() {
        return path.to_owned();
    }
    let quoted = path.replace('\'', "'\\''").replace('!', "'\\!'");
    format!("'{quoted}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its parts one by one.
    struct Parts<'a>(Vec<&'a [u8]>);

    impl Read for Parts<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let part = self.0.remove(0);
            buffer[..part.len()].copy_from_slice(part);
            Ok(part.len())
        }
    }

    fn filtered(parts: Vec<&[u8]>) -> Vec<u8> {
        let pairs = [("/b/brisk-rustc ", ""), ("RUSTC_WRAPPER=/b/brisk-rustc ", "RUSTC_WRAPPER=w ")];
        let filter = StderrFilter::new(pairs.map(|(from, to)| (from.to_owned(), to.to_owned())));
        let mut output = Vec::new();
        filter.pump(Parts(parts), &mut output).unwrap();
        output
    }

    const TEXT: &str = "  Running `RUSTC_WRAPPER=/b/brisk-rustc /b/brisk-rustc rustc /b/b`\n/b/brisk-rustc";

    #[test]
    fn own_paths_are_replaced_and_the_rest_is_not_touched() {
        let text = filtered(vec![TEXT.as_bytes()]);
        assert_eq!(String::from_utf8(text).unwrap(), "  Running `RUSTC_WRAPPER=w rustc /b/b`\n/b/brisk-rustc");
    }

    #[test]
    fn a_path_with_a_space_is_escaped_as_cargo_does() {
        assert_eq!(shell_escaped("/a b/c"), "'/a b/c'");
        assert_eq!(shell_escaped("/a/it's"), "'/a/it'\\''s'");
        assert_eq!(shell_escaped("/a/b-c_1.d"), "/a/b-c_1.d");
    }

    proptest::proptest! {
        #[test]
        fn where_the_stream_is_cut_does_not_matter(cut in 0..TEXT.len()) {
            let parts = vec![&TEXT.as_bytes()[..cut], &TEXT.as_bytes()[cut..]];
            let parts = parts.into_iter().filter(|part| !part.is_empty()).collect();
            proptest::prop_assert_eq!(filtered(parts), filtered(vec![TEXT.as_bytes()]));
        }

        #[test]
        fn what_names_no_own_path_passes_unchanged(bytes: Vec<u8>) {
            proptest::prop_assume!(!bytes.is_empty());
            proptest::prop_assert_eq!(&filtered(vec![&bytes]), &bytes);
        }
    }
}
