//! Outputs, anew or as an earlier run left them.

use std::fs;

use lurewatch::{Error, Result};

use crate::cli::{
    console::Console,
    output::{Output, Target, partial_name, real},
    score::{
        Args,
        journal::{Journal, State},
        rejects::Rejects,
    },
};

/// What an earlier run came to, if this one is to go on with it.
pub(super) fn recall(args: &Args, journal: &mut Option<Journal>, console: &Console) -> Result<Option<State>> {
    let (Some(journal), Some(path)) = (journal, args.output.as_deref()) else { return Ok(None) };
    let path = path.display();
    if !args.resume {
        if journal.is_there() {
            console.note(&format!("{path}: begun anew; `--resume` would go on with what an earlier run has done"));
        }
        return Ok(None);
    }
    let earlier = journal.recall()?;
    match earlier {
        Some(earlier) => console.note(&format!("{path}: {} rows are done; goes on behind them", earlier.sums.read())),
        None => console.note(&format!("{path}: no earlier run to go on with; begins at the start")),
    }
    Ok(earlier)
}

/// The outputs as they are at the start; `head` stands above the rows.
pub(super) fn outputs(args: &Args, head: &[u8]) -> Result<(Output, Option<Rejects>)> {
    let path = args.output.as_deref();
    let made = Target::of(path)?.files();
    if let Some(rejects) = &args.rejects
        && Target::of(Some(rejects))?.files().iter().any(|file| made.contains(file))
    {
        return Err(Error::OutputTwice { path: rejects.clone() });
    }
    let mut output = Output::open(path, &args.inputs)?;
    if args.is_parquet() {
        output = output.in_columns();
    }
    let rejects = args.rejects.as_deref().map(|path| Rejects::open(path, &args.inputs)).transpose()?;
    output.write(head)?;
    Ok((output, rejects))
}

/// The outputs as an earlier run left them.
pub(super) fn outputs_again(args: &Args, earlier: State) -> Result<(Output, Option<Rejects>)> {
    let path = args.output.as_deref().unwrap_or("-".as_ref());
    let mut output = Output::again(path, &args.inputs, earlier.output)?;
    let rejects = args.rejects.as_deref().zip(earlier.rejects);
    let rejects = rejects.map(|(path, mark)| Rejects::again(path, &args.inputs, mark)).transpose();
    let rejects = rejects.inspect_err(|_| output.keep())?;
    Ok((output, rejects))
}

/// Gives the names that an earlier run, which had all written, had no time to give.
pub(super) fn name_outputs(args: &Args, earlier: State, journal: &Journal) -> Result<()> {
    let rejects = args.rejects.as_deref().zip(earlier.rejects);
    for (path, mark) in rejects.into_iter().chain(args.output.as_deref().zip(Some(earlier.output))) {
        let target = real(path);
        if partial_name(&target).exists() {
            let mut output = Output::again(path, &args.inputs, mark)?;
            output.name().inspect_err(|_| output.keep())?;
        } else if !fs::metadata(&target).is_ok_and(|meta| meta.len() == mark.bytes) {
            let fault = "all was written to it, but it is gone".to_owned();
            return Err(Error::Resume { path: path.to_owned(), fault });
        }
    }
    journal.remove()
}
