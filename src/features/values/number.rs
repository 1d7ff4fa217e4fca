//! Amounts: digits or words for digits, scales, currencies, ranges.

use crate::{
    features::values::{
        view::{Found, View, is_space},
        words::Role,
    },
    normalize::{UnitKind, digit_value},
};

/// A number or a range of two, with what stands directly beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    /// The number, or the lower end.
    pub(super) low: f64,
    /// The upper end; the same as `low` without a range.
    pub(super) high: f64,
    /// First unit, a currency before it included.
    pub(super) first: usize,
    /// Last unit, scale and currency included.
    pub(super) last: usize,
    /// A currency beside it.
    pub(super) currency: Option<Found>,
    /// The scale behind it.
    pub(super) scale: Option<Found>,
    /// Whether it is written in digits.
    pub(super) in_digits: bool,
    /// Whether its digits are grouped, as no year is.
    pub(super) is_grouped: bool,
    /// Whether it is part of a date, a fraction or a list of numbers.
    pub(super) is_broken: bool,
}

/// One number.
#[derive(Clone, Copy, Debug)]
struct Quantity {
    value: f64,
    last: usize,
    factor: f64,
    scale: Option<Found>,
    in_digits: bool,
    is_grouped: bool,
}

const DASHES: &[&str] = &["-", "–", "—", "−", "~", "～", "〜", "－", "‑", "--", "..", "…", "→", "ー", "=>", "˗", "‐"];

/// The amount whose number begins at unit `at`.
pub(super) fn amount(view: &View<'_>, at: usize) -> Option<Amount> {
    let low = quantity(view, at)?;
    let before = currency_before(view, at);
    let mut amount = Amount {
        low: low.value,
        high: low.value,
        first: before.map_or(at, |found| found.first),
        last: low.last,
        currency: before,
        scale: low.scale,
        in_digits: low.in_digits,
        is_grouped: low.is_grouped,
        is_broken: at > 0 && is_number(view, at - 1) && view.gap(at - 1).is_some_and(|gap| gap == "/" || gap == "."),
    };
    take_currency(view, &mut amount);
    if let Some(next) = after_connector(view, amount.last) {
        let start = currency_at(view, next).map_or(next, |found| found.last + 1);
        if let Some(high) = quantity(view, start) {
            join(view, &mut amount, low, high, next);
        }
    }
    if let Some(gap) = view.gap(amount.last)
        && (gap == "/" || is_dash(gap))
        && is_number(view, amount.last + 1)
    {
        amount.is_broken = true;
        while view.gap(amount.last).is_some_and(|gap| gap == "/" || is_dash(gap)) && is_number(view, amount.last + 1) {
            amount.last += 1;
        }
    }
    Some(amount)
}

/// Makes a range of two numbers if they are one.
fn join(view: &View<'_>, amount: &mut Amount, low: Quantity, high: Quantity, next: usize) {
    let mut first = low.value;
    if low.factor <= 1.0 && high.factor > 1.0 && first < 1000.0 {
        first *= high.factor;
    }
    let mut second = high.value;
    if high.factor <= 1.0 && low.factor > 1.0 && second < 1000.0 {
        second *= low.factor;
    }
    if second < first {
        return;
    }
    (amount.low, amount.high) = (first, second);
    amount.last = high.last;
    amount.scale = low.scale.or(high.scale);
    amount.is_grouped |= high.is_grouped;
    amount.currency = amount.currency.or(currency_at(view, next));
    take_currency(view, amount);
}

/// Takes in a currency that follows; a name that only one currency has wins over a shared one.
fn take_currency(view: &View<'_>, amount: &mut Amount) {
    if !view.gap(amount.last).is_some_and(|gap| gap.chars().all(is_space) || gap == "/" || gap == ".") {
        return;
    }
    let next = amount.last + 1;
    let Some(found) = currency_at(view, next) else { return };
    if is_letter(view, next) && !view.gap(amount.last).is_some_and(str::is_empty) && !spaced_letter(view.raw(next)) {
        return;
    }
    amount.last = found.last;
    if amount.currency.is_none_or(|old| old.meaning.role == Role::Shared) {
        amount.currency = Some(found);
    }
}

