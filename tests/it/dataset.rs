//! Audits of `datasets/postings`: its form, its balance, and that nothing but the words tells the classes apart.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use linfa::ParamGuard;
use lurewatch::{
    dataset::folds,
    evaluate::metrics::roc_auc,
    groups::{near_duplicates, shingles},
    model::{csr::Csr, params::LogisticParams},
    posting::{Field, Posting},
};

const HEADER: [&str; 13] = [
    "id", "language", "label", "kind", "form", "twin", "cues", "title", "company", "location", "salary", "text",
    "contact",
];
const TEXT_COLUMNS: [&str; 6] = ["title", "company", "location", "salary", "text", "contact"];

const LURE_KINDS: [&str; 14] = [
    "crypto-service",
    "debt-relief",
    "driver-cook-guard",
    "explicit-fraud",
    "friend-referral",
    "gambling-promotion",
    "hotel-casino-front",
    "it-tech",
    "model-singer",
    "recruiter-agent",
    "sales-admin",
    "student-summer",
    "translator",
    "typing-chat",
];
const REPORTING_KINDS: [&str; 6] = ["fiction", "hard-report", "news", "question", "testimony", "warning"];
const OFFERING_KINDS: [&str; 4] = ["hard-honest", "honest-job", "ordinary", "other-fraud"];
const FORMS: [&str; 4] = ["board", "chat", "post", "report"];

/// The most that surface alone may tell: ROC-AUC.
const MOST_BY_SURFACE: f64 = 0.60;
/// The largest share of one class in a language, in percent.
const MOST_OF_ONE_CLASS: usize = 60;

/// A row of the set, by column name.
struct Row(HashMap<String, String>);

impl Row {
    fn get(&self, column: &str) -> &str {
        &self.0[column]
    }

    fn is_lure(&self) -> bool {
        self.get("label") == "lure"
    }

    fn reports(&self) -> bool {
        REPORTING_KINDS.contains(&self.get("kind"))
    }

    /// All that a reader of the posting sees.
    fn seen(&self) -> String {
        let filled = TEXT_COLUMNS.into_iter().map(|column| self.get(column)).filter(|text| !text.is_empty());
        filled.collect::<Vec<_>>().join("\n")
    }

    fn posting(&self) -> Posting<'_> {
        let fields = [Field::Title, Field::Company, Field::Location, Field::Salary, Field::Description, Field::Contact];
        Posting::from_pieces(fields.into_iter().zip(TEXT_COLUMNS).map(|(field, name)| (field, self.get(name).into())))
    }
}

fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets")
}

fn read(path: &Path) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        Row(header.iter().cloned().zip(record.iter().map(str::to_owned)).collect())
    });
    let rows = rows.collect();
    (header, rows)
}

/// The files, sorted by name.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(datasets().join("postings")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn rows() -> Vec<Row> {
    files().iter().flat_map(|file| read(file).1).collect()
}

/// Twin name → its rows.
fn twins(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut twins: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.get("twin").is_empty()) {
        twins.entry(row.get("twin")).or_default().push(row);
    }
    twins
}

/// Fails with every fault in a line, so that all can be mended in one go.
fn none(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{} × not so: {rule}\n  {}", faults.len(), faults.join("\n  "));
}

#[test]
fn every_row_has_the_form_that_the_datasheet_says() {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for file in files() {
        let (header, rows) = read(&file);
        assert_eq!(header, HEADER, "{}", file.display());
        let language = file.file_stem().unwrap().to_str().unwrap();
        for row in rows {
            let id = row.get("id").to_owned();
            let mut check = |is_so: bool, rule: &str| {
                if !is_so {
                    faults.push(format!("{id}: {rule}"));
                }
            };
            check(row.get("language") == language, "language is the file's name");
            check(id.strip_prefix(language).is_some_and(|rest| rest.starts_with('-')), "id begins with the language");
            check(ids.insert(id.clone()), "id is new");
            check(matches!(row.get("label"), "lure" | "clean"), "label is lure or clean");
            let kind = row.get("kind");
            let is_known = if row.is_lure() {
                LURE_KINDS.contains(&kind)
            } else {
                OFFERING_KINDS.contains(&kind) || REPORTING_KINDS.contains(&kind)
            };
            check(is_known, "kind is one of its label's");
            check(FORMS.contains(&row.get("form")), "form is known");
            check(!row.get("text").trim().is_empty(), "text is there");
            let is_plain = !row.seen().contains(|c: char| c.is_control() && c != '\n');
            check(is_plain, "no control characters but line feeds");
        }
    }
    none(&faults, "a row keeps to the form");
}

