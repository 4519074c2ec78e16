//! What the functions of a caller's own engine answer with.

use std::ffi::c_char;
use std::sync::{Mutex, PoisonError};

use super::error::tgs_error;
use super::guard::guard;
use super::handle::Handles;
use super::peers::{self, tgs_peer};
use super::pointer;
use super::sent_files::{self, tgs_sent_file};
use super::session_data::{self, tgs_session_data};
use super::status::tgs_status;
use super::text;
use super::update_states::tgs_update_state;
use crate::error::Result;
use crate::model::{Peer, SentFile, SessionData, UpdateState};
use crate::storage::Holder;

/// Takes what a function of an engine answers. It belongs to the library and is there until that function returns.
pub struct tgs_answer {
    _opaque: [u8; 0],
}

/// What was answered.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) data: SessionData,
    pub(super) peers: Vec<Peer>,
    pub(super) update_states: Vec<UpdateState>,
    pub(super) sent_files: Vec<SentFile>,
    pub(super) holder: Option<Holder>,
    pub(super) cause: Option<String>,
}

static ANSWERS: Handles<Mutex<Answer>> = Handles::new("tgs_answer");

/// Calls with a place for an answer, which is gone afterwards.
pub(super) fn collect<T>(call: impl FnOnce(*mut tgs_answer) -> T) -> (T, Answer) {
    let handle: *mut tgs_answer = ANSWERS.give(Mutex::default());
    let answer = ANSWERS.get(handle);
    let result = call(handle);
    ANSWERS.take(handle);
    let answer = answer.map(|answer| std::mem::take(&mut *answer.lock().unwrap_or_else(PoisonError::into_inner)));
    (result, answer.unwrap_or_default())
}

fn add(answer: *mut tgs_answer, error: *mut *mut tgs_error, add: impl FnOnce(&mut Answer) -> Result<()>) -> tgs_status {
    guard(error, || {
        let answer = ANSWERS.get(answer)?;
        add(&mut answer.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(tgs_status::TGS_OK)
    })
}

/// # A storage engine of your own
///
/// Answers with the fields.
///
/// @param data      Copied.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED (that function has returned). Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_session_data(
    answer: *mut tgs_answer,
    data: *const tgs_session_data,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.data = unsafe { session_data::to_model(data) }?;
        Ok(())
    })
}

/// Answers with peers: all in one call, or some in each of several.
///
/// @param peers     An array of structs, each with its `size` set. Copied.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_peers(
    answer: *mut tgs_answer,
    peers: *const tgs_peer,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.peers.extend(unsafe { peers::to_model(peers, count) }?);
        Ok(())
    })
}

/// Answers with update states: all in one call, or some in each of several.
///
/// @param states    Copied.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_update_states(
    answer: *mut tgs_answer,
    states: *const tgs_update_state,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        let states = unsafe { pointer::array(states, count, "states") }?;
        answer.update_states.extend(states.iter().map(UpdateState::from));
        Ok(())
    })
}

/// Answers with sent files: all in one call, or some in each of several.
///
/// @param files     Copied.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_sent_files(
    answer: *mut tgs_answer,
    files: *const tgs_sent_file,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        let files = unsafe { pointer::array(files, count, "files") }?;
        for file in files {
            answer.sent_files.push(sent_files::to_model(file)?);
        }
        Ok(())
    })
}

/// Answers who else holds a lease; then `take_lease` has changed nothing.
///
/// @param owner     What was given when the lease was taken.
/// @param since     When that was, in Unix seconds.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_holder(
    answer: *mut tgs_answer,
    owner: *const c_char,
    since: i64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        let owner = unsafe { text::required(owner, "owner") }?.to_owned();
        answer.holder = Some(Holder { owner, since });
        Ok(())
    })
}

/// Says why an engine's function is about to fail. It becomes part of the error's message; it must hold no secret.
///
/// @param cause     NUL-terminated UTF-8. Copied.
///
/// Within a call of an engine's function. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_answer_cause(
    answer: *mut tgs_answer,
    cause: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    add(answer, error, |answer| {
        // SAFETY: the caller's promise.
        answer.cause = Some(unsafe { text::required(cause, "cause") }?.to_owned());
        Ok(())
    })
}
