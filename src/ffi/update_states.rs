//! Update states.

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use crate::model::UpdateState;

/// How far updates were read. No state, a state with an absent value, and 0 are three different things.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_update_state {
    /// 0 for the account, else the marked id of a channel.
    pub id: i64,
    /// Only if has_pts; likewise the others.
    pub pts: i64,
    /// The position in secret chats' events.
    pub qts: i64,
    /// Unix seconds.
    pub date: i64,
    /// The number of the last updates container.
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

impl From<&UpdateState> for tgs_update_state {
    fn from(state: &UpdateState) -> Self {
        Self {
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

/// # Update states
///
/// Reads the update states, in ascending order of their ids.
///
/// @param states    Receives at most `capacity` structs; NULL if `capacity` is 0.
/// @param capacity  The room there.
/// @param count     Receives how many states there are: more than `capacity` if the room was too small.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
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
        let found = session::of(session)?.update_states()?;
        let found: Vec<tgs_update_state> = found.iter().map(tgs_update_state::from).collect();
        // SAFETY: the caller's promise.
        unsafe { pointer::put_array(&found, states, capacity, count, "states") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Reads one update state.
///
/// @param id        0 for the account, else the marked id of a channel.
/// @param state     Receives the answer.
/// @return TGS_NOT_FOUND where there is none.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
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
        pointer::check_out(state, "state")?;
        let Some(found) = session::of(session)?.update_state(id)? else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(state, (&found).into(), "state") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Adds update states, or replaces those with the same ids, in one transaction.
///
/// Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// `states` leads to `count` structs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_update_states(
    session: *const tgs_session,
    states: *const tgs_update_state,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::of(session)?;
        // SAFETY: the caller's promise.
        let states = unsafe { pointer::array(states, count, "states") }?;
        session.set_update_states(&states.iter().map(UpdateState::from).collect::<Vec<_>>())?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Removes an update state; it need not be there.
///
/// Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_delete_update_state(
    session: *const tgs_session,
    id: i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        session::of(session)?.delete_update_state(id)?;
        Ok(tgs_status::TGS_OK)
    })
}
