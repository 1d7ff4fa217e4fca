//! The rows of the matrix that is fitted, and what each is.

use std::{borrow::Cow, sync::Arc};

use rayon::prelude::*;

use crate::{
    dataset::{TrainingSet, folds, part},
    error::{Error, Result},
    features::{Extractor, Scratch},
    model::{csr::Csr, train::params::ValidTrainParams},
    mutate::Mutator,
    posting::{Field, Posting},
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
    /// A labelled posting in disguise.
    Disguised,
    Background,
    Cut,
}

/// The matrix and what its rows are.
pub(super) struct Table {
    pub(super) matrix: Arc<Csr>,
    pub(super) rows: Vec<Row>,
}

/// Rows in the making.
struct Draft<'p> {
    params: &'p ValidTrainParams,
    extractor: &'p Extractor,
    random: Random,
    /// Postings whose rows are not in the matrix yet, at most [`WAITING`].
    waiting: Vec<Cow<'p, Posting<'static>>>,
    matrix: Csr,
    rows: Vec<Row>,
}

/// How many postings wait for their rows to be made on all threads.
const WAITING: usize = 4_096;

/// How many of them a thread takes at once.
const CHUNK: usize = 64;

impl ValidTrainParams {
    /// Every posting, fragment, disguise and cut as a row.
    pub(super) fn table(&self, set: &TrainingSet, groups: &[u32], extractor: &Extractor) -> Result<Table> {
        let mut draft = Draft {
            params: self,
            extractor,
            random: Random::new(self.seed),
            waiting: Vec::new(),
            matrix: Csr::new(extractor.vocabulary().len()),
            rows: Vec::new(),
        };
        draft.labelled(set, groups)?;
        if !set.background.is_empty() {
            draft.disguised(set);
            draft.background(set);
        }
        draft.make_rows();
        Ok(Table { matrix: Arc::new(draft.matrix), rows: draft.rows })
    }
}

impl<'p> Draft<'p> {
    fn push(&mut self, posting: Cow<'p, Posting<'static>>, row: Row) {
        self.waiting.push(posting);
        self.rows.push(row);
        if self.waiting.len() == WAITING {
            self.make_rows();
        }
    }

    /// Those that wait become rows, in their order.
    fn make_rows(&mut self) {
        let extractor = self.extractor;
        let made: Vec<Csr> = self
            .waiting
            .par_chunks(CHUNK)
            .map_init(Scratch::default, |scratch, postings| {
                let mut rows = Csr::new(extractor.vocabulary().len());
                for posting in postings {
                    rows.push_row(extractor.row(posting, scratch).iter().copied());
                }
                rows
            })
            .collect();
        for rows in &made {
            self.matrix.append(rows);
        }
        self.waiting.clear();
    }

    /// Labelled postings, and fragments of them.
    fn labelled(&mut self, set: &'p TrainingSet, groups: &[u32]) -> Result<()> {
        let params = self.params;
        let is_lure: Vec<bool> = set.labelled.iter().map(|row| row.label.is_lure()).collect();
        let fold_of = folds(groups, &is_lure, params.folds, params.seed);
        check_folds(&is_lure, &fold_of)?;
        let lures = is_lure.iter().filter(|&&lure| lure).count();
        let balance = [lures, is_lure.len() - lures].map(|other| 2.0 * other as f64 / is_lure.len() as f64);
        // Without background nothing speaks for short texts being anything: fragments would only blur.
        let fragments =
            if set.background.is_empty() { [0, 0] } else { [params.clean_fragments, params.lure_fragments] };
        for (at, row) in set.labelled.iter().enumerate() {
            let lure = is_lure[at];
            let weight = balance[usize::from(lure)];
            let base = Row { is_lure: lure, weight, fold: fold_of[at], part: Part::Labelled };
            self.push(Cow::Borrowed(&row.posting), base);
            for number in 0..fragments[usize::from(lure)] {
                if let Some(fragment) = part(&row.posting, number, 4, &mut self.random) {
                    self.push(
                        Cow::Owned(fragment),
                        Row { weight: weight * params.fragment_weight, part: Part::Fragment, ..base },
                    );
                }
            }
        }
        Ok(())
    }

    /// Labelled postings in disguise, of both classes alike: a disguise must neither hide a lure nor make one.
    fn disguised(&mut self, set: &TrainingSet) {
        let whole: Vec<Row> = self.rows.iter().copied().filter(|row| row.part == Part::Labelled).collect();
        for (row, base) in set.labelled.iter().zip(whole) {
            for _ in 0..self.params.disguises {
                if let Some(posting) = disguised(&row.posting, &mut self.random) {
                    let weight = base.weight * self.params.fragment_weight;
                    self.push(Cow::Owned(posting), Row { weight, part: Part::Disguised, ..base });
                }
            }
        }
    }

    /// Background postings whole and cut.
    fn background(&mut self, set: &'p TrainingSet) {
        let params = self.params;
        let groups = set.background_groups();
        let fold_of = folds(&groups, &vec![false; groups.len()], params.folds, params.seed);
        for (row, &fold) in set.background.iter().zip(&fold_of) {
            let base = Row { is_lure: false, weight: params.background_weight, fold, part: Part::Background };
            self.push(Cow::Borrowed(&row.posting), base);
            for number in 0..params.cuts {
                if let Some(cut) = part(&row.posting, number, 5, &mut self.random) {
                    self.push(Cow::Owned(cut), Row { part: Part::Cut, ..base });
                }
            }
        }
    }
}

/// Disguises that training sees; those of [`Mutator::ALL`] that are not here are left for measuring.
const TRAINED_DISGUISES: [Mutator; 3] = [Mutator::Emoji, Mutator::Homophones, Mutator::SpacedLetters];

/// Share of words that a disguise in training touches.
const DISGUISE_STRENGTH: f64 = 0.5;

/// A posting in one disguise; `None` when there is nothing in it to disguise.
fn disguised(posting: &Posting<'_>, random: &mut Random) -> Option<Posting<'static>> {
    let mutator = TRAINED_DISGUISES[random.below(TRAINED_DISGUISES.len())];
    let pieces: Vec<(Field, String)> = posting
        .pieces()
        .iter()
        .map(|piece| (piece.field, mutator.apply(&piece.text, DISGUISE_STRENGTH, random)))
        .collect();
    let is_same = pieces.iter().zip(posting.pieces()).all(|((_, text), piece)| *text == piece.text);
    (!is_same).then(|| Posting::from_pieces(pieces.into_iter().map(|(field, text)| (field, text.into()))))
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
