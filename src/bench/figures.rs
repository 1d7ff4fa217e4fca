//! What was measured, as a table and as JSON.

use std::fmt;

use serde_json::{Value, json};

/// Everything that `lurewatch bench` says.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The file.
    pub file: String,
    /// The model's id.
    pub model: String,
    /// The machine: processor, cores, system.
    pub machine: Machine,
    /// Runs that were timed.
    pub runs: usize,
    /// The whole, a number of threads each.
    pub speeds: Vec<Speed>,
    /// One thread's time by stage, in the order of work.
    pub stages: Vec<Stage>,
    /// Most memory that the process held while it scored, in bytes, where the system tells.
    pub peak_bytes: Option<u64>,
}

/// What it was measured on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Threads that can run at a time.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
}

/// How fast scoring is on a number of threads.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// Threads.
    pub threads: usize,
    /// Rows of the file.
    pub rows: u64,
    /// Rows among them that cannot be used.
    pub rejected: u64,
    /// Bytes of the rows.
    pub bytes: u64,
    /// Rows a second.
    pub ads_per_second: Spread,
    /// Million bytes a second.
    pub megabytes_per_second: Spread,
}

/// The middle of several figures, and the outermost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Half of them are below.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

/// One thread's time in one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// The stage.
    pub name: &'static str,
    /// Seconds for all rows, the median of all runs.
    pub seconds: f64,
    /// Rows measured.
    pub rows: u64,
    /// Bytes measured.
    pub bytes: u64,
}

impl Spread {
    /// The spread of some figures; 0 where there are none.
    ///
    /// ```
    /// use lurewatch::bench::figures::Spread;
    ///
    /// assert_eq!(Spread::of([4.0, 1.0, 2.0]), Spread { median: 2.0, least: 1.0, most: 4.0 });
    /// assert_eq!(Spread::of([4.0, 1.0]).median, 2.5);
    /// ```
    #[must_use]
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else {
            return Self { median: 0.0, least: 0.0, most: 0.0 };
        };
        let median = f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Self { median, least, most }
    }

    fn to_json(self) -> Value {
        json!({"median": rounded(self.median), "least": rounded(self.least), "most": rounded(self.most)})
    }
}

pub(super) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    Spread::of(figures).median
}

/// Three digits behind the point: more is noise.
fn rounded(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

impl Figures {
    /// For programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        let speeds: Vec<Value> = self
            .speeds
            .iter()
            .map(|speed| {
                json!({
                    "threads": speed.threads,
                    "ads_per_second": speed.ads_per_second.to_json(),
                    "megabytes_per_second": speed.megabytes_per_second.to_json(),
                })
            })
            .collect();
        let all = self.seconds();
        let stages: Vec<Value> = self
            .stages
            .iter()
            .map(|stage| {
                json!({
                    "stage": stage.name,
                    "microseconds_per_ad": rounded(stage.seconds * 1e6 / stage.rows.max(1) as f64),
                    "share": rounded(stage.seconds / all),
                })
            })
            .collect();
        let Machine { cpu, cores, system } = &self.machine;
        let first = self.speeds.first();
        let mut text = json!({
            "file": self.file,
            "rows": first.map_or(0, |speed| speed.rows),
            "rejected": first.map_or(0, |speed| speed.rejected),
            "bytes": first.map_or(0, |speed| speed.bytes),
            "model": self.model,
            "machine": {"cpu": cpu, "cores": cores, "system": system},
            "runs": self.runs,
            "speeds": speeds,
            "stages": stages,
            "peak_memory_bytes": self.peak_bytes,
        })
        .to_string();
        text.push('\n');
        text
    }

    /// Seconds of all stages; never 0.
    fn seconds(&self) -> f64 {
        self.stages.iter().map(|stage| stage.seconds).sum::<f64>().max(1e-9)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { cpu, cores, system } = &self.machine;
        writeln!(f, "machine  {cpu}, {cores} cores, {system}")?;
        writeln!(f, "model    {}", self.model)?;
        if let Some(Speed { rows, rejected, bytes, .. }) = self.speeds.first() {
            let megabytes = *bytes as f64 / 1e6;
            writeln!(f, "file     {}: {rows} rows, {rejected} rejected, {megabytes:.1} MB", self.file)?;
        }
        writeln!(
            f,
            "\nthreads       ads/s   least – most            MB/s   least – most      (median of {})",
            self.runs
        )?;
        for Speed { threads, ads_per_second: ads, megabytes_per_second: mb, .. } in &self.speeds {
            writeln!(
                f,
                "{threads:>7}  {:>10.0}   {:<8.0}– {:<10.0}{:>7.1}   {:<6.1}– {:.1}",
                ads.median, ads.least, ads.most, mb.median, mb.least, mb.most
            )?;
        }
        writeln!(f, "\nstage (one thread)   µs/ad   share")?;
        for stage in &self.stages {
            let micros = stage.seconds * 1e6 / stage.rows.max(1) as f64;
            writeln!(f, "{:<18}{micros:>8.2}{:>6.0} %", stage.name, 100.0 * stage.seconds / self.seconds())?;
        }
        if let Some(bytes) = self.peak_bytes {
            writeln!(f, "\npeak memory  {:.1} MB", bytes as f64 / 1e6)?;
        }
        Ok(())
    }
}
