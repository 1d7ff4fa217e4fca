//! Inputs → outputs, block by block, in order.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::cli::{
    Exit,
    console::Console,
    output::{Checksum, Output, partial_name},
    score::{
        Args,
        journal::{Journal, Reached, State},
        rejects::Rejects,
        resume::{outputs, outputs_again},
    },
    stop::Stop,
    sums::Sums,
};
use lurewatch::{
    Error, Result,
    error::Place,
    ingest::{Blocks, Input},
    report::{BlockReport, Format, Reporter, top::Top},
    score,
};

/// Packed outputs end a member when so many bytes went in: what is before can be gone on from. It is part of the bytes of
/// the output, so that it must not depend on time or threads.
const SEGMENT_BYTES: usize = 4 << 20;
/// They do so as well after so many blocks of input, where few rows are written.
const SEGMENT_BLOCKS: usize = 1024;

/// How the inputs came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All is read.
    Complete,
    /// A signal stopped it.
    Stopped,
}

/// A run at work.
pub(super) struct Run<'a> {
    args: &'a Args,
    console: &'a Console,
    stop: Stop,
    begun: Instant,
    sums: Sums,
    top: Option<Top>,
    output: Output,
    rejects: Option<Rejects>,
    /// `None` where no later run can go on.
    journal: Option<Journal>,
    /// What an earlier run came to.
    earlier: Option<State>,
    /// Bytes and blocks since the members of packed outputs were ended.
    segment: (usize, usize),
}

impl<'a> Run<'a> {
    /// Opens the outputs, as an earlier run left them if this is to go on with it; else writes `head`.
    pub(super) fn begin(
        args: &'a Args,
        journal: Option<Journal>,
        earlier: Option<State>,
        head: &[u8],
        console: &'a Console,
        stop: Stop,
    ) -> Result<Self> {
        let begun = Instant::now();
        let (output, rejects) = match earlier {
            Some(earlier) => outputs_again(args, earlier)?,
            None => outputs(args, head)?,
        };
        let top = args.top.map(Top::new);
        let (sums, segment) = earlier.map_or_else(Default::default, |earlier| (earlier.sums, earlier.segment));
        Ok(Self { args, console, stop, begun, sums, top, output, rejects, journal, earlier, segment })
    }

    /// Scores all inputs; `open` opens one by its number, told the rows of those before.
    pub(super) fn all<'m>(
        &mut self,
        inputs: &[PathBuf],
        mut open: impl FnMut(usize, u64) -> Result<(Input, Reporter<'m>)>,
    ) -> Result<End> {
        let done = self.earlier.map_or(0, |earlier| earlier.inputs);
        let mut from = self.earlier.map(|earlier| earlier.reached);
        for (at, path) in inputs.iter().enumerate().skip(done) {
            let (input, reporter) = open(at, self.sums.read())?;
            if self.score(at, input, &reporter, from.take())? == End::Stopped {
                return Ok(End::Stopped);
            }
            if let Some(journal) = &mut self.journal {
                journal.input_done(path)?;
            }
        }
        for row in self.top.take().map(Top::into_rows).unwrap_or_default() {
            self.output.write(&row.text)?;
        }
        self.complete(inputs.len())?;
        Ok(End::Complete)
    }

    /// Scores an input to its end, behind what an earlier run has done of it.
    fn score(&mut self, at: usize, input: Input, reporter: &Reporter<'_>, from: Option<Reached>) -> Result<End> {
        let path = input.path().to_owned();
        let content = input.content().clone();
        let mut reached = Reached::start(&format!("{content}\n{:?}", input.headers()));
        self.console.begin_progress(input.size());
        let mut blocks = input.blocks();
        if let Some(goal) = from {
            self.pass_over(&mut blocks, reached, goal)?;
            reached = goal;
        }
        if let Some(top) = &self.top {
            reporter.raise_bar(top.bar());
        }
        let (stop, threads, sums_up) = (self.stop.clone(), self.args.run.threads, self.journal.is_some());
        // Blocks that were read are scored and written, whatever comes behind them.
        let mut end = Ok(End::Complete);
        let until_end = |block: Result<_>| match block {
            _ if stop.is_set() => {
                end = Ok(End::Stopped);
                None
            }
            Ok(block) => Some(Ok(block)),
            Err(fault) => {
                end = Err(fault);
                None
            }
        };
        score::batch(
            threads,
            blocks.map_while(until_end),
            |block, scratch| {
                let end = block.offset() + block.len() as u64;
                let sum = if sums_up { Checksum::of(block.bytes()) } else { 0 };
                (reporter.block(block, scratch), end, sum)
            },
            |(report, end, sum)| {
                reached = reached.then(end, sum);
                self.take(at, &path, report, reporter, reached)
            },
        )?;
        self.console.end_progress();
        let broken = content.broken();
        if broken > 0 {
            let (path, encoding) = (path.display(), content.encoding);
            self.console
                .warn(&format!("{path}: {broken} places are no {encoding}; they are read and written as U+FFFD"));
        }
        end
    }

    /// Reads what an earlier run has done, which must be what is there now.
    fn pass_over(&self, blocks: &mut Blocks, mut reached: Reached, goal: Reached) -> Result<()> {
        while reached.offset < goal.offset {
            if self.stop.is_set() {
                return Ok(());
            }
            let Some(block) = blocks.next().transpose()? else { break };
            reached = reached.then(block.offset() + block.len() as u64, Checksum::of(block.bytes()));
            self.console.progress(block.len() as u64, self.sums.read());
        }
        if reached == goal {
            return Ok(());
        }
        let path = self.args.inputs[self.earlier.map_or(0, |earlier| earlier.inputs)].clone();
        Err(Error::Resume { path, fault: format!("its first {} bytes are not those of the earlier run", goal.offset) })
    }

