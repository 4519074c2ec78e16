//! Whole peers, one after the other.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use super::error::tgs_error;
use super::guard::{guard, guard_or};
use super::handle::Handles;
use super::peers::{tgs_peer, type_number};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::Result;
use crate::model::{Peer, PeerType};

/// Walks over whole peers. Made by tgs_peer_iter_new(), freed by tgs_peer_iter_free().
pub struct tgs_peer_iter {
    _opaque: [u8; 0],
}

static ITERATORS: Handles<Mutex<Walk>> = Handles::new("tgs_peer_iter");

struct Walk {
    rest: std::vec::IntoIter<Peer>,
    // What the caller looks at until the next call.
    shown: Option<Shown>,
}

/// A struct for C, and the texts to which it points.
pub(super) struct Shown {
    pub(super) peer: tgs_peer,
    #[allow(dead_code, reason = "the struct points into them")]
    texts: Vec<CString>,
    #[allow(dead_code, reason = "the struct points into them")]
    usernames: Vec<*const c_char>,
}

// SAFETY: its pointers lead into its own texts, which nobody changes.
unsafe impl Send for Shown {}

impl Shown {
    pub(super) fn new(peer: &Peer) -> Result<Self> {
        let mut texts = Vec::new();
        let mut keep = |text: &str| -> Result<*const c_char> {
            let text = text::to_c(text)?;
            let pointer = text.as_ptr(); // a CString's text does not move with it
            texts.push(text);
            Ok(pointer)
        };
        let usernames = peer.usernames.iter().map(|username| keep(username)).collect::<Result<Vec<_>>>()?;
        let mut optional = |text: Option<&str>| text.map_or(Ok(ptr::null()), &mut keep);
        // Not every engine can keep "not told": each answers as its lookups do.
        let peer_type = peer.effective_type();
        let shown = tgs_peer {
            size: size_of::<tgs_peer>(),
            id: peer.id,
            access_hash: peer.access_hash.unwrap_or(0),
            has_access_hash: peer.access_hash.is_some(),
            r#type: type_number(&peer_type),
            type_name: optional(match &peer_type {
                PeerType::Other(name) => Some(name),
                _ => None,
            })?,
            usernames: if usernames.is_empty() { ptr::null() } else { usernames.as_ptr() },
            username_count: usernames.len(),
            phone_number: optional(peer.phone_number.as_deref())?,
            name: optional(peer.name.as_deref())?,
            last_update_on: peer.last_update_on.unwrap_or(0),
        };
        Ok(Self { peer: shown, texts, usernames })
    }
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
        text::check_out(iter, "iter")?;
        let session = session::of(session)?;
        // SAFETY: the caller's promise.
        let wanted = if ids.is_null() && count == 0 { None } else { Some(unsafe { text::array(ids, count, "ids") }?) };
        let walk = Walk { rest: session.peers(wanted)?.into_iter(), shown: None };
        // SAFETY: the caller's promise.
        unsafe { text::put(iter, ITERATORS.give(Mutex::new(walk)), "iter") }?;
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
        text::check_out(peer, "peer")?;
        let walk = ITERATORS.get(iter)?;
        let mut walk = walk.lock().unwrap_or_else(PoisonError::into_inner);
        walk.shown = walk.rest.next().map(|peer| Shown::new(&peer)).transpose()?;
        let Some(shown) = &walk.shown else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { text::put(peer, &raw const shown.peer, "peer") }?;
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
