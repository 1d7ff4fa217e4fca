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

/// The rows with their wording multiplied by `scale` and brought to norm 1 again.
pub(super) fn rescaled(matrix: &Csr, scale: &[f32], vocabulary: &Vocabulary) -> Csr {
    let mut scaled = Csr::new(matrix.width());
    for at in 0..matrix.len() {
        let (columns, values) = matrix.row(at);
        let wording = |column: u32| column < vocabulary.wording();
        let squares: f64 = columns
            .iter()
            .zip(values)
            .filter(|(column, _)| wording(**column))
            .map(|(&column, &value)| f64::from(value * scale[column as usize]).powi(2))
            .sum();
        let norm = if squares > 0.0 { squares.sqrt() as f32 } else { 1.0 };
        scaled.push_row(columns.iter().zip(values).map(|(&column, &value)| {
            (column, if wording(column) { value * scale[column as usize] / norm } else { value })
        }));
    }
    scaled
}
