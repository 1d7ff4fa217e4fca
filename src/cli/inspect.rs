//! `lurewatch inspect`.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs,
    path::PathBuf,
};

use lurewatch::{
    Error, Model, Result,
    features::{Column, FeatureKind, cues::names, vocabulary::readable_gram},
    model::{
        Manifest, card,
        manifest::{DataRecord, Thresholds},
    },
    report::text::printable,
};
use serde::Serialize;

use crate::cli::{Exit, console::Console};

/// Features that are shown each way.
const HEAVIEST: usize = 30;

/// Show what a model is made of: data, fit, figures, thresholds, heaviest features.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Model folder; without it, the model that comes with lurewatch.
    #[arg(value_name = "MODEL")]
    folder: Option<PathBuf>,
    /// Text to read, or the manifest and the heaviest features as JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the model in the form that is compiled into the program to FILE, for those who change the default model.
    #[arg(long, value_name = "FILE", hide = true)]
    compact: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs it.
pub(super) fn run(args: &Args, console: &Console) -> Result<Exit> {
    let model = args.folder.as_deref().map_or_else(Model::embedded, Model::load)?;
    if let Some(path) = &args.compact {
        let compact = model.compact()?;
        fs::write(path, compact).map_err(|source| Error::Write { path: path.clone(), source })?;
        return Ok(Exit::Complete);
    }
    let inspection = Inspection::new(&model);
    let text = match args.format {
        Format::Text => inspection.to_string(),
        Format::Json => inspection.json()?,
    };
    console.print(&text)?;
    Ok(Exit::Complete)
}

/// What is shown of a model.
#[derive(Serialize)]
struct Inspection<'a> {
    #[serde(flatten)]
    manifest: &'a Manifest,
    intercept: f64,
    features: Features<'a>,
}

#[derive(Serialize)]
struct Features<'a> {
    by_kind: BTreeMap<&'static str, usize>,
    towards_lure: Vec<Heavy<'a>>,
    away_from_lure: Vec<Heavy<'a>>,
}

/// A feature and its weight.
#[derive(Clone, Copy, Serialize)]
struct Heavy<'a> {
    kind: &'static str,
    feature: &'a str,
    doc_freq: u32,
    idf: f32,
    weight: f32,
}

impl<'a> Inspection<'a> {
    fn new(model: &'a Model) -> Self {
        let columns = model.extractor().vocabulary().columns();
        let mut by_kind: BTreeMap<&str, usize> = FeatureKind::ALL.iter().map(|kind| (kind.name(), 0)).collect();
        let mut heavy = Vec::with_capacity(columns.len());
        for (Column { kind, name, doc_freq, idf }, weight) in columns.zip(model.weights()) {
            *by_kind.entry(kind.name()).or_default() += 1;
            heavy.push(Heavy { kind: kind.name(), feature: name, doc_freq, idf, weight });
        }
        heavy.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let towards = heavy.iter().take_while(|one| one.weight > 0.0).take(HEAVIEST);
        let away = heavy.iter().rev().take_while(|one| one.weight < 0.0).take(HEAVIEST);
        let features =
            Features { by_kind, towards_lure: towards.copied().collect(), away_from_lure: away.copied().collect() };
        Self { manifest: model.manifest(), intercept: model.intercept(), features }
    }

    fn json(&self) -> Result<String> {
        let fault = |fault: serde_json::Error| Error::Model { path: "manifest.json".into(), fault: fault.to_string() };
        serde_json::to_string_pretty(self).map(|json| json + "\n").map_err(fault)
    }
}

impl fmt::Display for Inspection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Manifest { format, id, lurewatch, .. } = self.manifest;
        writeln!(f, "model {} (format {format}, written by lurewatch {})", printable(id), printable(lurewatch))?;
        self.data(f)?;
        self.fit(f)?;
        self.figures(f)?;
        self.tiers(f)?;
        heaviest(f, "towards a lure", &self.features.towards_lure)?;
        heaviest(f, "away from one", &self.features.away_from_lure)?;
        writeln!(f, "\n⟨n4⟩ is any number of four digits, ⟨telegram⟩ any contact of that kind, _ the border of a word.")
    }
}

