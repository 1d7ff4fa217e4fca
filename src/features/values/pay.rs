//! Amounts of money → monthly US dollars, and what that says.

use crate::{
    features::values::{
        ValueHit,
        number::Amount,
        push,
        setting::Setting,
        tables::TABLES,
        view::{Found, View},
        words::{LANGUAGES, Role},
    },
    normalize::UnitKind,
    posting::Field,
};

/// Upper ends of the bins of monthly pay in US dollars, with their names.
const PAY_BINS: [(f64, &str); 9] = [
    (150.0, "pay:usd-month:0-150"),
    (300.0, "pay:usd-month:150-300"),
    (600.0, "pay:usd-month:300-600"),
    (1000.0, "pay:usd-month:600-1000"),
    (1500.0, "pay:usd-month:1000-1500"),
    (2500.0, "pay:usd-month:1500-2500"),
    (4000.0, "pay:usd-month:2500-4000"),
    (8000.0, "pay:usd-month:4000-8000"),
    (f64::INFINITY, "pay:usd-month:8000+"),
];

/// Upper ends of the bins of pay over the going rate, with their names.
const RATIO_BINS: [(f64, &str); 6] = [
    (0.7, "pay:ratio:0-0.7"),
    (1.3, "pay:ratio:0.7-1.3"),
    (2.0, "pay:ratio:1.3-2"),
    (3.0, "pay:ratio:2-3"),
    (5.0, "pay:ratio:3-5"),
    (f64::INFINITY, "pay:ratio:5+"),
];

/// Working hours and days of a month, and a year's share, as `words.csv` has them.
const HOUR: f64 = 208.0;
const DAY: f64 = 26.0;
const MONTH: f64 = 1.0;
const YEAR: f64 = 1.0 / 12.0;

/// What is less or more than this in US dollars a month is no pay.
const CREDIBLE: std::ops::RangeInclusive<f64> = 15.0..=60_000.0;

/// The least that a piece of work pays, in US dollars.
const SMALLEST: f64 = 0.02;

/// A range is wide when its upper end is this many times the lower.
const WIDE: f64 = 2.5;

/// A going rate at a desk from which a country counts as rich, in US dollars a month.
const RICH: f64 = 1500.0;

/// Scales that are used of money and little else, by language.
const MONEY_SCALES: [&str; 13] = ["vi", "id", "th", "km", "my", "lo", "hi", "ne", "bn", "ur", "ko", "ta", "am"];

/// Languages whose scales name their own currency.
const OWN_SCALES: [&str; 6] = ["vi", "id", "th", "ko", "my", "lo"];

