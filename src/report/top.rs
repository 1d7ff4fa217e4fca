//! The riskiest rows of a file, in bounded memory.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::report::reporter::Ranked;

/// Keeps the `most` highest rows of all that it is shown.
#[derive(Debug)]
pub struct Top {
    most: usize,
    rows: BinaryHeap<Reverse<Ranked>>,
}

impl Top {
    /// Keeps `most` rows.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, rows: BinaryHeap::new() }
    }

    /// Shows it rows; the probability that a row must have from now on to be kept.
    pub fn add(&mut self, rows: Vec<Ranked>) -> u64 {
        for row in rows {
            self.rows.push(Reverse(row));
            if self.rows.len() > self.most {
                self.rows.pop();
            }
        }
        self.bar()
    }

    /// The probability that a row must have to be kept.
    #[must_use]
    pub fn bar(&self) -> u64 {
        match self.rows.peek() {
            Some(Reverse(lowest)) if self.rows.len() == self.most => lowest.probability,
            _ => 0,
        }
    }

    /// The rows kept, the riskiest first; of equal ones the earlier first.
    #[must_use]
    pub fn into_rows(self) -> Vec<Ranked> {
        self.rows.into_sorted_vec().into_iter().map(|Reverse(row)| row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_earlier_row() {
        let ranked =
            |probability: f64, row| Ranked { probability: probability.to_bits(), row: Reverse(row), text: vec![] };
        let mut top = Top::new(3);
        assert_eq!(top.add(vec![ranked(0.1, 1), ranked(0.5, 2)]), 0);
        assert_eq!(top.add(vec![ranked(0.5, 4), ranked(0.5, 3), ranked(0.9, 5)]), 0.5_f64.to_bits());
        let rows: Vec<u64> = top.into_rows().iter().map(|row| row.row.0).collect();
        assert_eq!(rows, [5, 2, 3]);
        assert!(Top::new(0).into_rows().is_empty());
    }
}
