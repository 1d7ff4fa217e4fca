//! Numbers of a posting with their meaning, in bins: pay, hours, days off, age, contract terms; the places named, and whether a phone is of one of them.
//!
//! What a number means is in the words around it. Those words, in every language, are data (`words.csv`, the names of
//! `rates.csv` and `places.csv`); each is looked up once, when the lexicon first sees it, so that a posting costs a walk
//! over numbers. Only where a number stands is anything read: its digits from the original text, a scale (`万`, `triệu`,
//! `k`), a currency, a period, and what else stands a few words away.
//!
//! - `words`: phrases → marks over the units
//! - `tables`: exchange rates, going rates, places
//! - `view`, `number`: reading amounts and ranges
//! - `setting`: the country that an advert is written for, and the one it names
//! - `pay`, `conditions`: amounts → features
//! - `phone`: the country of a number
//!
//! No feature names a country or a nationality. Rates are public round figures; the bins are wide enough that a rate
//! which is off by a fifth moves few adverts.

mod conditions;
mod number;
mod pay;
mod phone;
mod setting;
pub(crate) mod tables;
#[cfg(test)]
mod tests;
mod view;
mod words;

use crate::{features::Place, normalize::UnitKind, posting::Posting};
use number::{Amount, amount};
use pay::Outcome;
use setting::Setting;
use tables::TABLES;
use view::View;
use words::Mark;

/// What a word answers to among the phrases of this module; 0 is nothing.
pub type Symbols = [u16; 2];

/// A number with its meaning, over units `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueHit {
    /// Name of the feature, such as `pay:usd-month:1000-1500`.
    pub name: &'static str,
    /// Whether the period of a pay was guessed from its size.
    pub guessed: bool,
    /// First unit.
    pub first: u32,
    /// Last unit.
    pub last: u32,
}

impl ValueHit {
    /// The features that the value turns on.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name)
    }
}

/// Buffers that are kept from one posting to the next.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    marks: Vec<Mark>,
    /// For every unit, 1 + the mark that covers it, or 0.
    covering: Vec<u32>,
}

/// What a word in its comparable form answers to. Costly; to be asked once a word.
#[must_use]
pub fn symbols_of(text: &str) -> Symbols {
    TABLES.phrases.symbols_of(text)
}

/// Finds numbers with a meaning, and places, among the units of a posting; every feature once, at its first place.
pub fn find(posting: &Posting<'_>, units: &[Place], buffers: &mut Buffers, hits: &mut Vec<ValueHit>) {
    hits.clear();
    let Buffers { marks, covering } = buffers;
    TABLES.phrases.mark(units, marks, covering);
    if marks.is_empty() && !units.iter().any(|unit| unit.kind == UnitKind::Number) {
        return;
    }
    let view = View::new(posting, units, marks, covering);
    let setting = Setting::new(&view);
    setting.places(hits);
    phone::find(&view, &setting, hits);
    let mut at = 0;
    let mut loose = None;
    let is_number_or_marked = |(unit, &mark): (&Place, &u32)| unit.kind == UnitKind::Number || mark != 0;
    while let Some(passed) = units[at..].iter().zip(&covering[at..]).position(is_number_or_marked) {
        at += passed;
        at = if view.may_begin_number(at) { read_number(&view, &setting, at, &mut loose, hits) } else { at + 1 };
    }
    if let Some(amount) = loose.filter(|_| !hits.iter().any(|hit| hit.name.starts_with("pay:"))) {
        pay::find_loose(&view, &setting, &amount, hits);
    }
}

/// Reads the number that may begin at unit `at`; returns where to go on.
fn read_number(
    view: &View<'_>,
    setting: &Setting<'_>,
    at: usize,
    loose: &mut Option<Amount>,
    hits: &mut Vec<ValueHit>,
) -> usize {
    if let Some(end) = conditions::shift(view, at, hits) {
        return end;
    }
    let Some(amount) = amount(view, at) else { return at + 1 };
    let end = amount.last + 1;
    if !amount.is_broken && !view.is_percentage(amount.last) {
        let taken = amount.currency.is_none() && conditions::find(view, &amount, hits);
        if !taken && pay::find(view, setting, &amount, hits) == Outcome::Loose && loose.is_none() {
            *loose = Some(amount);
        }
    }
    end
}

/// Adds a feature unless the posting has it already.
fn push(hits: &mut Vec<ValueHit>, name: &'static str, guessed: bool, (first, last): (usize, usize)) {
    if hits.iter().all(|hit| hit.name != name) {
        hits.push(ValueHit { name, guessed, first: first as u32, last: last as u32 });
    }
}
