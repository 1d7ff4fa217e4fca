//! A unit of a posting, as the walk over it sees it.

use crate::{features::values, normalize::UnitKind, posting::Span};

/// What a unit is and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Number of what is known of it; only whoever read the posting can say more.
    pub entry: u32,
    /// What it is.
    pub kind: UnitKind,
    /// Number of its piece.
    pub piece: u16,
    /// Number of its sentence; those of two pieces are not next to each other.
    pub sentence: u32,
    /// Its bytes in the piece.
    pub span: Span,
    /// What it answers to among the phrases that give numbers their meaning: [`values::symbols_of`].
    pub symbols: values::Symbols,
}