/// The start of the second number of a range, where a dash or a word joins it to unit `last`.
fn after_connector(view: &View<'_>, last: usize) -> Option<usize> {
    let gap = view.gap(last)?;
    if is_dash(gap) {
        return Some(last + 1);
    }
    let word = view.begins(last + 1, Role::To)?;
    (gap.chars().all(is_space) && view.touches_next(word.last)).then_some(word.last + 1)
}

fn is_dash(gap: &str) -> bool {
    DASHES.contains(&gap.trim_matches(is_space))
}

fn is_number(view: &View<'_>, at: usize) -> bool {
    view.units.get(at).is_some_and(|unit| unit.kind == UnitKind::Number)
}

/// A currency that begins at a unit.
fn currency_at(view: &View<'_>, at: usize) -> Option<Found> {
    view.begins(at, Role::Currency).or_else(|| view.begins(at, Role::Shared))
}

/// A currency that ends right before the number at `at`.
fn currency_before(view: &View<'_>, at: usize) -> Option<Found> {
    let back = at.checked_sub(1)?;
    let found = view.ends(back, Role::Currency).or_else(|| view.ends(back, Role::Shared))?;
    let gap = view.gap(back)?;
    if is_letter(view, back) && found.first == found.last {
        let is_soles = view.raw(back).eq_ignore_ascii_case("s") && matches!(gap.trim_matches(is_space), "/" | "/.");
        return (gap.is_empty() || is_soles).then_some(found);
    }
    matches!(gap.trim_matches(is_space), "" | "." | ":" | "：" | "=" | "≈" | "~" | "/-").then_some(found)
}

/// Whether a unit is a single letter, which means money only when it clings to its number.
fn is_letter(view: &View<'_>, at: usize) -> bool {
    view.units[at].kind == UnitKind::Word && view.raw(at).chars().count() == 1
}

/// Letters that stand for a currency behind a space as well.
fn spaced_letter(raw: &str) -> bool {
    matches!(raw, "F" | "р" | "Р" | "đ" | "Đ" | "원" | "불" | "엔")
}

/// The number that begins at unit `at`.
fn quantity(view: &View<'_>, at: usize) -> Option<Quantity> {
    let unit = view.units.get(at)?;
    if unit.kind == UnitKind::Number {
        return Some(in_digits(view, at));
    }
    if let Some(before) = view.begins(at, Role::Before)
        && is_number(view, before.last + 1)
        && view.touches_next(before.last)
    {
        let number = in_digits(view, before.last + 1);
        let factor = before.meaning.value;
        return (number.factor <= 1.0).then_some(Quantity {
            value: number.value * factor,
            factor,
            scale: Some(before),
            ..number
        });
    }
    in_words(view, at)
}

/// A number in digits, its further groups and its scales.
fn in_digits(view: &View<'_>, at: usize) -> Quantity {
    let raw = view.raw(at);
    let (mut value, is_grouped) = parse(raw);
    let mut number = Quantity { value, last: at, factor: 1.0, scale: None, in_digits: true, is_grouped };
    if !is_grouped && raw.chars().count() <= 3 {
        while is_number(view, number.last + 1)
            && view.gap(number.last).is_some_and(|gap| matches!(gap, " " | "\u{a0}" | "\u{202f}" | "\u{2009}"))
            && view.raw(number.last + 1).chars().count() == 3
            && value >= 1.0
        {
            number.last += 1;
            value = value * 1000.0 + parse(view.raw(number.last)).0;
            number.is_grouped = true;
        }
    }
    number.value = value;
    scale(view, &mut number);
    number
}

/// Takes in the scales that follow, and a smaller number behind them (`6万8千`, `3万5`, `1 lakh 10 hazar`).
fn scale(view: &View<'_>, number: &mut Quantity) {
    while view.touches_next(number.last) {
        let next = number.last + 1;
        let Some(found) = view.begins(next, Role::Scale).or_else(|| view.begins(next, Role::Cjk)) else { return };
        let is_split_letter = is_letter(view, next) && view.gap(number.last).is_some_and(|gap| !gap.is_empty());
        if is_split_letter && view.raw(next).is_ascii() && !matches!(view.raw(next), "k" | "K" | "L") {
            return;
        }
        number.factor *= found.meaning.value;
        number.value *= found.meaning.value;
        number.scale = Some(found);
        number.last = found.last;
        add_smaller(view, number);
    }
}

