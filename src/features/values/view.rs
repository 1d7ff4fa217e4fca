//! Looking around in the units of a posting.

use crate::{
    features::{
        Place,
        values::{
            tables::TABLES,
            words::{Mark, Meaning, Role},
        },
    },
    normalize::UnitKind,
    posting::{Field, Posting, Span},
};

/// The units of a posting with the phrases found among them.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) posting: &'a Posting<'a>,
    pub(super) units: &'a [Place],
    pub(super) marks: &'a [Mark],
    /// For every unit, 1 + the mark that covers it, or 0.
    pub(super) covering: &'a [u32],
    /// A bit for every role that some mark has.
    roles: u32,
}

/// A meaning that stands somewhere: over units `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) meaning: Meaning,
    pub(super) first: usize,
    pub(super) last: usize,
}

impl<'a> View<'a> {
    pub(super) fn new(posting: &'a Posting<'a>, units: &'a [Place], marks: &'a [Mark], covering: &'a [u32]) -> Self {
        let roles = marks.iter().fold(0, |roles, mark| roles | mark.roles());
        Self { posting, units, marks, covering, roles }
    }

    /// The original text under a unit.
    pub(super) fn raw(&self, at: usize) -> &'a str {
        let unit = &self.units[at];
        unit.span.of(&self.posting.pieces()[usize::from(unit.piece)].text)
    }

    /// The original text between unit `at` and the next; `None` at the end of a piece.
    pub(super) fn gap(&self, at: usize) -> Option<&'a str> {
        let (left, right) = (&self.units[at], self.units.get(at + 1)?);
        let text = &self.posting.pieces()[usize::from(left.piece)].text;
        (left.piece == right.piece).then(|| Span::new(left.span.end, right.span.start).of(text))
    }

    /// Whether one space stands between unit `at` and the next, as between most.
    fn is_one_space(&self, at: usize) -> bool {
        let (left, Some(right)) = (&self.units[at], self.units.get(at + 1)) else { return false };
        left.piece == right.piece
            && left.span.end + 1 == right.span.start
            && self.posting.pieces()[usize::from(left.piece)].text.as_bytes().get(left.span.end) == Some(&b' ')
    }

    /// Whether nothing but spaces stands between a unit and the next.
    pub(super) fn touches_next(&self, at: usize) -> bool {
        self.gap(at).is_some_and(|gap| gap.chars().all(is_space))
    }

    /// The original text behind a unit, to the end of its piece.
    pub(super) fn behind(&self, at: usize) -> &'a str {
        let unit = &self.units[at];
        self.posting.pieces()[usize::from(unit.piece)].text.get(unit.span.end..).unwrap_or("")
    }

    /// Whether a per cent sign follows.
    pub(super) fn is_percentage(&self, at: usize) -> bool {
        self.behind(at).trim_start_matches(is_space).starts_with(['%', '％', '٪', '‰'])
    }

    /// The field that a unit stands in.
    pub(super) fn field(&self, at: usize) -> Field {
        self.posting.pieces()[usize::from(self.units[at].piece)].field
    }

    /// The mark that covers a unit.
    pub(super) fn mark(&self, at: usize) -> Option<&'a Mark> {
        let number = *self.covering.get(at)? as usize;
        self.marks.get(number.checked_sub(1)?)
    }

    /// The meaning of that role that the phrase over a unit has.
    pub(super) fn role(&self, at: usize, role: Role) -> Option<Found> {
        let mark = self.mark(at).filter(|mark| mark.has(role))?;
        let meaning = *TABLES.phrases.meanings(mark).iter().find(|meaning| meaning.role == role)?;
        Some(Found { meaning, first: mark.first as usize, last: mark.last as usize })
    }

    /// The same for a phrase that begins at the unit.
    pub(super) fn begins(&self, at: usize, role: Role) -> Option<Found> {
        self.role(at, role).filter(|found| found.first == at)
    }

    /// The same for a phrase that ends at the unit.
    pub(super) fn ends(&self, at: usize, role: Role) -> Option<Found> {
        self.role(at, role).filter(|found| found.last == at)
    }

    /// Whether any phrase of the posting has that role.
    fn has(&self, role: Role) -> bool {
        self.roles & 1 << role as u32 != 0
    }

    /// Whether a number may begin at a unit.
    #[inline]
    pub(super) fn may_begin_number(&self, at: usize) -> bool {
        self.units[at].kind == UnitKind::Number
            || (self.mark(at).is_some_and(Mark::may_be_number)
                && (self.begins(at, Role::Digit).is_some()
                    || self.begins(at, Role::Before).is_some()
                    || self.begins(at, Role::Cjk).is_some_and(|found| found.meaning.value <= 10.0)))
    }

    fn is_number(&self, at: usize) -> bool {
        self.units[at].kind == UnitKind::Number
    }

    /// The nearest phrase of that role within `reach` steps before `at`, in the same sentence and, unless `far`, not across
    /// another number or a comma. A word or a known phrase is a step; of characters and clusters it takes two.
    pub(super) fn before(&self, at: usize, reach: usize, role: Role, far: bool) -> Option<Found> {
        if !self.has(role) {
            return None;
        }
        let mut budget = reach * 2;
        let mut next = at;
        while let Some(back) = next.checked_sub(1) {
            let is_new_sentence = self.units[back].sentence != self.units[at].sentence;
            if is_new_sentence || (!far && (self.is_number(back) || self.parts(back))) {
                return None;
            }
            if let Some(found) = self.role(back, role) {
                return Some(found);
            }
            budget = budget.checked_sub(self.cost(back)).filter(|&left| left > 0)?;
            next = self.mark(back).map_or(back, |mark| mark.first as usize);
        }
        None
    }

    /// The nearest phrase of that role within `reach` steps after `at`, in the same sentence, not across another number or
    /// a comma.
    pub(super) fn after(&self, at: usize, reach: usize, role: Role) -> Option<Found> {
        if !self.has(role) {
            return None;
        }
        let mut budget = reach * 2;
        let mut next = at + 1;
        while next < self.units.len() {
            let is_new_sentence = self.units[next].sentence != self.units[at].sentence;
            if is_new_sentence || self.is_number(next) || self.parts(next - 1) {
                return None;
            }
            if let Some(found) = self.role(next, role) {
                return Some(found);
            }
            budget = budget.checked_sub(self.cost(next)).filter(|&left| left > 0)?;
            next = self.mark(next).map_or(next, |mark| mark.last as usize) + 1;
        }
        None
    }

    /// What it costs to pass over a unit: 2, or 1 for a character or cluster that belongs to no phrase.
    fn cost(&self, at: usize) -> usize {
        if self.units[at].kind == UnitKind::Glyph && self.covering[at] == 0 { 1 } else { 2 }
    }

    /// Whether there is such a phrase on either side.
    pub(super) fn around(&self, (first, last): (usize, usize), reach: usize, role: Role) -> bool {
        self.before(first, reach, role, false).is_some() || self.after(last, reach, role).is_some()
    }

    /// Whether a comma or the like parts a unit from the next.
    fn parts(&self, at: usize) -> bool {
        !self.is_one_space(at)
            && self.gap(at).is_none_or(|gap| gap.contains([',', '，', '、', '،', '+', '＋', '፣', '(']))
    }
}

/// Any space that may stand inside a number or between it and its unit.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '*' | '_')
}
