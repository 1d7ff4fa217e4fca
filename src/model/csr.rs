//! Sparse rows, and how linfa sees them.

use std::sync::Arc;

use linfa::dataset::Records;
use ndarray::Array2;

/// A matrix of sparse rows (compressed sparse row form): for each row its columns in ascending order and
/// their values.
///
/// ```
/// use lurewatch::model::csr::Csr;
///
/// let mut rows = Csr::new(3);
/// rows.push_row([(0, 1.0), (2, 0.5)]);
/// rows.push_row([]);
/// assert_eq!((rows.len(), rows.width(), rows.row(0)), (2, 3, (&[0, 2][..], &[1.0, 0.5][..])));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Csr {
    width: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Csr {
    /// No rows yet, of `width` columns.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, starts: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// When a column is not below the width, or columns do not ascend: a bug of the caller, since rows
    /// come from a vocabulary, never from data directly.
    pub fn push_row(&mut self, entries: impl IntoIterator<Item = (u32, f32)>) {
        let begin = self.columns.len();
        for (column, value) in entries {
            assert!((column as usize) < self.width, "column below the width");
            assert!(
                self.columns.len() == begin || self.columns.last().is_some_and(|&last| last < column),
                "columns ascend"
            );
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of stored values.
    #[must_use]
    pub fn nonzeros(&self) -> usize {
        self.columns.len()
    }

    /// Columns and values of row `at`.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, at: usize) -> (&[u32], &[f32]) {
        let range = self.starts[at]..self.starts[at + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// Σ value × `weights[column]` over row `at`, in column order.
    #[must_use]
    pub fn dot(&self, at: usize, weights: &[f64]) -> f64 {
        let (columns, values) = self.row(at);
        columns.iter().zip(values).map(|(&column, &value)| f64::from(value) * weights[column as usize]).sum()
    }

    /// The rows `wanted`, in that order.
    #[must_use]
    pub fn select(&self, wanted: &[usize]) -> Self {
        let mut chosen = Self::new(self.width);
        for &at in wanted {
            let (columns, values) = self.row(at);
            chosen.columns.extend_from_slice(columns);
            chosen.values.extend_from_slice(values);
            chosen.starts.push(chosen.columns.len());
        }
        chosen
    }
}

impl Records for Csr {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.width
    }
}

/// Row numbers into a shared matrix, n × 1: records that linfa's folds, shuffles and cross-validation can cut up
/// without copying the matrix.
#[derive(Clone, Debug)]
pub struct RowIds {
    /// The matrix.
    pub matrix: Arc<Csr>,
}

impl RowIds {
    /// Every row number of `matrix`, as linfa wants records: one per line.
    #[must_use]
    pub fn all(matrix: &Csr) -> Array2<usize> {
        Array2::from_shape_fn((matrix.len(), 1), |(row, _)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Csr {
        let mut rows = Csr::new(4);
        rows.push_row([(0, 1.0), (3, 0.5)]);
        rows.push_row([]);
        rows.push_row([(2, -2.0)]);
        rows
    }

    #[test]
    fn dot_products_by_hand() {
        const CASES: &[(usize, f64)] = &[(0, 5_010.0), (1, 0.0), (2, -2_000.0)];
        let weights = [10.0, 100.0, 1_000.0, 10_000.0];
        for &(row, expected) in CASES {
            assert!((matrix().dot(row, &weights) - expected).abs() < 1e-12, "row {row}");
        }
    }

    #[test]
    fn selected_rows_come_in_the_order_asked_for() {
        let chosen = matrix().select(&[2, 0, 2, 1]);
        assert_eq!((chosen.len(), chosen.width(), chosen.nonzeros()), (4, 4, 4));
        assert_eq!(chosen.row(0), (&[2][..], &[-2.0][..]));
        assert_eq!(chosen.row(1), (&[0, 3][..], &[1.0, 0.5][..]));
        assert_eq!(chosen.row(2), chosen.row(0));
        assert_eq!(chosen.row(3), (&[][..], &[][..]));
        assert!(matrix().select(&[]).is_empty());
    }

    #[test]
    fn linfa_sees_rows_and_columns() {
        assert_eq!((matrix().nsamples(), matrix().nfeatures()), (3, 4));
        assert_eq!(RowIds::all(&matrix()), ndarray::array![[0], [1], [2]]);
    }

    #[test]
    #[should_panic(expected = "columns ascend")]
    fn columns_out_of_order_are_a_bug() {
        Csr::new(4).push_row([(2, 1.0), (1, 1.0)]);
    }

    #[test]
    #[should_panic(expected = "column below the width")]
    fn columns_beyond_the_width_are_a_bug() {
        Csr::new(4).push_row([(4, 1.0)]);
    }
}
