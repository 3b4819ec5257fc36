//! The page's content security policy: its own style sheet and scripts, by their hashes, and nothing else from anywhere.

use hmac_sha256::Hash;

use super::assets::{SCRIPT, STYLE, THEME};

/// The value of the `Content-Security-Policy` of the page; `live` is the script of the server that it comes from, which may
/// ask that server. The object with the data is not a script to a browser, and needs no
/// hash (HTML standard, "prepare the script element").
pub(super) fn policy(live: Option<&str>) -> String {
    let scripts: Vec<String> = [THEME, SCRIPT].into_iter().chain(live).map(source).collect();
    let connect = if live.is_some() { " connect-src 'self';" } else { "" };
    format!(
        "default-src 'none'; script-src {}; style-src {};{connect} img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        source(STYLE),
    )
}

/// `'sha256-…'` of an inline script or style (Content Security Policy Level 3, "hash-source").
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Hash::hash(text.as_bytes())))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let is_there = digit <= three.len();
            let place = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if is_there { char::from(DIGITS[place]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base64_fills_up_to_four_digits() {
        let all = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(all, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    /// The second example is of FIPS 180-4's test vectors.
    #[test]
    fn a_script_is_named_by_its_hash() {
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
        assert_eq!(source("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    }

    #[test]
    fn nothing_but_the_pages_own_parts_is_allowed() {
        let policy = policy(None);
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("connect-src"), "{policy}");
    }

    #[test]
    fn a_page_with_a_script_of_its_server_may_ask_that_server() {
        let policy = policy(Some("abc"));
        assert!(policy.contains(&source("abc")) && policy.contains("; connect-src 'self';"), "{policy}");
    }
}