#[test]
fn every_lure_has_one_clean_twin_with_the_same_fields() {
    let rows = rows();
    let mut faults = Vec::new();
    for row in rows.iter().filter(|row| row.is_lure() && row.get("twin").is_empty()) {
        faults.push(format!("{}: lure without a twin", row.get("id")));
    }
    for (name, pair) in twins(&rows) {
        let mut labels: Vec<&str> = pair.iter().map(|row| row.get("label")).collect();
        labels.sort_unstable();
        if labels != ["clean", "lure"] {
            faults.push(format!("{name}: {labels:?}"));
            continue;
        }
        if pair[0].get("language") != pair[1].get("language") {
            faults.push(format!("{name}: two languages"));
        }
        for column in TEXT_COLUMNS {
            if pair[0].get(column).is_empty() != pair[1].get(column).is_empty() {
                faults.push(format!("{name}: {column} is filled in one only"));
            }
        }
    }
    none(&faults, "a lure beside a clean twin with the same fields");
}

#[test]
fn no_two_pairs_are_near_duplicates() {
    let rows = rows();
    let sets: Vec<Vec<u64>> = rows.iter().map(|row| shingles(&row.posting())).collect();
    let mut groups: BTreeMap<u32, Vec<&Row>> = BTreeMap::new();
    for (group, row) in near_duplicates(&sets).into_iter().zip(&rows) {
        groups.entry(group).or_default().push(row);
    }
    let faults: Vec<String> = groups
        .values()
        .filter(|group| group.len() > 1)
        .filter(|group| {
            group[0].get("twin").is_empty() || group.iter().any(|row| row.get("twin") != group[0].get("twin"))
        })
        .map(|group| group.iter().map(|row| row.get("id")).collect::<Vec<_>>().join(" "))
        .collect();
    none(&faults, "near-duplicates are twins");
}

#[test]
fn the_set_is_large_and_balanced() {
    let rows = rows();
    assert!(rows.len() >= 1_500, "{} postings", rows.len());
    let mut by_language: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for row in &rows {
        by_language.entry(row.get("language")).or_default()[usize::from(row.is_lure())] += 1;
    }
    assert!(by_language.len() >= 14, "{} languages", by_language.len());
    let faults: Vec<String> = by_language
        .iter()
        .filter(|(_, [clean, lures])| clean.max(lures) * 100 > (clean + lures) * MOST_OF_ONE_CLASS)
        .map(|(language, [clean, lures])| format!("{language}: {clean} clean, {lures} lures"))
        .collect();
    none(&faults, "no language is more than 60 % one class");
    let lure_kinds: BTreeSet<&str> = rows.iter().filter(|row| row.is_lure()).map(|row| row.get("kind")).collect();
    assert_eq!(lure_kinds.into_iter().collect::<Vec<_>>(), LURE_KINDS, "every kind of lure is there");
}

#[test]
fn clean_postings_are_hard() {
    let rows = rows();
    let clean = || rows.iter().filter(|row| !row.is_lure());
    let of_twins = clean().filter(|row| !row.get("twin").is_empty());
    let (reporting, offering): (Vec<&Row>, Vec<&Row>) = of_twins.partition(|row| row.reports());
    let twins = reporting.len() + offering.len();
    assert!(reporting.len() * 3 >= twins, "{} of {twins} clean twins report, ask or narrate", reporting.len());
    let (hard, easy): (Vec<&Row>, Vec<&Row>) = clean()
        .filter(|row| row.get("twin").is_empty())
        .partition(|row| row.reports() || row.get("kind") == "hard-honest");
    assert!(hard.len() >= easy.len(), "{} single clean postings are hard, {} easy", hard.len(), easy.len());
}

