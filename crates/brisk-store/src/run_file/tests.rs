//! A run file gives back what was put in, and nothing that is not true.

use std::io::Write as _;

use brisk::model::{Build, Source};
use camino::{Utf8Path, Utf8PathBuf};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::write::encode;
use super::{
    ReadError, Run, RunHeader, RunId, RunKind, arbitrary, from_bytes, header_from_bytes, read, to_bytes, write,
};

const NAME: &str = "some.brisk.json.gz";

fn a_run() -> Run {
    Run {
        id: RunId::generate(1_795_249_491.0),
        kind: RunKind::Record,
        created_at: 1_795_249_491.0,
        brisk_version: "0.1.0".to_owned(),
        workspace_root: Some("/home/me/app".into()),
        target_dir: None,
        git_revision: None,
        build: Build { wall_s: Some(12.5), ..Build::empty(Source::Capture) },
    }
}

fn gzip(lines: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines {
        let mut encoder = GzEncoder::new(&mut bytes, Compression::default());
        encoder.write_all(line.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    bytes
}

/// The two lines of `run`'s file.
fn lines_of(run: &Run) -> (String, String) {
    let bytes = to_bytes(run).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).unwrap();
    let (header, build) = text.split_once('\n').unwrap();
    (header.to_owned(), build.to_owned())
}

fn read_lines(header: &str, build: &str) -> Result<Run, ReadError> {
    from_bytes(&gzip(&[header, build]), NAME.into())
}

fn directory() -> (tempfile::TempDir, Utf8PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(directory.path().to_owned()).unwrap();
    (directory, path)
}

fn names_in(directory: &Utf8Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_header_is_readable_without_the_build() {
    let run = a_run();
    let (header, _) = lines_of(&run);
    let bytes = [gzip(&[&header]), b"not gzip at all".to_vec()].concat();
    assert_eq!(header_from_bytes(&bytes, NAME.into()).unwrap(), RunHeader::of(&run));
    assert!(matches!(from_bytes(&bytes, NAME.into()), Err(ReadError::Damaged { .. })));
}

#[test]
fn a_newer_format_is_refused_and_says_who_can_read_it() {
    let (header, build) = lines_of(&a_run());
    let header = header.replace("\"format_version\":1", "\"format_version\":2").replace("0.1.0", "0.9.0");
    let error = read_lines(&header, &build).unwrap_err();
    insta::assert_snapshot!(error, @"`some.brisk.json.gz` has run file format 2, and this Brisk reads formats up to 1; Brisk 0.9.0, which wrote it, can read it");
}

#[test]
fn a_newer_format_is_refused_even_if_nothing_else_of_it_is_known() {
    let error = read_lines(r#"{"format":"brisk-run","format_version":7,"id":[]}"#, "?").unwrap_err();
    assert!(matches!(error, ReadError::TooNew { .. }), "{error}");
}

#[test]
fn unknown_fields_are_ignored() {
    let run = a_run();
    let (header, build) = lines_of(&run);
    let with_more = |line: &str| line.replacen('{', r#"{"from_the_future":{"x":[1]},"#, 1);
    assert_eq!(read_lines(&with_more(&header), &with_more(&build)).unwrap(), run);
}

#[test]
fn other_gzip_files_are_refused() {
    for other in [r#"{"hello":1}"#, "", "[]", r#"{"format":"tar","format_version":1}"#] {
        let error = from_bytes(&gzip(&[other, "{}"]), NAME.into()).unwrap_err();
        assert!(matches!(error, ReadError::Damaged { .. }), "{other}: {error}");
        assert!(error.to_string().contains(NAME), "{error}");
    }
}

#[test]
fn indices_and_hashes_are_checked() {
    let (header, build) = lines_of(&a_run());
    let unit = r#"{"package":"a","source":"path","kind":"lib","target":"a","mode":"build","platform":"host","status":"new","hash":"HASH"}"#;
    let with = |hash: &str, edges: &str| {
        let build = build.replace(r#""units":[]"#, &format!(r#""units":[{}]"#, unit.replace("HASH", hash)));
        read_lines(&header, &build.replace(r#""edges":[]"#, &format!(r#""edges":{edges}"#)))
    };
    let run = with("00b07be5f55f0da9", "[[0,4294967295],[0,0]]").unwrap();
    assert_eq!(run.build.edges, []);
    assert_eq!(run.build.problems.len(), 1);
    assert!(with("xyz", "[]").unwrap_err().to_string().contains("16 hexadecimal digits"));
    assert!(matches!(with("00b07be5f55f0da9", "[[0,-1]]"), Err(ReadError::Damaged { .. })));
    assert!(matches!(with("00b07be5f55f0da9", "[[0,18446744073709551615]]"), Err(ReadError::Damaged { .. })));
}

#[test]
fn numbers_that_are_too_large_are_refused_or_dropped() {
    let (header, build) = lines_of(&a_run());
    let overflow = read_lines(&header, &build.replace("12.5", "1e400")).unwrap_err();
    assert!(overflow.to_string().contains("number out of range"), "{overflow}");
    let nonsense = read_lines(&header, &build.replace("12.5", "1e300")).unwrap();
    assert_eq!(nonsense.build.wall_s, None);
    assert_eq!(nonsense.build.problems.len(), 1);
}

#[test]
fn a_header_that_expands_without_end_is_refused() {
    let bomb = " ".repeat(2 << 20);
    let bytes = gzip(&[&bomb]);
    assert!(bytes.len() < 10_000);
    let error = from_bytes(&bytes, NAME.into()).unwrap_err();
    assert!(error.to_string().contains("expands to more than 1048576 bytes"), "{error}");
}

#[test]
fn a_run_is_never_overwritten() {
    let (_guard, directory) = directory();
    let path = directory.join(NAME);
    write(&path, &a_run()).unwrap();
    let other = Run { git_revision: Some("abc".into()), ..a_run() };
    let error = write(&path, &other).unwrap_err();
    assert!(error.to_string().contains("is there already"), "{error}");
    assert_eq!(read(&path).unwrap().git_revision, None);
    assert_eq!(names_in(&directory), [NAME]);
}

#[test]
fn a_directory_that_is_a_file_is_an_error_with_its_name() {
    let (_guard, directory) = directory();
    let file = directory.join("file");
    std::fs::write(&file, "x").unwrap();
    let error = write(&file.join(NAME), &a_run()).unwrap_err();
    assert!(error.to_string().contains(NAME), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_takes_no_files_is_an_error() {
    let error = write(Utf8Path::new("/proc/self/fd").join(NAME).as_path(), &a_run()).unwrap_err();
    assert!(error.to_string().contains("/proc/self/fd"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = encode(&a_run(), &mut full).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}

#[test]
fn a_run_without_a_time_of_creation_is_not_written() {
    let (_guard, directory) = directory();
    assert!(write(&directory.join(NAME), &Run { created_at: f64::NAN, ..a_run() }).is_err());
    assert_eq!(names_in(&directory), [""; 0]);
}

#[test]
fn a_build_with_a_nan_is_written_without_it() {
    let mut run = a_run();
    run.build.wall_s = Some(f64::NAN);
    let back = from_bytes(&to_bytes(&run).unwrap(), NAME.into()).unwrap();
    assert_eq!(back.build.wall_s, None);
    assert_eq!(back.build.problems.len(), 1);
}

proptest! {
    #[test]
    fn a_run_reads_back_as_it_was_written(run in arbitrary::run()) {
        let bytes = to_bytes(&run).unwrap();
        prop_assert_eq!(&from_bytes(&bytes, NAME.into()).unwrap(), &run);
        prop_assert_eq!(header_from_bytes(&bytes, NAME.into()).unwrap(), RunHeader::of(&run));
    }

    #[test]
    fn arbitrary_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(from_bytes(&bytes, NAME.into()).is_err());
    }

    #[test]
    fn a_truncated_file_is_an_error(run in arbitrary::run(), share in 0.0..1.0_f64) {
        let bytes = to_bytes(&run).unwrap();
        let n_bytes = (bytes.len() as f64 * share) as usize;
        prop_assert!(from_bytes(&bytes[..n_bytes], NAME.into()).is_err());
    }

    #[test]
    fn a_damaged_text_is_an_error_or_a_build_that_holds(run in arbitrary::run(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (header, build) = lines_of(&run);
        let mut build = build.into_bytes();
        let at = at.index(build.len());
        build[at] = byte;
        let bytes = [gzip(&[&header]), gzip(&[&String::from_utf8_lossy(&build)])].concat();
        if let Ok(run) = from_bytes(&bytes, NAME.into()) {
            prop_assert_eq!(run.build.clone().checked(), run.build);
        }
    }
}
