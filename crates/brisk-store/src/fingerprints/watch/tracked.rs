//! Cargo's own dep-info of a unit: the files and environment variables that rustc read.

/// What a unit was compiled from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tracked {
    /// The files of which Cargo compares the times.
    pub(super) files: Vec<TrackedFile>,
    /// The variables, with their values at that time; `None` if it was not set.
    pub(super) variables: Vec<(String, Option<String>)>,
}

/// A file, and what its path is relative to. An absolute path is relative to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TrackedFile {
    pub(super) base: Base,
    pub(super) path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Base {
    /// The directory of the package.
    Package,
    /// The build directory.
    BuildDir,
}

/// Reads the file `dep-<name>` of a fingerprint; `None` if it is not one of the known format, version 1
/// (`EncodedDepInfo` in Cargo's `core/compiler/fingerprint/dep_info.rs`, since 1.84).
///
/// Files with a checksum are left out, because their times do not count.
pub(super) fn parse(bytes: &[u8]) -> Option<Tracked> {
    let mut reader = Reader(bytes);
    let marker = [1, 0, 0, 0, 0xff];
    let version = 1;
    if reader.take(marker.len())? != marker || reader.byte()? != version {
        return None;
    }
    let mut tracked = Tracked::default();
    for _ in 0..reader.number()? {
        let base = match reader.byte()? {
            0 => Base::Package,
            1 => Base::BuildDir,
            _ => return None,
        };
        let path = reader.text()?;
        if reader.byte()? == 0 {
            tracked.files.push(TrackedFile { base, path });
        } else {
            reader.take(size_of::<u64>())?;
            reader.text()?;
        }
    }
    for _ in 0..reader.number()? {
        let name = reader.text()?;
        let value = if reader.byte()? == 0 { None } else { Some(reader.text()?) };
        tracked.variables.push((name, value));
    }
    Some(tracked)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n_bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n_bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn number(&mut self) -> Option<usize> {
        let bytes = self.take(size_of::<u32>())?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn text(&mut self) -> Option<String> {
        let n_bytes = self.number()?;
        self.take(n_bytes).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Cargo writes for two files, one of them with a checksum, and two variables.
    fn encoded() -> Vec<u8> {
        let mut bytes = vec![1, 0, 0, 0, 0xff, 1];
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend(text.as_bytes());
        };
        bytes.extend(3_u32.to_le_bytes());
        for (base, path, checksum) in [(0, "src/lib.rs", false), (0, "src/b.rs", true), (1, "/t/out/c.rs", false)] {
            bytes.push(base);
            text(&mut bytes, path);
            bytes.push(u8::from(checksum));
            if checksum {
                bytes.extend(7_u64.to_le_bytes());
                text(&mut bytes, "blake3=00");
            }
        }
        bytes.extend(2_u32.to_le_bytes());
        text(&mut bytes, "A");
        bytes.push(0);
        text(&mut bytes, "B");
        bytes.push(1);
        text(&mut bytes, "x");
        bytes
    }

    #[test]
    fn files_and_variables_are_read_and_checksums_skipped() {
        let tracked = parse(&encoded()).unwrap();
        let files: Vec<(Base, &str)> = tracked.files.iter().map(|file| (file.base, file.path.as_str())).collect();
        assert_eq!(files, [(Base::Package, "src/lib.rs"), (Base::BuildDir, "/t/out/c.rs")]);
        assert_eq!(tracked.variables, [("A".to_owned(), None), ("B".to_owned(), Some("x".to_owned()))]);
    }

    #[test]
    fn another_format_is_refused() {
        let mut newer = encoded();
        newer[5] = 2;
        assert_eq!(parse(&newer), None);
        assert_eq!(parse(&[2, 0, 0, 0, 0, 3]), None);
    }

    proptest! {
        #[test]
        fn cut_or_damaged_files_do_not_panic(end in 0..90_usize, at in 0..90_usize, byte: u8) {
            let mut bytes = encoded();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(end);
            parse(&bytes);
        }
    }
}
