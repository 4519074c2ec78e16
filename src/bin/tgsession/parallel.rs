//! Work on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

/// Work that comes in one batch or several. A progress bar is shown if standard error is a terminal.
pub struct Work {
    bar: ProgressBar,
}

impl Work {
    /// Work of which nothing is known yet.
    pub fn new() -> Self {
        // indicatif draws on standard error, and only on a terminal.
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left");
        Self { bar: style.map_or(bar.clone(), |style| bar.with_style(style)) }
    }

    /// Runs `work` on each item of a batch and returns the answers in the order of the items.
    pub fn map<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        self.filter_map(items, |item| Some(work(item)))
    }

    /// The same, of which only the answers that are there are kept.
    pub fn filter_map<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> Option<R> + Sync) -> Vec<R> {
        self.bar.inc_length(items.len() as u64);
        let next = AtomicUsize::new(0);
        let worker = || {
            let mut answers = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(at) else { return answers };
                answers.extend(work(item).map(|answer| (at, answer)));
                self.bar.inc(1);
            }
        };
        let mut answers: Vec<(usize, R)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..cores().min(items.len())).map(|_| scope.spawn(worker)).collect();
            let joined = workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            joined.flatten().collect()
        });
        answers.sort_by_key(|(at, _)| *at);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
