//! Adverts by the million that look like a job board's, for measuring speed where no data may be passed on.

use std::ops::Range;

use crate::{
    bench::words::{LANGUAGES, Language},
    random::Random,
};

/// Rows that are made in one go.
const ROWS_A_RUN: u64 = 256;
/// Of so many adverts, one is not in English.
const ONE_FOREIGN_IN: usize = 10;
/// Of so many adverts, one offers what lures offer. Boards have fewer (0.036 % at SEEK).
const ONE_LURE_IN: usize = 500;

/// A seeded source of adverts: about 3 KB each, 10 % in other languages than English, words as frequent as in text.
///
/// What a row holds depends on the seed and its number alone, so that any thread can make any row. Nothing in them is
/// anybody's: every sentence was written for the purpose, and addresses end in `.example`.
///
/// ```
/// use lurewatch::bench::generate::Adverts;
///
/// let adverts = Adverts::new(7);
/// let (mut one, mut other) = (Vec::new(), Vec::new());
/// adverts.rows(0..10, &mut one);
/// adverts.rows(0..4, &mut other);
/// adverts.rows(4..10, &mut other);
/// assert_eq!(one, other);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Adverts {
    seed: u64,
}

impl Adverts {
    /// The header row.
    pub const HEADER: &'static str = "id,title,company,location,salary,description,requirements,benefits,language\n";

    /// The adverts of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// `rows` rows as runs of row numbers, to be made by any thread.
    pub fn runs(rows: u64) -> impl Iterator<Item = Range<u64>> {
        (0..rows).step_by(ROWS_A_RUN as usize).map(move |start| start..rows.min(start + ROWS_A_RUN))
    }

    /// Appends some rows; the first row has the number 0.
    pub fn rows(&self, numbers: Range<u64>, into: &mut Vec<u8>) {
        let mut cell = String::new();
        for number in numbers {
            // Neighbouring numbers give streams that have nothing in common.
            let mut random = Random::new(Random::new(self.seed ^ number.rotate_left(24)).next_u64());
            row(number, &mut random, &mut cell, into);
        }
    }
}

fn row(number: u64, random: &mut Random, cell: &mut String, into: &mut Vec<u8>) {
    let languages = &*LANGUAGES;
    let is_foreign = random.below(ONE_FOREIGN_IN) == 0;
    let language = &languages[if is_foreign { 1 + random.below(languages.len() - 1) } else { 0 }];
    into.extend_from_slice(format!("ad-{number:08}").as_bytes());
    for part in ["title", "company", "place", "salary"] {
        cell.clear();
        language.fill(language.one_of(part, random), random, cell);
        end_cell(cell, into);
    }
    // Lengths spread about their mean as those of adverts do: the sum of three draws.
    let bytes = 700 + (0..3).map(|_| random.below(900)).sum::<usize>();
    cell.clear();
    description(language, bytes, random, cell);
    end_cell(cell, into);
    for (part, bytes) in [("requirement", 200 + random.below(500)), ("benefit", 100 + random.below(400))] {
        cell.clear();
        while cell.len() < bytes {
            cell.push_str(if cell.is_empty() { "- " } else { "\n- " });
            language.fill(language.one_of(part, random), random, cell);
            if random.below(2) == 0 {
                cell.push_str(", ");
                words(language, 2 + random.below(6), random, cell);
            }
        }
        end_cell(cell, into);
    }
    into.push(b',');
    into.extend_from_slice(language.code.as_bytes());
    into.push(b'\n');
}

fn description(language: &Language, bytes: usize, random: &mut Random, text: &mut String) {
    if random.below(ONE_LURE_IN) == 0 {
        for _ in 0..3 {
            language.fill(language.one_of("offer", random), random, text);
            text.push(' ');
        }
    }
    let mut in_paragraph = 0;
    while text.len() < bytes {
        if random.below(5) < 2 {
            language.fill(language.one_of("sentence", random), random, text);
        } else {
            words(language, 6 + random.below(14), random, text);
            text.push_str(if language.code == "zh" { "。" } else { "." });
        }
        in_paragraph += 1;
        if in_paragraph > 2 + random.below(4) {
            text.push_str("\n\n");
            in_paragraph = 0;
        } else {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end().len());
}

fn words(language: &Language, count: usize, random: &mut Random, text: &mut String) {
    for at in 0..count {
        if at > 0 && language.has_spaces {
            text.push_str(if random.below(12) == 0 { ", " } else { " " });
        }
        language.word(random, text);
    }
}

/// Appends a cell that is not the first, in quotes where it must be.
fn end_cell(cell: &str, into: &mut Vec<u8>) {
    into.push(b',');
    if cell.contains([',', '"', '\n']) {
        into.push(b'"');
        into.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        into.push(b'"');
    } else {
        into.extend_from_slice(cell.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::ingest::{Input, Wanted};

    #[test]
    fn rows_are_as_long_and_as_mixed_as_promised() {
        let mut file = Adverts::HEADER.as_bytes().to_vec();
        Adverts::runs(5_000).for_each(|run| Adverts::new(3).rows(run, &mut file));
        let mean = file.len() / 5_000;
        assert!((2_700..=3_400).contains(&mean), "{mean} bytes a row");
        let input = Input::from_reader("generated", Cursor::new(file)).unwrap();
        let columns = input.columns(&[], Wanted::Text).unwrap();
        let codes: Vec<String> =
            input.rows(columns).map(|row| row.unwrap().fields().get(8).unwrap().to_owned()).collect();
        assert_eq!(codes.len(), 5_000);
        let foreign = codes.iter().filter(|code| *code != "en").count();
        assert!((425..=575).contains(&foreign), "{foreign} of 5000 not in English");
        for language in LANGUAGES.iter() {
            assert!(codes.iter().filter(|code| *code == language.code).count() > 20, "{}", language.code);
        }
    }

    #[test]
    fn seeds_and_rows_differ() {
        let make = |seed, numbers| {
            let mut rows = Vec::new();
            Adverts::new(seed).rows(numbers, &mut rows);
            rows
        };
        assert_eq!(make(1, 0..20), make(1, 0..20));
        assert_ne!(make(1, 0..1), make(2, 0..1));
        assert_ne!(make(1, 0..1)[11..], make(1, 1..2)[11..]);
    }
}
