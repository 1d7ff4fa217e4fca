//! What a run did with the rows of its inputs.

use lurewatch::posting::Mended;
use serde::{Deserialize, Serialize};

use crate::cli::{Exit, console::Console};

/// What was done, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub(super) scored: u64,
    pub(super) rejected: u64,
    /// Rows that have more members than there are columns.
    pub(super) has_more: u64,
    pub(super) mended: Mended,
    pub(super) review: u64,
    pub(super) watch: u64,
}

impl Sums {
    /// Rows that came in, each of which was scored or rejected.
    pub(super) fn read(&self) -> u64 {
        self.scored + self.rejected
    }

    /// Tells what was done.
    pub(super) fn tell(&self, console: &Console) {
        console.mended(&self.mended);
        self.tell_rows(console);
    }

    /// The same without what was mended.
    pub(super) fn tell_rows(&self, console: &Console) {
        let Self { scored, rejected, review, watch, .. } = self;
        console.note(&format!("rows: {} read = {scored} scored + {rejected} rejected", self.read()));
        console.note(&format!("possible recruitment lures: {review} need review, {watch} to watch"));
    }

    /// How a run ends that has done this.
    pub(super) fn exit(&self) -> Exit {
        if self.rejected > 0 { Exit::RowsRejected } else { Exit::Complete }
    }
}
