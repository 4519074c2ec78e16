//! grammers' [`Session`](grammers_session::Session) trait over any session that tgsession opens: another client's file, a
//! session string, a database.
//!
//! ```
//! # #[tokio::main] async fn main() -> tgsession::Result<()> {
//! use grammers_session::Session as _;
//! use tgsession::Options;
//! use tgsession_grammers::AnySession;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("my_account.session").to_str().unwrap().to_owned();
//! let session = AnySession::open(path, Options::default()).await?; // a Pyrogram's file stays one
//! println!("home is data centre {}", session.home_dc_id()?);
//! # Ok(())
//! # }
//! ```
//!
//! What other clients have a place for stands there: the home data centre, its address and auth key, peers, update states.
//! The keys and addresses of other data centres are where every client of tgsession finds them
//! ([`tgsession::Session::set_data_center`]).

// The README's example is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod dc_options;
mod old_values;
mod peers;
mod updates;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use grammers_session::{BoxFuture, Session};
use tgsession::{Error, ErrorCode, Options, Result};

use dc_options::DcOptions;

/// A session of any client.
#[derive(Clone)]
pub struct AnySession(Arc<Inner>);

struct Inner {
    session: tgsession::Session,
    // Asked for with every request: never read from the session.
    dc_options: Mutex<DcOptions>,
    // A peer and a state are read before they are written.
    changing: Mutex<()>,
}

impl AnySession {
    /// Opens a path, `:memory:`, a session string or a URL, in a thread for blocking calls.
    pub async fn open(location: impl Into<String>, options: Options) -> Result<Self> {
        let location = location.into();
        blocking(move || Self::new(tgsession::Session::open(&location, &options)?)).await
    }

    /// Over a session that is open. It reads the data centres.
    pub fn new(session: tgsession::Session) -> Result<Self> {
        let dc_options = Mutex::new(DcOptions::read(&session)?);
        Ok(Self(Arc::new(Inner { session, dc_options, changing: Mutex::new(()) })))
    }

    /// The session itself: to save it, to convert it, to export a session string.
    pub fn session(&self) -> &tgsession::Session {
        &self.0.session
    }

    fn dc_options(&self) -> MutexGuard<'_, DcOptions> {
        self.0.dc_options.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a call that may wait for a disk, a lock or a server.
    fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Inner) -> Result<T> + Send + 'static,
    ) -> BoxFuture<'static, Result<T>> {
        let inner = Arc::clone(&self.0);
        Box::pin(blocking(move || call(&inner)))
    }

    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&tgsession::Session) -> Result<T> + Send + 'static,
    ) -> BoxFuture<'static, Result<T>> {
        self.call(move |inner| {
            let _changing = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
            change(&inner.session)
        })
    }
}

async fn blocking<T: Send + 'static>(call: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let ended = |_| Error::new(ErrorCode::Internal, "the thread of a session's call has ended");
    tokio::task::spawn_blocking(call).await.map_err(ended)?
}

impl Session for AnySession {
    type Error = Error;

    fn home_dc_id(&self) -> Result<i32> {
        Ok(self.dc_options().home)
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<()>> {
        let writes = self.dc_options().move_home(dc_id);
        self.change(move |session| writes.write(session))
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>> {
        Ok(self.dc_options().get(dc_id))
    }

    fn set_dc_option(&self, dc_option: &DcOption) -> BoxFuture<'_, Result<()>> {
        let writes = self.dc_options().set(dc_option);
        self.change(move |session| writes.write(session))
    }

    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>>> {
        self.call(move |inner| peers::find(&inner.session, peer))
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<()>> {
        self.cache_peers(vec![peer])
    }

    fn cache_peers(&self, peers: Vec<PeerInfo>) -> BoxFuture<'_, Result<()>> {
        self.change(move |session| peers::cache(session, &peers))
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState>> {
        self.call(|inner| updates::read(&inner.session))
    }

    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<()>> {
        self.change(move |session| updates::write(session, update))
    }
}