fn add_smaller(view: &View<'_>, number: &mut Quantity) {
    let next = number.last + 1;
    if !view.touches_next(number.last) || !view.may_begin_number(next) {
        return;
    }
    let Some(mut rest) = quantity(view, next) else { return };
    let clings = view.gap(number.last).is_some_and(str::is_empty);
    if rest.factor <= 1.0 && clings && rest.value < 10.0 && number.factor >= 1000.0 {
        rest.value *= number.factor / 10.0;
    } else if rest.factor <= 1.0 && !(clings && rest.value >= 10.0) {
        return;
    }
    if rest.value < number.factor {
        number.value += rest.value;
        number.last = rest.last;
    }
}

/// A number in words: Chinese digits and powers of ten, or a digit word and a scale.
fn in_words(view: &View<'_>, at: usize) -> Option<Quantity> {
    let (mut total, mut section, mut current) = (0.0, 0.0, 0.0);
    let mut last = None;
    let mut scale_found = None;
    let mut factor: f64 = 1.0;
    let mut next = at;
    while let Some(found) = view.begins(next, Role::Digit).or_else(|| view.begins(next, Role::Cjk)) {
        let value = found.meaning.value;
        if found.meaning.role == Role::Digit {
            current = value;
        } else if value >= 10_000.0 {
            total = (total + section + current).max(1.0) * value;
            (section, current) = (0.0, 0.0);
            (scale_found, factor) = (Some(found), value);
        } else {
            section += if current > 0.0 { current } else { 1.0 } * value;
            current = 0.0;
            if value >= 1000.0 && scale_found.is_none() {
                (scale_found, factor) = (Some(found), value);
            }
        }
        last = Some(found.last);
        if view.units[next].kind != UnitKind::Glyph || !view.gap(found.last).is_some_and(str::is_empty) {
            break;
        }
        next = found.last + 1;
    }
    let value = total + section + current;
    let mut number = Quantity { value, last: last?, factor, scale: scale_found, in_digits: false, is_grouped: false };
    scale(view, &mut number);
    Some(number)
}

/// The value of digits with separators, and whether they are grouped by thousands.
fn parse(raw: &str) -> (f64, bool) {
    let mut whole = 0.0;
    // Of the digits since the last separator: how many, and ten to that power. Before it: their value.
    let (mut run, mut tens, mut before_last) = (0_u32, 1.0, 0.0);
    let (mut seen, mut last_mark, mut mixed) = (0_u32, ' ', false);
    for c in raw.chars() {
        if let Some(digit) = digit_value(c) {
            whole = whole * 10.0 + f64::from(digit);
            run += 1;
            tens *= 10.0;
        } else if let Some(mark) = separator(c) {
            mixed |= seen > 0 && mark != last_mark;
            (last_mark, before_last, run, tens) = (mark, whole, 0, 1.0);
            seen += 1;
        }
    }
    let is_decimal = match seen {
        0 => false,
        1 => run != 3 || before_last == 0.0,
        _ => mixed && run != 3,
    };
    if is_decimal { (whole / tens, seen > 1) } else { (whole, seen > 0) }
}

/// A mark between digits, whatever its width.
fn separator(c: char) -> Option<char> {
    match c {
        '.' | '．' => Some('.'),
        ',' | '，' => Some(','),
        '\'' | '’' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_with_separators_by_hand() {
        const CASES: &[(&str, f64, bool)] = &[
            ("8000", 8000.0, false),
            ("8,000", 8000.0, true),
            ("8.000", 8000.0, true),
            ("1.5", 1.5, false),
            ("1,5", 1.5, false),
            ("0.125", 0.125, false),
            ("1,10,000", 110_000.0, true),
            ("1.234,50", 1234.5, true),
            ("1,234.50", 1234.5, true),
            ("15.000.000", 15_000_000.0, true),
            ("1'500", 1500.0, true),
            ("১৫,০০০", 15_000.0, true),
            ("๑๒", 12.0, false),
        ];
        for &(raw, value, is_grouped) in CASES {
            let (found, grouped) = parse(raw);
            assert!((found - value).abs() < 1e-9 && grouped == is_grouped, "{raw}: {found}, {grouped}");
        }
    }
}
