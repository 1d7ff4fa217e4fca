//! Numbers as text.

/// A probability with six significant digits and without an exponent: `0.000123456`, `0.999999`. Certainty is `1.00000`
/// and impossibility `0.00000`.
///
/// ```
/// use lurewatch::report::number::six_digits;
///
/// assert_eq!(six_digits(1.0 / 3.0), "0.333333");
/// assert_eq!(six_digits(0.000_123_456_789), "0.000123457");
/// ```
#[must_use]
pub fn six_digits(probability: f64) -> String {
    let rounded = format!("{probability:.5e}");
    let exponent: i32 = rounded.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let decimals = usize::try_from(5 - exponent).unwrap_or(0);
    format!("{probability:.decimals$}")
}

/// Bits of a probability as it is written; of numbers from 0 up, they are in the numbers' order.
pub(super) fn written_bits(probability: f64) -> u64 {
    six_digits(probability).parse::<f64>().unwrap_or(0.0).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_by_hand() {
        const CASES: &[(f64, &str)] = &[
            (0.0, "0.00000"),
            (1.0, "1.00000"),
            (0.5, "0.500000"),
            (0.1, "0.100000"),
            (0.123_456_49, "0.123456"),
            (0.999_999_4, "0.999999"),
            (0.999_999_6, "1.00000"),
            (0.099_999_99, "0.100000"),
            (0.000_123_456, "0.000123456"),
            (1.234_567e-12, "0.00000000000123457"),
        ];
        for &(probability, expected) in CASES {
            assert_eq!(six_digits(probability), expected, "{probability}");
        }
        let tiny = six_digits(f64::MIN_POSITIVE);
        assert!(!tiny.contains('e') && tiny.ends_with("222507"), "{tiny}");
    }
}