fn bin(bins: &[(f64, &'static str)], value: f64) -> Option<&'static str> {
    bins.iter().find(|(end, _)| value < *end).map(|&(_, name)| name)
}

/// What an amount turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Pay, or other money.
    Read,
    /// Money of its looks, but nothing says so.
    Loose,
    /// No money.
    Nothing,
}

/// Turns an amount into features if it is pay.
pub(super) fn find(view: &View<'_>, setting: &Setting<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) -> Outcome {
    let context = Context::of(view, amount);
    if is_other_money(view, amount) {
        return Outcome::Read;
    }
    let mut amount = *amount;
    if context.omits_ten_thousand(view, setting, &amount) {
        amount.low *= 10_000.0;
        amount.high *= 10_000.0;
    } else if !context.is_money(view, &amount) {
        let is_large =
            amount.scale.is_some_and(|_| amount.high >= 3000.0) || (amount.is_grouped && amount.high >= 9000.0);
        return if is_large && !is_counted(view, &amount) { Outcome::Loose } else { Outcome::Nothing };
    }
    write(setting, &amount, &context, hits);
    Outcome::Read
}

/// Reads the first loose amount of a posting in which no pay was found.
pub(super) fn find_loose(view: &View<'_>, setting: &Setting<'_>, amount: &Amount, hits: &mut Vec<ValueHit>) {
    write(setting, amount, &Context::of(view, amount), hits);
}

fn write(setting: &Setting<'_>, amount: &Amount, context: &Context, hits: &mut Vec<ValueHit>) {
    let Some(currency) = currency(setting, amount) else { return };
    let place = (amount.first, amount.last);
    let usd = TABLES.currencies[currency].usd;
    if context.by_piece {
        if amount.high * usd >= SMALLEST {
            push(hits, "pay:per-order", false, place);
        }
        return;
    }
    let typical = (amount.low.max(amount.high / 10.0) * amount.high).sqrt() * usd;
    let period = context.period.unwrap_or_else(|| guess(setting, currency, typical));
    let monthly = typical * period;
    let guessed = context.period.is_none();
    // By the hour or the day only when something speaks of pay; otherwise it is spare change.
    let may_guess = !(MONTH + 0.5..).contains(&period) || context.pay_word || context.in_salary;
    if !CREDIBLE.contains(&monthly) || (guessed && !may_guess) {
        return;
    }
    if let Some(name) = bin(&PAY_BINS, monthly) {
        push(hits, name, guessed, place);
    }
    if context.period.is_some_and(|period| (period - DAY).abs() < 0.01) {
        push(hits, "pay:per-day", false, place);
    }
    if amount.high >= WIDE * amount.low && amount.low > 0.0 {
        push(hits, "pay:wide-range", false, place);
    }
    if TABLES.code(currency) == "USDT" {
        push(hits, "pay:currency:usdt", false, place);
    }
    if is_outside(setting, currency) {
        push(hits, "pay:usd-outside", false, place);
    }
    let country = setting.destination().or_else(|| TABLES.home_of(currency)).or_else(|| setting.home());
    if let Some(country) = country
        && let Some(name) = bin(&RATIO_BINS, monthly / TABLES.countries[country].going[setting.work])
    {
        push(hits, name, guessed, place);
    }
}

/// What stands around an amount.
struct Context {
    /// What a month has of the period that is named.
    period: Option<f64>,
    by_piece: bool,
    pay_word: bool,
    in_salary: bool,
}

impl Context {
    fn of(view: &View<'_>, amount: &Amount) -> Self {
        let (first, last) = (amount.first, amount.last);
        let by_piece = view.after(last, 3, Role::Order).filter(|found| may_follow(view, found));
        let before = view.ends(first.wrapping_sub(1), Role::Order).filter(|found| view.touches_next(found.last));
        let period = if by_piece.is_some() { None } else { period(view, amount) };
        Self {
            period,
            by_piece: by_piece.or(before).is_some() && period.is_none(),
            pay_word: view.before(first, 8, Role::Pay, true).or_else(|| view.after(last, 4, Role::Pay)).is_some(),
            in_salary: view.field(first) == Field::Salary,
        }
    }

    /// Whether the amount is one of money at all.
    fn is_money(&self, view: &View<'_>, amount: &Amount) -> bool {
        if amount.currency.is_some() {
            return true;
        }
        if is_counted(view, amount) && !self.by_piece {
            return false;
        }
        let speaks_of_pay = self.pay_word || self.period.is_some() || self.in_salary;
        if let Some(scale) = amount.scale {
            let language = scale.meaning.language.checked_sub(1).map(|at| LANGUAGES[usize::from(at)].0);
            let value_is_large = amount.high >= 1000.0;
            return value_is_large && (speaks_of_pay || language.is_some_and(|name| MONEY_SCALES.contains(&name)));
        }
        let is_measured = view.begins(amount.last + 1, Role::Hours).is_some()
            && !view.gap(amount.last).is_some_and(|gap| gap.contains('/'));
        let near = view.before(amount.first, 4, Role::Pay, false).is_some()
            || self.period_clings(view, amount)
            || self.in_salary;
        let is_year = !amount.is_grouped && amount.high.fract() == 0.0 && (1950.0..=2039.0).contains(&amount.high);
        amount.in_digits && amount.high >= 100.0 && near && !is_measured && !(is_year && self.period.is_none())
    }

    /// Whether a small number by the month is in ten thousands, as Korean and Japanese adverts leave out: `月50`, `월 380~550`.
    fn omits_ten_thousand(&self, view: &View<'_>, setting: &Setting<'_>, amount: &Amount) -> bool {
        amount.currency.is_none()
            && amount.scale.is_none()
            && amount.in_digits
            && !amount.is_grouped
            && (20.0..1000.0).contains(&amount.low)
            && self.period.is_some_and(|period| (period - MONTH).abs() < 0.01)
            && view.ends(amount.first.wrapping_sub(1), Role::Period).is_some()
            && view.mark(amount.last + 1).is_none_or(|mark| mark.first as usize != amount.last + 1)
            && setting.home().is_some_and(|country| matches!(TABLES.countries[country].code.as_str(), "JP" | "KR"))
    }

    /// Whether the period stands right behind the amount or right before it.
    fn period_clings(&self, view: &View<'_>, amount: &Amount) -> bool {
        let behind = view.begins(amount.last + 1, Role::Period).is_some()
            && view.gap(amount.last).is_some_and(|gap| gap.chars().all(|c| c.is_whitespace() || c == '/'));
        let before = view.ends(amount.first.wrapping_sub(1), Role::Period).is_some();
        self.period.is_some() && (behind || before) && amount.high >= 300.0
    }
}

/// Whether a nearer word calls the money something else than pay: a fee, a fine, a bonus.
fn is_other_money(view: &View<'_>, amount: &Amount) -> bool {
    if view.begins(amount.last + 1, Role::NotPay).is_some() && view.touches_next(amount.last) {
        return true;
    }
    let other = view.before(amount.first, 4, Role::NotPay, false);
    let pay = view.before(amount.first, 4, Role::Pay, false);
    other.is_some_and(|other| pay.is_none_or(|pay| pay.last < other.first))
}

/// Whether people or things follow that are counted.
fn is_counted(view: &View<'_>, amount: &Amount) -> bool {
    view.begins(amount.last + 1, Role::Count).is_some() && !view.gap(amount.last).is_some_and(|gap| gap.contains('/'))
}

/// The period named behind an amount, or before it.
fn period(view: &View<'_>, amount: &Amount) -> Option<f64> {
    let after = view.after(amount.last, 3, Role::Period).filter(|found| may_follow(view, found));
    // `วันละ 150` belongs to the next number if anything else can be had.
    let leads = |found: &Found| {
        let next = view.units.get(found.last + 1);
        next.is_some_and(|unit| unit.kind == UnitKind::Number) && view.touches_next(found.last)
    };
    let before = || view.before(amount.first, 6, Role::Period, false);
    let found = after.filter(|found| !leads(found)).or_else(before).or(after);
    found.map(|found| if found.meaning.value < 0.5 { YEAR } else { found.meaning.value })
}

/// A bare noun that is also counted (`người`, `orang`) means "each" only behind a slash.
fn may_follow(view: &View<'_>, found: &Found) -> bool {
    view.role(found.first, Role::Count).is_none()
        || found.first.checked_sub(1).is_some_and(|back| view.gap(back).is_some_and(|gap| gap.contains('/')))
}

/// The period that an amount is most likely for, going by its size in US dollars.
fn guess(setting: &Setting<'_>, currency: usize, usd: f64) -> f64 {
    let is_dollar = matches!(TABLES.code(currency), "USD" | "USDT");
    let country = TABLES.home_of(currency).or_else(|| setting.destination().filter(|_| is_dollar));
    let is_rich = country.is_some_and(|country| TABLES.countries[country].going[1] >= RICH);
    let (hour, day, month) = match (is_rich, is_dollar) {
        (true, _) => (60.0, 400.0, 15_000.0),
        (false, true) => (12.0, 60.0, 20_000.0),
        (false, false) => (2.5, 30.0, 8000.0),
    };
    match usd {
        usd if usd < hour => HOUR,
        usd if usd < day => DAY,
        usd if usd < month => MONTH,
        _ => YEAR,
    }
}

/// The currency of an amount: the one beside it, else the one that its scale or its language suggests.
fn currency(setting: &Setting<'_>, amount: &Amount) -> Option<usize> {
    if let Some(found) = amount.currency {
        let value = found.meaning.index();
        return Some(if found.meaning.role == Role::Currency { value } else { shared(setting, value, amount.high) });
    }
    let of = |country: usize| TABLES.countries[country].currency;
    let language = amount.scale.and_then(|scale| scale.meaning.language.checked_sub(1));
    let (name, code) = language.map_or(("", ""), |at| LANGUAGES[usize::from(at)]);
    let by_scale = TABLES.country(code).map(of);
    if by_scale.is_some() && OWN_SCALES.contains(&name) {
        return by_scale;
    }
    let local = |&country: &usize| !matches!(TABLES.countries[country].code.as_str(), "KH" | "MM" | "LA");
    setting.home().map(of).or_else(|| setting.named().find(local).map(of)).or(by_scale)
}

/// Which of several currencies a name stands for: that of the country that the advert is written for, else of one that it
/// names, else the usual one. A bare `$` is a local dollar or peso only when US dollars would be beyond belief.
fn shared(setting: &Setting<'_>, name: usize, value: f64) -> usize {
    let candidates = &TABLES.shared[name];
    let usual = candidates[0];
    if TABLES.code(usual) == "USD" && value < 15_000.0 {
        return usual;
    }
    let of = |country: usize| TABLES.countries[country].currency;
    let mut likely = setting.home().into_iter().chain(setting.named()).map(of);
    likely.find(|currency| candidates.contains(currency)).unwrap_or(usual)
}

/// Whether pay in dollars, USDT or yuan is foreign to every country that is named.
fn is_outside(setting: &Setting<'_>, currency: usize) -> bool {
    let code = TABLES.code(currency);
    let foreign = |country: usize| {
        let country = &TABLES.countries[country];
        match code {
            "USD" => country.currency != currency && !country.pays_dollars,
            "USDT" => true,
            "CNY" => country.currency != currency && !matches!(country.code.as_str(), "HK" | "MO"),
            _ => false,
        }
    };
    setting.destination().is_some_and(foreign)
}
