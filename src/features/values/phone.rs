//! The country of a telephone number, against the places that an advert names.

use crate::{
    features::values::{ValueHit, push, setting::Setting, tables::TABLES, view::View},
    normalize::{ContactKind, UnitKind, digit_value},
};

/// Most digits of a country's calling code (ITU-T E.164).
const LONGEST_CODE: usize = 3;

/// Features of the numbers that are written with their country: whether it is one that the advert names or is written for.
/// Nothing where no place is named, since there is nothing to compare with.
pub(super) fn find(view: &View<'_>, setting: &Setting<'_>, hits: &mut Vec<ValueHit>) {
    if setting.named().next().is_none() {
        return;
    }
    for (at, unit) in view.units.iter().enumerate() {
        if !matches!(unit.kind, UnitKind::Contact(ContactKind::Phone | ContactKind::WhatsApp)) {
            continue;
        }
        let Some(countries) = countries_of(view.raw(at)) else { continue };
        let is_local = countries.iter().any(|&country| setting.names(country) || setting.home() == Some(country));
        push(hits, if is_local { "phone:of-place" } else { "phone:elsewhere" }, false, (at, at));
    }
}

/// The countries of a number that begins with `+`, `00` or stands in a link behind `wa.me/`.
fn countries_of(written: &str) -> Option<&'static [usize]> {
    let rest = match written.rsplit_once("me/") {
        Some((_, rest)) => rest.trim_start_matches('+'),
        None => written.trim_start().strip_prefix(['+', '＋']).or_else(|| written.strip_prefix("00"))?,
    };
    let digits: String = rest
        .chars()
        .filter_map(digit_value)
        .take(LONGEST_CODE)
        .filter_map(|value| char::from_digit(value, 10))
        .collect();
    // No code is the beginning of another.
    (1..=digits.len()).find_map(|length| TABLES.calling.get(&digits[..length])).map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_by_hand() {
        const CASES: &[(&str, &str)] = &[
            ("+855 00 000 000", "KH"),
            ("+66 00 000 0000", "TH"),
            ("00971 00 000 0000", "AE"),
            ("＋８５６ 00 000 000", "LA"),
            ("wa.me/60000000000", "MY"),
            ("https://wa.me/+84000000000", "VN"),
            ("+7 000 000 00 00", "RU KZ"),
            ("+999 000 000", ""),
            ("0000 000 000", ""),
            ("012 000 000", ""),
        ];
        for (written, expected) in CASES {
            let found = countries_of(written).unwrap_or_default();
            let codes: Vec<&str> = found.iter().map(|&country| TABLES.countries[country].code.as_str()).collect();
            assert_eq!(codes.join(" "), *expected, "country of {written:?}");
        }
    }
}
