//! Whole peers, one after the other.

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

/// Walks over whole peers. Made by tgs_peer_iter_new(), freed by tgs_peer_iter_free().
pub struct tgs_peer_iter {
    _opaque: [u8; 0],
}

static ITERATORS: Handles<Mutex<Walk>> = Handles::new("tgs_peer_iter");

struct Walk {
    rest: std::vec::IntoIter<Peer>,
    // What the caller looks at until the next call.
    shown: Option<PeerView>,
}

/// Makes an iterator over whole peers, in ascending order of their ids, as they are now: later changes do not show.
///
/// @param ids       NULL for all peers; else the marked ids of those that are wanted.
/// @param count     How many ids.
/// @param iter      Receives the iterator; free it with tgs_peer_iter_free().
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
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
        let session = session::of(session)?;
        // SAFETY: the caller's promise.
        let listed = unsafe { pointer::array(ids, count, "ids") }?;
        let wanted = (!ids.is_null() || count > 0).then_some(listed);
        let walk = Walk { rest: session.peers(wanted)?.into_iter(), shown: None };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(iter, ITERATORS.give(Mutex::new(walk)), "iter") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Steps to the next peer.
///
/// @param peer      Receives a pointer to a struct that belongs to the iterator; it and its texts are there until the
///                  next call on this iterator.
/// @return TGS_NOT_FOUND after the last one.
///
/// One thread at a time. Since 0.1.0.
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
        let walk = ITERATORS.get(iter)?;
        let mut walk = walk.lock().unwrap_or_else(PoisonError::into_inner);
        walk.shown = walk.rest.next().map(|peer| PeerView::new(&peer)).transpose()?;
        let Some(shown) = &walk.shown else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(peer, &raw const shown.peer, "peer") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Frees an iterator. NULL and a freed one are ignored. It may outlive its session.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_peer_iter_free(iter: *mut tgs_peer_iter) {
    guard_or((), || ITERATORS.take(iter));
}
