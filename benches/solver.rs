//! Our solver on a matrix from a file, for `benches/quality/solver.py`, which times it beside liblinear.
//!
//!     solver FILE COST TOLERANCE       reads, fits, prints the value of the objective and the rounds
//!     solver FILE                      only reads
//!
//! A line is a row: `1` for a lure or `0`, then `column:value` in ascending order.

use std::{
    error::Error,
    fs::File,
    io::{self, BufRead, BufReader, Write},
};

use linfa::ParamGuard;
use lurewatch::model::{csr::Csr, params::LogisticParams};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(path) = arguments.first() else {
        return Ok(());
    };
    let (matrix, is_lure) = read(path)?;
    if let [_, cost, tolerance] = &arguments[..] {
        let solver = LogisticParams::default().cost(cost.parse()?).tolerance(tolerance.parse()?).check()?;
        let rows: Vec<usize> = (0..matrix.len()).collect();
        let fit = solver.fit_rows(&matrix, &rows, &is_lure, &vec![1.0; rows.len()])?.fit;
        writeln!(io::stdout(), "{} {}", fit.objective, fit.rounds)?;
    }
    Ok(())
}

fn read(path: &str) -> Result<(Csr, Vec<bool>), Box<dyn Error>> {
    let mut lines = BufReader::new(File::open(path)?).lines();
    let width = lines.next().ok_or("a first line with the number of columns")??.parse()?;
    let (mut matrix, mut is_lure) = (Csr::new(width), Vec::new());
    for line in lines {
        let line = line?;
        let mut cells = line.split(' ');
        is_lure.push(cells.next() == Some("1"));
        let mut row = Vec::new();
        for cell in cells {
            let (column, value) = cell.split_once(':').ok_or("column:value")?;
            row.push((column.parse()?, value.parse()?));
        }
        matrix.push_row(row);
    }
    Ok((matrix, is_lure))
}