/// Nobody can be reached: digits of phones are zeros, handles and addresses say `example`.
#[test]
fn contacts_are_placeholders() {
    let (_, sample) = read(&datasets().join("sample.csv"));
    let sample: Vec<String> =
        sample.iter().map(|row| format!("{} {} {}", row.get("title"), row.get("location"), row.get("text"))).collect();
    let mut faults = Vec::new();
    for seen in rows().iter().map(Row::seen).chain(sample) {
        for run in digit_runs(&seen) {
            if !is_placeholder(&run) {
                faults.push(format!("number {run:?} in {seen:?}"));
            }
        }
        for word in seen.split(|c: char| c.is_whitespace() || "()（）,，、;；".contains(c)) {
            let word = word.to_lowercase();
            let is_address = word.starts_with('@') && word.len() > 1
                || word.contains("://")
                || word.contains("t.me/")
                || word.contains("wa.me/")
                // Longer than the B.Com of accountants.
                || [".com", ".net", ".org"].iter().any(|part| word.find(part).is_some_and(|at| at > 1))
                || word.split_once('@').is_some_and(|(name, site)| !name.is_empty() && site.contains('.'));
            if is_address && !word.contains("example") {
                faults.push(format!("address {word:?}"));
            }
        }
    }
    none(&faults, "contacts are placeholders");
}

/// Digits with at most one separator between two of them, and the plus before them.
fn digit_runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        let separates = " -.".contains(c) && run.ends_with(|last: char| last.is_ascii_digit());
        if c.is_ascii_digit() || separates {
            run.push(c);
        } else {
            let digits = std::mem::take(&mut run);
            runs.push(digits.trim_end_matches([' ', '-', '.']).to_owned());
            if c == '+' {
                run.push(c);
            }
        }
    }
    runs.retain(|run| run.chars().any(|c| c.is_ascii_digit()));
    runs
}

/// Whether a run of digits is no phone number, or one of zeros behind its first group.
fn is_placeholder(run: &str) -> bool {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    let unbroken = run.split([' ', '-', '.']).map(str::len).max().unwrap_or(0);
    let is_phone = run.starts_with('+') && digits >= 8 || run.starts_with('0') && digits >= 9 || unbroken >= 9;
    let behind = run.find([' ', '-', '.']).map_or(run, |at| &run[at..]);
    !is_phone || behind.chars().all(|c| !c.is_ascii_digit() || c == '0')
}

#[test]
fn phone_numbers_are_told_from_amounts() {
    const CASES: &[(&str, bool)] = &[
        ("call +855 00 000 000 now", true),
        ("call +855 12 345 678 now", false),
        ("문의 010-0000-0000", true),
        ("010-1234-0000", false),
        ("0812345678", false),
        ("0000 000 000", true),
        ("Rp14.000.000 – Rp22.000.000", true),
        ("8.500.000, 08.00–17.00, 2026-08-15", true),
    ];
    for &(text, expected) in CASES {
        assert_eq!(digit_runs(text).iter().all(|run| is_placeholder(run)), expected, "{text}");
    }
}

