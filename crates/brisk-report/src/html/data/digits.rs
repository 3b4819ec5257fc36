//! Small numbers as digits of base 64, which need no escaping in JSON and HTML.

/// The digits, by their value.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// Appends `number` as so many digits; its last ones, if it has more.
pub(super) fn push(text: &mut String, number: usize, width: u32) {
    for place in (0..width).rev() {
        text.push(char::from(DIGITS[number >> (6 * place) & 63]));
    }
}

/// How many digits all numbers below `end` need; none if there is only one number.
pub(super) fn width(end: usize) -> u32 {
    match end {
        0 | 1 => 0,
        _ => (end - 1).ilog2() / 6 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_the_largest_needs() {
        assert_eq!([0, 1, 2, 64, 65, 4096, 4097].map(width), [0, 0, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn digits_come_with_the_highest_first() {
        let mut text = String::new();
        for (number, digits) in [(0, 1), (63, 1), (64, 2), (4095, 2), (7, 0)] {
            push(&mut text, number, digits);
        }
        assert_eq!(text, "0_10__");
    }
}
