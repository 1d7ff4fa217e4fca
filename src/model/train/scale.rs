//! Naive-Bayes scaling: wording that tells the classes apart counts for more.

use crate::{
    features::Vocabulary,
    model::{
        csr::Csr,
        train::table::{Part, Row, Table},
    },
};

/// A factor for every column: |ln(frequency in lures / frequency in clean postings)| to the power `power`, from the
/// whole postings among the rows `wanted`, labelled ones counting 1 and background its weight; 1 for columns that are no wording.
///
/// Frequencies are shares of postings, with one more counted on either side. Without the background, a word that happens to
/// stand in two lures would count for much although every tenth ordinary advert has it.
///
/// # Source
///
/// S. Wang, C. Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012, there with
/// power 1 and binary counts.
pub(super) fn scale_of(table: &Table, vocabulary: &Vocabulary, power: f64, wanted: impl Fn(&Row) -> bool) -> Vec<f32> {
    let mut seen = vec![[0.0_f64; 2]; table.matrix.width()];
    let mut postings = [0.0_f64; 2];
    for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| wanted(row)) {
        let count = match row.part {
            Part::Labelled => 1.0,
            Part::Background => row.weight,
            Part::Fragment | Part::Disguised | Part::Cut => continue,
        };
        let class = usize::from(row.is_lure);
        postings[class] += count;
        for &column in table.matrix.row(at).0 {
            seen[column as usize][class] += count;
        }
    }
    let share = |count: [f64; 2], class: usize| (1.0 + count[class]) / (2.0 + postings[class]);
    (0..)
        .zip(seen)
        .map(|(column, count)| {
            if column < vocabulary.wording() {
                (share(count, 1) / share(count, 0)).ln().abs().max(SMALLEST).powf(power) as f32
            } else {
                1.0
            }
        })
        .collect()
}

/// The least log ratio that is reckoned with: no feature vanishes for being equally frequent.
const SMALLEST: f64 = 0.05;

/// Multiplies the wording of every row by `scale` and brings it to norm 1 again.
pub(super) fn rescale(matrix: &mut Csr, scale: &[f32], vocabulary: &Vocabulary) {
    matrix.change_rows(|columns, values| {
        let wording = columns.partition_point(|&column| column < vocabulary.wording());
        let factors = columns[..wording].iter().map(|&column| scale[column as usize]);
        values.iter_mut().zip(factors).for_each(|(value, scale)| *value *= scale);
        let squares: f64 = values[..wording].iter().map(|&value| f64::from(value).powi(2)).sum();
        if squares > 0.0 {
            let norm = squares.sqrt() as f32;
            values[..wording].iter_mut().for_each(|value| *value /= norm);
        }
    });
}

/// Gives every cue, pair and number that is there the value `value`.
pub(super) fn set_cue_value(matrix: &mut Csr, value: f32, vocabulary: &Vocabulary) {
    matrix.change_rows(|columns, values| {
        let wording = columns.partition_point(|&column| column < vocabulary.wording());
        values[wording..].fill(value);
    });
}
