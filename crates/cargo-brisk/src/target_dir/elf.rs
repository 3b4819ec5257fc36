//! Bytes of debug information in an ELF file, from its section headers alone.
//!
//! Only the layout of 64 bits and little end first is read, which is that of the machines Rust programs are mostly built
//! for; of anything else nothing is said. The layout is that of `elf(5)`. (A crate for object files would add more to what
//! has to be built than these few numbers are worth.)

use std::io::{Read, Seek, SeekFrom};

/// Section headers and names that are read at most: those of a large executable take some kilobytes, and a broken file may
/// claim anything.
const MOST_BYTES: u64 = 1 << 20;

/// `SHT_NOBITS`: a section without bytes in the file.
const NOBITS: u32 = 8;

/// Bytes of all sections whose names begin with `.debug_`, as they lie in the file; `None` if it is not such a file.
pub(super) fn debug_bytes(file: &mut (impl Read + Seek)) -> Option<u64> {
    let header = read_at(file, 0, 64)?;
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let entry_bytes = u64::from(u16_at(&header, 0x3a)?);
    let table = read_at(file, u64_at(&header, 0x28)?, entry_bytes * u64::from(u16_at(&header, 0x3c)?))?;
    let sections: Vec<Section> =
        table.chunks_exact(usize::try_from(entry_bytes).ok()?.max(1)).map_while(section).collect();
    let names = sections.get(usize::from(u16_at(&header, 0x3e)?))?;
    let names = read_at(file, names.offset, names.bytes)?;
    let is_debug = |section: &&Section| {
        let name = usize::try_from(section.name).ok().and_then(|at| names.get(at..));
        section.kind != NOBITS && name.is_some_and(|name| name.starts_with(b".debug_"))
    };
    Some(sections.iter().filter(is_debug).fold(0, |sum, section| section.bytes.saturating_add(sum)))
}

struct Section {
    /// Where its name is among all names.
    name: u32,
    kind: u32,
    offset: u64,
    bytes: u64,
}

fn section(header: &[u8]) -> Option<Section> {
    Some(Section {
        name: u32_at(header, 0)?,
        kind: u32_at(header, 4)?,
        offset: u64_at(header, 0x18)?,
        bytes: u64_at(header, 0x20)?,
    })
}

fn read_at(file: &mut (impl Read + Seek), offset: u64, bytes: u64) -> Option<Vec<u8>> {
    if bytes > MOST_BYTES {
        return None;
    }
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut read = vec![0; usize::try_from(bytes).ok()?];
    file.read_exact(&mut read).ok()?;
    Some(read)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// A file with these sections; the last one holds their names.
    fn elf(sections: &[(&str, u32, u64)]) -> Vec<u8> {
        let mut names = vec![0];
        let mut table = Vec::new();
        let n_sections = sections.len() + 1;
        let mut all = sections.to_vec();
        let names_bytes = 1 + sections.iter().map(|(name, ..)| name.len() + 1).sum::<usize>() + ".names".len() + 1;
        all.push((".names", 3, names_bytes as u64));
        for (name, kind, bytes) in all {
            let offset = if name == ".names" { 64 + 64 * n_sections } else { 0 };
            let mut header = vec![0; 64];
            header[0..4].copy_from_slice(&(names.len() as u32).to_le_bytes());
            header[4..8].copy_from_slice(&kind.to_le_bytes());
            header[0x18..0x20].copy_from_slice(&(offset as u64).to_le_bytes());
            header[0x20..0x28].copy_from_slice(&bytes.to_le_bytes());
            table.extend(header);
            names.extend(name.bytes().chain([0]));
        }
        let mut file = vec![0; 64];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[0x28..0x30].copy_from_slice(&64_u64.to_le_bytes());
        file[0x3a..0x3c].copy_from_slice(&64_u16.to_le_bytes());
        file[0x3c..0x3e].copy_from_slice(&(n_sections as u16).to_le_bytes());
        file[0x3e..0x40].copy_from_slice(&(sections.len() as u16).to_le_bytes());
        [file, table, names].concat()
    }

    #[test]
    fn debug_sections_are_added_up_and_others_are_not() {
        let file =
            elf(&[(".text", 1, 1000), (".debug_info", 1, 30), (".debug_str", 1, 12), (".debug_none", NOBITS, 7)]);
        assert_eq!(debug_bytes(&mut Cursor::new(file)), Some(42));
        assert_eq!(debug_bytes(&mut Cursor::new(elf(&[(".text", 1, 1000)]))), Some(0));
    }

    #[test]
    fn a_file_of_another_format_says_nothing() {
        for other in [&b""[..], b"\x7fELF", b"\0asm\x01\0\0\0", &[0; 100]] {
            assert_eq!(debug_bytes(&mut Cursor::new(other)), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(at in 0_usize..300, byte: u8, cut in 0_usize..400) {
            let mut file = elf(&[(".text", 1, 1000), (".debug_info", 1, 30)]);
            let at = at % file.len();
            file[at] = byte;
            file.truncate(cut);
            let _ = debug_bytes(&mut Cursor::new(file));
        }
    }
}
