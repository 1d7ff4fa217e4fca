//! Flags that several commands share.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use clap::Args;
use lurewatch::{
    Error, Model, Result,
    features::cues::CueTable,
    ingest::{ColumnChoice, Columns, Encoding, How, Input, LabelRule, Role, Wanted},
    model::artifact::sha256_hex,
};

use crate::cli::console::Console;

/// Which column is what.
#[derive(Clone, Debug, Args)]
pub(super) struct ColumnArgs {
    /// Take the column headed NAME for ROLE, or none (`ROLE=`); may be given several times.
    ///
    /// Roles: `id title company location salary description requirements benefits contact url posted_at language`; in
    /// labelled files also `label group source`.
    #[arg(long = "column", value_name = "ROLE=NAME")]
    pub(super) columns: Vec<ColumnChoice>,
    /// Read the text in this encoding, such as `gb18030` or `windows-1258`, instead of finding out.
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
    /// Read this sheet of an XLSX workbook instead of the first.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

impl ColumnArgs {
    /// How files are to be read.
    pub(super) fn how(&self) -> How {
        How { encoding: self.encoding, sheet: self.sheet.clone() }
    }

    /// An open file, and to the user what it is.
    pub(super) fn open(&self, path: &Path, console: &Console) -> Result<Input> {
        let input = Input::open_as(path, &self.how())?;
        Self::tell(&input, console);
        Ok(input)
    }

    /// Tells the user what an input is.
    pub(super) fn tell(input: &Input, console: &Console) {
        let content = input.content();
        let becomes = if content.encoding.is_utf8() { "" } else { "; what is written is UTF-8" };
        console.note(&format!("{}: {content}{becomes}", input.path().display()));
    }

    /// The columns of a file, shown to the user.
    pub(super) fn find(&self, input: &Input, wanted: Wanted, console: &Console) -> Result<Columns> {
        let columns = input.columns(&self.columns, wanted)?;
        console.note(&format!("{}: {columns}", input.path().display()));
        Ok(columns)
    }
}

/// What is a lure, and which rows belong together.
#[derive(Clone, Debug, Args)]
pub(super) struct LabelArgs {
    /// Take the labels from the column headed NAME.
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// Take this value of the label column as lure and every other as clean.
    ///
    /// Without it, `lure` and `1` mean a lure, `clean` and `0` mean clean. Rows with an empty cell are passed over.
    #[arg(long, value_name = "V")]
    lure_value: Option<String>,
    /// Keep rows with the same value in the column headed NAME together, besides near-duplicates.
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
}

impl LabelArgs {
    /// Which values mean what.
    pub(super) fn rule(&self) -> LabelRule {
        LabelRule { lure_value: self.lure_value.clone() }
    }
}

impl ColumnArgs {
    /// The columns of a labelled file, shown to the user.
    pub(super) fn find_labelled(&self, input: &Input, label: &LabelArgs, console: &Console) -> Result<Columns> {
        let mut choices = self.columns.clone();
        for (role, header) in [(Role::Label, &label.label), (Role::Group, &label.group)] {
            choices.extend(header.clone().map(|header| ColumnChoice { role, header: Some(header) }));
        }
        let columns = input.columns(&choices, Wanted::Labelled)?;
        console.note(&format!("{}: {columns}", input.path().display()));
        Ok(columns)
    }
}

/// Which model.
#[derive(Clone, Debug, Args)]
pub(super) struct ModelArgs {
    /// Use the model in this folder instead of the one that comes with lurewatch.
    #[arg(long, value_name = "DIR")]
    pub(super) model: Option<PathBuf>,
    /// CSV file of further cues, in the form of the built-in ones; may be given several times.
    ///
    /// Patterns of known indicators weigh as learnt; new indicators are named and weigh nothing until a model is trained with them.
    #[arg(long, value_name = "FILE")]
    pub(super) cues: Vec<PathBuf>,
}

impl ModelArgs {
    /// The model.
    pub(super) fn load(&self) -> Result<Model> {
        let model = self.model.as_deref().map_or_else(Model::embedded, Model::load)?;
        if self.cues.is_empty() {
            return Ok(model);
        }
        let mut table = match &self.model {
            None => CueTable::built_in(),
            Some(folder) => read_cues(&folder.join("cues.csv"))?,
        };
        for path in &self.cues {
            table.extend(read_cues(path)?);
        }
        Ok(model.with_cues(&table))
    }

    /// What tells its cues from others, for a run that is to go on.
    pub(super) fn cues_read(&self) -> String {
        let bytes = self.cues.iter().map(|path| fs::read(path).unwrap_or_default());
        bytes.map(|bytes| sha256_hex(&bytes)).collect::<Vec<_>>().join(", ")
    }
}

/// Which model, and for what share of lures its probabilities are.
#[derive(Clone, Debug, Args)]
pub(super) struct ScoringArgs {
    #[command(flatten)]
    pub(super) model: ModelArgs,
    /// Give probabilities for feeds in which this share of postings are lures [default: as in the data of calibration].
    ///
    /// Tiers stay; they go by what the model costs in false alarms. A moderated board may have 0.0004.
    #[arg(long, value_name = "P", value_parser = base_rate)]
    base_rate: Option<f64>,
}

impl ScoringArgs {
    /// The model, at the prevalence that is asked for.
    pub(super) fn load(&self) -> Result<Model> {
        let model = self.model.load()?;
        Ok(match self.base_rate {
            Some(base_rate) => model.with_base_rate(base_rate),
            None => model,
        })
    }
}

fn read_cues(path: &Path) -> Result<CueTable> {
    let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    CueTable::read(file, path)
}

/// A share of postings, for a flag.
pub(super) fn base_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate < 1.0 => Ok(rate),
        _ => Err("a share above 0 and below 1 is wanted".to_owned()),
    }
}

/// How to run.
#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// Number of threads; 0 is one a core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Say nothing but errors and rejected rows.
    #[arg(long)]
    pub(super) quiet: bool,
}

impl RunArgs {
    /// Makes rayon's global threads as many as asked for, for commands that work on those.
    pub(super) fn start_threads(&self) -> Result<()> {
        let started = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build_global();
        started.map_err(|fault| Error::Threads { threads: self.threads, fault: fault.to_string() })
    }
}
