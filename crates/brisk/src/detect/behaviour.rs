//! Features without which everything compiles as before and something works in another way: no compiler tells, and tests
//! only where they happen to look.

/// A feature of which that is known.
struct Known {
    /// The package; `*` for all.
    package: &'static str,
    /// The feature; `x*` for all that begin so, `*x*` for all that hold it.
    feature: &'static str,
    /// What it changes.
    what: &'static str,
}

const fn known(package: &'static str, feature: &'static str, what: &'static str) -> Known {
    Known { package, feature, what }
}

/// From the lists of features in the documentation of these packages (`https://docs.rs/PACKAGE`).
const KNOWN: &[Known] = &[
    known("ahash", "compile-time-rng", "where hashes get their seeds from"),
    known("ahash", "runtime-rng", "where hashes get their seeds from"),
    known("anyhow", "backtrace", "which errors have a backtrace"),
    known("axum", "http*", "which versions of HTTP a server speaks"),
    known("axum", "tracing", "whether rejected requests are logged"),
    known("chrono", "clock", "where the time and the time zone come from"),
    known("chrono", "wasmbind", "where the time comes from in a browser"),
    known("clap", "color", "how help and errors look"),
    known("clap", "error-context", "what errors tell"),
    known("clap", "help", "what help tells"),
    known("clap", "suggestions", "what errors tell"),
    known("clap", "usage", "what errors tell"),
    known("clap", "wrap_help", "how help looks"),
    known("config", "*", "which formats of files are read"),
    known("dashmap", "inline", "how fast it is"),
    known("env_logger", "*color", "how logs look"),
    known("env_logger", "humantime", "how logs look"),
    known("env_logger", "regex", "what filters of logs mean"),
    known("flate2", "*", "which library compresses"),
    known("hashbrown", "default-hasher", "how keys are hashed"),
    known("hashbrown", "inline-more", "how fast it is"),
    known("hyper", "http*", "which versions of HTTP are spoken"),
    known("hyper-util", "http*", "which versions of HTTP are spoken"),
    known("hyper-util", "tracing", "what is logged"),
    known("image", "*", "which formats of images are read and written, and on how many threads"),
    known("log", "max_level_*", "what is logged"),
    known("log", "release_max_level_*", "what is logged"),
    known("memchr", "*", "how fast it is"),
    known("parking_lot", "deadlock_detection", "whether deadlocks are looked for"),
    known("parking_lot", "hardware-lock-elision", "how locks are taken"),
    known("rand", "*rng*", "where random numbers come from"),
    known("rand", "getrandom", "where random numbers come from"),
    known("regex", "perf*", "how fast it is"),
    known("regex", "unicode*", "what patterns match"),
    known("reqwest", "brotli", "which answers are unpacked"),
    known("reqwest", "charset", "how texts are decoded"),
    known("reqwest", "cookies", "whether cookies are kept"),
    known("reqwest", "deflate", "which answers are unpacked"),
    known("reqwest", "gzip", "which answers are unpacked"),
    known("reqwest", "hickory-dns", "how names are looked up"),
    known("reqwest", "http*", "which versions of HTTP are spoken"),
    known("reqwest", "macos-system-configuration", "which proxies are used"),
    known("reqwest", "socks", "which proxies are used"),
    known("reqwest", "system-proxy", "which proxies are used"),
    known("reqwest", "zstd", "which answers are unpacked"),
    known("ring", "dev_urandom_fallback", "where random numbers come from"),
    known("rustls", "*", "which algorithms and versions of TLS are offered"),
    known("serde_json", "arbitrary_precision", "which numbers survive"),
    known("serde_json", "float_roundtrip", "which numbers survive"),
    known("serde_json", "preserve_order", "in which order the keys of objects are"),
    known("serde_json", "unbounded_depth", "how deep values may be nested"),
    known("tokio", "parking_lot", "which locks it uses within"),
    known("tokio", "test-util", "how its clock runs in tests"),
    known("tracing", "log*", "whether events go to `log` as well"),
    known("tracing", "max_level_*", "what is logged"),
    known("tracing", "release_max_level_*", "what is logged"),
    known("tracing-subscriber", "ansi", "how logs look"),
    known("tracing-subscriber", "env-filter", "what filters of logs mean"),
    known("tracing-subscriber", "smallvec", "how fast it is"),
    known("tracing-subscriber", "tracing-log", "whether what goes to `log` is seen"),
    known("zip", "*", "which archives can be read"),
    known("*", "*-tls", "which library speaks TLS"),
    known("*", "*-tls-*", "which library speaks TLS"),
    known("*", "native-certs", "which certificates are trusted"),
    known("*", "openssl*", "which library speaks TLS"),
    known("*", "rustls*", "which library speaks TLS"),
    known("*", "webpki-roots", "which certificates are trusted"),
    known("*", "backtrace", "which errors have a backtrace"),
    known("*", "color", "how output looks"),
    known("*", "colors", "how output looks"),
    known("*", "parallel", "on how many threads it works"),
    known("*", "perf*", "how fast it is"),
    known("*", "rayon", "on how many threads it works"),
    known("*", "simd*", "how fast it is"),
    known("*", "std", "what of the machine it looks at and uses"),
    known("*", "threads", "on how many threads it works"),
    known("*", "unicode*", "how texts are understood"),
];

/// Features of which every part only adds what can be named, so that without a part that is needed something does not
/// compile. As their documentation describes them; what of them is not like that is above.
const GATES: &[(&str, &str)] = &[
    ("derive_more", "full"),
    ("hyper", "full"),
    ("hyper-util", "full"),
    ("rustix", "all-apis"),
    ("tokio", "full"),
    ("tokio-stream", "full"),
    ("tokio-util", "full"),
    ("tower", "full"),
    ("tower-http", "full"),
];

/// What a feature is known to change without anybody naming it.
pub(super) fn changed_by(package: &str, feature: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| [package, "*"].contains(&known.package) && fits(known.feature, feature);
    KNOWN.iter().find(is_meant).map(|known| known.what)
}

/// Whether of all that a feature turns on, nothing else is known than that it adds names.
pub(super) fn is_of_gates(package: &str, feature: &str) -> bool {
    GATES.contains(&(package, feature))
}

/// Whether a name fits a pattern in which `*` stands for any letters at either end or in between.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((before, behind)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(before) else { return false };
    behind.is_empty() || (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| fits(behind, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        assert!(fits("perf*", "perf") && fits("perf*", "perf-dfa") && !fits("perf*", "no-perf"));
        assert!(fits("*-tls", "default-tls") && !fits("*-tls", "tls-native"));
        assert!(fits("*compression*", "decompression-gzip") && fits("*", "") && !fits("std", "std_rng"));
    }

    #[test]
    fn known_features_are_found_by_package_and_by_name() {
        assert_eq!(changed_by("tokio", "parking_lot"), Some("which locks it uses within"));
        assert_eq!(changed_by("reqwest", "rustls-tls-webpki-roots"), Some("which library speaks TLS"));
        assert_eq!(changed_by("ndarray", "rayon"), Some("on how many threads it works"));
        assert_eq!(changed_by("tokio", "net"), None);
        assert_eq!(changed_by("tower", "timeout"), None);
    }

    #[test]
    fn the_bundles_that_are_trimmed_unasked_are_sorted() {
        assert!(GATES.is_sorted());
        assert!(is_of_gates("tokio", "full") && !is_of_gates("tokio", "default"));
    }
}
