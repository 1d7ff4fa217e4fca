//! Numbers of a posting in bins: working hours, age, contract terms, pay.

use crate::{
    normalize::UnitKind,
    posting::{Posting, Span},
};

/// A number with its meaning, over units `first..=last`.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueHit {
    /// Name of the feature, such as `pay:1000-2000`.
    pub name: String,
    /// First unit.
    pub first: u32,
    /// Last unit.
    pub last: u32,
}

impl ValueHit {
    /// The features that the value turns on.
    pub fn names(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.name.clone())
    }
}

/// Finds numbers with a meaning among the units of a posting.
pub fn find(_posting: &Posting<'_>, _units: impl Iterator<Item = (UnitKind, u16, Span)>, _hits: &mut Vec<ValueHit>) {}
