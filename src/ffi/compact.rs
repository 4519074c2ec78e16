//! Giving back the room in a file that nothing is in.

use std::num::NonZeroU64;

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::error::{Error, Result};

/// Gives the room in a session's SQLite file that nothing is in back to the file system, as after tgs_prune_peers().
/// Nothing else does that: the library never does it unasked, and the next peers take the room.
///
/// Where nothing is to be given back, nothing is written. A file whose auto_vacuum is incremental gives back about
/// max_bytes in one call: call it until `freed` is 0. Any other file is written anew by SQLite's VACUUM, in one
/// transaction, for which its medium has to have room for a copy of it and the memory for what is left in it;
/// other programs wait meanwhile. In WAL mode the file itself becomes shorter when no other program reads it.
///
/// The layout, the version and the settings of the file stay, and its client reads it as before.
///
/// ```c
/// // In steps of a megabyte where the file can do that; otherwise as a whole, if no more than a megabyte is left in it.
/// int64_t freed = 0;
/// do status = tgs_compact(session, 1 << 20, &freed, &error);
/// while (status == TGS_OK && freed > 0);
/// ```
///
/// @param[in,out] session The session.
/// @param[in] max_bytes About how many bytes this call may write at most. 0: as many as it takes.
/// @param[out] freed NULL, or receives by how many bytes the file becomes shorter.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK, also if there was nothing to give back, and for a session that is in memory only;
///     TGS_ERROR_INVALID_ARGUMENT if max_bytes is negative; TGS_ERROR_UNSUPPORTED if the file can only be written anew as
///     a whole and that takes more than max_bytes (the message says how many), and for a session in MongoDB, in a
///     database of many sessions and in an engine of your own; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
///     TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_compact(
    session: *mut tgs_session,
    max_bytes: i64,
    freed: *mut i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        let bytes = session.compact(limit(max_bytes)?)?;
        if !freed.is_null() {
            // SAFETY: the caller's promise.
            unsafe { pointer::put(freed, i64::try_from(bytes).unwrap_or(i64::MAX), "freed") }?;
        }
        Ok(tgs_status::TGS_OK)
    })
}

fn limit(max_bytes: i64) -> Result<Option<NonZeroU64>> {
    let negative = |_| Error::invalid_argument(format!("max_bytes must be 0 or more, not {max_bytes}"));
    u64::try_from(max_bytes).map(NonZeroU64::new).map_err(negative)
}