impl Inspection<'_> {
    fn data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let training = &self.manifest.training;
        writeln!(f, "\ntrained on")?;
        for (usage, records) in [("labelled", &training.labelled), ("background", &training.background)] {
            for DataRecord { name, sha256, rows, lures } in records {
                let (name, sha256) = (printable(name), printable(sha256));
                writeln!(f, "  {usage:<10}  {name}: {rows} postings, {lures} lures, sha256 {sha256}")?;
            }
        }
        if training.background.is_empty() {
            writeln!(f, "  no background: long ordinary adverts are likely to be false alarms")?;
        }
        Ok(())
    }

    fn fit(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (training, fit) = (&self.manifest.training, &self.manifest.fit);
        writeln!(f, "\nfit: L2-regularised logistic regression, dual coordinate descent")?;
        let mut tried = String::new();
        for (cost, precision) in &training.costs_tried {
            let _ = write!(tried, " {cost} ({precision:.4})");
        }
        writeln!(f, "  cost {}; tried, with held-out average precision:{tried}", training.solver.cost())?;
        writeln!(f, "  {} rows, {} columns; at rest after {} rounds", fit.rows, fit.columns, fit.rounds)?;
        writeln!(f, "  violation left {:.2e}, relative gradient {:.2e}", fit.violation, fit.relative_gradient)?;
        let kinds: Vec<String> =
            self.features.by_kind.iter().map(|(kind, number)| format!("{kind} {number}")).collect();
        writeln!(f, "  features: {}", kinds.join(", "))?;
        writeln!(f, "  intercept {:+.4}; {} subwords", self.intercept, training.subwords)
    }

    fn figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held_out = &self.manifest.held_out;
        writeln!(f, "\nheld out: {} folds over {} groups", held_out.folds, held_out.groups)?;
        for figure in card::figures(self.manifest) {
            let value = figure.value.map_or("not measured".to_owned(), |value| format!("{value:.4}"));
            writeln!(f, "  {value:>12}  {}, over {}", figure.name, figure.over)?;
        }
        Ok(())
    }

    fn tiers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calibration = &self.manifest.calibration;
        let Thresholds { review, watch, chosen } = &self.manifest.thresholds;
        writeln!(f, "\nprobability = 1 / (1 + exp({:.6} × decision value + {:.6}))", calibration.a, calibration.b)?;
        writeln!(f, "  refers to the calibration set, where {:.1} % were lures", 100.0 * calibration.prevalence)?;
        for (tier, threshold) in [("review", *review), ("watch", *watch)] {
            let probability = calibration.probability(threshold);
            writeln!(f, "  {tier:<6}  above probability {probability:.4} (decision value {threshold:.4})")?;
        }
        writeln!(f, "  {}", printable(chosen))
    }
}

fn heaviest(f: &mut fmt::Formatter<'_>, way: &str, features: &[Heavy<'_>]) -> fmt::Result {
    writeln!(f, "\nheaviest features {way}")?;
    for feature in features {
        writeln!(f, "  {:+8.4}  {:<5}  {}", feature.weight, feature.kind, printable(&feature.readable()))?;
    }
    Ok(())
}

impl Heavy<'_> {
    /// The feature as a person reads it.
    fn readable(&self) -> String {
        match FeatureKind::from_name(self.kind) {
            Some(FeatureKind::Gram) => {
                let readable = readable_gram(self.feature);
                if readable.is_empty() { self.feature.to_owned() } else { readable }
            }
            Some(FeatureKind::Cue | FeatureKind::Pair) => match names::readable(self.feature) {
                Some(name) => format!("{} {name}", self.feature),
                None => self.feature.to_owned(),
            },
            _ => self.feature.to_owned(),
        }
    }
}