    /// Writes what became of a block.
    fn take(
        &mut self,
        at: usize,
        path: &Path,
        report: BlockReport,
        reporter: &Reporter<'_>,
        reached: Reached,
    ) -> Result<()> {
        for row in &report.rejected {
            self.console.rejected(&Place { path: path.to_owned(), line: row.line, row: row.row }, &row.fault);
            if let Some(rejects) = &mut self.rejects {
                rejects.row(path, row)?;
            }
        }
        if let (Some(rejects), Some(part)) = (&mut self.rejects, &report.unfinished) {
            rejects.part(path, part)?;
        }
        let sums = &mut self.sums;
        sums.scored += report.scored;
        sums.rejected += report.rejected.len() as u64;
        sums.has_more += report.has_more;
        sums.mended.add(&report.mended);
        sums.review += report.review;
        sums.watch += report.watch;
        self.console.progress(report.bytes, sums.read());
        if let Some(top) = &mut self.top {
            reporter.raise_bar(top.add(report.top));
        }
        self.output.write(&report.text)?;
        self.end_segment(report.text.len())?;
        self.reach(at, reached, false)
    }

    /// Ends the members of packed outputs now and then.
    fn end_segment(&mut self, bytes: usize) -> Result<()> {
        self.segment.0 += bytes;
        self.segment.1 += 1;
        if self.segment.0 < SEGMENT_BYTES && self.segment.1 < SEGMENT_BLOCKS {
            return Ok(());
        }
        self.segment = (0, 0);
        self.output.cut()?;
        self.rejects.as_mut().map_or(Ok(()), Rejects::cut)
    }

    /// Notes that this is done, if the outputs are whole up to here.
    fn reach(&mut self, inputs: usize, reached: Reached, is_complete: bool) -> Result<()> {
        let (Some(journal), Some(output)) = (&mut self.journal, self.output.mark()) else { return Ok(()) };
        let rejects = self.rejects.as_ref().map(Rejects::mark);
        if rejects == Some(None) {
            return Ok(());
        }
        let (rejects, sums, segment) = (rejects.flatten(), self.sums, self.segment);
        journal.reach(State { inputs, reached, output, rejects, sums, segment, is_complete })
    }

    /// Brings the outputs to the disk and gives them their names.
    fn complete(&mut self, inputs: usize) -> Result<()> {
        self.output.complete()?;
        if let Some(rejects) = &mut self.rejects {
            rejects.output().complete()?;
        }
        self.reach(inputs, Reached::default(), true)?;
        self.journal.as_mut().map_or(Ok(()), Journal::save)?;
        if let Some(rejects) = &mut self.rejects {
            rejects.output().name()?;
        }
        self.output.name()?;
        self.journal.as_ref().map_or(Ok(()), Journal::remove)
    }

    /// Tells how it ended, and leaves what a later run can go on with.
    pub(super) fn conclude(mut self, end: Result<End>, format: Format) -> Result<Exit> {
        self.console.end_progress();
        if matches!(&end, Err(Error::Write { source, .. }) if source.kind() == ErrorKind::BrokenPipe) {
            return end.map(|_| Exit::Complete);
        }
        self.console.end_of_rejected();
        let Self { sums, console, .. } = self;
        if sums.has_more > 0 && format == Format::Csv {
            let rows = sums.has_more;
            console.warn(&format!(
                "{rows} rows have keys that the first rows have not; CSV leaves them out, JSON lines keep them"
            ));
        }
        sums.tell(console);
        if matches!(end, Ok(End::Complete)) {
            let seconds = self.begun.elapsed().as_secs_f64();
            let rows = sums.read() - self.earlier.map_or(0, |earlier| earlier.sums.read());
            console.note(&format!("time: {seconds:.2} s, {:.0} rows/s", rows as f64 / seconds.max(1e-9)));
            return Ok(sums.exit());
        }
        // A file that unpacks to too much does so again.
        let is_trap = matches!(&end, Err(Error::Read { source, .. }) if source.kind() == ErrorKind::FileTooLarge);
        let kept = if is_trap { None } else { self.keep() };
        match (end, kept) {
            (Err(fault), Some((partial, rows))) => {
                let partial = partial.display();
                self.console.warn(&format!(
                    "{partial}: has the first {rows} rows; the same command with `--resume` goes on behind them"
                ));
                Err(fault)
            }
            (Err(fault), None) => Err(fault),
            (Ok(_), Some((partial, rows))) => {
                let line = format!("stopped by a signal after {rows} rows; {} has them", partial.display());
                self.console.error(&line, Some("give the same command with `--resume` to go on"));
                Ok(Exit::Stopped)
            }
            (Ok(_), None) => {
                let line = format!("stopped by a signal after {} rows", self.sums.read());
                let hint = "a run from files to a file, without `--top`, could go on later with `--resume`";
                self.console.error(&line, self.journal.is_none().then_some(hint));
                Ok(Exit::Stopped)
            }
        }
    }

    /// Leaves the partial outputs to a later run, if it can go on with them; their name, and how many rows are done.
    fn keep(&mut self) -> Option<(PathBuf, u64)> {
        let journal = self.journal.as_mut()?;
        // An older state will do where this one cannot be written, as on a full disk.
        let _ = journal.save();
        let rows = journal.saved()?.sums.read();
        self.output.keep();
        if let Some(rejects) = &mut self.rejects {
            rejects.output().keep();
        }
        self.args.output.as_deref().map(|path| (partial_name(path), rows))
    }
}