/// Characters by what they look like, for a judge who cannot read.
/// What is counted, and which characters count.
type Look = (&'static str, fn(char) -> bool);

const LOOKS: [Look; 14] = [
    ("digits", |c| c.is_numeric()),
    ("full stops", |c| ".。।۔။។።".contains(c)),
    ("commas", |c| ",，、،၊፣".contains(c)),
    ("exclamation marks", |c| "!！".contains(c)),
    ("question marks", |c| "?？؟".contains(c)),
    ("colons", |c| ":：;；".contains(c)),
    ("brackets", |c| "()（）[]【】".contains(c)),
    ("dashes", |c| "-–—/".contains(c)),
    ("quotation marks", |c| "\"“”„«»「」『』'’‘".contains(c)),
    ("dots", |c| "…·•".contains(c)),
    ("currency signs", |c| "$€£¥₩₫₱฿₹￥៛₭৳₦₺₽".contains(c)),
    ("signs", |c| "%+#@&*=|~<>_".contains(c)),
    ("emoji", |c| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')),
    ("capitals", char::is_uppercase),
];

const SCRIPTS: [(&str, &[(u32, u32)]); 15] = [
    ("Latin", &[(0x41, 0x24F), (0x1E00, 0x1EFF)]),
    ("Cyrillic", &[(0x400, 0x52F)]),
    ("Arabic", &[(0x600, 0x6FF), (0x750, 0x77F)]),
    ("Devanagari", &[(0x900, 0x97F)]),
    ("Bengali", &[(0x980, 0x9FF)]),
    ("Tamil", &[(0xB80, 0xBFF)]),
    ("Thai", &[(0xE00, 0xE7F)]),
    ("Lao", &[(0xE80, 0xEFF)]),
    ("Burmese", &[(0x1000, 0x109F)]),
    ("Ethiopic", &[(0x1200, 0x137F)]),
    ("Khmer", &[(0x1780, 0x17FF)]),
    ("hiragana", &[(0x3040, 0x309F)]),
    ("katakana", &[(0x30A0, 0x30FF)]),
    ("Han", &[(0x3400, 0x9FFF)]),
    ("hangul", &[(0xAC00, 0xD7AF)]),
];

/// Lengths, kinds of character, scripts and filled fields, each with its name; no word.
fn surface(row: &Row) -> Vec<(String, f64)> {
    let seen = row.seen();
    let length = seen.chars().count() as f64;
    let words = seen.split_whitespace().count() as f64;
    let letters = seen.chars().filter(|c| c.is_alphabetic()).count().max(1) as f64;
    let mut measured = vec![
        ("characters".to_owned(), length.ln_1p()),
        ("words".to_owned(), words.ln_1p()),
        ("characters a word".to_owned(), length / words.max(1.0)),
        ("lines".to_owned(), (seen.lines().count() as f64).ln()),
        ("punctuation".to_owned(), seen.chars().filter(char::is_ascii_punctuation).count() as f64 / length),
    ];
    for (name, looks_so) in LOOKS {
        let count = seen.chars().filter(|&c| looks_so(c)).count() as f64;
        measured.push((format!("number of {name}"), count.ln_1p()));
        measured.push((format!("share of {name}"), count / length));
    }
    for (name, ranges) in SCRIPTS {
        let is_of = |c: char| c.is_alphabetic() && ranges.iter().any(|&(from, to)| (from..=to).contains(&u32::from(c)));
        measured.push((format!("{name} letters"), seen.chars().filter(|&c| is_of(c)).count() as f64 / letters));
    }
    for column in TEXT_COLUMNS {
        measured.push((format!("{column} is there"), f64::from(u8::from(!row.get(column).is_empty()))));
    }
    measured
}

/// Each column to mean 0 and standard deviation 1 over the rows `by`.
fn standardised(values: &[Vec<f64>], by: &[usize]) -> Csr {
    let width = values[0].len();
    let scale: Vec<(f64, f64)> = (0..width)
        .map(|column| {
            let mean = by.iter().map(|&row| values[row][column]).sum::<f64>() / by.len() as f64;
            let variance = by.iter().map(|&row| (values[row][column] - mean).powi(2)).sum::<f64>() / by.len() as f64;
            (mean, if variance > 1e-12 { variance.sqrt() } else { 1.0 })
        })
        .collect();
    let mut matrix = Csr::new(width);
    for row in values {
        matrix.push_row((0_u32..).zip(row.iter().zip(&scale).map(|(value, (mean, sd))| ((value - mean) / sd) as f32)));
    }
    matrix
}

/// A judge who sees [`surface`] alone, out of fold with twins on one side, is hardly better than chance.
#[test]
#[expect(clippy::print_stdout, reason = "for those who add rows: cargo test surface_alone -- --nocapture")]
fn surface_alone_does_not_tell_the_classes_apart() {
    let rows = rows();
    let mut numbers = HashMap::new();
    let groups: Vec<u32> = rows
        .iter()
        .map(|row| {
            let name = if row.get("twin").is_empty() { row.get("id") } else { row.get("twin") };
            let fresh = numbers.len() as u32;
            *numbers.entry(name).or_insert(fresh)
        })
        .collect();
    let is_lure: Vec<bool> = rows.iter().map(Row::is_lure).collect();
    let fold = folds(&groups, &is_lure, 5, 0);
    let measured: Vec<Vec<(String, f64)>> = rows.iter().map(surface).collect();
    let values: Vec<Vec<f64>> = measured.iter().map(|row| row.iter().map(|&(_, value)| value).collect()).collect();
    let params = LogisticParams::default().cost(0.01).tolerance(1e-3).max_rounds(2_000).check().unwrap();
    let mut decision = vec![0.0; rows.len()];
    let mut weights = vec![0.0; values[0].len()];
    for held_out in 0..5 {
        let train: Vec<usize> = (0..rows.len()).filter(|&row| fold[row] != held_out).collect();
        let matrix = standardised(&values, &train);
        let train_is_lure: Vec<bool> = train.iter().map(|&row| is_lure[row]).collect();
        let judge = params.fit_rows(&matrix, &train, &train_is_lure, &vec![1.0; train.len()]).unwrap();
        for row in (0..rows.len()).filter(|&row| fold[row] == held_out) {
            decision[row] = matrix.dot(row, &judge.weights) + judge.intercept;
        }
        for (sum, weight) in weights.iter_mut().zip(&judge.weights) {
            *sum += weight / 5.0;
        }
    }
    let auc = roc_auc(&decision, &is_lure).unwrap();
    let report = report(&rows, &decision, &is_lure, &measured[0], &weights);
    assert!(auc <= MOST_BY_SURFACE, "ROC-AUC {auc:.4} by surface alone, above {MOST_BY_SURFACE}\n{report}");
    println!("ROC-AUC {auc:.4} by surface alone\n{report}");
}

/// What carries a judge of the surface: the heaviest measures, and the figure in each language.
fn report(rows: &[Row], decision: &[f64], is_lure: &[bool], names: &[(String, f64)], weights: &[f64]) -> String {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&left, &right| weights[right].abs().total_cmp(&weights[left].abs()));
    let mut text = String::new();
    for &column in order.iter().take(12) {
        writeln!(text, "{:+.3}  {}", weights[column], names[column].0).unwrap();
    }
    let languages: BTreeSet<&str> = rows.iter().map(|row| row.get("language")).collect();
    for language in languages {
        let of: Vec<usize> = (0..rows.len()).filter(|&row| rows[row].get("language") == language).collect();
        let part: Vec<f64> = of.iter().map(|&row| decision[row]).collect();
        let truth: Vec<bool> = of.iter().map(|&row| is_lure[row]).collect();
        writeln!(text, "{language}: {:.3} of {} rows", roc_auc(&part, &truth).unwrap_or(0.5), of.len()).unwrap();
    }
    text
}

/// The file of the README's first command: for reading, not for measuring.
#[test]
fn the_sample_is_unlabelled_and_no_copy() {
    let (header, sample) = read(&datasets().join("sample.csv"));
    assert_eq!(header, ["id", "title", "location", "salary", "text"]);
    let set = rows();
    let texts = set.iter().map(|row| row.get("text")).chain(sample.iter().map(|row| row.get("text")));
    let sets: Vec<Vec<u64>> = texts.map(|text| shingles(&Posting::from_text(text))).collect();
    let groups = near_duplicates(&sets);
    let of_set: BTreeSet<u32> = groups[..set.len()].iter().copied().collect();
    for (group, row) in groups[set.len()..].iter().zip(&sample) {
        assert!(!of_set.contains(group), "sample {} is a near-duplicate of a row of the set", row.get("id"));
    }
}
