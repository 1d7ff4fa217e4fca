//! Numbers that are no money: hours a day, days off, age, contract terms, typing speed.

use crate::{
    features::values::{ValueHit, number::Amount, push, view::View, words::Role},
    normalize::UnitKind,
};

/// Turns a number without currency into what it says of the work; whether it does.
pub(super) fn find(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    if amount.high >= 1000.0 || amount.is_grouped {
        return false;
    }
    typing(view, amount, hits)
        || days_off(view, amount, hits)
        || term(view, amount, hits)
        || hours(view, amount, hits)
        || age(view, amount, hits)
}

fn place(amount: &Amount) -> (usize, usize) {
    (amount.first, amount.last)
}

fn typing(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    let is_speed = (15.0..=600.0).contains(&amount.low) && view.around(place(amount), 4, Role::Wpm);
    if is_speed {
        push(hits, "typing:wpm", false, place(amount));
    }
    is_speed
}

/// The bin of a shift's length.
fn shift_bin(hours: f64) -> Option<&'static str> {
    match hours {
        8.0..12.0 => Some("hours:8-11"),
        12.0..=18.0 => Some("hours:12+"),
        _ => None,
    }
}

fn hours(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    let Some(word) = view.begins(amount.last + 1, Role::Hours) else {
        return false;
    };
    // `giờ` and `час` before digits tell the time; hours follow their number.
    if view.gap(word.last).is_some_and(str::is_empty) && is_number(view, word.last + 1) {
        return true;
    }
    if amount.high <= 24.0
        && let Some(name) = shift_bin(amount.high)
    {
        push(hits, name, false, (amount.first, word.last));
    }
    amount.high <= 168.0
}

fn days_off(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    if amount.high > 10.0 || !view.around(place(amount), 4, Role::Off) {
        return false;
    }
    // `2 months off` counts months, and `周三` names a day.
    let names_day = !amount.in_digits
        && view.ends(amount.first.wrapping_sub(1), Role::Period).is_some_and(|found| is_week(found.meaning.value));
    let counts_more = view.begins(amount.last + 1, Role::Months).is_some()
        || view.begins(amount.last + 1, Role::Period).is_some_and(|found| is_week(found.meaning.value));
    if names_day || (counts_more && !view.gap(amount.last).is_some_and(|gap| gap.contains('/'))) {
        return false;
    }
    let near = |role: Role| view.after(amount.last, 6, role).or_else(|| view.before(amount.first, 6, role, false));
    let period = near(Role::Period).map(|found| found.meaning.value);
    let is_monthly = |value: f64| (value - 1.0).abs() < 0.01;
    // The nearest period may be the day of `2 days`; look for the month or the week behind it.
    let spans = [period, wider(view, amount)];
    let monthly = spans.iter().flatten().any(|&value| is_monthly(value));
    let weekly = spans.iter().flatten().any(|&value| is_week(value));
    match amount.high {
        days if monthly && days <= 2.0 => push(hits, "rest:2-a-month", false, place(amount)),
        days if (monthly && days >= 4.0) || weekly => push(hits, "rest:4-a-month", false, place(amount)),
        _ => {}
    }
    monthly || weekly
}

fn is_week(period: f64) -> bool {
    (period - 4.33).abs() < 0.01
}

/// The month or week nearest to a number, whatever other periods stand in between.
fn wider(view: &View<'_>, amount: &Amount) -> Option<f64> {
    let reach = amount.first.saturating_sub(6)..(amount.last + 7).min(view.units.len());
    let sentence = view.units[amount.first].sentence;
    reach
        .filter(|&at| view.units[at].sentence == sentence && !(amount.first..=amount.last).contains(&at))
        .filter_map(|at| view.role(at, Role::Period).map(|found| (distance(at, amount), found.meaning.value)))
        .filter(|&(_, value)| (1.0..5.0).contains(&value))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, value)| value)
}

fn distance(at: usize, amount: &Amount) -> usize {
    if at < amount.first { amount.first - at } else { at - amount.last }
}

fn term(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    let Some(unit) = view.begins(amount.last + 1, Role::Months) else {
        return false;
    };
    let months = amount.high * unit.meaning.value;
    let has_contract = view.before(amount.first, 4, Role::Contract, false).is_some()
        || view.after(unit.last, 4, Role::Contract).is_some();
    if !has_contract || months > 120.0 {
        return false;
    }
    let name = match months {
        0.0..6.0 => "contract:under-6",
        6.0..=12.0 => "contract:6-12",
        _ => "contract:over-12",
    };
    push(hits, name, false, (amount.first, unit.last));
    true
}

