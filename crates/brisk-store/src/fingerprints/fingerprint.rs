//! The fingerprint that Cargo stores of one unit.

use serde::Deserialize;
use serde_json::Value;

/// What Cargo compares to decide whether a unit is fresh; fields of Cargo's `Fingerprint`
/// (`core/compiler/fingerprint/mod.rs`), which writes it as `<name>.json`.
///
/// Unknown fields are ignored and missing ones are empty, because the file is internal to Cargo and changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Fingerprint {
    /// Hash of `rustc -vV`; 0 for build script runs of old Cargo versions.
    pub rustc: u64,
    /// Features that are on, as the `Debug` output of a list of strings; empty for build script runs.
    pub features: String,
    /// Features that the package offers, in the same format.
    pub declared_features: String,
    /// Hash of the target's description.
    pub target: u64,
    /// Hash of the profile, mode and extra arguments.
    pub profile: u64,
    /// Hash of the path of the crate root.
    pub path: u64,
    /// The units it depends on, without executables.
    pub deps: Vec<DepFingerprint>,
    /// What on disk or in the environment it depends on.
    pub local: Vec<LocalFingerprint>,
    /// `RUSTFLAGS` and the like.
    pub rustflags: Vec<String>,
    /// Hash of further settings (linker, …).
    pub config: u64,
    /// Hash of a target specification file, 0 without one.
    pub compile_kind: u64,
}

/// One entry of [`Fingerprint::deps`]: `[package id hash, extern name, public, fingerprint hash]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "(u64, String, bool, u64)")]
pub struct DepFingerprint {
    /// Hash of the package id.
    pub package_id: u64,
    /// The name by which the dependent knows it.
    pub name: String,
    /// Whether it is a public dependency.
    pub public: bool,
    /// Hash of the dependency's own fingerprint.
    pub fingerprint: u64,
}

impl From<(u64, String, bool, u64)> for DepFingerprint {
    fn from((package_id, name, public, fingerprint): (u64, String, bool, u64)) -> Self {
        Self { package_id, name, public, fingerprint }
    }
}

/// One entry of [`Fingerprint::local`]; Cargo's enum of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "RawLocal")]
pub enum LocalFingerprint {
    /// An opaque text: newest file of a package, or its revision.
    Precalculated(String),
    /// The files and variables that rustc read.
    CheckDepInfo {
        /// Cargo's own dep-info file, relative to the build directory.
        dep_info: String,
    },
    /// Files that a build script named.
    RerunIfChanged {
        /// What the build script printed, relative to the build directory.
        output: String,
        /// The files, relative to the package.
        paths: Vec<String>,
    },
    /// An environment variable that a build script named.
    RerunIfEnvChanged {
        /// Name.
        var: String,
        /// Its value when the script ran.
        val: Option<String>,
    },
    /// An entry of a kind that did not exist when this was written.
    Other(Value),
}

#[derive(Deserialize)]
enum KnownLocal {
    Precalculated(String),
    CheckDepInfo { dep_info: String },
    RerunIfChanged { output: String, paths: Vec<String> },
    RerunIfEnvChanged { var: String, val: Option<String> },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawLocal {
    Known(KnownLocal),
    Other(Value),
}

impl From<RawLocal> for LocalFingerprint {
    fn from(raw: RawLocal) -> Self {
        match raw {
            RawLocal::Known(KnownLocal::Precalculated(text)) => Self::Precalculated(text),
            RawLocal::Known(KnownLocal::CheckDepInfo { dep_info }) => Self::CheckDepInfo { dep_info },
            RawLocal::Known(KnownLocal::RerunIfChanged { output, paths }) => Self::RerunIfChanged { output, paths },
            RawLocal::Known(KnownLocal::RerunIfEnvChanged { var, val }) => Self::RerunIfEnvChanged { var, val },
            RawLocal::Other(value) => Self::Other(value),
        }
    }
}

impl Fingerprint {
    /// Reads the JSON; `None` if it is not a fingerprint.
    pub fn parse(json: &[u8]) -> Option<Self> {
        // An array would do for serde too.
        json.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(json).ok())?
    }

    /// Features that are on, sorted. Cargo prints the list with `{:?}`, which is JSON for every valid feature name.
    pub fn features(&self) -> Vec<String> {
        let mut features: Vec<String> = serde_json::from_str(&self.features).unwrap_or_default();
        features.sort_unstable();
        features
    }
}

/// The fingerprint's own hash, from the file without extension: 16 hexadecimal digits of the little-endian bytes
/// (Cargo's `util::to_hex`). Empty while the unit is being rebuilt and after a failure (`prepare_target`).
pub(super) fn own_hash(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() == 16 && !text.starts_with('+'))?;
    u64::from_str_radix(text, 16).ok().map(u64::swap_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: &str = r#"{"rustc":7,"features":"[\"std\", \"alloc\"]","declared_features":"[]","target":1,"profile":2,"path":3,"deps":[[5,"itoa",false,17682625657160253505]],"local":[{"CheckDepInfo":{"dep_info":"debug/.fingerprint/a-b/dep-lib-a","checksum":false}},{"RerunIfEnvChanged":{"var":"CC","val":null}},{"FromTheFuture":[1]}],"rustflags":["-Cx"],"config":4,"compile_kind":0,"new":{}}"#;

    #[test]
    fn a_fingerprint_is_read_with_all_it_says() {
        let fingerprint = Fingerprint::parse(JSON.as_bytes()).unwrap();
        assert_eq!(fingerprint.features(), ["alloc", "std"]);
        assert_eq!(
            fingerprint.deps,
            [DepFingerprint {
                package_id: 5,
                name: "itoa".to_owned(),
                public: false,
                fingerprint: 17_682_625_657_160_253_505
            }]
        );
        assert!(
            matches!(&fingerprint.local[0], LocalFingerprint::CheckDepInfo { dep_info } if dep_info.ends_with("dep-lib-a"))
        );
        assert!(matches!(&fingerprint.local[1], LocalFingerprint::RerunIfEnvChanged { val: None, .. }));
        assert!(matches!(&fingerprint.local[2], LocalFingerprint::Other(_)));
    }

    #[test]
    fn the_own_hash_is_little_endian() {
        assert_eq!(own_hash(b"0100000000000000"), Some(1));
        assert_eq!(own_hash(b""), None);
        assert_eq!(own_hash(b"+100000000000000"), None);
        assert_eq!(own_hash(&[0xff; 16]), None);
    }

    proptest! {
        #[test]
        fn a_truncated_fingerprint_is_refused(end in 0..JSON.len()) {
            prop_assert_eq!(Fingerprint::parse(&JSON.as_bytes()[..end]), None);
        }

        #[test]
        fn a_damaged_fingerprint_does_not_panic(at in 0..JSON.len(), byte: u8, hash: Vec<u8>) {
            let mut json = JSON.as_bytes().to_vec();
            json[at] = byte;
            if let Some(fingerprint) = Fingerprint::parse(&json) {
                fingerprint.features();
            }
            own_hash(&hash);
        }

        #[test]
        fn wrong_types_and_huge_numbers_are_refused(
            field in prop::sample::select(&["rustc", "deps", "local", "features", "config"][..]),
            value in prop::sample::select(&["-1", "1e300", "99999999999999999999999", "{}", "[[]]", "null", "true", "[[1,2,3,4]]"][..]),
        ) {
            let json = format!(r#"{{"{field}":{value}}}"#);
            let parsed = Fingerprint::parse(json.as_bytes());
            prop_assert!(parsed.is_none() || field == "local");
        }
    }
}
