//! An iterator over complete peers.

use std::sync::{Mutex, PoisonError};

use super::error::tgs_error;
use super::guard::guard;
use super::handle::Handles;
use super::panic::guard_or;
use super::peers::tgs_peer;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::views::PeerView;
use crate::model::Peer;

/// An iterator over peers: from tgs_peer_iter_new() until tgs_peer_iter_free().
pub struct tgs_peer_iter {
    _opaque: [u8; 0],
}

static ITERATORS: Handles<Mutex<PeerIter>> = Handles::new("tgs_peer_iter");

/// For a fork: see `fork`.
#[cfg(unix)]
pub(super) fn freeze() -> Box<dyn std::any::Any> {
    ITERATORS.freeze()
}

struct PeerIter {
    rest: std::vec::IntoIter<Peer>,
    // The caller may read it until the next call.
    current: Option<PeerView>,
}

/// Makes an iterator over complete peers, in ascending order of their ids, as they are now: it does not see later
/// changes.
///
/// @param[in] session The session.
/// @param[in] ids The marked ids of the peers; NULL, with a count of 0, for all peers.
/// @param[in] count How many ids.
/// @param[out] iter Receives the iterator. Free it with tgs_peer_iter_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_peer_iter_new(
    session: *const tgs_session,
    ids: *const i64,
    count: usize,
    iter: *mut *mut tgs_peer_iter,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(iter, "iter")?;
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        let listed = unsafe { pointer::array(ids, count, "ids") }?;
        let wanted = (!ids.is_null() || count > 0).then_some(listed);
        let peers = PeerIter { rest: session.peers(wanted)?.into_iter(), current: None };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(iter, ITERATORS.insert(Mutex::new(peers)), "iter") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Moves to the next peer. One thread at a time may use an iterator.
///
/// @param[in,out] iter The iterator.
/// @param[out] peer Receives a pointer to a struct that belongs to the iterator. It and its texts are valid until
///     the next call with this iterator.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND after the last peer.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_peer_iter_next(
    iter: *mut tgs_peer_iter,
    peer: *mut *const tgs_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(peer, "peer")?;
        let iter = ITERATORS.get(iter)?;
        let mut iter = iter.lock().unwrap_or_else(PoisonError::into_inner);
        iter.current = iter.rest.next().map(|peer| PeerView::new(&peer)).transpose()?;
        let Some(current) = &iter.current else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(peer, &raw const current.peer, "peer") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Frees an iterator. It may outlive its session.
///
/// @param[in] iter The iterator. NULL, and an iterator that was freed, are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_peer_iter_free(iter: *mut tgs_peer_iter) {
    guard_or((), || ITERATORS.remove(iter));
}
