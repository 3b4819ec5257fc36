//! Cargo's package id specifications, as far as its build log uses them.

use brisk::model::{PackageRef, PackageSource};

/// Reads `spec`, such as `path+file:///home/me/app#0.1.0` or
/// `registry+https://github.com/rust-lang/crates.io-index#itoa@1.0.18`.
///
/// The form is that of `PackageIdSpec` in Cargo's `cargo-util-schemas`: without a name, the last part of the URL is it.
/// A path below `workspace_root` is a member's: Cargo makes path dependencies below the root members.
pub(super) fn parse(spec: &str, workspace_root: Option<&str>) -> PackageRef {
    let (url, fragment) = spec.rsplit_once('#').map_or((spec, ""), |(url, fragment)| (url, fragment));
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let in_url = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let (name, version) = match fragment.split_once(['@', ':']) {
        Some((name, version)) => (name, version),
        None if fragment.starts_with(|c: char| c.is_ascii_digit()) => (in_url, fragment),
        None if fragment.is_empty() => (in_url, ""),
        None => (fragment, ""),
    };
    let version = Some(version).filter(|version| !version.is_empty()).map(str::to_owned);
    PackageRef { name: percent_decoded(name), version, source: source(url, workspace_root) }
}

fn source(url: &str, workspace_root: Option<&str>) -> PackageSource {
    match url.split_once('+').map(|(kind, _)| kind) {
        Some("path") if is_below(url, workspace_root) => PackageSource::Member,
        Some("path") => PackageSource::Path,
        Some("registry" | "sparse") => PackageSource::Registry,
        Some("git") => PackageSource::Git,
        _ => PackageSource::Unknown,
    }
}

/// Whether the directory of `url` is `root` or lies below it. Windows writes `C:\ws` as `file:///C:/ws`.
fn is_below(url: &str, root: Option<&str>) -> bool {
    let Some(root) = root else { return false };
    let path = percent_decoded(url.trim_start_matches("path+file://"));
    let slashed = root.replace('\\', "/");
    let root = slashed.trim_matches('/');
    let below = path.trim_start_matches('/').strip_prefix(root);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || root.is_empty())
}

/// `%20` and the like as the bytes they stand for; anything else as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.filter(|_| byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spec: &str, root: Option<&str>, name: &str, version: Option<&str>, source: PackageSource) {
        let expected = PackageRef { name: name.to_owned(), version: version.map(str::to_owned), source };
        assert_eq!(parse(spec, root), expected, "{spec}");
    }

    #[test]
    fn a_spec_tells_name_version_and_source() {
        let registry = "registry+https://github.com/rust-lang/crates.io-index#itoa@1.0.18";
        check(registry, None, "itoa", Some("1.0.18"), PackageSource::Registry);
        check("sparse+https://x.y/index/#a-b@2.0.0-rc.1+b", None, "a-b", Some("2.0.0-rc.1+b"), PackageSource::Registry);
        check("git+https://x.y/z/foo?branch=main#0.3.0", None, "foo", Some("0.3.0"), PackageSource::Git);
        check("git+https://x.y/z/foo.git?rev=1#bar@0.3.0", None, "bar", Some("0.3.0"), PackageSource::Git);
        check("serde@1.0.0", None, "serde@1.0.0", None, PackageSource::Unknown);
    }

    #[test]
    fn a_path_below_the_root_is_a_members() {
        let root = Some("/home/me/my ws");
        check("path+file:///home/me/my%20ws/app#0.1.0", root, "app", Some("0.1.0"), PackageSource::Member);
        check("path+file:///home/me/my%20ws#root@0.1.0", root, "root", Some("0.1.0"), PackageSource::Member);
        check("path+file:///home/me/my%20ws2/app#0.1.0", root, "app", Some("0.1.0"), PackageSource::Path);
        check("path+file:///home/me/app#0.1.0", None, "app", Some("0.1.0"), PackageSource::Path);
        check("path+file:///C:/ws/app#0.1.0", Some("C:\\ws"), "app", Some("0.1.0"), PackageSource::Member);
    }

    #[test]
    fn odd_specs_are_no_trouble() {
        for odd in ["", "#", "%", "path+file://", "path+file://%zz#%", "a+b#c", "é%c3%a9#é@é"] {
            parse(odd, Some("/"));
            parse(odd, Some(""));
        }
    }
}
