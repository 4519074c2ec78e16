//! Connections that all sessions of one process share: 10,000 open sessions are not 10,000 connections.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::client::Client;
use super::clients::{Connector, Waits};
use super::fault::Fault;
use crate::error::{Error, ErrorCode};

/// The connections to one place.
pub struct Pool {
    connector: Box<dyn Connector>,
    waits: Waits,
    size: usize,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Box<dyn Client>>,
    /// The number of connections, idle and in use.
    open: usize,
    /// The process that opened them: a forked child must not use its parent's connections.
    process: u32,
}

/// A connection in use; it is closed unless it is given back.
struct Lent<'a> {
    pool: &'a Pool,
    process: u32,
    client: Option<Box<dyn Client>>,
    /// It was idle before, so it may have broken in the meantime.
    reused: bool,
}

// Retries after a deadlock.
const MAX_RETRIES: u32 = 10;

impl Pool {
    pub fn new(connector: Box<dyn Connector>, waits: Waits, size: usize) -> Self {
        let state = State { idle: Vec::new(), open: 0, process: std::process::id() };
        Self { connector, waits, size, state: Mutex::new(state), returned: Condvar::new() }
    }

    /// Runs a job on a connection. Every job may run twice: it is retried if the connection turns out to be broken, or
    /// if the server ended the transaction because of a deadlock.
    pub fn run<T>(&self, mut job: impl FnMut(&mut dyn Client) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut retries = 0;
        loop {
            let mut lent = self.lend()?;
            let Some(client) = lent.client.as_deref_mut() else { return Err(broken()) };
            match job(client) {
                Ok(answer) => {
                    lent.give_back();
                    return Ok(answer);
                }
                // A restarted server has closed all connections.
                Err(Fault::Lost(_)) if lent.reused => self.forget_idle(),
                Err(Fault::Deadlock(_)) if retries < MAX_RETRIES => {
                    retries += 1;
                    drop(lent);
                    std::thread::sleep(Duration::from_millis(u64::from(retries * retries)));
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.lock().map_err(|_| broken())
    }

    fn lend(&self) -> Result<Lent<'_>, Fault> {
        let end = Instant::now() + self.waits.connect + self.waits.busy_timeout;
        let mut state = self.state()?;
        state.leave_parent();
        let process = state.process;
        loop {
            if let Some(client) = state.idle.pop() {
                return Ok(Lent { pool: self, process, client: Some(client), reused: true });
            }
            if state.open < self.size {
                break;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Fault::Silent(format!("all {} connections are in use", self.size)));
            }
            state = self.returned.wait_timeout(state, left).map_err(|_| broken())?.0;
        }
        state.open += 1;
        drop(state);
        let mut lent = Lent { pool: self, process, client: None, reused: false };
        lent.client = Some(self.connector.connect(&self.waits)?);
        Ok(lent)
    }

    fn forget_idle(&self) {
        if let Ok(mut state) = self.state.lock() {
            state.open -= state.idle.len();
            state.idle.clear();
        }
    }
}

impl State {
    fn leave_parent(&mut self) {
        if self.process != std::process::id() {
            // Closing them would end the parent's connections on the server.
            std::mem::forget(std::mem::take(&mut self.idle));
            self.open = 0;
            self.process = std::process::id();
        }
    }
}

impl Lent<'_> {
    fn give_back(mut self) {
        if let (Some(client), Ok(mut state)) = (self.client.take(), self.pool.state.lock()) {
            state.idle.push(client);
            // `drop` counts it as gone.
            state.open += 1;
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Ok(mut state) = self.pool.state.lock()
            && state.process == self.process
        {
            state.open -= 1;
        }
        self.pool.returned.notify_one();
    }
}

fn broken() -> Fault {
    Fault::Ours(Error::new(ErrorCode::Internal, "the connections are unusable: an earlier call panicked"))
}
