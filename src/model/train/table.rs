//! The rows of the matrix that is fitted, and what each is.

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    dataset::{TrainingSet, folds, part},
    error::{Error, Result},
    features::{Extractor, Scratch},
    model::{csr::Csr, train::params::ValidTrainParams},
    posting::Posting,
    random::Random,
};

/// One row of the matrix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) is_lure: bool,
    pub(super) weight: f64,
    pub(super) fold: usize,
    pub(super) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Labelled,
    Fragment,
    Background,
    Cut,
}

/// The matrix and what its rows are.
pub(super) struct Table {
    pub(super) matrix: Arc<Csr>,
    pub(super) rows: Vec<Row>,
}

impl ValidTrainParams {
    /// Every posting, fragment and cut as a row.
    pub(super) fn table(&self, set: &TrainingSet, groups: &[u32], extractor: &Extractor) -> Result<Table> {
        let is_lure: Vec<bool> = set.labelled.iter().map(|row| row.label.is_lure()).collect();
        let fold_of = folds(groups, &is_lure, self.folds, self.seed);
        check_folds(&is_lure, &fold_of)?;
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        let balance = [lures, is_lure.len() - lures].map(|other| 2.0 * other as f64 / is_lure.len() as f64);
        let mut postings: Vec<Posting<'static>> = Vec::new();
        let mut rows = Vec::new();
        let mut random = Random::new(self.seed);
        // Without background nothing speaks for short texts being anything: fragments would only blur.
        let fragments = if set.background.is_empty() { [0, 0] } else { [self.clean_fragments, self.lure_fragments] };
        for (at, row) in set.labelled.iter().enumerate() {
            let lure = is_lure[at];
            let weight = balance[usize::from(lure)];
            let base = Row { is_lure: lure, weight, fold: fold_of[at], part: Part::Labelled };
            postings.push(row.posting.clone());
            rows.push(base);
            for number in 0..fragments[usize::from(lure)] {
                if let Some(fragment) = part(&row.posting, number, 4, &mut random) {
                    postings.push(fragment);
                    rows.push(Row { weight: weight * self.fragment_weight, part: Part::Fragment, ..base });
                }
            }
        }
        let background = set.background_groups();
        let background_fold = folds(&background, &vec![false; background.len()], self.folds, self.seed);
        for (row, &fold) in set.background.iter().zip(&background_fold) {
            let base = Row { is_lure: false, weight: self.background_weight, fold, part: Part::Background };
            postings.push(row.posting.clone());
            rows.push(base);
            for number in 0..self.cuts {
                if let Some(cut) = part(&row.posting, number, 5, &mut random) {
                    postings.push(cut);
                    rows.push(Row { part: Part::Cut, ..base });
                }
            }
        }
        let made: Vec<Vec<(u32, f32)>> = postings
            .par_iter()
            .map_init(Scratch::default, |scratch, posting| extractor.row(posting, scratch).to_vec())
            .collect();
        let mut matrix = Csr::new(extractor.vocabulary().len());
        for row in made {
            matrix.push_row(row);
        }
        Ok(Table { matrix: Arc::new(matrix), rows })
    }
}

/// Whether every fold leaves both classes to train on.
fn check_folds(is_lure: &[bool], fold_of: &[usize]) -> Result<()> {
    for (class, name) in [(true, "lures"), (false, "clean postings")] {
        let mut folds: Vec<usize> =
            fold_of.iter().zip(is_lure).filter(|&(_, &lure)| lure == class).map(|(&fold, _)| fold).collect();
        let count = folds.len();
        folds.dedup();
        if folds.len() < 2 {
            let fault = format!(
                "all {count} {name} are in groups that end up in one fold; {name} of at least 2 groups are needed"
            );
            return Err(Error::Labels { path: "training files".into(), fault });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fold_must_leave_both_classes() {
        const T: bool = true;
        const F: bool = false;
        let told = |is_lure: &[bool], fold_of: &[usize]| {
            check_folds(is_lure, fold_of).map_or_else(|error| error.to_string(), |()| String::new())
        };
        assert_eq!(told(&[T, F, T, F], &[0, 0, 1, 1]), "");
        assert_eq!(
            told(&[T, F, T, F, T], &[2, 0, 2, 1, 2]),
            "training files: all 3 lures are in groups that end up in one \
             fold; lures of at least 2 groups are needed"
        );
        assert_eq!(
            told(&[T, F, T, F], &[0, 1, 1, 1]),
            "training files: all 2 clean postings are in groups that end up in \
             one fold; clean postings of at least 2 groups are needed"
        );
    }
}
