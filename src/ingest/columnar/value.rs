//! A value of a Parquet file as a cell of CSV.

use std::fmt::Write as _;

use parquet::record::Field;

/// What a count of nanoseconds counts from; the row reader hands them out as bare numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Nanoseconds {
    SinceEpoch,
    OfDay,
}

/// Writes a cell, quoted where it must be.
pub(super) fn write(value: &Field, unit: Option<Nanoseconds>, csv: &mut Vec<u8>) {
    match value {
        Field::Str(text) => quoted(text.as_bytes(), csv),
        // Text, as older programs mark it; what is no UTF-8 is named by whoever reads the row.
        Field::Bytes(bytes) => quoted(bytes.data(), csv),
        other => quoted(text(other, unit).as_bytes(), csv),
    }
}

fn quoted(cell: &[u8], csv: &mut Vec<u8>) {
    if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        csv.extend_from_slice(cell);
        return;
    }
    csv.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            csv.push(b'"');
        }
        csv.push(byte);
    }
    csv.push(b'"');
}

fn text(value: &Field, unit: Option<Nanoseconds>) -> String {
    match value {
        Field::Null => String::new(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Float16(number) => number.to_f32().to_string(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimeMillis(millis) => time(i64::from(*millis) * 1_000_000),
        Field::TimeMicros(micros) => time(micros.saturating_mul(1_000)),
        Field::TimestampMillis(millis) => moment(*millis, 1_000),
        Field::TimestampMicros(micros) => moment(*micros, 1_000_000),
        Field::Long(number) => match unit {
            Some(Nanoseconds::SinceEpoch) => moment(*number, 1_000_000_000),
            Some(Nanoseconds::OfDay) => time(*number),
            None => number.to_string(),
        },
        Field::ListInternal(list) => {
            let items: Vec<String> = list.elements().iter().map(|item| text(item, unit)).collect();
            items.join("\n")
        }
        Field::MapInternal(map) => {
            let entries = map.entries().iter();
            let lines: Vec<String> =
                entries.map(|(key, value)| format!("{}: {}", text(key, None), text(value, None))).collect();
            lines.join("\n")
        }
        Field::Group(row) => {
            let members: Vec<String> =
                row.get_column_iter().map(|(name, value)| format!("{name}: {}", text(value, None))).collect();
            members.join(", ")
        }
        number => number.to_string(),
    }
}

/// A day, by its number from 1970-01-01 on, in the Gregorian calendar.
fn day(days: i64) -> String {
    // Counted from 0000-03-01, in eras of 400 years.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + later)
}

/// A time of day, by its nanoseconds.
fn time(nanos: i64) -> String {
    let seconds = nanos.div_euclid(1_000_000_000);
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let rest = nanos.rem_euclid(1_000_000_000);
    if rest > 0 {
        let digits = format!("{rest:09}");
        // Writing to a string does not fail.
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
    text
}

/// A moment in UTC, by its number of parts of a second since 1970; at midnight, the day alone.
fn moment(count: i64, a_second: i64) -> String {
    let a_day = 86_400 * a_second;
    let (days, rest) = (count.div_euclid(a_day), count.rem_euclid(a_day));
    if rest == 0 { day(days) } else { format!("{} {}", day(days), time(rest * (1_000_000_000 / a_second))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_by_hand() {
        for (days, expected) in [(0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (20_782, "2026-11-25")]
        {
            assert_eq!(day(days), expected);
        }
        assert_eq!(moment(1_795_564_800, 1), "2026-11-25");
        assert_eq!(moment(-1, 1_000), "1969-12-31 23:59:59.999");
        assert_eq!(time(3_661_500_000_000), "01:01:01.5");
        for extreme in [i64::MIN, i64::MAX] {
            assert!(!moment(extreme, 1_000).is_empty() && !time(extreme).is_empty());
        }
    }
}
