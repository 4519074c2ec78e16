//! How much a session holds.

use super::error::tgs_error;
use super::guard::guard;
use super::pointer::{self, SizedStruct};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::model::Counts;

/// How many rows of each kind a session has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_counts {
    /// sizeof(tgs_counts).
    pub size: usize,
    /// Peers.
    pub peers: u64,
    /// Usernames, of all peers together.
    pub usernames: u64,
    /// Update states.
    pub update_states: u64,
    /// Sent files.
    pub sent_files: u64,
    /// Values that a client keeps beside: tgs_set_value().
    pub values: u64,
}

// SAFETY: `size` comes first; numbers may be zero.
unsafe impl SizedStruct for tgs_counts {
    const NAME: &'static str = "tgs_counts";
}

impl From<Counts> for tgs_counts {
    fn from(counts: Counts) -> Self {
        let Counts { peers, usernames, update_states, sent_files, values } = counts;
        Self { size: size_of::<Self>(), peers, usernames, update_states, sent_files, values }
    }
}

/// # Counts
///
/// How much a session holds, without reading it: a database counts its rows. An engine of your own is read for it,
/// and of MongoDB the usernames are.
///
/// ```c
/// tgs_counts counts = {.size = sizeof counts};
/// tgs_status status = tgs_get_counts(session, &counts, &error);
/// if (status == TGS_OK && counts.peers > 100000)
///     printf("%llu peers\n", (unsigned long long)counts.peers);
/// ```
///
/// ---
///
/// Counts the rows of each kind, at one moment.
///
/// @param[in] session The session.
/// @param[in,out] counts Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_counts(
    session: *const tgs_session,
    counts: *mut tgs_counts,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { pointer::check_sized_out(counts, "counts") }?;
        let found = session::from_handle(session)?.counts()?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put_sized(counts, &found.into(), "counts") }?;
        Ok(tgs_status::TGS_OK)
    })
}
