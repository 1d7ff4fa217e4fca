//! Standard input that does not keep a run from stopping while nothing comes.

use std::{
    io::{self, Cursor, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use crate::cli::stop::Stop;

/// Bytes that are read at a time.
const CHUNK: usize = 256 << 10;
/// Chunks that are read ahead.
const AHEAD: usize = 2;
/// How soon a signal is noticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// Standard input, read by a thread of its own. It is at its end when the run is to stop.
pub(super) struct Stdin {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Cursor<Vec<u8>>,
    stop: Stop,
}

impl Stdin {
    /// Starts to read.
    pub(super) fn new(stop: Stop) -> Self {
        let (sender, chunks) = sync_channel(AHEAD);
        thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = stdin.read(&mut chunk);
                let is_last = !matches!(read, Ok(1..)) && !matches!(&read, Err(fault) if is_passing(fault));
                let read = read.map(|read| {
                    chunk.truncate(read);
                    chunk
                });
                // Nobody waits for more when the run has ended.
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        });
        Self { chunks, chunk: Cursor::default(), stop }
    }
}

fn is_passing(fault: &io::Error) -> bool {
    fault.kind() == io::ErrorKind::Interrupted
}

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunk.read(buffer)?;
            if read > 0 || buffer.is_empty() || self.stop.is_set() {
                return Ok(read);
            }
            match self.chunks.recv_timeout(PATIENCE) {
                Ok(chunk) => self.chunk = Cursor::new(chunk?),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
            if self.chunk.get_ref().is_empty() {
                return Ok(0);
            }
        }
    }
}
