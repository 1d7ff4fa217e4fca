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
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    width: usize,
    /// Shared between a matrix and its clones: they may differ in their values, and only these are copied.
    pattern: Arc<Pattern>,
    values: Vec<f32>,
}

/// Where a matrix has values.
#[derive(Clone, Debug, PartialEq)]
struct Pattern {
    /// Where each row starts, and where the last one ends.
    starts: Vec<usize>,
    columns: Vec<u32>,
}

impl Csr {
    /// No rows yet, of `width` columns.
    #[must_use]
    pub fn new(width: usize) -> Self {
        let pattern = Arc::new(Pattern { starts: vec![0], columns: Vec::new() });
        Self { width, pattern, values: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// When a column is not below the width, or columns do not ascend: a bug of the caller, since rows
    /// come from a vocabulary, never from data directly.
    pub fn push_row(&mut self, entries: impl IntoIterator<Item = (u32, f32)>) {
        let Pattern { starts, columns } = Arc::make_mut(&mut self.pattern);
        let begin = columns.len();
        for (column, value) in entries {
            assert!((column as usize) < self.width, "column below the width");
            assert!(columns.len() == begin || columns.last().is_some_and(|&last| last < column), "columns ascend");
            columns.push(column);
            self.values.push(value);
        }
        starts.push(columns.len());
    }

    /// Adds the rows of another matrix of the same width.
    ///
    /// # Panics
    ///
    /// When widths differ: a bug of the caller.
    pub fn append(&mut self, rows: &Self) {
        assert_eq!(self.width, rows.width, "widths of matrices that are joined");
        let Pattern { starts, columns } = Arc::make_mut(&mut self.pattern);
        let before = columns.len();
        columns.extend_from_slice(&rows.pattern.columns);
        self.values.extend_from_slice(&rows.values);
        starts.extend(rows.pattern.starts[1..].iter().map(|start| before + start));
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pattern.starts.len() - 1
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
        self.pattern.columns.len()
    }

    /// Columns and values of row `at`.
    ///
    /// # Panics
    ///
    /// When there is no such row.
    #[must_use]
    pub fn row(&self, at: usize) -> (&[u32], &[f32]) {
        let Pattern { starts, columns } = &*self.pattern;
        let range = starts[at]..starts[at + 1];
        (&columns[range.clone()], &self.values[range])
    }

    /// Shows `change` the columns and values of every row, to alter the values in place.
    pub fn change_rows(&mut self, mut change: impl FnMut(&[u32], &mut [f32])) {
        let Pattern { starts, columns } = &*self.pattern;
        for row in starts.windows(2) {
            change(&columns[row[0]..row[1]], &mut self.values[row[0]..row[1]]);
        }
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
            chosen.push_row(columns.iter().copied().zip(values.iter().copied()));
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
    fn joined_rows_come_behind() {
        let mut joined = matrix();
        joined.append(&matrix());
        assert_eq!((joined.len(), joined.nonzeros()), (6, 6));
        for row in 0..3 {
            assert_eq!((joined.row(row), joined.row(row + 3)), (matrix().row(row), matrix().row(row)), "row {row}");
        }
    }

    #[test]
    fn a_clone_changes_alone() {
        let first = matrix();
        let mut second = first.clone();
        second.change_rows(|columns, values| {
            columns.iter().zip(values).for_each(|(&column, value)| *value *= (column + 1) as f32);
        });
        assert_eq!(first, matrix());
        assert_eq!((second.row(0), second.row(2)), ((&[0, 3][..], &[1.0, 2.0][..]), (&[2][..], &[-6.0][..])));
        assert!(Arc::ptr_eq(&first.pattern, &second.pattern));
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
