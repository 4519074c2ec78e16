//! Update states.

use super::error::tgs_error;
use super::guard::guard;
use super::pointer::{self, SizedStruct};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::error::Result;
use crate::model::UpdateState;

/// How far updates were received. No state, a state with an absent value, and the value 0 are three different things.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_update_state {
    /// sizeof(tgs_update_state).
    pub size: usize,
    /// 0 for the account, or the marked id of a channel.
    pub id: i64,
    /// Valid if has_pts; likewise the others.
    pub pts: i64,
    /// The position in the events of secret chats.
    pub qts: i64,
    /// The date of the last update, in Unix seconds.
    pub date: i64,
    /// The number of the last container of updates.
    pub seq: i64,
    /// Whether pts is known.
    pub has_pts: bool,
    /// Whether qts is known.
    pub has_qts: bool,
    /// Whether date is known.
    pub has_date: bool,
    /// Whether seq is known.
    pub has_seq: bool,
}

// SAFETY: `size` comes first; numbers and booleans may be zero.
unsafe impl SizedStruct for tgs_update_state {
    const NAME: &'static str = "tgs_update_state";
}

impl From<&UpdateState> for tgs_update_state {
    fn from(state: &UpdateState) -> Self {
        Self {
            size: size_of::<Self>(),
            id: state.id,
            pts: state.pts.unwrap_or(0),
            qts: state.qts.unwrap_or(0),
            date: state.date.unwrap_or(0),
            seq: state.seq.unwrap_or(0),
            has_pts: state.pts.is_some(),
            has_qts: state.qts.is_some(),
            has_date: state.date.is_some(),
            has_seq: state.seq.is_some(),
        }
    }
}

impl From<&tgs_update_state> for UpdateState {
    fn from(state: &tgs_update_state) -> Self {
        Self {
            id: state.id,
            pts: state.has_pts.then_some(state.pts),
            qts: state.has_qts.then_some(state.qts),
            date: state.has_date.then_some(state.date),
            seq: state.has_seq.then_some(state.seq),
        }
    }
}

/// SAFETY: `states` leads to `count` structs, each as large as its `size` says.
pub(super) unsafe fn to_model(states: *const tgs_update_state, count: usize) -> Result<Vec<UpdateState>> {
    // SAFETY: as this function's.
    let states = unsafe { pointer::sized_array(states, count, "states") }?;
    states.map(|state| state.map(|state| UpdateState::from(&state))).collect()
}

/// # Update states
///
/// An update state says how far the updates of the account, or of one channel, were received. A client stores it after
/// each update, and asks Telegram for what it missed when it starts again. The account's state has the id 0.
///
/// ```c
/// tgs_update_state state = {.size = sizeof state, .pts = 1001, .has_pts = true};
/// tgs_set_update_states(session, &state, 1, &error);
/// if (tgs_get_update_state(session, 0, &state, &error) == TGS_OK && state.has_pts)
///     printf("%lld\n", (long long)state.pts);
/// ```
///
/// ---
///
/// Reads all update states, in ascending order of their ids. If there are more than your array can hold, it is filled
/// with the first ones, the call returns TGS_OK, and `count` is greater than `capacity`: call again with a larger
/// array. With a capacity of 0 the call only counts.
///
/// @param[in] session The session.
/// @param[in,out] states An array that receives the states; NULL if `capacity` is 0. Set the `size` of its first
///     struct: the structs are that many bytes apart, and the library sets the `size` of each that it fills.
///     Structs beyond the last state stay as they are.
/// @param[in] capacity How many structs the array can hold.
/// @param[out] count Receives how many states there are.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_update_states(
    session: *const tgs_session,
    states: *mut tgs_update_state,
    capacity: usize,
    count: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let found = session::from_handle(session)?.update_states()?;
        let found: Vec<tgs_update_state> = found.iter().map(tgs_update_state::from).collect();
        // SAFETY: the caller's promise.
        unsafe { pointer::put_sized_array(&found, states, capacity, count, "states") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Reads one update state.
///
/// @param[in] session The session.
/// @param[in] id 0 for the account, or the marked id of a channel.
/// @param[in,out] state Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if there is none; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_update_state(
    session: *const tgs_session,
    id: i64,
    state: *mut tgs_update_state,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { pointer::check_sized_out(state, "state") }?;
        let Some(found) = session::from_handle(session)?.update_state(id)? else {
            return Ok(tgs_status::TGS_NOT_FOUND);
        };
        // SAFETY: the caller's promise.
        unsafe { pointer::put_sized(state, &(&found).into(), "state") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Adds update states, or replaces those with the same ids, in one transaction.
///
/// @param[in,out] session The session to change.
/// @param[in] states An array of structs, each with its `size` set.
/// @param[in] count How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// `states` leads to `count` structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_update_states(
    session: *mut tgs_session,
    states: *const tgs_update_state,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.set_update_states(&unsafe { to_model(states, count) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Removes an update state, if there is one.
///
/// @param[in,out] session The session to change.
/// @param[in] id 0 for the account, or the marked id of a channel.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_delete_update_state(
    session: *mut tgs_session,
    id: i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        session::from_handle(session)?.delete_update_state(id)?;
        Ok(tgs_status::TGS_OK)
    })
}
