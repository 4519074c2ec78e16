//! Removing the peers that a session can do without.

use super::error::tgs_error;
use super::guard::guard;
use super::peers::{self, tgs_peer_type};
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::error::{Error, Result};
use crate::model::{Prune, count};

/// Deletes the peers that were last seen long ago, and the oldest of too many, as tgs_delete_peers() deletes some. All
/// of it is one transaction: all of them, or none; in MongoDB another client may see one of them again meanwhile. The
/// account itself, update states and sent files stay. A client asks Telegram again for a peer that it does not find.
///
/// A peer's time is its last_update_on. Where a client stores none (Telethon's versions 1 to 6), a peer is never too
/// old, and counts as older than all others. Of peers that are equally old, those with the lower ids stay.
///
/// The file does not become smaller: the next peers take the place, or tgs_compact() gives it back.
///
/// ```c
/// // Everybody who was not seen for a year, then the oldest beyond 100,000.
/// uint64_t removed = 0;
/// status = tgs_prune_peers(session, now - 365 * 86400, TGS_PEER_TYPE_UNKNOWN, 100000, &removed, &error);
/// ```
///
/// @param[in,out] session The session to change.
/// @param[in] seen_before Unix seconds: peers that were last seen before are deleted. 0: their age does not matter.
/// @param[in] peer_type A tgs_peer_type: only peers of this type are counted and deleted. TGS_PEER_TYPE_UNKNOWN: of all.
/// @param[in] keep_newest How many peers stay, those that were seen last. -1: their number does not matter.
/// @param[out] removed NULL, or receives how many were deleted.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK, also if none was deleted; TGS_ERROR_INVALID_ARGUMENT if neither age nor number matters, or if
///     peer_type is TGS_PEER_TYPE_OTHER or no type; TGS_ERROR_UNSUPPORTED if the session is in an engine of your own
///     without `delete_peers`; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_prune_peers(
    session: *mut tgs_session,
    seen_before: i64,
    peer_type: i32,
    keep_newest: i64,
    removed: *mut u64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        let any_type = peer_type == tgs_peer_type::TGS_PEER_TYPE_UNKNOWN as i32;
        let prune = Prune {
            seen_before: Some(seen_before).filter(|time| *time != 0),
            keep_newest: kept(keep_newest)?,
            peer_type: if any_type { None } else { Some(peers::known_type(peer_type)?) },
            spared: None,
        };
        let number = count(session.prune_peers(&prune)?);
        if !removed.is_null() {
            // SAFETY: the caller's promise.
            unsafe { pointer::put(removed, number, "removed") }?;
        }
        Ok(tgs_status::TGS_OK)
    })
}

fn kept(number: i64) -> Result<Option<usize>> {
    if number == -1 {
        return Ok(None);
    }
    let out_of_range = |_| Error::invalid_argument(format!("keep_newest must be -1 or more, not {number}"));
    usize::try_from(number).map(Some).map_err(out_of_range)
}