fn age(view: &View<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> bool {
    let (low, high) = (amount.low, amount.high);
    if !(14.0..=70.0).contains(&high) || amount.scale.is_some() || low.fract() > 0.0 || high.fract() > 0.0 {
        return false;
    }
    let years_behind = view.begins(amount.last + 1, Role::Age).filter(|found| found.meaning.value > 0.0);
    let asks_age = view.before(amount.first, 4, Role::Age, false).is_some_and(|found| found.meaning.value < 1.0);
    let asks_sex =
        view.before(amount.first, 4, Role::Sex, true).is_some() || view.after(amount.last, 4, Role::Sex).is_some();
    let end = years_behind.map_or(amount.last, |found| found.last);
    let counted = years_behind.is_none() && is_counted(view, amount.last);
    let is_range = low >= 14.0 && high > low + 2.0;
    let has_cap = view.before(amount.first, 2, Role::Cap, false).is_some() || view.begins(end + 1, Role::Cap).is_some();
    let is_age = if is_range {
        asks_age || years_behind.is_some() || (!counted && (asks_sex || looks_like_ages(low, high)))
    } else {
        has_cap && high >= 18.0 && (asks_age || (!counted && asks_sex) || years_behind.is_some())
    };
    if is_age && high <= 40.0 {
        push(hits, "age:capped", false, (amount.first, end));
    }
    is_age || asks_age
}

/// Whether a bare range can hardly be anything else than the ages sought.
fn looks_like_ages(low: f64, high: f64) -> bool {
    (17.0..=22.0).contains(&low) && (24.0..=45.0).contains(&high) && high - low >= 5.0
}

/// Whether something that is counted follows.
fn is_counted(view: &View<'_>, last: usize) -> bool {
    [
        Role::Count,
        Role::Scale,
        Role::Cjk,
        Role::Period,
        Role::Months,
        Role::Hours,
        Role::Currency,
        Role::Shared,
        Role::Order,
    ]
    .into_iter()
    .any(|role| view.begins(last + 1, role).is_some())
}

/// From one time of day to another, `9:00–21:00` or `9am to 9pm`: where it ends.
pub(super) fn shift(view: &View<'_>, at: usize, hits: &mut Vec<ValueHit>) -> Option<usize> {
    if view.units[at].kind != UnitKind::Number {
        return None;
    }
    let (from, last) = time(view, at)?;
    let next = amount_start(view, last);
    let Some((to, end)) = next.and_then(|next| time(view, next)) else {
        return Some(last + 1);
    };
    let length = (to - from + 24.0) % 24.0;
    if let Some(name) = shift_bin(if length == 0.0 { 24.0 } else { length }) {
        push(hits, name, false, (at, end));
    }
    Some(end + 1)
}

/// Where the second time of day may begin.
fn amount_start(view: &View<'_>, last: usize) -> Option<usize> {
    let gap = view.gap(last)?;
    let next = last + 1;
    if gap.trim().chars().any(|c| matches!(c, '-' | '–' | '—' | '~' | '～' | '〜')) {
        return Some(next);
    }
    view.begins(next, Role::To).map(|found| found.last + 1)
}

/// The time of day that begins at a unit, in hours, and where it ends.
fn time(view: &View<'_>, at: usize) -> Option<(f64, usize)> {
    let is_hour = |text: &str| text.chars().count() <= 2;
    if !is_number(view, at) || !is_hour(view.raw(at)) {
        return None;
    }
    let mut hour = whole(view, at)?;
    let mut last = at;
    let mut is_certain = false;
    if view.gap(at).is_some_and(|gap| matches!(gap, ":" | "："))
        && is_number(view, at + 1)
        && view.raw(at + 1).chars().count() == 2
    {
        hour += whole(view, at + 1)? / 60.0;
        last = at + 1;
        is_certain = true;
    }
    if let Some(clock) = view.begins(last + 1, Role::Clock)
        && view.touches_next(last)
        && hour <= 12.9
    {
        hour = hour % 12.0 + clock.meaning.value;
        last = clock.last;
        is_certain = true;
    }
    (is_certain && hour <= 24.0).then_some((hour, last))
}

fn whole(view: &View<'_>, at: usize) -> Option<f64> {
    view.raw(at)
        .chars()
        .try_fold(0.0, |sum, c| crate::normalize::digit_value(c).map(|digit| sum * 10.0 + f64::from(digit)))
}

fn is_number(view: &View<'_>, at: usize) -> bool {
    view.units.get(at).is_some_and(|unit| unit.kind == UnitKind::Number)
}
