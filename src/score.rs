//! Many postings, on all cores, in input order.
//!
//! [`batch`] is an ordered parallel map over items that are read ahead only so far as threads need: memory is bounded
//! whatever the length of the input, and what comes out does not depend on the number of threads.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use crate::{
    error::{Error, Result},
    features::{
        Scratch,
        cues::{CueMode, names::is_indicator},
    },
    model::{Model, Score},
    posting::Posting,
};

/// Items read ahead for each thread.
const AHEAD: usize = 4;

/// Applies `work` to every item on `threads` threads (0 is one a core) and hands the results to `sink` in the order of the
/// items. `items` and `sink` run on the calling thread. Every thread keeps its [`Scratch`] from first to last.
///
/// # Errors
///
/// The first error of `items` or `sink`, after which nothing more is read, or [`Error::Threads`].
///
/// # Panics
///
/// When `work` does.
///
/// # Examples
///
/// ```
/// use lurewatch::score::batch;
///
/// let mut seen = Vec::new();
/// batch(2, (0..100).map(Ok), |item, _scratch| item * 2, |double| {
///     seen.push(double);
///     Ok(())
/// })?;
/// assert_eq!(seen, (0..100).map(|item| item * 2).collect::<Vec<_>>());
/// # Ok::<(), lurewatch::Error>(())
/// ```
pub fn batch<T: Send, R: Send>(
    threads: usize,
    mut items: impl Iterator<Item = Result<T>>,
    work: impl Fn(T, &mut Scratch) -> R + Sync,
    mut sink: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|fault| Error::Threads { threads, fault: fault.to_string() })?;
    let idle: Mutex<Vec<Scratch>> = Mutex::default();
    let (sender, receiver) = mpsc::channel::<(usize, thread::Result<R>)>();
    let (work, idle) = (&work, &idle);
    pool.in_place_scope(|scope| {
        let most = AHEAD * pool.current_num_threads();
        let (mut begun, mut done) = (0, 0);
        let mut waiting = BTreeMap::new();
        let mut is_more = true;
        loop {
            while is_more && begun - done < most {
                let Some(item) = items.next().transpose()? else {
                    is_more = false;
                    break;
                };
                let (sender, at) = (sender.clone(), begun);
                scope.spawn(move |_| {
                    let result = catch_unwind(AssertUnwindSafe(|| {
                        let mut scratch = lock(idle).pop().unwrap_or_default();
                        let result = work(item, &mut scratch);
                        lock(idle).push(scratch);
                        result
                    }));
                    // Nobody receives any more when the sink has failed.
                    let _ = sender.send((at, result));
                });
                begun += 1;
            }
            if begun == done {
                return Ok(());
            }
            // The channel is open: `sender` lives in this function.
            let Ok((at, result)) = receiver.recv() else { return Ok(()) };
            waiting.insert(at, result);
            while let Some(result) = waiting.remove(&done) {
                done += 1;
                sink(result.unwrap_or_else(|panic| resume_unwind(panic)))?;
            }
        }
    })
}

fn lock(idle: &Mutex<Vec<Scratch>>) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Scores a posting and gives the ids of the indicators that it offers, sorted, each once, in `cues`.
pub fn score_with_cues<'m>(
    model: &'m Model,
    posting: &Posting<'_>,
    scratch: &mut Scratch,
    cues: &mut Vec<&'m str>,
) -> Score {
    let score = model.score(posting, scratch);
    let extractor = model.extractor();
    let ids = extractor.matcher().ids();
    let offered = extractor.hits(scratch).iter().filter(|hit| hit.mode == CueMode::Offered);
    cues.clear();
    cues.extend(offered.map(|hit| ids[usize::from(hit.id)].as_str()).filter(|id| is_indicator(id)));
    cues.sort_unstable();
    cues.dedup();
    score
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, path::PathBuf};

    use super::*;

    #[test]
    fn order_holds_for_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let work = |item: u64, _: &mut Scratch| {
                std::thread::sleep(std::time::Duration::from_micros((item * 7919) % 300));
                item
            };
            let sink = |item| {
                seen.push(item);
                Ok(())
            };
            batch(threads, (0..300).map(Ok), work, sink).unwrap();
            assert_eq!(seen, (0..300).collect::<Vec<_>>(), "{threads} threads");
        }
    }

    #[test]
    fn an_error_ends_reading() {
        let fault = || Error::IsFolder { path: PathBuf::from("x") };
        let read = Cell::new(0);
        let items = (0..10_000).map(|item| {
            read.set(item);
            Ok(item)
        });
        let sink = |item| if item == 5 { Err(fault()) } else { Ok(()) };
        assert!(batch(2, items, |item, _: &mut Scratch| item, sink).is_err());
        assert!(read.get() < 100, "{}", read.get());

        let items = (0..10).map(|item| if item == 5 { Err(fault()) } else { Ok(item) });
        assert!(batch(2, items, |item, _: &mut Scratch| item, |_| Ok(())).is_err());
    }

    #[test]
    #[should_panic(expected = "item 5")]
    fn a_panic_is_not_swallowed() {
        let work = |item: u64, _: &mut Scratch| assert!(item != 5, "item 5");
        let _ = batch(2, (0..10).map(Ok), work, |()| Ok(()));
    }
}
