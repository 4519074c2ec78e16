//! Holding the lease on the auth key while a session is open for use. Telegram ends a login for good when its key is in
//! use in two places (`AUTH_KEY_DUPLICATED`).

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::calls::Calls;
use super::lock::Guard;
use super::options::LeaseOptions;
use crate::clock::utc;
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::model::AuthKey;
use crate::storage::{Holder, LeaseFile, Lessee};
use crate::token::token;

/// Holds the lease on whatever key the session has.
pub struct Keeper {
    lessee: Lessee,
    seconds: u32,
    calls: Arc<Calls>,
    held: Arc<Held>,
    heart: Option<Heart>,
}

#[derive(Default)]
struct Held {
    key: Mutex<Option<HeldKey>>,
    // Said to every later call.
    lost: OnceLock<String>,
}

struct HeldKey {
    id: String,
    // Held as long as this is.
    _file: LeaseFile,
}

// Renews the lease in a store that other machines share.
struct Heart {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Takes the lease on the session's key; on the next one too, when the session gets another.
    pub fn new(calls: Arc<Calls>, options: &LeaseOptions) -> Result<Self> {
        if host::IS_WEB {
            let message = "a WebAssembly module takes no lease: nobody else can see it";
            return Err(Error::new(ErrorCode::Unsupported, message));
        }
        let lessee = Lessee { token: token(), owner: options.owner.clone().unwrap_or_else(host::this_process) };
        let mut keeper = Self { lessee, seconds: options.seconds, calls, held: Arc::default(), heart: None };
        let is_shared = keeper.calls.write(|storage| {
            let key = storage.data()?.auth_key;
            keeper.write_key(storage, key.as_ref(), |_| Ok(()))?;
            Ok(storage.leases().is_some())
        })?;
        if is_shared {
            keeper.heart = Some(keeper.start_heart()?);
        }
        Ok(keeper)
    }

    /// Whether the lease was lost to somebody else.
    pub fn check(&self) -> Result<()> {
        match self.held.lost.get() {
            None => Ok(()),
            Some(message) => Err(Error::new(ErrorCode::InUse, message)),
        }
    }

    /// Writes a key, or none, under its lease, and then gives the old key's back; where writing fails, the new one's.
    pub fn write_key(
        &self,
        storage: &mut Guard<'_>,
        key: Option<&AuthKey>,
        write: impl FnOnce(&mut Guard<'_>) -> Result<()>,
    ) -> Result<()> {
        let id = key.map(AuthKey::id_hex);
        let mut held = self.held.key.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().map(|held| &held.id) == id.as_ref() {
            return write(storage);
        }
        let mut other = id.map(|id| self.take(storage, id)).transpose()?;
        let written = write(storage);
        if written.is_ok() {
            std::mem::swap(&mut *held, &mut other);
        }
        if let (Some(other), Some(leases)) = (other, storage.leases()) {
            // Where it fails, the lease ends by itself.
            let _ = leases.release(&other.id, &self.lessee.token);
        }
        written
    }

    fn take(&self, storage: &mut Guard<'_>, id: String) -> Result<HeldKey> {
        let file = LeaseFile::take(&id, &self.lessee.owner)?.map_err(|holder| in_use(storage.location(), &holder))?;
        if let Some(leases) = storage.leases()
            && let Some(holder) = leases.take(&id, &self.lessee, self.seconds)?
        {
            return Err(in_use(storage.location(), &holder));
        }
        Ok(HeldKey { id, _file: file })
    }

    fn start_heart(&self) -> Result<Heart> {
        let (stop, stopped) = mpsc::channel();
        let (calls, held) = (Arc::clone(&self.calls), Arc::clone(&self.held));
        let (lessee, seconds) = (self.lessee.clone(), self.seconds);
        let period = Duration::from_millis(u64::from(seconds) * 1000 / 3);
        let beat = move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(period) {
                // A server that is away now may be back at the next beat.
                if let Ok(Some(message)) = renew(&calls, &held, &lessee, seconds) {
                    let _ = held.lost.set(message);
                }
            }
        };
        let thread = std::thread::Builder::new().name("tgsession-lease".to_owned()).spawn(beat);
        let thread = thread.map_err(|error| Error::new(ErrorCode::Io, format!("cannot start a thread: {error}")))?;
        Ok(Heart { stop, thread })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(Heart { stop, thread }) = self.heart.take() {
            drop(stop);
            let _ = thread.join();
        }
        let _ = self.calls.write(|storage| self.write_key(storage, None, |_| Ok(())));
    }
}

fn renew(calls: &Calls, held: &Held, lessee: &Lessee, seconds: u32) -> Result<Option<String>> {
    calls.write(|storage| {
        let key = held.key.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = key.as_ref() else { return Ok(None) };
        let Some(leases) = storage.leases() else { return Ok(None) };
        let holder = leases.take(&key.id, lessee, seconds)?;
        Ok(holder.map(|holder| in_use(storage.location(), &holder).to_string()))
    })
}

fn in_use(location: &str, holder: &Holder) -> Error {
    let Holder { owner, since } = holder;
    let since = utc(*since).unwrap_or_else(|| "an unknown time".to_owned());
    let message = format!(
        "the auth key of '{location}' is in use by {owner} since {since}: Telegram ends a login whose key is in use twice"
    );
    Error::new(ErrorCode::InUse, message)
}
